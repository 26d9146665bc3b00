import QuestionSet
import Scores
import Transformer

/// Questions to be asked under masks, gathered first and then run together in large batches.
struct MaskedQuestions {
    /// Where the answers to one request stand.
    struct Ticket {
        fileprivate var range: Range<Int>
    }

    /// The letters' logits of everything that was asked.
    struct Answers {
        fileprivate var scores: [[Float]]
        fileprivate var asked: [Question]

        /// The letters' logits of a request's questions, in its order.
        subscript(_ ticket: Ticket) -> [[Float]] { Array(scores[ticket.range]) }

        /// Share of right answers to a request's questions, of its first or last ones if said; nil for none.
        func accuracy(_ ticket: Ticket, first: Int? = nil, droppingFirst: Int = 0) -> Double? {
            let range = ticket.range.dropFirst(droppingFirst).prefix(first ?? .max)
            guard !range.isEmpty else { return nil }
            let right = range.count { LetterScores.prediction(scores[$0]) == asked[$0].answerIndex }
            return Double(right) / Double(range.count)
        }
    }

    private var questions: [Question] = []
    private var surgeries: [Surgery] = []

    /// Number of questions gathered.
    var count: Int { questions.count }

    /// Notes questions to be asked under one mask.
    mutating func ask(_ more: [Question], _ surgery: Surgery) -> Ticket {
        let start = questions.count
        questions += more
        surgeries += more.map { _ in surgery }
        return Ticket(range: start..<questions.count)
    }

    /// Asks them all.
    func answers(_ scorer: QuestionScorer) throws -> Answers {
        Answers(scores: try scorer.letterScores(questions, surgeries: surgeries), asked: questions)
    }
}
