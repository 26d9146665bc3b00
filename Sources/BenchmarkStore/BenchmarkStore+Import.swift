import Diagnostics
import QuestionSet

extension BenchmarkStore.Contents {
    /// Reads questions.jsonl (contract, 2.2).
    ///
    /// - Throws: `Failure` 65 naming the line when an id occurs twice or two lines describe one concept differently.
    public init(questionsFile path: String) throws {
        let lines = try JSONLines.decode(QuestionLine.self, from: path)
        var concepts: [ConceptID: Concept] = [:]
        var seen: Set<QuestionID> = []
        for (index, line) in lines.enumerated() {
            let place = "entry \(index + 1)"
            guard seen.insert(line.question.id).inserted else {
                throw Failure(.badData, file: path, at: place, "question_id \(line.question.id) occurs twice")
            }
            if let known = concepts[line.concept.id], known != line.concept {
                throw Failure(
                    .badData, file: path, at: place,
                    "describes concept_id \(line.concept.id) otherwise than an earlier line",
                    remedy: "concept, bucket and popularity must agree")
            }
            concepts[line.concept.id] = line.concept
        }
        guard !lines.isEmpty else {
            throw Failure(.badData, file: path, "holds no questions")
        }
        self.init(
            concepts: concepts.values.sorted { $0.id < $1.id }, questions: lines.map(\.question),
            metadata: ["origin": "imported"])
    }
}
