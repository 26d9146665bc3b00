import Diagnostics
public import QuestionSet
import Scores
public import Tokenization

/// The prompts of contract section 3.
public enum Prompt {
    /// The four letters, in order.
    public static let letters = ["A", "B", "C", "D"]

    /// `Question: ...\nA. ...\nB. ...\nC. ...\nD. ...\nAnswer:`
    public static func multipleChoice(_ question: Question) -> String {
        let options = zip(letters, question.options).map { "\($0). \($1)\n" }.joined()
        return "Question: \(question.text)\n\(options)Answer:"
    }

    /// `Question: ...\nAnswer:`
    public static func generation(_ question: Question) -> String {
        "Question: \(question.text)\nAnswer:"
    }

    /// Solved examples in front of a prompt, each ended by an empty line.
    static func examples(_ questions: [Question], _ format: QuestionFormat) -> String {
        questions.map { example in
            switch format {
            case .multipleChoice: "\(multipleChoice(example)) \(letters[example.answerIndex])\n\n"
            case .generation: "\(generation(example)) \(example.answer)\n\n"
            }
        }.joined()
    }
}

/// A multiple-choice question as tokens: the scored context and the four tokens whose logits follow it.
public struct EncodedQuestion: Sendable, Equatable {
    /// The longest common prefix of the four tokenizations of prompt + " " + letter.
    public var context: [TokenID]
    /// The token that follows the context in each of the four.
    public var letters: [TokenID]

    /// Encodes a question, with solved examples before it.
    ///
    /// Where " A" is one token the context is the prompt's own tokenization; where the tokenizer splits it ("_" + "A"), the
    /// shared piece belongs to the context.
    /// - Throws: `Failure` 65 when the tokenizer does not tell the letters apart.
    public init(_ question: Question, examples: [Question] = [], tokenizer: Tokenizer) throws {
        let prompt = Prompt.examples(examples, .multipleChoice) + Prompt.multipleChoice(question)
        let four = try Prompt.letters.map { try tokenizer.encode("\(prompt) \($0)", addSpecialTokens: true) }
        let shortest = four.map(\.count).min() ?? 0
        var length = 0
        while length < shortest, four.allSatisfy({ $0[length] == four[0][length] }) { length += 1 }
        guard length > 0, length < shortest else { throw Self.indistinct(question) }
        letters = four.map { $0[length] }
        guard Set(letters).count == 4 else { throw Self.indistinct(question) }
        context = Array(four[0][..<length])
    }

    private static func indistinct(_ question: Question) -> Failure {
        Failure(
            .badData, at: "question \(question.id)", "the tokenizer gives the letters A to D no tokens of their own",
            remedy: "multiple choice cannot be scored with this tokenizer")
    }
}
