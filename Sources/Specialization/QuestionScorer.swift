import Diagnostics
import QuestionSet
import Scores
import Tokenization
import Transformer

/// Asks the model: multiple choice with and without surgery, pooled coefficients, open generation.
///
/// Batches are cut at a fixed number of rows in the order given, so that a result depends on the questions asked
/// together and on nothing else: not on threads, memory or what a resumed run has done before.
final class QuestionScorer {
    /// Rows (tokens) of one packed batch: enough for a matrix multiply at full speed, little enough for the widest MLP.
    private static let rowsPerBatch = 2048
    /// New tokens of an open answer at most (contract, section 3).
    private static let maximumNewTokens = 16

    private let decoder: Decoder
    private let tokenizer: Tokenizer
    private let chatTemplate: ChatTemplate?
    private let pooling: Pooling
    private let examples: (Question) -> [Question]
    private var encoded: [QuestionID: EncodedQuestion] = [:]

    /// Tokens sent through the decoder so far.
    private(set) var tokensDone = 0

    init(
        decoder: Decoder, tokenizer: Tokenizer, chatTemplate: ChatTemplate?, pooling: Pooling,
        examples: @escaping (Question) -> [Question]
    ) {
        self.decoder = decoder
        self.tokenizer = tokenizer
        self.chatTemplate = chatTemplate
        self.pooling = pooling
        self.examples = examples
    }

    /// The question's context and letters, kept after the first call.
    func encode(_ question: Question) throws -> EncodedQuestion {
        if let known = encoded[question.id] { return known }
        let result = try EncodedQuestion(
            question, examples: examples(question), tokenizer: tokenizer, chatTemplate: chatTemplate)
        encoded[question.id] = result
        return result
    }

    /// The four letters' logits of each question.
    func letterScores(_ questions: [Question], surgery: Surgery? = nil) throws -> [[Float]] {
        try run(questions, surgery: surgery, tap: nil)
    }

    /// The four letters' logits and the pooled coefficients of each question: [question][layer][d_ff].
    func letterScoresAndCoefficients(_ questions: [Question]) throws -> (scores: [[Float]], pooled: [LayerVectors]) {
        var pooled: [LayerVectors] = questions.map { _ in
            decoder.configuration.coefficientCounts.map { _ in [] }
        }
        let scores = try run(questions, surgery: nil) { layer, question, coefficients, width in
            pooled[question][layer] = self.pool(coefficients, width: width)
        }
        return (scores, pooled)
    }

    /// Moments of each coefficient over all tokens of the questions, and the coefficients at one of these tokens.
    func moments(_ questions: [Question], sampleQuestion: Int, samplePosition: Double) throws -> CoefficientMoments {
        var moments = CoefficientMoments(counts: decoder.configuration.coefficientCounts)
        _ = try run(questions, surgery: nil) { layer, question, coefficients, width in
            let rows = coefficients.count / width
            moments.add(coefficients, layer: layer, width: width)
            if question == sampleQuestion {
                let row = min(rows - 1, Int(samplePosition * Double(rows)))
                moments.sample[layer] = (0..<width).map { coefficients[row * width + $0] }
            }
        }
        return moments
    }

    /// Greedy open answers.
    func generate(_ questions: [Question]) throws -> [(tokens: [TokenID], text: String)] {
        var results: [(tokens: [TokenID], text: String)] = []
        let prompts = try questions.map { question in
            let prompt = try FinishedPrompt(
                Prompt.examples(examples(question), .generation) + Prompt.generation(question), chatTemplate)
            return try tokenizer.encode(prompt.text, addSpecialTokens: prompt.addsSpecialTokens)
        }
        for batch in Self.batches(prompts.map(\.count)) {
            let new = try decoder.generate(
                Array(prompts[batch]), maximumNewTokens: Self.maximumNewTokens, surgery: nil,
                ignoringEndOfSequence: false,
                shouldStop: nil)
            tokensDone += prompts[batch].reduce(0) { $0 + $1.count } + new.reduce(0) { $0 + $1.count }
            for tokens in new {
                let text = tokenizer.decode(tokens, skipSpecialTokens: true)
                let firstLine = text.unicodeScalars.prefix { $0 != "\n" }
                results.append((tokens, String(String.UnicodeScalarView(firstLine))))
            }
        }
        return results
    }

    // MARK: - Batches

    private func run(
        _ questions: [Question], surgery: Surgery?,
        tap: ((_ layer: Int, _ question: Int, _ coefficients: Span<Float>, _ width: Int) -> Void)?
    ) throws -> [[Float]] {
        let all = try questions.map { try encode($0) }
        var scores: [[Float]] = []
        scores.reserveCapacity(all.count)
        let widths = decoder.configuration.coefficientCounts
        for batch in Self.batches(all.map(\.context.count)) {
            try Interruption.check(.interruptedResumable)
            let inputs = all[batch].map { SequenceInput(tokens: $0.context, surgery: surgery, logits: .last) }
            let outputs = try decoder.forward(
                inputs,
                tap: tap.map { tap in
                    { layer, sequence, coefficients in
                        tap(layer, batch.lowerBound + sequence, coefficients, widths[layer])
                    }
                })
            for (question, output) in zip(all[batch], outputs) {
                scores.append(question.letters.map { output.logits[Int($0)] })
            }
            tokensDone += all[batch].reduce(0) { $0 + $1.context.count }
        }
        return scores
    }

    /// Neighbouring sequences of at most `rowsPerBatch` rows together; a longer one stands alone.
    static func batches(_ lengths: [Int]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        var rows = 0
        for (index, length) in lengths.enumerated() {
            if index > start, rows + length > rowsPerBatch {
                result.append(start..<index)
                start = index
                rows = 0
            }
            rows += length
        }
        if start < lengths.count { result.append(start..<lengths.count) }
        return result
    }

    /// |m| pooled over the tokens of one sequence, in double precision.
    private func pool(_ coefficients: Span<Float>, width: Int) -> [Double] {
        let rows = coefficients.count / width
        switch pooling {
        case .last:
            return (0..<width).map { Double(abs(coefficients[(rows - 1) * width + $0])) }
        case .mean:
            var sum = [Double](repeating: 0, count: width)
            for row in 0..<rows {
                for index in 0..<width { sum[index] += Double(abs(coefficients[row * width + index])) }
            }
            return sum.map { $0 / Double(rows) }
        }
    }
}
