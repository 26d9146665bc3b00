import Diagnostics
import Foundation

/// One line of questions.jsonl (contract, 2.2): a question together with what it says of its concept.
public struct QuestionLine: Codable, Hashable, Sendable {
    /// The concept; `kind` is not part of the format.
    public var concept: Concept
    /// The question; value type, precision and provenance are not part of the format.
    public var question: Question

    /// Joins a question and its concept.
    public init(concept: Concept, question: Question) {
        self.concept = concept
        self.question = question
    }

    private enum CodingKeys: String, CodingKey {
        case questionID = "question_id"
        case conceptID = "concept_id"
        case concept, bucket, popularity, relation, question, options
        case answerIndex = "answer_index"
        case answers
    }

    /// Reads the keys of the format and checks their values.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func require(_ condition: Bool, _ problem: String) throws {
            guard condition else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
            }
        }
        let ids = 0..<Int64(1) << 53
        let conceptID = try values.decode(Int64.self, forKey: .conceptID)
        let questionID = try values.decode(Int64.self, forKey: .questionID)
        try require(ids.contains(conceptID), "concept_id must be a whole number from 0 to 2^53 - 1")
        try require(ids.contains(questionID), "question_id must be a whole number from 0 to 2^53 - 1")
        concept = Concept(
            id: ConceptID(rawValue: conceptID), title: try values.decode(String.self, forKey: .concept),
            tier: try values.decode(String.self, forKey: .bucket),
            popularity: try values.decode(Int64.self, forKey: .popularity))
        question = Question(
            id: QuestionID(rawValue: questionID), conceptID: concept.id,
            relation: try values.decode(String.self, forKey: .relation),
            text: try values.decode(String.self, forKey: .question),
            options: try values.decode([String].self, forKey: .options),
            answerIndex: try values.decode(Int.self, forKey: .answerIndex),
            answers: try values.decode([String].self, forKey: .answers))
        try require(concept.popularity >= 0, "popularity must be 0 or more")
        try require(!concept.title.isEmpty, "concept is empty")
        try require(!concept.tier.isEmpty, "bucket is empty")
        try require(question.options.count == 4, "options must be 4 texts")
        try require((0..<4).contains(question.answerIndex), "answer_index must be from 0 to 3")
        try require(!question.answers.isEmpty, "answers is empty")
    }

    /// Writes the keys of the format.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(question.id.rawValue, forKey: .questionID)
        try values.encode(concept.id.rawValue, forKey: .conceptID)
        try values.encode(concept.title, forKey: .concept)
        try values.encode(concept.tier, forKey: .bucket)
        try values.encode(concept.popularity, forKey: .popularity)
        try values.encode(question.relation, forKey: .relation)
        try values.encode(question.text, forKey: .question)
        try values.encode(question.options, forKey: .options)
        try values.encode(question.answerIndex, forKey: .answerIndex)
        try values.encode(question.answers, forKey: .answers)
    }
}

/// JSON Lines: one JSON value per line, keys sorted, so that equal values give equal bytes.
public enum JSONLines {
    /// Writes one line per value, each ended by a line feed.
    public static func encode(_ values: some Sequence<some Encodable>) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for value in values {
            data.append(try encoder.encode(value))
            data.append(UInt8(ascii: "\n"))
        }
        return data
    }

    /// Reads a file line by line; empty lines are passed over.
    ///
    /// - Throws: `Failure` 66 when the file cannot be opened, 65 naming the first line that is not a `Value`.
    public static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> [Value] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(
                .inputUnavailable, file: path, "cannot be opened", remedy: "check the path and its permissions")
        }
        let decoder = JSONDecoder()
        var values: [Value] = []
        for (index, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\t") })
        {
            do {
                values.append(try decoder.decode(type, from: line))
            } catch {
                throw Failure(.badData, file: path, at: "line \(index + 1)", Self.clause(for: error))
            }
        }
        return values
    }

    /// What a decoding error says, with the key it concerns.
    public static func clause(for error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "the key \(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty && context.debugDescription.hasPrefix("The given data was not valid JSON")
                ? "is not valid JSON" : context.debugDescription
        default: "cannot be read: \(error)"
        }
    }
}
