/// One line of questions.jsonl (contract, 2.2): a question together with what it says of its concept.
public struct QuestionLine: Codable, Hashable, Sendable {
    /// The concept; `kind` and `links` are not part of the format.
    public var concept: Concept
    /// The question; value type, precision and provenance are not part of the format.
    public var question: Question

    /// Joins a question and its concept.
    public init(concept: Concept, question: Question) {
        self.concept = concept
        self.question = question
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case questionID = "question_id"
        case conceptID = "concept_id"
        case concept, bucket, popularity, relation, question, options
        case answerIndex = "answer_index"
        case answers
    }

    /// Reads the keys of the format and checks their values.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        /// Foundation reports 1.5 and 10^30, which are valid JSON, as if the line were none.
        func wholeNumber(_ key: CodingKeys) throws -> Int64 {
            do {
                return try values.decode(Int64.self, forKey: key)
            } catch DecodingError.keyNotFound(let key, let context) {
                throw DecodingError.keyNotFound(key, context)
            } catch {
                let problem = "\(key.rawValue) must be a whole number that fits into 64 bits"
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
            }
        }
        let conceptID = try wholeNumber(.conceptID)
        let questionID = try wholeNumber(.questionID)
        concept = Concept(
            id: ConceptID(rawValue: conceptID), title: try values.decode(String.self, forKey: .concept),
            tier: try values.decode(String.self, forKey: .bucket),
            popularity: try wholeNumber(.popularity))
        question = Question(
            id: QuestionID(rawValue: questionID), conceptID: concept.id,
            relation: try values.decode(String.self, forKey: .relation),
            text: try values.decode(String.self, forKey: .question),
            options: try values.decode([String].self, forKey: .options),
            answerIndex: Int(try wholeNumber(.answerIndex)),
            answers: try values.decode([String].self, forKey: .answers))
        let problems = problems
        guard problems.isEmpty else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: problems.joined(separator: "; ")))
        }
    }

    /// What keeps the line from being one of the format, as clauses; empty for a sound line.
    private var problems: [String] {
        var problems: [String] = []
        func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
            if !condition { problems.append(problem()) }
        }
        let ids = 0..<Int64(1) << 53
        require(ids.contains(concept.id.rawValue), "concept_id must be a whole number from 0 to 2^53 - 1")
        require(ids.contains(question.id.rawValue), "question_id must be a whole number from 0 to 2^53 - 1")
        require(concept.popularity >= 0, "popularity must be 0 or more")
        for (key, text) in [
            ("concept", concept.title), ("bucket", concept.tier), ("relation", question.relation),
            ("question", question.text),
        ] {
            require(!text.isBlank, "\(key) is empty")
        }
        require(question.options.count == 4, "options must be 4 texts")
        require(!question.options.contains(where: \.isBlank), "an option is empty")
        // By bytes: String's == takes canonically equivalent spellings as equal, the format does not.
        let repeated = question.options.indices.first { index in
            question.options[..<index].contains { $0.utf8.elementsEqual(question.options[index].utf8) }
        }
        if let repeated {
            problems.append("options must be different, and “\(question.options[repeated])” occurs twice")
        }
        require((0..<4).contains(question.answerIndex), "answer_index must be from 0 to 3")
        require(!question.answers.isEmpty, "answers is empty")
        require(!question.answers.contains(where: \.isBlank), "an accepted answer is empty")
        // SQLite's texts end there: the store would give back another text than it was given.
        let texts =
            [concept.title, concept.tier, question.relation, question.text] + question.options + question.answers
        require(!texts.contains { $0.utf8.contains(0) }, "a text holds the character U+0000")
        return problems
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

extension String {
    /// Whether there is nothing but white space.
    fileprivate var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
