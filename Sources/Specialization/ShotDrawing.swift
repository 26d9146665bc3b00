import QuestionSet
import Statistics

/// Solved examples before each question: questions of other concepts, the same for all questions of a concept.
struct ShotDrawing {
    private let questions: [ConceptID: [Question]]
    private let concepts: [ConceptID]
    private let count: Int
    private let seed: UInt64

    /// - Parameter count: examples before each question, fewer than there are concepts.
    init(questions: [Question], count: Int, seed: UInt64) {
        self.questions = Dictionary(grouping: questions.sorted { $0.id < $1.id }, by: \.conceptID)
        concepts = self.questions.keys.sorted()
        self.count = count
        self.seed = seed
    }

    /// The examples of a question, in the order they are shown; none of its own concept, and no two of one concept.
    func examples(for question: Question) -> [Question] {
        guard count > 0 else { return [] }
        var generator = SeededGenerator(seed: seed, "shots", question.conceptID.rawValue)
        let others = generator.shuffled(concepts.filter { $0 != question.conceptID })
        precondition(others.count >= count, "the command checks that there are more concepts than shots")
        return others.prefix(count).compactMap { concept in
            questions[concept].map { $0[generator.below($0.count)] }
        }
    }
}
