import Diagnostics

/// The names of one project in page-view files.
struct PageviewProject: Sendable, Equatable {
    /// As in pageview_complete: `en.wikipedia`.
    let name: String
    /// As in hourly files: `en` (desktop), `en.m` (mobile), `en.zero` (mobile, until 2018).
    let domainCodes: [String]

    private static let suffixes: [String: String] = [
        "wikipedia": "", "wikibooks": ".b", "wiktionary": ".d", "wikinews": ".n", "wikiquote": ".q", "wikisource": ".s",
        "wikiversity": ".v", "wikivoyage": ".voy", "mediawiki": ".w", "wikidata": ".wd", "wikimediafoundation": ".f",
    ]

    /// - Parameter name: `en.wikipedia`, or `en` for short, or with `.org` at its end.
    /// - Throws: `Failure` 64 when it is no name of a project.
    init(_ name: String) throws {
        var labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if labels.count == 3, labels.last == "org" { labels.removeLast() }
        if labels.count == 1 { labels.append("wikipedia") }
        let isLabel = { (label: String) in
            !label.isEmpty
                && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        }
        guard labels.count == 2, labels.allSatisfy(isLabel) else {
            throw Failure(.usage, "“\(name)” is not a project", remedy: "use a name such as --project en.wikipedia")
        }
        self.name = labels.joined(separator: ".")
        if labels[1] == "wikimedia" {
            // Here `.m` is the desktop site and a second one the mobile site.
            domainCodes = ["\(labels[0]).m", "\(labels[0]).m.m"]
        } else if let suffix = Self.suffixes[labels[1]] {
            domainCodes = ["", ".m", ".zero"].map { labels[0] + $0 + suffix }
        } else {
            domainCodes = []
        }
    }
}
