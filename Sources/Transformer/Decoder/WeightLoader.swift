import Diagnostics
import LinearAlgebra

/// Takes tensors out of a checkpoint by name, checks their shapes, and knows in the end which were not taken.
struct WeightLoader {
    /// What products of the weights are computed in.
    let arithmetic: Arithmetic
    private(set) var parameterCount = 0
    private(set) var storedTypes: Set<StoredFloat> = []
    private let checkpoint: Checkpoint
    private let family: ModelFamily
    private let prefix: String
    private var used: Set<String> = []

    init(_ checkpoint: Checkpoint, _ family: ModelFamily, _ arithmetic: Arithmetic) {
        self.checkpoint = checkpoint
        self.family = family
        self.arithmetic = arithmetic
        // Checkpoints saved from the model without its head lack the first part of the prefix.
        let names = family.names
        let full = names.prefix
        let short = full.drop { $0 != "." }.dropFirst()
        prefix =
            checkpoint.tensor("\(full)\(names.embedding).weight") != nil
            ? full
            : checkpoint.tensor("\(short)\(names.embedding).weight") != nil ? String(short) : full
    }

    /// A name with the checkpoint's prefix.
    func full(_ name: String) -> String { prefix + name }

    // MARK: - Single tensors

    /// The matrix `NAME.weight`.
    mutating func matrix(
        _ name: String, _ outputs: Int, _ inputs: Int, _ orientation: WeightMatrix.Orientation
    ) throws -> WeightMatrix {
        let shape = orientation == .outputByInput ? [outputs, inputs] : [inputs, outputs]
        let tensor = try take("\(name).weight", shape: shape)
        return WeightMatrix(
            bytes: tensor.bytes, type: try tensor.floatType(), outputs: outputs, inputs: inputs,
            orientation: orientation, arithmetic: arithmetic, owner: tensor.file)
    }

    /// A vector, as float32.
    mutating func vector(_ name: String, _ count: Int) throws -> [Float] {
        try take(name, shape: [count]).floats()
    }

    /// A norm with the parameters that its kind has.
    mutating func norm(_ name: String, _ kind: Normalization, _ count: Int) throws -> Norm {
        switch kind {
        case .rms(_, let offset):
            let weight = try vector("\(name).weight", count)
            return Norm(kind: kind, weight: offset == 0 ? weight : weight.map { offset + $0 })
        case .layer(_, let hasWeight, let hasBias):
            return Norm(
                kind: kind, weight: hasWeight ? try vector("\(name).weight", count) : nil,
                bias: hasBias ? try vector("\(name).bias", count) : nil)
        }
    }

    private mutating func take(_ name: String, shape: [Int]) throws -> StoredTensor {
        guard let tensor = checkpoint.tensor(name) else {
            throw Failure(
                .badData, file: checkpoint.folder, at: "tensor \(name)", "is missing",
                remedy: "the checkpoint is not complete or config.json belongs to another one")
        }
        guard tensor.shape == shape else {
            throw tensor.failure("its shape is \(tensor.shape), config.json asks for \(shape)")
        }
        storedTypes.insert(try tensor.floatType())
        if used.insert(name).inserted { parameterCount += tensor.count }
        return tensor
    }

    // MARK: - A layer

    /// The weights of a layer.
    mutating func layer(_ index: Int, _ configuration: DecoderConfiguration) throws -> LayerWeights {
        let names = family.names
        let attention = configuration.attention
        let hidden = configuration.hiddenSize
        let queries = attention.headCount * attention.headSize
        let keys = attention.keyValueHeadCount * attention.headSize
        func inLayer(_ name: String) -> String { "\(prefix)\(names.layer).\(index).\(name)" }
        func optionalNorm(_ name: String?) throws -> Norm? {
            try name.map { try norm(inLayer($0), configuration.normalization, hidden) }
        }
        return LayerWeights(
            attentionInputNorm: try optionalNorm(names.attentionInputNorm),
            queryKeyValue: try sideBySide(
                names.queryKeyValue.map(inLayer), parts: [queries, keys, keys], inputs: hidden,
                hasBias: attention.hasQueryKeyValueBias),
            queryNorm: try headNorm(inLayer(names.queryNorm), attention.headCount, configuration),
            keyNorm: try headNorm(inLayer(names.keyNorm), attention.keyValueHeadCount, configuration),
            attentionOutput: try linear(inLayer(names.attentionOutput), hidden, queries, attention.hasOutputBias),
            attentionOutputNorm: try optionalNorm(names.attentionOutputNorm),
            attentionResidualNorm: try optionalNorm(names.attentionResidualNorm),
            mlpInputNorm: configuration.residual == .parallelSharedNorm ? nil : try optionalNorm(names.mlpInputNorm),
            router: try router(index, configuration),
            mlps: try mlps(index, configuration),
            mlpOutputNorm: try optionalNorm(names.mlpOutputNorm),
            mlpResidualNorm: try optionalNorm(names.mlpResidualNorm))
    }

    private mutating func router(_ index: Int, _ configuration: DecoderConfiguration) throws -> WeightMatrix? {
        guard let experts = configuration.layers[index].experts, let names = family.names.experts else { return nil }
        let name = "\(prefix)\(family.names.layer).\(index).\(names.router)"
        return try matrix(name, experts.count, configuration.hiddenSize, .outputByInput)
    }

    /// The MLP of a layer, or those of its experts.
    private mutating func mlps(_ index: Int, _ configuration: DecoderConfiguration) throws -> [MLPWeights] {
        let layer = configuration.layers[index]
        let folder = "\(prefix)\(family.names.layer).\(index)."
        guard let experts = layer.experts, let names = family.names.experts else {
            let input = family.names.mlpInput.map { folder + $0 }
            return [try mlp(input, folder + family.names.mlpOutput, layer.coefficientCount, configuration)]
        }
        var mlps: [MLPWeights] = []
        for expert in 0..<experts.count {
            let folder = "\(folder)\(names.folder).\(expert)."
            let input = names.input.map { folder + $0 }
            mlps.append(try mlp(input, folder + names.output, layer.coefficientsPerExpert, configuration))
        }
        return mlps
    }

    private mutating func mlp(
        _ input: [String], _ output: String, _ count: Int, _ configuration: DecoderConfiguration
    ) throws -> MLPWeights {
        let (hidden, hasBias) = (configuration.hiddenSize, configuration.hasMLPBias)
        return MLPWeights(
            input: try sideBySide(
                input, parts: configuration.isGated ? [count, count] : [count], inputs: hidden, hasBias: hasBias),
            output: try linear(output, hidden, count, hasBias))
    }

    private mutating func linear(_ name: String, _ outputs: Int, _ inputs: Int, _ hasBias: Bool) throws -> Linear {
        Linear(
            weight: try matrix(name, outputs, inputs, family.orientation),
            bias: hasBias ? try vector("\(name).bias", outputs) : nil)
    }

    /// One tensor for each part, or one tensor for all parts together.
    private mutating func sideBySide(_ names: [String], parts: [Int], inputs: Int, hasBias: Bool) throws -> [Linear] {
        let sizes = names.count == 1 ? [parts.reduce(0, +)] : parts
        precondition(names.count == sizes.count, "a family names one tensor for each part, or one for all")
        var result: [Linear] = []
        for (name, size) in zip(names, sizes) { result.append(try linear(name, size, inputs, hasBias)) }
        return result
    }

    private mutating func headNorm(_ name: String, _ heads: Int, _ configuration: DecoderConfiguration) throws
        -> HeadNorm?
    {
        let size = configuration.attention.headSize
        var kind = configuration.normalization
        if case .layer(let epsilon, let hasWeight, _) = kind {
            kind = .layer(epsilon: epsilon, hasWeight: hasWeight, hasBias: false)
        }
        switch configuration.attention.queryKeyNorm {
        case nil: return nil
        case .sharedByHeads?: return HeadNorm(norms: [try norm(name, kind, size)], isAcrossHeads: false)
        case .acrossHeads?: return HeadNorm(norms: [try norm(name, kind, heads * size)], isAcrossHeads: true)
        case .ofEachHead?:
            var norms: [Norm] = []
            for head in 0..<heads { norms.append(try norm("\(name).\(head)", kind, size)) }
            return HeadNorm(norms: norms, isAcrossHeads: false)
        }
    }

    // MARK: - What is left

    /// A head that is stored although it is tied must be the embedding, byte for byte: which one should count otherwise?
    mutating func checkTied(_ head: String, to embedding: String) throws {
        guard let stored = checkpoint.tensor("\(head).weight") else { return }
        guard let original = checkpoint.tensor("\(embedding).weight"), stored.shape == original.shape,
            stored.elementType == original.elementType, stored.bytes.elementsEqual(original.bytes)
        else {
            throw stored.failure(
                "differs from \(embedding).weight although tie_word_embeddings is true",
                remedy: "set tie_word_embeddings to false if the head is its own")
        }
        used.insert(stored.name)
    }

    /// Throws when a tensor was neither used nor is a known left-over.
    func refuseUnused(_ configuration: DecoderConfiguration) throws {
        var ignored: Set<String> = []
        for index in configuration.layers.indices {
            for name in family.names.ignored { ignored.insert("\(prefix)\(family.names.layer).\(index).\(name)") }
        }
        let unused = checkpoint.tensorNames.filter { !used.contains($0) && !ignored.contains($0) }
        guard let name = unused.first, let tensor = checkpoint.tensor(name) else { return }
        let others = unused.count > 1 ? " (and \(unused.count - 1) more)" : ""
        throw tensor.failure(
            "has no place in a \(configuration.modelType) model of this config.json\(others)",
            remedy: "check that weights and config.json belong together")
    }
}
