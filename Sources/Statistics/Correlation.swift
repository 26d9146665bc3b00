/// A correlation coefficient with its 95 % bootstrap interval and permutation p-value.
public struct Correlation: Codable, Hashable, Sendable {
    /// The coefficient, -1 to 1.
    public var value: Double
    /// Lower end of the interval; the value itself where resamples give no interval.
    public var low: Double
    /// Upper end of the interval.
    public var high: Double
    /// Two-sided p-value: (b + 1) / (n + 1) over `permutations` shuffles.
    public var p: Double
    /// Number of pairs.
    public var n: Int

    /// Creates a correlation.
    public init(value: Double, low: Double, high: Double, p: Double, n: Int) {
        self.value = value
        self.low = low
        self.high = high
        self.p = p
        self.n = n
    }

    /// Number of shuffles behind a p-value.
    public static let permutations = 10_000

    /// Pearson's r; nil with fewer than three pairs or where a variable is constant.
    public static func pearson(_ x: [Double], _ y: [Double], seed: UInt64, _ key: String) -> Correlation? {
        correlation(x, y, permuting: (x, y), seed: seed, "pearson \(key)", coefficient: pearsonCoefficient)
    }

    /// Spearman's rho: Pearson's r of the average ranks.
    ///
    /// The permutation shuffles the ranks; the bootstrap ranks each resample anew.
    public static func spearman(_ x: [Double], _ y: [Double], seed: UInt64, _ key: String) -> Correlation? {
        correlation(
            x, y, permuting: (averageRanks(x), averageRanks(y)), seed: seed, "spearman \(key)"
        ) { pearsonCoefficient(averageRanks($0), averageRanks($1)) }
    }

    /// - Parameter permuting: the variables whose Pearson's r is the coefficient, for the p-value.
    private static func correlation(
        _ x: [Double], _ y: [Double], permuting: (x: [Double], y: [Double]), seed: UInt64, _ key: String,
        coefficient: ([Double], [Double]) -> Double?
    ) -> Correlation? {
        precondition(x.count == y.count, "correlated variables come in pairs")
        guard x.count >= 3, let value = coefficient(x, y) else { return nil }
        let interval = Bootstrap.interval(of: Array(x.indices), seed: seed, key) { indices in
            coefficient(indices.map { x[$0] }, indices.map { y[$0] })
        }
        let p = permutationP(permuting.x, permuting.y, seed: seed, key)
        return Correlation(value: value, low: interval?.low ?? value, high: interval?.high ?? value, p: p, n: x.count)
    }

    /// Share of shuffles of `y` whose |r| reaches that of the pairs as given. Shuffling changes neither mean nor
    /// variance, so only the sum of products is recomputed.
    private static func permutationP(_ x: [Double], _ y: [Double], seed: UInt64, _ key: String) -> Double {
        let centredX = centred(x)
        let centredY = centred(y)
        func product(_ values: [Double]) -> Double {
            var sum = 0.0
            for index in values.indices { sum += centredX[index] * values[index] }
            return abs(sum)
        }
        let observed = product(centredY)
        var generator = SeededGenerator(seed: seed, "permutation", key)
        // Rounding of equal sums in another order must not decide a tie.
        let tolerance = 1e-12 * observed
        var shuffled = centredY
        var reached = 0
        for _ in 0..<permutations {
            for index in stride(from: shuffled.count - 1, to: 0, by: -1) {
                shuffled.swapAt(index, generator.below(index + 1))
            }
            if product(shuffled) >= observed - tolerance { reached += 1 }
        }
        return Double(reached + 1) / Double(permutations + 1)
    }

    private static func centred(_ values: [Double]) -> [Double] {
        let average = mean(values) ?? 0
        return values.map { $0 - average }
    }
}

/// Pearson's r: covariance over the product of the standard deviations; nil where a variable is constant.
func pearsonCoefficient(_ x: [Double], _ y: [Double]) -> Double? {
    guard x.count >= 2, let meanX = mean(x), let meanY = mean(y) else { return nil }
    var covariance = 0.0
    var varianceX = 0.0
    var varianceY = 0.0
    for (a, b) in zip(x, y) {
        covariance += (a - meanX) * (b - meanY)
        varianceX += (a - meanX) * (a - meanX)
        varianceY += (b - meanY) * (b - meanY)
    }
    // A constant variable leaves a variance of rounding errors only.
    let scale = 1e-24
    guard varianceX > scale * meanX * meanX * Double(x.count), varianceY > scale * meanY * meanY * Double(y.count),
        varianceX > 0, varianceY > 0
    else { return nil }
    return max(-1, min(1, covariance / (varianceX * varianceY).squareRoot()))
}

/// Ranks from 1; equal values share the mean of their ranks.
func averageRanks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start
        while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
        for position in start...end { ranks[order[position]] = Double(start + end) / 2 + 1 }
        start = end + 1
    }
    return ranks
}
