import Knowledge

/// Pools in their final order with the words of their texts, each made once when it is first needed.
final class PoolCache {
    /// A value that may be a wrong option.
    struct Entry {
        let value: Value
        let articleID: Int64
        /// Folded words of its text.
        let words: [String]
    }

    private let pools: DistractorPools
    private var entries: [String: [Entry]] = [:]

    init(_ pools: DistractorPools) {
        self.pools = pools
    }

    /// The values of a pool in an order that depends on nothing but the values and the seed.
    func entries(_ pool: String) -> [Entry] {
        if let known = entries[pool] { return known }
        let made = pools.entries(pool).map {
            Entry(value: $0.value, articleID: $0.articleID, words: TextRules.words($0.value.text))
        }
        entries[pool] = made
        return made
    }
}
