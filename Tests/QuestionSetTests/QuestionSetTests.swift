import Diagnostics
import Foundation
import QuestionSet
import TestSupport
import Testing

@Suite struct QuestionSetTests {
    private let path = TestData.fixture("Oracle/questions.jsonl").path

    @Test func linesAreReadAndWrittenToTheSameValuesAndBytes() throws {
        let lines = try JSONLines.decode(QuestionLine.self, from: path)
        #expect(lines.count == 60)
        #expect(lines[0].concept.title == "Wolfgang Amadeus Mozart")
        #expect(lines[0].question.answer == "Salzburg")
        let bytes = try JSONLines.encode(lines)
        try TestData.withTemporaryFolder { folder in
            let copy = folder.appendingPathComponent("copy.jsonl").path
            try OutputFile.write(bytes, to: copy)
            let again = try JSONLines.decode(QuestionLine.self, from: copy)
            #expect(again == lines)
            #expect(try JSONLines.encode(again) == bytes)
        }
    }

    @Test(arguments: [
        ("\"answer_index\": 0", "\"answer_index\": 4", "answer_index must be from 0 to 3"),
        ("\"popularity\": 91000", "\"popularity\": -1", "popularity must be 0 or more"),
        (
            "\"question_id\": 300", "\"question_id\": 9007199254740992",
            "question_id must be a whole number from 0 to 2^53 - 1"
        ),
        ("\"answers\": [\"Salzburg\"]", "\"answers\": []", "answers is empty"),
        ("\"Linz\", ", "", "options must be 4 texts"),
        ("\"relation\": \"place of birth\", ", "", "the key relation is missing"),
    ])
    func damagedLinesAreRefused(_ part: String, _ replacement: String, _ problem: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let line = text.split(separator: "\n")[0].replacing(part, with: replacement)
        try #require(line != text.split(separator: "\n")[0])
        try TestData.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("damaged.jsonl").path
            try OutputFile.write(Data(line.utf8), to: file)
            #expect {
                try JSONLines.decode(QuestionLine.self, from: file)
            } throws: { error in
                (error as? Failure)?.place == "line 1" && (error as? Failure)?.problem == problem
            }
        }
    }

    @Test func csvFieldsAreQuotedWhereTheyMustBe() {
        #expect(CSV.field("plain") == "plain")
        #expect(CSV.field("a, \"b\"") == "\"a, \"\"b\"\"\"")
        #expect(CSV.field("two\nlines") == "\"two\nlines\"")
    }

    @Test func plansUseTheContractsKeys() throws {
        let plan = try JSONLines.decode(ConceptPlan.self, from: TestData.fixture("Oracle/plan.jsonl").path)
        #expect(plan.count == 6)
        let text = String(decoding: try JSONLines.encode(plan.prefix(1)), as: UTF8.self)
        #expect(text.hasPrefix("{\"concept_id\":3,\"evaluation_controls\":[1005,"))
        #expect(text.contains("\"localization_controls\":[1000,"))
    }
}
