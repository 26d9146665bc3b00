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
    /// Rows (tokens) of one packed batch: enough blocks for all threads, and not so many that an interrupt waits long.
    private static let rowsPerBatch = 2048
    /// The same where only the letters' logits are wanted: as much as can be shared out well. The decoder notices an interrupt
    /// between two of its blocks.
    private static let rowsPerMaskedBatch = 65536
    /// New tokens of an open answer at most (contract, section 3).
    private static let maximumNewTokens = 16

    private let decoder: Decoder
    private let tokenizer: Tokenizer
    private let chatTemplate: ChatTemplate?
    private let pooling: TokenPooling
    private let examples: (Question) -> [Question]
    private var encoded: [QuestionID: EncodedQuestion] = [:]
    private var special: [TokenID: Bool] = [:]

    /// Tokens sent through the decoder so far.
    private(set) var tokensDone = 0

    init(
        decoder: Decoder, tokenizer: Tokenizer, chatTemplate: ChatTemplate?, pooling: TokenPooling,
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

    /// The four letters' logits of each question under its surgery.
    func letterScores(_ questions: [Question], surgeries: [Surgery]) throws -> [[Float]] {
        precondition(questions.count == surgeries.count, "each question has a surgery")
        return try run(questions, surgeries: surgeries, rows: Self.rowsPerMaskedBatch, tap: nil)
    }

    /// The four letters' logits and the pooled coefficients of each question: [question][layer][d_ff].
    func letterScoresAndCoefficients(_ questions: [Question]) throws -> (scores: [[Float]], pooled: [LayerVectors]) {
        var pooled: [LayerVectors] = questions.map { _ in
            decoder.configuration.coefficientCounts.map { _ in [] }
        }
        let positions = try questions.map { pooling.positions(in: specialTokens(try encode($0).context)) }
        let scores = try run(questions) { layer, question, coefficients, width in
            pooled[question][layer] = TokenPooling.pool(coefficients, width: width, positions[question])
        }
        return (scores, pooled)
    }

    /// S of a concept (`Localisation.scores`) for several ways of pooling, from contexts of one format: [way][layer][d_ff].
    ///
    /// - Parameters:
    ///   - related: the concept's own questions, as they are to be asked.
    ///   - controls: its localisation controls.
    func scores(
        related: [Question], controls: [Question], format: QuestionFormat, poolings: [TokenPooling]
    ) throws -> [LayerVectors] {
        let contexts = try (related + controls).map { question in
            switch format {
            case .multipleChoice: try encode(question).context
            case .generation: try openPrompt(question)
            }
        }
        let positions = contexts.map { context in
            let special = specialTokens(context)
            return poolings.map { $0.positions(in: special) }
        }
        let zeros = decoder.configuration.coefficientCounts.map { [Double](repeating: 0, count: $0) }
        var sums = poolings.map { _ in (own: zeros, rest: zeros) }
        for batch in Self.batches(contexts.map(\.count), rows: Self.rowsPerBatch) {
            try Interruption.check(.interruptedResumable)
            let inputs = contexts[batch].map { SequenceInput(tokens: $0, logits: .none) }
            _ = try decoder.forward(inputs) { layer, sequence, coefficients in
                let question = batch.lowerBound + sequence
                let width = zeros[layer].count
                for way in poolings.indices {
                    let pooled = TokenPooling.pool(coefficients, width: width, positions[question][way])
                    if question < related.count {
                        for index in 0..<width { sums[way].own[layer][index] += pooled[index] }
                    } else {
                        for index in 0..<width { sums[way].rest[layer][index] += pooled[index] }
                    }
                }
            }
            tokensDone += contexts[batch].reduce(0) { $0 + $1.count }
        }
        let (own, rest) = (Double(related.count), Double(controls.count))
        return sums.map { sums in
            zip(sums.own, sums.rest).map { zip($0, $1).map { $0 / own - $1 / rest } }
        }
    }

    /// Which tokens of a context are special: those that vanish when they are decoded without special tokens.
    func specialTokens(_ context: [TokenID]) -> [Bool] {
        context.map { token in
            if let known = special[token] { return known }
            let isSpecial =
                tokenizer.decode([token], skipSpecialTokens: true).isEmpty
                && !tokenizer.decode([token], skipSpecialTokens: false).isEmpty
            special[token] = isSpecial
            return isSpecial
        }
    }

    /// Moments of each coefficient over all tokens of the questions, and the coefficients at one of these tokens.
    func moments(_ questions: [Question], sampleQuestion: Int, samplePosition: Double) throws -> CoefficientMoments {
        var moments = CoefficientMoments(counts: decoder.configuration.coefficientCounts)
        _ = try run(questions) { layer, question, coefficients, width in
            let rows = coefficients.count / width
            moments.add(coefficients, layer: layer, width: width)
            if question == sampleQuestion {
                let row = min(rows - 1, Int(samplePosition * Double(rows)))
                moments.sample[layer] = (0..<width).map { coefficients[row * width + $0] }
            }
        }
        return moments
    }

    /// The prompt of an open question as tokens.
    private func openPrompt(_ question: Question) throws -> [TokenID] {
        let prompt = try FinishedPrompt(
            Prompt.examples(examples(question), .generation) + Prompt.generation(question), chatTemplate)
        return try tokenizer.encode(prompt.text, addSpecialTokens: prompt.addsSpecialTokens)
    }

    /// Greedy open answers.
    func generate(_ questions: [Question], surgery: Surgery? = nil) throws -> [(tokens: [TokenID], text: String)] {
        var results: [(tokens: [TokenID], text: String)] = []
        let prompts = try questions.map { try openPrompt($0) }
        for batch in Self.batches(prompts.map(\.count), rows: Self.rowsPerBatch) {
            try Interruption.check(.interruptedResumable)
            let new = try decoder.generate(
                Array(prompts[batch]), maximumNewTokens: Self.maximumNewTokens, surgery: surgery,
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
        _ questions: [Question], surgeries: [Surgery]? = nil, rows: Int = rowsPerBatch,
        tap: ((_ layer: Int, _ question: Int, _ coefficients: Span<Float>, _ width: Int) -> Void)?
    ) throws -> [[Float]] {
        let all = try questions.map { try encode($0) }
        var scores: [[Float]] = []
        scores.reserveCapacity(all.count)
        let widths = decoder.configuration.coefficientCounts
        for batch in Self.batches(all.map(\.context.count), rows: rows) {
            try Interruption.check(.interruptedResumable)
            let inputs = batch.map { index in
                SequenceInput(
                    tokens: all[index].context, surgery: surgeries?[index], logits: .last, of: all[index].letters)
            }
            let outputs = try decoder.forward(
                inputs,
                tap: tap.map { tap in
                    { layer, sequence, coefficients in
                        tap(layer, batch.lowerBound + sequence, coefficients, widths[layer])
                    }
                })
            scores += outputs.map(\.logits)
            tokensDone += all[batch].reduce(0) { $0 + $1.context.count }
        }
        return scores
    }

    /// Neighbouring sequences of at most `limit` rows together; a longer one stands alone.
    static func batches(_ lengths: [Int], rows limit: Int = rowsPerBatch) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        var rows = 0
        for (index, length) in lengths.enumerated() {
            if index > start, rows + length > limit {
                result.append(start..<index)
                start = index
                rows = 0
            }
            rows += length
        }
        if start < lengths.count { result.append(start..<lengths.count) }
        return result
    }
}
