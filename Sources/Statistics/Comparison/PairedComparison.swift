/// Two models, or two masks, compared over the same concepts.
public struct PairedComparison: Codable, Hashable, Sendable {
    /// Number of concepts.
    public var n: Int
    /// Mean of the first.
    public var firstMean: Double
    /// Mean of the second.
    public var secondMean: Double
    /// Mean of first less second.
    public var difference: Double
    /// Standard deviation of the concepts' differences; nil with one concept.
    public var deviation: Double?
    /// 95 % BCa interval of the difference; nil with one concept.
    public var interval: BootstrapInterval?
    /// Sign-flip permutation test that the mean difference is zero.
    public var signFlip: PermutationP
    /// Wilcoxon's signed-rank test; nil where every difference is zero.
    public var wilcoxon: WilcoxonTest?
    /// The smallest mean difference that so many concepts with this deviation detect in four of five cases (two-sided
    /// at 5 %); nil where the differences do not vary.
    public var smallestDetectable: Double?

    /// Compares the values of at least one concept.
    ///
    /// - Parameters:
    ///   - first: one value per concept.
    ///   - second: the other value, in the same order.
    ///   - seed: with `key`, decides resamples and random signs.
    public init(
        _ first: [Double], _ second: [Double], resamples: Int = Bootstrap.resamples,
        arrangements: Int = PermutationTest.arrangements, seed: UInt64, _ key: String
    ) throws(UndefinedFigure) {
        try require(first, second, atLeast: 1)
        let differences = zip(first, second).map { $0 - $1 }
        n = differences.count
        firstMean = mean(first) ?? 0
        secondMean = mean(second) ?? 0
        difference = mean(differences) ?? 0
        deviation = standardDeviation(differences)
        interval = try? Bootstrap.bcaOfMean(differences, resamples: resamples, seed: seed, "paired \(key)")
        signFlip = try PermutationTest.signFlip(differences, arrangements: arrangements, seed: seed, "paired \(key)")
        wilcoxon = try? WilcoxonTest(differences: differences)
        smallestDetectable = deviation.flatMap { try? DetectableDifference.paired(deviation: $0, n: differences.count) }
    }
}
