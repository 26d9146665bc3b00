import Diagnostics
import LinearAlgebra

/// A linear map with its bias.
struct Linear: Sendable {
    var weight: WeightMatrix
    var bias: [Float]?
}

/// A norm with its parameters; the offset of Gemma's weights is already added.
struct Norm: Sendable {
    var kind: Normalization
    var weight: [Float]?
    var bias: [Float]?

    /// Norms every row; x and y may be the same.
    func apply(_ x: MatrixView, into y: MatrixView) {
        switch kind {
        case .rms(let epsilon, _): Kernel.rmsNorm(x, weight: weight, epsilon: epsilon, into: y)
        case .layer(let epsilon, _, _): Kernel.layerNorm(x, weight: weight, bias: bias, epsilon: epsilon, into: y)
        }
    }
}

/// The norm of queries or keys before the rotary encoding.
struct HeadNorm: Sendable {
    /// One for all heads, or one for each.
    var norms: [Norm]
    /// Whether it runs over all heads together.
    var isAcrossHeads: Bool
}

/// The matrices of an MLP, or of one expert.
struct MLPWeights: Sendable {
    /// Gate, then up, side by side; or one matrix.
    var input: [Linear]
    /// Its columns are the value vectors.
    var output: Linear
}

/// The weights of one layer. A norm that the family does not have is nil.
struct LayerWeights: Sendable {
    var attentionInputNorm: Norm?
    /// Their outputs stand side by side in a row of the projection.
    var queryKeyValue: [Linear]
    var queryNorm: HeadNorm?
    var keyNorm: HeadNorm?
    var attentionOutput: Linear
    var attentionOutputNorm: Norm?
    var attentionResidualNorm: Norm?
    var mlpInputNorm: Norm?
    /// [experts, hidden]; nil without experts.
    var router: WeightMatrix?
    /// One, or one for each expert.
    var mlps: [MLPWeights]
    var mlpOutputNorm: Norm?
    var mlpResidualNorm: Norm?
}

/// All weights of a decoder, checked against its configuration.
struct DecoderWeights: Sendable {
    /// [vocabulary, embedding size].
    var embedding: WeightMatrix
    /// From embeddings to hidden states and back, where they differ in width.
    var embeddingInput: WeightMatrix?
    var embeddingOutput: WeightMatrix?
    /// [positions, hidden].
    var positions: WeightMatrix?
    var layers: [LayerWeights]
    var finalNorm: Norm?
    /// The embedding itself when tied.
    var head: Linear
    /// Number of weights in use; a tied head counts once.
    var parameterCount: Int
    /// How they are stored.
    var storedTypes: Set<StoredFloat>
}

extension DecoderWeights {
    /// Finds and checks all tensors.
    ///
    /// - Parameter arithmetic: what their products are computed in.
    /// - Throws: `Failure` 65 naming the tensor that is missing, has another shape, or belongs nowhere.
    init(
        _ checkpoint: Checkpoint, _ family: ModelFamily, _ configuration: DecoderConfiguration, _ arithmetic: Arithmetic
    ) throws {
        var loader = WeightLoader(checkpoint, family, arithmetic)
        let hidden = configuration.hiddenSize
        let width = configuration.embeddingSize
        embedding = try loader.matrix(
            loader.full(family.names.embedding), configuration.vocabularySize, width, .outputByInput)
        embeddingInput = nil
        embeddingOutput = nil
        if configuration.projectedEmbeddingSize != nil {
            let (input, output) = (family.names.embeddingInput, family.names.embeddingOutput)
            embeddingInput = try loader.matrix(loader.full(input), hidden, width, .outputByInput)
            embeddingOutput = try loader.matrix(loader.full(output), width, hidden, .outputByInput)
        }
        positions = nil
        if let learned = configuration.learnedPositions, let name = family.names.positions {
            positions = try loader.matrix(
                loader.full(name), configuration.contextLength + learned.offset, hidden, .outputByInput)
        }
        layers = []
        for index in configuration.layers.indices {
            layers.append(try loader.layer(index, configuration))
        }
        finalNorm = nil
        if configuration.hasFinalNorm {
            finalNorm = try loader.norm(loader.full(family.names.finalNorm), configuration.normalization, hidden)
        }
        let headName = family.names.head
        if configuration.isHeadTied {
            head = Linear(weight: embedding)
            try loader.checkTied(headName, to: loader.full(family.names.embedding))
        } else {
            head = Linear(weight: try loader.matrix(headName, configuration.vocabularySize, width, .outputByInput))
        }
        if configuration.hasHeadBias { head.bias = try loader.vector("\(headName).bias", configuration.vocabularySize) }
        try loader.refuseUnused(configuration)
        parameterCount = loader.parameterCount
        storedTypes = loader.storedTypes
    }
}
