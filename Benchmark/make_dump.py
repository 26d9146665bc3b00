#!/usr/bin/env python3
"""Make a big MediaWiki dump, for measuring speed and memory.

    make_dump.py --mb 400 --output big.xml.bz2 --views big-views.bz2

The pages are made up from the word lists below; nothing is from Wikipedia. Only the form is: infoboxes of ten kinds, links
whose targets' popularity falls off as 1/rank, references, tables, categories, redirects (a third of the pages),
disambiguation pages, pages of other namespaces; text sizes with a long tail. Titles and ids are distinct,
also between dumps that were made with ranges --start .. --start + --articles that do not overlap.
The same options give the same bytes. Needs Python 3.9 or newer and nothing else.
"""

import argparse
import bz2
import gzip
import hashlib
import math
import multiprocessing
import os
import sys
from functools import lru_cache, partial
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

PAGES_PER_STREAM = 100
IDS_PER_ARTICLE = 8
XML_BYTES_PER_ARTICLE = 1450  # of an article's redirects, neighbours and XML, beside its text

NOUNS = """harbour market bridge school railway church garden castle mill council library museum theatre station tower forest
valley island coast quarry mine factory workshop archive festival tradition dialect song painting letter diary map survey
treaty charter border fortress garrison regiment campaign election reform parliament court statute tax harvest orchard vineyard
dairy fishery flood drought earthquake fire plague monastery abbey chapel bishop saint pilgrim merchant guild bank coin copper
silver iron salt wool linen glass paper printing newspaper journal lecture academy laboratory experiment theory method
observation telescope lens engine turbine dam canal lock reservoir aqueduct road tunnel airport ferry steamer voyage expedition
colony settlement district parish province capital suburb square fountain statue monument cemetery hospital orphanage prison
mint customs port lighthouse dune marsh lake spring waterfall glacier summit ridge plateau meadow pasture herd flock breed
season league championship stadium club goal record trophy coach captain orchestra choir opera symphony organ concert stage
actor director novel poem chapter critic publisher translation edition manuscript grammar alphabet inscription excavation grave
pottery mosaic fresco portrait sculpture facade roof vault arch column courtyard staircase cellar kitchen inn brewery recipe
bakery cheese bread wine cider pepper tea coffee cotton silk dye leather loom needle wheel cart saddle bell clock compass""".split()

ADJECTIVES = """old new early late small large northern southern eastern western central local royal public private
national regional former medieval modern ancient wooden stone narrow broad steep shallow deep quiet busy famous obscure wealthy poor
independent annual seasonal temporary permanent military civil religious secular industrial rural urban coastal inland alpine
tropical dry wet cold mild fertile barren strategic commercial scientific literary musical popular traditional
experimental controversial influential minor major rare common notable original restored ruined fortified neglected abandoned
prosperous remote neighbouring joint separate official informal detailed brief rapid gradual steady sudden decisive partial complete
bilingual technical practical theoretical agricultural maritime botanical geological""".split()

VERBS = """built founded restored described extended abandoned rebuilt purchased sold leased painted visited surveyed governed
defended captured destroyed flooded mapped recorded published translated performed conducted taught studied collected
exhibited designed financed supported opposed reformed abolished introduced replaced renamed divided united annexed ceded
inherited settled drained cultivated planted harvested exported imported manufactured repaired widened lengthened opened closed
inaugurated dedicated consecrated documented criticised praised imitated revived discovered excavated measured predicted proved
rejected confirmed reviewed edited printed distributed celebrated commemorated honoured neglected expanded reduced
reorganised nationalised privatised modernised electrified""".split()

ADVERBS = """later soon eventually gradually officially briefly partly largely mainly reportedly repeatedly finally formally
quickly slowly seldom often twice again together separately initially subsequently jointly""".split()

NATIONS = """Arvenian Belmarian Corvish Dalvian Estrian Farnish Galdian Hestian Ilvian Jorvan Keldish Lurian Morvish Nerian
Ostrian Pelvian Quarish Rovian Sarnian Tolvish Umbrian Velmian Wesdish Yarvian Zelkish""".split()
COUNTRIES = """Arvenia Belmaria Corvia Dalvia Estria Farnland Galdia Hestia Ilvia Jorva Keldia Luria Morvia Neria Ostria Pelvia
Quaria Rovia Sarnia Tolvia Umbra Velmia Wesdia Yarvia Zelkia""".split()
FIELDS = """botany zoology geology chemistry physics astronomy medicine mathematics linguistics archaeology history geography
philology economics law philosophy engineering architecture music anatomy""".split()
TRADES = """botanist zoologist geologist chemist physicist astronomer physician mathematician linguist archaeologist historian
geographer philologist economist jurist philosopher engineer architect composer anatomist""".split()
GENRES = """drama comedy thriller romance adventure fantasy mystery satire documentary western horror musical
folk rock jazz blues soul techno ambient pop""".split()
LANGUAGES = [nation for nation in NATIONS if nation.endswith("ish")] + ["Old " + nation for nation in NATIONS[:9]]
INDUSTRIES = """Shipping Mining Textiles Brewing Banking Insurance Printing Railways Chemicals Steel Glass Electronics
Aviation Forestry Fishing Software Pharmaceuticals Retail""".split()
STYLES = ["Gothic", "Baroque", "Romanesque", "Neoclassical", "Brutalist", "Art Nouveau", "Art Deco", "Modernist", "Palladian"]
AWARDS = [f"{a} {b}" for a in ("Golden", "Silver", "Royal", "National") for b in ("Quill", "Medal", "Star", "Laurel", "Prize")]
ZONES = ["Western Time", "Central Time", "Eastern Time", "Island Time"]
MONTHS = """January February March April May June July August September October November December""".split()

# Every syllable is a consonant and a vowel, or these and a consonant: a word of them can be read in one way only.
OPEN = [c + v for c in "bdfghjklmnprstvz" for v in "aeiou"]
SYLLABLES = OPEN + [s + end for s, end in zip(OPEN, "nrlsmt" * 14)][:48]  # 128

# Real text has a long tail of rare words, without which it would compress better than it does.
NOUNS += [SYLLABLES[n % 125] + SYLLABLES[n * 7 % 128] + "n" for n in range(1500)]
ADJECTIVES += [SYLLABLES[n % 123] + SYLLABLES[n * 11 % 128] + "al" for n in range(800)]
VERBS += [SYLLABLES[n % 121] + SYLLABLES[n * 13 % 128] + "ed" for n in range(800)]

CODE_BITS = 26  # of the number that a title's two words spell

NAMESPACES = {
    -2: "Media", -1: "Special", 0: "", 1: "Talk", 2: "User", 3: "User talk", 4: "Wikipedia", 5: "Wikipedia talk",
    6: "File", 7: "File talk", 8: "MediaWiki", 9: "MediaWiki talk", 10: "Template", 11: "Template talk", 12: "Help",
    13: "Help talk", 14: "Category", 15: "Category talk", 100: "Portal", 101: "Portal talk", 828: "Module",
    829: "Module talk",
}

# The kind of article `index` is KINDS[index % 16]: a link to a thing of some kind is found without looking it up.
KINDS = ("person town person river company film person town book building person species album mountain town "
         "university").split()


# --- Titles ------------------------------------------------------------------------------------


def words(index):
    """Two words that no other index has."""
    code = (index * 0x2C1B3C6D + 0x1F123BB) % (1 << CODE_BITS)
    first = SYLLABLES[code & 63] + SYLLABLES[code >> 6 & 63]
    second = SYLLABLES[code >> 12 & 127] + SYLLABLES[code >> 19 & 127]
    return first.capitalize(), second.capitalize()


@lru_cache(maxsize=1 << 17)
def title(index):
    """The title of an article: distinct for all indices."""
    one, two = words(index)
    kind = KINDS[index % 16]
    if kind == "person":
        return f"{one} {two}"
    if kind == "town":
        return one + two.lower()
    if kind == "species":
        return f"{one}us {two.lower()}ensis"
    if kind == "building":
        return f"{one}{two.lower()} {('Bridge', 'Cathedral', 'Town Hall', 'Tower')[index // 16 % 4]}"
    return {
        "river": "{} {} River", "company": "{} {} Company", "film": "{} and {}", "book": "The {} {} Letters",
        "album": "{} {} (album)", "mountain": "Mount {} {}", "university": "University of {} {}",
    }[kind].format(one, two)


# --- One page ----------------------------------------------------------------------------------


class Writer:
    """Writes the pages around one article. All chance is drawn from a generator of its own."""

    def __init__(self, index, options):
        self.index = index
        self.options = options
        self.random = Random(options.seed * 1_000_003 + index).random
        self.title = title(index)
        self.kind = KINDS[index % 16]

    # Chance

    def number(self, low, high):
        return low + int(self.random() * (high - low + 1))

    def pick(self, choices):
        return choices[int(self.random() * len(choices))]

    def rounded(self, low, high):
        """A number of any magnitude between the two, three digits long."""
        value = low * (high / low) ** self.random()
        unit = 10 ** max(0, int(math.log10(value)) - 2)
        return int(value / unit) * unit

    def other(self, kind=None):
        """The index of another article, popular ones first; `kind` is a place in KINDS."""
        rank = int(self.options.articles ** self.random()) - 1
        index = rank * self.options.stride % self.options.articles
        if kind is not None:
            index = index - index % 16 + kind
            if index >= self.options.articles:
                index = kind
        return self.options.start + index

    def link(self, kind=None):
        name = title(self.other(kind))
        if name[-1] == ")":
            return f"[[{name}|{name.rpartition(' (')[0]}]]"
        return f"[[{name}]]"

    def person(self):
        return self.link(self.pick((0, 2, 6, 10)))

    def town(self):
        return self.link(self.pick((1, 7, 14)))

    def country(self):
        return f"[[{self.pick(COUNTRIES)}]]"

    def name(self):
        """A name without an article."""
        one, two = words(self.number(0, (1 << CODE_BITS) - 1))
        return f"{one} {two}"

    # Values

    def date(self, low=1700, high=2018):
        return self.number(1, 28), self.number(1, 12), self.number(low, high)

    def written(self, date):
        return f"{date[0]} {MONTHS[date[1] - 1]} {date[2]}"

    def start_date(self, low=1700, high=2018):
        day, month, year = self.date(low, high)
        return f"{{{{start date|{year}|{month}|{day}|df=y}}}}"

    def several(self, make):
        count = self.number(1, 3)
        if count == 1:
            return make()
        return "{{plainlist|\n" + "".join(f"* {make()}\n" for _ in range(count)) + "}}"

    def measure(self, low, high, unit):
        return f"{{{{convert|{self.rounded(low, high)}|{unit}|abbr=on}}}}"

    def reference(self):
        pick, number = self.pick, self.number
        if self.random() < 0.25:
            return f'<ref name="{words(number(0, 40_000))[1]}{number(1900, 2018)}" />'
        one, two = words(number(0, 1 << CODE_BITS))
        site = words(number(0, 30_000))[1].lower()
        day, month, year = self.date(1990, 2018)
        if self.random() < 0.6:
            return (f"<ref>{{{{cite web|url=https://www.{site}.org/{pick(NOUNS)}/{year}/{number(10**6, 10**10)}.html"
                    f"|title={self.name()} and the {pick(NOUNS)} of {self.name()}|last={two}|first={one}"
                    f"|date={day} {MONTHS[month - 1]} {year}|access-date={number(1, 28)} {pick(MONTHS)} 2019}}}}</ref>")
        return (f'<ref name="{two}{year}">{{{{cite book |last={two} |first={one} |title=The {pick(NOUNS)} and the '
                f"{pick(ADJECTIVES)} {pick(NOUNS)} |publisher={site.capitalize()} Press |year={year} "
                f"|isbn=978-{number(0, 9)}-{number(100, 999)}-{number(10000, 99999)}-{number(0, 9)} |pages={number(1, 99)}–"
                f"{number(100, 400)}}}}}</ref>")

    # Text

    def sentence(self):
        pick, number, kind = self.pick, self.number, int(self.random() * 12)
        if kind == 0:
            text = f"The {pick(ADJECTIVES)} {pick(NOUNS)} was {pick(VERBS)} by {self.person()} in {number(1500, 2018)}."
        elif kind == 1:
            text = (f"On {number(1, 28)} {pick(MONTHS)} {number(1700, 2018)} the {pick(NOUNS)} of {self.town()} {pick(ADVERBS)} {pick(VERBS)} "
                    f"the {pick(ADJECTIVES)} {pick(NOUNS)} and its {pick(NOUNS)}.")
        elif kind == 2:
            text = (f"Its {pick(NOUNS)}, {pick(ADVERBS)} {pick(VERBS)} after the {self.name()} {pick(NOUNS)}, became a {pick(ADJECTIVES)} "
                    f"{pick(NOUNS)} with {number(11, 9999):,} {pick(NOUNS)} workers.")
        elif kind == 3:
            text = (f"{self.name()} {pick(VERBS)} a {pick(ADJECTIVES)} {pick(NOUNS)} near {self.link()}, while the "
                    f"{pick(NOUNS)} was {pick(ADVERBS)} {pick(VERBS)}.")
        elif kind == 4:
            text = (f"Between {number(1600, 1850)} and {number(1851, 2018)} the {pick(ADJECTIVES)} {pick(NOUNS)} and the "
                    f"{self.name()} {pick(NOUNS)} were {pick(ADVERBS)} {pick(VERBS)}, {pick(VERBS)} and {pick(VERBS)}.")
        elif kind == 5:
            text = (f"A {pick(ADJECTIVES)} {pick(NOUNS)} of the {self.name()} {pick(NOUNS)} shows a {pick(NOUNS)} beside the "
                    f"{pick(ADJECTIVES)} {pick(NOUNS)}; another, ''{pick(ADJECTIVES).capitalize()} {pick(NOUNS)}'', is lost.")
        elif kind == 6:
            text = f"According to {self.name()}, “the {pick(NOUNS)} is {pick(ADJECTIVES)} and the {pick(NOUNS)} {pick(ADJECTIVES)}”."
        elif kind == 7:
            text = f"It lies {self.measure(2, 900, 'km')} from {self.town()} and is {pick(VERBS)} for its {pick(ADJECTIVES)} {pick(NOUNS)}."
        elif kind == 8:
            text = (f"This {pick(NOUNS)} was {pick(VERBS)} in the {pick(ADJECTIVES)} {pick(NOUNS)}, which {self.link()} had "
                    f"{pick(ADVERBS)} {pick(VERBS)} for {number(2, 90)} years.")
        elif kind == 9:
            text = (f"The {pick(NOUNS)}'s {pick(ADJECTIVES)} {pick(NOUNS)} was {pick(VERBS)} at a cost of {self.rounded(1e3, 1e9):,} "
                    f"crowns, and {pick(VERBS)} on {self.written(self.date())}.")
        elif kind == 10:
            text = (f"{self.person()} and {self.person()} {pick(VERBS)} it {pick(ADVERBS)}, but the {pick(ADJECTIVES)} "
                    f"{pick(NOUNS)} remained {pick(VERBS)}.")
        else:
            text = (f"Some {pick(NOUNS)} records of the {pick(ADJECTIVES)} period mention {self.name()}, {self.name()} and "
                    f"{number(2, 60)} {pick(ADJECTIVES)} houses.")
        return text + self.reference() if self.random() < 0.3 else text

    def paragraph(self):
        return " ".join([self.sentence() for _ in range(self.number(3, 7))])

    def table(self):
        head = f'{{| class="wikitable sortable"\n|+ {self.pick(NOUNS).capitalize()} by year\n! Year !! Name !! Place !! Total\n'
        rows = "".join(
            f"|-\n| {self.number(1900, 2018)} || {self.name()} || {self.town()} || {self.number(10, 99999):,}\n"
            for _ in range(self.number(3, 14)))
        return head + rows + "|}"

    def section(self):
        heading = f"== {self.pick(ADJECTIVES).capitalize()} {self.pick(NOUNS)} ==\n"
        kind = self.random()
        if kind < 0.12:
            return heading + self.table()
        if kind < 0.2:
            return heading + "\n".join(f"* {self.link()}, {self.pick(ADJECTIVES)} {self.pick(NOUNS)}" for _ in range(6))
        if kind < 0.3:
            file = f"[[File:{self.title} {self.pick(NOUNS)}.jpg|thumb|The {self.pick(NOUNS)} of {self.town()}]]\n"
            return heading + file + self.paragraph()
        return heading + "\n\n".join(self.paragraph() for _ in range(self.number(1, 3)))

    # Articles

    def infobox(self, name, parameters):
        """Some or most of the parameters, with the values that `parameters` makes; a quarter of the articles has no infobox."""
        share = self.random() * 1.3 - 0.3
        if share < 0:
            return ""
        lines = [f"{{{{Infobox {name}", f"| name = {self.title}"]
        for parameter, make in parameters:
            if self.random() < 0.4 + 0.6 * share:
                lines.append(f"| {parameter} = {make()}")
            elif self.random() < 0.3:
                lines.append(f"| {parameter} = ")
        return "\n".join(lines) + "\n}}\n"

    def article(self):
        box, lead, categories = getattr(self, "a_" + self.kind)()
        text = [f"{{{{short description|{self.pick(ADJECTIVES).capitalize()} {self.kind}}}}}\n{box}{lead} {self.paragraph()}"]
        # Sizes have a long tail: log-normal with the wanted mean.
        u = math.sqrt(-2 * math.log(1 - self.random())) * math.cos(2 * math.pi * self.random())
        wanted = min(300_000, self.options.mean_bytes * math.exp(0.95 * u - 0.45)) - 800
        size = len(text[0])
        while size < wanted:
            section = self.section()
            text.append(section)
            size += len(section)
        text.append("== References ==\n{{reflist|30em}}")
        text.append(f"{{{{{self.pick(COUNTRIES)} {self.kind} topics}}}}\n{{{{Authority control}}}}")
        text.append("\n".join(f"[[Category:{category}]]" for category in categories))
        return "\n\n".join(text)

    def a_person(self):
        born, died = self.date(1800, 1930), self.date(1950, 2018)
        nation, field = self.number(0, len(NATIONS) - 1), self.number(0, len(FIELDS) - 1)
        box = self.infobox("scientist", [
            ("birth_date", lambda: f"{{{{birth date|df=yes|{born[2]}|{born[1]}|{born[0]}}}}}"),
            ("birth_place", lambda: f"{self.town()}, [[{COUNTRIES[nation]}]]"),
            ("death_date", lambda: f"{{{{death date|df=yes|{died[2]}|{died[1]}|{died[0]}}}}}"),
            ("death_place", lambda: f"{self.town()}, {self.country()}"), ("nationality", lambda: NATIONS[nation]),
            ("spouse", self.person), ("fields", lambda: f"[[{FIELDS[field].capitalize()}]]"),
            ("workplaces", lambda: self.several(lambda: self.link(15))), ("alma_mater", lambda: self.link(15)),
            ("thesis_title", lambda: f"On the {self.pick(ADJECTIVES)} {self.pick(NOUNS)} of the {self.pick(NOUNS)}"),
            ("thesis_year", lambda: born[2] + self.number(24, 32)), ("doctoral_advisor", self.person),
            ("doctoral_students", lambda: self.several(self.person)),
            ("notable_works", lambda: f"''{self.link(8)}''"), ("awards", lambda: f"[[{self.pick(AWARDS)}]]"),
            ("resting_place", self.town), ("website", lambda: f"{{{{URL|www.{self.title.split()[0].lower()}.org}}}}"),
        ])
        lead = (f"'''{self.title}''' ({self.written(born)} – {self.written(died)}) was a {NATIONS[nation]} {TRADES[field]} who "
                f"worked in {self.town()}.")
        return box, lead, [f"{born[2]} births", f"{died[2]} deaths", f"{NATIONS[nation]} {TRADES[field]}s"]

    def a_town(self):
        country, year = self.pick(COUNTRIES), self.number(1100, 1950)
        box = self.infobox("settlement", [
            ("settlement_type", lambda: "Town"), ("subdivision_type", lambda: "Country"),
            ("subdivision_name", lambda: f"{{{{flag|{country}}}}}"), ("subdivision_type1", lambda: "Province"),
            ("subdivision_name1", lambda: f"[[{words(self.number(0, 300))[0]} Province]]"), ("leader_title", lambda: "Mayor"),
            ("leader_name", self.person), ("established_title", lambda: "Founded"), ("established_date", lambda: year),
            ("founder", self.person), ("named_for", self.person), ("area_total_km2", lambda: self.rounded(3, 2000)),
            ("elevation_m", lambda: self.number(1, 1900)), ("population_total", lambda: f"{self.rounded(900, 2e6):,}"),
            ("population_as_of", lambda: 2016), ("population_demonym", lambda: self.title + "er"),
            ("population_metro", lambda: f"{self.rounded(2e4, 6e6):,}"), ("timezone", lambda: f"[[{self.pick(ZONES)}]]"),
            ("coordinates", lambda: f"{{{{coord|{self.number(1, 80)}|{self.number(0, 59)}|N|{self.number(1, 170)}|E}}}}"),
            ("website", lambda: f"{{{{URL|www.{self.title.lower()}.gov}}}}"),
        ])
        lead = f"'''{self.title}''' is a town in [[{country}]] on the {self.link(3)}."
        return box, lead, [f"Towns in {country}", f"Populated places established in {year}"]

    def a_river(self):
        country = self.pick(COUNTRIES)
        box = self.infobox("river", [
            ("source1", lambda: self.link(13)), ("source1_location", self.town),
            ("source1_elevation", lambda: self.measure(200, 4000, "m")), ("mouth", lambda: self.link(3)),
            ("mouth_location", self.town), ("mouth_elevation", lambda: self.measure(2, 190, "m")),
            ("length", lambda: self.measure(20, 3000, "km")), ("basin_size", lambda: self.measure(50, 500_000, "km2")),
            ("discharge1_avg", lambda: self.measure(1, 9000, "m3/s")), ("tributaries_left", lambda: self.several(lambda: self.link(3))),
            ("tributaries_right", lambda: self.several(lambda: self.link(3))), ("country", lambda: f"[[{country}]]"),
            ("cities", lambda: self.several(self.town)), ("bridges", lambda: self.link(9)),
            ("width_avg", lambda: self.measure(4, 900, "m")),
        ])
        return box, f"The '''{self.title}''' is a river in [[{country}]] that flows through {self.town()}.", [f"Rivers of {country}"]

    def a_company(self):
        year, industry = self.number(1820, 2012), self.pick(INDUSTRIES)
        box = self.infobox("company", [
            ("founder", lambda: self.several(self.person)), ("founded", lambda: self.start_date(year, year)),
            ("hq_location_city", self.town), ("hq_location_country", self.country), ("industry", lambda: f"[[{industry}]]"),
            ("products", lambda: self.several(lambda: self.pick(NOUNS).capitalize() + "s")),
            ("key_people", lambda: f"{self.person()} ([[Chief executive officer|CEO]])"), ("parent", lambda: self.link(4)),
            ("type", lambda: self.pick(("[[Public company|Public]]", "Private", "Subsidiary"))),
            ("subsid", lambda: self.several(lambda: self.link(4))), ("predecessor", lambda: self.link(4)),
            ("num_employees", lambda: f"{self.rounded(20, 3e5):,} (2017)"),
            ("revenue", lambda: f"US${self.number(2, 990)} million (2017)"),
            ("net_income", lambda: f"US${self.number(2, 90)} million (2017)"), ("area_served", lambda: "Worldwide"),
            ("brands", self.name),
        ])
        lead = f"'''{self.title}''' is a {self.pick(NATIONS)} {industry.lower()} company based in {self.town()}."
        return box, lead, [f"Companies established in {year}", f"{industry} companies"]

    def a_film(self):
        genre, nation, year = self.pick(GENRES[:12]), self.number(0, len(NATIONS) - 1), self.number(1920, 2018)
        box = self.infobox("film", [
            ("director", self.person), ("producer", self.person), ("writer", self.person), ("based_on", lambda: f"''{self.link(8)}''"),
            ("starring", lambda: self.several(self.person)), ("music", self.person), ("cinematography", self.person),
            ("editing", self.person), ("studio", lambda: self.link(4)), ("distributor", lambda: self.link(4)),
            ("released", lambda: f"{{{{film date|df=yes|{year}|{self.number(1, 12)}|{self.number(1, 28)}}}}}"),
            ("runtime", lambda: f"{self.number(62, 190)} minutes"), ("country", lambda: COUNTRIES[nation]),
            ("language", lambda: self.pick(LANGUAGES)), ("budget", lambda: f"${self.number(1, 200)} million"),
            ("gross", lambda: f"${self.number(1, 900)} million"), ("narrator", self.person),
        ])
        lead = f"'''''{self.title}''''' is a {year} {NATIONS[nation]} {genre} film directed by {self.person()}."
        return box, lead, [f"{year} films", f"{NATIONS[nation]} films"]

    def a_book(self):
        genre, nation, year = self.pick(GENRES[:12]), self.number(0, len(NATIONS) - 1), self.number(1750, 2018)
        box = self.infobox("book", [
            ("author", self.person), ("illustrator", self.person), ("cover_artist", self.person), ("translator", self.person),
            ("country", lambda: COUNTRIES[nation]), ("language", lambda: self.pick(LANGUAGES)),
            ("series", lambda: f"The {self.name()} Cycle"), ("genre", lambda: f"[[{genre.capitalize()}]]"),
            ("subject", lambda: self.pick(NOUNS).capitalize()), ("set_in", self.town), ("publisher", lambda: self.link(4)),
            ("pub_date", lambda: self.start_date(year, year)), ("pages", lambda: self.number(90, 900)),
            ("awards", lambda: f"[[{self.pick(AWARDS)}]]"), ("preceded_by", lambda: f"''{self.link(8)}''"),
            ("followed_by", lambda: f"''{self.link(8)}''"),
            ("isbn", lambda: f"978-{self.number(0, 9)}-{self.number(100, 999)}-{self.number(10000, 99999)}-{self.number(0, 9)}"),
        ])
        lead = f"'''''{self.title}''''' is a {year} {genre} novel by the {NATIONS[nation]} writer {self.person()}."
        return box, lead, [f"{year} novels", f"{NATIONS[nation]} novels"]

    def a_building(self):
        country, year = self.pick(COUNTRIES), self.number(1300, 2015)
        box = self.infobox("building", [
            ("architect", self.person), ("structural_engineer", self.person), ("opened", lambda: self.start_date(year, year)),
            ("location", lambda: f"{self.town()}, [[{country}]]"), ("location_country", lambda: country),
            ("height", lambda: self.measure(12, 300, "m")), ("floor_count", lambda: self.number(2, 70)),
            ("floor_area", lambda: self.measure(900, 200_000, "m2")), ("cost", lambda: f"US${self.number(1, 900)} million"),
            ("architectural_style", lambda: f"[[{self.pick(STYLES)} architecture|{self.pick(STYLES)}]]"),
            ("material", lambda: self.pick(("Stone", "Brick", "Concrete", "Steel", "Wood"))), ("owner", lambda: self.link(4)),
            ("seating_capacity", lambda: f"{self.rounded(100, 9e4):,}"), ("tenants", lambda: self.link(4)),
            ("start_date", lambda: year - self.number(1, 9)),
        ])
        lead = f"The '''{self.title}''' is a building in {self.town()}, [[{country}]], designed by {self.person()}."
        return box, lead, [f"Buildings and structures in {country}", f"Buildings completed in {year}"]

    def a_species(self):
        genus, name = self.title.split()
        family = f"{words(self.number(0, 900))[0]}idae"
        year = self.number(1758, 2010)
        box = "{{Speciesbox}}\n" if self.random() < 0.1 else self.infobox_plain("Taxobox", [
            ("status", self.pick(("LC", "NT", "VU", "EN", "CR"))), ("regnum", "[[Animalia]]"), ("phylum", "[[Chordata]]"),
            ("classis", f"[[{words(self.number(0, 9))[0]}ia]]"), ("ordo", f"[[{words(self.number(0, 99))[0]}iformes]]"),
            ("familia", f"[[{family}]]"), ("subfamilia", f"[[{words(self.number(0, 2000))[0]}inae]]"),
            ("genus", f"''[[{genus}]]''"), ("species", f"'''''{genus[0]}. {name}'''''"), ("binomial", f"''{self.title}''"),
            ("binomial_authority", f"{self.person()}, {year}"), ("type_species", f"''{genus} {words(self.index + 1)[1].lower()}''"),
        ])
        lead = f"'''''{self.title}''''' is a species of animal in the family [[{family}]] found in {self.country()}."
        return box, lead, [family, f"Animals described in {year}", f"Fauna of {self.pick(COUNTRIES)}"]

    def infobox_plain(self, name, parameters):
        lines = [f"| {parameter} = {value}" for parameter, value in parameters if self.random() < 0.95]
        return f"{{{{{name}\n| name = {self.title}\n" + "\n".join(lines) + "\n}}\n"

    def a_album(self):
        genre, year = self.pick(GENRES[12:]), self.number(1955, 2018)
        box = self.infobox("album", [
            ("type", lambda: "Studio album"), ("artist", self.person), ("released", lambda: self.start_date(year, year)),
            ("recorded", lambda: f"{self.pick(MONTHS)} {year - 1}"), ("studio", lambda: f"{self.name()} Studios, {self.town()}"),
            ("genre", lambda: f"[[{genre.capitalize()} music|{genre.capitalize()}]]"), ("label", lambda: self.link(4)),
            ("producer", lambda: self.several(self.person)), ("writer", self.person), ("language", lambda: self.pick(LANGUAGES)),
            ("length", lambda: f"{{{{duration|m={self.number(25, 79)}|s={self.number(0, 59)}}}}}"),
            ("prev_title", lambda: f"''{self.link(12)}''"), ("next_title", lambda: f"''{self.link(12)}''"), ("lyricist", self.person),
        ])
        lead = f"'''''{self.title.rpartition(' (')[0]}''''' is a {year} {genre} album by {self.person()}."
        return box, lead, [f"{year} albums", f"{genre.capitalize()} albums"]

    def a_mountain(self):
        country = self.pick(COUNTRIES)
        box = self.infobox("mountain", [
            ("elevation_m", lambda: self.number(400, 7000)), ("prominence_m", lambda: self.number(50, 3000)),
            ("isolation_km", lambda: self.number(1, 900)), ("range", lambda: f"[[{words(self.number(0, 400))[0]} Range]]"),
            ("location", lambda: f"{self.town()}, [[{country}]]"), ("country", lambda: country), ("parent_peak", lambda: self.link(13)),
            ("first_ascent", lambda: f"{self.number(1750, 1990)} by {self.person()}"),
            ("easiest_route", lambda: f"{self.pick(ADJECTIVES).capitalize()} ridge"),
            ("type", lambda: self.pick(("[[Stratovolcano]]", "[[Granite]] dome", "[[Caldera]]", "[[Shield volcano]]"))),
            ("age", lambda: self.pick(("[[Jurassic]]", "[[Triassic]]", "[[Eocene]]", "[[Miocene]]", "[[Devonian]]"))),
            ("rock", lambda: self.pick(("Gneiss", "Granite", "Basalt", "Limestone", "Schist"))),
            ("last_eruption", lambda: self.number(1500, 2015)), ("map", lambda: country),
        ])
        return box, f"'''{self.title}''' is a mountain in [[{country}]], above {self.town()}.", [f"Mountains of {country}"]

    def a_university(self):
        country, year = self.pick(COUNTRIES), self.number(1350, 2000)
        box = self.infobox("university", [
            ("established", lambda: self.start_date(year, year)), ("founder", self.person), ("city", self.town),
            ("state", lambda: f"[[{words(self.number(0, 300))[0]} Province]]"), ("country", lambda: f"[[{country}]]"),
            ("motto", lambda: f"The {self.pick(NOUNS)} is {self.pick(ADJECTIVES)}"),
            ("type", lambda: self.pick(("[[Public university|Public]]", "Private", "Research"))), ("chancellor", self.person),
            ("vice_chancellor", self.person), ("president", self.person), ("students", lambda: f"{self.rounded(900, 9e4):,}"),
            ("undergrad", lambda: f"{self.rounded(500, 5e4):,}"), ("faculty", lambda: f"{self.rounded(50, 5000):,}"),
            ("endowment", lambda: f"US${self.number(2, 990)} million"), ("campus", lambda: self.pick(("Urban", "Rural", "Suburban"))),
            ("affiliations", lambda: self.link(15)), ("nickname", lambda: f"The {self.pick(NOUNS).capitalize()}s"),
            ("mascot", lambda: f"{self.pick(ADJECTIVES).capitalize()} {self.pick(NOUNS)}"),
        ])
        return box, f"The '''{self.title}''' is a university in {self.town()}, [[{country}]].", [f"Universities in {country}"]

    # Pages

    def pages(self):
        """(place among the article's ids, namespace, title, redirect target, text) of the article and what stands beside it."""
        name = self.title
        yield 0, 0, name, None, self.article()
        for place, other in enumerate((f"History of {name}", f"{name} controversy")[: int(self.random() * 2.25)], 1):
            section = f"#{self.pick(NOUNS).capitalize()}" if self.random() < 0.2 else ""
            yield place, 0, other, name, f"#REDIRECT [[{name}{section}]]\n\n{{{{R from subtopic}}}}"
        if self.index % 40 == 7:
            items = "\n".join(f"* {self.link()}, a {self.pick(ADJECTIVES)} {self.pick(NOUNS)}" for _ in range(self.number(2, 6)))
            base = name.rpartition(" (")[0] or name
            yield 3, 0, f"{base} {name[0]} (disambiguation)", None, f"'''{base}''' may refer to:\n{items}\n\n{{{{disambiguation}}}}"
        if self.index % 8 == 5:
            yield 4, 1, f"Talk:{name}", None, f"== {self.pick(NOUNS).capitalize()} ==\n{self.sentence()} ~~~~"
        if self.index % 16 == 11:
            yield 5, 14, f"Category:{name}", None, f"{{{{Main|{name}}}}}\n[[Category:{self.pick(COUNTRIES)}]]"
        if self.index % 16 == 3:
            yield 6, 10, f"Template:{name}", None, f"{{{{Navbox|name={name}|title=[[{name}]]|list1={self.link()} • {self.link()}}}}}"


# --- XML ---------------------------------------------------------------------------------------


def base36(data):
    number, digits = int.from_bytes(hashlib.sha1(data).digest(), "big"), ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits.rjust(31, "0")


def header():
    names = "".join(
        f'      <namespace key="{key}" case="first-letter"' + (f">{name}</namespace>\n" if name else " />\n")
        for key, name in NAMESPACES.items())
    return ('<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="en">\n  <siteinfo>\n'
            "    <sitename>SpecWiki benchmark</sitename>\n    <dbname>enwiki</dbname>\n"
            "    <base>https://en.wikipedia.org/wiki/Main_Page</base>\n    <generator>SpecWiki make_dump.py</generator>\n"
            f"    <case>first-letter</case>\n    <namespaces>\n{names}    </namespaces>\n  </siteinfo>\n").encode()


def page_xml(page_id, namespace, name, redirect, text):
    data = text.encode()
    target = f"    <redirect title=\"{escape(redirect)}\" />\n" if redirect else ""
    return (f"  <page>\n    <title>{escape(name)}</title>\n    <ns>{namespace}</ns>\n    <id>{page_id}</id>\n{target}"
            f"    <revision>\n      <id>{900_000_000 + page_id}</id>\n"
            f"      <timestamp>2019-0{1 + page_id % 9}-{1 + page_id // 9 % 28:02}T{page_id % 24:02}:{page_id % 60:02}:00Z</timestamp>\n"
            f"      <contributor>\n        <username>Generator{page_id % 997}</username>\n        <id>{page_id % 997 + 1}</id>\n"
            "      </contributor>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
            f'      <text bytes="{len(data)}" xml:space="preserve">{escape(text, {chr(34): "&quot;"})}</text>\n'
            f"      <sha1>{base36(data)}</sha1>\n    </revision>\n  </page>\n")


def view_rows(options, index, page_id, namespace, name, redirect):
    """Lines of a monthly pageview_complete file: few articles have many views, 4 % have no line."""
    random = Random(options.seed * 7919 + page_id)
    if namespace != 0 or random.random() < 0.04:
        return []
    rank = (index - options.start) * options.inverse % options.articles + 1
    views = int(9e6 / rank**0.85 * (0.5 + random.random()) * (0.02 if redirect else 1)) + 1
    mobile = int(views * (0.3 + 0.3 * random.random()))
    underscored = name.replace(" ", "_")
    return [f"en.wikipedia {underscored} {page_id} {access} {count} A{count}\n"
            for access, count in (("desktop", views - mobile), ("mobile-web", mobile)) if count]


def chunk(options, first):
    """The pages of some articles and their views, compressed if the output is in many streams."""
    pages, rows = [], []
    for index in range(first, min(first + options.chunk, options.start + options.articles)):
        for place, namespace, name, redirect, text in Writer(index, options).pages():
            page_id = IDS_PER_ARTICLE * (index + 1) + place
            pages.append(page_xml(page_id, namespace, name, redirect, text))
            if options.views:
                rows += view_rows(options, index, page_id, namespace, name, redirect)
    size = sum(map(len, pages))
    pages = [
        "".join(pages[begin : begin + PAGES_PER_STREAM]).encode() for begin in range(0, len(pages), PAGES_PER_STREAM)]
    if options.packing == "multistream":
        pages = [bz2.compress(data) for data in pages]
    return b"".join(pages), rows, size


def write_rows(path, rows):
    rows.sort()
    data = "".join(rows).encode()
    if path.endswith(".bz2"):
        data = bz2.compress(data)
    elif path.endswith(".gz"):
        data = gzip.compress(data, 6, mtime=0)
    Path(path).write_bytes(data)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--articles", type=int, help="number of articles; redirects and others come on top")
    size.add_argument("--mb", type=float, help="about so many millions of bytes of XML")
    parser.add_argument("--output", required=True, help="FILE.xml or FILE.xml.bz2")
    parser.add_argument("--views", help="page views to write: FILE, FILE.bz2 or FILE.gz")
    parser.add_argument("--mean-bytes", type=int, default=6000, help="mean size of an article's text (6000)")
    parser.add_argument("--start", type=int, default=0, help="number of the first article (0), for dumps that share no title")
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    packing = parser.add_mutually_exclusive_group()
    packing.add_argument("--multistream", dest="packing", action="store_const", const="multistream", default="multistream",
                         help="100 pages to a bzip2 stream, as Wikimedia does it (the default)")
    packing.add_argument("--single-stream", dest="packing", action="store_const", const="single")
    options = parser.parse_args()
    if options.articles is None:
        options.articles = max(1, round(options.mb * 1e6 / (options.mean_bytes + XML_BYTES_PER_ARTICLE)))
    if options.articles < 1 or options.start < 0 or options.start + options.articles > 1 << CODE_BITS:
        parser.error(f"articles have the numbers 0 to {(1 << CODE_BITS) - 1}")
    if not options.output.endswith(".bz2"):
        options.packing = "none"
    options.chunk = 200
    # Popular articles stand anywhere: rank r is the article r * stride, and back.
    options.stride = next(s for s in range(int(options.articles * 0.618) | 1, 1 << 30, 2) if math.gcd(s, options.articles) == 1)
    options.inverse = pow(options.stride, -1, options.articles) if options.articles > 1 else 0
    return options


def main():
    options = parse()
    rows, size = [], 0
    single = bz2.BZ2Compressor() if options.packing == "single" else None
    pack = {"multistream": bz2.compress, "none": bytes}.get(options.packing) or single.compress
    with open(options.output, "wb") as file, multiprocessing.Pool(options.processes) as pool:
        size += len(header())
        file.write(pack(header()))
        firsts = range(options.start, options.start + options.articles, options.chunk)
        for data, more, count in pool.imap(partial(chunk, options), firsts):
            file.write(single.compress(data) if single else data)
            rows += more
            size += count
        file.write(pack(b"</mediawiki>\n"))
        if single:
            file.write(single.flush())
    if options.views:
        write_rows(options.views, rows)
    print(f"{options.output}: {options.articles} articles, {size / 1e6:.1f} MB of XML, "
          f"{os.path.getsize(options.output) / 1e6:.1f} MB stored", file=sys.stderr)


if __name__ == "__main__":
    main()
