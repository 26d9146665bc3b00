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
        let inputs = try zip(questions, surgeries).map { try input($0, $1) }
        return try run(inputs, rows: Self.rowsPerMaskedBatch) { inputs, _ in
            try decoder.forward(inputs, tap: nil).map(\.logits)
        }
    }

    /// The four letters' logits and the pooled coefficients of each question: [question][layer][d_ff].
    func letterScoresAndCoefficients(_ questions: [Question]) throws -> (scores: [[Float]], pooled: [LayerVectors]) {
        let inputs = try questions.map { try input($0) }
        let positions = inputs.map { pooling.positions(in: specialTokens($0.tokens)) }
        let widths = decoder.configuration.coefficientCounts
        let results = try run(inputs) { inputs, first in
            let (outputs, pooled) = try decoder.summarise(inputs) { layer, sequence, coefficients in
                TokenPooling.pool(coefficients, width: widths[layer], positions[first + sequence])
            }
            return Array(zip(outputs.map(\.logits), pooled))
        }
        return (results.map(\.0), results.map(\.1))
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
        let widths = decoder.configuration.coefficientCounts
        let zeros = widths.map { [Double](repeating: 0, count: $0) }
        var sums = poolings.map { _ in (own: zeros, rest: zeros) }
        var question = 0
        _ = try run(contexts.map { SequenceInput(tokens: $0, logits: .none) }) { inputs, first in
            let pooled = try decoder.summarise(inputs) { layer, sequence, coefficients in
                positions[first + sequence].map { TokenPooling.pool(coefficients, width: widths[layer], $0) }
            }.summaries
            for layers in pooled {
                for (layer, ways) in layers.enumerated() {
                    for (way, vector) in ways.enumerated() {
                        if question < related.count {
                            Self.add(vector, to: &sums[way].own[layer])
                        } else {
                            Self.add(vector, to: &sums[way].rest[layer])
                        }
                    }
                }
                question += 1
            }
            return [Void](repeating: (), count: inputs.count)
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
        let widths = decoder.configuration.coefficientCounts
        var moments = CoefficientMoments(counts: widths)
        _ = try run(questions.map { try input($0) }) { inputs, first in
            let summaries = try decoder.summarise(inputs) { layer, sequence, coefficients in
                let (width, rows) = (widths[layer], inputs[sequence].tokens.count)
                let row = min(rows - 1, Int(samplePosition * Double(rows)))
                let isSample = first + sequence == sampleQuestion
                return CoefficientMoments.Summary(coefficients, width: width, sampledRow: isSample ? row : nil)
            }.summaries
            for layers in summaries {
                for (layer, summary) in layers.enumerated() { moments.add(summary, layer: layer) }
            }
            return summaries
        }
        return moments
    }

    private static func add(_ vector: [Double], to sum: inout [Double]) {
        for index in vector.indices { sum[index] += vector[index] }
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

    private func input(_ question: Question, _ surgery: Surgery? = nil) throws -> SequenceInput {
        let question = try encode(question)
        return SequenceInput(tokens: question.context, surgery: surgery, logits: .last, of: question.letters)
    }

    /// Runs inputs batch by batch.
    ///
    /// - Parameter body: gets a batch and the number of its first input; gives a result for each.
    private func run<Result>(
        _ inputs: [SequenceInput], rows: Int = rowsPerBatch,
        _ body: (_ batch: [SequenceInput], _ first: Int) throws -> [Result]
    ) throws -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(inputs.count)
        for batch in Self.batches(inputs.map(\.tokens.count), rows: rows) {
            try Interruption.check(.interruptedResumable)
            results += try body(Array(inputs[batch]), batch.lowerBound)
            tokensDone += inputs[batch].reduce(0) { $0 + $1.tokens.count }
        }
        return results
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
