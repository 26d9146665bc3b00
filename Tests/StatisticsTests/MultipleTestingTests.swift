import Testing

@testable import Statistics

/// Adjusted p-values and standings among null draws against SciPy.
@Suite struct MultipleTestingTests {
    private let scipy: ScipyValues

    init() throws {
        scipy = try ScipyValues.stored.get()
    }

    @Test func adjustedPsAreScipys() {
        for row in scipy.adjusted {
            let adjusted = benjaminiHochberg(row.p)
            for (ours, theirs) in zip(adjusted, row.adjusted) { #expect(agrees(ours, theirs), "\(row.name)") }
        }
    }

    @Test func testsThatCouldNotBeMadeDoNotCount() {
        #expect(benjaminiHochberg([nil, 0.02, nil, 0.04]) == [nil, 0.04, nil, 0.04])
        #expect(benjaminiHochberg([nil]) == [nil])
        #expect(benjaminiHochberg([]).isEmpty)
    }

    @Test func standingsAreScipys() {
        for row in scipy.percentiles {
            #expect(agrees(midrankPercentile(of: row.value, among: row.draws), row.share))
        }
        #expect(midrankPercentile(of: 1, among: []) == nil)
    }
}

/// Curves over mask ratios.
@Suite struct RatioCurveTests {
    private func curve(_ ratios: [Double], _ values: [Double]) -> RatioCurve {
        RatioCurve(zip(ratios, values).map { RatioCurve.Point(ratio: $0, value: $1) })
    }

    @Test func areasAreNumpys() throws {
        for row in try ScipyValues.stored.get().curves {
            let curve = curve(row.ratios, row.values)
            #expect(agrees(curve.area, row.area))
            // The stored ratios stand on a grid of half a hundred thousandth.
            #expect(agrees(curve.halfDropRatio, row.halfDrop, 5e-6))
        }
    }

    @Test func halfOfTheLossIsInterpolated() {
        #expect(curve([0, 0.5], [1, 0]).halfDropRatio == 0.25)
        // The lowest value counts, not the last.
        #expect(agrees(curve([0, 0.1, 0.2, 0.3], [0.8, 0.6, 0.2, 0.7]).halfDropRatio, 0.125))
        // The first crossing counts, exactly on a point too.
        #expect(agrees(curve([0, 0.1, 0.2, 0.3], [1, 0.5, 0.9, 0]).halfDropRatio, 0.1))
        #expect(curve([0, 0.1, 0.2], [0.5, 0.6, 0.5]).halfDropRatio == nil)
        #expect(curve([0], [0.5]).halfDropRatio == nil)
        #expect(curve([], []).halfDropRatio == nil)
    }

    @Test func orderOfPointsDoesNotMatter() {
        let forwards = curve([0, 0.1, 0.3], [1, 0.5, 0.25])
        #expect(forwards == curve([0.3, 0, 0.1], [0.25, 1, 0.5]))
        #expect(agrees(forwards.area, 0.15))
        #expect(agrees(forwards.meanHeight, 0.5))
        #expect(curve([0.1], [1]).area == nil && curve([], []).meanHeight == nil)
    }
}
