import Diagnostics
import QuestionSet
import Scores
import Testing

@testable import Specialization

/// Counts, noise, nulls, cross-fitting and studies on the tiny reference models.
@Suite struct ComparisonTests {
    private static func everything(_ settings: inout RunSettings) {
        settings.crossFit = true
        settings.studies = Study.allCases
        settings.noise = NoiseSettings(draws: 2, scale: 0.1)
    }

    @Test func countsStandAmongTheRatiosByTheirShare() throws {
        let counts = [140, 140, 140]
        let both = try MaskSizes.ratiosAndTops(ratios: [0.3, 0.1], tops: [500, 5], coefficientCounts: counts)
        #expect(both.ratios == [5.0 / 140, 0.1, 0.3, 1])
        #expect(both.tops == [5, nil, nil, 500])
        let same = try MaskSizes.ratiosAndTops(ratios: [0.1], tops: [14], coefficientCounts: counts)
        #expect(same.ratios == [0.1] && same.tops == [14])
        let none = try MaskSizes.ratiosAndTops(ratios: [0.5, 0.1], tops: [], coefficientCounts: counts)
        #expect(none.ratios == [0.1, 0.5] && none.tops == nil)
        // 8 of 40 and 60 each is not 0.16 of each.
        #expect(throws: Failure.self) {
            try MaskSizes.ratiosAndTops(ratios: [0.16], tops: [8], coefficientCounts: [40, 60])
        }
        #expect(throws: Failure.self) {
            try MaskSizes.ratiosAndTops(ratios: [], tops: [140, 141], coefficientCounts: counts)
        }
    }

    @Test func aCountMasksWhatTheRatioOfThatSizeMasks() throws {
        let ratios = try OracleRunTests.run(model: "llama", ratios: [0.05, 0.1], formats: [.multipleChoice])
        let tops = try OracleRunTests.run(model: "llama", ratios: [0.05, 0.1], formats: [.multipleChoice]) {
            $0.tops = [7, 14]
        }
        #expect(ratios.results.map { $0.ratios.map(\.mask) } == tops.results.map { $0.ratios.map(\.mask) })
        #expect(tops.results.allSatisfy { $0.ratios.map(\.top) == [7, 14] })
        #expect(tops.results.allSatisfy { $0.ratios[0].mask.allSatisfy { $0.count == 7 } })
    }

    @Test func everythingIsTheSameForAnyThreadsShardsAndCaches() throws {
        let whole = try OracleRunTests.run(model: "llama", ratios: [0.1, 0.5], nulls: 2, edit: Self.everything)
        let kinds = Set(whole.results.flatMap { $0.studies.map(\.study) })
        #expect(kinds == [.crossFit, .noise, .pooling, .formats, .effects, .selectivity])
        let slow = try OracleRunTests.run(
            model: "llama", ratios: [0.1, 0.5], nulls: 2, threads: 1, cacheBytes: 1, edit: Self.everything)
        #expect(slow.results == whole.results)
        let parts = try (1...3).flatMap {
            try OracleRunTests.run(
                model: "llama", ratios: [0.1, 0.5], nulls: 2, shard: .init(index: $0, count: 3), edit: Self.everything
            ).results
        }
        #expect(parts.sorted { $0.conceptID < $1.conceptID } == whole.results)
        let journal = MemoryJournal()
        _ = try OracleRunTests.run(
            model: "llama", ratios: [0.1, 0.5], nulls: 2, journal: journal, stopAfter: 8, edit: Self.everything)
        journal.isFull = false
        let resumed = try OracleRunTests.run(
            model: "llama", ratios: [0.1, 0.5], nulls: 2, journal: journal, edit: Self.everything)
        #expect(resumed.results == whole.results)
    }

    @Test func whatStandsBesideTheScoresDoesNotChangeThem() throws {
        let plain = try OracleRunTests.run(model: "gpt2", ratios: [0.1, 0.5]) { $0.studies = [] }
        let full = try OracleRunTests.run(model: "gpt2", ratios: [0.1, 0.5], nulls: 1, edit: Self.everything)
        #expect(plain.results.map(\.ratios) == full.results.map(\.ratios))
        #expect(plain.answers == full.answers)
        #expect(plain.results.allSatisfy { $0.studies.isEmpty && $0.nulls.isEmpty })
    }

    @Test func poolingWithoutSpecialTokensIsMeasuredAndChosen() throws {
        let include = try OracleRunTests.run(model: "llama", ratios: [0.1], formats: [.multipleChoice])
        let exclude = try OracleRunTests.run(model: "llama", ratios: [0.1], formats: [.multipleChoice]) {
            $0.poolSpecial = .exclude
        }
        var compared = 0
        for (one, other) in zip(include.results, exclude.results) {
            guard let study = one.studies.first(where: { $0.variant == "without special tokens" }) else { continue }
            let back = other.studies.first { $0.variant == "with special tokens" }
            #expect(study.jaccard == MaskOverlap.jaccard(one.ratios[0].mask, other.ratios[0].mask))
            #expect(back?.jaccard == study.jaccard)
            #expect(study.layerJaccards?.count == 3)
            compared += 1
        }
        #expect(compared == 3)
        #expect(include.results.map { $0.ratios[0].mask } != exclude.results.map { $0.ratios[0].mask })
    }

    @Test func tokensThatCount() {
        let special = [true, false, false, true, false]
        #expect(TokenPooling(pooling: .mean).positions(in: special) == [0, 1, 2, 3, 4])
        #expect(TokenPooling(pooling: .mean, special: .exclude).positions(in: special) == [1, 2, 4])
        #expect(TokenPooling(pooling: .last, special: .exclude).positions(in: [false, true]) == [0])
        #expect(TokenPooling(pooling: .mean, skipsFirst: true).positions(in: special) == [1, 2, 3, 4])
        #expect(TokenPooling(pooling: .mean, special: .exclude).positions(in: [true, true]) == [0, 1])
    }

    @Test func maskOverlaps() {
        #expect(MaskOverlap.jaccard([[1, 2, 3], []], [[2, 3, 4], []]) == 0.5)
        #expect(MaskOverlap.layerJaccards([[1, 2, 3], []], [[2, 3, 4], []]) == [0.5, nil])
        #expect(MaskOverlap.jaccard([[], []], [[], []]) == nil)
        #expect(MaskOverlap.jaccard([[1], [5]], [[2], [5]]) == 1.0 / 3)
    }
}
