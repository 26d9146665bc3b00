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

    /// Occurrences kept in a candidate's widest pool.
    static let capacity = 400
    /// Occurrences kept in its more specific pools, of which there are many: one per noun, label and parameter.
    static let specificCapacity = 48

    private let seed: UInt64
    private var pools: [String: [Entry]] = [:]

    init(seed: UInt64) {
        self.seed = seed
    }

    /// Offers a candidate's answer to all of its pools.
    mutating func offer(_ candidate: Candidate) {
        let articleID = candidate.provenance.pageID
        var generator = SeededGenerator(seed: seed, "pool", articleID, candidate.answer.text)
        let entry = Entry(value: candidate.answer, articleID: articleID, priority: generator.next())
        for pool in candidate.pools { insert(entry, pool) }
    }

    private mutating func insert(_ entry: Entry, _ pool: String) {
        pools[pool, default: []].append(entry)
        // Trimmed when twice full, so that the cost per value stays constant.
        let capacity = Self.capacity(of: pool)
        if let count = pools[pool]?.count, count >= 2 * capacity { pools[pool]?.trim(to: capacity) }
    }

    /// Pools of a pack's relation are few; those named after something in the articles are not.
    private static func capacity(of pool: String) -> Int {
        let isNamedByText =
            pool.utf8.contains(UInt8(ascii: "?")) || pool.hasPrefix("category|")
            || pool.contains("|definition|") || pool.hasPrefix("*|")
        return isNamedByText ? specificCapacity : capacity
    }

    /// The values of a pool in an order that depends on nothing but the values and the seed.
    func entries(_ pool: String) -> [Entry] {
        var entries = pools[pool] ?? []
        entries.trim(to: Self.capacity(of: pool))
        return entries
    }

    /// The newest day that wrong dates may name: 99.5 % of the pooled dates lie before it, so that one that is only planned
    /// does not count. Computed over all pools: keep it.
    func newestDayOfValues() -> Double {
        let days = pools.values.joined().compactMap { entry -> Double? in
            if case .date(let date) = entry.value.content { Ordinal(date).value } else { nil }
        }.sorted()
        guard let last = days.last else { return 0 }
        return days.count < 200 ? last : days[days.count * 199 / 200]
    }

    /// What the values of typed relations link to, in no particular order.
    var typedLinks: [(type: ValueType, article: String)] {
        let types: [ValueType] = [.person, .place, .organisation, .work]
        return pools.flatMap { name, entries -> [(ValueType, String)] in
            guard let type = types.first(where: { name.hasSuffix("|\($0.rawValue)") }), !name.contains("cloze|") else {
                return []
            }
            return entries.compactMap { entry in
                if case .link(let article) = entry.value.content { (type, article) } else { nil }
            }
        }
    }

    /// Number of pools, for the report of memory.
    var count: Int { pools.count }
}

extension [DistractorPools.Entry] {
    fileprivate mutating func trim(to capacity: Int) {
        sort { ($0.priority, $0.articleID, $0.value.text) < ($1.priority, $1.articleID, $1.value.text) }
        if count > capacity { removeLast(count - capacity) }
    }
}
