import Scores
import Statistics
import Testing

@testable import Reporting

@Suite struct NumberFormatTests {
    private let plain = NumberFormat.plain
    private let page = NumberFormat.typographic

    @Test func decimalsAreFixedAndZeroHasNoSign() {
        #expect(plain.fixed(0.12345, 3) == "0.123")
        #expect(plain.fixed(-0.5, 1) == "-0.5")
        #expect(page.fixed(-0.5, 1) == "\u{2212}0.5")
        #expect(plain.fixed(-0.0001, 3) == "0.000")
        #expect(plain.fixed(-0.0, 0) == "0")
        #expect(plain.fixed(1e20, 0) == "100000000000000000000")
    }

    @Test func undefinedFiguresAreDashes() {
        #expect(plain.fixed(nil, 3) == "–")
        #expect(plain.fixed(.nan, 3) == "–")
        #expect(plain.fixed(-.infinity, 3) == "–")
        #expect(plain.interval(nil as FigureInterval?, 3).isEmpty)
    }

    @Test func countsAreGrouped() {
        #expect(plain.count(0) == "0")
        #expect(plain.count(999) == "999")
        #expect(plain.count(1000) == "1,000")
        #expect(plain.count(-1_234_567) == "-1,234,567")
        #expect(plain.count(Int64.min) == "-9,223,372,036,854,775,808")
    }

    @Test func ratiosStandAsTheUserWroteThem() {
        #expect([0, 0.05, 0.1, 0.72, 1].map(NumberFormat.ratio) == ["0", "0.05", "0.1", "0.72", "1"])
        // A count of 5 among 384 coefficients.
        #expect(NumberFormat.ratio(5.0 / 384) == "0.013")
        #expect([0, 5, 1000, 20_000, 1e6, 5e9].map(NumberFormat.compact) == ["0", "5", "1k", "20k", "1M", "5B"])
    }

    @Test func probabilitiesKeepADigit() {
        #expect(plain.probability(1) == "1.000")
        #expect(plain.probability(0.0123) == "0.012")
        #expect(plain.probability(1.0 / 10_001) == "0.0001")
        #expect(plain.probability(1.0 / 1_048_576) == "1e-06")
    }

    @Test func intervalsOfSharesAreInPercent() {
        #expect(plain.percentInterval(Interval(low: 0.2, high: 0.267)) == "[20.0, 26.7]")
    }

    @Test func runsWithOneLabelAreNumbered() {
        #expect(RunNames(labels: ["a", "b"]).names == ["a", "b"])
        #expect(RunNames(labels: ["a", "b", "a"]).names == ["a (1)", "b", "a (2)"])
        #expect(RunNames(labels: ["a", "a (1)", "a"]).names == ["a (2)", "a (1)", "a (3)"])
        // Canonically equivalent, but not the same label.
        #expect(RunNames(labels: ["e\u{301}", "\u{E9}"]).names.map { $0.utf8.count } == [3, 2])
    }

    @Test func commandsQuoteWhatAShellWouldTakeApart() {
        #expect(RunCommandLine.quoted("gpt2-0.1_x") == "gpt2-0.1_x")
        #expect(RunCommandLine.quoted("it's $(rm)") == "'it'\\''s $(rm)'")
        #expect(RunCommandLine.quoted("-x") == "'-x'")
        #expect(RunCommandLine.quoted("") == "''")
    }
}
