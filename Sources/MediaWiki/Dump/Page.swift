/// One `<page>` of a dump with its latest revision.
public struct Page: Sendable, Equatable {
    /// The page id; nil when the dump gives none.
    public var id: Int64?
    /// The namespace number from `<ns>`; 0 (articles) when the element is missing.
    public var namespace: Int
    /// The full title, with its namespace prefix.
    public var title: String
    /// `title` of the `<redirect>` element; without one, the target in a `#REDIRECT [[...]]` text, without fragment.
    public var redirectTarget: String?
    /// The latest revision; nil when the page has none.
    public var revision: Revision?

    /// Creates a page.
    public init(id: Int64?, namespace: Int, title: String, redirectTarget: String?, revision: Revision?) {
        self.id = id
        self.namespace = namespace
        self.title = title
        self.redirectTarget = redirectTarget
        self.revision = revision
    }
}

/// One `<revision>` of a page.
public struct Revision: Sendable, Equatable {
    /// The revision id.
    public var id: Int64?
    /// As in the dump: `2019-05-31T12:00:00Z`.
    public var timestamp: String?
    /// As in the dump: base 36. Often wrong in edited or imported dumps; never checked.
    public var sha1: String?
    /// The content model, "wikitext" for articles; nil when the dump gives none.
    public var model: String?
    /// The wikitext as UTF-8; nil when the text was deleted or is missing.
    public var text: [UInt8]?

    /// Creates a revision.
    public init(id: Int64?, timestamp: String?, sha1: String?, model: String?, text: [UInt8]?) {
        self.id = id
        self.timestamp = timestamp
        self.sha1 = sha1
        self.model = model
        self.text = text
    }
}

/// What `<siteinfo>` says of the wiki.
public struct SiteInfo: Sendable, Equatable {
    /// "Wikipedia".
    public var siteName: String
    /// "enwiki"; empty when the dump has none.
    public var databaseName: String
    /// The wiki's base URL, e.g. `https://en.wikipedia.org/wiki/Main_Page`; empty when the dump has none.
    public var base: String
    /// Whether titles keep the case of their first letter (`<case>case-sensitive`), as in Wiktionary.
    public var isCaseSensitive: Bool
    /// Local namespace names by number.
    public var namespaces: [Int: String]

    /// Creates site information; the default is that of a dump without `<siteinfo>`.
    public init(
        siteName: String = "", databaseName: String = "", base: String = "", isCaseSensitive: Bool = false,
        namespaces: [Int: String] = [:]
    ) {
        self.siteName = siteName
        self.databaseName = databaseName
        self.base = base
        self.isCaseSensitive = isCaseSensitive
        self.namespaces = namespaces
    }
}
