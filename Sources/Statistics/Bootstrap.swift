/// Percentile bootstrap intervals (Efron 1979): resample with replacement, take the 2.5 % and 97.5 % points.
public enum Bootstrap {
    /// Number of resamples.
    public static let resamples = 2000

    /// 95 % intervals of several figures over the same resamples of `members`.
    ///
    /// - Parameters:
    ///   - members: what is resampled, usually indices of concepts.
    ///   - seed: with `key`, decides the resamples.
    ///   - count: number of figures.
    ///   - figures: the figures of one resample; nil where a figure is undefined on it.
    /// - Returns: one interval per figure; nil with fewer than two members or where a figure is undefined on more than
    ///   half of the resamples.
    public static func intervals<Member>(
        of members: [Member], seed: UInt64, _ key: String, count: Int, _ figures: ([Member]) -> [Double?]
    ) -> [Interval?] {
        guard members.count > 1 else { return [Interval?](repeating: nil, count: count) }
        var generator = SeededGenerator(seed: seed, "bootstrap", key)
        var values = [[Double]](repeating: [], count: count)
        var resample = members
        for _ in 0..<resamples {
            for index in resample.indices { resample[index] = members[generator.below(members.count)] }
            for (figure, value) in figures(resample).enumerated() {
                if let value { values[figure].append(value) }
            }
        }
        return values.map { values in
            guard values.count * 2 > resamples else { return nil }
            let sorted = values.sorted()
            return Interval(low: quantile(sorted, 0.025), high: quantile(sorted, 0.975))
        }
    }

    /// The 95 % interval of one figure.
    public static func interval<Member>(
        of members: [Member], seed: UInt64, _ key: String, _ figure: ([Member]) -> Double?
    ) -> Interval? {
        intervals(of: members, seed: seed, key, count: 1) { [figure($0)] }[0]
    }

    /// Linear interpolation between order statistics (Hyndman and Fan's type 7, numpy's default).
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}
