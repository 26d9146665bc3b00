import Testing

@testable import Statistics

/// Coefficients against scipy 1.17, intervals and p-values against exact enumeration and the normal approximation.
@Suite struct CorrelationTests {
    private let x = [2, 8.5, 8.5, 3, 12, 0.5, 40, 7, 7, 1]
    private let y = [1, 0.5, 0.7, 0.2, 0.9, 0.2, 0.8, 0.2, 0.4, 0.1]

    @Test func equalValuesShareTheMeanOfTheirRanks() {
        #expect(averageRanks(x) == [3, 7.5, 7.5, 4, 9, 1, 10, 5.5, 5.5, 2])
        #expect(averageRanks([]) == [])
        #expect(averageRanks([5, 5, 5]) == [2, 2, 2])
        // The definition: one more than the smaller values, plus half of the other equal ones.
        var generator = SeededGenerator(seed: 4, "ranks")
        let values = (0..<60).map { _ in Double(generator.below(20)) }
        let naive = values.map { value in
            Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
        }
        #expect(averageRanks(values) == naive)
    }

    @Test func coefficientsAreScipys() throws {
        let pearson = try #require(Correlation.pearson(x, y, seed: 1, "test"))
        #expect(abs(pearson.value - 0.4447499945406968) < 1e-14)
        #expect(pearson.n == 10)
        let spearman = try #require(Correlation.spearman(x, y, seed: 1, "test"))
        #expect(abs(spearman.value - 0.5802579687451681) < 1e-14)
        #expect(pearson.low < pearson.value && pearson.value < pearson.high)
    }

    @Test func monotoneVariablesAreRankedAlike() throws {
        let values = (1...30).map(Double.init)
        let spearman = try #require(Correlation.spearman(values, values.map { -$0 * $0 * $0 }, seed: 1, "test"))
        #expect(spearman.value == -1)
        #expect(spearman.low == -1 && spearman.high == -1)
        #expect(spearman.p == 1 / Double(Correlation.permutations + 1))
    }

    @Test func constantOrTooFewValuesHaveNoCorrelation() {
        #expect(Correlation.pearson([1, 2], [2, 1], seed: 1, "test") == nil)
        #expect(Correlation.pearson([0.1, 0.1, 0.1], [1, 2, 3], seed: 1, "test") == nil)
        #expect(Correlation.spearman([1, 2, 3], [7, 7, 7], seed: 1, "test") == nil)
        #expect(Correlation.pearson([], [], seed: 1, "test") == nil)
        #expect(pearsonCoefficient([1e-20, 2e-20, 3e-20], [1, 2, 3]) == 1)
    }

    /// Of the 720 orders of y, 20 have an |r| as large.
    @Test func permutationPApproachesTheExactShare() throws {
        let correlation = try #require(
            Correlation.pearson([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 7], seed: 11, "exact"))
        #expect(abs(correlation.p - 20.0 / 720) < 0.006)
    }

    @Test func unrelatedVariablesGiveUniformPs() throws {
        var counts = [Int](repeating: 0, count: 4)
        for trial in 0..<40 {
            var generator = SeededGenerator(seed: 5, "unrelated", trial)
            let a = (0..<12).map { _ in generator.unit() }
            let b = (0..<12).map { _ in generator.unit() }
            let p = try #require(Correlation.spearman(a, b, seed: 6, "\(trial)")).p
            counts[min(3, Int(p * 4))] += 1
        }
        #expect(try #require(chiSquaredUniformP(counts)) > 0.001)
    }

    @Test func sameSeedAndKeyGiveTheSameFigures() {
        #expect(Correlation.spearman(x, y, seed: 3, "a") == Correlation.spearman(x, y, seed: 3, "a"))
        #expect(Correlation.spearman(x, y, seed: 3, "a") != Correlation.spearman(x, y, seed: 4, "a"))
        #expect(Correlation.spearman(x, y, seed: 3, "a") != Correlation.spearman(x, y, seed: 3, "b"))
    }
}

/// Percentile intervals.
@Suite struct BootstrapTests {
    @Test func quantilesAreNumpys() {
        #expect(abs(Bootstrap.quantile([1, 2, 4, 8, 16], 0.025) - 1.1) < 1e-14)
        #expect(abs(Bootstrap.quantile([1, 2, 4, 8, 16], 0.975) - 15.2) < 1e-14)
        #expect(Bootstrap.quantile([1, 2, 4, 8, 16], 1) == 16)
        #expect(Bootstrap.quantile([3], 0.5) == 3)
    }

    /// scipy.stats.bootstrap with 200,000 resamples gives 3.0 to 5.75.
    @Test func intervalOfTheMeanIsScipys() throws {
        let values: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
        let interval = try #require(Bootstrap.interval(of: values, seed: 1, "mean") { mean($0) })
        #expect(abs(interval.low - 3.0) < 0.15)
        #expect(abs(interval.high - 5.75) < 0.15)
    }

    @Test func figuresShareTheirResamples() {
        let members = (0..<20).map(Double.init)
        let both = Bootstrap.intervals(of: members, seed: 1, "k", count: 2) { [mean($0), mean($0).map { $0 * 2 }] }
        #expect(both[0] == Bootstrap.interval(of: members, seed: 1, "k") { mean($0) })
        #expect(both[1]?.low == both[0].map { $0.low * 2 })
    }

    @Test func undefinedFiguresHaveNoInterval() {
        #expect(Bootstrap.interval(of: [1.0], seed: 1, "k") { mean($0) } == nil)
        #expect(Bootstrap.interval(of: [Double](), seed: 1, "k") { mean($0) } == nil)
        #expect(Bootstrap.interval(of: [1.0, 2], seed: 1, "k") { _ in nil } == nil)
        // All three are drawn in 6 of 27 resamples.
        let rarely = Bootstrap.interval(of: [1.0, 2, 3], seed: 1, "k") { Set($0).count == 3 ? 1 : nil }
        #expect(rarely == nil)
    }

    @Test func oneMemberRepeatedHasAnIntervalWithoutWidth() {
        #expect(Bootstrap.interval(of: [2.0, 2.0], seed: 1, "k") { mean($0) } == Interval(low: 2, high: 2))
    }
}
