import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Transformer

/// Checkpoints that were made to do harm, beside those of `CheckpointTests` and `ConfigurationTests`: each is refused with
/// the file and the place in it.
@Suite struct HostileCheckpointTests {
    private let llama = GoldenModel.fixtures[1]
    private let llama3 = GoldenModel.fixtures[2]

    /// The failure of reading a safetensors file of these parts.
    private func failure(header: String, values: Int = 8, length: UInt64? = nil) throws -> Failure {
        try TestData.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("x.safetensors")
            var data = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
            data.append(Data(header.utf8))
            data.append(Data(count: values))
            try data.write(to: url)
            let failure = try #require(throws: Failure.self) { _ = try SafetensorsFile(path: url.path) }
            #expect(failure.kind == .badData && failure.file == url.path, "\(failure)")
            return failure
        }
    }

    @Test(arguments: [
        // Overlapping, one in the other, the same twice.
        (
            #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}"#,
            "tensor b", "overlap those of a"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            "tensor", "overlap"
        ),
        // Reversed, outside of the file, beyond 64 bits.
        (#"{"a":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}}"#, "tensor a", "no beginning and end"),
        (#"{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}"#, "tensor a", "end at data byte 9"),
        (#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[9,9]}}"#, "tensor a", "end at data byte 9"),
        (
            #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,9223372036854775807]}}"#, "tensor a",
            "9223372036854775807"
        ),
        (
            #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,18446744073709551616]}}"#, "tensor a",
            "data_offsets holds"
        ),
        (#"{"a":{"dtype":"U8","shape":[8],"data_offsets":[-8,0]}}"#, "tensor a", "data_offsets holds"),
        // Products that overflow, also where a zero would undo it.
        (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, "tensor a", "too large"),
        (#"{"a":{"dtype":"F64","shape":[1152921504606846976,8,0],"data_offsets":[0,0]}}"#, "tensor a", "too large"),
        (#"{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,8]}}"#, "tensor a", "shape holds"),
        // Values that do not fit their type, in number or in name.
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, "tensor a", "do not fit the 4"),
        (#"{"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}"#, "tensor a", "“f32” is unknown"),
        (#"{"a":{"dtype":"U8","shape":[8],"dtype":"F64","data_offsets":[0,8]}}"#, "byte", "“dtype” stands twice"),
        (
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
            "byte", "“a” stands twice"
        ),
        (
            #"{"a":{"dtype":"U8","shape":[\#(Array(repeating: "1", count: 65).joined(separator: ","))],"data_offsets":[0,1]}}"#,
            "tensor a", "shape has 65 numbers"
        ),
        (#"{}"#, "byte", "8 bytes belong to no tensor"),
    ])
    func `Headers that lie are refused`(_ header: String, _ place: String, _ problem: String) throws {
        let failure = try failure(header: header)
        #expect(failure.place?.hasPrefix(place) == true && failure.problem.contains(problem), "\(failure)")
    }

    @Test func `Headers that never end are refused without the memory that they would take`() throws {
        let nested = try failure(header: #"{"a":"# + String(repeating: "[", count: 1_000_000))
        #expect(
            nested.place == "byte \(8 + 5 + 63)" && nested.problem.contains("nested more than 64 deep"), "\(nested)")
        let long = try failure(header: "[" + String(repeating: "0,", count: 5_000_000) + "0]")
        #expect(long.problem.contains("more than 4 million values"), "\(long)")
        let cut = try failure(header: #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#, length: 40)
        #expect(cut.place?.hasPrefix("byte 4") == true && cut.problem.contains("header is damaged"), "\(cut)")
    }

    @Test func `Names that differ only in normalisation do not hide a tensor`() throws {
        let entry = #""dtype":"U8","shape":[4],"data_offsets":"#
        let failure = try llama3.failure { folder in
            var file = try EditableSafetensors(folder.appendingPathComponent("model.safetensors"))
            file.header = "{\"é\":{\(entry)[0,4]},\"e\u{301}\":{\(entry)[4,8]}}"
            file.values = Data(count: 8)
            try file.write()
        }
        #expect(
            failure?.kind == .badData && failure?.place?.hasPrefix("tensor ") == true, "\(String(describing: failure))")
    }

    @Test func `Values at any address are the same values`() throws {
        let prompt = SequenceInput(tokens: [1, 2, 3], logits: .all)
        let expected = try llama.decoder().forward([prompt], tap: nil)
        try llama.withCopy { folder in
            for shard in ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] {
                var file = try EditableSafetensors(folder.appendingPathComponent(shard))
                // Blanks move all values to odd addresses.
                file.header += (8 + file.header.utf8.count) % 2 == 0 ? " " : "  "
                try file.write()
            }
            #expect(try GoldenModel(folder: folder).decoder().forward([prompt], tap: nil) == expected)
        }
    }

    @Test func `A shard cannot lie outside of the folder`() throws {
        // "/" with a combining mark behind it is one character of another name to a String.
        for name in ["..\u{2F}\u{301}x", "a\\u0000b", "", "."] {
            let failure = try llama.failure {
                try $0.appendingPathComponent("model.safetensors.index.json").edit(
                    "model-00001-of-00002.safetensors", name)
            }
            #expect(failure?.problem == "is not in a file beside the index", "\(String(describing: failure))")
            #expect(failure?.place?.hasPrefix("tensor ") == true && failure?.file?.hasSuffix(".index.json") == true)
        }
    }

    @Test func `A file that is a pipe, a folder or a device is not waited for`() throws {
        for name in ["config.json", "model.safetensors"] {
            for replacement in [0, 1, 2] {
                let failure = try llama3.failure { folder in
                    let path = folder.appendingPathComponent(name).path
                    try FileManager.default.removeItem(atPath: path)
                    switch replacement {
                    case 0: try #require(mkfifo(path, 0o600) == 0)
                    case 1: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                    default: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
                    }
                }
                #expect(failure?.kind == .inputUnavailable && failure?.file?.hasSuffix(name) == true)
                #expect(failure?.problem == "is not a regular file")
            }
        }
    }

    @Test(arguments: [
        (#"{"hidden_size":0}"#, "hidden_size"), (#"{"hidden_size":-64}"#, "hidden_size"),
        (#"{"hidden_size":1e999}"#, "hidden_size"),
        (#"{"hidden_size":NaN}"#, "hidden_size"), (#"{"hidden_size":[64]}"#, "hidden_size"),
        (#"{"hidden_size":64.5}"#, "hidden_size"),
        (#"{"num_attention_heads":0}"#, "num_attention_heads"),
        (#"{"num_attention_heads":268435456}"#, "num_attention_heads"),
        (#"{"num_key_value_heads":0}"#, "num_key_value_heads"), (#"{"num_key_value_heads":3}"#, "num_key_value_heads"),
        (#"{"head_dim":1048576}"#, "head_dim"), (#"{"head_dim":-16}"#, "head_dim"),
        (#"{"head_dim":15}"#, "partial_rotary_factor"),
        // Each of the two is possible, their product is not.
        (#"{"num_attention_heads":65536,"head_dim":65536}"#, "num_attention_heads"),
        (#"{"num_hidden_layers":0}"#, "num_hidden_layers"), (#"{"num_hidden_layers":4097}"#, "num_hidden_layers"),
        (#"{"vocab_size":18446744073709551616}"#, "vocab_size"),
        (#"{"max_position_embeddings":null}"#, "max_position_embeddings"),
        (#"{"rms_norm_eps":NaN}"#, "rms_norm_eps"), (#"{"rms_norm_eps":1e-60}"#, "rms_norm_eps"),
        (#"{"rope_theta":-Infinity}"#, "rope_theta"),
        (#"{"rope_theta":1e39}"#, "rope_theta"), (#"{"partial_rotary_factor":-0.5}"#, "partial_rotary_factor"),
        (#"{"rope_scaling":[]}"#, "rope_scaling"),
        (#"{"rope_scaling":{"rope_type":"linear","factor":0}}"#, "rope_scaling.factor"),
        (
            #"{"rope_scaling":{"rope_type":"longrope","short_factor":[1],"long_factor":[1]}}"#,
            "rope_scaling.short_factor"
        ),
        (#"{"tie_word_embeddings":1}"#, "tie_word_embeddings"), (#"{"hidden_act":{"silu":1}}"#, "hidden_act"),
        (#"{"layer_types":[1,2]}"#, "layer_types"), (#"{"model_type":["llama"]}"#, "model_type"),
        (#"{"model_type":"gemma3_text","head_dim":15}"#, "head_dim"),
        (#"{"model_type":"gemma3_text","rope_theta":-1}"#, "rope_theta"),
        (#"{"model_type":"gemma3_text","sliding_window_pattern":0}"#, "sliding_window_pattern"),
        (#"{"model_type":"mixtral","num_local_experts":0}"#, "num_local_experts"),
        (#"{"model_type":"mixtral","num_local_experts":4,"num_experts_per_tok":5}"#, "num_experts_per_tok"),
    ])
    func `Absurd values are refused with their key`(_ changes: String, _ key: String) throws {
        var members = [
            "model_type": #""llama""#, "hidden_size": "64", "num_attention_heads": "4", "head_dim": "16",
            "intermediate_size": "96", "num_hidden_layers": "2", "vocab_size": "100", "max_position_embeddings": "64",
        ]
        guard case .object(let changed) = try parse(changes) else { return }
        for change in changed { members[change.name] = nil }
        let rest = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        let json = "{\(rest)," + changes.dropFirst()
        let failure = try #require(throws: Failure.self) { try ModelFamily.read(parse(json), file: "config.json") }
        #expect(
            failure.kind == .badData && failure.file == "config.json" && failure.place == "key \(key)", "\(failure)")
    }

    private func parse(_ json: String) throws -> JSONValue {
        try Array(json.utf8).withUnsafeBytes { try JSONValue.parse($0) }
    }

    @Test func `Files of JSON that are too large are refused before they are read`() throws {
        for name in ["config.json", "generation_config.json"] {
            let failure = try llama.failure {
                try #require(truncate($0.appendingPathComponent(name).path, 1 << 36) == 0)
            }
            #expect(failure?.kind == .badData && failure?.file?.hasSuffix(name) == true)
            #expect(failure?.problem.contains("larger than 100 MB") == true)
        }
    }
}
