import Diagnostics
import Foundation
import LinearAlgebra
import Testing

@testable import Transformer

@Suite struct ConfigurationTests {
    private let gpt2 = GoldenModel.fixtures[0]
    private let llama = GoldenModel.fixtures[1]
    private let llama3 = GoldenModel.fixtures[2]

    private func failure(_ model: GoldenModel, _ old: String, _ new: String) throws -> String {
        let failure = try model.failure { try $0.appendingPathComponent("config.json").edit(old, new) }
        #expect(failure?.kind == .badData)
        return failure?.description ?? "no failure"
    }

    private func configuration(_ model: GoldenModel) throws -> DecoderConfiguration {
        try ModelFamily.read(Checkpoint(folder: model.folder.path)).configuration
    }

    @Test func `Both layouts of config.json say the same`() throws {
        let expected = try configuration(llama3)
        #expect(
            expected.layers[0].rotary?.scaling
                == .llama3(factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 96))
        try llama3.withCopy { folder in
            let url = folder.appendingPathComponent("config.json")
            try url.edit("rope_parameters", "rope_scaling")
            try url.edit("    \"rope_theta\": 5000.0,\n", "")
            try url.edit("\"rms_norm_eps\"", "\"rope_theta\": 5000.0, \"rms_norm_eps\"")
            #expect(try configuration(GoldenModel(folder: folder)) == expected)
            try url.edit("\"rope_type\"", "\"type\"")
            #expect(try configuration(GoldenModel(folder: folder)) == expected)
        }
    }

    @Test func `What is not known is refused and named`() throws {
        #expect(
            try failure(llama, #""model_type": "llama""#, #""model_type": "llama9""#).contains(
                "“llama9” is not supported"))
        #expect(
            try failure(llama, #""model_type": "llama""#, #""model_type": null"#).contains("key model_type: is missing")
        )
        #expect(
            try failure(llama, #""hidden_act": "silu""#, #""hidden_act": "mish""#).contains("“mish” is not supported"))
        #expect(try failure(gpt2, "gelu_new", "laplace").contains("key activation_function"))
        #expect(
            try failure(llama3, #""rope_type": "llama3""#, #""rope_type": "ntk""#).contains("“ntk” is not supported"))
        #expect(
            try failure(llama3, #""rope_type": "llama3""#, #""rope_type": "yarn""#).contains(
                "key rope_parameters.high_freq_factor: is not supported"))
        #expect(
            try failure(llama3, #""rope_type": "llama3""#, #""rope_type": "longrope""#).contains(
                "key rope_parameters.short_factor: is missing"))
        #expect(
            try failure(llama3, #""factor": 32.0"#, #""factor": 0"#).contains(
                "key rope_parameters.factor: is not positive"))
        #expect(
            try failure(llama3, #""factor": 32.0"#, #""factor": 32.0, "mscale": 2"#)
                .contains("key rope_parameters.mscale: is not supported"))
    }

    @Test(arguments: [
        (#""clip_qkv": 3"#, "clip_qkv"), (#""final_logit_softcapping": 30.0"#, "final_logit_softcapping"),
        (#""sliding_window": 7"#, "sliding_window"), (#""alibi": true"#, "alibi"),
        (#""num_local_experts": 8"#, "num_local_experts"),
        (#""quantization_config": {"bits": 4}"#, "quantization_config"), (#""logits_scaling": 8.0"#, "logits_scaling"),
        (#""partial_rotary_factor": 0.5"#, "partial_rotary_factor"),
        (#""layer_types": ["sliding_attention", "full_attention", "full_attention"]"#, "layer_types"),
    ])
    func `Keys that change the arithmetic are refused where they have no meaning`(_ member: String, _ key: String)
        throws
    {
        let message = try failure(llama, #""use_cache": true"#, #""use_cache": true, \#(member)"#)
        #expect(message.contains("key \(key): "), "\(message)")
    }

    @Test func `The same keys pass with the value that leaves the arithmetic alone`() throws {
        let members = [
            #""clip_qkv": null"#, #""alibi": false"#, #""logits_scaling": 1.0"#, #""partial_rotary_factor": 1.0"#,
            #""layer_types": ["full_attention", "full_attention", "full_attention"]"#, #""something_else": 3"#,
        ]
        try llama.withCopy { folder in
            try folder.appendingPathComponent("config.json")
                .edit(#""use_cache": true"#, #""use_cache": true, \#(members.joined(separator: ", "))"#)
            #expect(try configuration(GoldenModel(folder: folder)) == configuration(llama))
        }
    }

    @Test func `Impossible sizes are refused before any memory is taken`() throws {
        for (old, new) in [
            (#""hidden_size": 72"#, #""hidden_size": 0"#), (#""hidden_size": 72"#, #""hidden_size": "72""#),
            (#""hidden_size": 72"#, #""hidden_size": 73"#),
            (#""num_hidden_layers": 3"#, #""num_hidden_layers": 999999999"#),
            (#""num_hidden_layers": 3"#, #""num_hidden_layers": 1e300"#),
            (#""intermediate_size": 140"#, #""intermediate_size": -1"#),
            (#""vocab_size": 600"#, #""vocab_size": 9223372036854775807"#),
            (#""vocab_size": 600"#, #""vocab_size": true"#),
            (#""num_attention_heads": 3"#, #""num_attention_heads": 3, "num_key_value_heads": 2"#),
            (#""rms_norm_eps": 1e-06"#, #""rms_norm_eps": -1"#), (#""rope_theta": 10000.0"#, #""rope_theta": 0"#),
        ] {
            let message = try failure(llama, old, new)
            #expect(message.contains("config.json: key "), "\(message)")
        }
        #expect(try failure(llama, "{", "[").contains("config.json: byte"))
        // A size that is possible but wrong is found at the first tensor.
        #expect(try failure(llama, #""vocab_size": 600"#, #""vocab_size": 700"#).contains("model.embed_tokens.weight"))
    }

    @Test func `Rows of the projection are found in both orders`() {
        var attention = AttentionConfiguration(headCount: 4, keyValueHeadCount: 2, headSize: 8, scale: 1)
        #expect((0..<4).map { attention.queryColumns($0).lowerBound } == [0, 8, 16, 24])
        #expect((0..<2).map { attention.keyColumns($0).lowerBound } == [32, 40])
        #expect((0..<2).map { attention.valueColumns($0).lowerBound } == [48, 56])
        attention.layout = .grouped
        #expect((0..<4).map { attention.queryColumns($0).lowerBound } == [0, 8, 32, 40])
        #expect((0..<2).map { attention.keyColumns($0).lowerBound } == [16, 48])
        #expect((0..<2).map { attention.valueColumns($0).lowerBound } == [24, 56])
    }
}
