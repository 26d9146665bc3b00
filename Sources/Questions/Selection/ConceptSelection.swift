import Statistics

/// In which order eligible concepts are tried: per tier a seeded order of their own, so that one concept's success or failure
/// does not change what is drawn elsewhere.
struct ConceptSelection {
    /// Per tier the indices of its concepts in the order in which they are tried.
    private(set) var queues: [[UInt32]]

    /// - Parameters:
    ///   - tiers: tier of each concept.
    ///   - ids: id of each concept.
    init(tiers: [UInt8], ids: some RandomAccessCollection<Int64>, tierCount: Int, seed: UInt64) {
        let priorities = ids.map { id in
            var generator = SeededGenerator(seed: seed, "selection", id)
            return generator.next()
        }
        let ids = Array(ids)
        queues = (0..<tierCount).map { tier in
            var queue: [UInt32] = []
            for (index, own) in tiers.enumerated() where own == tier { queue.append(UInt32(index)) }
            queue.sort { (priorities[Int($0)], ids[Int($0)]) < (priorities[Int($1)], ids[Int($1)]) }
            return queue
        }
    }
}
