/// A correlation with its BCa bootstrap interval and permutation p-value.
public struct CorrelationEstimate: Codable, Hashable, Sendable {
    /// Which coefficient.
    public var coefficient: CorrelationCoefficient
    /// Its value, -1 to 1.
    public var value: Double
    /// 95 % over the pairs; nil where the coefficient is undefined on most resamples (nearly all values equal).
    public var interval: BootstrapInterval?
    /// Two-sided, of the hypothesis that any pairing was as likely; exact up to nine pairs.
    public var permutation: PermutationP
    /// Number of pairs.
    public var n: Int

    /// Measures the correlation of at least three pairs.
    ///
    /// Resamples and permutations are decided by seed, coefficient and key. The permutation test counts coefficients
    /// whose absolute value reaches the observed one; SciPy doubles the smaller tail, which is the same for a symmetric
    /// null distribution only. Kendall's tau takes n² / 2 steps for each.
    public init(
        _ coefficient: CorrelationCoefficient, _ x: [Double], _ y: [Double], resamples: Int = Bootstrap.resamples,
        arrangements: Int = PermutationTest.arrangements, seed: UInt64, _ key: String
    ) throws(UndefinedFigure) {
        self.coefficient = coefficient
        n = x.count
        value = try coefficient.value(x, y)
        let key = "\(coefficient.rawValue) \(key)"
        let prepared = CorrelationCoefficient.Prepared(coefficient, x, y)
        interval = try? Bootstrap.bca(count: x.count, resamples: resamples, seed: seed, key, prepared.value)
        permutation = Self.permutation(prepared, count: x.count, arrangements: arrangements, seed: seed, key)
    }

    /// Rearranging changes neither the variances nor the ties, so only the numerator is computed anew.
    private static func permutation(
        _ variables: CorrelationCoefficient.Prepared, count: Int, arrangements: Int, seed: UInt64, _ key: String
    ) -> PermutationP {
        switch variables {
        case .values(let x, let y):
            return productPermutation(x, y, arrangements: arrangements, seed: seed, key)
        case .ranks(let x, let y):
            return productPermutation(x.ranks, y.ranks, arrangements: arrangements, seed: seed, key)
        case .orders(let x, let y):
            return PermutationTest.pairing(count: count, arrangements: arrangements, seed: seed, key) { order in
                var balance = 0
                for i in 0..<count {
                    for j in 0..<i {
                        balance +=
                            (x.places[i] - x.places[j]).signum() * (y.places[order[i]] - y.places[order[j]]).signum()
                    }
                }
                return Double(balance)
            }
        }
    }

    private static func productPermutation(
        _ x: [Double], _ y: [Double], arrangements: Int, seed: UInt64, _ key: String
    ) -> PermutationP {
        let a = deviations(x)
        let b = deviations(y)
        let scale = sumOfProducts(a, a).squareRoot() * sumOfProducts(b, b).squareRoot()
        return PermutationTest.pairing(
            count: x.count, tolerance: 1e-12 * scale, arrangements: arrangements, seed: seed, key
        ) { order in
            var sum = 0.0
            for index in order.indices { sum += a[index] * b[order[index]] }
            return sum
        }
    }
}

/// The values less their mean.
func deviations(_ values: [Double]) -> [Double] {
    let average = mean(values) ?? 0
    return values.map { $0 - average }
}

/// The sum of the products of pairs.
func sumOfProducts(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for (a, b) in zip(x, y) { sum += a * b }
    return sum
}

/// The sample standard deviation (n - 1 in the denominator); nil with fewer than two values, 0 where they are equal up
/// to rounding.
public func standardDeviation(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    guard RankedVariable(values).varies else { return 0 }
    let d = deviations(values)
    return (sumOfProducts(d, d) / Double(values.count - 1)).squareRoot()
}
