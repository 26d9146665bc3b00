import Foundation
import Specialization
import TestSupport
import Testing

@Suite struct AnswerMatchingTests {
    private struct Case: Decodable {
        var output: String
        var answers: [String]
        var normalised_output: String
        var normalised_answers: [String]
        var correct: Bool
    }

    @Test func agreesWithEveryReferenceCase() throws {
        let data = try Data(contentsOf: TestData.fixture("Oracle/scoring_cases.json"))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(cases.count >= 20)
        for entry in cases {
            let output = AnswerMatching.normalisedWords(entry.output).joined(separator: " ")
            #expect(output.utf8.elementsEqual(entry.normalised_output.utf8), "\(entry.output)")
            for (answer, expected) in zip(entry.answers, entry.normalised_answers) {
                let normalised = AnswerMatching.normalisedWords(answer).joined(separator: " ")
                #expect(normalised.utf8.elementsEqual(expected.utf8), "\(answer)")
            }
            #expect(AnswerMatching.isCorrect(entry.output, answers: entry.answers) == entry.correct, "\(entry.output)")
        }
    }

    @Test func wholeWordsOnly() {
        #expect(!AnswerMatching.isCorrect("Viennese", answers: ["Vienna"]))
        #expect(!AnswerMatching.isCorrect("anything", answers: [""]))
        #expect(AnswerMatching.isCorrect(" in New York, 1901", answers: ["new york"]))
    }
}
