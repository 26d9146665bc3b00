/// Whose texts a store's questions are made of, under which licence, and where each article can be read.
///
/// Everything comes from the store's metadata (`dump` and `site` as `generate` writes them, `licence` and `source` where someone
/// stated them) and from the dumps that its pages name.
public struct TextOrigin: Sendable, Equatable {
    /// A licence by name.
    public struct Licence: Sendable, Equatable {
        /// As people write it: "CC BY-SA 4.0".
        public var name: String
        /// Where its text stands; nil for one that this program does not know.
        public var url: String?
        /// As Hugging Face's data set cards write it; nil for one they have no word for.
        public var identifier: String?

        /// A licence by its name; address and identifier are filled in for the Creative Commons licences.
        public init(named name: String) {
            self.name = name
            let words = name.lowercased().split(whereSeparator: { $0 == " " || $0 == "-" }).map(String.init)
            guard words.count >= 2, let version = words.last, version.wholeMatch(of: /[1-4]\.[05]/) != nil else {
                return
            }
            let kind = words.dropFirst().dropLast().joined(separator: "-")
            if words[0] == "cc", ["by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd"].contains(kind) {
                url = "https://creativecommons.org/licenses/\(kind)/\(version)/"
                identifier = "cc-\(kind)-\(version)"
            } else if words == ["cc0", "1.0"] {
                url = "https://creativecommons.org/publicdomain/zero/1.0/"
                identifier = "cc0-1.0"
            }
        }
    }

    /// The licence of the texts; nil when it cannot be told.
    public private(set) var licence: Licence?
    /// How the licence is known, or why it is not: a sentence.
    public private(set) var licenceReason: String
    /// The dump's files, or what was stated of imported questions; nil when nothing is known.
    public private(set) var source: String?
    /// The wiki's name: "Wikipedia, enwiki"; nil when the dump does not tell.
    public private(set) var site: String?
    /// The language of the wiki: "en"; nil when it cannot be told.
    public private(set) var language: String?
    /// Whether the texts are those of the sample dump that comes with SpecWiki.
    public private(set) var isBundledSample: Bool
    /// Where pages are that name no dump of their own; nil when it cannot be told.
    private var address: WikiAddress?

    /// Reads the metadata of a store, and what its questions say of their dump.
    public init(metadata: [String: String], questions: some Sequence<Question> = EmptyCollection<Question>()) {
        func value(_ key: String) -> String? { metadata[key].flatMap { $0.isEmpty ? nil : $0 } }
        let named = questions.lazy.compactMap { $0.provenance?.page?.dump }.first { _ in true }
        let dump = value("dump") ?? named?.file
        source = dump ?? value("source")
        let names = named.map { [$0.siteName, $0.databaseName].filter { !$0.isEmpty }.joined(separator: ", ") } ?? ""
        site = value("site") ?? (names.isEmpty ? nil : names)
        isBundledSample = site?.hasPrefix("SpecWiki sample") == true
        // "Wikipedia, enwiki"; a dump without <siteinfo> is named after its wiki as a rule.
        let database =
            site?.split(separator: ",").last.map { $0.trimming(" ") }
            ?? dump?.split(whereSeparator: { "-,".contains($0) }).first.map { $0.trimming(" ") }
        let wiki = database.flatMap(Wiki.init(database:))
        language = wiki?.language
        address = named.flatMap { WikiAddress($0) } ?? wiki.map { WikiAddress($0) }
        if let stated = value("licence") {
            licence = Licence(named: stated)
            licenceReason = value("licence reason") ?? "The licence is stated in the store."
        } else if let wiki, wiki.isShareAlike {
            (licence, licenceReason) = Self.wikimediaLicence(dump: dump ?? "")
        } else {
            licenceReason =
                source == nil && site == nil
                ? "The store does not say where its questions come from."
                : "The licence of \(site ?? source ?? "the source") is not known to this program."
        }
    }

    /// What a store should say of the licence, for those who read it without this program; empty when nothing is known.
    public var metadata: [String: String] {
        guard let licence else { return [:] }
        var entries = ["licence": licence.name, "licence reason": licenceReason]
        entries["licence url"] = licence.url
        return entries
    }

    /// The revision that a fact was read from, or its article where the revision is not known.
    public func url(of provenance: Provenance) -> String? {
        let address = provenance.page?.dump.flatMap { WikiAddress($0) } ?? address
        return address?.url(ofPage: provenance.pageID, revision: provenance.revisionID)
    }

    // MARK: - Licences of Wikimedia's wikis

    /// The day from which texts are under version 4.0: by Wikimedia's terms of use of 2023.
    private static let changeOfLicence = (year: 2023, month: 6, day: 7)

    private static func wikimediaLicence(dump: String) -> (Licence, String) {
        let old = Licence(named: "CC BY-SA 3.0")
        let new = Licence(named: "CC BY-SA 4.0")
        let rule = "Texts of Wikimedia's wikis are under CC BY-SA 4.0 since 7 June 2023 and under CC BY-SA 3.0 before"
        let dates = dump.matches(of: /(?:^|[-_ ])(20[0-9]{2})(?:([01][0-9])([0-3][0-9])?)?(?=$|[-_.,])/).map {
            (year: Int($0.1) ?? 0, month: $0.2.flatMap { Int($0) }, day: $0.3.flatMap { Int($0) })
        }
        /// Whether a date is before the change; nil when it is not precise enough to tell.
        func isBefore(_ date: (year: Int, month: Int?, day: Int?)) -> Bool? {
            if date.year != changeOfLicence.year { return date.year < changeOfLicence.year }
            guard let month = date.month else { return nil }
            if month != changeOfLicence.month { return month < changeOfLicence.month }
            return date.day.map { $0 < changeOfLicence.day }
        }
        let sides = dates.map(isBefore)
        if !sides.isEmpty, sides.allSatisfy({ $0 == true }) {
            return (old, "\(rule); the dump is from before, by its name.")
        }
        if !sides.isEmpty, sides.allSatisfy({ $0 == false }) {
            return (new, "\(rule); the dump is from after, by its name.")
        }
        return (
            new, "\(rule), which allows adaptations under 4.0; the name of the dump does not tell which it is."
        )
    }
}

/// The addresses of a wiki's pages.
private struct WikiAddress: Sendable, Equatable {
    /// "https://en.wikipedia.org" of one of Wikimedia's wikis, which all have the same addresses.
    private var server: String?
    /// "https://wiki.example/index.php/" of another, to which titles are appended.
    private var prefix = ""

    init(_ wiki: Wiki) {
        server = "https://\(wiki.host)"
    }

    /// By the address of the main page, or failing that by the name of the database.
    init?(_ dump: Provenance.Dump) {
        guard
            let base = dump.base.wholeMatch(
                of: /(https?:\/\/([A-Za-z0-9.\-]+)(?::[0-9]+)?)(\/(?:[A-Za-z0-9._~%\/\-]*\/)?)[^\/?#]*/)
        else {
            guard let wiki = Wiki(database: dump.databaseName) else { return nil }
            server = "https://\(wiki.host)"
            return
        }
        if base.3 == "/wiki/", Wiki.isHost(base.2) { server = String(base.1) } else { prefix = "\(base.1)\(base.3)" }
    }

    func url(ofPage page: Int64, revision: Int64?) -> String {
        if let server {
            return revision.map { "\(server)/w/index.php?oldid=\($0)" } ?? "\(server)/?curid=\(page)"
        }
        // Special pages have English names on wikis of all languages.
        return prefix + (revision.map { "Special:PermanentLink/\($0)" } ?? "Special:Redirect/page/\(page)")
    }
}

/// A wiki of Wikimedia, by the name of its database.
private struct Wiki {
    var host: String
    var language: String?
    /// Whether its texts are under CC BY-SA: all but Wikidata (CC0) and Wikinews (CC BY).
    var isShareAlike = true

    init?(database: String) {
        switch database {
        case "commonswiki", "specieswiki", "metawiki", "incubatorwiki":
            host = "\(database.dropLast(4)).wikimedia.org"
            return
        case "wikidatawiki":
            host = "www.wikidata.org"
            isShareAlike = false
            return
        case "mediawikiwiki":
            host = "www.mediawiki.org"
            return
        default:
            guard
                let match = database.wholeMatch(
                    of:
                        /([a-z]{2,3}|[a-z]{2,}_[a-z_]*[a-z]|simple)(wiki(?:pedia|books|news|quote|source|versity|voyage)?|wiktionary)/
                )
            else { return nil }
            let code = String(match.1.replacing("_", with: "-"))
            let project = match.2 == "wiki" ? "wikipedia" : String(match.2)
            host = "\(code).\(project).org"
            language = code == "simple" ? "en" : code
            isShareAlike = project != "wikinews"
        }
    }
}

extension Wiki {
    /// Whether a host is one of Wikimedia's.
    static func isHost(_ host: Substring) -> Bool {
        let domains = [
            "wikipedia", "wiktionary", "wikibooks", "wikinews", "wikiquote", "wikisource", "wikiversity", "wikivoyage",
            "wikimedia", "wikidata", "mediawiki",
        ]
        let labels = host.lowercased().split(separator: ".")
        return labels.count >= 2 && labels.last == "org" && domains.contains(String(labels[labels.count - 2]))
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> String {
        String(drop(while: { $0 == character }).reversed().drop(while: { $0 == character }).reversed())
    }
}
