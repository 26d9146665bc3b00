import BenchmarkStore
import Foundation
import GRDB
import QuestionSet
import Scores
import TestSupport
import Testing

/// The views give the numbers that the programs give.
@Suite struct ViewTests {
    private func withStore(_ body: (BenchmarkStore, Database) throws -> Void) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            try FileManager.default.copyItem(atPath: TestData.fixture("Store/version1.db").path, toPath: path)
            let store = try BenchmarkStore.open(path, .readWrite)
            try DatabaseQueue(path: path).read { try body(store, $0) }
        }
    }

    @Test func questionsAreShownWithLettersAndTheirConcept() throws {
        try withStore { store, db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM questions ORDER BY question_id")
            let lines = try store.questionLines()
            #expect(rows.count == lines.count)
            for (row, line) in zip(rows, lines) {
                #expect(row["question_id"] == line.question.id.rawValue && row["concept"] == line.concept.title)
                #expect(["A", "B", "C", "D"].map { row[$0] as String? } == line.question.options)
                #expect(row["letter"] == ["A", "B", "C", "D"][line.question.answerIndex])
                #expect(row["answer"] == line.question.answer)
                #expect(row["accepted"] == line.question.answers.joined(separator: " | "))
                #expect(row["source"] == line.question.provenance?.source.rawValue)
                #expect(row["tier"] == line.concept.tier && row["kind"] == line.concept.kind)
            }
        }
    }

    @Test func conceptsAreShownWithTheNumbersOfTheirQuestions() throws {
        try withStore { store, db in
            let questions = Dictionary(grouping: try store.questions(), by: \.conceptID.rawValue)
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM concept_summary")
            #expect(rows.count == 6)
            for row in rows {
                let own = try #require(questions[row["concept_id"]])
                #expect(row["questions"] == own.count)
                #expect(row["relations"] == Set(own.map(\.relation)).count)
                let columns: [(String, Provenance.Source)] = [
                    ("from_parameters", .parameter), ("from_lead", .lead), ("from_gaps", .cloze),
                    ("from_categories", .category),
                ]
                for (column, source) in columns {
                    #expect(row[column] == own.count { $0.provenance?.source == source })
                }
            }
        }
    }

    @Test func scoresAreThoseOfTheReport() throws {
        try withStore { store, db in
            let run = try #require(try store.runs().first)
            let results = try EvaluationResults(of: store.record(of: run))
            func near(_ value: Double?, _ other: Double?) -> Bool {
                guard let value, let other else { return value == nil && other == nil }
                return abs(value - other) < 1e-12
            }
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM run_scores ORDER BY position")
            #expect(rows.count == results.pss.count)
            for (row, scores) in zip(rows, results.pss) {
                #expect(row["run"] == results.model && row["ratio"] == scores.ratio && row["concepts"] == 3)
                #expect(near(row["original"], results.original))
                #expect(near(row["specific"], scores.specific) && near(row["general"], scores.general))
                #expect(near(row["specific_0"], results.unmasked.specific))
                #expect(near(row["general_0"], results.unmasked.general))
                #expect(near(row["pss"], scores.pss) && near(row["pss_signed"], scores.pssSigned))
                #expect(near(row["selective_drop"], scores.selectiveDrop))
            }
            for concept in results.perConcept {
                let rows = try Row.fetchAll(
                    db, sql: "SELECT * FROM concept_scores WHERE concept_id = ? ORDER BY position",
                    arguments: [concept.conceptID.rawValue])
                #expect(rows.count == concept.ratios.count)
                for (row, ratio) in zip(rows, concept.ratios) {
                    #expect(near(row["specific"], ratio.specific) && near(row["general"], ratio.general))
                    #expect(near(row["selective_drop"], ratio.selectiveDrop))
                }
            }
            let predictions = try Row.fetchAll(db, sql: "SELECT * FROM predictions ORDER BY question_id")
            #expect(predictions.count == results.perQuestion.count)
            for (row, question) in zip(predictions, results.perQuestion) {
                #expect(row["question_id"] == question.questionID.rawValue && row["correct"] == question.mcqCorrect)
                #expect(row["predicted"] == ["A", "B", "C", "D"][question.prediction])
            }
            let right = try Double.fetchOne(
                db, sql: "SELECT sum(accuracy_mcq * answered) / sum(answered) FROM accuracy")
            #expect(near(right, results.original))
        }
    }

    @Test func ofEqualScoresTheFirstLetterCounts() throws {
        try withStore { store, _ in
            let database = try DatabaseQueue(path: store.path)
            for (scores, letter) in [
                ([1, 1, 1, 1], "A"), ([0, 2, 2, 1], "B"), ([0, 0, 0, 1], "D"), ([0, -1, 3, 3], "C"),
                ([5, 1, 1, 5], "A"),
            ] {
                let shown = try database.write { db in
                    try db.execute(
                        sql: "UPDATE answer SET score_a = ?, score_b = ?, score_c = ?, score_d = ?",
                        arguments: StatementArguments(scores))
                    return try String.fetchAll(db, sql: "SELECT DISTINCT predicted FROM predictions")
                }
                #expect(shown == [letter])
            }
        }
    }
}
