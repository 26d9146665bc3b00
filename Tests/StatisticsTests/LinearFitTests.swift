import Testing

@testable import Statistics

/// Lines and bands against scipy.stats.linregress and Student's t.
@Suite struct LinearFitTests {
    private let cases: [ScipyValues.LineCase]

    init() throws {
        cases = try ScipyValues.stored.get().lines
    }

    @Test func linesAreScipys() throws {
        for row in cases {
            let fit = try LinearFit(row.x, row.y)
            // Far from zero SciPy's intercept has lost as many digits as ours.
            let tolerance = row.name == "far from zero" ? 1e-8 : 1e-11
            #expect(agrees(fit.slope, row.slope, tolerance), "\(row.name)")
            #expect(agrees(fit.intercept, row.intercept, tolerance), "\(row.name)")
            #expect(agrees(fit.residualDeviation, row.residualDeviation, tolerance), "\(row.name)")
            if row.name != "constant y" {
                #expect(agrees(fit.slopeError, row.slopeError, tolerance), "\(row.name)")
                #expect(agrees(fit.slopeP, row.slopeP, tolerance), "\(row.name)")
            }
            #expect(fit.n == row.x.count)
        }
    }

    @Test func bandsAreScipys() throws {
        for row in cases {
            let fit = try LinearFit(row.x, row.y)
            for (index, x) in row.at.enumerated() {
                let mean = try #require(fit.meanInterval(at: x))
                let prediction = try #require(fit.predictionInterval(at: x))
                for (ours, theirs) in [(mean, row.mean[index]), (prediction, row.prediction[index])] {
                    #expect(agrees(ours.low, theirs[0], 1e-10), "\(row.name) at \(x)")
                    #expect(agrees(ours.high, theirs[1], 1e-10), "\(row.name) at \(x)")
                }
            }
        }
    }

    @Test func aConstantOutcomeIsALevelLine() throws {
        let fit = try LinearFit([1, 2, 3, 5], [-0.1, -0.1, -0.1, -0.1])
        #expect(fit.slope == 0 && fit.residualDeviation == 0 && fit.explainedShare == nil && fit.slopeP == nil)
        #expect(fit.value(at: 100) == fit.centre.y)
    }

    @Test func twoPairsHaveALineWithoutABand() throws {
        let fit = try LinearFit([1, 3], [2, -4])
        #expect(fit.slope == -3 && fit.intercept == 5 && fit.value(at: 2) == -1)
        #expect(fit.meanInterval(at: 2) == nil && fit.predictionInterval(at: 2) == nil)
        #expect(fit.slopeP == nil && fit.slopeInterval() == nil && fit.residualDeviation == nil)
    }

    @Test func undefinedLinesSayWhy() {
        #expect(throws: UndefinedFigure.constant("x")) { try LinearFit([2, 2, 2], [1, 2, 3]) }
        #expect(throws: UndefinedFigure.tooFew(1, needed: 2)) { try LinearFit([1], [1]) }
        #expect(throws: UndefinedFigure.notFinite) { try LinearFit([1, 2], [.nan, 1]) }
    }

    @Test func theSlopesIntervalAgreesWithItsP() throws {
        for row in cases where row.x.count > 2 && row.name != "constant y" {
            let fit = try LinearFit(row.x, row.y)
            let p = try #require(fit.slopeP)
            let interval = try #require(fit.slopeInterval(confidence: 1 - p))
            // At confidence 1 - p one end of the interval is zero. A p of one leaves no width.
            guard p < 1 else { continue }
            #expect(min(abs(interval.low), abs(interval.high)) < 1e-9, "\(row.name)")
        }
    }
}
