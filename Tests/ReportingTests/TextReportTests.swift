import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing

@testable import Reporting

@Suite struct TextReportTests {
    /// What a person reads. When it changes on purpose, put what the test printed into the fixture.
    @Test func theTableOfTheReferenceRunIsTheGoldenOne() throws {
        let table = TextReport.table(of: try SampleRun.evaluated("nulls").results)
        let golden = try String(contentsOf: TestData.fixture("Reporting/table.llama.txt"), encoding: .utf8)
        #expect(table == golden, "\(table)")
    }

    @Test func linesFitTheTerminalAndTheLastOneEnds() throws {
        var runs = try (SampleRun.undefined + ["llama", "gpt2", "nulls", "hostile"]).map {
            try SampleRun.evaluated($0).results
        }
        // An original accuracy of one in sixty makes PSS large.
        var tiny = SampleRun.shortened(try SampleRun.oracle(nulls: true))
        let lucky = tiny.questions[0].id
        tiny.answers = tiny.answers.map { answer in
            var answer = answer
            let right = tiny.questions.first { $0.id == answer.questionID }?.answerIndex ?? 0
            answer.scores = (0..<4).map { $0 == right ? (answer.questionID == lucky ? 9 : -1) : Float($0) }
            return answer
        }
        tiny.settings.label = String(repeating: "模型", count: 60)
        runs.append(try EvaluationResults(of: tiny))
        for run in runs {
            let table = TextReport.table(of: run)
            #expect(table.hasSuffix("\n") && !table.hasSuffix("\n\n"))
            for line in table.split(separator: "\n") {
                #expect(String(line).displayWidth <= 100, "\(line)")
            }
        }
    }

    @Test func nothingOfAStoreReachesTheTerminalAsAControl() throws {
        let table = TextReport.table(of: try SampleRun.evaluated("hostile").results)
        let controls = table.unicodeScalars.filter {
            ($0.value < 0x20 && $0 != "\n") || $0.value == 0x7F || $0.isHidden
        }
        #expect(controls.isEmpty)
    }

    @Test func undefinedFiguresAreDashesWithTheReasonOnce() throws {
        for name in SampleRun.undefined {
            let table = TextReport.table(of: try SampleRun.evaluated(name).results)
            let reasons = table.split(separator: "\n").filter { $0.hasPrefix("– ") }
            #expect(!reasons.isEmpty, "\(name)")
            #expect(Set(reasons).count == reasons.count, "\(name)")
            #expect(!table.contains("nan") && !table.contains("inf]"), "\(name)")
        }
        let table = TextReport.table(of: try SampleRun.evaluated("no right answer").results)
        #expect(table.contains("PSS curve: peak –, mean –"))
        #expect(table.contains("! No multiple-choice question was answered right."))
    }

    @Test func aNegativePeakIsSaidToBeNoSpecialization() throws {
        let table = TextReport.table(of: try SampleRun.evaluated("gpt2").results)
        #expect(table.contains("At the largest PSS the signed value is negative (-0.571)"))
    }

    @Test func columnsAreAlignedByDisplayWidth() {
        var table = TextTable([("Tier", .left), ("n", .right), ("figure", .figure)])
        table.append([.init("高い"), .init("1"), .init("5.0", "[1.0, 9.0]")])
        table.append([.init("e\u{301}low"), .init("10"), .init("-15.0")])
        #expect(table.lines() == ["  Tier   n  figure", "  高い   1    5.0 [1.0, 9.0]", "  e\u{301}low  10  -15.0"])
    }

    @Test func longTextsAreCutByDisplayWidth() {
        #expect("abcdef".truncated(toWidth: 6) == "abcdef")
        #expect("abcdefg".truncated(toWidth: 6) == "abcde…")
        #expect("高い高い".truncated(toWidth: 6) == "高い…")
    }
}
