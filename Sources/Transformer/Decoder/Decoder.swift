import Diagnostics
import Foundation
import LinearAlgebra
import Tokenization

/// Called with a layer, a sequence (its place in the caller's list) and its coefficients, [tokens, d_ff] row by row, as
/// the model computes them, before they are overwritten.
///
/// Calls come one at a time on the thread that called `forward`, in an order that depends on the sequences alone: block
/// after block, in it layer after layer, in it sequence after sequence. The span is valid during the call.
public typealias CoefficientTap = (_ layer: Int, _ sequence: Int, _ coefficients: Span<Float>) -> Void

/// A decoder-only language model whose MLP coefficients can be read and overwritten.
///
/// The result of a sequence is the same bytes for every number of threads and whatever other sequences run beside it (on a
/// processor with AVX-512; elsewhere up to rounding). One call at a time: a second thread waits for the first. Neither
/// `tap` nor `shouldStop` may call the decoder.
public final class Decoder: Sendable {
    /// The checkpoint it was read from.
    public let checkpoint: Checkpoint
    /// What it computes.
    public let configuration: DecoderConfiguration
    /// What products of weights are computed in.
    public let arithmetic: Arithmetic
    /// `eos_token_id` of generation_config.json, else of config.json.
    public let endOfSequence: Set<TokenID>
    /// Number of weights.
    public var parameterCount: Int { weights.parameterCount }

    let weights: DecoderWeights
    let team: WorkerTeam
    private let interruption: Failure.Kind
    private let tables: RotaryTables
    private let workspaces: [Workspace]
    /// Hidden states of the positions that are read, of all blocks.
    private let reads = FloatBuffer()
    /// The same in the width of the head, where that is another one.
    private let projectedReads = FloatBuffer()
    /// Logits of one chunk of them.
    private let logits = FloatBuffer()
    private let turn = NSLock()

    /// Reads a checkpoint folder.
    ///
    /// Weights stay where they are mapped; those of another type than the arithmetic's are converted tile by tile
    /// whenever they are used.
    ///
    /// - Parameters:
    ///   - threads: how many threads compute, the calling one included.
    ///   - arithmetic: what products of weights are computed in.
    /// - Throws: `Failure` 66 when a file is missing, 65 when one is damaged, not supported, or holds a tensor too many or
    ///   too few.
    public convenience init(folder: String, threads: Int, arithmetic: Arithmetic = .float32) throws {
        try self.init(Checkpoint(folder: folder), threads: threads, arithmetic: arithmetic)
    }

    /// Reads the weights of an opened checkpoint.
    ///
    /// - Parameter interruption: what calls throw when a signal arrives meanwhile.
    public init(
        _ checkpoint: Checkpoint, threads: Int, arithmetic: Arithmetic = .float32,
        interruption: Failure.Kind = .interrupted
    ) throws {
        guard threads > 0 else { throw Failure(.usage, "\(threads) threads cannot compute", remedy: "use at least 1") }
        let (family, configuration) = try ModelFamily.read(checkpoint)
        weights = try DecoderWeights(checkpoint, family, configuration, arithmetic)
        endOfSequence = Set(checkpoint.endOfSequence.map { TokenID($0) })
        tables = RotaryTables(configuration)
        team = WorkerTeam(count: threads)
        workspaces = (0..<threads).map { _ in Workspace() }
        self.checkpoint = checkpoint
        self.configuration = configuration
        self.arithmetic = arithmetic
        self.interruption = interruption
    }

    /// Runs sequences packed end to end; no padding. Outputs stand in the order of the inputs.
    ///
    /// - Parameter tap: reads coefficients. Nil is faster, and so is `summarise(_:by:)`: then whole blocks run side by side.
    /// - Throws: `Failure` 65 for an empty sequence or one longer than the context, a token that the model does not have,
    ///   a surgery that does not fit, or logits that are not finite; between two blocks when a signal has arrived.
    public func forward(_ sequences: [SequenceInput], tap: CoefficientTap?) throws -> [SequenceOutput] {
        try forward(sequences, tap: tap, hiddenTap: nil)
    }

    /// Runs sequences as `forward` does and keeps what `summarise` makes of their coefficients, [sequence][layer]. Whole blocks run side by side.
    ///
    /// - Parameter summarise: called as a tap is, once for each layer of each sequence, but on several threads at once and in
    ///   no order.
    /// - Throws: as `forward`.
    public func summarise<Summary: Sendable>(
        _ sequences: [SequenceInput],
        by summarise: @Sendable (_ layer: Int, _ sequence: Int, _ coefficients: Span<Float>) -> Summary
    ) throws -> (outputs: [SequenceOutput], summaries: [[Summary]]) {
        let layers = configuration.layerCount
        var slots = [Summary?](repeating: nil, count: sequences.count * layers)
        let outputs = try slots.withUnsafeMutableBufferPointer { buffer in
            let slots = buffer
            return try withoutActuallyEscaping(summarise) { summarise in
                try forward(
                    sequences, tap: { slots[$1 * layers + $0] = summarise($0, $1, $2) }, isTapOrdered: false,
                    hiddenTap: nil)
            }
        }
        let summaries = slots.compactMap(\.self)
        precondition(summaries.count == slots.count, "every layer of every sequence must have been shown")
        return (
            outputs, sequences.indices.map { Array(summaries[$0 * layers..<($0 + 1) * layers]) }
        )
    }

    func forward(
        _ sequences: [SequenceInput], tap: CoefficientTap?, isTapOrdered: Bool = true, hiddenTap: HiddenTap?
    ) throws -> [SequenceOutput] {
        var checked: [Surgery] = []
        for (index, sequence) in sequences.enumerated() {
            try check(sequence.tokens, index)
            try checkVocabulary(sequence.vocabulary ?? [], index)
            precondition(tap == nil || sequence.surgery?.leavesOut != true, "what is left out cannot be read")
            // Many sequences share a mask; comparing is cheaper than checking.
            if let surgery = sequence.surgery, checked.last != surgery {
                try surgery.check(configuration)
                checked = [surgery]
            }
        }
        turn.lock()
        defer { turn.unlock() }
        let parts = sequences.enumerated().map { index, sequence in
            SequencePart(index: index, tokens: sequence.tokens, surgery: sequence.surgery, logits: sequence.logits)
        }
        let states = try run(parts, cache: nil, tap: tap, isTapOrdered: isTapOrdered, hiddenTap: hiddenTap)
        if let hiddenTap {
            var start = 0
            for part in parts {
                hiddenTap(configuration.layerCount, part.index, states.rows(start..<start + part.readCount))
                start += part.readCount
            }
        }
        var outputs = parts.map { _ in SequenceOutput(logits: []) }
        for part in parts {
            let width = sequences[part.index].vocabulary?.count ?? configuration.vocabularySize
            outputs[part.index].logits.reserveCapacity(part.readCount * width)
        }
        let owners = parts.flatMap { part in (0..<part.readCount).map { _ in part.index } }
        try forSomeLogits(states, kernel: .blocked) { reads, logits in
            for (number, index) in owners[reads].enumerated() {
                let row = logits[number]
                if let vocabulary = sequences[index].vocabulary {
                    outputs[index].logits += vocabulary.map { row[Int($0)] }
                } else {
                    outputs[index].logits += row
                }
            }
        }
        return outputs
    }

    func check(_ tokens: [TokenID], _ index: Int) throws {
        guard !tokens.isEmpty else { throw failure(index, "has no tokens") }
        guard tokens.count <= configuration.contextLength else {
            throw failure(
                index, "its \(tokens.count) tokens do not fit the context of \(configuration.contextLength)",
                remedy: "use shorter questions or fewer shots")
        }
        try checkVocabulary(tokens, index)
    }

    private func checkVocabulary(_ tokens: [TokenID], _ index: Int) throws {
        if let token = tokens.first(where: { $0 < 0 || Int($0) >= configuration.vocabularySize }) {
            throw failure(
                index, "token \(token) is not one of the model's \(configuration.vocabularySize)",
                remedy: "check that tokenizer and weights belong together")
        }
    }

    private func failure(_ sequence: Int, _ problem: String, remedy: String? = nil) -> Failure {
        Failure(.badData, file: checkpoint.folder, at: "sequence \(sequence)", problem, remedy: remedy)
    }

    /// Runs `body` while no other thread computes.
    func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
        turn.lock()
        defer { turn.unlock() }
        return try body()
    }

    /// Takes parts of sequences through the layers, the final norm and the way to the head's width: the states of the positions
    /// that are read, part after part. Valid until the next call.
    func run(
        _ parts: [SequencePart], cache: KeyValueCache?, kernel: ProductKernel = .blocked, tap: CoefficientTap? = nil,
        isTapOrdered: Bool = true, hiddenTap: HiddenTap? = nil
    ) throws -> MatrixView {
        var blocks = PackedBlock.pack(parts)
        let positions = parts.map { $0.firstPosition + $0.tokens.count }.max() ?? 0
        let pass = ForwardPass(
            configuration: configuration, weights: weights, rotary: tables.covering(positions), kernel: kernel,
            cache: cache, tap: tap, hiddenTap: hiddenTap)
        let readCount = parts.reduce(0) { $0 + $1.readCount }
        let states = self.reads.matrix(rows: readCount, columns: configuration.hiddenSize)
        func reads(_ block: PackedBlock) -> MatrixView {
            states.rows(block.readStart..<block.readStart + block.readCount)
        }
        // Blocks side by side need no waiting for each other, a block alone is cut into tiles: as many side by side as come
        // out even, the longest first, the others alone. Same bytes either way.
        let isOrdered = tap != nil && isTapOrdered || hiddenTap != nil
        if !isOrdered { blocks.sort { ($0.rowCount, $1.readStart) > ($1.rowCount, $0.readStart) } }
        let sideBySide = isOrdered ? 0 : blocks.count / team.count * team.count
        team.run(sideBySide, nanoseconds: .max) { item, worker in
            guard !Interruption.isRequested else { return }
            pass.run(blocks[item], in: workspaces[worker.number], reads: reads(blocks[item]), team: .alone(worker))
        }
        for block in blocks[sideBySide...] where !Interruption.isRequested {
            pass.run(block, in: workspaces[0], reads: reads(block), team: team)
        }
        try Interruption.check(interruption)
        if let norm = weights.finalNorm {
            team.forEachSlice(ofRows: states.rows, nanosecondsPerRow: states.columns / 2) { rows in
                norm.apply(states.rows(rows), into: states.rows(rows))
            }
        }
        guard let output = weights.embeddingOutput else { return states }
        let projected = projectedReads.matrix(rows: readCount, columns: configuration.embeddingSize)
        output.multiply(states, into: projected, by: kernel, team: team)
        return projected
    }

    /// Computes the logits of normed states and hands out some rows at a time.
    ///
    /// - Throws: `Failure` 65 when a logit is infinite or not a number.
    func forSomeLogits(
        _ states: MatrixView, kernel: ProductKernel, _ body: (_ rows: Range<Int>, _ logits: MatrixView) throws -> Void
    ) throws {
        let vocabulary = configuration.vocabularySize
        // At most 32 MB of logits at a time, or one row.
        let chunk = max(1, min(256, (8 << 20) / vocabulary))
        for start in stride(from: 0, to: states.rows, by: chunk) {
            let rows = start..<min(states.rows, start + chunk)
            let values = logits.matrix(rows: rows.count, columns: vocabulary)
            weights.head.weight.multiply(
                states.rows(rows), into: values, bias: weights.head.bias, by: kernel, team: team)
            if let limit = configuration.logitSoftCap { Kernel.softCap(values, limit: limit) }
            guard Kernel.isFinite(values, team: team) else {
                throw Failure(
                    .badData, file: checkpoint.folder, "the logits are not finite numbers",
                    remedy: "the weights, or the values that coefficients were set to, are damaged or too large")
            }
            try body(rows, values)
        }
    }
}
