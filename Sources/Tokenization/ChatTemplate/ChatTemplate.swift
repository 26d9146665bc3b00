import Diagnostics

/// A checkpoint's own chat template: the Jinja text that turns messages into the prompt it was trained on.
///
///     let template = try ChatTemplate(folder: "models/Qwen2.5-0.5B-Instruct")
///     try template.render([("user", "Who wrote Faust?")])
///     // "<|im_start|>system\n...<|im_end|>\n<|im_start|>user\nWho wrote Faust?<|im_end|>\n<|im_start|>assistant\n"
///
/// Renders what transformers' `apply_chat_template(messages, tokenize=False)` does, to the byte. The text holds the special
/// tokens already: encode it with `addSpecialTokens: false`.
///
/// A subset of Jinja 3.1 is supported, as Python runs it in transformers (`trim_blocks`, `lstrip_blocks`):
/// - text, comments, `{{ }}`, white-space signs; `if`, `for` (with `if` and `else`), `set` (names, tuples, members of a
///   `namespace`, blocks), `macro`, `break`, `continue`, `generation`;
/// - strings, whole numbers, truth values, `none`, lists, tuples, mappings; `+ - * // % ~`, comparisons, `in`, `and`,
///   `or`, `not`, `a if b else c`, subscripts, slices, members;
/// - the filters `capitalize`, `count`, `default`, `first`, `items`, `join`, `last`, `length`, `list`, `lower`, `map`,
///   `reject`, `rejectattr`, `replace`, `select`, `selectattr`, `string`, `tojson`, `trim`, `upper`;
/// - the tests `boolean`, `defined`, `divisibleby`, `even`, `false`, `float`, `in`, `integer`, `iterable`, `mapping`,
///   `none`, `number`, `odd`, `sequence`, `string`, `true`, `undefined` and the comparisons by name;
/// - of strings `capitalize`, `endswith`, `join`, `lower`, `lstrip`, `replace`, `rstrip`, `split`, `startswith`, `strip`,
///   `upper`; of mappings `get`, `items`, `keys`, `values`;
/// - `range`, `namespace`, `dict`, `raise_exception`, and `strftime_now` if a day is given.
///
/// Anything else is an error that names the line: of tags and syntax when the template is read; of filters, tests, methods
/// and operations when rendering comes to them, so that a template's unused branches (for tools, say) do no harm. Hostile
/// templates end with an error, too: size, nesting, steps and memory are limited.
///
/// Templates see `messages`, `add_generation_prompt`, the special tokens, and `tools` and `documents`, which are none.
/// Without a day `strftime_now` is undefined and not today's date, so that the same messages give the same text on any
/// day: LLaMA 3's templates then use the fixed date they contain.
public struct ChatTemplate: Sendable {
    /// The file that the template comes from.
    public let file: String
    /// SHA-256 of the template's text in UTF-8, in hexadecimal: that of the file if it is a chat_template.jinja.
    public let hash: String
    /// The special tokens (`bos_token`, say) that the template's text names, by name.
    public let tokens: [String: String]
    /// The day that `strftime_now` tells.
    public let day: Day?

    private let statements: [TemplateStatement]
    private let allTokens: [String: String]
    private let untoldTokens: Set<String>

    /// Reads a template.
    ///
    /// - Parameters:
    ///   - text: the template.
    ///   - file: its name in messages.
    ///   - tokens: the special tokens by name; those that are none are left out.
    ///   - untoldTokens: names of special tokens that nothing is known about; to use one is an error.
    ///   - day: the day that `strftime_now` tells.
    /// - Throws: `Failure` 65 with the line when it is not valid or goes beyond the subset.
    init(
        _ text: String, file: String, tokens: [String: String] = [:], untoldTokens: Set<String> = [], day: Day? = nil
    ) throws {
        self.file = file
        self.day = day
        self.untoldTokens = untoldTokens
        allTokens = tokens
        hash = ContentHash.of(text)
        statements = try TemplateParser.statements(text, file: file)
        self.tokens = tokens.filter { PythonText.contains(text, $0.key) }
    }

    /// The prompt for `messages`.
    ///
    /// - Parameters:
    ///   - messages: roles ("system", "user", "assistant") and contents, at least one.
    ///   - addGenerationPrompt: whether the text ends with what stands before the model's answer.
    /// - Throws: `Failure` 65 with the line when the template refuses the messages (some want the roles to alternate),
    ///   goes beyond the supported subset, or exceeds its limits.
    public func render(
        _ messages: [(role: String, content: String)], addGenerationPrompt: Bool = true
    ) throws -> String {
        var variables: [String: TemplateValue] = allTokens.mapValues { .string($0) }
        variables["messages"] = .sequence(
            TemplateSequence(
                .list,
                messages.map { message in
                    .mapping(
                        TemplateMapping([("role", .string(message.role)), ("content", .string(message.content))]))
                }))
        variables["add_generation_prompt"] = .boolean(addGenerationPrompt)
        // transformers passes them in any case.
        variables["tools"] = TemplateValue.none
        variables["documents"] = TemplateValue.none
        var interpreter = TemplateInterpreter(file: file, day: day, untoldTokens: untoldTokens)
        return try interpreter.render(statements, variables)
    }
}
