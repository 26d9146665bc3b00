import Knowledge
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
    }

    private let pools: DistractorPools
    private let entries = Mutex<[PoolKey: [Entry]]>([:])

    init(_ pools: DistractorPools) {
        self.pools = pools
    }

    /// The values of a pool in an order that depends on nothing but the values and the seed.
    func entries(_ pool: PoolKey) -> [Entry] {
        if let known = entries.withLock({ $0[pool] }) { return known }
        let made = pools.entries(pool).map {
            Entry(
                value: $0.value, articleID: $0.articleID, words: TextRules.words($0.value.text),
                shape: TextShape($0.value.text))
        }
        entries.withLock { $0[pool] = made }
        return made
    }
}

/// What options share at a glance.
struct TextShape: Equatable, Sendable {
    var beginsUpperCase: Bool
    var hasDigits: Bool
    var isList: Bool
    var isPlural: Bool
    /// Signs in a text without letters: "+2" beside "−5", but not beside "+02:00".
    var signs: Set<Character>?

    init(_ text: String) {
        beginsUpperCase = text.first?.isUppercase == true
        hasDigits = text.contains(where: \.isNumber)
        isList = text.contains(", ") || text.contains(";")
        signs =
            text.contains(where: \.isLetter)
            ? nil : Set(text.filter { !$0.isNumber && !$0.isWhitespace && !"+-−".contains($0) })
        isPlural = text.first?.isLowercase == true && text.hasSuffix("s")
    }

    /// Whether two texts look alike, as far as it matters for values from a source.
    func isLike(_ other: TextShape, source: TemplatePack.Source) -> Bool {
        hasDigits == other.hasDigits && signs == other.signs
            // Definitions begin with an adjective of a country or without one, and many hold commas.
            && (source == .definition || (beginsUpperCase == other.beginsUpperCase && isList == other.isList))
            && (source != .cloze || isPlural == other.isPlural)
    }
}
