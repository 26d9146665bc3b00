/// Tells categories that say something of a subject from those that say something of its page.
enum CategoryRules {
    /// Whether a category is there for the upkeep of the wiki.
    static func isMaintenance(_ name: String) -> Bool {
        name.withLowercasedBytes { key in
            prefixes.begins(key) || suffixes.ends(key) || parts.isFound(in: key) || names.contains(key, 0..<key.count)
        }
    }

    /// Whether only articles about persons are in a category.
    static func isOfPersons(_ name: String) -> Bool {
        name.withBytes { $0.isEnd(" births") || $0.isEnd(" deaths") } || name == "Living people"
    }

    private static let prefixes: PhraseSet = [
        "articles ", "all ", "use ", "wikipedia", "cs1", "pages ", "webarchive", "commons ", "short description",
        "good articles", "featured articles", "featured article", "good article", "engvarb", "accuracy ",
        "accuracy disputes",
        "nowikidatalink", "ac with", "infobox", "template", "coordinates ", "coord missing", "harv and sfn",
        "official website",
        "vague or ambiguous", "interlanguage link", "spoken articles", "unreferenced", "disambiguation", "redirects ",
        "biography with", "biography articles", "blp articles", "cleanup", "npov ", "pov ", "orphaned", "dead link",
        "citation ",
        "self-contradictory", "possibly living", "date of birth", "date of death", "place of birth", "place of death",
        "year of birth", "year of death", "missing middle", "import ", "convert ", "duplicate ", "portal templates",
        "harvard ",
        "lists having", "incomplete lists", "dynamic lists", "wikiproject", "protected", "semi-protected", "stubs",
        "twitter username", "instagram", "imdb", "drugs missing", "drugs not assigned", "drugs with",
        "chemical articles",
        "ecid", "e number", "taxonbars", "taxoboxes", "species pages", "automatic taxobox", "s1-", "cricketers with",
        "noindex",
        "source attribution", "attribution needed", "ipa ", "languages with iso", "language articles", "instances of",
        "iso ",
        "persondata", "people appearing on", "hidden categories", "tracking", "maintenance", "expired", "clean-up",
        "official site", "open domesday", "geographic coordinate", "cricinfo", "rotten tomatoes", "metacritic", "oclc ",
    ]

    private static let suffixes: PhraseSet = [
        " stubs", " stub", " identifiers", " errors", " error", " wikidata", " templates", " pages", " disputes",
        " needed",
        " sidebar", " on wikidata", " citations", " parameters", " maint",
    ]

    private static let parts: PhraseSet = [
        "wikidata", "wikipedia ", " articles ", "unsourced", "wikisource", "dead external links", "ambiguous time",
        "dmy dates", "mdy dates", "infobox", "navbox", "citing", "script errors",
    ]

    private static let names: WordSet = ["articles", "stubs", "good articles", "living people missing data"]
}
