import Diagnostics
import Foundation
import LinearAlgebra

/// Reads config.json and remembers which keys were read, so that a key that changes the arithmetic and that nobody read
/// can be refused instead of ignored. A key whose value is null is the same as a missing one.
final class ConfigurationReader {
    private let file: String
    private let prefix: String
    private let values: [String: JSONValue]
    private var read: Set<String> = []

    /// Wraps a JSON object.
    ///
    /// - Parameter prefix: what stands before keys in messages: the path of an inner object.
    init(file: String, object: [JSONValue.Member], prefix: String = "") {
        self.file = file
        self.prefix = prefix
        values = Dictionary(object.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// A failure that names a key.
    func failure(_ key: String, _ problem: String, remedy: String? = nil) -> Failure {
        Failure(.badData, file: file, at: "key \(prefix)\(key)", problem, remedy: remedy)
    }

    /// Whether the key stands there at all, even as null.
    func isPresent(_ key: String) -> Bool { values[key] != nil }

    // MARK: - Optional values

    /// A whole number.
    func integer(_ key: String) throws -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer else { throw failure(key, "is not a whole number") }
        return number
    }

    /// A number.
    func number(_ key: String) throws -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.double, number.isFinite else { throw failure(key, "is not a number") }
        return number
    }

    /// True or false.
    func flag(_ key: String) throws -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .flag(let flag) = value else { throw failure(key, "is not true or false") }
        return flag
    }

    /// A text.
    func text(_ key: String) throws -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw failure(key, "is not a text") }
        return text
    }

    /// A list of texts.
    func texts(_ key: String) throws -> [String]? {
        guard let value = value(key) else { return nil }
        guard case .list(let list) = value else { throw failure(key, "is not a list") }
        return try list.map { item in
            guard let text = item.string else { throw failure(key, "holds something other than texts") }
            return text
        }
    }

    /// A list of whole numbers.
    func integers(_ key: String) throws -> [Int]? {
        guard let value = value(key) else { return nil }
        guard case .list(let list) = value else { throw failure(key, "is not a list") }
        return try list.map { item in
            guard let number = item.integer else { throw failure(key, "holds something other than whole numbers") }
            return number
        }
    }

    /// A list of positive numbers.
    func positives(_ key: String) throws -> [Float] {
        guard let value = value(key) else { throw failure(key, "is missing") }
        guard case .list(let list) = value else { throw failure(key, "is not a list") }
        return try list.map { item in
            guard let number = item.double.map({ Float($0) }), number > 0, number.isFinite else {
                throw failure(key, "holds something other than positive numbers")
            }
            return number
        }
    }

    /// An inner object.
    func object(_ key: String) throws -> ConfigurationReader? {
        guard let value = value(key) else { return nil }
        guard case .object(let members) = value else { throw failure(key, "is not an object") }
        return ConfigurationReader(file: file, object: members, prefix: "\(prefix)\(key).")
    }

    // MARK: - Values with rules

    /// A size: a whole number of at least one, small enough that products of two never overflow.
    func count(_ key: String, default fallback: Int? = nil) throws -> Int {
        guard let number = try integer(key) ?? fallback else { throw failure(key, "is missing") }
        guard number > 0, number < 1 << 28 else { throw failure(key, "\(number) is not a possible size") }
        return number
    }

    /// A number of layers.
    func layerCount(_ key: String) throws -> Int {
        let number = try count(key)
        guard number <= 4096 else { throw failure(key, "\(number) is not a possible number of layers") }
        return number
    }

    /// A positive number.
    func positive(_ key: String, default fallback: Float? = nil) throws -> Float {
        guard let number = try number(key).map({ Float($0) }) ?? fallback else { throw failure(key, "is missing") }
        guard number > 0, number.isFinite else { throw failure(key, "is not positive") }
        return number
    }

    /// An activation by the name that transformers gives it.
    func activation(_ keys: String..., default fallback: String? = nil) throws -> Activation {
        let found = try keys.compactMap { key in try text(key).map { (key, $0) } }.first
        guard let (key, name) = found ?? fallback.map({ (keys[0], $0) }) else { throw failure(keys[0], "is missing") }
        switch name {
        case "silu", "swish": return .silu
        case "gelu": return .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
        case "relu": return .relu
        default:
            throw failure(
                key, "the activation “\(name)” is not supported",
                remedy: "supported: silu, swish, gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu")
        }
    }

    /// The window of `sliding_window`, for a sequence position and itself.
    func window(_ key: String = "sliding_window") throws -> Int? {
        value(key) == nil ? nil : try count(key)
    }

    // MARK: - What was not read

    /// Says that keys are known and have no effect here.
    func ignore(_ keys: String...) {
        read.formUnion(keys)
    }

    /// Throws when any key was not read: for objects all of whose keys change the arithmetic.
    func refuseUnread() throws {
        guard let key = values.filter({ $0.value != .null && !read.contains($0.key) }).keys.min() else { return }
        throw failure(key, "is not supported")
    }

    /// Throws when a key that is known to change the arithmetic was not read and does not have the value that leaves it
    /// alone.
    func refuseUnreadArithmetic() throws {
        for (key, neutral) in Self.arithmeticKeys.sorted(by: { $0.key < $1.key }) where !read.contains(key) {
            guard let value = values[key], value != .null, !neutral.contains(value) else { continue }
            if value.double == 1, neutral.contains(.number("1")) { continue }
            throw failure(
                key, "changes what the model computes and is not supported for this model_type",
                remedy: "use a checkpoint without it")
        }
    }

    private func value(_ key: String) -> JSONValue? {
        read.insert(key)
        let value = values[key]
        return value == .null ? nil : value
    }

    private static let off: [JSONValue] = [.flag(false)]
    private static let on: [JSONValue] = [.flag(true)]
    private static let one: [JSONValue] = [.number("1")]

    /// Keys of any family that change the arithmetic, with the values that leave it alone.
    private static let arithmeticKeys: [String: [JSONValue]] = [
        "add_cross_attention": off, "alibi": off, "attention_bias": off, "attention_multiplier": [],
        "attn_logit_softcapping": [], "decoder_sparse_step": one, "first_k_dense_replace": [.number("0")],
        "mlp_only_layers": [.list([])], "moe_layer_freq": one, "n_shared_experts": [.number("0")],
        "routed_scaling_factor": one, "scoring_func": [.text("softmax")],
        "shared_expert_intermediate_size": [.number("0")], "bias": off, "clip_qkv": [],
        "cross_attention_layers": [.list([])],
        "do_layer_norm_before": on, "embedding_multiplier": one, "enable_bias": on, "final_logit_softcapping": [],
        "is_encoder_decoder": off, "layer_norm_elementwise_affine": on, "layer_types": [], "lm_head_bias": off,
        "lm_head_multiplier": one, "logit_scale": one, "logits_scaling": one, "mlp_bias": off, "n_routed_experts": [],
        "new_decoder_architecture": off, "no_rope_layers": [.list([])], "num_experts": [], "num_local_experts": [],
        "parallel_attn": off, "partial_rotary_factor": one, "qk_layernorm": off, "qkv_bias": off,
        "quantization_config": [],
        "query_pre_attn_scalar": [], "_remove_final_layer_norm": off, "residual_multiplier": one,
        "rope_local_base_freq": [], "rope_parameters": [], "rope_scaling": [], "rotary_dim": [], "rotary_emb_base": [],
        "rotary_pct": one, "scale_attn_by_inverse_layer_idx": off, "scale_attn_weights": on, "scale_depth": [],
        "scale_emb": one, "sliding_window": [], "use_bias": off, "use_bidirectional_attention": off,
        "use_parallel_residual": off, "use_qk_norm": off, "use_qkv_bias": off, "use_sliding_window": off,
        "word_embed_proj_dim": [],
    ]
}
