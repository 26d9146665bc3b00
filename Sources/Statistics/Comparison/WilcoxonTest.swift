/// Wilcoxon's signed-rank test of paired differences (Wilcoxon 1945), two-sided, as `scipy.stats.wilcoxon` makes it by
/// default: differences of zero are dropped before ranking. Differences equal up to rounding are tied
/// (`RankedVariable`).
public struct WilcoxonTest: Codable, Hashable, Sendable {
    /// Sum of the ranks of positive differences.
    public var positiveRanks: Double
    /// Sum of the ranks of negative differences. The smaller of the two is SciPy's statistic.
    public var negativeRanks: Double
    /// Number of differences other than zero.
    public var n: Int
    /// Two-sided p-value: twice the smaller tail, at most 1.
    public var p: Double
    /// Whether all 2^n signs were counted; otherwise the normal approximation, corrected for ties, not for continuity.
    public var isExact: Bool

    /// Exact up to 50 differences without ties or zeros, and up to 13 with them.
    ///
    /// - Throws: `UndefinedFigure.constant` where every difference is zero.
    public init(differences: [Double]) throws(UndefinedFigure) {
        try require(differences, atLeast: 1)
        // Rounding makes neither a difference nor an order.
        let largest = differences.map(abs).max() ?? 0
        let values = differences.filter { abs($0) > 1e-12 * largest }
        guard !values.isEmpty else { throw .constant("the difference") }
        let ranks = RankedVariable(values.map(abs)).ranks
        n = values.count
        positiveRanks = zip(values, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
        negativeRanks = zip(values, ranks).reduce(0) { $0 + ($1.0 < 0 ? $1.1 : 0) }
        let hasTies = Set(ranks).count < ranks.count || values.count < differences.count
        isExact = differences.count <= (hasTies ? 13 : 50)
        p =
            isExact
            ? Self.exactP(ranks, smaller: min(positiveRanks, negativeRanks))
            : Self.normalP(ranks, positive: positiveRanks)
    }

    /// Counts, over all signs, the sums of positive ranks: one rank after the other joins or stays out. Ranks are
    /// doubled to be integers where ties share them.
    private static func exactP(_ ranks: [Double], smaller: Double) -> Double {
        let doubled = ranks.map { Int(($0 * 2).rounded()) }
        var counts = [Double](repeating: 0, count: doubled.reduce(0, +) + 1)
        counts[0] = 1
        var reach = 0
        for rank in doubled {
            for sum in stride(from: reach, through: 0, by: -1) { counts[sum + rank] += counts[sum] }
            reach += rank
        }
        let tail = counts[...Int((smaller * 2).rounded())].reduce(0, +)
        return min(1, 2 * tail / counts.reduce(0, +))
    }

    private static func normalP(_ ranks: [Double], positive: Double) -> Double {
        let n = Double(ranks.count)
        var ties: [Double: Double] = [:]
        for rank in ranks { ties[rank, default: 0] += 1 }
        // Whole numbers: their sum does not depend on the dictionary's order.
        let tied = ties.values.reduce(0) { $0 + $1 * $1 * $1 - $1 }
        let deviation = ((n * (n + 1) * (2 * n + 1) - tied / 2) / 24).squareRoot()
        let distance = abs(positive - n * (n + 1) / 4)
        return min(1, 2 * NormalDistribution.cdf(-distance / deviation))
    }
}
