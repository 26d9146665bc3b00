import Testing

@testable import Statistics

/// Coefficients, their exact p-values and their ties against SciPy.
@Suite struct CorrelationCoefficientTests {
    private let cases: [ScipyValues.CorrelationCase]

    init() throws {
        cases = try ScipyValues.stored.get().correlations
    }

    @Test func coefficientsAreScipys() {
        for row in cases {
            #expect(agrees(try? CorrelationCoefficient.pearson.value(row.x, row.y), row.pearson), "\(row.name)")
            #expect(agrees(try? CorrelationCoefficient.spearman.value(row.x, row.y), row.spearman), "\(row.name)")
            #expect(agrees(try? CorrelationCoefficient.kendall.value(row.x, row.y), row.kendall), "\(row.name)")
        }
    }

    @Test(arguments: CorrelationCoefficient.allCases)
    func undefinedCoefficientsSayWhy(_ coefficient: CorrelationCoefficient) {
        #expect(throws: UndefinedFigure.constant("x")) { try coefficient.value([3, 3, 3], [1, 2, 3]) }
        #expect(throws: UndefinedFigure.constant("y")) { try coefficient.value([1, 2, 3], [0.1, 0.1, 0.1]) }
        #expect(throws: UndefinedFigure.tooFew(2, needed: 3)) { try coefficient.value([1, 2], [2, 1]) }
        #expect(throws: UndefinedFigure.notFinite) { try coefficient.value([1, 2, .nan], [2, 1, 3]) }
        #expect(throws: UndefinedFigure.notFinite) { try coefficient.value([1, 2, 3], [2, .infinity, 3]) }
        #expect("\(UndefinedFigure.tooFew(1, needed: 3))" == "1 value, and 3 are needed")
    }

    @Test func exactPsAreScipys() throws {
        for row in cases {
            let expected: [CorrelationCoefficient: Double?] = [
                .pearson: row.pearsonP, .spearman: row.spearmanP, .kendall: row.kendallP,
            ]
            for coefficient in CorrelationCoefficient.allCases {
                guard let p = expected[coefficient] ?? nil else { continue }
                let estimate = try CorrelationEstimate(coefficient, row.x, row.y, resamples: 50, seed: 1, "exact")
                #expect(estimate.permutation.isExact)
                #expect(agrees(estimate.permutation.p, p), "\(coefficient) of \(row.name): \(estimate.permutation)")
            }
        }
    }

    @Test func randomPairingsComeNearTheExactP() throws {
        let x = (0..<10).map(Double.init)
        let y = [2.0, 0, 1, 5, 3, 9, 4, 8, 6, 7]
        let estimate = try CorrelationEstimate(
            .pearson, x, y, resamples: 50, arrangements: 100_000, seed: 3, "ten")
        #expect(!estimate.permutation.isExact)
        #expect(estimate.permutation.arrangements == 100_000)
        // Counted over all 10! pairings; three standard errors of 100,000 draws are 0.0012.
        #expect(abs(estimate.permutation.p - 0.014929453262786597) < 0.0012, "\(estimate.permutation.p)")
    }

    /// The definition: one more than the smaller values, plus half of the other equal ones.
    private func naiveRanks(_ values: [Double]) -> [Double] {
        values.map { value in
            Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
        }
    }

    @Test func resamplesAreRankedAsAnew() {
        var generator = SeededGenerator(seed: 5, "resamples")
        let values = (0..<50).map { _ in Double(generator.below(15)) - 7 }
        let ranked = RankedVariable(values)
        #expect(ranked.ranks == naiveRanks(values))
        for _ in 0..<20 {
            let members = (0..<50).map { _ in generator.below(50) }
            #expect(ranked.ranks(of: members) == naiveRanks(members.map { values[$0] }))
        }
        #expect(RankedVariable([]).ranks == [])
    }

    /// Drops made of the same tenths in another order are equal.
    @Test func roundingBreaksNoTies() throws {
        let drops = [0.3 - 0.1, 0.4 - 0.2, 0.7 - 0.5, 0.9 - 0.6]
        #expect(Set(drops).count == 4)
        #expect(RankedVariable(drops).ranks == [2, 2, 2, 4])
        let y = [3.0, 1, 2, 4]
        let tied = try CorrelationCoefficient.kendall.value([2, 2, 2, 3], y)
        #expect(try CorrelationCoefficient.kendall.value(drops, y) == tied)
    }

    @Test func everyPermutationIsVisitedOnce() {
        for count in 0...6 {
            var order = Array(0..<count)
            var seen: Set<[Int]> = []
            var visits = 0
            PermutationTest.forEachPermutation(of: &order) {
                seen.insert($0)
                visits += 1
            }
            #expect(visits == (1...max(1, count)).reduce(1, *))
            #expect(seen.count == visits)
            #expect(seen.allSatisfy { $0.sorted() == Array(0..<count) })
        }
    }

    @Test func estimatesCarryIntervalAndMethod() throws {
        let row = try #require(cases.first { $0.name == "long, tied" })
        for coefficient in CorrelationCoefficient.allCases {
            let estimate = try CorrelationEstimate(
                coefficient, row.x, row.y, resamples: 400, arrangements: 200, seed: 4, "k")
            let interval = try #require(estimate.interval)
            #expect(interval.method == .bca)
            #expect(interval.low < estimate.value && estimate.value < interval.high)
            #expect(interval.estimate == estimate.value)
            #expect(estimate.n == 80)
        }
    }

    /// With one value apart in each variable most resamples are constant in one of the two.
    @Test func aNearlyConstantVariableHasNoInterval() throws {
        let x = [1.0] + [Double](repeating: 0, count: 11)
        let y = [Double](repeating: 0, count: 11) + [1.0]
        let estimate = try CorrelationEstimate(.pearson, x, y, seed: 1, "k")
        #expect(estimate.interval == nil)
        #expect(estimate.permutation.p > 0.9)
    }
}
