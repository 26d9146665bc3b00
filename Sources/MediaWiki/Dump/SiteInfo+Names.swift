extension SiteInfo {
    /// The project as page-view files call it: `en.wikipedia` for a base of `https://en.wikipedia.org/wiki/Main_Page`.
    ///
    /// Nil when the dump has no base, or one that is not a site of Wikimedia (its host does not end in `.org`).
    public var pageviewProject: String? {
        let afterScheme = base.utf8.firstRange(of: "//".utf8).map { base[$0.upperBound...] } ?? base[...]
        let host = afterScheme.prefix { $0 != "/" && $0 != ":" && $0 != "?" }.lowercased()
        var labels = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard labels.count >= 3, labels.removeLast() == "org", !labels.contains("") else { return nil }
        // Mobile sites: en.m.wikipedia.org.
        if labels.count == 3, labels[1] == "m" { labels.remove(at: 1) }
        return labels.joined(separator: ".")
    }

    /// The language of the wiki, as its host or its database has it: "de" for `de.wikipedia.org` or `dewiktionary`.
    ///
    /// Nil for wikis of no language (`commons.wikimedia.org`) and for those that are not Wikimedia's.
    var language: String? {
        if let project = pageviewProject {
            let labels = project.split(separator: ".")
            guard labels.count == 2, labels[1] != "wikimedia" else { return nil }
            return String(labels[0])
        }
        let projects = [
            "wiktionary", "wikibooks", "wikinews", "wikiquote", "wikisource", "wikiversity", "wikivoyage", "wiki",
        ]
        guard
            let project = projects.first(where: {
                databaseName.utf8.count > $0.utf8.count && databaseName.hasSuffix($0)
            })
        else { return nil }
        return String(databaseName.dropLast(project.count)).replacing("_", with: "-")
    }

    /// The namespace a title is in by its prefix, for dumps without `<ns>` (export schemas before 0.6); 0 without a
    /// prefix that `<siteinfo>` names. Of a dump without names the canonical ones count.
    func namespace(ofTitle title: String) -> Int {
        guard let colon = title.utf8.firstIndex(of: UInt8(ascii: ":")) else { return 0 }
        let prefix = title[..<colon].lowercased()
        guard namespaces.contains(where: { !$0.value.isEmpty }) else { return Namespaces.canonical[prefix] ?? 0 }
        return namespaces.filter { !$0.value.isEmpty && $0.value.lowercased() == prefix }.keys.min() ?? 0
    }
}
