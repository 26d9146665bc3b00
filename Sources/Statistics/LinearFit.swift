/// A straight line through pairs by ordinary least squares, with the bands of normal theory (Draper and Smith 1998,
/// chapters 1 and 3).
public struct LinearFit: Codable, Hashable, Sendable {
    /// Number of pairs.
    public var n: Int
    /// Change of y per unit of x.
    public var slope: Double
    /// The line's height at x = 0. `value(at:)` does not use it: far from zero it has lost digits.
    public var intercept: Double
    /// Mean of x and of y, where the line passes.
    public var centre: Point
    /// Σ (x - mean x)².
    public var squaresOfX: Double
    /// √(Σ residual² / (n - 2)); nil with two pairs, which any line fits.
    public var residualDeviation: Double?
    /// Share of y's variance that the line explains; nil where y is constant.
    public var explainedShare: Double?

    /// A point of the plane.
    public struct Point: Codable, Hashable, Sendable {
        /// Abscissa.
        public var x: Double
        /// Ordinate.
        public var y: Double

        /// Creates a point.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// Fits a line to at least two pairs; x must vary.
    public init(_ x: [Double], _ y: [Double]) throws(UndefinedFigure) {
        try require(x, y, atLeast: 2)
        // The same test of constancy as for a correlation.
        guard pearsonCoefficient(x, x) != nil else { throw .constant("x") }
        let a = deviations(x)
        explainedShare = pearsonCoefficient(x, y).map { $0 * $0 }
        // A constant y is fitted exactly, not up to rounding.
        let b = explainedShare == nil ? y.map { _ in 0 } : deviations(y)
        n = x.count
        centre = Point(x: mean(x) ?? 0, y: mean(y) ?? 0)
        squaresOfX = sumOfProducts(a, a)
        let slope = sumOfProducts(a, b) / squaresOfX
        self.slope = slope
        intercept = centre.y - slope * centre.x
        let residuals = zip(a, b).map { $1 - slope * $0 }
        residualDeviation = n > 2 ? (sumOfProducts(residuals, residuals) / Double(n - 2)).squareRoot() : nil
    }

    /// The line's height.
    public func value(at x: Double) -> Double {
        centre.y + slope * (x - centre.x)
    }

    /// The slope's standard error; nil with two pairs.
    public var slopeError: Double? {
        residualDeviation.map { $0 / squaresOfX.squareRoot() }
    }

    /// Two-sided p-value of a slope of zero by t with n - 2 degrees of freedom; nil with two pairs or no residuals.
    public var slopeP: Double? {
        guard let slopeError, slopeError > 0 else { return nil }
        return StudentT(degrees: Double(n - 2)).twoSidedP(slope / slopeError)
    }

    /// Confidence interval of the slope; nil with two pairs.
    public func slopeInterval(confidence: Double = 0.95) -> Interval? {
        slopeError.map { around(slope, $0, confidence) }
    }

    /// The band of the mean of y at x: ŷ ± t s √(1/n + (x - mean x)² / Sxx); nil with two pairs.
    public func meanInterval(at x: Double, confidence: Double = 0.95) -> Interval? {
        residualDeviation.map { around(value(at: x), $0 * leverage(x).squareRoot(), confidence) }
    }

    /// Where a new y at x would lie: ŷ ± t s √(1 + 1/n + (x - mean x)² / Sxx); nil with two pairs.
    public func predictionInterval(at x: Double, confidence: Double = 0.95) -> Interval? {
        residualDeviation.map { around(value(at: x), $0 * (1 + leverage(x)).squareRoot(), confidence) }
    }

    private func leverage(_ x: Double) -> Double {
        1 / Double(n) + (x - centre.x) * (x - centre.x) / squaresOfX
    }

    private func around(_ value: Double, _ error: Double, _ confidence: Double) -> Interval {
        let half = StudentT(degrees: Double(n - 2)).quantile(1 - (1 - confidence) / 2) * error
        return Interval(low: value - half, high: value + half)
    }
}
