import Foundation
import Testing

@testable import Statistics

/// BCa intervals against SciPy's over the same resamples, their fallbacks, and their coverage.
@Suite struct BCaTests {
    private let scipy: ScipyValues

    init() throws {
        scipy = try ScipyValues.stored.get()
    }

    private func figure(_ row: ScipyValues.BootstrapCase) -> ([Int]) -> Double? {
        let columns = row.columns
        func average(_ column: Int, _ members: [Int]) -> Double {
            members.reduce(0) { $0 + columns[column][$1] } / Double(members.count)
        }
        switch row.kind {
        case "mean":
            return { average(0, $0) }
        case "variance":
            return { members in
                let centre = average(0, members)
                return members.reduce(0) { $0 + (columns[0][$1] - centre) * (columns[0][$1] - centre) }
                    / Double(members.count)
            }
        case "signed score":
            return { (average(0, $0) - average(1, $0)) / 0.5 }
        case "pearson":
            return CorrelationCoefficient.Prepared(.pearson, columns[0], columns[1]).value
        default:
            return CorrelationCoefficient.Prepared(.spearman, columns[0], columns[1]).value
        }
    }

    @Test func intervalsAreScipysOverTheSameResamples() throws {
        for row in scipy.bootstraps {
            let interval = try Bootstrap.bca(count: row.columns[0].count, seed: 7, row.key, figure(row))
            #expect(agrees(interval.estimate, row.estimate), "\(row.key)")
            #expect(interval.resamples == row.defined, "\(row.key)")
            let expected = interval.method == .bca ? row.bca : row.percentile
            #expect(agrees(interval.low, expected[0], 1e-9), "\(row.key): \(interval)")
            #expect(agrees(interval.high, expected[1], 1e-9), "\(row.key): \(interval)")
            // SciPy makes of a constant sample's rounding a z0, and ends the wrong way round.
            #expect(
                interval.method == (row.name == "constant" ? .percentile(.constantResamples) : .bca)
                    || row.name == "two", "\(row.key): \(interval)")
        }
    }

    @Test func correctionsAreScipys() throws {
        for row in scipy.bootstraps where row.name != "constant" {
            let acceleration = BCaCorrections.acceleration(row.jackknife, tolerance: 1e-12)
            #expect(agrees(acceleration, row.acceleration, 1e-10), "\(row.key)")
        }
        let stored = scipy.corrections
        let bias = BCaCorrections.bias(stored.resampled, estimate: stored.estimate, tolerance: 0)
        let acceleration = try #require(BCaCorrections.acceleration(stored.jackknife, tolerance: 0))
        #expect(agrees(bias, stored.bias, 1e-14))
        #expect(agrees(acceleration, stored.acceleration, 1e-13))
        let corrections = BCaCorrections(bias: bias, acceleration: acceleration)
        for (share, level) in zip(stored.shares, stored.levels) {
            #expect(agrees(corrections.level(share), level, 1e-13))
        }
        let interval = BootstrapInterval(
            estimate: stored.estimate, resampled: stored.resampled, jackknife: stored.jackknife, confidence: 0.95)
        #expect(agrees(interval.low, stored.ends[0]) && agrees(interval.high, stored.ends[1]))
    }

    @Test func quantilesAreNumpys() {
        #expect(abs(Bootstrap.quantile([1, 2, 4, 8, 16], 0.025) - 1.1) < 1e-14)
        #expect(abs(Bootstrap.quantile([1, 2, 4, 8, 16], 0.975) - 15.2) < 1e-14)
        #expect(Bootstrap.quantile([1, 2, 4, 8, 16], 1) == 16)
        #expect(Bootstrap.quantile([3], 0.5) == 3)
    }

    @Test func theJackknifeLeavesOutEachMemberOnce() throws {
        var calls: [[Int]] = []
        _ = try Bootstrap.bca(count: 4, resamples: 10, seed: 1, "k") { members in
            calls.append(members)
            return Double(members.reduce(0, +))
        }
        #expect(calls.first == [0, 1, 2, 3])
        #expect(calls.count == 15)
        #expect(Array(calls.suffix(4)) == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
    }

    @Test func smallSamplesSayWhatTheyLack() throws {
        #expect(throws: UndefinedFigure.tooFew(0, needed: 2)) { try Bootstrap.bcaOfMean([], seed: 1, "k") }
        #expect(throws: UndefinedFigure.tooFew(1, needed: 2)) { try Bootstrap.bcaOfMean([3], seed: 1, "k") }
        #expect(throws: UndefinedFigure.notFinite) { try Bootstrap.bcaOfMean([3, .nan], seed: 1, "k") }
        let two = try Bootstrap.bcaOfMean([1, 4], seed: 1, "k")
        #expect(two.interval == Interval(low: 1, high: 4))
    }

    @Test func degenerateSamplesFallBackAndSayWhy() throws {
        let constant = try Bootstrap.bcaOfMean([0.1, 0.1, 0.1, 0.1, 0.1, 0.1], seed: 1, "k")
        #expect(constant.method == .percentile(.constantResamples))
        #expect(constant.low <= constant.high && constant.high - constant.low < 1e-15)

        let values = [1.0, 2, 3, 4, 5, 9]
        let largest = try Bootstrap.bca(count: 6, seed: 1, "k") { $0.map { values[$0] }.max().map { -$0 - 1e3 } }
        #expect(largest.method == .bca)
        // Without its one nine a sample of four has no mean of nines.
        let nines = try Bootstrap.bca(count: 6, seed: 1, "k") { members in
            members.contains(5) ? mean(members.map { values[$0] }) : nil
        }
        #expect(nines.method == .percentile(.undefinedJackknife))
        #expect(nines.resamples < Bootstrap.resamples)
        // The median of pairs of equal values does not change where any one of them is left out.
        let pairs = [1.0, 1, 2, 2, 2, 3, 3]
        let median = try Bootstrap.bca(count: 7, seed: 1, "k") { $0.map { pairs[$0] }.sorted()[$0.count / 2] }
        #expect(median.method == .percentile(.constantJackknife))
        // The whole sample has more distinct members than nearly all resamples.
        let distinct = try Bootstrap.bca(count: 40, seed: 1, "k") { Double(Set($0).count) }
        #expect(distinct.method == .percentile(.oneSidedResamples))
    }

    @Test func undefinedFiguresSayWhy() {
        let results = Bootstrap.bca(count: 5, resamples: 200, seed: 1, "k", figureCount: 3) { members in
            [nil, Set(members).count >= 4 ? (Set(members).count == 5 ? 1.0 : 2.0) : .nan, Double(members[0])]
        }
        #expect(throws: UndefinedFigure.undefinedOnSample) { try results[0].get() }
        #expect(throws: UndefinedFigure.undefinedOnResamples) {
            try Bootstrap.bca(count: 5, seed: 1, "k") { Set($0).count >= 4 && $0.count == 5 ? Double($0[0]) : .nan }
        }
        #expect(results.count == 3)
        #expect((try? results[2].get()) != nil)
    }

    @Test func figuresShareTheirResamples() throws {
        let values = (0..<20).map { Double($0 % 7) }
        let both = Bootstrap.bca(count: 20, seed: 1, "k", figureCount: 2) { members in
            let average = mean(members.map { values[$0] })
            return [average, average.map { -2 * $0 }]
        }
        let first = try both[0].get()
        let second = try both[1].get()
        #expect(first == (try Bootstrap.bcaOfMean(values, seed: 1, "k")))
        #expect(agrees(second.high, -2 * first.low) && agrees(second.low, -2 * first.high))
    }

    @Test func seedAndKeyDecide() throws {
        let values = (0..<30).map { Double($0 * $0 % 17) }
        let first = try Bootstrap.bcaOfMean(values, seed: 1, "a")
        #expect(first == (try Bootstrap.bcaOfMean(values, seed: 1, "a")))
        #expect(first != (try Bootstrap.bcaOfMean(values, seed: 2, "a")))
        #expect(first != (try Bootstrap.bcaOfMean(values, seed: 1, "b")))
        let narrow = try Bootstrap.bcaOfMean(values, confidence: 0.5, seed: 1, "a")
        #expect(first.low < narrow.low && narrow.high < first.high)
    }

    @Test func methodsAreStoredByName() throws {
        let methods = [IntervalMethod.bca] + IntervalMethod.Reason.allCases.map(IntervalMethod.percentile)
        let data = try JSONEncoder().encode(methods)
        #expect(try JSONDecoder().decode([IntervalMethod].self, from: data) == methods)
        #expect(String(decoding: data, as: UTF8.self).hasPrefix(#"["BCa","percentile: all resamples give"#))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(IntervalMethod.self, from: Data(#""normal""#.utf8))
        }
    }

    /// 95 % intervals of the mean of exponential samples: the percentile interval misses a mean of one mostly above
    /// itself, BCa less so.
    @Test func intervalsCoverTheMeanOfSkewedSamples() throws {
        var covered = 0
        var missedAbove = (bca: 0, percentile: 0)
        let trials = 300
        for trial in 0..<trials {
            var generator = SeededGenerator(seed: 19, "exponential", trial)
            let sample = (0..<40).map { _ in -log(1 - generator.unit()) }
            var resampled: [Double] = []
            let interval = try Bootstrap.bca(count: 40, resamples: 1000, seed: 23, "\(trial)") { members in
                let value = mean(members.map { sample[$0] })
                if resampled.count <= 1000 { resampled.append(value ?? .nan) }
                return value
            }
            if interval.low <= 1, 1 <= interval.high { covered += 1 }
            if interval.high < 1 { missedAbove.bca += 1 }
            if Bootstrap.quantile(resampled[1...].sorted(), 0.975) < 1 { missedAbove.percentile += 1 }
        }
        let coverage = Double(covered) / Double(trials)
        #expect(coverage >= 0.90 && coverage <= 0.98, "\(coverage)")
        #expect(missedAbove.bca < missedAbove.percentile, "\(missedAbove)")
    }
}
