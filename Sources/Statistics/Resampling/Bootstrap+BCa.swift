extension Bootstrap {
    /// BCa intervals (Efron 1987, "Better bootstrap confidence intervals") of several figures over the same resamples.
    ///
    /// What is resampled are the indices `0..<count`, usually of concepts: a figure of pairs, of several columns or of
    /// groups is a closure that looks them up, and columns that belong together are resampled together. The closure is
    /// called once with all indices, `resamples` times with `count` indices drawn with replacement, and `count` times
    /// with one index left out (the jackknife behind the acceleration).
    ///
    ///     let signed = try Bootstrap.bca(count: n, seed: seed, "pss 0.3") { concepts in
    ///         concepts.reduce(0) { $0 + general[$1] - specific[$1] } / Double(concepts.count) / original
    ///     }
    ///
    /// - A sample of one is `.tooFew`. Of two there are only three different resamples and no acceleration: the
    ///   interval exists, and covers far less than it says.
    /// - Where BCa's corrections do not exist (a constant sample, a degenerate jackknife) the interval is the
    ///   percentile one, and its `method` says so and why.
    /// - Resamples on which a figure is undefined are left out; more than half of them are `.undefinedOnResamples`.
    /// - Figures within 1e-12 of the largest are equal to each other. SciPy lets rounding decide, which shifts z0 where
    ///   many resamples give the estimate itself, as with accuracies of few questions.
    /// - An absolute value has a kink at 0 that no bootstrap sees: take the interval of the signed figure.
    ///
    /// - Parameters:
    ///   - count: number of members n.
    ///   - resamples: number of resamples, positive.
    ///   - confidence: 0.95 for 95 %.
    ///   - seed: with `key`, decides the resamples.
    ///   - figureCount: number of figures.
    ///   - figures: the figures of one (re)sample; nil or not finite where undefined.
    /// - Returns: per figure its interval, or why it has none.
    public static func bca(
        count: Int, resamples: Int = Bootstrap.resamples, confidence: Double = 0.95, seed: UInt64, _ key: String,
        figureCount: Int, _ figures: ([Int]) -> [Double?]
    ) -> [Result<BootstrapInterval, UndefinedFigure>] {
        precondition(resamples > 0 && confidence > 0 && confidence < 1, "an interval needs resamples and a confidence")
        guard count > 1 else {
            return [Result](repeating: .failure(.tooFew(max(0, count), needed: 2)), count: figureCount)
        }
        func defined(_ members: [Int]) -> [Double?] {
            let values = figures(members)
            precondition(values.count == figureCount, "every resample has the same figures")
            return values.map { value in value.flatMap { $0.isFinite ? $0 : nil } }
        }
        let estimates = defined(Array(0..<count))
        var resampled = [[Double]](repeating: [], count: figureCount)
        var generator = SeededGenerator(seed: seed, "bootstrap", key)
        var members = [Int](repeating: 0, count: count)
        for _ in 0..<resamples {
            for position in members.indices { members[position] = generator.below(count) }
            for (figure, value) in defined(members).enumerated() {
                if let value { resampled[figure].append(value) }
            }
        }
        var jackknife = [[Double]](repeating: [], count: figureCount)
        var others = Array(1..<count)
        for absent in 0..<count {
            // From "all but the one before" to "all but this one".
            if absent > 0 { others[absent - 1] = absent - 1 }
            for (figure, value) in defined(others).enumerated() {
                if let value { jackknife[figure].append(value) }
            }
        }
        return (0..<figureCount).map { figure in
            guard let estimate = estimates[figure] else { return .failure(.undefinedOnSample) }
            guard resampled[figure].count * 2 > resamples else { return .failure(.undefinedOnResamples) }
            return .success(
                BootstrapInterval(
                    estimate: estimate, resampled: resampled[figure],
                    jackknife: jackknife[figure].count == count ? jackknife[figure] : nil, confidence: confidence))
        }
    }

    /// The BCa interval of one figure.
    public static func bca(
        count: Int, resamples: Int = Bootstrap.resamples, confidence: Double = 0.95, seed: UInt64, _ key: String,
        _ figure: ([Int]) -> Double?
    ) throws(UndefinedFigure) -> BootstrapInterval {
        try bca(
            count: count, resamples: resamples, confidence: confidence, seed: seed, key, figureCount: 1
        ) { [figure($0)] }[0].get()
    }

    /// The BCa interval of the mean of some values.
    public static func bcaOfMean(
        _ values: [Double], resamples: Int = Bootstrap.resamples, confidence: Double = 0.95, seed: UInt64, _ key: String
    ) throws(UndefinedFigure) -> BootstrapInterval {
        guard values.allSatisfy(\.isFinite) else { throw .notFinite }
        return try bca(count: values.count, resamples: resamples, confidence: confidence, seed: seed, key) { members in
            var sum = 0.0
            for member in members { sum += values[member] }
            return sum / Double(members.count)
        }
    }
}
