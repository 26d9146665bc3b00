import LinearAlgebra

/// Buffers for the activations of one block, reused from block to block. Shapes: rows of the block by the width given.
final class Workspace: Sendable {
    /// Residual stream: hidden size.
    let hidden = FloatBuffer()
    /// What attention reads: hidden size.
    let attentionInput = FloatBuffer()
    /// Queries, keys and values of a token side by side: projection size.
    let projection = FloatBuffer()
    /// Values mixed by attention: heads * head size.
    let mixed = FloatBuffer()
    /// What the MLP reads: hidden size.
    let mlpInput = FloatBuffer()
    /// Gate and up side by side, or the one input product: (1 or 2) * d_ff.
    let mlpHidden = FloatBuffer()
    /// Coefficients: d_ff.
    let coefficients = FloatBuffer()
    /// A block's output on its way through a norm: hidden size.
    let output = FloatBuffer()
}

/// Called with a layer's number, a sequence's number, and the hidden states of its positions: number 0 is what enters
/// the first layer. For tests against reference implementations.
typealias HiddenTap = (_ layer: Int, _ sequence: Int, _ states: MatrixView) -> Void

/// The one forward pass: takes a block of packed sequences through all layers, as the configuration says.
struct ForwardPass {
    let configuration: DecoderConfiguration
    let weights: DecoderWeights
    let rotary: [RotaryTable?]
    var cache: KeyValueCache?
    var tap: CoefficientTap?
    var hiddenTap: HiddenTap?

    /// Runs a block; the last hidden states, before the final norm, of the positions that are read go to `reads`.
    func run(_ block: PackedBlock, in workspace: Workspace, reads: MatrixView, team: WorkerTeam) {
        let rows = block.rowCount
        let hidden = workspace.hidden.matrix(rows: rows, columns: configuration.hiddenSize)
        embed(block, into: hidden)
        observe(0, block, hidden)
        for layer in configuration.layers.indices {
            runLayer(layer, block, hidden, workspace, team)
            if layer + 1 < configuration.layerCount { observe(layer + 1, block, hidden) }
        }
        var target = 0
        for member in block.members {
            let source = hidden.rows(member.rows.suffix(member.part.readCount))
            Kernel.copy(source, into: reads.rows(target..<target + source.rows))
            target += source.rows
        }
    }

    private func embed(_ block: PackedBlock, into hidden: MatrixView) {
        for member in block.members {
            for (offset, token) in member.part.tokens.enumerated() {
                weights.embedding.copyRow(Int(token), into: hidden[member.rows.lowerBound + offset])
            }
        }
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

    private func runLayer(
        _ layer: Int, _ block: PackedBlock, _ hidden: MatrixView, _ workspace: Workspace, _ team: WorkerTeam
    ) {
        let weights = weights.layers[layer]
        let attentionInput = normed(hidden, weights.attentionInputNorm, workspace.attentionInput, team)
        let mixed = attention(layer, block, attentionInput, workspace, team)
        switch configuration.residual {
        case .serial:
            add(weights.attentionOutput, mixed, weights.attentionOutputNorm, to: hidden, workspace, team)
            let mlpInput = normed(hidden, weights.mlpInputNorm, workspace.mlpInput, team)
            let coefficients = coefficients(layer, block, mlpInput, workspace, team)
            add(weights.mlpOutput, coefficients, weights.mlpOutputNorm, to: hidden, workspace, team)
        case .parallel, .parallelSharedNorm:
            let mlpInput =
                configuration.residual == .parallelSharedNorm
                ? attentionInput : normed(hidden, weights.mlpInputNorm, workspace.mlpInput, team)
            let coefficients = coefficients(layer, block, mlpInput, workspace, team)
            add(weights.attentionOutput, mixed, weights.attentionOutputNorm, to: hidden, workspace, team)
            add(weights.mlpOutput, coefficients, weights.mlpOutputNorm, to: hidden, workspace, team)
        }
    }

    /// The coefficients of the MLP: read out first, then overwritten where the sequences ask for it.
    private func coefficients(
        _ layer: Int, _ block: PackedBlock, _ input: MatrixView, _ workspace: Workspace, _ team: WorkerTeam
    ) -> MatrixView {
        let count = configuration.layers[layer].coefficientCount
        let width = configuration.isGated ? 2 * count : count
        let wide = workspace.mlpHidden.matrix(rows: block.rowCount, columns: width)
        multiply(input, weights.layers[layer].mlpInput, into: wide, team)
        let result = workspace.coefficients.matrix(rows: block.rowCount, columns: count)
        team.forEachSlice(ofRows: block.rowCount, nanosecondsPerRow: count) { rows in
            let wide = wide.rows(rows)
            Kernel.activate(
                configuration.activation, wide.columns(0..<count),
                times: configuration.isGated ? wide.columns(count..<2 * count) : nil, into: result.rows(rows))
        }
        for member in block.members {
            if let tap {
                let values = UnsafeBufferPointer(result.rows(member.rows).values)
                tap(layer, member.part.index, values.span)
            }
            if let surgery = member.part.surgery?.layers[layer] {
                for row in member.rows { surgery.apply(to: result[row]) }
            }
        }
        return result
    }

    /// `hidden += norm(x · Wᵀ + b)`; without a norm the product is added as it arises.
    private func add(
        _ linear: Linear, _ x: MatrixView, _ norm: Norm?, to hidden: MatrixView, _ workspace: Workspace,
        _ team: WorkerTeam
    ) {
        guard let norm else {
            linear.weight.multiply(x, into: hidden, adding: true, bias: linear.bias, team: team)
            return
        }
        let output = workspace.output.matrix(rows: hidden.rows, columns: hidden.columns)
        linear.weight.multiply(x, into: output, bias: linear.bias, team: team)
        team.forEachSlice(ofRows: hidden.rows, nanosecondsPerRow: hidden.columns) { rows in
            norm.apply(output.rows(rows), into: output.rows(rows))
            Kernel.add(output.rows(rows), to: hidden.rows(rows))
        }
    }

    /// Several products of one input, side by side.
    func multiply(_ x: MatrixView, _ linears: [Linear], into y: MatrixView, _ team: WorkerTeam) {
        var start = 0
        for linear in linears {
            let end = start + linear.weight.outputs
            linear.weight.multiply(x, into: y.columns(start..<end), bias: linear.bias, team: team)
            start = end
        }
    }

    /// The input of a block: normed if it has a norm there, else the residual stream itself.
    private func normed(_ x: MatrixView, _ norm: Norm?, _ buffer: FloatBuffer, _ team: WorkerTeam) -> MatrixView {
        guard let norm else { return x }
        let result = buffer.matrix(rows: x.rows, columns: x.columns)
        team.forEachSlice(ofRows: x.rows, nanosecondsPerRow: x.columns / 2) { rows in
            norm.apply(x.rows(rows), into: result.rows(rows))
        }
        return result
    }

    private func observe(_ layer: Int, _ block: PackedBlock, _ hidden: MatrixView) {
        guard let hiddenTap else { return }
        for member in block.members { hiddenTap(layer, member.part.index, hidden.rows(member.rows)) }
    }
}
