import Knowledge
import QuestionSet
import Statistics
import Synchronization

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
        var pools: [PoolKey]
    }

    /// Which values have a chance yet to stay in a pool; asked by the threads that read. A thread that sees older limits gives more
    /// than is kept, which changes nothing.
    final class Gate: Sendable {
        private let current: Mutex<Limits>

        fileprivate init(seed: UInt64) {
            current = Mutex(Limits(seed: seed))
        }

        /// The limits as they are now.
        var limits: Limits { current.withLock { $0 } }

        fileprivate func set(_ limits: Limits) { current.withLock { $0 = limits } }
    }

    /// The largest priorities that pools take.
    struct Limits: Sendable {
        private let generator: SeededGenerator
        /// Of pools that were trimmed, by the hashes of their names.
        fileprivate var ofPool = TitleTable<UInt64>(empty: .max)
        /// Of specific pools.
        fileprivate var ofSpecific = UInt64.max

        fileprivate init(seed: UInt64) {
            generator = SeededGenerator(seed: seed, "pool")
        }

        /// What draws the priorities of an article's values.
        func generator(of articleID: Int64) -> SeededGenerator { generator.with(articleID) }

        /// Whether a pool takes a value of a priority.
        func isOpen(_ key: PoolKey, to priority: UInt64) -> Bool {
            (priority <= ofSpecific || !key.isNamedByText) && priority <= ofPool[key.hash] ?? .max
        }

        /// The priority of a value.
        ///
        /// - Parameter generator: that of its article.
        static func priority(of value: Value, _ generator: SeededGenerator) -> UInt64 {
            var generator = generator.with(value.text)
            return generator.next()
        }
    }

    private struct Pool: Sendable {
        let key: PoolKey
        var entries: [Entry] = []
        /// Whether a date was ever added.
        private(set) var hasDates = false

        init(_ key: PoolKey) { self.key = key }

        var capacity: Int { key.isNamedByText ? DistractorPools.specificCapacity : DistractorPools.capacity }

        /// Entries that stay when it is trimmed.
        var keptCount: Int { min(entries.count, capacity) }

        /// Adds an entry, and says whether the pool was not full yet, and what its limit is now if it was trimmed: when twice full, so
        /// that the cost per value stays constant.
        mutating func insert(_ entry: Entry) -> (grew: Bool, limit: UInt64?) {
            entries.append(entry)
            if case .date = entry.value.content { hasDates = true }
            guard entries.count >= 2 * capacity else { return (entries.count <= capacity, nil) }
            entries.trim(to: capacity)
            return (false, entries.last?.priority)
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

    let gate: Gate
    private var pools: [Pool] = []
    /// By the hashes of their names.
    private var indexOfPool = TitleTable<UInt32>(empty: 0)
    private var limits: Limits
    /// Offers since the gate was told the limits, and whether they changed since.
    private var offersSince = 0
    private var haveLimitsChanged = false
    /// Occurrences in specific pools, those beyond a pool's capacity left out.
    private var specificCount = 0

    /// Offers after which the gate is told.
    private static let offersPerUpdate = 1024

    init(seed: UInt64) {
        gate = Gate(seed: seed)
        limits = Limits(seed: seed)
    }

    /// Offers a value of an article to all of its pools.
    mutating func add(_ offer: Offer, of articleID: Int64) {
        let priority = Limits.priority(of: offer.value, limits.generator(of: articleID))
        let entry = Entry(value: offer.value, articleID: articleID, priority: priority)
        for key in offer.pools where limits.isOpen(key, to: priority) {
            let (grew, limit) = pools[index(of: key)].insert(entry)
            if let limit {
                limits.ofPool.set(key.hash, to: limit)
                haveLimitsChanged = true
            }
            guard key.isNamedByText else { continue }
            if grew { specificCount += 1 }
            if specificCount > Self.specificBudget { thinOut() }
        }
        offersSince += 1
        if haveLimitsChanged, offersSince >= Self.offersPerUpdate {
            gate.set(limits)
            (offersSince, haveLimitsChanged) = (0, false)
        }
    }

    /// Halves the chance to be kept in a specific pool. What is kept in the end depends on the values alone, not on their order:
    /// at the end the budget is kept at this chance, and not at twice of it.
    private mutating func thinOut() {
        limits.ofSpecific /= 2
        haveLimitsChanged = true
        specificCount = 0
        for index in pools.indices where pools[index].key.isNamedByText {
            pools[index].drop(above: limits.ofSpecific)
            specificCount += pools[index].keptCount
        }
        pools.removeAll(where: \.entries.isEmpty)
        indexOfPool = TitleTable(empty: 0)
        let limitsBefore = limits.ofPool
        limits.ofPool = TitleTable(empty: .max)
        for (index, key) in pools.lazy.map(\.key).enumerated() {
            indexOfPool.set(key.hash, to: UInt32(index))
            // The limit of all may be the lower one now.
            if let limit = limitsBefore[key.hash], limit < limits.ofSpecific || !key.isNamedByText {
                limits.ofPool.set(key.hash, to: limit)
            }
        }
    }

    /// Where a pool stands; a new one is made.
    private mutating func index(of key: PoolKey) -> Int {
        if let index = indexOfPool[key.hash] { return Int(index) }
        pools.append(Pool(key))
        indexOfPool.set(key.hash, to: UInt32(pools.count - 1))
        return pools.count - 1
    }

    /// The values of a pool in an order that depends on nothing but the values and the seed.
    func entries(_ key: PoolKey) -> [Entry] {
        guard let index = indexOfPool[key.hash] else { return [] }
        var entries = pools[Int(index)].entries
        entries.trim(to: pools[Int(index)].capacity)
        return entries
    }

    /// The same in no particular order.
    private func unorderedEntries(_ pool: Pool) -> [Entry] {
        pool.entries.count <= pool.capacity ? pool.entries : entries(pool.key)
    }

    /// The newest day that wrong dates may name: 99.5 % of the pooled dates lie before it, so that one that is only planned
    /// does not count. Computed over all pools: keep it.
    func newestDayOfValues() -> Double {
        let days = pools.lazy.filter(\.hasDates).flatMap(unorderedEntries).compactMap { entry -> Double? in
            if case .date(let date) = entry.value.content { Ordinal(date).value } else { nil }
        }.sorted()
        guard let last = days.last else { return 0 }
        return days.count < 200 ? last : days[days.count * 199 / 200]
    }

    /// What the values of typed relations link to, in no particular order.
    var typedLinks: [(type: ValueType, article: String)] {
        pools.flatMap { pool -> [(ValueType, String)] in
            guard let type = pool.key.linkType else { return [] }
            return unorderedEntries(pool).compactMap { entry in
                if case .link(let article) = entry.value.content { (type, article) } else { nil }
            }
        }
    }
}

extension [DistractorPools.Entry] {
    fileprivate mutating func trim(to capacity: Int) {
        sort { left, right in
            guard left.priority == right.priority else { return left.priority < right.priority }
            return (left.articleID, left.value.text) < (right.articleID, right.value.text)
        }
        if count > capacity { removeLast(count - capacity) }
    }
}
