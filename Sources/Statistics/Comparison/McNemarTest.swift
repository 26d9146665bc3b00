/// McNemar's exact test of paired right and wrong answers (McNemar 1947): of the questions that only one of two models
/// answers, as many should be the first's as the second's.
///
/// It takes questions as independent. Those of one concept are not: over concepts use `PairedComparison`.
public struct McNemarTest: Codable, Hashable, Sendable {
    /// Questions that only the first answers rightly.
    public var firstOnly: Int
    /// Questions that only the second answers rightly.
    public var secondOnly: Int
    /// Two-sided p-value: twice P(X <= the smaller count), X binomial with half of the discordant questions, at most 1.
    public var p: Double

    /// The test from the two discordant counts.
    public init(firstOnly: Int, secondOnly: Int) {
        precondition(firstOnly >= 0 && secondOnly >= 0, "counts are not negative")
        self.firstOnly = firstOnly
        self.secondOnly = secondOnly
        let smaller = Double(min(firstOnly, secondOnly))
        let larger = Double(max(firstOnly, secondOnly))
        // P(X <= k) = I_½(n - k, k + 1).
        p = larger > 0 ? min(1, 2 * incompleteBeta(larger, smaller + 1, 0.5, complement: 0.5)) : 1
    }

    /// The test of two models' answers to the same questions: right or wrong.
    public init(_ first: [Bool], _ second: [Bool]) {
        precondition(first.count == second.count, "paired answers have equal counts")
        self.init(
            firstOnly: zip(first, second).count { $0 && !$1 }, secondOnly: zip(first, second).count { !$0 && $1 })
    }
}
