import LinearAlgebra

/// Buffers for the activations of one block, reused from block to block. Shapes: rows of the block by the width given, for
/// experts the rows that are routed to one of them.
final class Workspace: Sendable {
    /// Residual stream: hidden size.
    let hidden = FloatBuffer()
    /// What attention reads: hidden size.
    let attentionInput = FloatBuffer()
    /// Queries, keys and values of a token side by side: projection size.
    let projection = FloatBuffer()
    /// Values mixed by attention: heads * head size.
    let mixed = FloatBuffer()
    /// `mixed` and `attentionInput` of the positions that are read, in the last layer.
    let readMixed = FloatBuffer()
    let readInput = FloatBuffer()
    /// What the MLP reads: hidden size.
    let mlpInput = FloatBuffer()
    /// Coefficients: d_ff. With experts: the units of one, a row for each position and expert that it is routed to.
    let coefficients = FloatBuffer()
    /// Coefficients whose value vectors get noise, 0 elsewhere; shaped like `coefficients`.
    let noisyCoefficients = FloatBuffer()
    /// Outputs of the router, then their softmax: number of experts.
    let routing = FloatBuffer()
    /// Input and output of one expert: hidden size.
    let expertInput = FloatBuffer()
    let expertOutput = FloatBuffer()
    /// The coefficients of one sequence and all experts, for a tap: d_ff.
    let tapped = FloatBuffer()
    /// A block's output on its way through a norm: hidden size.
    let output = FloatBuffer()
    /// Embeddings that have a width of their own.
    let embeddings = FloatBuffer()
}

/// Called with a layer's number, a sequence's number, and the hidden states of its positions: number 0 is what enters
/// the first layer. For tests against reference implementations.
typealias HiddenTap = (_ layer: Int, _ sequence: Int, _ states: MatrixView) -> Void

/// The one forward pass: takes a block of packed sequences through all layers, as the configuration says.
struct ForwardPass {
    let configuration: DecoderConfiguration
    let weights: DecoderWeights
    let rotary: [PreparedRotary?]
    /// How products of weights are computed: the same way for the same part of a sequence, whatever runs beside it.
    let kernel: ProductKernel
    var cache: KeyValueCache?
    var tap: CoefficientTap?
    var hiddenTap: HiddenTap?

    /// Runs a block; the last hidden states, before the final norm, of the positions that are read go to `reads`.
    func run(_ block: PackedBlock, in workspace: Workspace, reads: MatrixView, team: WorkerTeam) {
        let rows = block.rowCount
        let hidden = workspace.hidden.matrix(rows: rows, columns: configuration.hiddenSize)
        embed(block, into: hidden, workspace, team)
        observe(0, block, hidden)
        let last = configuration.layerCount - 1
        for layer in 0..<last {
            runLayer(layer, block, hidden, workspace, team)
            observe(layer + 1, block, hidden)
        }
        // A tap wants the coefficients of every position.
        if tap == nil, reads.rows > 0 {
            runLayer(last, block, hidden, reads: reads, workspace, team)
        } else {
            runLayer(last, block, hidden, workspace, team)
            block.copyReads(of: hidden, into: reads)
        }
    }

    private func embed(_ block: PackedBlock, into hidden: MatrixView, _ workspace: Workspace, _ team: WorkerTeam) {
        let embeddings =
            weights.embeddingInput == nil
            ? hidden : workspace.embeddings.matrix(rows: hidden.rows, columns: configuration.embeddingSize)
        for member in block.members {
            for (offset, token) in member.part.tokens.enumerated() {
                weights.embedding.copyRow(Int(token), into: embeddings[member.rows.lowerBound + offset])
            }
        }
        weights.embeddingInput?.multiply(embeddings, into: hidden, by: kernel, team: team)
        if configuration.embeddingScale != 1 { Kernel.scale(hidden, by: configuration.embeddingScale) }
        guard let positions = weights.positions, let learned = configuration.learnedPositions else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: configuration.hiddenSize) { row in
            for member in block.members {
                for offset in member.part.tokens.indices {
                    positions.copyRow(member.part.firstPosition + offset + learned.offset, into: row)
                    let index = member.rows.lowerBound + offset
                    Kernel.add(UnsafeBufferPointer(row), toEachRowOf: hidden.rows(index..<index + 1))
                }
            }
        }
    }

    /// Takes the residual stream through a layer.
    ///
    /// - Parameter reads: where the stream of the positions that are read goes on behind attention, while the others end;
    ///   nil: all go on where they are.
    private func runLayer(
        _ layer: Int, _ block: PackedBlock, _ hidden: MatrixView, reads: MatrixView? = nil, _ workspace: Workspace,
        _ team: WorkerTeam
    ) {
        let weights = weights.layers[layer]
        var (block, hidden) = (block, hidden)
        var attentionInput = normed(hidden, weights.attentionInputNorm, workspace.attentionInput, team)
        var mixed = attention(layer, block, attentionInput, workspace, team)
        if let reads {
            func only(_ all: MatrixView, _ buffer: FloatBuffer) -> MatrixView {
                let result = buffer.matrix(rows: reads.rows, columns: all.columns)
                block.copyReads(of: all, into: result)
                return result
            }
            mixed = only(mixed, workspace.readMixed)
            attentionInput = only(attentionInput, workspace.readInput)
            block.copyReads(of: hidden, into: reads)
            (block, hidden) = (block.readPositions, reads)
        }
        switch configuration.residual {
        case .serial, .serialNormedAfter:
            add(weights.attentionOutput, mixed, weights.attentionOutputNorm, to: hidden, workspace, team)
            norm(hidden, weights.attentionResidualNorm, into: hidden, team)
            let mlpInput = normed(hidden, weights.mlpInputNorm, workspace.mlpInput, team)
            let coefficients = coefficients(layer, block, mlpInput, workspace, team)
            addMLP(layer, block, coefficients, to: hidden, workspace, team)
            norm(hidden, weights.mlpResidualNorm, into: hidden, team)
        case .parallel, .parallelSharedNorm:
            let mlpInput =
                configuration.residual == .parallelSharedNorm
                ? attentionInput : normed(hidden, weights.mlpInputNorm, workspace.mlpInput, team)
            let coefficients = coefficients(layer, block, mlpInput, workspace, team)
            add(weights.attentionOutput, mixed, weights.attentionOutputNorm, to: hidden, workspace, team)
            addMLP(layer, block, coefficients, to: hidden, workspace, team)
        }
    }

    /// `hidden += norm(x · Wᵀ + b)`; without a norm the product is added as it arises.
    ///
    /// - Parameter part: the inputs that x consists of.
    func add(
        _ linear: Linear, part: WeightPart = .all, _ x: MatrixView, _ norm: Norm?, to hidden: MatrixView,
        _ workspace: Workspace, _ team: WorkerTeam
    ) {
        guard let norm else {
            linear.weight.multiply(x, part: part, into: hidden, adding: true, bias: linear.bias, by: kernel, team: team)
            return
        }
        let output = workspace.output.matrix(rows: hidden.rows, columns: hidden.columns)
        linear.weight.multiply(x, part: part, into: output, bias: linear.bias, by: kernel, team: team)
        add(output, norm, to: hidden, team)
    }

    /// `hidden += norm(output)`; `output` is lost.
    func add(_ output: MatrixView, _ norm: Norm?, to hidden: MatrixView, _ team: WorkerTeam) {
        team.forEachSlice(ofRows: hidden.rows, nanosecondsPerRow: hidden.columns) { rows in
            norm?.apply(output.rows(rows), into: output.rows(rows))
            Kernel.add(output.rows(rows), to: hidden.rows(rows))
        }
    }

    /// Several products of one input, side by side.
    func multiply(_ x: MatrixView, _ linears: [Linear], into y: MatrixView, _ team: WorkerTeam) {
        var start = 0
        for linear in linears {
            let end = start + linear.weight.outputs
            linear.weight.multiply(x, into: y.columns(start..<end), bias: linear.bias, by: kernel, team: team)
            start = end
        }
    }

    /// The input of a block: normed if it has a norm there, else the residual stream itself.
    private func normed(_ x: MatrixView, _ norm: Norm?, _ buffer: FloatBuffer, _ team: WorkerTeam) -> MatrixView {
        guard norm != nil else { return x }
        let result = buffer.matrix(rows: x.rows, columns: x.columns)
        self.norm(x, norm, into: result, team)
        return result
    }

    /// Norms every row, if there is a norm; x and y may be the same.
    private func norm(_ x: MatrixView, _ norm: Norm?, into y: MatrixView, _ team: WorkerTeam) {
        guard let norm else { return }
        team.forEachSlice(ofRows: x.rows, nanosecondsPerRow: x.columns / 2) { rows in
            norm.apply(x.rows(rows), into: y.rows(rows))
        }
    }

    private func observe(_ layer: Int, _ block: PackedBlock, _ hidden: MatrixView) {
        guard let hiddenTap else { return }
        for member in block.members { hiddenTap(layer, member.part.index, hidden.rows(member.rows)) }
    }
}
