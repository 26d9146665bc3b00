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

    /// The namespace a title is in by its prefix, for dumps without `<ns>` (export schemas before 0.6); 0 without a
    /// prefix that `<siteinfo>` names.
    func namespace(ofTitle title: String) -> Int {
        guard let colon = title.utf8.firstIndex(of: UInt8(ascii: ":")) else { return 0 }
        let prefix = title[..<colon].lowercased()
        return namespaces.filter { !$0.value.isEmpty && $0.value.lowercased() == prefix }.keys.min() ?? 0
    }
}
