import Numerics

/// A closed interval, 95 % unless said otherwise.
public struct Interval: Codable, Hashable, Sendable {
    /// Lower end.
    public var low: Double
    /// Upper end.
    public var high: Double

    /// Creates an interval.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }
}

/// The sum in the order given, divided by the count; nil for no values.
public func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

/// log10(1 + x), the scale of popularity.
public func log10OnePlus(_ value: Double) -> Double {
    Double.log(onePlus: value) / Double.log(10)
}

/// Wilson's 95 % interval of a proportion (Wilson 1927); nil for no trials.
public func wilsonInterval(successes: Int, of trials: Int) -> Interval? {
    guard trials > 0 else { return nil }
    precondition((0...trials).contains(successes), "a proportion is at most one")
    let z = 1.959963984540054
    let n = Double(trials)
    let share = Double(successes) / n
    let denominator = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / denominator
    let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot() / denominator
    return Interval(low: max(0, centre - half), high: min(1, centre + half))
}

/// p-value of Pearson's chi-squared test that all categories are equally likely; nil without observations.
public func chiSquaredUniformP(_ counts: [Int]) -> Double? {
    let total = counts.reduce(0, +)
    guard total > 0, counts.count > 1 else { return nil }
    let expected = Double(total) / Double(counts.count)
    let statistic = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    return upperGamma(Double(counts.count - 1) / 2, statistic / 2)
}

/// The regularised upper incomplete gamma function Q(a, x): series below a + 1, Lentz's continued fraction above
/// (Numerical Recipes, 6.2).
func upperGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    let scale = Double.exp(-x + a * Double.log(x) - Double.logGamma(a))
    if x < a + 1 {
        var term = 1 / a
        var sum = term
        var denominator = a
        while abs(term) > abs(sum) * 1e-16 {
            denominator += 1
            term *= x / denominator
            sum += term
        }
        return max(0, 1 - sum * scale)
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var fraction = d
    for i in 1...10_000 {
        let step = -Double(i) * (Double(i) - a)
        b += 2
        d = 1 / { abs($0) < tiny ? tiny : $0 }(step * d + b)
        c = { abs($0) < tiny ? tiny : $0 }(b + step / c)
        let change = d * c
        fraction *= change
        if abs(change - 1) < 1e-15 { break }
    }
    return fraction * scale
}
