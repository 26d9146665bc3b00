#!/usr/bin/env python3
"""Build the sample dump and its page-view file from the wikitext in Dumps/sample.

Usage: build_sample.py            write sample.xml.bz2 and sample-pageviews-201905-user.bz2
       build_sample.py --check    write nothing; exit 1 unless both files are current

Source. Each sample/*.wiki file holds many pages. A page begins with a header line

    @@ Title | views=12345 ns=0

and runs to the next line that begins with "@@ ". `views` are the page's views in a month by
people (needed in the article namespace, ns 0, which is the default; without views a page has no
rows in the view file). A page whose text begins with #REDIRECT [[Target]] is a redirect. The title
carries its namespace prefix: `@@ Talk:Paris | ns=1`.

Output. The dump is export-0.10 XML in Wikimedia's multistream layout: one bz2 stream with the
header, one for each 20 pages, one with the closing tag. The view file has the six columns of
Wikimedia's monthly pageview_complete files. The text is ours; the views are invented.

The same source gives the same bytes: no clock, no random numbers, only digests of titles.
Needs Python 3.9 or newer and nothing else.
"""

import argparse
import bz2
import hashlib
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Optional
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sample"
DUMP = HERE / "sample.xml.bz2"
PAGEVIEWS = HERE / "sample-pageviews-201905-user.bz2"

PAGES_PER_STREAM = 20
FIRST_PAGE_ID, PAGE_ID_STEP = 1000, 7
FIRST_REVISION_ID = 900_000_000
DAYS = 31  # May 2019
ACCESS_SHARES = (("desktop", 0.38), ("mobile-web", 0.59), ("mobile-app", 0.03))

NAMESPACES = {
    -2: "Media", -1: "Special", 0: "", 1: "Talk", 2: "User", 3: "User talk",
    4: "Wikipedia", 5: "Wikipedia talk", 6: "File", 7: "File talk",
    8: "MediaWiki", 9: "MediaWiki talk", 10: "Template", 11: "Template talk",
    12: "Help", 13: "Help talk", 14: "Category", 15: "Category talk",
    100: "Portal", 101: "Portal talk", 108: "Book", 109: "Book talk",
    118: "Draft", 119: "Draft talk", 710: "TimedText", 711: "TimedText talk",
    828: "Module", 829: "Module talk", 2300: "Gadget", 2301: "Gadget talk",
    2302: "Gadget definition", 2303: "Gadget definition talk",
}

# Rows of a real file that are about no article of this wiki: a reader has to pass over them.
FOREIGN_ROWS = (
    ("aa.wikibooks", "Main_Page", "null", "desktop", (60, 0, 11)),
    ("de.wikipedia", "Berlin", "2552494", "desktop", (900, 850, 1010)),
    ("de.wikipedia", "Paris", "4046", "mobile-web", (400, 380, 415)),
    ("en.wikipedia", "-", "null", "desktop", (120, 98, 77)),
    ("en.wikipedia", "Special:Search", "null", "mobile-web", (5200, 4900, 5055)),
    ("fr.wikipedia", "Londres", "4170", "mobile-app", (12, 0, 9)),
)

HEADER_LINE = re.compile(r"@@ (?P<title>[^|]+?) *(?:\|(?P<options>.*))?$")
REDIRECT = re.compile(r"#redirect:?\s*\[\[\s*:?([^\]|#]+)[^\]]*\]\]", re.IGNORECASE)
NOT_MARKUP = re.compile(r"<!--.*?-->|<nowiki>.*?</nowiki>", re.DOTALL)
BRACKETS = re.compile(r"\{{2,}|\}{2,}|\[{2,}|\]{2,}")


class SourceError(Exception):
    """Something in the source files that has to be mended by hand."""


@dataclass
class Page:
    title: str
    namespace: int
    views: Optional[int]
    text: str
    place: str  # file:line of the header, for messages
    first_line: int = 0  # of the text, in its file
    id: int = 0

    @property
    def redirect(self) -> Optional[str]:
        match = REDIRECT.match(self.text)
        return canonical(match.group(1)) if match else None


def canonical(title: str) -> str:
    title = " ".join(title.replace("_", " ").split())
    return title[:1].upper() + title[1:]


# --- Reading the source ---------------------------------------------------------------------


def read_sources() -> list[Page]:
    pages: list[Page] = []
    for path in sorted(SOURCES.glob("*.wiki")):
        pages += read_source(path)
    if not pages:
        raise SourceError(f"{SOURCES}: no pages; is there any .wiki file?")
    for position, page in enumerate(pages):
        page.id = FIRST_PAGE_ID + PAGE_ID_STEP * position
    return pages


def read_source(path: Path) -> list[Page]:
    pages: list[Page] = []
    body: list[str] = []

    def finish() -> None:
        if pages:
            blank = next((n for n, text in enumerate(body) if text.strip()), 0)
            pages[-1].text = "\n".join(body[blank:]).rstrip()
            pages[-1].first_line += blank
        elif any(line.strip() for line in body):
            raise SourceError(f"{path.name}:1: text before the first '@@ ' line")

    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("@@"):
            finish()
            pages.append(parse_header(line.rstrip(), f"{path.name}:{number}"))
            pages[-1].first_line = number + 1
            body = []
        else:
            body.append(line)
    finish()
    return pages


def parse_header(line: str, place: str) -> Page:
    match = HEADER_LINE.match(line)
    if not match:
        raise SourceError(f"{place}: bad header, wanted '@@ Title | views=N': {line!r}")
    options = {"ns": "0"}
    for option in (match["options"] or "").split():
        name, _, value = option.partition("=")
        if name not in ("views", "ns") or not value.isdecimal():
            raise SourceError(f"{place}: bad option {option!r}, wanted views=N or ns=N")
        options[name] = value
    title, namespace = match["title"].strip(), int(options["ns"])
    if re.search(r"[\[\]{}<>#_]", title) or title != canonical(title):
        raise SourceError(f"{place}: not a possible page title: {title!r}")
    if namespace not in NAMESPACES:
        raise SourceError(f"{place}: unknown namespace {namespace}")
    prefix = NAMESPACES[namespace] + ":" if namespace else ""
    if not title.startswith(prefix):
        raise SourceError(f"{place}: a title in namespace {namespace} begins with {prefix!r}: {title!r}")
    if namespace == 0 and "views" not in options:
        raise SourceError(f"{place}: {title!r} has no views=N")
    return Page(title, namespace, int(options["views"]) if "views" in options else None, "", place)


# --- Checks ---------------------------------------------------------------------------------


def check(pages: list[Page]) -> None:
    places: dict[str, str] = {}
    for page in pages:
        if page.title in places:
            raise SourceError(f"{page.place}: {page.title!r} was already written at {places[page.title]}")
        places[page.title] = page.place
    for page in pages:
        if not page.text:
            raise SourceError(f"{page.place}: {page.title!r} has no text")
        if page.redirect is None and page.text[:9].lower() == "#redirect":
            raise SourceError(f"{page.place}: {page.title!r} is a redirect without [[Target]]")
        if page.redirect is not None and page.redirect not in places:
            raise SourceError(f"{page.place}: {page.title!r} redirects to {page.redirect!r}, which is absent")
        check_balance(page)


def check_balance(page: Page) -> None:
    """Every {{, {{{ and [[ must be closed, in the right order.

    Closing runs such as `}}}}` are taken apart by what is open. A left-over single bracket (of an
    external link) is no matter.
    """
    name = page.place.rpartition(":")[0]
    text = NOT_MARKUP.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), page.text)

    def line(offset: int) -> str:
        return f"{name}:{page.first_line + text.count(chr(10), 0, offset)}"

    stack: list[tuple[str, int]] = []  # bracket, offset
    for match in BRACKETS.finditer(text):
        run, offset = match.group(), match.start()
        left = len(run)
        if run[0] == "[":
            stack += [("[[", offset)] * (left // 2)
        elif run[0] == "{":
            pieces = ["{{{"] if left % 2 else []
            stack += [(piece, offset) for piece in ["{{"] * ((left - 3 * (left % 2)) // 2) + pieces]
        else:
            opening = "[" if run[0] == "]" else "{"
            while left >= 2:
                if not stack or stack[-1][0][0] != opening or len(stack[-1][0]) > left:
                    raise SourceError(f"{line(offset)}: {page.title!r}: nothing is open that {run!r} closes")
                left -= len(stack.pop()[0])
    if stack:
        raise SourceError(f"{line(stack[-1][1])}: {page.title!r}: {stack[-1][0]!r} is never closed")


# --- The dump -------------------------------------------------------------------------------


def quote(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def base36_sha1(data: bytes) -> str:
    number, digits = int.from_bytes(hashlib.sha1(data).digest(), "big"), ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits.rjust(31, "0")


def timestamp(page_id: int) -> str:
    position = page_id // PAGE_ID_STEP
    return (f"2019-05-{1 + position % 31:02}T{position * 5 % 24:02}:"
            f"{position * 17 % 60:02}:{position * 37 % 60:02}Z")


def header_xml() -> str:
    names = []
    for key, name in NAMESPACES.items():
        case = "case-sensitive" if key in (2302, 2303) else "first-letter"
        names.append(f'      <namespace key="{key}" case="{case}"' + (f">{name}</namespace>" if name else " />"))
    lines = [
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://www.mediawiki.org/xml/export-0.10/'
        ' http://www.mediawiki.org/xml/export-0.10.xsd" version="0.10" xml:lang="en">',
        "  <siteinfo>",
        "    <sitename>SpecWiki sample</sitename>",
        "    <dbname>enwiki</dbname>",
        "    <base>https://en.wikipedia.org/wiki/Main_Page</base>",
        "    <generator>SpecWiki build_sample.py</generator>",
        "    <case>first-letter</case>",
        "    <namespaces>",
        *names,
        "    </namespaces>",
        "  </siteinfo>",
    ]
    return "\n".join(lines) + "\n"


def page_xml(page: Page) -> str:
    data = page.text.encode("utf-8")
    redirect = [f'    <redirect title="{quote(page.redirect)}" />'] if page.redirect else []
    lines = [
        "  <page>",
        f"    <title>{quote(page.title)}</title>",
        f"    <ns>{page.namespace}</ns>",
        f"    <id>{page.id}</id>",
        *redirect,
        "    <revision>",
        f"      <id>{FIRST_REVISION_ID + page.id}</id>",
        f"      <parentid>{FIRST_REVISION_ID + page.id - 1}</parentid>",
        f"      <timestamp>{timestamp(page.id)}</timestamp>",
        "      <contributor>",
        "        <username>SpecWiki</username>",
        "        <id>1</id>",
        "      </contributor>",
        "      <comment>Written for the SpecWiki sample</comment>",
        "      <model>wikitext</model>",
        "      <format>text/x-wiki</format>",
        f'      <text bytes="{len(data)}" xml:space="preserve">{quote(page.text)}</text>',
        f"      <sha1>{base36_sha1(data)}</sha1>",
        "    </revision>",
        "  </page>",
    ]
    return "\n".join(lines) + "\n"


def build_dump(pages: list[Page]) -> bytes:
    streams = [header_xml()]
    for first in range(0, len(pages), PAGES_PER_STREAM):
        streams.append("".join(map(page_xml, pages[first : first + PAGES_PER_STREAM])))
    streams.append("</mediawiki>\n")
    return b"".join(bz2.compress(stream.encode("utf-8"), 9) for stream in streams)


# --- The page views -------------------------------------------------------------------------


def spread(total: int, shares: list[float]) -> list[int]:
    """Whole numbers in about these proportions whose sum is exactly `total`."""
    whole, passed, given, parts = sum(shares), 0.0, 0, []
    for share in shares:
        passed += share
        parts.append(int(total * passed / whole + 0.5) - given)
        given += parts[-1]
    return parts


def unevenness(*key: str) -> float:
    """A number between 0.75 and 1.25 that depends on the key alone."""
    digest = hashlib.sha256("\t".join(key).encode("utf-8")).digest()
    return 0.75 + 0.5 * int.from_bytes(digest[:4], "big") / 2**32


def day_letters(counts: list[int]) -> str:
    """Wikimedia's monthly code: A is the 1st, Z the 26th, then [ \\ ] ^ _; days without views are left out."""
    return "".join(f"{chr(ord('A') + day)}{count}" for day, count in enumerate(counts) if count)


def quoted_title(title: str) -> str:
    title = title.replace(" ", "_")
    if '"' not in title:
        return title
    return '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'


def build_pageviews(pages: list[Page]) -> bytes:
    rows: list[tuple[bytes, bytes, int, str]] = []

    def add(wiki: str, title: str, page_id: str, access: str, days: list[int]) -> None:
        line = f"{wiki} {quoted_title(title)} {page_id} {access} {sum(days)} {day_letters(days)}"
        rows.append((wiki.encode(), title.replace(" ", "_").encode("utf-8"), len(rows), line))

    for page in pages:
        if not page.views:
            continue
        shares = [share * unevenness(page.title, access) for access, share in ACCESS_SHARES]
        for (access, _), views in zip(ACCESS_SHARES, spread(page.views, shares)):
            if views:
                weights = [unevenness(page.title, access, str(day)) for day in range(DAYS)]
                add("en.wikipedia", page.title, str(page.id), access, spread(views, weights))
    for wiki, title, page_id, access, days in FOREIGN_ROWS:
        add(wiki, title, page_id, access, list(days))
    rows.sort()
    return bz2.compress("".join(row[-1] + "\n" for row in rows).encode("utf-8"), 9)


# --- Command --------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description="Build SpecWiki's sample dump and its page-view file.")
    parser.add_argument("--check", action="store_true", help="only say whether the two files are current")
    arguments = parser.parse_args()
    try:
        pages = read_sources()
        check(pages)
    except (SourceError, UnicodeDecodeError) as error:
        print(f"build_sample: {error}", file=sys.stderr)
        return 1
    if not arguments.check:
        for name, count in Counter(page.place.rpartition(":")[0] for page in pages).items():
            print(f"{name}: {count} pages", file=sys.stderr)
    stale = False
    for path, data in ((DUMP, build_dump(pages)), (PAGEVIEWS, build_pageviews(pages))):
        if arguments.check:
            if not path.exists() or path.read_bytes() != data:
                print(f"build_sample: {path.name} is not current; run {Path(__file__).name}", file=sys.stderr)
                stale = True
        else:
            path.write_bytes(data)
            print(f"{path.name}: {len(data)} bytes, {len(pages)} pages", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
