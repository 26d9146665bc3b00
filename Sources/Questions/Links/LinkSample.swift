import Knowledge
import Statistics
import Synchronization

/// The links of a seeded sample of articles with what stands around them: what `LinkProfiles` are made of.
///
/// It keeps the articles with the smallest seeded hashes as long as their links fit the budget, so that it depends on the
/// articles alone, not on their order or the threads; in a small dump these are all.
struct LinkSample: Sendable {
    /// The links of one article.
    struct Donor: Sendable {
        var articleID: Int64
        var mentions: [LinkMention]
        fileprivate var priority: UInt64
    }

    /// Which articles have a chance yet; asked by the threads that read.
    final class Gate: Sendable {
        private let seed: UInt64
        private let limit = Atomic<UInt64>(.max)

        fileprivate init(seed: UInt64) {
            self.seed = seed
        }

        /// Whether an article may be among the sample. A thread that sees an older limit reads more than is kept, which changes
        /// nothing.
        func admits(_ articleID: Int64) -> Bool { priority(articleID) < limit.load(ordering: .relaxed) }

        fileprivate func priority(_ articleID: Int64) -> UInt64 {
            var generator = SeededGenerator(seed: seed, "links", articleID)
            return generator.next()
        }

        fileprivate func close(at priority: UInt64) { limit.store(priority, ordering: .relaxed) }
    }

    /// Links kept in all: about 200 bytes each.
    static let budget = 30_000

    let gate: Gate
    private var donors: [Donor] = []
    private var count = 0

    init(seed: UInt64) {
        gate = Gate(seed: seed)
    }

    /// Adds the links of an article, unless it has no chance any more.
    mutating func add(_ mentions: [LinkMention], of articleID: Int64) {
        guard !mentions.isEmpty, gate.admits(articleID) else { return }
        donors.append(Donor(articleID: articleID, mentions: mentions, priority: gate.priority(articleID)))
        count += mentions.count
        if count > Self.budget / 4 * 5 { trim() }
    }

    /// The sample, in an order that depends on nothing but the articles and the seed.
    mutating func finish() -> [Donor] {
        trim()
        return donors
    }

    private mutating func trim() {
        donors.sort { ($0.priority, $0.articleID) < ($1.priority, $1.articleID) }
        var kept = 0
        count = 0
        while kept < donors.count, count + donors[kept].mentions.count <= Self.budget {
            count += donors[kept].mentions.count
            kept += 1
        }
        guard kept < donors.count else { return }
        gate.close(at: donors[kept].priority)
        donors.removeLast(donors.count - kept)
    }
}
