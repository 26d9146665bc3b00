import Diagnostics
import Foundation
import QuestionSet
import TestSupport
import Testing

@Suite struct QuestionFileTests {
    /// The first lines of the reference questions.
    private static func lines(_ count: Int) throws -> [String] {
        let text = try String(contentsOf: TestData.fixture("Oracle/questions.jsonl"), encoding: .utf8)
        return text.split(separator: "\n").prefix(count).map(String.init)
    }

    private func read(_ bytes: Data) throws -> QuestionFile {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("questions.jsonl").path
            try OutputFile.write(bytes, to: path)
            return try QuestionFile(path: path)
        }
    }

    private func read(_ lines: [String]) throws -> QuestionFile { try read(Data(lines.joined(separator: "\n").utf8)) }

    @Test func everyBadLineIsNamedAndTheSoundOnesAreRead() throws {
        let lines = try Self.lines(5)
        let file = try read([
            lines[0], "not json", "", lines[1].replacing("\"options\"", with: "\"choices\""), lines[2], lines[0],
            lines[3].replacing("\"high\"", with: "\"low\""), lines[4],
        ])
        #expect(file.questions.map(\.question.id.rawValue) == [300, 302, 304])
        #expect(file.problems.map(\.line) == [2, 4, 6, 7])
        #expect(
            file.problems.map(\.clause) == [
                "is not valid JSON", "the key options is missing", "question_id 300 occurs twice, first in line 1",
                "bucket is “low”, and line 1 says otherwise of the same concept_id",
            ])
        #expect(file.warnings.isEmpty)
    }

    @Test(arguments: [
        (
            "\"answer_index\": 0", "\"answer_index\": \"0\"",
            "answer_index must be a whole number that fits into 64 bits"
        ),
        ("\"answer_index\": 0", "\"answer_index\": 0.5", "answer_index must be a whole number that fits into 64 bits"),
        ("\"question_id\": 300", "\"question_id\": 1e30", "question_id must be a whole number that fits into 64 bits"),
        ("\"question_id\": 300", "\"question_id\": -1", "question_id must be a whole number from 0 to 2^53 - 1"),
        ("\"concept_id\": 3", "\"concept_id\": null", "concept_id must be a whole number that fits into 64 bits"),
        ("\"concept\": \"Wolfgang Amadeus Mozart\"", "\"concept\": null", "concept must be a text, not null"),
        ("\"Linz\"", "7", "options[2] must be a text"),
        ("[\"Salzburg\", \"Vienna\", \"Linz\", \"Prague\"]", "\"Salzburg\"", "options must be a list"),
        ("\"Linz\"", "\"Vienna\"", "options must be different, and “Vienna” occurs twice"),
        ("\"Linz\"", "\" \"", "an option is empty"),
        ("In which city was Mozart born?", "", "question is empty"),
        ("place of birth", "", "relation is empty"),
        ("\"answers\": [\"Salzburg\"]", "\"answers\": [\"Salzburg\", \"\"]", "an accepted answer is empty"),
        ("In which city", "In\\u0000which city", "a text holds the character U+0000"),
        ("\"answer_index\": 0", "\"answer_index\": 9, \"popularity\": -1", "answer_index must be from 0 to 3"),
    ])
    func eachFaultHasItsReason(_ part: String, _ replacement: String, _ reason: String) throws {
        let line = try Self.lines(1)[0]
        let changed = line.replacing(part, with: replacement)
        try #require(changed != line)
        let file = try read([changed])
        #expect(file.problems.map(\.line) == [1])
        #expect(file.problems.first?.clause == reason)
        #expect(file.questions.isEmpty)
    }

    @Test func bytesThatAreNoTextAndLinesOfManyBracketsAreBadLines() throws {
        let sound = try Self.lines(1)[0]
        var bytes = Data(sound.utf8)
        bytes.append(contentsOf: Array("\r\n{\"question\": \"".utf8) + [0xFF, 0xFE] + Array("\"}\n".utf8))
        bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: "["), count: 100_000))
        let file = try read(bytes)
        #expect(file.questions.count == 1)
        #expect(file.problems.map(\.line) == [2, 3])
    }

    @Test func suspiciousLinesAreTakenWithAWarning() throws {
        let lines = try Self.lines(2)
        let file = try read([
            lines[0].replacing(
                "\"answers\": [\"Salzburg\"]", with: "\"answers\": [\"Salzburgo\"], \"note\": 1, \"author\": 2"),
            lines[1].replacing("\"answers\":", with: "\"author\": null, \"answers\":"),
        ])
        #expect(file.problems.isEmpty && file.questions.count == 2)
        #expect(file.warnings.map(\.line) == [1, 1, 1])
        #expect(
            file.warnings.map(\.clause) == [
                "the right option “Salzburg” is not among the accepted answers",
                "the key author is unknown and left out, in 2 lines", "the key note is unknown and left out, in 1 line",
            ])
    }

    @Test func spellingsThatOnlyLookAlikeAreDifferent() throws {
        let line = try Self.lines(2)
        let file = try read([
            line[0].replacing("\"Vienna\", \"Linz\"", with: "\"\\u00e9\", \"e\\u0301\"")
                .replacing("Wolfgang Amadeus Mozart", with: "\\u00e9"),
            line[1].replacing("Wolfgang Amadeus Mozart", with: "e\\u0301"),
        ])
        #expect(file.questions.count == 1)
        #expect(file.problems.map(\.line) == [2])
    }

    @Test func aFileThatCannotBeOpenedIsNamed() {
        #expect {
            try QuestionFile(path: "/no/such/questions.jsonl")
        } throws: { ($0 as? Failure)?.kind == .inputUnavailable }
    }
}
