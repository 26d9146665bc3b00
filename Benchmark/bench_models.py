#!/usr/bin/env python3
"""Speed of the decoder against transformers and llama.cpp, on random-weight models, all in one session.

    python3 Benchmark/bench_models.py [--shapes 0.5b,1.5b] [--precisions float32,bfloat16] [--rounds 2] [--torch FILE.whl]

Installs the peers from PyPI into .build/peers (llama-cpp-python is compiled: some minutes), writes checkpoints of random
weights in the shapes of Qwen2.5-0.5B and -1.5B to .build/models, and prints and writes the tables of the section "Models" of
Benchmark/RESULTS.md. Peers and SpecWiki take turns; of each figure the best round counts. Generation goes as fast as
memory does, which changes from minute to minute: there llama.cpp and SpecWiki take --turns short turns, and the median
of the turns' ratios counts. With SPECWIKI_SHARED a whole PSS run is compared with its reference script as well.
"""
import argparse
import json
import math
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench import write_results

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EVAL = os.path.join(ROOT, ".build/release/specwiki-eval")
BUILD = os.path.join(ROOT, ".build/release/specwiki-build")
RESULTS = Path(ROOT) / "Benchmark/RESULTS.md"
PEERS = os.path.join(ROOT, ".build/peers")
MODELS = os.path.join(ROOT, ".build/models")
SHAPES = {
    "0.5b": dict(layers=24, hidden=896, intermediate=4864, heads=14, kv_heads=2, vocabulary=151936),
    "1.5b": dict(layers=28, hidden=1536, intermediate=8960, heads=12, kv_heads=2, vocabulary=151936),
    "7b": dict(layers=32, hidden=4096, intermediate=11008, heads=32, kv_heads=32, vocabulary=32000),    # --memory
}
PROMPTS, LENGTH, NEW, STREAMS = 16, 80, 32, 16


def prompt(index, length=LENGTH):
    """The same ids for every program."""
    return [(index * 7919 + i * 104729 + 1) % 151000 for i in range(length)]


# ------------------------------------------------------------------------------------------------ checkpoints (peers' Python)

def make_checkpoint(folder, shape):
    """Random bfloat16 weights, spread so that logits are not flat, and a small byte-level tokenizer.

    All tensors are cut from one pool of random numbers, at other places: drawing billions would take minutes."""
    import torch
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(5)
    pool = torch.randn(1 << 26).to(torch.bfloat16)
    starts = random.Random(5)
    h, f, kv = shape["hidden"], shape["intermediate"], shape["kv_heads"] * shape["hidden"] // shape["heads"]
    tensors, files, index = {}, shape["layers"] + 1, {}

    def add(name, *size, scale=None):
        count = math.prod(size)
        start = starts.randrange(1 << 20)
        values = pool[start:start + count]
        if len(values) < count:
            values = torch.cat([values, pool.repeat(count // len(pool) + 1)])[:count]
        tensors[name] = (values * (scale or size[-1] ** -0.5)).view(size)

    def save(number):
        file = f"model-{number:05d}-of-{files:05d}.safetensors"
        save_file(tensors, os.path.join(folder, file), metadata={"format": "pt"})
        index.update({name: file for name in tensors})
        tensors.clear()

    for i in range(shape["layers"]):
        p = f"model.layers.{i}."
        for name, out, into in (("q", h, h), ("k", kv, h), ("v", kv, h), ("o", h, h)):
            add(f"{p}self_attn.{name}_proj.weight", out, into)
            if name != "o":
                add(f"{p}self_attn.{name}_proj.bias", out, scale=0.02)
        for name, out, into in (("gate", f, h), ("up", f, h), ("down", h, f)):
            add(f"{p}mlp.{name}_proj.weight", out, into)
        for name in ("input_layernorm", "post_attention_layernorm"):
            tensors[f"{p}{name}.weight"] = torch.ones(h, dtype=torch.bfloat16)
        save(i + 1)
    add("model.embed_tokens.weight", shape["vocabulary"], h, scale=0.05)
    tensors["model.norm.weight"] = torch.ones(h, dtype=torch.bfloat16)
    save(files)
    with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
        json.dump({"metadata": {}, "weight_map": index}, file)
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump({
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_act": "silu", "hidden_size": h,
            "intermediate_size": f, "num_hidden_layers": shape["layers"], "num_attention_heads": shape["heads"],
            "num_key_value_heads": shape["kv_heads"], "vocab_size": shape["vocabulary"], "max_position_embeddings": 4096,
            "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "tie_word_embeddings": True, "torch_dtype": "bfloat16",
            "use_sliding_window": False, "eos_token_id": 0, "bos_token_id": None}, file, indent=1)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=3000, special_tokens=["<end>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.save(os.path.join(folder, "tokenizer.json"))


def make_gguf(folder, path, dtype):
    """The same weights for llama.cpp."""
    import gguf
    import torch
    from safetensors.torch import load_file

    with open(os.path.join(folder, "config.json")) as file:
        c = json.load(file)
    w = gguf.GGUFWriter(path, "qwen2")
    w.add_context_length(c["max_position_embeddings"])
    w.add_embedding_length(c["hidden_size"])
    w.add_block_count(c["num_hidden_layers"])
    w.add_feed_forward_length(c["intermediate_size"])
    w.add_head_count(c["num_attention_heads"])
    w.add_head_count_kv(c["num_key_value_heads"])
    w.add_layer_norm_rms_eps(c["rms_norm_eps"])
    w.add_rope_freq_base(c["rope_theta"])
    w.add_file_type(gguf.LlamaFileType.MOSTLY_BF16 if dtype == "bfloat16" else gguf.LlamaFileType.ALL_F32)
    # Ids only: the vocabulary needs texts, not sensible ones.
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen2")
    w.add_token_list([f"<{i}>" for i in range(c["vocab_size"])])
    w.add_token_types([gguf.TokenType.NORMAL] * c["vocab_size"])
    w.add_token_merges(["< 0"])
    w.add_eos_token_id(0)
    names = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
             "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
             "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
    tensors = (pair for name in sorted(os.listdir(folder)) if name.endswith(".safetensors")
               for pair in load_file(os.path.join(folder, name)).items())
    for name, tensor in tensors:
        if name == "model.embed_tokens.weight":
            target = "token_embd.weight"
        elif name == "model.norm.weight":
            target = "output_norm.weight"
        else:
            _, _, layer, rest = name.split(".", 3)
            part, kind = rest.rsplit(".", 1)
            target = f"blk.{layer}.{names[part]}.{kind}"
        if dtype == "bfloat16" and tensor.dim() == 2:
            data = tensor.contiguous().view(torch.uint8).numpy()
            w.add_tensor(target, data, raw_dtype=gguf.GGMLQuantizationType.BF16)
        else:
            w.add_tensor(target, tensor.float().numpy())
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


# ------------------------------------------------------------------------------------------------ peers

def run_transformers(folder, dtype, threads):
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype))
    model.eval()
    ids = torch.tensor([prompt(i) for i in range(PROMPTS)])
    result = {"version": f"transformers {transformers.__version__}, torch {torch.__version__}"}
    masks = []

    def hook(layer):
        def mask(_, inputs):
            coefficients = inputs[0].clone()
            coefficients[..., masks[layer]] = 0
            return (coefficients,) + inputs[1:]
        return mask

    with torch.no_grad():
        for masked in (False, True):
            if masked:
                for layer, block in enumerate(model.model.layers):
                    block.mlp.down_proj.register_forward_pre_hook(hook(layer))
            best = 0
            for size in (4, 8, 16):
                r = random.Random(1)
                d = model.config.intermediate_size
                start = time.perf_counter()
                for b in range(0, PROMPTS, size):
                    masks[:] = [torch.tensor(r.sample(range(d), d // 5)) for _ in model.model.layers]
                    model(input_ids=ids[b:b + size], use_cache=False, logits_to_keep=1)
                best = max(best, ids.numel() / (time.perf_counter() - start))
            result["maskedPrefill" if masked else "prefill"] = best
        for block in model.model.layers:
            block.mlp.down_proj._forward_pre_hooks.clear()
        for streams, name in ((1, "decoding"), (STREAMS, "decodingTogether")):
            out = model(input_ids=ids[:streams], use_cache=True, logits_to_keep=1)
            start = time.perf_counter()
            for _ in range(NEW):
                token = out.logits[:, -1].argmax(dim=-1, keepdim=True)
                out = model(input_ids=token, past_key_values=out.past_key_values, use_cache=True)
            result[name] = streams * NEW / (time.perf_counter() - start)
    return result


def run_llama(path, threads, what):
    """All figures, or those named by `what`."""
    import ctypes

    import llama_cpp
    import numpy

    llama_cpp.llama_backend_init()
    silence = llama_cpp.llama_log_callback(lambda *_: None)    # kept: C calls it until the end
    llama_cpp.llama_log_set(silence, ctypes.c_void_p(0))
    model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
    if not model:
        raise RuntimeError("llama.cpp cannot load the model")
    p = llama_cpp.llama_context_default_params()
    p.n_ctx, p.n_batch, p.n_ubatch, p.n_seq_max = (LENGTH + NEW + 8) * PROMPTS, 2048, 512, PROMPTS
    p.n_threads = p.n_threads_batch = threads
    if hasattr(p, "kv_unified"):
        p.kv_unified = True
    context = llama_cpp.llama_init_from_model(model, p)
    vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
    memory = llama_cpp.llama_get_memory(context)
    batch = llama_cpp.llama_batch_init(4096, 0, 1)

    def decode(items):
        """items: (token, position, sequence, wants logits)"""
        batch.n_tokens = len(items)
        for i, (token, position, sequence, wants) in enumerate(items):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, position, 1, wants
            batch.seq_id[i][0] = sequence
        if llama_cpp.llama_decode(context, batch):
            raise RuntimeError("llama_decode failed")
        llama_cpp.llama_synchronize(context)

    def prefill(streams):
        items = [(t, i, s, i == LENGTH - 1) for s in range(streams) for i, t in enumerate(prompt(s))]
        for start in range(0, len(items), 2000 // LENGTH * LENGTH):
            decode(items[start:start + 2000 // LENGTH * LENGTH])

    result = {"version": f"llama-cpp-python {llama_cpp.__version__}"}
    decode([(1, 0, 0, True)])
    for _ in range(3 if "prefill" in what else 0):
        llama_cpp.llama_memory_clear(memory, True)
        start = time.perf_counter()
        prefill(PROMPTS)
        result["prefill"] = max(result.get("prefill", 0), PROMPTS * LENGTH / (time.perf_counter() - start))
    for streams, name in ((1, "decoding"), (STREAMS, "decodingTogether")):
        if name not in what:
            continue
        llama_cpp.llama_memory_clear(memory, True)
        prefill(streams)
        tokens = [1] * streams
        start = time.perf_counter()
        for n in range(NEW):
            decode([(tokens[s], LENGTH + n, s, True) for s in range(streams)])
            for s in range(streams):
                logits = numpy.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, s), (vocabulary,))
                tokens[s] = int(logits.argmax())
        result[name] = streams * NEW / (time.perf_counter() - start)
    return result


# ------------------------------------------------------------------------------------------------ the session

def peer(python, *arguments):
    """Runs a function of this file in the peers' Python, in a process of its own."""
    lines = subprocess.run([python, os.path.abspath(__file__), "--peer", *arguments], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return json.loads(lines[-1]) if lines else None


def set_up(wheel):
    python = os.path.join(PEERS, "bin/python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
    probe = "import torch, transformers, tokenizers, safetensors, gguf, llama_cpp"
    if subprocess.run([python, "-c", probe], stderr=subprocess.DEVNULL).returncode:
        packages = [wheel or "torch", "transformers", "tokenizers", "safetensors", "gguf", "numpy", "llama-cpp-python"]
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    return python


def best(rounds):
    """The best of each figure; text as it is."""
    result = {}
    for figures in rounds:
        for name, value in figures.items():
            if isinstance(value, (int, float)):
                result[name] = max(result.get(name, 0), value)
            else:
                result[name] = value
    return result


def number(value):
    return "–" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def ours(folder, precision, threads, *options):
    text = subprocess.run([EVAL, "speed", folder, "--precision", precision, "--json", "--threads", str(threads), *options],
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    return json.loads(text)


def generations(python, folder, path, precision, turns, threads):
    """Tokens per second of llama.cpp and SpecWiki with one stream and with all, turn by turn, each of them first in every other turn."""
    pairs = []
    for turn in range(turns):
        sides = [lambda: peer(python, "llama", path, str(threads), "decoding", "decodingTogether"),
                 lambda: ours(folder, precision, threads, "--prompts", "1", "--streams", str(STREAMS), "--length", str(LENGTH),
                              "--new-tokens", str(NEW))]
        if turn % 2:
            second, first = sides[1](), sides[0]()
        else:
            first, second = sides[0](), sides[1]()
        pairs.append((first, second))
    return pairs


def compare(python, shape, precisions, rounds, turns, threads):
    folder = os.path.join(MODELS, shape)
    if not os.path.exists(os.path.join(folder, "tokenizer.json")):
        peer(python, "checkpoint", folder, shape)
    rows = []
    for precision in precisions:
        path = f"{folder}-{precision}.gguf"
        if not os.path.exists(path):
            peer(python, "gguf", folder, path + ".part", precision)
            os.rename(path + ".part", path)
        figures, hf, llama = [], [], []
        for _ in range(rounds):
            hf.append(peer(python, "transformers", folder, precision, str(threads)))
            llama.append(peer(python, "llama", path, str(threads), "prefill"))
            figures.append(ours(folder, precision, threads, "--repetitions", "3", "--streams", "1"))
        figures, hf, llama = best(figures), best(hf), best(llama)
        pairs = generations(python, folder, path, precision, turns, threads)
        for name, label in (("prefill", "prompts"), ("maskedPrefill", "prompts, masked"), ("decoding", "1 stream"),
                            ("decodingTogether", f"{STREAMS} streams")):
            if name.startswith("decoding"):
                llama[name], figures[name] = (statistics.median(side[name] for side in sides) for sides in zip(*pairs))
                each = sorted(second[name] / max(first[name], hf[name]) for first, second in pairs)
                ratio = f"{statistics.median(each):.2f} ({each[0]:.2f} to {each[-1]:.2f})"
            else:
                ratio = f"{figures[name] / max(x for x in (hf.get(name), llama.get(name)) if x):.2f}"
            rows.append(f"| {shape} | {precision} | {label} | {number(hf.get(name))} | {number(llama.get(name))} | "
                        f"{number(figures[name])} | {ratio} |")
        rows.append(f"| {shape} | {precision} | bare products | | | {number(figures['bareMultiply'])} | "
                    f"prompts reach {100 * figures['maskedPrefill'] / figures['bareMultiply']:.0f} % |")
        print("\n".join(rows[-5:]), flush=True)
        os.remove(path)
    return rows, [hf["version"], llama["version"]]


def pss(python, folder, precisions):
    """A whole run, localisation and five ratios without nulls, against the reference script; and the cold start."""
    shared = os.environ.get("SPECWIKI_SHARED")
    if not shared:
        print("SPECWIKI_SHARED is not set: the PSS run is not compared")
        return []
    work = os.path.join(MODELS, "pss")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    store, small = os.path.join(work, "all.sqlite"), os.path.join(work, "some.sqlite")
    subprocess.run([BUILD, "generate", os.path.join(ROOT, "Dumps/sample.xml.bz2"), "--output", store, "--quiet"], check=True)
    questions = os.path.join(work, "questions.jsonl")
    subprocess.run([BUILD, "export", store, "--format", "jsonl", "--output", questions, "--quiet"], check=True)
    with open(questions, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    concepts = sorted({line["concept_id"] for line in lines})
    kept = concepts[:: max(1, len(concepts) // 6)][:6]
    lines = [line for line in lines if line["concept_id"] in kept]
    with open(questions, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    subprocess.run([BUILD, "import", questions, "--output", small, "--quiet"], check=True)
    cold = os.path.join(work, "cold.sqlite")
    shutil.copy(small, cold)
    plan = os.path.join(work, "plan.jsonl")
    r = random.Random(3)
    with open(plan, "w") as file:
        for concept in kept[:2]:
            own = [x["question_id"] for x in lines if x["concept_id"] == concept]
            others = r.sample([x["question_id"] for x in lines if x["concept_id"] != concept], 30)
            file.write(json.dumps({"concept_id": concept, "related": own, "localization_controls": others[:15],
                                   "evaluation_controls": others[15:]}) + "\n")
    rows, reference = [], {}
    for precision in precisions:
        start = time.perf_counter()
        subprocess.run([python, os.path.join(shared, "oracle/pss_reference.py"), "--model", folder, "--questions", questions,
                        "--plan", plan, "--dtype", precision, "--no-generation", "--out", os.path.join(work, "r.json")],
                       check=True, stdout=subprocess.DEVNULL)
        reference[precision] = time.perf_counter() - start
    for precision in ("float32", "bfloat16"):
        start = time.perf_counter()
        subprocess.run([EVAL, "run", small, "--model", folder, "--plan", plan, "--nulls", "0", "--formats", "mcq",
                        "--studies", "none", "--precision", precision, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        rows.append(f"| {precision} | {number(reference.get(precision))} s | {seconds:.1f} s | "
                    f"{min(reference.values()) / seconds:.2f} |")
        print(rows[-1], flush=True)
    start = time.perf_counter()
    process = subprocess.Popen([EVAL, "run", cold, "--model", folder, "--limit", "3", "--nulls", "0", "--formats", "mcq",
                                "--studies", "none", "--quiet"], stdout=subprocess.DEVNULL)
    seconds = {}
    while 10 not in seconds and process.poll() is None:
        try:
            with sqlite3.connect(f"file:{cold}?mode=ro", uri=True) as db:
                answers = db.execute("SELECT count(*) FROM answer").fetchone()[0]
            for count in (1, 10):
                if answers >= count:
                    seconds.setdefault(count, time.perf_counter() - start)
        except sqlite3.OperationalError:
            pass
        time.sleep(0.01)
    process.kill()
    process.wait()
    rows.append(f"| cold start to the first scored question | | {seconds[1]:.2f} s | |")
    rows.append(f"| and to the tenth | | {seconds[10]:.2f} s | |")
    print("\n".join(rows[-2:]), flush=True)
    return rows


def memory(python):
    """A 7B shape: what resides beside the mapped weights, and what `describe` foretells."""
    folder = os.path.join(MODELS, "7b")
    if not os.path.exists(os.path.join(folder, "tokenizer.json")):
        peer(python, "checkpoint", folder, "7b")
    rows = []
    store = os.path.join(MODELS, "memory.sqlite")
    subprocess.run([BUILD, "generate", os.path.join(ROOT, "Dumps/sample.xml.bz2"), "--output", store, "--force",
                    "--quiet"], check=True)
    text = subprocess.run([EVAL, "describe", folder], check=True, text=True, stdout=subprocess.PIPE).stdout
    needed = re.search(r"^memory needed +(.+?) for", text, re.MULTILINE).group(1)
    described = re.search(r"^working memory .* in (\w+)", text, re.MULTILINE).group(1)
    for precision in ("bfloat16", "float32"):
        foretold = needed if precision == described else "–"
        process = subprocess.Popen([EVAL, "run", store, "--model", folder, "--limit", "3",
                                    "--ratios", "0.2", "--nulls", "0", "--studies", "none",
                                    "--precision",
                                    precision, "--quiet"], stdout=subprocess.DEVNULL)
        peaks, start = {"RssAnon": 0, "VmRSS": 0}, time.perf_counter()
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status") as file:
                    for line in file:
                        name, _, value = line.partition(":")
                        if name in peaks:
                            peaks[name] = max(peaks[name], int(value.split()[0]))
            except (FileNotFoundError, ProcessLookupError):
                break
            time.sleep(0.02)
        if process.wait():
            raise RuntimeError(f"the run ended with {process.returncode}")
        rows.append(f"| {precision} | {foretold} | {peaks['VmRSS'] / 2**20:.1f} GiB | {peaks['RssAnon'] / 1024:.0f} MiB | "
                    f"{time.perf_counter() - start:.0f} s |")
        print(rows[-1], flush=True)
    return rows


def machine():
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], text=True, stdout=subprocess.PIPE).stdout
    with open("/proc/cpuinfo") as file:
        name = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    return f"{name}, {os.cpu_count()} cores; commit {commit.strip()}; `python3 Benchmark/bench_models.py {' '.join(sys.argv[1:])}`."


def write(rows, pss_rows, versions, turns, reference):
    lines = ["## Models", "", machine(), "", f"{versions[0]}; {versions[1]}.", "",
             f"Tokens per second: {PROMPTS} prompts of {LENGTH} tokens to their last logits (masked: a fifth of each layer; a mask of its",
             "own for every prompt here, for every batch in transformers), and greedy decoding after such prompts. The checkpoint holds bfloat16;",
             "at float32 both peers hold float32 weights. Prompts: the fastest of three passes (in transformers of batches of 4, 8 and 16).",
             f"Generation goes as fast as memory does: {turns} turns of llama.cpp and SpecWiki one right after the other, medians; the ratio is the",
             "median of the turns' (in brackets the least and the greatest). Last column: against the better peer.", "",
             "| shape | precision | what | transformers | llama.cpp | SpecWiki | ratio |", "|---|---|---|---|---|---|---|", *rows]
    if pss_rows:
        lines += ["", "A PSS run of 2 concepts with 15 + 15 controls and five ratios, without nulls, whole processes; the ratio is",
                  f"that of the reference script at its better precision to ours; it was run in {' and '.join(reference)}.", "",
                  "| precision | reference script | SpecWiki | ratio |", "|---|---|---|---|", *pss_rows]
    write_results(RESULTS, "models", lines)


def write_memory(rows):
    write_results(RESULTS, "memory", [
        "## Memory of a 7B shape", "", machine(), "",
        "13.5 GB of bfloat16 weights; a run of three concepts with masks. Resident in all, and without what is mapped from files, at its",
        "peak.", "",
        "| precision | `describe` foretells | resident | beside the mapped weights | time |", "|---|---|---|---|---|", *rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shapes", default="0.5b,1.5b")
    parser.add_argument("--precisions", default="float32,bfloat16")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--turns", type=int, default=9, help="of generation (9)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--torch", help="a wheel of torch instead of PyPI's")
    parser.add_argument("--python", help="a Python that has the peers already")
    parser.add_argument("--reference", default="bfloat16", help="precisions of the PSS reference; on a processor without "
                        "bfloat16 float32 is its better one")
    parser.add_argument("--memory", action="store_true", help="only the memory of a 7B shape (13.5 GB of disk)")
    parser.add_argument("--no-results", action="store_true", help="leave Benchmark/RESULTS.md alone")
    parser.add_argument("--peer", nargs="+", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.peer:
        what, rest = a.peer[0], a.peer[1:]
        if what == "checkpoint":
            make_checkpoint(rest[0], SHAPES[rest[1]])
        elif what == "gguf":
            make_gguf(*rest)
        elif what == "transformers":
            print(json.dumps(run_transformers(rest[0], rest[1], int(rest[2]))))
        elif what == "llama":
            print(json.dumps(run_llama(rest[0], int(rest[1]), rest[2:])))
        return
    python = a.python or set_up(a.torch)
    if a.memory:
        rows = memory(python)
        if not a.no_results:
            write_memory(rows)
        return
    rows, versions = [], []
    for shape in a.shapes.split(","):
        more, versions = compare(python, shape, a.precisions.split(","), a.rounds, a.turns, a.threads)
        rows += more
    pss_rows = pss(python, os.path.join(MODELS, "0.5b"), a.reference.split(","))
    if not a.no_results:
        write(rows, pss_rows, versions, a.turns, a.reference.split(","))


if __name__ == "__main__":
    main()
