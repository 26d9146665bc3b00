#!/usr/bin/env python3
"""Makes lighthouses.xml: an invented wiki of lighthouses, for the worked example of Templates/README.md.

build_lighthouses.py           writes the file beside this script
build_lighthouses.py --check   fails if it is not what would be written
"""
import pathlib
import sys
import xml.sax.saxutils

NAMES = [
    "Skarv Point", "Gullholm", "Tern Rock", "Brennsund", "Cape Marrow", "Old Sael", "Farrier Ness", "Isle of Drum",
    "Kelpie Head", "North Orm", "Petrel Bank", "Ravnoy", "South Wick", "Tarn Harbour",
]
COASTS = ["Westmark", "Eastfold", "Northreach", "Southvale"]
ARCHITECTS = ["Anna Holt", "Bela Krone", "Carl Dunn", "Dora Finch", "Edda Voss", "Finn Moor", "Greta Lund"]
KEEPERS = ["Hugo Blom", "Ida Stern", "Jan Wolff", "Karla Rehn", "Lars Quist", "Mona Falk", "Nils Thorn"]
MATERIALS = ["granite", "brick", "cast iron", "concrete", "limestone", "timber"]
SHAPES = ["octagonal tower", "cylindrical tower", "square tower", "conical tower", "skeletal tower"]
LENSES = ["first-order Fresnel", "second-order Fresnel", "third-order Fresnel", "fourth-order Fresnel", "LED"]
SEAS = ["Sea of Orm", "Grey Sound", "Bay of Tides", "Long Strait", "Gulf of Drum"]


def text(i):
    built, coast = 1782 + 11 * i, COASTS[i % 4]
    name = f"{NAMES[i]} Lighthouse"
    return f"""{{{{Infobox lighthouse
| name = {name}
| location = [[{coast}]]
| year_built = {built}
| year_lit = {1 + i} October {built + 1 + i % 3}
| architect = [[{ARCHITECTS[i % 7]}]]
| construction = {MATERIALS[i % 6]}
| shape = {SHAPES[i % 5]}
| height = {{{{convert|{18 + 3 * (i * 5 % 14)}|m|ft}}}}
| focal_height = {{{{convert|{31 + 4 * (i * 3 % 14)}|m|ft}}}}
| lens = {LENSES[i * 2 % 5]}
| range = {{{{convert|{11 + i * 9 % 14}|nmi|km}}}}
| characteristic = Fl({1 + i % 3}) W {5 + i}s
| year_automated = {1958 + i * 3}
| keeper = [[{KEEPERS[i * 3 % 7]}]]
}}}}
'''{name}''' is a lighthouse in {coast}. It stands on the shore of the [[{SEAS[i % 5]}]] and was lit in {built + 1 + i % 3}. \
Its first keeper was [[{KEEPERS[i * 3 % 7]}]]. Ships from the south pass [[{NAMES[(i - 1) // 2 if i else 1]} Lighthouse]] first.

[[Category:Lighthouses in {coast}]]
[[Category:Lighthouses completed in {built}]]
"""


def dump():
    pages = "".join(
        f"  <page>\n    <title>{NAMES[i]} Lighthouse</title>\n    <ns>0</ns>\n    <id>{i + 1}</id>\n    <revision>\n"
        f"      <id>{1001 + i}</id>\n      <timestamp>2024-05-01T12:00:00Z</timestamp>\n      <model>wikitext</model>\n"
        f"      <format>text/x-wiki</format>\n      <text xml:space=\"preserve\">{xml.sax.saxutils.escape(text(i))}</text>\n"
        "    </revision>\n  </page>\n"
        for i in range(len(NAMES)))
    return f"""<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Lighthouse wiki</sitename>
    <dbname>lighthousewiki</dbname>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="14" case="first-letter">Category</namespace>
    </namespaces>
  </siteinfo>
{pages}</mediawiki>
"""


target = pathlib.Path(__file__).with_name("lighthouses.xml")
if sys.argv[1:] == ["--check"]:
    if target.read_text() != dump():
        sys.exit(f"{target} is not what {sys.argv[0]} writes")
else:
    target.write_text(dump())
