import Knowledge
import MediaWiki
import QuestionSet

/// What kind of thing a link leads to: so that a gap where a person was is not offered three rivers.
///
/// Known for articles of the dump by the pack that covers them, for others by their titles ("Trojan War" is a war) and by the
/// relations that name them: who is a doctoral advisor is a person.
struct ThingKinds: Sendable {
    /// A kind: a pack, or a value type, or both.
    struct Kind: Equatable, Sendable {
        /// Index of the pack.
        var pack: UInt8?
        /// Type of the values that link to it.
        var type: ValueType?

        /// Whether anything is known of it.
        var isKnown: Bool { pack != nil || type != nil }

        /// Whether two things are of a kind: by their packs if both are known, else by type. Unknown things are like unknown
        /// ones only.
        func isLike(_ other: Kind) -> Bool {
            if let pack, let otherPack = other.pack { return pack == otherPack }
            if let type, let otherType = other.type { return type == otherType }
            return !isKnown && !other.isKnown
        }
    }

    private let types: [UInt64: ValueType?]
    /// The article that a title leads to, through redirects, and its pack if it is known.
    private let lookUp: @Sendable (UInt64) -> (title: UInt64, pack: UInt8?)
    private let library: TemplateLibrary

    /// - Parameters:
    ///   - pools: whose typed values tell the kind of what they link to.
    ///   - library: whose packs know the titles of what they cover.
    ///   - lookUp: by the hash of a title: the article that it leads to, through redirects, and the index of its pack.
    init(
        pools: DistractorPools, library: TemplateLibrary,
        lookUp: @escaping @Sendable (UInt64) -> (title: UInt64, pack: UInt8?)
    ) {
        self.lookUp = lookUp
        self.library = library
        var types: [UInt64: ValueType?] = [:]
        for (type, article) in pools.typedLinks {
            let title = lookUp(TitleHash(article).value).title
            // A title with two types ("Casablanca") has none.
            if let known = types[title] { if known != type { types[title] = .some(nil) } } else { types[title] = type }
        }
        self.types = types
    }

    /// The hash of the title of the article that a title leads to, through redirects.
    func resolved(_ article: String) -> UInt64 { resolved(TitleHash(article).value) }

    func resolved(_ title: UInt64) -> UInt64 { lookUp(title).title }

    /// The hash of the title of the article that a value links to, through redirects; nil for one that links to nothing.
    func title(of value: Value) -> UInt64? {
        if case .link(let article) = value.content { resolved(article) } else { nil }
    }

    /// The kind of thing that a value names.
    func kind(of value: Value) -> Kind {
        guard case .link(let article) = value.content else { return Kind() }
        let (title, pack) = lookUp(TitleHash(article).value)
        return Kind(
            pack: pack ?? library.packIndex(ofTitle: article).flatMap { UInt8(exactly: $0) }, type: types[title] ?? nil)
    }
}
