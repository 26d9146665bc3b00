import Foundation
import Statistics

/// In which order eligible concepts are tried: per tier a seeded order of their own, so that one concept's success or failure
/// does not change what is drawn elsewhere.
///
/// Kinds are spread: of a kind with n concepts in the tier about sqrt(n) times as many come early as of a kind with one. Footballers
/// and villages are half of a Wikipedia; in proportion to n they would be half of every benchmark.
struct ConceptSelection {
    /// Per tier the indices of its concepts in the order in which they are tried.
    private(set) var queues: [[UInt32]]

    /// - Parameters:
    ///   - tiers: tier of each concept.
    ///   - kinds: kind of each concept, as any number.
    ///   - ids: id of each concept.
    init(tiers: [UInt8], kinds: [UInt8], ids: some RandomAccessCollection<Int64>, tierCount: Int, seed: UInt64) {
        let priorities = ids.map { id in
            var generator = SeededGenerator(seed: seed, "selection", id)
            return generator.next()
        }
        let ids = Array(ids)
        queues = (0..<tierCount).map { tier in
            var queue: [UInt32] = []
            for (index, own) in tiers.enumerated() where own == tier { queue.append(UInt32(index)) }
            queue.sort { (priorities[Int($0)], ids[Int($0)]) < (priorities[Int($1)], ids[Int($1)]) }
            return Self.spread(queue, kinds)
        }
    }

    /// The n-th of a kind with N concepts goes to the place (n + u) / sqrt(N), where u in [0, 1) is the kind's own and keeps kinds
    /// of equal sizes from coming in rows.
    private static func spread(_ queue: [UInt32], _ kinds: [UInt8]) -> [UInt32] {
        var sizes = [Int](repeating: 0, count: 256)
        for index in queue { sizes[Int(kinds[Int(index)])] += 1 }
        var seen = [Int](repeating: 0, count: 256)
        let places = queue.enumerated().map { rank, index -> (place: Double, rank: Int) in
            let kind = Int(kinds[Int(index)])
            defer { seen[kind] += 1 }
            // The fractional part of multiples of the golden ratio is spread evenly.
            let start = (Double(kind) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
            return ((Double(seen[kind]) + start) / Double(sizes[kind]).squareRoot(), rank)
        }
        return places.sorted { ($0.place, $0.rank) < ($1.place, $1.rank) }.map { queue[$0.rank] }
    }
}
