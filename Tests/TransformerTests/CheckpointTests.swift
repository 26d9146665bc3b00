import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Transformer

@Suite struct CheckpointTests {
    private let gpt2 = GoldenModel.fixtures[0]
    private let llama = GoldenModel.fixtures[1]
    private let llama3 = GoldenModel.fixtures[2]

    /// The failure of reading llama3 after its weight file was edited.
    private func failure(
        _ edit: (inout EditableSafetensors) -> Void, headerLength: UInt64? = nil
    ) throws -> Failure? {
        try llama3.failure { folder in
            var file = try EditableSafetensors(folder.appendingPathComponent("model.safetensors"))
            edit(&file)
            try file.write(headerLength: headerLength)
        }
    }

    private func expect(_ failure: Failure?, _ parts: String..., location: SourceLocation = #_sourceLocation) {
        #expect(failure?.kind == .badData, sourceLocation: location)
        for part in parts {
            #expect(
                failure?.description.contains(part) == true, "\(failure?.description ?? "no failure") lacks “\(part)”",
                sourceLocation: location)
        }
    }

    @Test func `A header that is longer than the file is refused`() throws {
        for length in [1_000_000, 257_344, 100_000_001, UInt64.max, UInt64(Int64.max), UInt64.max - 7] {
            expect(try failure({ _ in }, headerLength: length), "model.safetensors", "byte 0", "\(length)")
        }
        let short = try llama3.failure {
            try Data([1, 2, 3]).write(to: $0.appendingPathComponent("model.safetensors"))
        }
        expect(short, "3 bytes are too few")
        let empty = try llama3.failure { try Data().write(to: $0.appendingPathComponent("model.safetensors")) }
        expect(empty, "0 bytes are too few")
    }

    @Test func `A header that is not the JSON of tensors is refused`() throws {
        expect(try failure { $0.header = "[1, 2]" }, "not a JSON object")
        expect(try failure { $0.header = #"{"a": "# }, "header is damaged")
        expect(try failure { $0.header = String(repeating: "[", count: 10_000) }, "deep")
        expect(
            try failure { $0.replace(#""model.norm.weight":"#, #""model.layers.0.mlp.down_proj.weight":"#) }, "twice")
        expect(try failure { $0.header = #"{"a": 5}"# }, "tensor a", "not an object")
        for entry in [
            #"{"shape": [1], "data_offsets": [0, 4]}"#, #"{"dtype": 3, "shape": [1], "data_offsets": [0, 4]}"#,
            #"{"dtype": "F32", "data_offsets": [0, 4]}"#, #"{"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}"#,
            #"{"dtype": "F32", "shape": [1.5], "data_offsets": [0, 4]}"#,
            #"{"dtype": "F32", "shape": 1, "data_offsets": [0, 4]}"#,
            #"{"dtype": "F32", "shape": [1], "data_offsets": [4]}"#,
            #"{"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}"#,
            #"{"dtype": "F32", "shape": [1], "data_offsets": [0, 99999999999999999999]}"#,
            #"{"dtype": "F32", "shape": [1]}"#,
            #"{"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 4]}"#,
        ] {
            expect(try failure { $0.header = "{\"a\": \(entry)}" }, "tensor a")
        }
    }

    @Test func `Offsets that leave the file, overlap or leave gaps are refused with the tensor's name`() throws {
        expect(try failure { $0.replace("[254240,254352]", "[254240,999999]") }, "tensor model.norm.weight", "999999")
        expect(try failure { $0.replace("[254240,254352]", "[254238,254350]") }, "tensor model.norm.weight", "overlap")
        expect(try failure { $0.values.append(contentsOf: [0, 0]) }, "2 bytes belong to no tensor")
        expect(
            try failure {
                $0.values.append(contentsOf: [0, 0])
                $0.replace("[254240,254352]", "[254242,254354]")
            }, "tensor model.norm.weight", "belong to no tensor")
        expect(
            try failure { $0.replace("[254240,254352]", "[254240,254350]") }, "tensor model.norm.weight", "do not fit")
    }

    @Test func `A weight file that was cut off is refused`() throws {
        expect(try failure { $0.values.removeLast(1000) }, "tensor", "but the file has only")
        let shard = try llama.failure { folder in
            let url = folder.appendingPathComponent("model-00002-of-00002.safetensors")
            try Data(contentsOf: url).dropLast(5).write(to: url)
        }
        expect(shard, "model-00002-of-00002.safetensors", "tensor model.norm.weight")
    }

    @Test func `Missing, additional, misshapen and unsupported tensors are named`() throws {
        expect(
            try failure { $0.replace("model.norm.weight", "model.norm.scale") }, "tensor model.norm.weight",
            "is missing")
        expect(
            try failure { $0.replace("layers.2.self_attn.v_proj.weight", "layers.2.self_attn.v_proj.bias") },
            "tensor model.layers.2.self_attn.v_proj.weight", "is missing")
        expect(
            try failure {
                $0.values.append(contentsOf: [0, 0])
                $0.replace(
                    #"{"model.embed"#,
                    #"{"extra":{"dtype":"F16","shape":[1],"data_offsets":[254352,254354]},"model.embed"#)
                $0.replace(
                    #"{"__metadata__""#,
                    #"{"extra":{"dtype":"F16","shape":[1],"data_offsets":[254352,254354]},"__metadata__""#)
            }, "tensor extra", "has no place")
        expect(
            try failure { $0.replace(#""shape":[148,56]"#, #""shape":[56,148]"#) },
            "tensor model.layers.0.mlp.gate_proj.weight", "[56, 148]", "[148, 56]")
        expect(try failure { $0.replace("F16", "F7_X") }, "dtype “F7_X” is unknown")
        expect(try failure { $0.replace("F16", "I16") }, "tensor", "dtype I16 are not supported")
    }

    @Test func `A stored head that is tied must be the embedding`() throws {
        let embedding = #""model.embed_tokens.weight":{"dtype":"F16","shape":[512,56],"data_offsets":[0,57344]}"#
        let head = #""lm_head.weight":{"dtype":"F16","shape":[512,56],"data_offsets":[254352,311696]}"#
        func add(_ file: inout EditableSafetensors, _ values: Data) {
            file.values.append(values)
            file.replace(embedding, "\(embedding),\(head)")
        }
        #expect(try failure { add(&$0, $0.values.prefix(57344)) } == nil)
        expect(try failure { add(&$0, Data(count: 57344)) }, "tensor lm_head.weight", "differs")
    }

    @Test func `Left-over buffers are ignored only where they are known`() throws {
        // The fixtures hold such buffers with wrong values, and are read.
        let failure = try gpt2.failure { folder in
            var file = try EditableSafetensors(folder.appendingPathComponent("model.safetensors"))
            file.replace("h.1.attn.bias", "h.3.attn.bias")
            try file.write()
        }
        expect(failure, "tensor h.3.attn.bias", "has no place")
    }

    @Test func `The prefix of tensor names may be missing or present`() throws {
        try gpt2.withCopy { folder in
            let expected = try gpt2.decoder().forward([SequenceInput(tokens: [1, 2, 3], logits: .all)], tap: nil)
            var file = try EditableSafetensors(folder.appendingPathComponent("model.safetensors"))
            for name in ["\"h.", "\"ln_f.", "\"wpe.", "\"wte."] {
                file.replace(name, "\"transformer.\(name.dropFirst())")
            }
            try file.write()
            let decoder = try Decoder(folder: folder.path, threads: 1)
            #expect(try decoder.forward([SequenceInput(tokens: [1, 2, 3], logits: .all)], tap: nil) == expected)
        }
    }

    @Test func `Index and shards must agree`() throws {
        let index = "model.safetensors.index.json"
        expect(
            try llama.failure { try $0.appendingPathComponent(index).edit("model.norm.weight", "model.norm.scale") },
            "tensor model.norm.scale", "listed in the index")
        for name in ["../other.safetensors", "/etc/passwd", ".."] {
            expect(
                try llama.failure {
                    try $0.appendingPathComponent(index).edit("model-00001-of-00002.safetensors", name)
                },
                "beside the index")
        }
        expect(try llama.failure { try Data("{}".utf8).write(to: $0.appendingPathComponent(index)) }, "weight_map")
        let missing = try llama.failure {
            try FileManager.default.removeItem(at: $0.appendingPathComponent("model-00001-of-00002.safetensors"))
        }
        #expect(missing?.kind == .inputUnavailable)
        #expect(missing?.description.contains("model-00001-of-00002.safetensors") == true)
    }

    @Test func `Missing folders and files are inputs that cannot be opened`() throws {
        for name in ["config.json", "model.safetensors"] {
            let failure = try llama3.failure { try FileManager.default.removeItem(at: $0.appendingPathComponent(name)) }
            #expect(failure?.kind == .inputUnavailable)
            #expect(failure?.description.contains(name) == true)
        }
        let failure = #expect(throws: Failure.self) { try Checkpoint(folder: "/nonexistent/model") }
        #expect(failure?.kind == .inputUnavailable)
    }

    @Test func `The content hash depends on configuration and weights alone`() throws {
        let original = try Checkpoint(folder: llama.folder.path).contentHash()
        #expect(original.count == 64)
        try llama.withCopy { folder in
            func hash() throws -> String { try Checkpoint(folder: folder.path).contentHash() }
            #expect(try hash() == original)
            try FileManager.default.removeItem(at: folder.appendingPathComponent("generation_config.json"))
            #expect(try hash() == original)
            var file = try EditableSafetensors(folder.appendingPathComponent("model-00002-of-00002.safetensors"))
            file.values[file.values.count - 1] ^= 1
            try file.write()
            #expect(try hash() != original)
        }
    }

    @Test func `Written tensors are read back`() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("out.safetensors").path
            let writer = try SafetensorsWriter(
                path: path, tensors: [("logits", [2, 3]), ("a \"b\"\n", []), ("empty", [0, 4])])
            try writer.append([1, 2, 3, 4])
            try writer.append([5, -0.5])
            try writer.append([7])
            try writer.finish()
            let file = try SafetensorsFile(path: path)
            #expect(file.tensors.map(\.name) == ["logits", "a \"b\"\n", "empty"])
            #expect(file.tensors.map(\.shape) == [[2, 3], [], [0, 4]])
            #expect(try file.tensors.map { try $0.floats() } == [[1, 2, 3, 4, 5, -0.5], [7], []])
            let failure = #expect(throws: Failure.self) {
                try SafetensorsWriter(path: folder.path + "/none/out", tensors: [])
            }
            #expect(failure?.kind == .outputUnavailable)
        }
    }
}
