/// A figure over mask ratios.
public struct RatioCurve: Hashable, Sendable {
    /// One ratio's figure.
    public struct Point: Hashable, Sendable {
        /// Mask ratio.
        public var ratio: Double
        /// Figure at that ratio.
        public var value: Double

        /// Creates a point.
        public init(ratio: Double, value: Double) {
            self.ratio = ratio
            self.value = value
        }
    }

    /// By ratio, smallest first.
    public let points: [Point]

    /// A curve through points given in any order; values and ratios are finite.
    public init(_ points: [Point]) {
        self.points = points.sorted { $0.ratio < $1.ratio }
    }

    /// Area under the curve from the first ratio to the last by the trapezoid rule; nil with fewer than two points.
    public var area: Double? {
        guard points.count > 1 else { return nil }
        return zip(points, points.dropFirst()).reduce(0) { sum, ends in
            sum + (ends.1.ratio - ends.0.ratio) * (ends.0.value + ends.1.value) / 2
        }
    }

    /// Area over the width: the mean height, comparable between different sets of ratios; nil where the width is zero.
    public var meanHeight: Double? {
        guard let area, let first = points.first, let last = points.last, last.ratio > first.ratio else { return nil }
        return area / (last.ratio - first.ratio)
    }

    /// The first ratio at which the curve has lost half of its largest loss, by linear interpolation between points.
    ///
    /// The loss is counted from the first point, which should be ratio 0, to the lowest. Nil where the curve never
    /// falls below its first point.
    public var halfDropRatio: Double? {
        guard let first = points.first, let lowest = points.map(\.value).min(), lowest < first.value else { return nil }
        let half = first.value - (first.value - lowest) / 2
        for (before, after) in zip(points, points.dropFirst()) where after.value <= half {
            // The first point at or below: the one before is above, since the curve starts above.
            let share = (before.value - half) / (before.value - after.value)
            return before.ratio + share * (after.ratio - before.ratio)
        }
        return nil
    }
}
