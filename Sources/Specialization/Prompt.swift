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

/// A prompt as the model gets it: the plain text, or the text as a user's message in the model's chat template.
struct FinishedPrompt {
    /// What is encoded.
    let text: String
    /// Whether the tokenizer adds its special tokens. A template has written them into the text already.
    let addsSpecialTokens: Bool
    /// What stands between the prompt and a letter: a space, unless the template ends with white space of its own (the
    /// newline after “assistant”, say).
    let separator: String

    /// - Throws: `Failure` 65 when the template refuses the message.
    init(_ prompt: String, _ template: ChatTemplate?) throws {
        addsSpecialTokens = template == nil
        guard let template else {
            text = prompt
            separator = " "
            return
        }
        text = try template.render([("user", prompt)], addGenerationPrompt: true)
        separator = text.unicodeScalars.last?.properties.isWhitespace == true ? "" : " "
    }
}

/// A multiple-choice question as tokens: the scored context and the four tokens whose logits follow it.
public struct EncodedQuestion: Sendable, Equatable {
    /// The longest common prefix of the four tokenizations of prompt + " " + letter; no space after a chat template that
    /// ends with white space.
    public var context: [TokenID]
    /// The token that follows the context in each of the four.
    public var letters: [TokenID]

    /// Encodes a question, with solved examples before it, all of it one user's message if there is a chat template.
    ///
    /// Where " A" is one token the context is the prompt's own tokenization; where the tokenizer splits it ("_" + "A"), the
    /// shared piece belongs to the context.
    /// - Throws: `Failure` 65 when the tokenizer does not tell the letters apart, or the template refuses the message.
    public init(
        _ question: Question, examples: [Question] = [], tokenizer: Tokenizer, chatTemplate: ChatTemplate? = nil
    ) throws {
        let prompt = try FinishedPrompt(
            Prompt.examples(examples, .multipleChoice) + Prompt.multipleChoice(question), chatTemplate)
        let four = try Prompt.letters.map { letter in
            try tokenizer.encode(
                "\(prompt.text)\(prompt.separator)\(letter)", addSpecialTokens: prompt.addsSpecialTokens)
        }
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
