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
    /// Where the page stands in its dump; nil for a page from elsewhere.
    public var place: PagePlace?

    /// Creates a page.
    public init(
        id: Int64?, namespace: Int, title: String, redirectTarget: String?, revision: Revision?,
        place: PagePlace? = nil
    ) {
        self.id = id
        self.namespace = namespace
        self.title = title
        self.redirectTarget = redirectTarget
        self.revision = revision
        self.place = place
    }
}

/// Where a `<page>` element begins in its dump file. The same whatever the number of threads.
public struct PagePlace: Sendable, Hashable {
    /// The byte of its `<`, counted from 0 in the XML of the file: in the file itself if that is plain, else in what it unpacks to,
    /// so that every packing of one XML gives the same. Nil where it cannot be known: after a damaged block, of which nobody knows
    /// how long it was, and in a dump that is not UTF-8.
    public var byteOffset: Int64?
    /// The byte of a packed file at which the piece that holds it begins: a bzip2 stream, a gzip member, a Zstandard frame. From here
    /// the file can be unpacked; the index of a multistream dump has the same number. Nil in plain files.
    public var streamOffset: Int64?
    /// The byte of a bzip2 file in which the block begins that holds it (at some bit of that byte); nil in other files.
    public var blockOffset: Int64?

    /// Creates a place.
    public init(byteOffset: Int64? = nil, streamOffset: Int64? = nil, blockOffset: Int64? = nil) {
        self.byteOffset = byteOffset
        self.streamOffset = streamOffset
        self.blockOffset = blockOffset
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
