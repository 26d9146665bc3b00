import Diagnostics
import LinearAlgebra

/// How checkpoints of one `model_type` are read: config.json to a description, and the names of the tensors.
///
/// A family is data. What it computes is decided by the `DecoderConfiguration` alone; a new one is a value of this type,
/// an entry in `all`, and a reference checkpoint in the tests. Defaults for missing keys are those of transformers, whose
/// files leave out what is the default.
struct ModelFamily: Sendable {
    /// `model_type` of config.json.
    var modelType: String
    /// Names of the tensors.
    var names: TensorNames
    /// Whether the matrices of the layers are stored [in, out], as GPT-2's Conv1D does.
    var orientation: WeightMatrix.Orientation = .outputByInput
    /// Reads config.json. Keys that change the arithmetic and are not read here are refused by the caller.
    var configuration: @Sendable (ConfigurationReader) throws -> DecoderConfiguration
    /// Adapts the names where they depend on the configuration.
    var adaptedNames: @Sendable (TensorNames, DecoderConfiguration) -> TensorNames = { names, _ in names }

    /// All families, by `model_type`.
    static let all: [String: ModelFamily] = Dictionary(
        uniqueKeysWithValues: [
            llama, mistral, qwen2, qwen3, gpt2, gptJ, gptNeoX, opt, phi, phi3, gemma, gemma2, gemma3, falcon, olmo,
            olmo2, stableLM, mixtral, olmoe, qwen3MoE,
        ].map { ($0.modelType, $0) })

    /// Reads the description of a checkpoint.
    ///
    /// - Throws: `Failure` 65 naming the key that is missing, damaged or not supported.
    static func read(_ checkpoint: Checkpoint) throws -> (family: ModelFamily, configuration: DecoderConfiguration) {
        try read(checkpoint.configuration.json(), file: checkpoint.configuration.path)
    }

    /// Reads the description from the content of a config.json; `file` is its name in messages.
    static func read(_ json: JSONValue, file: String) throws -> (
        family: ModelFamily, configuration: DecoderConfiguration
    ) {
        guard case .object(let members) = json else { throw Failure(.badData, file: file, "is not a JSON object") }
        let reader = ConfigurationReader(file: file, object: members)
        guard let modelType = try reader.text("model_type") else { throw reader.failure("model_type", "is missing") }
        guard var family = all[modelType] else {
            throw reader.failure(
                "model_type", "“\(modelType)” is not supported",
                remedy: "supported: \(all.keys.sorted().joined(separator: ", "))")
        }
        let configuration = try family.configuration(reader)
        try checkLayerTypes(reader, configuration)
        try reader.refuseUnreadArithmetic()
        let attention = configuration.attention
        guard attention.headCount % attention.keyValueHeadCount == 0 else {
            throw reader.failure(
                "num_key_value_heads",
                "\(attention.keyValueHeadCount) does not divide \(attention.headCount) attention heads")
        }
        // One matrix computes them all; its rows are counted in 32 bits.
        guard attention.projectionSize < 1 << 28 else {
            throw reader.failure(
                "num_attention_heads",
                "\(attention.headCount) heads of \(attention.headSize) values are not a possible size")
        }
        family.names = family.adaptedNames(family.names, configuration)
        return (family, configuration)
    }

    /// `layer_types` (transformers 5) must say what the rest of the file says.
    private static func checkLayerTypes(_ reader: ConfigurationReader, _ configuration: DecoderConfiguration) throws {
        guard let types = try reader.texts("layer_types") else { return }
        let expected = configuration.layers.map { $0.window == nil ? "full_attention" : "sliding_attention" }
        guard types == expected else {
            throw reader.failure(
                "layer_types", "does not agree with the other keys, or has a type that is not supported")
        }
    }
}

/// Names of a checkpoint's tensors, without `.weight` and `.bias`. Several names for one projection mean that its rows
/// are spread over several tensors, in that order; one means that one tensor holds them all.
struct TensorNames: Sendable {
    /// Before every name but the head's; may be missing in a checkpoint as a whole.
    var prefix = "model."
    var embedding = "embed_tokens"
    var positions: String?
    var finalNorm = "norm"
    /// Around the layers of a model whose embeddings have a width of their own.
    var embeddingInput = "project_in"
    var embeddingOutput = "project_out"
    var head = "lm_head"
    /// Before the number of a layer.
    var layer = "layers"

    var attentionInputNorm: String? = "input_layernorm"
    var queryKeyValue = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]
    var queryNorm = "self_attn.q_norm"
    var keyNorm = "self_attn.k_norm"
    var attentionOutput = "self_attn.o_proj"
    var attentionOutputNorm: String?
    /// Of the residual stream after the attention was added.
    var attentionResidualNorm: String?
    var mlpInputNorm: String? = "post_attention_layernorm"
    /// Gate, then up; or the one input matrix of an MLP without gate; or one tensor with gate and up.
    var mlpInput = ["mlp.gate_proj", "mlp.up_proj"]
    var mlpOutput = "mlp.down_proj"
    /// Instead of these two in layers with experts.
    var experts: ExpertNames?
    var mlpOutputNorm: String?
    /// Of the residual stream after the MLP was added.
    var mlpResidualNorm: String?

    /// Full names inside a layer of left-over buffers that must not be used.
    var ignored: [String] = ["self_attn.rotary_emb.inv_freq"]
}

/// Names inside a layer with experts.
struct ExpertNames: Sendable {
    var router = "mlp.gate"
    /// Before the number of an expert.
    var folder = "mlp.experts"
    /// Inside an expert, as `TensorNames.mlpInput` and `mlpOutput`.
    var input = ["gate_proj", "up_proj"]
    var output = "down_proj"
}
