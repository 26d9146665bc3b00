import Foundation
import Scores
import Statistics
import Testing

@testable import Reporting

@Suite struct ChartTests {
    @Test func scalesMapTheirEndsAndHoldWhatIsOutside() {
        let scale = Scale(0...10, 100, 0)
        #expect(scale(0) == 100)
        #expect(scale(5) == 50)
        #expect(scale(99) == 0)
        #expect(Scale(3...3, 0, 100)(3) == 50)
    }

    @Test(arguments: [
        ([0.0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]), ([-0.13, 0.41], [-0.2, 0, 0.2, 0.4, 0.6]),
        ([0, 0], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([0, 57], [0, 20, 40, 60]),
    ])
    func ticksAreRound(_ values: [Double], _ expected: [Double]) {
        let ticks = Ticks.nice(values).ticks
        #expect(ticks.count <= 7)
        #expect(ticks.first ?? 9 <= (values.min() ?? 0) && ticks.last ?? -9 >= (values.max() ?? 0))
        if values != [0, 0] {
            #expect(zip(ticks, expected).allSatisfy { abs($0 - $1) < 1e-12 } && ticks.count == expected.count)
        }
    }

    @Test func ticksOfPopularityArePowersOfTen() {
        #expect(
            Ticks.popularity(0...log10OnePlus(2e6)).map(\.label) == ["0", "1", "10", "100", "1k", "10k", "100k", "1M"])
        #expect(Ticks.popularity(log10OnePlus(900)...log10OnePlus(6000)).map(\.label) == ["1k", "2k", "5k"])
    }

    @Test func labelsThatWouldTouchAreLeftOut() {
        let scale = Scale(0...1, 0, 100)
        let ticks = [0, 0.1, 0.5, 0.9, 1].map { Tick(value: $0, label: "\($0)") }
        #expect(Ticks.spaced(ticks, scale, minimum: 30).map(\.value) == [0, 0.5, 1])
    }

    @Test func coordinatesHaveOneDecimalAtMost() {
        #expect([1, 1.25, -0.04, 12.34, -7.5].map(SVG.number) == ["1", "1.3", "0", "12.3", "-7.5"])
    }

    @Test func thereIsAMarkForEachConcept() throws {
        let results = try SampleRun.evaluated("llama").results
        let chart = try #require(PopularityChart(results, .multipleChoice).chart())
        // One for the picture, one for each concept.
        #expect(chart.svg.components(separatedBy: "<title>").count - 1 == 7)
        #expect(chart.numbers.rows.count == 6)
        #expect(chart.svg.contains("Wolfgang Amadeus Mozart\u{2069}: 91,000 views, 30 %"))
        #expect(chart.legend.map(\.label) == ["high", "medium", "low", "guessing, 25 %"])
    }

    @Test func theNullStandsBesideTheScore() throws {
        let without = RatioCharts(try SampleRun.evaluated("llama").results)
        let with = RatioCharts(try SampleRun.evaluated("nulls").results)
        #expect(without.specialization()?.legend.map(\.label) == ["located masks"])
        #expect(with.specialization()?.legend.map(\.label) == ["located masks", "random masks (null)"])
        #expect(with.selectiveDrop()?.legend.count == 4)
    }
}
