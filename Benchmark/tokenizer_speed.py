#!/usr/bin/env python3
"""Measure the speed of specwiki-eval's tokenizers against the Hugging Face library's, on one thread each.

    python3 Benchmark/tokenizer_speed.py --tokenizers FOLDER --dump DUMP.xml.bz2

FOLDER holds folders with a tokenizer.json each (or is one). The text is the wikitext of a MediaWiki dump's articles, cut into lines of up
to 300 characters, or the lines of --text. Both programs encode every line by itself, special tokens included, and only that is timed, by
the processor time of the process. They take turns, each in a process of its own: the first pass begins with an empty cache of words
("cold"), the best of the others is called "warm". The table has medians over the rounds. The ids must be the same: their checksums
(FNV-1a, 64 bit, over each id as four little-endian bytes) are compared. Exit status 1 if a checksum differs or a ratio is below 1.
Needs Python 3.10 or newer and the package tokenizers.
"""

import argparse
import bz2
import html
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSES = 3


def say(text):
    print(f"tokenizer_speed: {text}", file=sys.stderr, flush=True)


# --- The text ----------------------------------------------------------------------------------


def lines_of_dump(path, limit):
    """Lines of up to 300 characters out of the main namespace's articles, white space made one space."""
    opened = bz2.open(path) if path.suffix == ".bz2" else open(path, "rb")
    with opened as file:
        xml = file.read().decode("utf-8")
    lines, size = [], 0
    for page in re.finditer(r"<page>.*?</page>", xml, re.S):
        page = page.group(0)
        text = re.search(r"<text[^>]*>(.*?)</text>", page, re.S)
        if "<ns>0</ns>" not in page or "<redirect" in page or not text:
            continue
        text = re.sub(r"\s+", " ", html.unescape(text.group(1)))
        start = 0
        while start < len(text):
            end = min(len(text), start + 300)
            if end < len(text):
                space = text.rfind(" ", start, end)
                end = space if space > start + 100 else end
            line = text[start:end].strip()
            start = end
            if line:
                lines.append(line)
                size += len(line.encode()) + 1
            if size >= limit:
                return lines
    return lines


# --- The two programs --------------------------------------------------------------------------


def fnv1a(ids_of_lines):
    value = 0xCBF29CE484222325
    for ids in ids_of_lines:
        for number in ids:
            for byte in number.to_bytes(4, "little"):
                value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def measure_peer(tokenizer_json, input_jsonl, checksum):
    """Runs in a process of its own: prints the passes' processor seconds and perhaps the checksum as JSON."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(tokenizer_json)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with open(input_jsonl, encoding="utf-8") as file:
        lines = [json.loads(line)["text"] for line in file]
    seconds = []
    for _ in range(PASSES):
        start = time.process_time()
        for line in lines:
            tokenizer.encode(line).ids
        seconds.append(time.process_time() - start)
    digest = fnv1a(tokenizer.encode(line).ids for line in lines) if checksum else None
    print(json.dumps({"seconds": seconds, "checksum": digest}))


def run_peer(folder, input_jsonl, checksum):
    environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--peer", folder / "tokenizer.json", input_jsonl] + ["--checksum"] * checksum
    output = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, env=environment).stdout
    result = json.loads(output)
    return result["seconds"], result["checksum"]


def run_ours(program, folder, input_jsonl):
    command = [program, "tokenize", folder, "--input", input_jsonl, "--output", "-", "--timing", PASSES]
    result = subprocess.run(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise SystemExit(f"tokenizer_speed: {folder}: {result.stderr.strip()}")
    seconds = [float(value) for value in re.findall(r"([0-9.]+) CPU-s,", result.stderr)]
    checksum = re.search(r"ids fnv1a64 ([0-9a-f]{16})", result.stderr)
    if len(seconds) != PASSES or not checksum:
        raise SystemExit(f"tokenizer_speed: {folder}: no timing in: {result.stderr.strip()}")
    return seconds, checksum.group(1)


# --- The table ---------------------------------------------------------------------------------


def measure(options):
    if (options.tokenizers / "tokenizer.json").exists():
        folders = [options.tokenizers]
    else:
        folders = sorted(path.parent for path in options.tokenizers.glob("*/tokenizer.json"))
    folders = [folder for folder in folders if not options.only or folder.name in options.only]
    if not folders:
        raise SystemExit(f"tokenizer_speed: no tokenizer.json in {options.tokenizers}")
    if options.text:
        lines = [line for line in options.text.read_text(encoding="utf-8").split("\n") if line]
    else:
        lines = lines_of_dump(options.dump, options.bytes)
    size = sum(len(line.encode()) for line in lines)
    if not lines:
        raise SystemExit("tokenizer_speed: the text is empty")
    say(f"{len(lines)} lines, {size} bytes, {len(folders)} tokenizers, {options.rounds} rounds")
    status = 0
    rows = []
    with tempfile.TemporaryDirectory() as work:
        input_jsonl = Path(work) / "lines.jsonl"
        input_jsonl.write_text("".join(json.dumps({"text": line}) + "\n" for line in lines), encoding="utf-8")
        for folder in folders:
            speeds = {"peer": [], "ours": []}
            checksums = set()
            for number in range(options.rounds):
                peer, checksum = run_peer(folder, input_jsonl, number == 0)
                ours, own = run_ours(options.program, folder, input_jsonl)
                checksums |= {own} | ({checksum} if checksum else set())
                for name, seconds in [("peer", peer), ("ours", ours)]:
                    speeds[name].append([size / 1e6 / seconds[0], size / 1e6 / min(seconds[1:])])
            cold, warm = ([statistics.median(run[i] for run in speeds[name]) for name in ("peer", "ours")] for i in (0, 1))
            # Ratios within a round: what else the machine does slows both.
            ratios = [
                statistics.median(ours[i] / peer[i] for peer, ours in zip(speeds["peer"], speeds["ours"])) for i in (0, 1)]
            same = len(checksums) == 1
            if not same or min(ratios) < 1:
                status = 1
            row = (f"| {folder.name} | {cold[0]:.2f} | {warm[0]:.2f} | {cold[1]:.1f} | {warm[1]:.1f} "
                   f"| {ratios[0]:.1f} | {ratios[1]:.1f} | {'same' if same else 'DIFFERENT'} |")
            say(row)
            rows.append(row)
    print("MB of UTF-8 per second of processor time, one thread; "
          f"{size / 1e6:.1f} MB in {len(lines)} lines, medians of {options.rounds} rounds\n")
    print("| tokenizer | HF cold | HF warm | ours cold | ours warm | ratio cold | ratio warm | ids |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))
    return status


def main():
    if sys.argv[1:2] == ["--peer"]:
        measure_peer(sys.argv[2], sys.argv[3], "--checksum" in sys.argv)
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizers", type=Path, required=True, metavar="FOLDER", help="the folders with a tokenizer.json")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--dump", type=Path, help="the MediaWiki dump to take the text from (.xml or .xml.bz2)")
    source.add_argument("--text", type=Path, help="a file whose lines are the texts")
    parser.add_argument("--bytes", type=int, default=5_000_000, help="how much text of the dump (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="how often both run in turn (default: %(default)s)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these tokenizers")
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/specwiki-eval",
                        help="the specwiki-eval to measure (default: the release build)")
    return measure(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
