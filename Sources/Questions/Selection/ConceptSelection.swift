import Statistics

/// In which order eligible concepts are tried: per tier a seeded order of their own, so that one concept's success or failure
/// does not change what is drawn elsewhere.
struct ConceptSelection {
    /// Per tier the indices of its concepts in the order in which they are tried.
    private(set) var queues: [[Int]]

    /// - Parameters:
    ///   - tiers: tier of each concept.
    ///   - ids: id of each concept.
    init(tiers: [Int], ids: [Int64], tierCount: Int, seed: UInt64) {
        let priorities = ids.map { id in
            var generator = SeededGenerator(seed: seed, "selection", id)
            return generator.next()
        }
        queues = (0..<tierCount).map { tier in
            tiers.indices.filter { tiers[$0] == tier }
                .sorted { (priorities[$0], ids[$0]) < (priorities[$1], ids[$1]) }
        }
    }
}
