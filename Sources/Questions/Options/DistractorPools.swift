import Knowledge
import QuestionSet
import Statistics

/// Values of other articles from which wrong options are drawn: for every relation a sample of bounded size.
///
/// A pool keeps the occurrences with the smallest seeded hash (bottom-k), so what it holds depends on the values alone, not on
/// the order or the threads in which they came. Occurrences are kept, not distinct values: a value that is frequent among right
/// answers is as frequent among wrong ones, and "the most frequent option" tells nothing.
struct DistractorPools: Sendable {
    /// A value and the article that has it.
    struct Entry: Sendable {
        var value: Value
        var articleID: Int64
        fileprivate var priority: UInt64
    }

    /// What an article gives to the pools.
    struct Offer: Sendable {
        var value: Value
        var articleID: Int64
        var pools: [PoolKey]
    }

    private struct Pool: Sendable {
        let key: PoolKey
        var entries: [Entry] = []
        /// Entries with a larger priority have no chance any more.
        var limit = UInt64.max

        init(_ key: PoolKey) { self.key = key }

        var capacity: Int { key.isNamedByText ? DistractorPools.specificCapacity : DistractorPools.capacity }

        /// Entries that stay when it is trimmed.
        var keptCount: Int { min(entries.count, capacity) }

        /// Adds an entry, and says whether the pool was not full yet. Trimmed when twice full, so that the cost per value stays
        /// constant.
        @discardableResult mutating func insert(_ entry: Entry) -> Bool {
            guard entry.priority <= limit else { return false }
            entries.append(entry)
            guard entries.count >= 2 * capacity else { return entries.count <= capacity }
            entries.trim(to: capacity)
            limit = entries.last?.priority ?? limit
            return false
        }

        mutating func drop(above priority: UInt64) {
            entries.removeAll { $0.priority > priority }
        }
    }

    /// Occurrences kept in a candidate's widest pool.
    static let capacity = 400
    /// Occurrences kept in its more specific pools, of which there are many: one per noun, label and parameter.
    static let specificCapacity = 48

    /// Occurrences kept in all specific pools together: about 200 bytes each. In a large dump the chance to be among them is the
    /// same for all, so that frequent nouns keep full pools and rare ones fall back on the wider pools.
    static let specificBudget = 100_000

    private let seed: UInt64
    private var pools: [PoolKey: Pool] = [:]
    /// Occurrences in specific pools, those beyond a pool's capacity left out.
    private var specificCount = 0
    /// The largest priority that specific pools take.
    private var specificLimit = UInt64.max

    init(seed: UInt64) {
        self.seed = seed
    }

    /// Offers a value to all of its pools.
    mutating func add(_ offer: Offer) {
        var generator = SeededGenerator(seed: seed, "pool", offer.articleID, offer.value.text)
        let entry = Entry(value: offer.value, articleID: offer.articleID, priority: generator.next())
        for key in offer.pools {
            guard key.isNamedByText else {
                pools[key, default: Pool(key)].insert(entry)
                continue
            }
            guard entry.priority <= specificLimit else { continue }
            if pools[key, default: Pool(key)].insert(entry) { specificCount += 1 }
            if specificCount > Self.specificBudget { thinOut() }
        }
    }

    /// Halves the chance to be kept in a specific pool. What is kept in the end depends on the values alone, not on their order:
    /// at the end the budget is kept at this chance, and not at twice of it.
    private mutating func thinOut() {
        specificLimit /= 2
        specificCount = 0
        for key in pools.keys.filter(\.isNamedByText) {
            pools[key]?.drop(above: specificLimit)
            let count = pools[key]?.keptCount ?? 0
            if count == 0 { pools[key] = nil }
            specificCount += count
        }
    }

    /// The values of a pool in an order that depends on nothing but the values and the seed.
    func entries(_ key: PoolKey) -> [Entry] {
        guard var pool = pools[key] else { return [] }
        pool.entries.trim(to: pool.capacity)
        return pool.entries
    }

    /// The newest day that wrong dates may name: 99.5 % of the pooled dates lie before it, so that one that is only planned
    /// does not count. Computed over all pools: keep it.
    func newestDayOfValues() -> Double {
        let days = pools.keys.lazy.flatMap(entries).compactMap { entry -> Double? in
            if case .date(let date) = entry.value.content { Ordinal(date).value } else { nil }
        }.sorted()
        guard let last = days.last else { return 0 }
        return days.count < 200 ? last : days[days.count * 199 / 200]
    }

    /// What the values of typed relations link to, in no particular order.
    var typedLinks: [(type: ValueType, article: String)] {
        pools.values.flatMap { pool -> [(ValueType, String)] in
            guard let type = pool.key.linkType else { return [] }
            return entries(pool.key).compactMap { entry in
                if case .link(let article) = entry.value.content { (type, article) } else { nil }
            }
        }
    }
}

extension [DistractorPools.Entry] {
    fileprivate mutating func trim(to capacity: Int) {
        sort { ($0.priority, $0.articleID, $0.value.text) < ($1.priority, $1.articleID, $1.value.text) }
        if count > capacity { removeLast(count - capacity) }
    }
}
