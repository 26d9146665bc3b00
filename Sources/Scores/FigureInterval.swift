public import Statistics

/// A figure's 95 % interval, and how it was made.
public struct FigureInterval: Codable, Hashable, Sendable {
    /// Lower end.
    public var low: Double
    /// Upper end.
    public var high: Double
    /// BCa, or why it is the percentile interval.
    public var method: IntervalMethod

    /// Creates an interval.
    public init(low: Double, high: Double, method: IntervalMethod) {
        self.low = low
        self.high = high
        self.method = method
    }

    /// The ends of a bootstrap interval.
    public init(_ interval: BootstrapInterval) {
        self.init(low: interval.low, high: interval.high, method: interval.method)
    }

    /// The ends alone.
    public var ends: Interval { Interval(low: low, high: high) }

    /// The interval of the figure's absolute value, made from that of the signed figure.
    ///
    /// |x| has a kink at 0 that no bootstrap sees: resampled absolute values pile up above 0 and their percentiles exclude 0
    /// where the signed figure is anything but clear of it. So the ends are those of all |x| with x in the signed interval.
    public var magnitude: FigureInterval {
        let ends = [abs(low), abs(high)].sorted()
        return FigureInterval(low: low <= 0 && high >= 0 ? 0 : ends[0], high: ends[1], method: method)
    }
}

/// A correlation with popularity (contract, 2.4).
public struct PopularityCorrelation: Codable, Sendable {
    /// The coefficient, -1 to 1.
    public var value: Double
    /// Lower end of its 95 % interval over concepts; null where it is undefined on most resamples.
    @Nullable public var low: Double?
    /// Upper end.
    @Nullable public var high: Double?
    /// How the interval was made.
    public var method: IntervalMethod?
    /// Two-sided permutation p-value.
    public var p: Double
    /// Whether all pairings were counted, which they are up to nine concepts.
    public var exact: Bool
    /// p adjusted after Benjamini and Hochberg, where it is one of several: over the ratios.
    public var pAdjusted: Double?
    /// Number of concepts.
    public var n: Int

    /// The ends of the interval.
    public var interval: Interval? {
        if let low, let high { Interval(low: low, high: high) } else { nil }
    }

    /// What an estimate says.
    public init(_ estimate: CorrelationEstimate) {
        value = estimate.value
        _low = Nullable(wrappedValue: estimate.interval?.low)
        _high = Nullable(wrappedValue: estimate.interval?.high)
        method = estimate.interval?.method
        p = estimate.permutation.p
        exact = estimate.permutation.isExact
        n = estimate.n
    }

    private enum CodingKeys: String, CodingKey {
        case value, low, high, method, p, exact, n
        case pAdjusted = "p_adjusted"
    }
}
