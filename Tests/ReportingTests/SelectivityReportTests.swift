import Foundation
import QuestionSet
import Scores
import Testing

@testable import Reporting

/// The study of selectivity in the table for the terminal, the page and the files.
@Suite struct SelectivityReportTests {
    /// The reference's run, with what such a study would have stored: each mask is asked about two sets of four questions, none of
    /// which it gets right, and finds no near ones for the last concept.
    private static func record(hasLinks: Bool) throws -> RunRecord {
        var record = try SampleRun.oracle()
        record.settings.studies = [.selectivity]
        record.settings.linksHash = hasLinks ? "abc" : nil
        for index in record.concepts.indices {
            record.concepts[index].kind = index == 5 ? "lone" : "kind"
            record.concepts[index].links = hasLinks ? [] : nil
        }
        for index in record.results.indices {
            let others = record.questions.filter { $0.conceptID != record.results[index].conceptID }.map(\.id)
            let near = index == 5 ? [] : Array(others.prefix(4))
            record.results[index].studies = [
                StudyResult(.selectivity, ratio: 0.3, variant: "linked", questions: []),
                StudyResult(
                    .selectivity, ratio: 0.3, variant: "same_kind", specific: near.isEmpty ? nil : 0, questions: near),
                StudyResult(.selectivity, ratio: 0.3, variant: "far", specific: 0, questions: Array(others.suffix(4))),
            ]
        }
        return record
    }

    private static let runs = Result {
        try [true, false].map { try EvaluationResults(of: record(hasLinks: $0)) }
    }

    @Test func theTerminalShowsDropsAndWhatIsMissing() throws {
        let runs = try Self.runs.get()
        let text = TextReport.table(of: runs[0])
        let lines = text.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex { $0.hasPrefix("Selectivity") })
        #expect(lines[start] == "Selectivity at ratio 0.3, on 6 concepts")
        #expect(lines[start + 1] == "  Questions                     concepts  accuracy lost, %")
        let names = lines[(start + 2)...(start + 9)].map { $0.dropFirst(2).prefix(28).split(separator: "  ")[0] }
        #expect(
            names == [
                "own", "near", "near, linked", "near, of the same kind alone", "far", "own less near", "own less far",
                "near less far",
            ])
        #expect(lines[start + 4].hasSuffix(" 0      –"))
        #expect(lines[start + 10] == "No near controls for 1 concept: the run has no such concept.")
        #expect(lines.allSatisfy { $0.displayWidth <= 100 })
        let unlinked = TextReport.table(of: runs[1])
        #expect(unlinked.contains("\nThe store does not know the links between its concepts: near controls are"))
        #expect(!unlinked.contains("near, linked"))
        #expect(try !TextReport.table(of: SampleRun.evaluated("llama").results).contains("Selectivity"))
    }

    @Test func thePageAndTheFilesShowTheSameFigures() throws {
        let run = try Self.runs.get()[0]
        let figures = try #require(run.comparisons.selectivity)
        let html = StudySection(run).html()
        #expect(html.contains("Selectivity at k = 0.3: accuracy lost under a concept’s mask"))
        #expect(html.contains("No near controls for 1 concept: the run has no such concept."))
        let shown = NumberFormat.typographic.fixed(figures.ownLessFar?.value, 3)
        #expect(html.contains("<th scope=\"row\">own less far</th><td class=\"num\">6</td><td class=\"num\">\(shown) "))
        #expect(SettingsTable(run).html().contains("Links between concepts, SHA-256"))

        let tables = FigureFiles.tables([run], names: ["a"])
        let rows = try #require(tables.first { $0.file == "studies" }).text.split(separator: "\r\n").filter {
            $0.contains(",selectivity,")
        }
        #expect(rows.count == 8)
        let near = try #require(figures.near)
        #expect(near.concepts == 5 && figures.far?.concepts == 6)
        #expect(rows[1].hasPrefix("a,selectivity,0.3,near,\(near.value),") && rows[1].hasSuffix(",5"))
        #expect(rows[2] == "a,selectivity,0.3,near: linked,,,,")
    }

    @Test func theJSONHasTheFiguresUnderTheirNames() throws {
        let run = try Self.runs.get()[0]
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(run.comparisons)) as? [String: Any]
        let selectivity = try #require(object?["selectivity"] as? [String: Any])
        #expect(
            Set(selectivity.keys) == [
                "ratio", "concepts", "links_known", "questions", "own", "near", "same_kind", "far", "own_less_near",
                "own_less_far", "near_less_far", "without_near", "without_far",
            ])
        #expect(selectivity["questions"] as? [String: Int] == ["linked": 0, "same_kind": 20, "far": 24])
        #expect(selectivity["without_near"] as? [String: Int] == ["no_such_concept": 1])
    }
}
