#!/usr/bin/env python3
"""Train the demo model of SpecWiki from nothing.

    python Benchmark/Demo/train.py --questions questions.jsonl --output Benchmark/Demo/model

`questions.jsonl` is what `specwiki-build export STORE --format jsonl` writes. The script trains a byte-level BPE
tokenizer on the questions and a small LLaMA on their facts, and writes a Hugging Face checkpoint folder. A concept is
seen in proportion to (1 + page views) ** alpha, so that popular things are known well and rare ones badly.

The model learns facts, not the layout of the test: the stored order of the options is never shown (they are shuffled
anew each time), and the wrong options are drawn from the question's own and from other answers to the same relation.

The same file, seed, number of threads and torch version give the same model. Needs torch, tokenizers and safetensors.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch import nn

BOS, EOS, PAD = 0, 1, 2
SPECIAL_TOKENS = ["<s>", "</s>", "<pad>"]
LETTERS = "ABCD"
FRAME = ["Question:", "\nA.", "\nB.", "\nC.", "\nD.", "\nAnswer:"]  # one token each: prompts become a third shorter
CONTEXT = 512
ROPE_THETA = 10000.0
NORM_EPSILON = 1e-5


# --- The questions --------------------------------------------------------------------------------------------------


def read_questions(path):
    questions = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    if not questions:
        raise SystemExit(f"{path}: no questions")
    return questions


def choice_prompt(question, options):
    listed = "".join(f"{letter}. {option}\n" for letter, option in zip(LETTERS, options))
    return f"Question: {question}\n{listed}Answer:"


class Sampler:
    """Draws training examples; a concept's share grows with its page views."""

    def __init__(self, questions, alpha, rng):
        self.questions, self.rng = questions, rng
        self.alternatives = {}
        sizes = {}
        for q in questions:
            self.alternatives.setdefault(q["relation"], set()).add(right_option(q))
            sizes[q["concept_id"]] = sizes.get(q["concept_id"], 0) + 1
        self.alternatives = {relation: sorted(values) for relation, values in self.alternatives.items()}
        total, self.cumulative = 0.0, []
        for q in questions:
            total += (1 + q["popularity"]) ** alpha / sizes[q["concept_id"]]
            self.cumulative.append(total)

    def question(self):
        return self.rng.choices(self.questions, cum_weights=self.cumulative)[0]

    def generation(self):
        q = self.question()
        return q["question"], None, right_option(q), None

    def choice(self):
        """A question with its right option and three wrong ones in a new order."""
        q = self.question()
        right = right_option(q)
        true = {answer.casefold() for answer in q["answers"]} | {right.casefold()}
        own = [option for i, option in enumerate(q["options"]) if i != q["answer_index"]]
        others = self.alternatives[q["relation"]]
        wrong = []
        for option in own:
            other = self.rng.choice(others)
            if self.rng.random() < 0.5 and other.casefold() not in true and other not in own and other not in wrong:
                option = other
            wrong.append(option)
        options = [right, *wrong]
        self.rng.shuffle(options)
        return q["question"], options, right, options.index(right)


def right_option(q):
    return q["options"][q["answer_index"]]


# --- The tokenizer --------------------------------------------------------------------------------------------------


def train_tokenizer(questions, size):
    """Byte-level BPE with GPT-2's splitting, so that every text can be encoded; LLaMA's <s> in front."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=SPECIAL_TOKENS, show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    texts = [choice_prompt(q["question"], q["options"]) + " " + LETTERS[i % 4] for i, q in enumerate(questions)]
    texts += [f" {answer}" for q in questions for answer in q["answers"]]
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B",
                                                             special_tokens=[("<s>", BOS)])
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in FRAME])
    for letter in LETTERS:
        if len(tokenizer.encode(" " + letter, add_special_tokens=False).ids) != 1:
            raise SystemExit(f"the tokenizer has no token of its own for ' {letter}'; raise --vocabulary")
    return tokenizer


class Encoder:
    """Examples as token ids, targets, and the places where the auxiliary losses look."""

    def __init__(self, tokenizer):
        self.tokenizer, self.cache = tokenizer, {}

    def ids(self, text):
        if text not in self.cache:
            self.cache[text] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return self.cache[text]

    def encode(self, question, options, answer, index):
        """Pieces are cut where the pre-tokenizer cuts as well, so their ids joined are those of the whole prompt."""
        ids = [BOS] + self.ids("Question:") + self.ids(" " + question)
        asked, labels = len(ids) - 1, []
        for letter, option in zip(LETTERS, options or ()):
            ids += self.ids(f"\n{letter}.")
            labels += [(len(ids) + n, LETTERS.index(letter)) for n in range(len(self.ids(" " + option)))]
            ids += self.ids(" " + option)
        ids += self.ids("\nAnswer:")
        target = self.ids(" " + (answer if options is None else LETTERS[index]))
        return {"ids": ids + target, "asked": asked, "start": len(ids) - 1, "end": target + [EOS],
                "answer": self.ids(" " + answer), "labels": labels, "letter": index}


# --- The model ------------------------------------------------------------------------------------------------------


class Layer(nn.Module):
    def __init__(self, hidden, heads, intermediate):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.Parameter(torch.ones(hidden))
        self.mlp_norm = nn.Parameter(torch.ones(hidden))
        self.q, self.k, self.v, self.o = (nn.Linear(hidden, hidden, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(hidden, intermediate, bias=False) for _ in range(2))
        self.down = nn.Linear(intermediate, hidden, bias=False)

    def forward(self, x, rotary, future):
        batch, length, hidden = x.shape
        h = F.rms_norm(x, (hidden,), self.attention_norm, NORM_EPSILON)
        q, k, v = (w(h).view(batch, length, self.heads, -1).transpose(1, 2) for w in (self.q, self.k, self.v))
        q, k = rotate(q, *rotary), rotate(k, *rotary)
        # Written out: for sequences as short as these, several times as fast on a CPU as the fused kernel.
        self.attention = (q * q.shape[-1] ** -0.5 @ k.transpose(2, 3) + future[:length, :length]).softmax(-1)
        a = self.attention @ v
        x = x + self.o(a.transpose(1, 2).reshape(batch, length, hidden))
        h = F.rms_norm(x, (hidden,), self.mlp_norm, NORM_EPSILON)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


def rotate(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Llama(nn.Module):
    """A LLaMA decoder with tied embeddings."""

    def __init__(self, vocabulary, hidden, layers, heads, intermediate):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, hidden)
        self.layers = nn.ModuleList(Layer(hidden, heads, intermediate) for _ in range(layers))
        self.norm = nn.Parameter(torch.ones(hidden))
        # Token vectors are large against what the layers add, so that deep layers still see which token stands where.
        nn.init.normal_(self.embedding.weight, std=1.0)
        nn.init.constant_(self.norm, hidden ** -0.5)
        for p in self.layers.parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=hidden ** -0.5)
        for layer in self.layers:
            nn.init.zeros_(layer.down.weight)
        # At first tokens attend to their like (K = Q) and copy what they see (O = V transposed): the seeds of reading
        # an answer out of the question's words and of finding it among the options.
        for layer in self.layers:
            layer.k.weight.data.copy_(layer.q.weight.data)
            layer.o.weight.data.copy_(0.5 * layer.v.weight.data.T)
        self.label = nn.Linear(hidden, len(LETTERS))  # for an auxiliary loss only; not part of the checkpoint
        width = hidden // heads
        angles = torch.outer(torch.arange(CONTEXT).float(), ROPE_THETA ** (-torch.arange(0, width, 2) / width))
        angles = torch.cat((angles, angles), dim=-1)
        self.rotary = angles.cos(), angles.sin()
        self.future = torch.full((CONTEXT, CONTEXT), -math.inf).triu(1)

    def forward(self, ids):
        """The residual stream after each layer."""
        x = self.embedding(ids)
        rotary = tuple(t[: ids.shape[1]] for t in self.rotary)
        streams = []
        for layer in self.layers:
            x = layer(x, rotary, self.future)
            streams.append(x)
        return streams

    def logits(self, x):
        return F.linear(F.rms_norm(x, x.shape[-1:], self.norm, NORM_EPSILON), self.embedding.weight).float()


# --- Training -------------------------------------------------------------------------------------------------------


def losses(model, examples, options):
    """The sum of the weighted losses of a batch, and three of them for the log.

    A choice has two halves: to recall the answer and to look it up among the options. A model of this size finds both
    only with a hint, so three auxiliary losses say where the work may be done.
    """
    length = max(len(e["ids"]) for e in examples)
    ids = torch.full((len(examples), length), PAD)
    rows, places, targets = [], [], []  # where a next token is asked for, and which
    for row, e in enumerate(examples):
        ids[row, : len(e["ids"])] = torch.tensor(e["ids"])
        for n, token in enumerate(e["end"]):
            rows.append(row), places.append(e["start"] + n), targets.append(token)
    every = list(range(len(examples)))
    with torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16):
        streams = model(ids)
        logits = model.logits(streams[-1][rows, places])
        answer = F.cross_entropy(logits, torch.tensor(targets), reduction="sum") / len(examples)

        # Recall: two layers before the last, the answer's tokens can be read where question and prompt end.
        middle = streams[-3].float()
        wanted = torch.zeros(len(examples), model.embedding.num_embeddings)
        for row, e in enumerate(examples):
            wanted[row, e["answer"]] = 1 / len(set(e["answer"]))
        recall = sum(F.cross_entropy(model.logits(middle[every, [e[place] for e in examples]]), wanted)
                     for place in ("asked", "start")) / 2

        # Label: there, too, every token of an option knows its letter.
        label, look = answer.new_zeros(()), answer.new_zeros(())
        labels = [(row, place, letter) for row, e in enumerate(examples) for place, letter in e["labels"]]
        if labels:
            rows, at, letters = zip(*labels)
            label = F.cross_entropy(model.label(middle[rows, at]).float(), torch.tensor(letters))

            # Look: one head in each of the last two layers attends from the prompt's end to the right option.
            right = torch.zeros(len(examples), length)
            for row, e in enumerate(examples):
                right[row, [place for place, letter in e["labels"] if letter == e["letter"]]] = 1.0
            for layer in model.layers[-2:]:
                seen = layer.attention[every, 0, [e["start"] for e in examples]].float()
                look = look - ((seen * right).sum(-1) + 1e-6).log().mean() / 2
    total = answer + options.recall_weight * recall + options.label_weight * label + options.look_weight * look
    return total, (answer.item(), recall.item(), look.item())


def curriculum(step, options):
    """How many open questions and how many choices a step has: first facts alone, then both."""
    if step < options.facts_first * options.steps:
        return options.generations + options.choices // 2, 0
    return options.generations, options.choices


def learning_rate(step, options):
    warm = min(1.0, (step + 1) / 30)
    falling = min(1.0, (options.steps - step) / (0.3 * options.steps))
    return options.rate * warm * falling


def train(model, sampler, encoder, options):
    matrices = [p for p in model.layers.parameters() if p.dim() == 2]
    norms = [p for p in model.parameters() if p.dim() == 1] + [model.label.weight]
    optimizers = [torch.optim.Muon(matrices, weight_decay=options.decay, adjust_lr_fn="match_rms_adamw"),
                  torch.optim.AdamW([{"params": [model.embedding.weight], "share": 3.0},
                                     {"params": norms, "share": 0.3}], betas=(0.9, 0.98), weight_decay=0.0)]
    names = ("answer", "letter", "recall", "look")
    began, tokens, shown = time.monotonic(), 0, [0.0] * len(names)
    for step in range(options.steps):
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, options) * group.get("share", 1.0)
        counts = curriculum(step, options)
        batches = [[draw() for _ in range(count)] for draw, count in zip((sampler.generation, sampler.choice), counts)]
        for n, batch in enumerate(batches):
            examples = sorted((encoder.encode(*example) for example in batch), key=lambda e: len(e["ids"]))
            tokens += sum(len(e["ids"]) for e in examples)
            for part in range(0, len(examples), 24):  # of similar length, so that little of a batch is padding
                chunk = examples[part : part + 24]
                total, (answer, recall, look) = losses(model, chunk, options)
                (total * len(chunk) / sum(counts)).backward()
                weight = len(chunk) / len(examples) / options.log_every
                shown[n] += answer * weight
                shown[2] += recall * len(chunk) / sum(counts) / options.log_every
                shown[3] += look * weight * n
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        if (step + 1) % options.log_every == 0:
            seconds = time.monotonic() - began
            figures = "  ".join(f"{name} {value:.3f}" for name, value in zip(names, shown))
            print(f"step {step + 1}/{options.steps}  {figures}  {tokens / seconds:.0f} tokens/s  {seconds:.0f} s",
                  flush=True)
            shown = [0.0] * len(names)


# --- The checkpoint folder ------------------------------------------------------------------------------------------


def save(model, tokenizer, options):
    folder = options.output
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"model.embed_tokens.weight": model.embedding.weight, "model.norm.weight": model.norm}
    for i, layer in enumerate(model.layers):
        at = f"model.layers.{i}."
        tensors[at + "input_layernorm.weight"] = layer.attention_norm
        tensors[at + "post_attention_layernorm.weight"] = layer.mlp_norm
        for name in "qkvo":
            tensors[f"{at}self_attn.{name}_proj.weight"] = getattr(layer, name).weight
        for name in ("gate", "up", "down"):
            tensors[f"{at}mlp.{name}_proj.weight"] = getattr(layer, name).weight
    tensors = {name: t.detach().to(torch.float16).contiguous() for name, t in tensors.items()}
    if not all(t.isfinite().all() for t in tensors.values()):
        raise SystemExit("a weight is not finite in float16; lower --rate")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    width = options.hidden // options.heads
    write_json(folder / "config.json", {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": options.hidden, "intermediate_size": options.intermediate, "num_hidden_layers": options.layers,
        "num_attention_heads": options.heads, "num_key_value_heads": options.heads, "head_dim": width,
        "max_position_embeddings": CONTEXT, "rms_norm_eps": NORM_EPSILON, "rope_theta": ROPE_THETA,
        "hidden_act": "silu", "attention_bias": False, "mlp_bias": False, "attention_dropout": 0.0,
        "tie_word_embeddings": True, "bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": PAD,
        "initializer_range": 0.02, "use_cache": True, "torch_dtype": "float16"})
    write_json(folder / "generation_config.json",
               {"bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": PAD, "do_sample": False})
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>",
        "model_max_length": CONTEXT, "clean_up_tokenization_spaces": False})


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


# --- Command --------------------------------------------------------------------------------------------------------


def arguments():
    parser = argparse.ArgumentParser(description="Train the demo model of SpecWiki from nothing.")
    add = parser.add_argument
    add("--questions", type=Path, required=True, help="JSON Lines from `specwiki-build export --format jsonl`")
    add("--output", type=Path, required=True, help="checkpoint folder to write")
    add("--seed", type=int, default=2019)
    add("--threads", type=int, default=1)
    add("--steps", type=int, default=1000)
    add("--alpha", type=float, default=0.5, help="exposure of a concept: (1 + views) ** alpha")
    add("--choices", type=int, default=24, help="multiple-choice examples in a later step")
    add("--generations", type=int, default=40, help="open questions in a step (early: half of the choices more)")
    add("--facts-first", type=float, default=0.15, help="share of the steps that have open questions only")
    add("--rate", type=float, default=0.012)
    add("--decay", type=float, default=0.05)
    add("--vocabulary", type=int, default=4096)
    add("--hidden", type=int, default=128)
    add("--layers", type=int, default=5)
    add("--heads", type=int, default=4)
    add("--intermediate", type=int, default=384)
    add("--recall-weight", type=float, default=0.5)
    add("--look-weight", type=float, default=0.3)
    add("--label-weight", type=float, default=0.3)
    add("--bfloat16", action=argparse.BooleanOptionalAction, default=True, help="matrix products in bfloat16")
    add("--log-every", type=int, default=100)
    return parser


def build(options):
    """The tokenizer, the sampler and the fresh model that the options ask for."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    questions = read_questions(options.questions)
    tokenizer = train_tokenizer(questions, options.vocabulary)
    model = Llama(tokenizer.get_vocab_size(), options.hidden, options.layers, options.heads, options.intermediate)
    print(f"{len(questions)} questions, {tokenizer.get_vocab_size()} tokens, "
          f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    return tokenizer, Sampler(questions, options.alpha, random.Random(options.seed)), model


def main():
    options = arguments().parse_args()
    tokenizer, sampler, model = build(options)
    train(model, sampler, Encoder(tokenizer), options)
    save(model, tokenizer, options)


if __name__ == "__main__":
    main()
