import Knowledge
import QuestionSet

/// What kind of thing a link leads to: so that a gap where a person was is not offered three rivers.
///
/// Known for articles of the dump by the pack that covers them (9 bytes for each), for others by the relations that name them:
/// who is a doctoral advisor is a person.
struct ThingKinds: Sendable {
    /// A kind: a pack, or a value type, or both.
    struct Kind: Equatable, Sendable {
        /// Index of the pack.
        var pack: UInt8?
        /// Type of the values that link to it.
        var type: ValueType?

        /// Whether two things are of a kind: by their packs if both are known, else by type. Unknown things are like unknown
        /// ones only.
        func isLike(_ other: Kind) -> Bool {
            if let pack, let otherPack = other.pack { return pack == otherPack }
            if let type, let otherType = other.type { return type == otherType }
            return pack == nil && type == nil && other.pack == nil && other.type == nil
        }
    }

    private let packs: [UInt64: UInt8]
    private let types: [UInt64: ValueType?]
    private let resolve: @Sendable (UInt64) -> UInt64

    /// - Parameters:
    ///   - packs: the pack of each article, by the hash of its title.
    ///   - pools: whose typed values tell the kind of what they link to.
    ///   - resolve: the article that a title leads to, through redirects.
    init(packs: [UInt64: UInt8], pools: DistractorPools, resolve: @escaping @Sendable (UInt64) -> UInt64) {
        self.packs = packs
        self.resolve = resolve
        var types: [UInt64: ValueType?] = [:]
        for (type, article) in pools.typedLinks {
            let hash = resolve(PopularityCensus.hash(article))
            // A title with two types ("Casablanca") has none.
            if let known = types[hash] { if known != type { types[hash] = .some(nil) } } else { types[hash] = type }
        }
        self.types = types
    }

    /// The kind of thing that a value names.
    func kind(of value: Value) -> Kind {
        guard case .link(let article) = value.content else { return Kind() }
        let hash = resolve(PopularityCensus.hash(article))
        return Kind(pack: packs[hash], type: types[hash] ?? nil)
    }
}
