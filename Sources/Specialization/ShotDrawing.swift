import QuestionSet
import Statistics

/// Solved examples before each question: questions of other concepts, the same for all questions of a concept.
struct ShotDrawing {
    private let questions: [Question]
    private let count: Int
    private let seed: UInt64

    init(questions: [Question], count: Int, seed: UInt64) {
        self.questions = count > 0 ? questions.sorted { $0.id < $1.id } : []
        self.count = count
        self.seed = seed
    }

    /// The examples of a question, in the order they are shown; none of its own concept, and no two of one concept.
    func examples(for question: Question) -> [Question] {
        guard count > 0, !questions.isEmpty else { return [] }
        var generator = SeededGenerator(seed: seed, "shots", question.conceptID.rawValue)
        var seen: Set<ConceptID> = [question.conceptID]
        var result: [Question] = []
        // Bounded tries instead of a shuffle of the whole store for every question.
        for _ in 0..<(100 * count) where result.count < count {
            let candidate = questions[generator.below(questions.count)]
            if seen.insert(candidate.conceptID).inserted { result.append(candidate) }
        }
        return result
    }
}
