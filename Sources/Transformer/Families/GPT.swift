import LinearAlgebra

/// GPT-2 and the families that descend from it: LayerNorm with bias, no gate, biases.
extension ModelFamily {
    /// GPT-2: learned positions, matrices stored [in, out], one tensor for queries, keys and values.
    static let gpt2 = ModelFamily(
        modelType: "gpt2",
        names: TensorNames(
            prefix: "transformer.", embedding: "wte", positions: "wpe", finalNorm: "ln_f", layer: "h",
            attentionInputNorm: "ln_1", queryKeyValue: ["attn.c_attn"], attentionOutput: "attn.c_proj",
            mlpInputNorm: "ln_2",
            mlpInput: ["mlp.c_fc"], mlpOutput: "mlp.c_proj", ignored: ["attn.bias", "attn.masked_bias"]),
        orientation: .inputByOutput
    ) { reader in
        var configuration = try gptLike(reader, modelType: "gpt2", isHeadTiedByDefault: true)
        configuration.attention.hasQueryKeyValueBias = true
        configuration.attention.hasOutputBias = true
        configuration.learnedPositions = LearnedPositions(offset: 0)
        if try reader.flag("scale_attn_weights") == false { configuration.attention.scale = 1 }
        return configuration
    }

    /// GPT-J: rotary encoding of adjacent pairs, one norm for both blocks, a head with bias.
    static let gptJ = ModelFamily(
        modelType: "gptj",
        names: TensorNames(
            prefix: "transformer.", embedding: "wte", finalNorm: "ln_f", layer: "h", attentionInputNorm: "ln_1",
            queryKeyValue: ["attn.q_proj", "attn.k_proj", "attn.v_proj"], attentionOutput: "attn.out_proj",
            mlpInput: ["mlp.fc_in"], mlpOutput: "mlp.fc_out", ignored: ["attn.bias", "attn.masked_bias"])
    ) { reader in
        var configuration = try gptLike(reader, modelType: "gptj", isHeadTiedByDefault: false)
        let dimensions = try reader.count("rotary_dim", default: 64)
        guard dimensions % 2 == 0, dimensions <= configuration.attention.headSize else {
            throw reader.failure(
                "rotary_dim", "\(dimensions) does not fit heads of \(configuration.attention.headSize)")
        }
        for index in configuration.layers.indices {
            configuration.layers[index].rotary = RotaryEncoding(
                dimensions: dimensions, base: 10_000, pairing: .adjacent)
        }
        configuration.residual = .parallelSharedNorm
        configuration.hasHeadBias = true
        return configuration
    }

    /// GPT-NeoX and Pythia: rows of the projection by head, partial rotary encoding, parallel blocks with two norms.
    static let gptNeoX = ModelFamily(
        modelType: "gpt_neox",
        names: TensorNames(
            prefix: "gpt_neox.", embedding: "embed_in", finalNorm: "final_layer_norm", head: "embed_out",
            queryKeyValue: ["attention.query_key_value"], attentionOutput: "attention.dense",
            mlpInput: ["mlp.dense_h_to_4h"], mlpOutput: "mlp.dense_4h_to_h",
            ignored: ["attention.bias", "attention.masked_bias", "attention.rotary_emb.inv_freq"])
    ) { reader in
        let share = try reader.number("rotary_pct") ?? 0.25
        let base = try reader.number("rotary_emb_base")
        var configuration = try plainDecoder(reader, modelType: "gpt_neox", epsilon: "layer_norm_eps") { headSize in
            try RotaryEncoding.read(reader, headSize: headSize, defaults: .init(theta: base, partial: share))
        }
        let bias = try reader.flag("attention_bias") ?? true
        configuration.attention.hasQueryKeyValueBias = bias
        configuration.attention.hasOutputBias = bias
        configuration.attention.layout = .grouped
        configuration.residual = try reader.flag("use_parallel_residual") ?? true ? .parallel : .serial
        return configuration
    }

    /// OPT: positions from row 2 on. The 350m model has embeddings of their own width, norms after the blocks and none at the
    /// end.
    static let opt = ModelFamily(
        modelType: "opt",
        names: TensorNames(
            prefix: "model.decoder.", positions: "embed_positions", finalNorm: "final_layer_norm",
            attentionInputNorm: "self_attn_layer_norm", attentionOutput: "self_attn.out_proj",
            mlpInputNorm: "final_layer_norm", mlpInput: ["fc1"], mlpOutput: "fc2"),
        configuration: { reader in
            var configuration = try plainDecoder(
                reader, modelType: "opt", epsilon: nil, activation: "activation_function", defaultActivation: "relu",
                coefficientCount: "ffn_dim", isHeadTiedByDefault: true
            ) { _ in nil }
            let width = try reader.count("word_embed_proj_dim", default: configuration.hiddenSize)
            if width != configuration.hiddenSize { configuration.projectedEmbeddingSize = width }
            let isNormedBefore = try reader.flag("do_layer_norm_before") ?? true
            let isFinalNormRemoved = try reader.flag("_remove_final_layer_norm") ?? false
            configuration.residual = isNormedBefore ? .serial : .serialNormedAfter
            configuration.hasFinalNorm = isNormedBefore && !isFinalNormRemoved
            let isAffine = try reader.flag("layer_norm_elementwise_affine") ?? true
            configuration.normalization = .layer(epsilon: 1e-5, hasWeight: isAffine, hasBias: isAffine)
            let bias = try reader.flag("enable_bias") ?? true
            configuration.attention.hasQueryKeyValueBias = bias
            configuration.attention.hasOutputBias = bias
            configuration.hasMLPBias = bias
            configuration.learnedPositions = LearnedPositions(offset: 2)
            return configuration
        },
        adaptedNames: { names, configuration in
            guard configuration.residual == .serialNormedAfter else { return names }
            var names = names
            (names.attentionResidualNorm, names.attentionInputNorm) = (names.attentionInputNorm, nil)
            (names.mlpResidualNorm, names.mlpInputNorm) = (names.mlpInputNorm, nil)
            return names
        })

    /// Phi 1 to 2: partial rotary encoding, one norm for both blocks, biases everywhere.
    static let phi = ModelFamily(
        modelType: "phi",
        names: TensorNames(
            finalNorm: "final_layernorm", attentionOutput: "self_attn.dense", mlpInput: ["mlp.fc1"],
            mlpOutput: "mlp.fc2")
    ) { reader in
        var configuration = try plainDecoder(
            reader, modelType: "phi", epsilon: "layer_norm_eps", defaultActivation: "gelu_new"
        ) { try RotaryEncoding.read(reader, headSize: $0, defaults: .init(partial: 0.5)) }
        configuration.attention.keyValueHeadCount = try reader.count(
            "num_key_value_heads", default: configuration.attention.headCount)
        configuration.attention.hasQueryKeyValueBias = true
        configuration.attention.hasOutputBias = true
        configuration.residual = .parallelSharedNorm
        configuration.hasHeadBias = true
        return configuration
    }

    /// Falcon: the 7B layout (one key/value head, one norm) and the 40B one (grouped rows, two norms).
    static let falcon = ModelFamily(
        modelType: "falcon",
        names: TensorNames(
            prefix: "transformer.", embedding: "word_embeddings", finalNorm: "ln_f", layer: "h",
            queryKeyValue: ["self_attention.query_key_value"], attentionOutput: "self_attention.dense",
            mlpInput: ["mlp.dense_h_to_4h"], mlpOutput: "mlp.dense_4h_to_h",
            ignored: ["self_attention.rotary_emb.inv_freq", "self_attention.maybe_rotary.inv_freq"]),
        configuration: { reader in
            var configuration = try plainDecoder(
                reader, modelType: "falcon", epsilon: "layer_norm_epsilon", activation: "activation",
                coefficientCount: "ffn_hidden_size", defaultContextLength: 2048, isHeadTiedByDefault: true
            ) { try RotaryEncoding.read(reader, headSize: $0, defaults: .init(contextLength: 2048)) }
            let heads = configuration.attention.headCount
            let isNew = try reader.flag("new_decoder_architecture") ?? false
            let isParallel = try reader.flag("parallel_attn") ?? true
            if isNew {
                configuration.attention.keyValueHeadCount = try reader.count("num_kv_heads", default: heads)
                configuration.attention.layout = .grouped
                let norms = try reader.integer("num_ln_in_parallel_attn") ?? 2
                guard norms == 1 || norms == 2 else {
                    throw reader.failure("num_ln_in_parallel_attn", "is neither 1 nor 2")
                }
                configuration.residual = norms == 2 ? .parallel : .parallelSharedNorm
            } else {
                // `num_kv_heads` has no effect here.
                let isMultiQuery = try reader.flag("multi_query") ?? true
                configuration.attention.keyValueHeadCount = isMultiQuery ? 1 : heads
                configuration.attention.layout = isMultiQuery ? .sections : .grouped
                configuration.residual = isParallel ? .parallelSharedNorm : .serial
            }
            let bias = try reader.flag("bias") ?? false
            configuration.attention.hasQueryKeyValueBias = bias
            configuration.attention.hasOutputBias = bias
            configuration.hasMLPBias = bias
            return configuration
        },
        adaptedNames: { names, configuration in
            guard configuration.residual == .parallel else { return names }
            var names = names
            names.attentionInputNorm = "ln_attn"
            names.mlpInputNorm = "ln_mlp"
            return names
        })

    /// The GPT-2 spelling of the configuration (`n_embd`, `n_layer`, ...).
    private static func gptLike(
        _ reader: ConfigurationReader, modelType: String, isHeadTiedByDefault: Bool
    ) throws -> DecoderConfiguration {
        let hiddenSize = try reader.count("n_embd")
        let headCount = try reader.count("n_head")
        let headSize = try headSize(reader, nil, hiddenSize: hiddenSize, headCount: headCount)
        let coefficientCount = try reader.count("n_inner", default: 4 * hiddenSize)
        let layerCount = try reader.layerCount("n_layer")
        let vocabularySize = try reader.count("vocab_size")
        let contextLength = try reader.count("n_positions")
        let epsilon = try reader.positive("layer_norm_epsilon", default: 1e-5)
        let activation = try reader.activation("activation_function", default: "gelu_new")
        let isHeadTied = try reader.flag("tie_word_embeddings") ?? isHeadTiedByDefault
        return DecoderConfiguration(
            modelType: modelType, hiddenSize: hiddenSize, vocabularySize: vocabularySize, contextLength: contextLength,
            layers: Array(repeating: LayerConfiguration(coefficientCount: coefficientCount), count: layerCount),
            attention: AttentionConfiguration(
                headCount: headCount, keyValueHeadCount: headCount, headSize: headSize,
                scale: 1 / Float(headSize).squareRoot()),
            normalization: .layer(epsilon: epsilon, hasWeight: true, hasBias: true), activation: activation,
            isGated: false,
            hasMLPBias: true, isHeadTied: isHeadTied)
    }

    /// The LLaMA spelling (`hidden_size`, ...) of a decoder with LayerNorm and without gate.
    private static func plainDecoder(
        _ reader: ConfigurationReader, modelType: String, epsilon: String?, activation: String = "hidden_act",
        defaultActivation: String = "gelu", coefficientCount: String = "intermediate_size",
        defaultContextLength: Int? = nil,
        isHeadTiedByDefault: Bool = false, rotary: (_ headSize: Int) throws -> RotaryEncoding?
    ) throws -> DecoderConfiguration {
        let hiddenSize = try reader.count("hidden_size")
        let headCount = try reader.count("num_attention_heads")
        let headSize = try headSize(reader, nil, hiddenSize: hiddenSize, headCount: headCount)
        let coefficientCount = try reader.count(coefficientCount, default: 4 * hiddenSize)
        let rotary = try rotary(headSize)
        let layerCount = try reader.layerCount("num_hidden_layers")
        let vocabularySize = try reader.count("vocab_size")
        let contextLength = try reader.count("max_position_embeddings", default: defaultContextLength)
        let epsilon = try epsilon.map { try reader.positive($0, default: 1e-5) } ?? 1e-5
        let activation = try reader.activation(activation, default: defaultActivation)
        let isHeadTied = try reader.flag("tie_word_embeddings") ?? isHeadTiedByDefault
        return DecoderConfiguration(
            modelType: modelType, hiddenSize: hiddenSize, vocabularySize: vocabularySize, contextLength: contextLength,
            layers: Array(
                repeating: LayerConfiguration(coefficientCount: coefficientCount, rotary: rotary), count: layerCount),
            attention: AttentionConfiguration(
                headCount: headCount, keyValueHeadCount: headCount, headSize: headSize,
                scale: 1 / Float(headSize).squareRoot()),
            normalization: .layer(epsilon: epsilon, hasWeight: true, hasBias: true), activation: activation,
            isGated: false,
            hasMLPBias: true, isHeadTied: isHeadTied)
    }
}
