/// Families with a mixture of experts: relatives of LLaMA whose layers have many MLPs.
extension ModelFamily {
    /// Mixtral: Mistral with experts in all layers.
    static let mixtral = ModelFamily(
        modelType: "mixtral",
        names: TensorNames(
            experts: ExpertNames(
                router: "block_sparse_moe.gate", folder: "block_sparse_moe.experts", input: ["w1", "w3"], output: "w2"))
    ) { reader in
        var configuration = try llamaLike(
            reader, modelType: "mixtral", defaultEpsilon: 1e-5, ropeDefaults: .init(theta: 1_000_000))
        let window = try reader.window()
        for index in configuration.layers.indices { configuration.layers[index].window = window }
        try setExperts(
            reader, &configuration, coefficientsPerExpert: configuration.layers[0].coefficientCount, count: 8,
            countPerToken: 2, areWeightsNormalized: true)
        return configuration
    }

    /// OLMoE: experts in all layers, norms over all query and key heads together, routing weights as they are.
    static let olmoe = ModelFamily(modelType: "olmoe", names: TensorNames(experts: ExpertNames())) { reader in
        var configuration = try llamaLike(reader, modelType: "olmoe", defaultEpsilon: 1e-5)
        configuration.attention.queryKeyNorm = .acrossHeads
        configuration.attention.clip = try reader.number("clip_qkv") == nil ? nil : reader.positive("clip_qkv")
        let bias = try reader.flag("attention_bias") ?? false
        configuration.attention.hasQueryKeyValueBias = bias
        configuration.attention.hasOutputBias = bias
        let isNormalized = try reader.flag("norm_topk_prob") ?? false
        try setExperts(
            reader, &configuration, coefficientsPerExpert: configuration.layers[0].coefficientCount, count: 64,
            countPerToken: 8, areWeightsNormalized: isNormalized)
        return configuration
    }

    /// Qwen 3 with experts, in all layers or in some.
    static let qwen3MoE = ModelFamily(modelType: "qwen3_moe", names: TensorNames(experts: ExpertNames())) { reader in
        var configuration = try llamaLike(reader, modelType: "qwen3_moe")
        configuration.attention.queryKeyNorm = .sharedByHeads
        let bias = try reader.flag("attention_bias") ?? false
        configuration.attention.hasQueryKeyValueBias = bias
        configuration.attention.hasOutputBias = bias
        try refuseQwenWindow(reader)
        let size = try reader.count("moe_intermediate_size", default: 768)
        let step = try reader.count("decoder_sparse_step", default: 1)
        let dense = Set(try reader.integers("mlp_only_layers") ?? [])
        let isNormalized = try reader.flag("norm_topk_prob") ?? false
        try setExperts(
            reader, &configuration, coefficientsPerExpert: size, count: 128, countPerToken: 8,
            areWeightsNormalized: isNormalized
        ) { (layer: Int) in (layer + 1) % step == 0 && !dense.contains(layer) }
        return configuration
    }

    /// Gives layers experts.
    ///
    /// - Parameters:
    ///   - count, countPerToken: what holds when the file does not say.
    ///   - isSparse: whether a layer has experts.
    private static func setExperts(
        _ reader: ConfigurationReader, _ configuration: inout DecoderConfiguration, coefficientsPerExpert: Int,
        count: Int, countPerToken: Int, areWeightsNormalized: Bool, isSparse: (_ layer: Int) -> Bool = { _ in true }
    ) throws {
        // Two names of one thing: the first is Mixtral's and that of transformers 5, the second that of published files.
        let (local, other) = (try reader.integer("num_local_experts"), try reader.integer("num_experts"))
        if let local, let other, local != other {
            throw reader.failure("num_experts", "\(other) is not num_local_experts, \(local)")
        }
        let count = try reader.count(local == nil ? "num_experts" : "num_local_experts", default: count)
        let chosen = try reader.count("num_experts_per_tok", default: countPerToken)
        guard chosen <= count else {
            throw reader.failure("num_experts_per_tok", "\(chosen) is more than the \(count) experts")
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: coefficientsPerExpert)
        guard count <= 1 << 16, !overflow, total < 1 << 28 else {
            throw reader.failure(
                local == nil ? "num_experts" : "num_local_experts",
                "\(count) experts of \(coefficientsPerExpert) units are not a possible size")
        }
        for index in configuration.layers.indices where isSparse(index) {
            configuration.layers[index].coefficientCount = total
            configuration.layers[index].experts = ExpertConfiguration(
                count: count, countPerToken: chosen, areWeightsNormalized: areWeightsNormalized)
        }
    }
}
