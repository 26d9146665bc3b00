#!/usr/bin/env python3
"""Show that an export for Hugging Face loads with `datasets.load_dataset(folder)` and says what the store says.

    python3 Benchmark/check_huggingface.py                        the sample's questions, and imported ones without sources
    python3 Benchmark/check_huggingface.py --dump DUMP.xml.bz2    another dump's questions

Installs datasets from PyPI into --venv, exports with --format huggingface, moves the folder, loads it, and compares every row
with `export --format jsonl` and with the store's tables, and the card's front matter with the rows. Prints the figures; exit status 1
on any difference, 2 when something is missing.
"""

import argparse
import json
import shutil
import sqlite3
import sys
from pathlib import Path

from check_support import (ROOT, SAMPLE, SAMPLE_VIEWS, CheckError, Findings, add_common_options, environment, offline,
                           program, run)

KEYS = ["question_id", "concept_id", "concept", "bucket", "popularity", "relation", "question", "options", "answer_index",
        "answers"]
SOURCE_KEYS = ["kind", "value_type", "precision", "source", "source_detail", "source_title", "page_id", "revision_id",
               "source_url", "licence"]
# Loads the folder as a user does, and checks the card as the hub does.
LOAD = """
import json, sys
import datasets, huggingface_hub
loaded = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])
card = huggingface_hub.DatasetCard.load(sys.argv[1] + "/README.md")
split = loaded["test"]
print(json.dumps({"splits": {name: len(rows) for name, rows in loaded.items()}, "features": {k: str(v) for k, v in split.features.items()},
                  "rows": list(split), "card": card.data.to_dict(), "text": card.text, "version": datasets.__version__}))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_common_options(parser, "check-huggingface")
    parser.add_argument("--dump", type=Path, help="dump to use in place of the sample")
    options = parser.parse_args()
    build = program(options.programs, "specwiki-build")
    python = environment(options.venv, ["datasets"])
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)

    findings = Findings()
    store = options.work / "generated.sqlite"
    source = [options.dump] if options.dump else [SAMPLE, "--pageviews", SAMPLE_VIEWS]
    run([build, "generate", *source, "--output", store])
    check(build, python, store, options.work / "generated", findings)
    store = options.work / "imported.sqlite"
    run([build, "import", ROOT / "Tests/Fixtures/Oracle/questions.jsonl", "--output", store])
    check(build, python, store, options.work / "imported", findings)
    return findings.finish()


def check(build, python, store, folder, findings):
    """One store: export, move, load, compare."""
    written = folder.with_name(folder.name + ".written")
    run([build, "export", store, "--format", "huggingface", "--output", written])
    written.rename(folder)
    run([build, "export", store, "--format", "jsonl", "--output", f"{folder}.jsonl"])
    loaded = json.loads(run([python, "-c", LOAD, folder.resolve(), f"{folder.resolve()}.cache"], env=offline()))
    wanted = [json.loads(line) for line in Path(f"{folder}.jsonl").read_bytes().split(b"\n") if line]
    rows, card = loaded["rows"], loaded["card"]

    findings.equal(loaded["splits"], {"test": len(wanted)}, f"{folder.name}: splits")
    findings.equal(sorted(loaded["features"]), sorted(KEYS + SOURCE_KEYS), f"{folder.name}: columns")
    for row, line in zip(rows, wanted):
        findings.equal({key: row[key] for key in KEYS}, line, f"{folder.name}: question {line['question_id']}")
    tables = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    for row, (identifier, *stored) in zip(rows, tables.execute(
            "SELECT q.id, c.kind, q.value_type, q.precision, q.source, q.source_detail, c.title, q.page_id, q.revision_id "
            "FROM question q JOIN concept c ON c.id = q.concept_id ORDER BY q.id")):
        findings.equal([row["question_id"]] + [row[key] for key in SOURCE_KEYS[:8]], [identifier] + stored,
                       f"{folder.name}: sources of question {identifier}")
    with_url = sum(1 for row in rows if row["source_url"])
    if with_url:
        for row in rows:
            if row["revision_id"] is not None:
                findings.expect(row["source_url"].endswith(f"oldid={row['revision_id']}"),
                                f"{folder.name}: link of question {row['question_id']}: {row['source_url']}")
    licences = {row["licence"] for row in rows}
    identifier = card.get("license")
    findings.equal(identifier, "unknown" if licences == {None} else
                   "-".join(next(iter(licences)).lower().split()), f"{folder.name}: licence of the card")
    for name in ("Licence and attribution", "Statistics", "Where it comes from", "Limitations", "Citation"):
        findings.expect(f"## {name}\n" in loaded["text"], f"{folder.name}: the card lacks the section {name}")
    for bucket in sorted({row["bucket"] for row in rows}):
        members = [row for row in rows if row["bucket"] == bucket]
        concepts = len({row["concept_id"] for row in members})
        findings.expect(f"| {bucket} | {concepts:,} | {len(members):,} |" in loaded["text"],
                        f"{folder.name}: the card does not give tier {bucket} {concepts} concepts and {len(members)} questions")
    attribution = (folder / "ATTRIBUTION.md").read_text(encoding="utf-8")
    articles = sum(1 for line in attribution.splitlines() if line.startswith("| ")) - 2
    findings.equal(articles, len({row["concept_id"] for row in rows}), f"{folder.name}: articles in ATTRIBUTION.md")
    print(f"{folder.name}: datasets {loaded['version']} loads {len(rows)} rows with {len(loaded['features'])} columns; "
          f"licence {identifier}, {articles} articles named, {with_url} rows with a link to their revision")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CheckError as error:
        print(f"check_huggingface: {error}", file=sys.stderr)
        sys.exit(2)
