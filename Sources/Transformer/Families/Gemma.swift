/// Gemma: norms that multiply by one plus their weight, scaled embeddings, a tied head.
extension ModelFamily {
    /// Gemma 1.
    static let gemma = ModelFamily(modelType: "gemma", names: TensorNames()) { reader in
        try gemmaLike(reader, modelType: "gemma")
    }

    /// Gemma 2: four norms a layer, soft caps, every other layer with a window.
    static let gemma2 = ModelFamily(modelType: "gemma2", names: fourNorms) { reader in
        var configuration = try gemmaLike(reader, modelType: "gemma2")
        configuration.attention.scale = 1 / (try reader.positive("query_pre_attn_scalar", default: 256)).squareRoot()
        configuration.attention.softCap = try softCap(reader, "attn_logit_softcapping", default: 50)
        configuration.logitSoftCap = try softCap(reader, "final_logit_softcapping", default: 30)
        let window = try slidingWindow(reader)
        let types = try reader.texts("layer_types")
        for index in configuration.layers.indices where isSliding(index, types) ?? (index % 2 == 0) {
            configuration.layers[index].window = window
        }
        return configuration
    }

    /// Gemma 3, text only: norms of queries and keys; most layers have a window and a rotary encoding of their own.
    static let gemma3 = ModelFamily(modelType: "gemma3_text", names: fourNorms) { reader in
        let (global, local) = try gemma3Rotary(reader)
        var configuration = try gemmaLike(reader, modelType: "gemma3_text", rotary: global)
        configuration.attention.scale = 1 / (try reader.positive("query_pre_attn_scalar", default: 256)).squareRoot()
        configuration.attention.softCap = try softCap(reader, "attn_logit_softcapping", default: nil)
        configuration.logitSoftCap = try softCap(reader, "final_logit_softcapping", default: nil)
        configuration.attention.queryKeyNorm = .sharedByHeads
        let window = try slidingWindow(reader)
        let types = try reader.texts("layer_types")
        let pattern = try reader.count("sliding_window_pattern", default: 6)
        for index in configuration.layers.indices where isSliding(index, types) ?? ((index + 1) % pattern != 0) {
            configuration.layers[index].window = window
            configuration.layers[index].rotary = local
        }
        return configuration
    }

    private static let fourNorms = TensorNames(
        attentionOutputNorm: "post_attention_layernorm", mlpInputNorm: "pre_feedforward_layernorm",
        mlpOutputNorm: "post_feedforward_layernorm")

    private static func gemmaLike(
        _ reader: ConfigurationReader, modelType: String, rotary: RotaryEncoding? = nil
    ) throws -> DecoderConfiguration {
        let epsilon = try reader.positive("rms_norm_eps", default: 1e-6)
        var configuration = try llamaLike(
            reader, modelType: modelType, normalization: .rms(epsilon: epsilon, weightOffset: 1), defaultHeadSize: 256,
            rotary: rotary)
        configuration.activation = try reader.activation(
            "hidden_activation", "hidden_act", default: "gelu_pytorch_tanh")
        configuration.embeddingScale = Float(configuration.hiddenSize).squareRoot()
        configuration.isHeadTied = try reader.flag("tie_word_embeddings") ?? true
        return configuration
    }

    /// A cap; null means none, a missing key the default.
    private static func softCap(_ reader: ConfigurationReader, _ key: String, default fallback: Float?) throws -> Float?
    {
        guard reader.isPresent(key) else { return fallback }
        return try reader.number(key) == nil ? nil : reader.positive(key)
    }

    private static func slidingWindow(_ reader: ConfigurationReader) throws -> Int {
        try reader.count("sliding_window", default: 4096)
    }

    private static func isSliding(_ layer: Int, _ types: [String]?) -> Bool? {
        types.flatMap { $0.indices.contains(layer) ? $0[layer] == "sliding_attention" : nil }
    }

    /// The encodings of the layers without and with a window.
    private static func gemma3Rotary(_ reader: ConfigurationReader) throws -> (
        global: RotaryEncoding, local: RotaryEncoding
    ) {
        let heads = try reader.count("num_attention_heads")
        let size = try headSize(
            reader, "head_dim", hiddenSize: try reader.count("hidden_size"), headCount: heads, default: 256)
        guard size % 2 == 0 else {
            throw reader.failure("head_dim", "\(size) dimensions do not form pairs, which the rotary encoding turns")
        }
        let contextLength = try reader.count("max_position_embeddings")
        if let parameters = try reader.object("rope_parameters") {
            guard let full = try parameters.object("full_attention"),
                let sliding = try parameters.object("sliding_attention")
            else { throw reader.failure("rope_parameters", "lacks full_attention or sliding_attention") }
            try parameters.refuseUnread()
            return (
                try RotaryEncoding.read(
                    full, headSize: size, .init(theta: 1_000_000, contextLength: contextLength)),
                try RotaryEncoding.read(
                    sliding, headSize: size, .init(theta: 10_000, contextLength: contextLength))
            )
        }
        let theta = try reader.positive("rope_theta", default: 1_000_000)
        let local = RotaryEncoding(dimensions: size, base: try reader.positive("rope_local_base_freq", default: 10_000))
        guard let scaling = try reader.object("rope_scaling") else {
            return (RotaryEncoding(dimensions: size, base: theta), local)
        }
        let surroundings = RotaryEncoding.Surroundings(theta: Double(theta), contextLength: contextLength)
        return (try RotaryEncoding.read(scaling, headSize: size, surroundings), local)
    }
}
