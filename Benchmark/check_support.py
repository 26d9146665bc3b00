"""What check_lm_eval.py and check_huggingface.py share: the programs, a virtual environment, and a list of what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "Dumps/sample.xml.bz2"
SAMPLE_VIEWS = ROOT / "Dumps/sample-pageviews-201905-user.bz2"


class CheckError(Exception):
    """Something that has to be mended before anything can be compared."""


class Findings:
    """Differences, printed as they are found; the exit status at the end."""

    def __init__(self):
        self.count = 0

    def expect(self, condition, text):
        if not condition:
            self.count += 1
            if self.count <= 40:
                print(f"  DIFFERENT: {text}")
        return condition

    def equal(self, found, wanted, what):
        return self.expect(found == wanted, f"{what}: {found!r}, and not {wanted!r}")

    def finish(self):
        print("no difference" if self.count == 0 else f"{self.count} differences")
        return 1 if self.count else 0


def add_common_options(parser, work):
    """Where the programs, the packages and the files in between are."""
    parser.add_argument("--programs", type=Path, default=ROOT / ".build/release",
                        help="folder of specwiki-build and specwiki-eval (default: .build/release)")
    parser.add_argument("--work", type=Path, default=ROOT / ".build" / work,
                        help=f"folder for stores, exports and outputs (default: .build/{work})")
    parser.add_argument("--venv", type=Path, default=ROOT / ".build/checks-venv",
                        help="virtual environment, made and filled when missing (default: .build/checks-venv)")


def program(folder, name):
    path = folder.resolve() / name
    if not os.access(path, os.X_OK):
        raise CheckError(f"{path} is missing; build it with make release, or pass --programs")
    return str(path)


def run(command, **options):
    """Runs a command; its standard output. On an error its last lines are shown."""
    result = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            stdin=subprocess.DEVNULL, **options)
    if result.returncode != 0:
        print(result.stderr[-4000:], file=sys.stderr)
        raise CheckError(f"{' '.join(str(part) for part in command)} ended with {result.returncode}")
    return result.stdout


def environment(folder, packages):
    """The Python of a virtual environment that has these packages; made and filled when missing."""
    python = folder.resolve() / "bin/python"
    if not python.exists():
        print(f"making {folder}", flush=True)
        run([sys.executable, "-m", "venv", folder])
    names = [name for name in packages]
    marker = folder / "installed.txt"
    wanted = "\n".join(names)
    known = marker.read_text(encoding="utf-8").split("\n") if marker.exists() else []
    if not set(names) <= set(known):
        print(f"installing {' '.join(names)} (PyPI)", flush=True)
        run([python, "-m", "pip", "install", "--quiet", *names])
        marker.write_text("\n".join(sorted(set(known) | set(wanted.split("\n")) - {""})), encoding="utf-8")
    return str(python)


def offline():
    """The environment without Hugging Face's hub, and without what the user has set for Python."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**kept, "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
