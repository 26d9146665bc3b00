/// LLaMA and the families that differ from it in a few settings.
extension ModelFamily {
    /// LLaMA 1 to 3, and everything that was published in its format.
    static let llama = ModelFamily(modelType: "llama", names: TensorNames()) { reader in
        var configuration = try llamaLike(reader, modelType: "llama")
        guard configuration.layers.allSatisfy({ $0.rotary?.dimensions == configuration.attention.headSize }) else {
            throw reader.failure("partial_rotary_factor", "is not supported for llama")
        }
        let bias = try reader.flag("attention_bias") ?? false
        configuration.attention.hasQueryKeyValueBias = bias
        configuration.attention.hasOutputBias = bias
        configuration.hasMLPBias = try reader.flag("mlp_bias") ?? false
        return configuration
    }

    /// Mistral: LLaMA with a sliding window in all layers.
    static let mistral = ModelFamily(modelType: "mistral", names: TensorNames()) { reader in
        var configuration = try llamaLike(reader, modelType: "mistral")
        // Files of transformers 4 leave out what is the default; no window is written as null.
        let window = reader.isPresent("sliding_window") ? try reader.window() : 4096
        for index in configuration.layers.indices { configuration.layers[index].window = window }
        return configuration
    }

    /// Qwen 2 and 2.5: biases on queries, keys and values.
    static let qwen2 = ModelFamily(modelType: "qwen2", names: TensorNames()) { reader in
        var configuration = try llamaLike(reader, modelType: "qwen2")
        configuration.attention.hasQueryKeyValueBias = true
        try refuseQwenWindow(reader)
        return configuration
    }

    /// Qwen 3: a norm of every query and key head.
    static let qwen3 = ModelFamily(modelType: "qwen3", names: TensorNames()) { reader in
        var configuration = try llamaLike(reader, modelType: "qwen3", defaultHeadSize: 128)
        configuration.attention.queryKeyNorm = .sharedByHeads
        let bias = try reader.flag("attention_bias") ?? false
        configuration.attention.hasQueryKeyValueBias = bias
        configuration.attention.hasOutputBias = bias
        try refuseQwenWindow(reader)
        return configuration
    }

    /// Phi 3 and 4: queries, keys and values in one tensor, gate and up in another; a sliding window, or LongRoPE.
    static let phi3 = ModelFamily(
        modelType: "phi3",
        names: TensorNames(queryKeyValue: ["self_attn.qkv_proj"], mlpInput: ["mlp.gate_up_proj"])
    ) { reader in
        let rope = RotaryEncoding.Surroundings(originalContextLength: 4096, hasOldLongRopeNames: true)
        var configuration = try llamaLike(reader, modelType: "phi3", defaultEpsilon: 1e-5, ropeDefaults: rope)
        let window = try reader.window()
        for index in configuration.layers.indices { configuration.layers[index].window = window }
        return configuration
    }

    /// OLMo: LayerNorm without parameters, and limits for queries, keys and values.
    static let olmo = ModelFamily(modelType: "olmo", names: TensorNames()) { reader in
        var configuration = try llamaLike(
            reader, modelType: "olmo", normalization: .layer(epsilon: 1e-5, hasWeight: false, hasBias: false))
        configuration.attention.clip = try reader.number("clip_qkv") == nil ? nil : reader.positive("clip_qkv")
        return configuration
    }

    /// OLMo 2: norms after the blocks instead of before them, and over all query and key heads together.
    static let olmo2 = ModelFamily(
        modelType: "olmo2",
        names: TensorNames(
            attentionInputNorm: nil, attentionOutputNorm: "post_attention_layernorm", mlpInputNorm: nil,
            mlpOutputNorm: "post_feedforward_layernorm")
    ) { reader in
        var configuration = try llamaLike(reader, modelType: "olmo2", defaultEpsilon: 1e-5)
        configuration.attention.queryKeyNorm = .acrossHeads
        return configuration
    }

    /// StableLM 2: LayerNorm, partial rotary encoding; the 12B model also parallel blocks and a norm of every head.
    static let stableLM = ModelFamily(
        modelType: "stablelm",
        names: TensorNames(queryNorm: "self_attn.q_layernorm.norms", keyNorm: "self_attn.k_layernorm.norms")
    ) { reader in
        let epsilon = try reader.positive("layer_norm_eps", default: 1e-5)
        var configuration = try llamaLike(
            reader, modelType: "stablelm", normalization: .layer(epsilon: epsilon, hasWeight: true, hasBias: true),
            ropeDefaults: .init(partial: 0.25))
        configuration.attention.hasQueryKeyValueBias = try reader.flag("use_qkv_bias") ?? false
        if try reader.flag("qk_layernorm") ?? false { configuration.attention.queryKeyNorm = .ofEachHead }
        if try reader.flag("use_parallel_residual") ?? false { configuration.residual = .parallelSharedNorm }
        return configuration
    }

    /// What these families have in common.
    static func llamaLike(
        _ reader: ConfigurationReader, modelType: String, normalization: Normalization? = nil,
        defaultHeadSize: Int? = nil,
        defaultEpsilon: Float = 1e-6, ropeDefaults: RotaryEncoding.Surroundings = .init(), rotary: RotaryEncoding? = nil
    ) throws -> DecoderConfiguration {
        let hiddenSize = try reader.count("hidden_size")
        let headCount = try reader.count("num_attention_heads")
        let headSize = try headSize(
            reader, "head_dim", hiddenSize: hiddenSize, headCount: headCount, default: defaultHeadSize)
        let coefficientCount = try reader.count("intermediate_size")
        let rotary = try rotary ?? RotaryEncoding.read(reader, headSize: headSize, defaults: ropeDefaults)
        let layerCount = try reader.layerCount("num_hidden_layers")
        let keyValueHeadCount = try reader.count("num_key_value_heads", default: headCount)
        let vocabularySize = try reader.count("vocab_size")
        let contextLength = try reader.count("max_position_embeddings")
        let kind: Normalization
        if let normalization {
            kind = normalization
        } else {
            // Not by `??` among the arguments below: an error thrown on its right side crashes debug builds of Swift 6.3.1.
            kind = .rms(epsilon: try reader.positive("rms_norm_eps", default: defaultEpsilon), weightOffset: 0)
        }
        let activation = try reader.activation("hidden_activation", "hidden_act", default: "silu")
        let isHeadTied = try reader.flag("tie_word_embeddings") ?? false
        return DecoderConfiguration(
            modelType: modelType, hiddenSize: hiddenSize, vocabularySize: vocabularySize, contextLength: contextLength,
            layers: Array(
                repeating: LayerConfiguration(coefficientCount: coefficientCount, rotary: rotary), count: layerCount),
            attention: AttentionConfiguration(
                headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize,
                scale: 1 / Float(headSize).squareRoot()),
            normalization: kind, activation: activation, isGated: true, isHeadTied: isHeadTied)
    }

    /// `head_dim`, or hidden size over heads.
    static func headSize(
        _ reader: ConfigurationReader, _ key: String?, hiddenSize: Int, headCount: Int, default fallback: Int? = nil
    ) throws -> Int {
        if let key, let size = try reader.integer(key) ?? fallback {
            guard size > 0, size < 1 << 20 else { throw reader.failure(key, "\(size) is not a possible size") }
            return size
        }
        guard hiddenSize % headCount == 0 else {
            throw reader.failure("hidden_size", "\(hiddenSize) is not a multiple of \(headCount) attention heads")
        }
        return hiddenSize / headCount
    }

    /// Qwen's window has an effect only when `use_sliding_window` is true.
    static func refuseQwenWindow(_ reader: ConfigurationReader) throws {
        reader.ignore("sliding_window")
        if try reader.flag("use_sliding_window") ?? false {
            throw reader.failure("use_sliding_window", "is not supported")
        }
    }
}
