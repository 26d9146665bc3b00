#!/usr/bin/env python3
"""Draws a report as one picture, unfolded, from top to bottom:

    python3 Benchmark/Demo/picture.py demo/report.html Benchmark/Demo/report.png

Needs Chromium (make setup-chromium) and Pillow (python3-pil). `make picture` calls it after the demo.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from PIL import Image

WIDTH = 1200
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"]


def browse(*arguments):
    """What Chromium prints."""
    return subprocess.run([*CHROMIUM, *arguments], check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def main():
    report, picture = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        # The report forbids scripts; its copy lets this one tell the height of the page.
        text = re.sub("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", report.read_text(encoding="utf-8"))
        page.write_text(text.replace("<details>", "<details open>") +
                        "<script>document.title = 'height ' + document.documentElement.scrollHeight</script>",
                        encoding="utf-8")
        found = re.search(r"<title>height (\d+)</title>", browse(f"--window-size={WIDTH},800", "--dump-dom", page.as_uri()))
        if not found:
            sys.exit(f"{report}: the browser told no height")
        browse(f"--window-size={WIDTH},{found.group(1)}", f"--screenshot={picture}", page.as_uri())
    Image.open(picture).convert("RGB").quantize(64).save(picture, optimize=True)
    print(f"{picture}: {WIDTH} x {found.group(1)}, {picture.stat().st_size // 1024} kB")


main()
