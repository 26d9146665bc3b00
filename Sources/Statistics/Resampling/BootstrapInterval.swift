/// A figure with its bootstrap interval, and how that was made.
public struct BootstrapInterval: Codable, Hashable, Sendable {
    /// The figure on the sample itself.
    public var estimate: Double
    /// Lower end.
    public var low: Double
    /// Upper end.
    public var high: Double
    /// BCa, or why it had to be the percentile interval.
    public var method: IntervalMethod
    /// Number of resamples on which the figure is defined.
    public var resamples: Int

    /// Creates an interval.
    public init(estimate: Double, low: Double, high: Double, method: IntervalMethod, resamples: Int) {
        self.estimate = estimate
        self.low = low
        self.high = high
        self.method = method
        self.resamples = resamples
    }

    /// The ends alone.
    public var interval: Interval { Interval(low: low, high: high) }
}

/// How a bootstrap interval was made.
public enum IntervalMethod: Hashable, Sendable {
    /// Bias-corrected and accelerated (Efron 1987).
    case bca
    /// The plain percentiles of the resampled figures, because BCa's corrections do not exist.
    case percentile(Reason)

    /// Why a figure has no BCa interval. SciPy returns NaN, or an end of the resampled figures, in these cases.
    public enum Reason: String, CaseIterable, Sendable {
        /// All resamples give the estimate itself: the sample is constant, and the interval has no width.
        case constantResamples = "all resamples give the same value"
        /// No resample, or every one, lies below the estimate: the bias correction z0 is infinite.
        case oneSidedResamples = "all resamples lie on one side of the estimate"
        /// The figure is undefined where one member is left out: no acceleration.
        case undefinedJackknife = "the figure is undefined where one member is left out"
        /// Leaving out any member changes nothing: the acceleration is 0 / 0.
        case constantJackknife = "leaving out any member gives the same value"
        /// 1 - a (z0 + z) is not positive: the corrected level is meaningless.
        case excessiveAcceleration = "the acceleration is too large"
    }

    /// "BCa", or "percentile: " and the reason.
    public var name: String {
        switch self {
        case .bca: "BCa"
        case .percentile(let reason): "percentile: \(reason.rawValue)"
        }
    }
}

extension IntervalMethod: Codable {
    /// Reads `name`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        let all = [Self.bca] + Reason.allCases.map(Self.percentile)
        guard let method = all.first(where: { $0.name == name }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no interval method '\(name)'")
        }
        self = method
    }

    /// Writes `name`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// The two corrections of a BCa interval (Efron 1987; Efron and Tibshirani 1993, equations 14.14 and 14.15).
struct BCaCorrections: Hashable {
    /// Bias correction z0.
    var bias: Double
    /// Acceleration a.
    var acceleration: Double

    /// z0 = Φ⁻¹ of the share of resampled figures below the estimate, ties counting half, as SciPy does it.
    ///
    /// - Parameter tolerance: figures this near to the estimate are ties: rounding of equal sums must not decide.
    static func bias(_ resampled: [Double], estimate: Double, tolerance: Double) -> Double {
        var halves = 0
        for value in resampled {
            halves += value < estimate - tolerance ? 2 : value <= estimate + tolerance ? 1 : 0
        }
        return NormalDistribution.quantile(Double(halves) / Double(2 * resampled.count))
    }

    /// a = Σ d³ / (6 (Σ d²)^1.5) with d = the jackknife's mean less its values; nil where these are equal up to
    /// `tolerance`.
    static func acceleration(_ jackknife: [Double], tolerance: Double) -> Double? {
        guard let average = mean(jackknife), jackknife.contains(where: { abs($0 - average) > tolerance }) else {
            return nil
        }
        var squares = 0.0
        var cubes = 0.0
        for value in jackknife {
            let d = average - value
            squares += d * d
            cubes += d * d * d
        }
        return cubes / (6 * squares * squares.squareRoot())
    }

    /// The share of resampled figures below a corrected end: Φ(z0 + (z0 + z) / (1 - a (z0 + z))), z being the normal
    /// quantile of the uncorrected share (14.10); nil where the denominator is not positive.
    func level(_ share: Double) -> Double? {
        let shifted = bias + NormalDistribution.quantile(share)
        let denominator = 1 - acceleration * shifted
        guard denominator > 0 else { return nil }
        return NormalDistribution.cdf(bias + shifted / denominator)
    }
}

extension BootstrapInterval {
    /// The interval from the figure's values on the resamples and with each member left out.
    ///
    /// - Parameters:
    ///   - resampled: not empty, all finite.
    ///   - jackknife: one value per member; nil if the figure is undefined without some member.
    init(estimate: Double, resampled: [Double], jackknife: [Double]?, confidence: Double) {
        let sorted = resampled.sorted()
        let largest = max(abs(estimate), abs(sorted[0]), abs(sorted[sorted.count - 1]))
        let tolerance = 1e-12 * largest
        let tails = (low: (1 - confidence) / 2, high: 1 - (1 - confidence) / 2)
        let levels = Self.levels(
            estimate: estimate, sorted: sorted, jackknife: jackknife, tails: tails, tolerance: tolerance)
        self.init(
            estimate: estimate, low: Bootstrap.quantile(sorted, levels.low),
            high: Bootstrap.quantile(sorted, levels.high), method: levels.method, resamples: resampled.count)
    }

    private static func levels(
        estimate: Double, sorted: [Double], jackknife: [Double]?, tails: (low: Double, high: Double), tolerance: Double
    ) -> (low: Double, high: Double, method: IntervalMethod) {
        func percentile(_ reason: IntervalMethod.Reason) -> (low: Double, high: Double, method: IntervalMethod) {
            (tails.low, tails.high, .percentile(reason))
        }
        if sorted.allSatisfy({ abs($0 - estimate) <= tolerance }) { return percentile(.constantResamples) }
        let bias = BCaCorrections.bias(sorted, estimate: estimate, tolerance: tolerance)
        guard bias.isFinite else { return percentile(.oneSidedResamples) }
        guard let jackknife else { return percentile(.undefinedJackknife) }
        guard let acceleration = BCaCorrections.acceleration(jackknife, tolerance: tolerance) else {
            return percentile(.constantJackknife)
        }
        let corrections = BCaCorrections(bias: bias, acceleration: acceleration)
        guard let low = corrections.level(tails.low), let high = corrections.level(tails.high) else {
            return percentile(.excessiveAcceleration)
        }
        return (low, high, .bca)
    }
}
