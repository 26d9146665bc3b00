/// Namespace names and prefixes that mean the same on every wiki of Wikimedia.
enum Namespaces {
    static let file = 6
    static let category = 14

    /// Canonical English names and the usual aliases, in lower case; a wiki's own names come from its `<siteinfo>`.
    static let canonical: [String: Int] = [
        "media": -2, "special": -1, "talk": 1, "user": 2, "user talk": 3, "wikipedia": 4, "wikipedia talk": 5,
        "project": 4, "project talk": 5, "wp": 4, "wt": 5, "file": 6, "file talk": 7, "image": 6, "image talk": 7,
        "mediawiki": 8, "mediawiki talk": 9, "template": 10, "template talk": 11, "help": 12, "help talk": 13,
        "category": 14, "category talk": 15, "portal": 100, "portal talk": 101, "book": 108, "book talk": 109,
        "draft": 118, "draft talk": 119, "timedtext": 710, "timedtext talk": 711, "module": 828, "module talk": 829,
    ]

    /// Prefixes of links to other projects, in lower case. Language codes are recognised by their shape.
    static let interwikiPrefixes: Set<String> = [
        "w", "wikt", "wiktionary", "commons", "c", "s", "wikisource", "q", "wikiquote", "n", "wikinews", "b",
        "wikibooks", "v", "wikiversity", "voy", "wikivoyage", "d", "wikidata", "species", "wikispecies", "m", "meta",
        "metawikipedia", "mw", "mediawikiwiki", "foundation", "wmf", "phab", "phabricator", "bugzilla", "doi", "rfc",
        "isbn", "simple", "nost", "sep11", "memoryalpha", "imdbname", "imdbtitle", "mail", "mailarchive", "google",
        "arxiv", "wikia", "outreach", "incubator", "betawiki", "translatewiki", "tools", "toollabs",
    ]

    /// Whether a prefix looks like a language code: "fr", "zh-min-nan".
    static func isLanguageCode(_ prefix: some Collection<UInt8>) -> Bool {
        let parts = prefix.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 4, (2...3).contains(first.count) else { return false }
        return parts.allSatisfy { part in
            part.count >= 2 && part.allSatisfy { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
        }
    }
}
