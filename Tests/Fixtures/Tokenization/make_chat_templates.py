"""Writes chat_templates.json: templates of our own and what jinja2 makes of them in the way transformers runs it.

    pip install jinja2==3.1.6 && python make_chat_templates.py

The templates use the constructs of the LLaMA, Qwen, Mistral, Gemma and OLMo families; their texts and tokens are invented.
"""

import json
import os

from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import CallBlock
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return CallBlock(self.call_method("_pass"), [], [], body).set_lineno(line)

    def _pass(self, caller):
        return caller()


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])

    def raise_exception(message):
        raise TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env.globals["raise_exception"] = raise_exception
    env.filters["tojson"] = tojson
    return env


TOKENS = {"bos_token": "<B>", "eos_token": "<E>"}
USER = [["user", "  Who painted the “Night Watch”?\n"]]
SYSTEM = [["system", " Be brief. "], ["user", "Which river\nruns through Vienna? "]]
DIALOGUE = [["system", "Be kind."], ["user", "Hello"], ["assistant", "<think>\nA greeting.\n</think>\n\nGood day \n"],
            ["user", "And é, e\u0301, 你好, 🙂?"]]
CHATS = [USER, SYSTEM, DIALOGUE, DIALOGUE[1:], DIALOGUE[1:3]]

FAMILIES = {
    # Blocks without signs, each on its own line: trim_blocks and lstrip_blocks at work; strip(), a false default.
    "llama 2": """{% if messages[0]['role'] == 'system' %}
    {% set turns = messages[1:] %}
    {% set preface = messages[0]['content'] %}
{% else %}
    {% set turns = messages %}
    {% set preface = false %}
{% endif %}
{% for turn in turns %}
    {% if (turn['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{ raise_exception('Speakers must take turns') }}
    {% endif %}
    {% if loop.first and preface != false %}
        {% set said = '<note>\\n' + preface + '\\n</note>\\n\\n' + turn['content'] %}
    {% else %}
        {% set said = turn['content'] %}
    {% endif %}
    {% if turn['role'] == 'user' %}
{{ bos_token + '<ask> ' + said.strip() + ' </ask>' }}
    {% elif turn['role'] == 'assistant' %}
{{ ' ' + said.strip() + ' ' + eos_token }}
    {% endif %}
{% endfor %}
""",
    # Tests for optional variables, a date with a fallback, unused branches for tools, trim between sums.
    "llama 3": """{{- bos_token }}
{%- if own_tools is defined %}
    {%- set tools = own_tools %}
{%- endif %}
{%- if not today is defined %}
    {%- if strftime_now is defined %}
        {%- set today = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set today = "1 May 2020" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The first message may be the system's. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set preface = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set preface = "" %}
{%- endif %}
{{- "[head]system[/head]\\n\\n" }}
{%- if tools is not none %}
    {{- "Tools: " + own | reject('equalto', 'search') | join(", ") + "\\n" }}
    {%- for tool in tools %}
        {{- tool | tojson(indent=4) }}
    {%- endfor %}
{%- endif %}
{{- "Date: " + today + "\\n\\n" }}
{{- preface }}
{{- "[end]" }}
{%- for message in messages %}
    {%- if not (message.role == 'tool' or 'calls' in message) %}
        {{- '[head]' + message['role'] + '[/head]\\n\\n' + message['content'] | trim + '[end]' }}
    {%- elif 'calls' in message %}
        {%- if not message.calls|length == 1 %}
            {{- raise_exception("one call at a time") }}
        {%- endif %}
        {%- for key, value in message.calls[0].arguments | items %}
            {{- key + '="' + value + '"' }}
        {%- endfor %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '[head]assistant[/head]\\n\\n' }}
{%- endif %}
""",
    # `{% if tools %}` at the start, and/or over roles, adjacent output tags.
    "qwen 2.5": """{%- if tools %}
    {{- '[im]system\\n' }}
    {{- "# Tools\\n" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '[im]system\\n' + messages[0]['content'] + '[/im]\\n' }}
    {%- else %}
        {{- '[im]system\\nYou help.[/im]\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '[im]' + message.role + '\\n' + message.content + '[/im]' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '[im]' + message.role }}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}
                {%- set tool_call = tool_call.function %}
            {%- endif %}
            {{- tool_call.arguments | tojson }}
        {%- endfor %}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '[im]user' }}
        {%- endif %}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '[/im]\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '[im]assistant\\n' }}
{%- endif %}
""",
    # A namespace, a reversed list, chains of split and strip, tests of optional members.
    "qwen 3": """{%- set ns = namespace(searching=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set place = (messages|length - 1) - loop.index0 %}
    {%- if ns.searching and message.role == "user" and message.content is string and not(message.content.startswith('[result]') and message.content.endswith('[/result]')) %}
        {%- set ns.searching = false %}
        {%- set ns.last = place %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if message.role == "user" or (message.role == "system" and loop.first) %}
        {{- '[im]' + message.role + '\\n' + content + '[/im]\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if message.thought is string %}
            {%- set thought = message.thought %}
        {%- elif '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last and (loop.last or thought) %}
            {{- '[im]' + message.role + '\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '[im]' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '[/im]\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '[im]assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
""",
    # selectattr, a comparison of messages, a counter in a namespace, a loop with a filter, out[:-1].
    "mistral": """{%- if messages[0]["role"] == "system" %}
    {%- set preface = messages[0]["content"] %}
    {%- set turns = messages[1:] %}
{%- else %}
    {%- set turns = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set asked = turns | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for turn in turns %}
    {%- if not (turn.role == "tool" or (turn.calls is defined and turn.calls is not none)) %}
        {%- if (turn["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("Speakers must take turns") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for turn in turns %}
    {%- if turn["role"] == "user" %}
        {%- if tools is not none and (turn == asked[-1]) %}
            {%- for tool in tools %}
                {%- for key, value in tool.items() if key != "return" %}
                    {{- '"' + key + '": ' + value|tojson }}
                {%- endfor %}
            {%- endfor %}
        {%- endif %}
        {%- if turn == asked[-1] and preface is defined %}
            {{- "[Q]" + preface + "\\n\\n" + turn["content"] + "[/Q]" }}
        {%- else %}
            {{- "[Q]" + turn["content"] + "[/Q]" }}
        {%- endif %}
    {%- elif turn.calls is defined %}
        {%- set out = turn.calls|tojson %}
        {{- out[:-1] }}
    {%- elif turn["role"] == "assistant" %}
        {{- turn["content"] + eos_token}}
    {%- else %}
        {{- raise_exception("an unknown role: " + turn.role) }}
    {%- endif %}
{%- endfor %}
""",
    # One line; the system message is refused.
    "gemma 2": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system, please') }}{% endif %}"
    "{% for message in messages %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}"
    "{% set role = message['role'] %}{% endif %}{{ '[turn]' + role + '\\n' + message['content'] | trim + '[/turn]\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{'[turn]model\\n'}}{% endif %}",
    # `-%}` everywhere, content that may be a list of parts, a conditional expression in a sum.
    "gemma 3": """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set preface = messages[0]['content'] + '\\n\\n' -%}
    {%- else -%}
        {%- set preface = messages[0]['content'][0]['text'] + '\\n\\n' -%}
    {%- endif -%}
    {%- set turns = messages[1:] -%}
{%- else -%}
    {%- set preface = "" -%}
    {%- set turns = messages -%}
{%- endif -%}
{%- for turn in turns -%}
    {%- if (turn['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Speakers must take turns") }}
    {%- endif -%}
    {%- if (turn['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = turn['role'] -%}
    {%- endif -%}
    {{ '[turn]' + role + '\\n' + (preface if loop.first else "") }}
    {%- if turn['content'] is string -%}
        {{ turn['content'] | trim }}
    {%- elif turn['content'] is iterable -%}
        {%- for part in turn['content'] -%}
            {%- if part['type'] == 'text' -%}
                {{ part['text'] | trim }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("no such content") }}
    {%- endif -%}
    {{ '[/turn]\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'[turn]model\\n'}}
{%- endif -%}
""",
    # Output and text between the statements of one line; the prompt is added inside the loop.
    "olmo 2": "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}{{ '[s]\\n' + message['content'] + "
    "'\\n' }}{% elif message['role'] == 'user' %}{{ '[u]\\n' + message['content'] + '\\n' }}{% elif message['role'] == "
    "'assistant' %}{% if not loop.last %}{{ '[a]\\n' + message['content'] + eos_token + '\\n' }}{% else %}{{ '[a]\\n' + "
    "message['content'] + eos_token }}{% endif %}{% endif %}{% if loop.last and add_generation_prompt %}{{ '[a]\\n' }}"
    "{% endif %}{% endfor %}",
    # A macro with a default, a captured block, the assistant marked.
    "macros": """{% macro turn(role, content, end='[/im]') %}
[im]{{ role | upper }}
{{ content }}{{ end }}
{%- endmacro %}
{% set intro %}
  Chat of {{ messages | length }}
{% endset %}
{{ intro | trim }}
{% for message in messages %}
{% if message.role == 'assistant' %}{% generation %}{{ turn(message.role, message.content, end=eos_token) }}{% endgeneration %}
{% else %}
{{ turn(message.role, content=message.content) }}
{% endif %}
{% else %}
nothing
{% endfor %}
{% if add_generation_prompt %}[im]{{ 'assistant'.upper() }}{% endif %}
""",
}

# Small templates, each rendered with SYSTEM and the tokens.
SNIPPETS = [
    # White space
    "a\n  {% if true %}\n  b\n  {% endif %}\n  c\n", "a {% if true %} b {% endif %} c", "a\n\n", "a\n", "\n{{ 1 }}\n\n",
    "  {% if true -%}\n  b\n  {%- endif %}\n  c", "a\n {%+ if true +%}\n b{% endif %}\n", "a \n {{- 1 -}} \n b",
    " {# c #}\n x {# c -#}  \n y {#- c +#}\n z", "{#-#} a", "\n \t {% set x = 1 %} \n{{ x }}", "a{{+ 1 }}b",
    "{% if true %}\n\nx\n\n{% endif %}\n\ny", "\r\na\r\n{% if true %}\r\nb\rc{% endif %}\r\n",
    "{{ 1 -}}\n {% if true %}\n  x{% endif %}", "x\n\u3000{% if true %}y{% endif %}", "{% if true %}  {% endif %}|",
    "{{ '{{' }}{{ \"%}\" }}{{ {'a': {'b': 1}}['a']['b'] }} { % } {", "{%- set x = 1 -%}\n\n {{- x }}",
    # Literals and operators
    r"{{ 'a\tb\\\'\"\x41\u00e9\d' 'c' }}", r'{{ "new\nline" ~ 1 ~ none ~ true ~ nope }}', "{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }}",
    "{{ -7 % 3 }} {{ 7 % -3 }} {{ 2 + 3 * 4 - 1 }} {{ (2 + 3) * 4 }} {{ -2|string ~ 'x' }}", "{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }}",
    "{{ 1 == 1 == true }} {{ 'a' < 'b' }} {{ 'Z' < 'a' }} {{ true + true }} {{ 'é' == 'e\u0301' }}",
    "{{ 'b' in 'abc' }} {{ 'b' not in ['b'] }} {{ 'role' in messages[0] }} {{ 2 in (1, 2) }} {{ 'x' in nope }}",
    "{{ not true or true and false }} {{ not 1 == 2 }} {{ 0 or 'x' }} {{ '' and 'y' }} {{ none or false }}",
    "{{ 'a' if false }}|{{ 'a' if false else 'b' if true else 'c' }}|{{ 'a' + 'b' if 1 else 'c' }}",
    "{{ [1, 2] + [3] == [1, 2, 3] }} {{ (1,) == [1] }} {{ {'a': 1} == {'a': 1} }} {{ nope == none }}",
    "{{ (1, 2)[1] }} {{ [1, [2, 3]][1][0] }} {{ {'a': 1, 'a': 2}['a'] }} {{ {'a': 1}.b is defined }} {{ none.x is defined }}",
    "{{ 'abcde'[1] }} {{ 'abcde'[-1] }} {{ 'abcde'[1:3] }} {{ 'abcde'[::-1] }} {{ 'abcde'[:-2] }} {{ 'abcde'[-9:9:2] }}",
    "{{ 'abcde'[3:1:-1] }} {{ 'abcde'[9:] }}| {{ 'a👍e\u0301'[::-1] }} {{ 'a👍e\u0301'|length }} {{ [1, 2, 3][:-1]|join }}",
    "{{ messages[0].role }} {{ messages[-1]['role'] }} {{ messages.0.role }} {{ messages[7] is defined }} {{ messages[0]['no'] }}|",
    # Loops and scopes
    "{% for x in [1, 2, 3] %}{{ loop.index }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
    "{% for x in 'ab' %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}", "{% for x in [] %}a{% else %}b{% endfor %}",
    "{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}", "{% for i in [1] %}{% set y = 2 %}{% endfor %}{{ y }}|",
    "{% if true %}{% set y = 2 %}{% endif %}{{ y }}", "{% for x in range(9) if x is odd %}{{ x }}{{ loop.index0 }}{% endfor %}",
    "{% for x in range(2, 9, 3) %}{% if x == 5 %}{% continue %}{% endif %}{{ x }}{% endfor %}{{ range(5, 0, -2)|list|tojson }}",
    "{% for x in range(9) %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}", "{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }}{% endfor %}",
    "{% for k, v in messages[0].items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in messages[0] %}{{ k }}{% endfor %}{% for x in nope %}x{% endfor %}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set a, b = b, a %}{{ a }}{{ b }}", "{% for i in [1, 2] %}{% for j in [3] %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% set ns = namespace(n=0, s='') %}{% for i in [1, 2, 3] %}{% set ns.n = ns.n + i %}{% set ns.s = ns.s ~ i %}{% endfor %}{{ ns.n }}{{ ns.s }}{{ ns.t }}",
    "{% macro m(a, b=a) %}{{ a }}-{{ b }}-{{ c }};{% endmacro %}{% set c = 9 %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=1) }}",
    "{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}{{ m(2)|length }}",
    "{% for x in [1, 2] %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}", "{% set t | upper %}a{{ 1 }}b{% endset %}{{ t }}",
    "{% set t %}\n a\n{% endset %}[{{ t }}]", "{% for x in [1, 2] %}{% generation %}{{ x }}{% set z = 1 %}{% endgeneration %}{{ z }}{% endfor %}",
    "{% set d = dict(a=1, b='x') %}{{ d.a }}{{ d['b'] }}{{ d|length }}",
    # Filters
    "[{{ ' a\\n'|trim }}] [{{ 'xax'|trim('x') }}] {{ 'aé ß'|upper }} {{ 'AÉ'|lower }} {{ 'hELLO World'|capitalize }} {{ ''|capitalize }}",
    "{{ nope|default('d') }} {{ ''|default('d') }} {{ ''|default('d', true) }} {{ none|d('x') }} {{ nope|length }} {{ nope|trim }}|{{ nope|list|tojson }}",
    "{{ [1, 'a', none]|join('-') }} {{ 'abc'|join('.') }} {{ [1, 2]|first }} {{ 'xyz'|last }} {{ []|first }}| {{ 'ab'|list|tojson }}",
    "{{ 'a.b.c'|replace('.', '--') }} {{ 'aaa'|replace('aa', 'b') }} {{ 12|string + '3' }} {{ 12|replace(1, 2) }}",
    "{{ {'k': [1, true, none, 'é\"\\n\\x01</'], 'm': {}, 'n': []}|tojson }}", "{{ {'k': [1, {'x': (1, 2)}], 'm': {}}|tojson(indent=2) }}",
    "{{ messages|tojson }}", "{{ messages|map(attribute='role')|join(', ') }} {{ messages|rejectattr('role', 'eq', 'user')|list|length }}",
    "{{ [1, 2, 3, 4]|select('even')|list|tojson }} {{ [0, 1, '']|reject|list|tojson }} {{ ['a', 'b']|map('upper')|join }} {{ [1,2]|select('in', [2])|list|tojson }}",
    "{{ messages|selectattr('name')|list|length }} {{ messages|selectattr('name', 'defined')|list|length }} {{ messages|map(attribute='nope', default='z')|join }}",
    "{% for k, v in {'a': 1}|items %}{{ k }}{{ v }}{% endfor %} {{ -1|string|length }} {{ (-1)|string }}",
    # Tests
    "{{ nope is defined }} {{ nope is undefined }} {{ none is none }} {{ 1 is not none }} {{ '' is string }} {{ 1 is string }}",
    "{{ [] is iterable }} {{ 'a' is iterable }} {{ 1 is iterable }} {{ {} is mapping }} {{ [] is mapping }} {{ [] is sequence }} {{ {}.items() is sequence }}",
    "{{ 1 is number }} {{ true is number }} {{ true is integer }} {{ 1 is integer }} {{ true is boolean }} {{ 1 is true }} {{ false is false }}",
    "{{ 3 is odd }} {{ 4 is even }} {{ 6 is divisibleby(3) }} {{ 6 is divisibleby 4 }} {{ 1 is eq 1 }} {{ 2 is gt(1) }} {{ 1 is in [1] }} {{ 1 is not in [1] }}",
    "{{ 1 is defined and nope is not defined or false }} {{ tools is none }} {{ tools is defined }} {{ documents is none }} {{ not nope is defined }}",
    # Methods
    "[{{ ' a '.strip() }}] [{{ 'xxaxx'.lstrip('x') }}] [{{ 'a\\n\\n'.rstrip('\\n') }}] {{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'bc')) }}",
    "{{ 'a,b,,c'.split(',')|tojson }} {{ ' a  b '.split()|tojson }} {{ 'a-b-c'.split('-', 1)|tojson }} {{ 'aaa'.split('aa')|tojson }} {{ ''.split(',')|tojson }}",
    "{{ 'ab'.upper() }} {{ 'AB'.lower() }} {{ 'ab cd'.capitalize() }} {{ 'a-b'.replace('-', '+') }} {{ ', '.join(['a', 'b']) }} {{ 'a'.upper().lower() }}",
    "{{ messages[0].get('role') }} {{ messages[0].get('x') }} {{ messages[0].get('x', 'y') }} {{ messages[0].keys()|list|tojson }} {{ messages[0].values()|list|tojson }}",
    "[{{ '\u3000\u00a0a\u200b\x1c'.strip() }}] {{ 'straße ﬁ'.upper() }} {{ 'ǆx'.capitalize() }} {{ 'İ'.lower()|length }}",
]

# What jinja2 refuses, and we must.
REFUSED = [
    "{{ 'x' ~ 1 + 2 }}",
    "{{ nope.x }}", "{{ nope['x'] }}", "{{ nope() }}", "{{ nope + 'a' }}", "{{ 'a' + 1 }}", "{{ 1 < 'a' }}", "{{ none + 1 }}", "{{ [1]|length + [1] }}",
    "{% if %}{% endif %}", "{% if true %}", "{% endif %}", "{% for x in [1] %}", "{{ 1", "{% set x %}", "{# a", "{{ 'a }}", "{{ 1 | nofilter }}",
    "{{ 1 is notest }}", "{% nosuch %}", "{% for x in 1 %}{% endfor %}", "{{ raise_exception('no') }}", "{% set x.y = 1 %}", "{{ ) }}", "{{ (1 }}",
    "{{ 1 // 0 }}", "{{ 'a'.strip(1) }}", "{% break %}", "{% set true = 1 %}", "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "{{ nope|tojson }}",
    "{{ range(3)|items|list }}", "{{ 1|length }}", "{{ ''.join([1]) }}", "{{ 'a' in 1 }}", "{{ messages[0].role.x.y }}", "{% set a, b = [1] %}",
    "{{ 'a'.split('') }}", "{{ [1, 2]|map(attribute='x')|length }}", "{{ [3].append(1) }}", "{{ {[1]: 2} }}",
]


def render(template, chat, prompt):
    messages = [{"role": role, "content": content} for role, content in chat]
    return environment().from_string(template).render(
        messages=messages, tools=None, documents=None, add_generation_prompt=prompt, **TOKENS)


def case(name, template, chat, prompt):
    result = {"name": name, "template": template, "messages": chat, "addGenerationPrompt": prompt}
    try:
        result["expected"] = render(template, chat, prompt)
    except Exception as error:  # noqa: BLE001 - whatever jinja2 refuses, for whatever reason, is refused
        result["refused"] = f"{type(error).__name__}: {error}"
    return result


def main():
    cases = []
    for name, template in FAMILIES.items():
        for index, chat in enumerate(CHATS):
            for prompt in (True, False):
                cases.append(case(f"{name}, chat {index + 1}{', prompt' if prompt else ''}", template, chat, prompt))
    snippets = [case(f"snippet {index + 1}", template, SYSTEM, True) for index, template in enumerate(SNIPPETS)]
    refused = [case(f"refused {index + 1}", template, SYSTEM, True) for index, template in enumerate(REFUSED)]
    wrong = [entry for entry in snippets if "refused" in entry] + [entry for entry in refused if "expected" in entry]
    assert not wrong, wrong
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chat_templates.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"tokens": TOKENS, "cases": cases + snippets + refused}, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
