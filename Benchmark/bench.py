#!/usr/bin/env python3
"""Measure specwiki-build against lbzip2, bzcat and wikiextractor, and its memory; write RESULTS.md.

    make bench                                  everything, about 25 minutes on two cores
    python3 Benchmark/bench.py --rounds 1 --mb 60 --memory-articles 2000      a quick look

Programs are run in turn, round after round, on the same files, so that a machine that is busy for a while slows all of them;
ratios are taken within a round. Inputs are made once and kept in --work. With SPECWIKI_SHARED set, a dump of real pages (many copies
of the slices there, by its make_big.py) is measured besides the one of make_dump.py. Exit status 1 if a bar is missed, 2 on errors.
Needs Python 3.10 or newer, and apt and PyPI for what is not installed.
"""

import argparse
import bz2
import datetime
import filecmp
import hashlib
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WIKIEXTRACTOR_PACKAGE = "wikiextractor==3.1.0"
REAL_SLICES = ["enwiki-2016-slice.xml.bz2", "enwiki-2021-minidump.xml.bz2", "enwiki-table-markup.xml.bz2", "tinywiki.xml",
               "smallwiki.xml.bz2"]
MB = 1_000_000

# What has to be reached.
GENERATE_TO_LBZIP2 = 0.5
GENERATE_TO_LBZIP2_AIM = 0.75
SINGLE_STREAM_TO_LBZIP2 = 0.4
GENERATE_TO_WIKIEXTRACTOR = 10
PEAK_MB = 500
BYTES_PER_ARTICLE = 150

# Programs that bars compare.
LBZIP2, ONE_STREAM_LBZIP2 = "lbzip2 -dc -n2", "lbzip2 -dc -n2, one stream"
GENERATE, ONE_STREAM = "specwiki-build generate", "specwiki-build generate, one stream"
WIKIEXTRACTOR, WITHOUT_TEMPLATES = "wikiextractor --processes 2", "wikiextractor --processes 2 --no-templates"


class BenchmarkError(Exception):
    """Something that has to be mended before anything can be measured."""


# --- Running -----------------------------------------------------------------------------------


# Measures from within a small process of its own: what a program has used at its peak begins with what its parent had.
LAUNCHER = """
import os, sys, time
nothing = os.open(os.devnull, os.O_RDWR)
begin = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ,
                        file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, nothing, 1)])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


class Run:
    """Wall and processor seconds of a command with its children, and the peak memory of the largest process."""

    def __init__(self, command):
        launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *map(str, command)]
        result = subprocess.run(launcher, capture_output=True, text=True, errors="replace")
        code, wall, cpu, peak = result.stdout.split() if result.returncode == 0 else ("none", 0, 0, 0)
        if code != "0":
            lines = result.stderr.strip().splitlines()
            raise BenchmarkError(f"{' '.join(map(str, command))}: exit status {code}: {lines[-1] if lines else ''}")
        self.wall, self.cpu, self.peak = float(wall), float(cpu), int(peak) * 1024


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def check(command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


# --- Peers and inputs --------------------------------------------------------------------------


def install_packages():
    programs = {"lbzip2": "lbzip2", "bzip2": "bzip2", "bzcat": "bzip2"}
    missing = sorted({package for program, package in programs.items() if not shutil.which(program)})
    try:
        import ensurepip  # noqa: F401  Debian keeps it in a package of its own.
    except ImportError:
        missing.append("python3-venv")
    if missing:
        say(f"installing {' '.join(missing)} (apt)")
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        check(sudo + ["apt-get", "update", "-qq"])
        check(sudo + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", *missing],
              stdout=subprocess.DEVNULL)


def install_wikiextractor(work):
    program = work / "venv" / "bin" / "wikiextractor"
    if not program.exists():
        say(f"installing {WIKIEXTRACTOR_PACKAGE} (PyPI)")
        check([sys.executable, "-m", "venv", work / "venv"])
        check([work / "venv" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", WIKIEXTRACTOR_PACKAGE])
    return program


class Input:
    """A dump as it is measured: in many bzip2 streams, in one, and dressed up as a page-view file."""

    def __init__(self, name, key, multistream, options):
        self.name = name
        self.multistream = multistream
        self.probe, self.single, self.single_probe = (
            options.work / f"{key}-{use}.bz2" for use in ("probe", "single", "single-probe"))
        make(self.single, lambda path: shell(f"lbzip2 -dc '{multistream}' | bzip2 -9 > '{path}'"))
        make(self.probe, lambda path: write_probe(multistream, path))
        make(self.single_probe, lambda path: write_probe(self.single, path))
        self.bytes = uncompressed_size(multistream)

    @property
    def title(self):
        stored = self.multistream.stat().st_size
        return f"{self.name}: {self.bytes / MB:.1f} MB of XML, {stored / MB:.1f} MB as multistream .bz2"


def make(path, write):
    """A file that is made once; it appears whole."""
    if path.exists():
        return
    say(f"making {path.name}")
    temporary = path.with_name(f"making-{path.name}")
    write(temporary)
    temporary.rename(path)


def shell(line):
    check(["bash", "-o", "pipefail", "-c", line])


def uncompressed_size(path):
    with subprocess.Popen(["lbzip2", "-dc", path], stdout=subprocess.PIPE) as process:
        return sum(map(len, iter(lambda: process.stdout.read(1 << 20), b"")))


def write_probe(dump, path):
    """The dump behind some lines of a page-view file.

    `specwiki-build pageviews` then takes it for a page-view file of other projects and passes over every line: it does little but
    decompress, with the decompressor that dumps are read with.
    """
    lines = "".join(f"aa.wikipedia A_title_of_another_project_{number} null desktop 1 A1\n" for number in range(1000))
    with open(path, "wb") as target:
        target.write(bz2.compress(lines.encode()))
        with open(dump, "rb") as source:
            shutil.copyfileobj(source, target, 1 << 20)


def make_inputs(options):
    inputs = []
    shared = os.environ.get("SPECWIKI_SHARED")
    if options.dump:
        key = f"given-{options.dump.name}-{options.dump.stat().st_size}"
        inputs.append(Input(options.dump.name, key, options.dump, options))
    elif shared:
        dumps, key = Path(shared) / "dumps", f"real-{options.mb:g}"
        folder = options.work / key
        make(folder, lambda path: check(
            [sys.executable, dumps / "make_big.py", path, "--mb", options.mb, *(dumps / name for name in REAL_SLICES)]))
        (folder / "big.xml").unlink(missing_ok=True)
        inputs.append(Input("Real pages", key, folder / "big-multistream.xml.bz2", options))
    key = f"own-{generator_version()}-{options.mb:g}"
    dump = options.work / f"{key}.xml.bz2"
    make(dump, lambda path: check([sys.executable, HERE / "make_dump.py", "--mb", options.mb, "--output", path]))
    inputs.append(Input("Made-up pages", key, dump, options))
    return inputs


def generator_version():
    """What files made by make_dump.py are called by: another version makes others."""
    return hashlib.sha256((HERE / "make_dump.py").read_bytes()).hexdigest()[:8]


# --- Speed -------------------------------------------------------------------------------------


def measure_speed(options, data, wikiextractor):
    """All programs in turn, on the whole dump, round after round: {what: (what, bytes of XML, what it is compared with, [Run])}."""
    program, store = options.program, options.work / "store.sqlite"
    generate = [program, "generate", "--quiet", "--force", "--output", store]
    probe = [program, "pageviews", "--quiet", "--project", "zz.wikipedia", "--output", "-"]
    # What bars compare stands side by side: a machine's speed changes within a minute.
    rows = [
        (LBZIP2, ["lbzip2", "-dc", "-n2", data.multistream], None),
        (GENERATE, [*generate, data.multistream], LBZIP2),
        (WIKIEXTRACTOR, [wikiextractor, "--processes", "2", "--quiet", "-o", "-", data.multistream], LBZIP2),
        (WITHOUT_TEMPLATES,
         [wikiextractor, "--processes", "2", "--no-templates", "--quiet", "-o", "-", data.multistream], LBZIP2),
        (ONE_STREAM_LBZIP2, ["lbzip2", "-dc", "-n2", data.single], None),
        (ONE_STREAM, [*generate, data.single], ONE_STREAM_LBZIP2),
        ("specwiki-build extract", [program, "extract", "--quiet", data.multistream], LBZIP2),
        ("specwiki-build, decompression only", [*probe, data.probe], LBZIP2),
        ("specwiki-build extract, one stream", [program, "extract", "--quiet", data.single], ONE_STREAM_LBZIP2),
        ("specwiki-build, decompression only, one stream", [*probe, data.single_probe], ONE_STREAM_LBZIP2),
        ("lbzip2 -dc -n1", ["lbzip2", "-dc", "-n1", data.multistream], LBZIP2),
        ("bzcat", ["bzcat", data.multistream], LBZIP2),
    ]
    runs = [[] for _ in rows]
    for number in range(options.rounds):
        say(f"{data.name}: round {number + 1} of {options.rounds}")
        for (_, command, _), row in zip(rows, runs):
            row.append(Run(command))
    return {what: (what, data.bytes, base, row) for (what, _, base), row in zip(rows, runs)}


def throughputs(row):
    return [row[1] / MB / run.wall for run in row[3]]


def ratios(row, other):
    """Throughput to that of the other program in the same round."""
    return [mine / its for mine, its in zip(throughputs(row), throughputs(other))]


def speed_section(data, rows, bars):
    lines = [f"### {data.title}", "",
             "| program | wall s, median | best | user + sys s | peak MB | MB XML / s | to lbzip2 -n2, median | each round |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"]
    for row in rows.values():
        what, size, base, runs = row
        against = ratios(row, rows[base]) if base is not None else None
        wall = statistics.median(run.wall for run in runs)
        lines.append(
            f"| {what} | {wall:.2f} | "
            f"{min(run.wall for run in runs):.2f} | {statistics.median(run.cpu for run in runs):.2f} | "
            f"{max(run.peak for run in runs) / MB:.0f} | {size / MB / wall:.1f} | "
            + (f"{statistics.median(against):.2f} | {' '.join(f'{ratio:.2f}' for ratio in against)} |" if against else "1 | |"))
    generate, single = rows[GENERATE], rows[ONE_STREAM]
    name = data.name
    for what, row, peer, bar, note in (
        ("generate to lbzip2 -n2", generate, LBZIP2, GENERATE_TO_LBZIP2, f"aim {GENERATE_TO_LBZIP2_AIM}"),
        ("generate to wikiextractor", generate, WIKIEXTRACTOR, GENERATE_TO_WIKIEXTRACTOR, ""),
        ("generate to wikiextractor --no-templates", generate, WITHOUT_TEMPLATES, None, ""),
        ("generate of one stream to lbzip2 -n2", single, ONE_STREAM_LBZIP2, SINGLE_STREAM_TO_LBZIP2, ""),
    ):
        bars.add_median(f"{name}: {what}", ratios(row, rows[peer]), bar, note)
    bars.add(f"{name}: peak of generate, MB", max(run.peak for run in generate[3] + single[3]) / MB, PEAK_MB, "<")
    return lines + [""]


# --- The same bytes ----------------------------------------------------------------------------


def check_jobs(options, data, bars):
    """Whether stores do not depend on the number of threads."""
    exports = []
    for jobs in (1, 2, 3):
        say(f"{data.name}: --jobs {jobs}")
        store, export = options.work / "store.sqlite", options.work / f"jobs-{jobs}.jsonl"
        Run([options.program, "generate", "--quiet", "--force", "--jobs", jobs, "--output", store, data.multistream])
        export.unlink(missing_ok=True)
        Run([options.program, "export", "--quiet", store, "--format", "jsonl", "--output", export])
        exports.append(export)
    different = sum(not filecmp.cmp(exports[0], export, shallow=False) for export in exports[1:])
    bars.add(f"{data.name}: exports with --jobs 2 and 3 that differ from --jobs 1", different, 1, "<")


# --- Memory ------------------------------------------------------------------------------------


def measure_memory(options, bars):
    """Peak memory at 1, 2, 4 and 8 times as many articles with distinct titles, with and without view files."""
    count, parts = options.memory_articles, []
    for number in range(8):
        dump = options.work / f"memory-{generator_version()}-{count}-{number}.xml.bz2"
        views = dump.with_name(f"{dump.name}-views.gz")
        make(dump, lambda path: check(
            [sys.executable, HERE / "make_dump.py", "--articles", count, "--start", number * count, "--mean-bytes", 1500,
             "--output", path, "--views", views]))
        parts.append((dump, views))
    lines = [f"### Memory of generate on 1, 2, 4 and 8 dumps of {count:,} short articles", "",
             "All titles are different. Peak memory in MB, the least of the rounds; the slope is that of the least-squares line. An "
             "article brings 0.6 redirects and 0.3 other pages with it.", "",
             "| popularity from | " + " | ".join(f"{times * count:,} articles" for times in (1, 2, 4, 8))
             + " | bytes per further article |", "| --- " + "| ---: " * 5 + "|"]
    for source in ("inbound links", "view files"):
        peaks = []
        for times in (1, 2, 4, 8):
            say(f"memory: {times * count} articles, popularity from {source}")
            command = [options.program, "generate", "--quiet", "--force", "--output", options.work / "store.sqlite"]
            command += [dump for dump, _ in parts[:times]]
            if source == "view files":
                command += ["--pageviews", *(views for _, views in parts[:times])]
            peaks.append(min(Run(command).peak for _ in range(options.memory_rounds)))
        slope = statistics.linear_regression([count, 2 * count, 4 * count, 8 * count], peaks).slope
        lines.append(f"| {source} | " + " | ".join(f"{peak / MB:.1f}" for peak in peaks) + f" | {slope:.0f} |")
        bars.add(f"bytes per further article, popularity from {source}", slope, BYTES_PER_ARTICLE, "<")
    return lines + [""]


# --- Results -----------------------------------------------------------------------------------


class Bars:
    """What was reached of what has to be reached."""

    VERDICTS = {True: "pass", False: "**missed**", None: ""}

    def __init__(self):
        self.rows = []

    def add(self, what, value, bar, relation, note=""):
        passed = value >= bar if relation == "≥" else value < bar
        self.rows.append((what, value, f"{relation} {bar}" + (f" ({note})" if note else ""), passed, []))

    def add_median(self, what, values, bar, note=""):
        """The median of what each round gave; without a bar a figure to know."""
        value = statistics.median(values)
        passed = None if bar is None else value >= bar
        text = "–" if bar is None else f"≥ {bar}" + (f" ({note})" if note else "")
        self.rows.append((what, value, text, passed, values))

    @property
    def missed(self):
        return [what for what, _, _, passed, _ in self.rows if passed is False]

    def table(self):
        return ["### Bars", "", "| figure | reached | bar | | each round |", "| --- | ---: | --- | --- | --- |"] + [
            f"| {what} | {value:.3g} | {bar} | {self.VERDICTS[passed]} | {' '.join(f'{each:.3g}' for each in values)} |"
            for what, value, bar, passed, values in self.rows
        ] + [""]


def machine(options):
    def first(path, pattern):
        match = re.search(pattern, Path(path).read_text(), re.MULTILINE)
        return match.group(1).strip() if match else "unknown"

    def git(*arguments):
        answer = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
        return answer.stdout.strip() if answer.returncode == 0 else "unknown"

    memory = int(first("/proc/meminfo", r"^MemTotal: +(\d+)")) * 1024 / 1e9
    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return [
        f"Date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC. Commit: {git('rev-parse', '--short', 'HEAD')}{changed}. "
        f"Machine: {first('/proc/cpuinfo', '^model name.*: (.*)')}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, "
        f"Linux {os.uname().release}. Load when it began: {options.load:.2f}.",
        "",
        f"Command: `{' '.join(['python3 Benchmark/bench.py', *sys.argv[1:]])}`",
        "",
        "Output goes to /dev/null, that of generate to a file. Peak is the largest process's; figures under 10 MB may be the measuring "
        "script's own. “Decompression only” is `pageviews` on the dump behind a few lines of views: it passes over every line. "
        "wikiextractor expands templates unless it is told not to; with `--no-templates` it drops them.",
        "",
    ]


def write_results(path, name, lines):
    """Replaces the section between the marks of this bench; what other benches wrote stays."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    text = path.read_text() if path.exists() else "# Results\n\nWritten by the benches; see [README.md](README.md).\n"
    section = "\n".join([begin, *lines]).rstrip() + f"\n{end}\n"
    if begin in text and end in text:
        text = text[: text.index(begin)] + section + text[text.index(end) + len(end) :].lstrip("\n")
    else:
        text = text.rstrip() + "\n\n" + section
    path.write_text(text)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/specwiki-build")
    parser.add_argument("--work", type=Path, default=ROOT / ".build/bench", help="where inputs are kept (.build/bench)")
    parser.add_argument("--results", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--dump", type=Path, help="a multistream .xml.bz2 of yours, in place of the real pages")
    parser.add_argument("--mb", type=float, default=400, help="size of the inputs in MB of XML (400)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory-articles", type=int, default=25_000, help="articles of the smallest memory run (25,000)")
    parser.add_argument("--memory-rounds", type=int, default=2)
    options = parser.parse_args()
    options.work, options.program = options.work.resolve(), options.program.absolute()
    options.load = os.getloadavg()[0]
    if not options.program.exists():
        parser.error(f"{options.program} is missing: run make release")
    return options


def main():
    options = parse()
    options.work.mkdir(parents=True, exist_ok=True)
    bars, sections = Bars(), []
    try:
        install_packages()
        wikiextractor = install_wikiextractor(options.work)
        for data in make_inputs(options):
            sections += speed_section(data, measure_speed(options, data, wikiextractor), bars)
            check_jobs(options, data, bars)
        sections += measure_memory(options, bars)
    except (BenchmarkError, subprocess.CalledProcessError, OSError) as error:
        print(f"bench: error: {error}", file=sys.stderr)
        return 2
    write_results(options.results, "dump", ["## From dump to store", "", *machine(options), *bars.table(), *sections])
    for line in bars.table():
        print(line)
    for what in bars.missed:
        print(f"bench: missed: {what}", file=sys.stderr)
    return 1 if bars.missed else 0


if __name__ == "__main__":
    sys.exit(main())
