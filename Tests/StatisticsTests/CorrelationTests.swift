import Testing

@testable import Statistics

/// Correlations of small samples against SciPy 1.17 and exact enumeration, with their intervals and p-values.
@Suite struct CorrelationTests {
    private let x = [2, 8.5, 8.5, 3, 12, 0.5, 40, 7, 7, 1]
    private let y = [1, 0.5, 0.7, 0.2, 0.9, 0.2, 0.8, 0.2, 0.4, 0.1]

    @Test func coefficientsAreScipys() throws {
        let pearson = try CorrelationEstimate(.pearson, x, y, seed: 1, "test")
        #expect(abs(pearson.value - 0.4447499945406968) < 1e-14)
        #expect(pearson.n == 10)
        let spearman = try CorrelationEstimate(.spearman, x, y, seed: 1, "test")
        #expect(abs(spearman.value - 0.5802579687451681) < 1e-14)
        let interval = try #require(pearson.interval)
        #expect(interval.low < pearson.value && pearson.value < interval.high)
    }

    @Test func monotoneVariablesAreRankedAlike() throws {
        let values = (1...30).map(Double.init)
        let spearman = try CorrelationEstimate(.spearman, values, values.map { -$0 * $0 * $0 }, seed: 1, "test")
        #expect(spearman.value == -1)
        #expect(spearman.interval?.interval == Interval(low: -1, high: -1))
        #expect(spearman.interval?.method == .percentile(.constantResamples))
        #expect(spearman.permutation.p == 1 / Double(PermutationTest.arrangements + 1))
    }

    @Test func constantOrTooFewValuesHaveNoCorrelation() {
        #expect(throws: UndefinedFigure.tooFew(2, needed: 3)) {
            try CorrelationEstimate(.pearson, [1, 2], [2, 1], seed: 1, "test")
        }
        #expect(throws: UndefinedFigure.constant("x")) {
            try CorrelationEstimate(.pearson, [0.1, 0.1, 0.1], [1, 2, 3], seed: 1, "test")
        }
        #expect(throws: UndefinedFigure.constant("y")) {
            try CorrelationEstimate(.spearman, [1, 2, 3], [7, 7, 7], seed: 1, "test")
        }
        #expect(pearsonCoefficient([1e-20, 2e-20, 3e-20], [1, 2, 3]) == 1)
    }

    @Test func unrelatedVariablesGiveUniformPs() throws {
        var counts = [Int](repeating: 0, count: 4)
        for trial in 0..<40 {
            var generator = SeededGenerator(seed: 5, "unrelated", trial)
            let a = (0..<12).map { _ in generator.unit() }
            let b = (0..<12).map { _ in generator.unit() }
            let p = try CorrelationEstimate(.spearman, a, b, resamples: 50, seed: 6, "\(trial)").permutation.p
            counts[min(3, Int(p * 4))] += 1
        }
        #expect(try #require(chiSquaredUniformP(counts)) > 0.001)
    }

    @Test func sameSeedAndKeyGiveTheSameFigures() throws {
        let one = try CorrelationEstimate(.spearman, x, y, seed: 3, "a")
        let again = try CorrelationEstimate(.spearman, x, y, seed: 3, "a")
        let otherSeed = try CorrelationEstimate(.spearman, x, y, seed: 4, "a")
        let otherKey = try CorrelationEstimate(.spearman, x, y, seed: 3, "b")
        #expect(one == again)
        #expect(one != otherSeed && one != otherKey)
    }
}
