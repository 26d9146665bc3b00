import Foundation
import TestSupport

@testable import Transformer

/// A small sound safetensors file, in its parts.
struct SafetensorsSeed {
    var header: [UInt8]
    var values: [UInt8]

    /// Files of several element types and shapes; the first tensors of the models in the repository, and of the shared
    /// ones, with a few values each.
    static func all() throws -> [SafetensorsSeed] {
        var seeds = [
            SafetensorsSeed([("a", "F32", [2, 3])]), SafetensorsSeed([]),
            SafetensorsSeed([("a", "F32", [4]), ("b", "BF16", [2, 2]), ("c", "F16", [])]),
            SafetensorsSeed([
                ("odd", "U8", [3]), ("misaligned", "F32", [2]), ("none", "F32", [0, 5]), ("z", "I64", [1]),
            ]),
            SafetensorsSeed(
                [
                    "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "U16", "I16", "F16", "BF16", "U32", "I32", "F32", "U64",
                    "I64", "F64",
                ]
                .map { ("tensor.\($0)", $0, [1, 2, 1]) }),
        ]
        seeds[1].header = Array(#"{"__metadata__":{"format":"pt"}}"#.utf8)
        let models =
            GoldenModel.fixtures
            + (TestData.hasShared ? GoldenModel.shared : []).map {
                GoldenModel(folder: TestData.shared("models/\($0)"))
            }
        for model in models {
            let tensors = try Checkpoint(folder: model.folder.path).files.flatMap(\.tensors).prefix(4)
            seeds.append(SafetensorsSeed(tensors.map { ($0.name, $0.elementType, $0.shape.map { $0 % 4 }) }))
        }
        return seeds
    }

    /// Values that a header might have.
    static let values =
        [
            "F32", "F16", "BF16", "F64", "I8", "U8", "BOOL", "F7", "f32", "__metadata__", "dtype", "shape",
            "data_offsets", "a",
        ]
        .map { "\"\($0)\"" } + [
            "[0,24]", "[0,0]", "[24,0]", "[0,4]", "[4,8]", "[8,4]", "[0,25]", "[-4,0]", "[0]", "[0,4,8]",
            "[0,18446744073709551615]", "[9223372036854775807,9223372036854775807]", "[0,9223372036854775807]",
            "[4611686018427387904,4]", "[4294967296,4294967296]", "[4611686018427387904,0]",
            "[0,4611686018427387904,4]", "[1,1,1,1,1,1]", "[6]", "[3,2]", "[2,3,1]",
            #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, #"{"dtype":"U8","shape":[0],"data_offsets":[24,24]}"#,
        ]

    /// Tensors one after the other.
    init(_ tensors: [(name: String, type: String, shape: [Int])]) {
        let sizes = [
            "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2,
        ]
        var entries: [String] = []
        var offset = 0
        for (name, type, shape) in tensors {
            let end = offset + shape.reduce(sizes[type] ?? 1, *)
            entries.append("\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        header = Array("{\(entries.joined(separator: ","))}".utf8)
        values = (0..<offset).map { UInt8(truncatingIfNeeded: $0 * 37) }
    }

    /// A file with changes to its header, its length, or its size.
    func mutation(_ mutator: JSONMutator, _ generator: inout MutationGenerator) -> [UInt8] {
        var header = header
        var values = values
        let kind = generator.below(8)
        if kind < 6 { header = mutator.mutation(of: header, &generator) }
        if kind == 6 { header += Array(repeating: 0x20, count: generator.below(9)) }
        var length = UInt64(header.count)
        switch generator.below(24) {
        case 0: length = generator.element([0, 1, 7, .max, .max - 7, UInt64(Int64.max), 1 << 32, 100_000_001])
        case 1: length ^= 1 << UInt64(generator.below(64))
        case 2: length = length &+ UInt64(generator.below(16)) &- 8
        case 3: length = UInt64(header.count + values.count)
        case 4: values.removeLast(generator.below(values.count + 1))
        case 5: values += Array(repeating: 0, count: generator.below(9))
        case 6: values = header + values
        default: break
        }
        var bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + header + values
        if generator.below(24) == 0 { bytes.removeLast(generator.below(bytes.count)) }
        return bytes
    }

    /// Writes a file without a copy of it on the way: quicker than Foundation does.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o644)
        guard descriptor >= 0, Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw FuzzRun.Problem(description: "\(path) cannot be written")
        }
        close(descriptor)
    }
}

/// Small sound configurations of all families.
enum ConfigurationSeeds {
    /// Those below, those of the models in the repository, and the shared ones.
    static func all() throws -> [[UInt8]] {
        var files = GoldenModel.fixtures.map(\.folder)
        if TestData.hasShared { files += GoldenModel.shared.map { TestData.shared("models/\($0)") } }
        return llamaLike + others
            + (try files.map { [UInt8](try Data(contentsOf: $0.appendingPathComponent("config.json"))) })
    }

    /// Values that a configuration might have.
    static let values =
        ModelFamily.all.keys.sorted().map { "\"\($0)\"" }
        + [
            "silu", "gelu", "gelu_new", "relu", "mish", "default", "linear", "llama3", "yarn", "longrope", "dynamic",
            "sliding_attention", "full_attention", "head_dim", "rope_scaling", "rope_parameters", "hidden_size",
            "sliding_window", "num_key_value_heads", "partial_rotary_factor", "num_experts", "layer_types", "clip_qkv",
            "rope_theta", "factor",
        ].map { "\"\($0)\"" } + [
            "1e39", "-1e39", "1e-46", "0.5", "0.3", "1e300", "23", "4096", "4097", "1048575", "1048577",
            #"["full_attention","full_attention"]"#, #"{"rope_type":"linear","factor":2}"#,
            #"{"rope_type":"yarn","factor":4,"original_max_position_embeddings":32}"#,
            #"{"rope_type":"longrope","short_factor":[1,1],"long_factor":[1,2]}"#, "[1,1,1,1,1,1,1,1]",
        ]

    private static let llamaLike: [[UInt8]] = {
        let scalings = [
            "null", #"{"rope_type":"linear","factor":2.0}"#,
            #"{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64}"#,
            #"{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":64,"beta_fast":32,"beta_slow":1}"#,
            #"{"rope_type":"longrope","short_factor":[1,1,1,1,1,1,1,1],"long_factor":[1,1,2,2,3,3,4,4],"original_max_position_embeddings":64}"#,
        ]
        let types = [
            "llama", "mistral", "qwen2", "qwen3", "phi3", "olmo", "olmo2", "stablelm", "gemma", "gemma2", "gemma3_text",
            "mixtral", "olmoe", "qwen3_moe",
        ]
        return types.enumerated().flatMap { index, type in
            [scalings[0], scalings[1 + index % 4]].compactMap { scaling -> [UInt8]? in
                // StableLM's heads turn in part.
                if type == "stablelm", scaling.contains("longrope") { return nil }
                let experts =
                    ["mixtral", "olmoe", "qwen3_moe"].contains(type)
                    ? #","num_experts":4,"num_experts_per_tok":2,"moe_intermediate_size":8"# : ""
                return Array(
                    """
                    {"model_type":"\(type)","hidden_size":64,"head_dim":16,"num_attention_heads":4,"num_key_value_heads":2,\
                    "intermediate_size":96,"num_hidden_layers":2,"vocab_size":100,"max_position_embeddings":256,\
                    "rope_theta":10000.0,"rope_scaling":\(scaling)\(experts)}
                    """.utf8)
            }
        }
    }()

    private static let others: [[UInt8]] = [
        #"{"model_type":"gpt2","n_embd":64,"n_head":4,"n_layer":2,"n_positions":32,"vocab_size":100,"n_inner":null}"#,
        #"{"model_type":"gptj","n_embd":64,"n_head":4,"n_layer":2,"n_positions":32,"vocab_size":100,"rotary_dim":8}"#,
        #"{"model_type":"gpt_neox","hidden_size":64,"num_attention_heads":4,"num_hidden_layers":2,"vocab_size":100,"max_position_embeddings":32,"intermediate_size":96,"rotary_pct":0.25,"rotary_emb_base":10000,"use_parallel_residual":true,"hidden_act":"gelu"}"#,
        #"{"model_type":"opt","hidden_size":64,"num_attention_heads":4,"num_hidden_layers":2,"vocab_size":100,"max_position_embeddings":32,"ffn_dim":96,"word_embed_proj_dim":32,"do_layer_norm_before":false}"#,
        #"{"model_type":"phi","hidden_size":64,"num_attention_heads":4,"num_hidden_layers":2,"vocab_size":100,"max_position_embeddings":32,"intermediate_size":96,"partial_rotary_factor":0.5}"#,
        #"{"model_type":"falcon","hidden_size":64,"num_attention_heads":4,"num_hidden_layers":2,"vocab_size":100,"multi_query":true}"#,
        #"{"model_type":"falcon","hidden_size":64,"num_attention_heads":4,"num_kv_heads":2,"num_hidden_layers":2,"vocab_size":100,"new_decoder_architecture":true,"bias":true}"#,
    ].map { Array($0.utf8) }
}
