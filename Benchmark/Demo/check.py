#!/usr/bin/env python3
"""Checks a demo's table against the expected one: python3 Benchmark/Demo/check.py demo/table.txt

Figures may differ a little between processors (another order of rounding can turn a close answer), so accuracies must be
within 3 points of Benchmark/Demo/expected.txt. What the demo is there to show must hold in any case: accuracy falls from
tier to tier, correlates with popularity, and PSS is above its random-mask null at every ratio from 0.2 up.
"""
import pathlib
import re
import sys

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def figures(path):
    """The table's rows: first word -> the numbers outside brackets, in order of the rows with that word."""
    rows = {}
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words:
            plain = re.sub(r"\[[^]]*\]", "", line).replace(words[0], "", 1).replace(",", "")
            rows.setdefault(words[0].rstrip(","), []).append([float(x) for x in NUMBER.findall(plain)])
    return rows


def main():
    found = figures(sys.argv[1])
    expected = figures(pathlib.Path(__file__).parent / "expected.txt")
    problems = []
    accuracy = {tier: found[tier][0][-2:] for tier in ("all", "high", "medium", "low")}
    for tier, values in accuracy.items():
        for name, value, other in zip(("multiple choice", "generation"), values, expected[tier][0][-2:]):
            if abs(value - other) > 3:
                problems.append(f"{tier}: {name} accuracy is {value}, expected {other}")
    for index in (0, 1):
        if not accuracy["high"][index] > accuracy["medium"][index] > accuracy["low"][index]:
            problems.append("accuracy does not fall from the high to the low tier")
    if found["accuracy"][0][1] < 0.5:
        problems.append("popularity and accuracy do not correlate")
    for ratio in ("0.2", "0.3", "0.4", "0.5"):
        located, random = found[ratio][1][:2]
        if located < random + 0.03:
            problems.append(f"PSS at ratio {ratio} is {located}, that of random masks {random}")
    for problem in problems:
        print(f"check: {problem}", file=sys.stderr)
    print("check: the demo shows what it should" if not problems else f"check: {len(problems)} problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
