#!/usr/bin/env python3
"""Show that lm-evaluation-harness scores an export as specwiki-eval scores its store, question by question.

    python3 Benchmark/check_lm_eval.py                      the demo model on sample questions, and tiny models
    python3 Benchmark/check_lm_eval.py --torch torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl
    python3 Benchmark/check_lm_eval.py --questions questions.jsonl --model MODEL_DIR

Installs lm-eval from PyPI into --venv, exports the questions with --format lm-eval, moves the folder, runs
`lm_eval --include_path` on it from elsewhere, runs `specwiki-eval run` on the same questions and model, and compares prompts,
letters, generated texts, right and wrong, and accuracies of both formats. Prints the figures; exit status 1 on any difference, 2 when
something is missing. The harness can run on the CPU and needs no network once it is installed.
"""

import argparse
import csv
import json
import shutil
import sys
from pathlib import Path

from check_support import (ROOT, SAMPLE, SAMPLE_VIEWS, CheckError, Findings, add_common_options, environment, offline,
                           program, run)

FIXTURES = ROOT / "Tests/Fixtures"
LETTERS = "ABCD"
# Compares the harness's scoring of open answers, as exported, with the reference cases.
SCORING = """
import json, sys
sys.path.insert(0, sys.argv[1])
import utils
cases = json.load(open(sys.argv[2], encoding="utf-8"))
print(json.dumps([[utils.is_correct(case["output"], case["answers"]), " ".join(utils.words(case["output"]))] for case in cases]))
"""


def main():
    options = arguments()
    build = program(options.programs, "specwiki-build")
    evaluate = program(options.programs, "specwiki-eval")
    python = environment(options.venv, [options.torch, "lm-eval[hf]"])
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    versions = run([python, "-c", "import importlib.metadata as m; "
                    "print(', '.join(f'{p} {m.version(p)}' for p in ('lm_eval', 'torch', 'transformers', 'datasets')))"])
    print(versions.strip())

    findings = Findings()
    for name, store, models in stores(options, build):
        folder = export(build, store, options.work / name)
        if name == "sample":
            check_scoring(python, folder, findings)
        for model in models:
            compare(evaluate, python, name, store, folder, model, options.work / f"{name}-{model.name}", findings)
    return findings.finish()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_common_options(parser, "check-lm-eval")
    parser.add_argument("--torch", default="torch", metavar="PACKAGE",
                        help="what to install as torch: a name, or a wheel of its version for CPUs (default: torch)")
    parser.add_argument("--questions", type=Path, help="questions.jsonl to use in place of the sample's and the fixtures'")
    parser.add_argument("--model", type=Path, action="append", help="checkpoint folder (again for more)")
    parser.add_argument("--concepts", type=int, default=30, help="concepts of the sample (default: 30, 300 questions)")
    return parser.parse_args()


def stores(options, build):
    """Names, stores and models: what was asked for, or the demo model on the sample and the tiny models on their questions."""
    cases = []
    if options.questions or options.model:
        store = options.work / "given.sqlite"
        run([build, "import", options.questions or FIXTURES / "Oracle/questions.jsonl", "--output", store])
        cases.append(("given", store, options.model or [ROOT / "Benchmark/Demo/model"]))
    else:
        store = options.work / "sample.sqlite"
        run([build, "generate", SAMPLE, "--pageviews", SAMPLE_VIEWS, "--concepts", options.concepts, "--output", store])
        cases.append(("sample", store, [ROOT / "Benchmark/Demo/model"]))
        store = options.work / "tiny.sqlite"
        run([build, "import", FIXTURES / "Oracle/questions.jsonl", "--output", store])
        cases.append(("tiny", store, [FIXTURES / "Models" / name for name in ("llama", "gpt2", "llama3")]))
    return cases


def export(build, store, folder):
    """Exports and moves the folder: it must not know where it was written."""
    written = folder.with_name(folder.name + ".written")
    run([build, "export", store, "--format", "lm-eval", "--output", written])
    written.rename(folder)
    return folder


def check_scoring(python, folder, findings):
    path = FIXTURES / "Oracle/scoring_cases.json"
    cases = json.loads(path.read_text(encoding="utf-8"))
    given = json.loads(run([python, "-c", SCORING, folder, path]))
    for case, (is_correct, normalised) in zip(cases, given, strict=True):
        findings.equal(is_correct, case["correct"], f"score of {case['output']!r}")
        findings.equal(normalised, case["normalised_output"], f"normalised {case['output']!r}")
    print(f"scoring cases: {len(cases)} compared")


def compare(evaluate, python, name, store, folder, model, work, findings):
    """One model: both programs on the same questions."""
    work.mkdir()
    harness = run_harness(python, folder, model, work)
    run([evaluate, "run", store, "--model", model, "--formats", "mcq,generation", "--ratios", "0.1", "--nulls", "0",
         "--name", model.name, "--fresh"])
    ours = our_results(evaluate, store, model.name, work)
    questions = {row["question_id"]: row for row in lines(folder / "questions.jsonl")}

    samples = harness["samples"]["specwiki_mcq"]
    findings.equal(sorted(samples), sorted(questions), f"{name}: ids in multiple choice")
    for number, sample in sorted(samples.items()):
        place = f"{name}, {model.name}, question {number}, multiple choice"
        question, answer = questions[number], ours["answers"][number]
        requests = [sample["arguments"][f"gen_args_{index}"] for index in range(4)]
        findings.equal([request["arg_0"] for request in requests], [multiple_choice_prompt(question)] * 4, f"{place}: prompt")
        findings.equal([request["arg_1"] for request in requests], [f" {letter}" for letter in LETTERS], f"{place}: choices")
        scores = [float(response[0][0]) for response in sample["resps"]]
        prediction = LETTERS[scores.index(max(scores))]
        findings.expect(prediction == answer["prediction"],
                        f"{place}: {prediction}, and not {answer['prediction']} (our margin {answer['margin']})")
        findings.equal(int(sample["acc"]), int(answer["correct"]), f"{place}: right")

    samples = harness["samples"]["specwiki_generation"]
    findings.equal(sorted(samples), sorted(questions), f"{name}: ids in generation")
    texts = 0
    for number, sample in sorted(samples.items()):
        place = f"{name}, {model.name}, question {number}, generation"
        answer = ours["answers"][number]
        findings.equal(sample["arguments"]["gen_args_0"]["arg_0"], f"Question: {questions[number]['question']}\nAnswer:",
                       f"{place}: prompt")
        text = sample["filtered_resps"][0].split("\n")[0]
        texts += text == answer["generated"]
        if not is_noise(text, answer["generated"]):
            findings.equal(text, answer["generated"], f"{place}: text")
        findings.equal(int(sample["acc"]), int(answer["generation_correct"]), f"{place}: right")

    for task, key in (("specwiki_mcq", "original"), ("specwiki_generation", "generation_accuracy")):
        found, wanted = harness["results"][task]["acc,none"], ours["results"][key]
        findings.expect(abs(found - wanted) < 1e-9, f"{name}, {model.name}, {task}: accuracy {found}, and not {wanted}")
        print(f"{name}, {model.name}: {task}: {len(questions)} questions, acc {found:.6f} in the harness, "
              f"{wanted:.6f} in specwiki-eval")
    print(f"{name}, {model.name}: {texts} of {len(samples)} generated texts are the same to the byte")


def is_noise(text, other):
    """Whether texts that differ are broken UTF-8 or hold U+0000, as random weights write them and trained ones do not: in broken
    bytes the harness may see a line end that is none in the whole text, and a store's text ends at U+0000."""
    return (text.startswith(other) or other.startswith(text)) and any(mark in text + other for mark in ("\ufffd", "\0"))


def multiple_choice_prompt(question):
    """The prompt of contract section 3."""
    options = "".join(f"{letter}. {option}\n" for letter, option in zip(LETTERS, question["options"], strict=True))
    return f"Question: {question['question']}\n{options}Answer:"


def run_harness(python, folder, model, work):
    """Accuracies and per-question samples by question id, of the harness's own command."""
    run([python, "-m", "lm_eval", "--include_path", folder.resolve(), "--tasks", "specwiki", "--model", "hf",
         "--model_args", f"pretrained={model.resolve()},dtype=float32", "--device", "cpu", "--batch_size", "1",
         "--output_path", "harness", "--log_samples"], cwd=work, env=offline())
    found = {kind: sorted(work.glob(f"harness/*/{kind}_*")) for kind in ("results", "samples")}
    if len(found["results"]) != 1 or len(found["samples"]) != 2:
        raise CheckError(f"{work}/harness: the harness has written {found}")
    samples = {}
    for path in found["samples"]:
        task = "specwiki_mcq" if "specwiki_mcq" in path.name else "specwiki_generation"
        samples[task] = {row["doc"]["question_id"]: row for row in lines(path)}
    return {"results": json.loads(found["results"][0].read_text(encoding="utf-8"))["results"], "samples": samples}


def our_results(evaluate, store, label, work):
    """results.json and answers.csv of the run with this label."""
    run([evaluate, "export", store, "--output", work / "ours"])
    results = json.loads((work / "ours/results.json").read_text(encoding="utf-8"))
    if isinstance(results, list):
        results = next(result for result in results if result.get("label") == label or result.get("model") == label)
    with open(work / "ours/answers.csv", encoding="utf-8", newline="") as file:
        answers = {int(row["question_id"]): row for row in csv.DictReader(file) if row["run"] == label}
    return {"results": results, "answers": answers}


def lines(path):
    """The values of a file of JSON lines."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CheckError as error:
        print(f"check_lm_eval: {error}", file=sys.stderr)
        sys.exit(2)
