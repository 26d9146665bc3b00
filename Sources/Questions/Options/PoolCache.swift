import Knowledge
import MediaWiki
import Synchronization

/// Pools in their final order with what is compared of their texts, each made once when it is first needed.
final class PoolCache: Sendable {
    /// A value that may be a wrong option.
    struct Entry: Sendable {
        let value: Value
        let articleID: Int64
        /// Folded words of its text.
        let words: [String]
        let shape: TextShape
        /// Hashes of `words`.
        let wordHashes: [UInt64]
        /// What kind of thing it names.
        let kind: ThingKinds.Kind

        init(_ entry: DistractorPools.Entry, _ kinds: ThingKinds) {
            kind = kinds.kind(of: entry.value)
            value = entry.value
            articleID = entry.articleID
            words = TextRules.words(entry.value.text)
            shape = TextShape(entry.value.text)
            wordHashes = words.map { TitleHash($0).value }
        }
    }

    private let pools: DistractorPools
    private let kinds: ThingKinds
    private let entries = Mutex<[PoolKey: [Entry]]>([:])

    init(_ pools: DistractorPools, kinds: ThingKinds) {
        self.pools = pools
        self.kinds = kinds
    }

    /// The values of a pool in an order that depends on nothing but the values and the seed.
    func entries(_ pool: PoolKey) -> [Entry] {
        if let known = entries.withLock({ $0[pool] }) { return known }
        let made = pools.entries(pool).map { Entry($0, kinds) }
        entries.withLock { $0[pool] = made }
        return made
    }
}

/// What options share at a glance.
struct TextShape: Equatable, Sendable {
    struct Traits: OptionSet, Sendable {
        let rawValue: UInt8
        static let beginsUpperCase = Traits(rawValue: 1)
        static let hasDigits = Traits(rawValue: 2)
        static let isList = Traits(rawValue: 4)
        static let isPlural = Traits(rawValue: 8)
        static let hasLetters = Traits(rawValue: 16)
    }

    private(set) var traits: Traits = []
    /// Signs in a text without letters: "+2" beside "−5", but not beside "+02:00".
    private var signs: Set<Character> = []

    init(_ text: String) {
        if text.first?.isUppercase == true { traits.insert(.beginsUpperCase) }
        if text.contains(where: \.isNumber) { traits.insert(.hasDigits) }
        if text.contains(", ") || text.contains(";") { traits.insert(.isList) }
        if text.first?.isLowercase == true && text.hasSuffix("s") { traits.insert(.isPlural) }
        if text.contains(where: \.isLetter) {
            traits.insert(.hasLetters)
        } else {
            signs = Set(text.filter { !$0.isNumber && !$0.isWhitespace && !"+-−".contains($0) })
        }
    }

    /// Whether two texts look alike, as far as it matters for values from a source.
    func isLike(_ other: TextShape, source: TemplatePack.Source) -> Bool {
        mayBeLike(other.traits, source: source) && signs == other.signs
    }

    /// Whether they may, by the traits alone.
    func mayBeLike(_ other: Traits, source: TemplatePack.Source) -> Bool {
        // Definitions begin with an adjective of a country or without one, and many hold commas.
        let ignored: Traits =
            switch source {
            case .definition: [.beginsUpperCase, .isList, .isPlural]
            case .cloze: []
            case .parameter, .category: [.isPlural]
            }
        return traits.union(ignored) == other.union(ignored)
    }
}
