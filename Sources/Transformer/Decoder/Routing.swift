import LinearAlgebra

/// Which positions of a block are routed to which expert of a layer.
struct Routing {
    /// A position's part in an expert.
    struct Assignment: Equatable {
        /// Row of the block.
        var row: Int
        /// What the expert's output is multiplied by.
        var weight: Float
    }

    /// Expert after expert, in each by ascending row.
    private(set) var assignments: [Assignment] = []
    /// Where the assignments of each expert stand.
    private(set) var ranges: [Range<Int>] = []

    /// Routes positions.
    ///
    /// - Parameter probabilities: [rows, experts], the softmax of the router's outputs.
    init(_ probabilities: MatrixView, _ experts: ExpertConfiguration) {
        var byExpert = [[Assignment]](repeating: [], count: experts.count)
        for row in 0..<probabilities.rows {
            let choice = Self.choice(
                of: UnsafeBufferPointer(probabilities[row]), count: experts.countPerToken,
                isNormalized: experts.areWeightsNormalized)
            for (expert, weight) in choice { byExpert[expert].append(Assignment(row: row, weight: weight)) }
        }
        for list in byExpert {
            ranges.append(assignments.count..<assignments.count + list.count)
            assignments += list
        }
    }

    /// The assignments of an expert to rows of the block.
    func assignments(of expert: Int, in rows: Range<Int>) -> Range<Int> {
        let range = ranges[expert]
        let start = range.first { assignments[$0].row >= rows.lowerBound } ?? range.upperBound
        let end = (start..<range.upperBound).first { assignments[$0].row >= rows.upperBound } ?? range.upperBound
        return start..<end
    }

    /// The `count` most probable experts, most probable first, the lower number on ties, with their weights: their
    /// probabilities, divided by the sum of the chosen ones if `isNormalized`.
    static func choice(
        of probabilities: UnsafeBufferPointer<Float>, count: Int, isNormalized: Bool
    ) -> [(expert: Int, weight: Float)] {
        var chosen: [(expert: Int, weight: Float)] = []
        for _ in 0..<count {
            var best: Int?
            for expert in probabilities.indices where !chosen.contains(where: { $0.expert == expert }) {
                // Written so that any expert is better than none, even if nothing here is a number.
                if let other = best, !(probabilities[expert] > probabilities[other]) { continue }
                best = expert
            }
            if let best { chosen.append((best, probabilities[best])) }
        }
        guard isNormalized else { return chosen }
        let sum = chosen.reduce(0) { $0 + $1.weight }
        return chosen.map { ($0.expert, $0.weight / sum) }
    }
}
