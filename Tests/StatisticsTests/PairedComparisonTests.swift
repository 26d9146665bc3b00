import Testing

@testable import Statistics

/// Paired tests and detectable differences against SciPy.
@Suite struct PairedComparisonTests {
    private let scipy: ScipyValues

    init() throws {
        scipy = try ScipyValues.stored.get()
    }

    @Test func signedRankTestIsScipys() throws {
        for row in scipy.differences {
            guard let p = row.wilcoxonP else {
                #expect(throws: UndefinedFigure.self) { try WilcoxonTest(differences: row.differences) }
                continue
            }
            let test = try WilcoxonTest(differences: row.differences)
            #expect(agrees(min(test.positiveRanks, test.negativeRanks), row.wilcoxon), "\(row.name)")
            #expect(agrees(test.p, p, 1e-12, absolute: false), "\(row.name): \(test.p)")
            let n = Double(test.n)
            #expect(test.positiveRanks + test.negativeRanks == n * (n + 1) / 2)
        }
        let exact = try #require(scipy.differences.first { $0.name == "fifty" })
        #expect(try WilcoxonTest(differences: exact.differences).isExact)
        let approximate = try #require(scipy.differences.first { $0.name == "fifty-one" })
        #expect(try !WilcoxonTest(differences: approximate.differences).isExact)
    }

    @Test func exactSignFlipsAreScipys() throws {
        for row in scipy.differences {
            guard let p = row.signFlipP else { continue }
            let test = try PermutationTest.signFlip(row.differences, seed: 1, "k")
            #expect(test.isExact)
            #expect(agrees(test.p, p), "\(row.name): \(test)")
        }
    }

    /// The same differences with and without a tiny twenty-first: all 2^20 signs against 10,000 random ones.
    @Test func randomSignFlipsComeNearTheExactP() throws {
        let differences = (0..<20).map { Double(($0 * 7) % 13) - 4.5 }
        let exact = try PermutationTest.signFlip(differences, seed: 5, "k")
        let random = try PermutationTest.signFlip(differences + [1e-9], seed: 5, "k")
        #expect(exact.isExact && exact.arrangements == 1 << 20)
        #expect(!random.isExact && random.arrangements == PermutationTest.arrangements)
        #expect(exact.p > 0.05 && exact.p < 0.6)
        #expect(abs(exact.p - random.p) < 0.02, "\(exact.p) \(random.p)")
        #expect(random == (try PermutationTest.signFlip(differences + [1e-9], seed: 5, "k")))
        #expect(random != (try PermutationTest.signFlip(differences + [1e-9], seed: 6, "k")))
    }

    @Test func largeDifferencesAreAsRareAsRandomSignsAllow() throws {
        let test = try PermutationTest.signFlip([Double](repeating: 0.3, count: 100), seed: 1, "k")
        #expect(test.p == 1 / Double(PermutationTest.arrangements + 1))
    }

    @Test func mcNemarsTestIsTheBinomialTest() {
        for row in scipy.mcnemar {
            let test = McNemarTest(firstOnly: row.first, secondOnly: row.second)
            #expect(agrees(test.p, row.p, 1e-10, absolute: false), "\(row.first), \(row.second): \(test.p)")
        }
        let test = McNemarTest([true, true, false, true, false], [true, false, true, false, false])
        #expect(test.firstOnly == 2 && test.secondOnly == 1 && agrees(test.p, 1))
    }

    @Test func detectableDifferencesAreScipys() throws {
        for row in scipy.detectable {
            let difference = try DetectableDifference.paired(
                deviation: row.deviation, n: row.n, power: row.power, alpha: row.alpha)
            #expect(agrees(difference, row.difference, 1e-9, absolute: false), "\(row.n): \(difference)")
        }
        for row in scipy.detectableCorrelations {
            #expect(agrees(try DetectableDifference.correlation(n: row.n), row.r))
        }
        for row in scipy.detectableProportions {
            let proportion = try DetectableDifference.proportion(above: row.base, trials: row.n)
            #expect(agrees(proportion, row.proportion), "\(row.n)")
        }
    }

    @Test func undetectableDifferencesSayWhy() {
        #expect(throws: UndefinedFigure.tooFew(1, needed: 2)) { try DetectableDifference.paired(deviation: 1, n: 1) }
        #expect(throws: UndefinedFigure.constant("the difference")) {
            try DetectableDifference.paired(deviation: 0, n: 10)
        }
        #expect(throws: UndefinedFigure.notFinite) { try DetectableDifference.paired(deviation: .nan, n: 10) }
        #expect(throws: UndefinedFigure.tooFew(3, needed: 4)) { try DetectableDifference.correlation(n: 3) }
        #expect(throws: UndefinedFigure.tooFew(0, needed: 1)) {
            try DetectableDifference.proportion(above: 0.25, trials: 0)
        }
    }

    @Test func comparisonsGatherTheirParts() throws {
        var generator = SeededGenerator(seed: 31, "models")
        let first = (0..<60).map { _ in Double(generator.below(11)) / 10 }
        let second = first.map { max(0, $0 - Double(generator.below(4)) / 10) }
        let comparison = try PairedComparison(first, second, seed: 2, "a b")
        let reversed = try PairedComparison(second, first, seed: 2, "a b")
        #expect(comparison.n == 60)
        #expect(agrees(comparison.difference, comparison.firstMean - comparison.secondMean))
        let interval = try #require(comparison.interval)
        #expect(interval.method == .bca && interval.low > 0 && interval.low < comparison.difference)
        #expect(comparison.signFlip.p < 0.001)
        let wilcoxon = try #require(comparison.wilcoxon)
        #expect(wilcoxon.p < 0.001 && wilcoxon.negativeRanks == 0)
        let detectable = try #require(comparison.smallestDetectable)
        #expect(detectable > 0 && detectable < comparison.difference)
        #expect(reversed.difference == -comparison.difference)
        #expect(reversed.signFlip == comparison.signFlip && reversed.wilcoxon?.p == wilcoxon.p)
    }

    @Test func equalModelsDoNotDiffer() throws {
        let values = [0.1, 0.7, 0.3]
        let comparison = try PairedComparison(values, values, seed: 1, "k")
        #expect(comparison.difference == 0 && comparison.signFlip.p == 1)
        #expect(comparison.wilcoxon == nil && comparison.smallestDetectable == nil)
        #expect(comparison.interval?.method == .percentile(.constantResamples))
        // A constant difference does not vary either, whatever its rounding.
        let shifted = try PairedComparison([0.3, 0.4, 0.7], [0.1, 0.2, 0.5], seed: 1, "k")
        #expect(shifted.deviation == 0 && shifted.smallestDetectable == nil)
        #expect(shifted.wilcoxon?.p == 0.25 && shifted.signFlip.p == 0.25)
    }

    @Test func oneConceptIsAComparisonWithoutAnInterval() throws {
        let comparison = try PairedComparison([0.5], [0.25], seed: 1, "k")
        #expect(comparison.difference == 0.25 && comparison.interval == nil && comparison.deviation == nil)
        #expect(comparison.signFlip.p == 1)
        #expect(throws: UndefinedFigure.tooFew(0, needed: 1)) { try PairedComparison([], [], seed: 1, "k") }
    }
}
