import Diagnostics
import Foundation
import LinearAlgebra
import Testing
import Tokenization

@testable import Transformer

@Suite struct RotaryEncodingTests {
    private let llama3 = GoldenModel.fixtures[2]

    private func encoding(
        _ members: String, headSize: Int = 16, surroundings: RotaryEncoding.Surroundings = .init()
    ) throws -> RotaryEncoding {
        guard case .object(let object) = try Array("{\(members)}".utf8).withUnsafeBytes({ try JSONValue.parse($0) })
        else { throw Failure(.badData, "not an object") }
        return try RotaryEncoding.read(
            ConfigurationReader(file: "config.json", object: object), headSize: headSize, surroundings)
    }

    private func expectFailure(
        _ members: String, _ part: String, surroundings: RotaryEncoding.Surroundings = .init(),
        location: SourceLocation = #_sourceLocation
    ) {
        let failure = #expect(throws: Failure.self, sourceLocation: location) {
            try encoding(members, surroundings: surroundings)
        }
        #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")", sourceLocation: location)
    }

    private func expectClose(
        _ values: [Float], _ expected: [Double], location: SourceLocation = #_sourceLocation
    ) {
        #expect(values.count == expected.count, sourceLocation: location)
        for (value, expected) in zip(values, expected) {
            #expect(abs(Double(value) / expected - 1) < 1e-6, "\(values)", sourceLocation: location)
        }
    }

    /// 10000^(-i/8), the frequencies of heads of 16 values.
    private let plain = (0..<8).map { pow(10_000, -Double($0) / 8) }

    @Test func `YaRN keeps the pairs that turn often, stretches those that turn seldom, and goes straight between`()
        throws
    {
        let yarn = try encoding(
            #""rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 512"#)
        // 16 ln(512 / (32 · 2π)) / (2 ln 10000) = 0.81 and 16 ln(512 / 2π) / (2 ln 10000) = 3.82: from pair 0 to pair 4.
        let ramp = (0..<8).map { min(1, Double($0) / 4) }
        expectClose(yarn.frequencies(sequenceLength: 1), zip(plain, ramp).map { $0 * (1 - $1 + $1 / 4) })
        #expect(yarn.frequencies(sequenceLength: 9000) == yarn.frequencies(sequenceLength: 1))
        #expect(abs(yarn.attentionFactor - 1.138_629_4) < 1e-6, "0.1 ln 4 + 1")
        #expect(yarn.longSequenceThreshold == nil)
    }

    @Test func `YaRN without whole numbers begins and ends its ramp between pairs`() throws {
        let yarn = try encoding(
            #"""
            "rope_type": "yarn", "factor": 8, "original_max_position_embeddings": 512, "truncate": false,
            "beta_fast": 16, "beta_slow": 2, "attention_factor": 1.5
            """#)
        func pair(_ rotations: Double) -> Double { 16 * log(512 / (rotations * 2 * .pi)) / (2 * log(10_000)) }
        let ramp = (0..<8).map { max(0, min(1, (Double($0) - pair(16)) / (pair(2) - pair(16)))) }
        #expect(ramp.filter { $0 > 0 && $0 < 1 }.count == 2)
        expectClose(yarn.frequencies(sequenceLength: 1), zip(plain, ramp).map { $0 * (1 - $1 + $1 / 8) })
        #expect(yarn.attentionFactor == 1.5)
    }

    @Test func `The attention factor of YaRN follows mscale when both scales are given, and the ratio of the lengths`()
        throws
    {
        let base = #""rope_type": "yarn", "original_max_position_embeddings": 512, "#
        let both = try encoding(base + #""factor": 40, "mscale": 0.707, "mscale_all_dim": 1.0"#)
        #expect(abs(Double(both.attentionFactor) - (0.0707 * log(40) + 1) / (0.1 * log(40) + 1)) < 1e-6)
        let one = try encoding(base + #""factor": 40, "mscale": 0.707"#)
        #expect(abs(Double(one.attentionFactor) - (0.1 * log(40) + 1)) < 1e-6)
        let implied = try encoding(base + #""factor": null"#, surroundings: .init(contextLength: 2048))
        #expect(abs(Double(implied.attentionFactor) - (0.1 * log(4) + 1)) < 1e-6)
        let same = try encoding(base + #""factor": 1"#)
        #expect(same.attentionFactor == 1)
        expectClose(same.frequencies(sequenceLength: 1), plain)
    }

    @Test func `YaRN's values are those of transformers`() throws {
        let yarn = try encoding(
            #"""
            "rope_type": "yarn", "rope_theta": 150000.0, "factor": 32.0, "original_max_position_embeddings": 256,
            "truncate": false, "beta_fast": 16, "beta_slow": 2
            """#)
        // Computed by transformers 5.23.
        expectClose(
            yarn.frequencies(sequenceLength: 1),
            [
                1, 0.167_125_225, 0.002_405_927_75, 0.000_357_944_577, 8.068_715_4e-5, 1.818_833_7e-5, 4.099_978_47e-6,
                9.242_089_62e-7,
            ])
        #expect(abs(yarn.attentionFactor - 1.346_573_59) < 1e-6)
    }

    private let longRope = #"""
        "type": "longrope", "short_factor": [1, 1, 1.5, 2, 2, 2, 2, 2], "long_factor": [1, 2, 3, 4, 5, 6, 7, 8]
        """#

    @Test func `LongRoPE divides by the short factors up to the original length and by the long ones beyond`() throws {
        let encoding = try encoding(
            longRope, surroundings: .init(contextLength: 4096, originalContextLength: 512))
        let short = [1, 1, 1.5, 2, 2, 2, 2, 2]
        let long = [1.0, 2, 3, 4, 5, 6, 7, 8]
        #expect(encoding.longSequenceThreshold == 512)
        for (length, factors) in [(1, short), (512, short), (513, long), (4096, long)] {
            expectClose(encoding.frequencies(sequenceLength: length), zip(plain, factors).map { $0 / $1 })
        }
        #expect(abs(Double(encoding.attentionFactor) - (1 + log(8) / log(512)).squareRoot()) < 1e-6)
        let given = try self.encoding(
            longRope + #", "factor": 64, "original_max_position_embeddings": 256"#,
            surroundings: .init(contextLength: 4096))
        #expect(given.longSequenceThreshold == 256)
        #expect(abs(Double(given.attentionFactor) - (1 + log(64) / log(256)).squareRoot()) < 1e-6)
        let old = longRope.replacingOccurrences(of: "longrope", with: "su")
        #expect(
            try self.encoding(
                old, surroundings: .init(contextLength: 4096, originalContextLength: 512, hasOldLongRopeNames: true))
                == encoding)
    }

    @Test func `What does not fit is refused and named`() {
        let yarn = #""rope_type": "yarn", "original_max_position_embeddings": 512"#
        expectFailure(#""rope_type": "yarn", "factor": 2"#, "key original_max_position_embeddings: is missing")
        expectFailure(yarn, "key factor: is missing")
        expectFailure(yarn + #", "factor": -1"#, "key factor: is not positive")
        expectFailure(yarn + #", "factor": 2, "beta_fast": 1, "beta_slow": 2"#, "key beta_fast")
        expectFailure(yarn + #", "factor": 2, "rope_theta": 1"#, "key rope_theta")
        expectFailure(yarn + #", "factor": 2, "finetuned": true"#, "key finetuned: is not supported")
        expectFailure(yarn + #", "factor": 2, "attention_factor": 0"#, "key attention_factor: is not positive")
        expectFailure(
            #""rope_type": "yarn", "factor": 2, "original_max_position_embeddings": 1"#,
            "key original_max_position_embeddings: 1 is not a possible length")
        expectFailure(longRope, "key original_max_position_embeddings: is missing")
        let lengths = RotaryEncoding.Surroundings(contextLength: 4096, originalContextLength: 512)
        expectFailure(
            #""type": "longrope", "short_factor": [1, 2], "long_factor": [1, 2]"#, "key short_factor: has 2 factors",
            surroundings: lengths)
        expectFailure(
            longRope.replacingOccurrences(of: "1.5", with: "0"), "key short_factor: holds something other",
            surroundings: lengths)
        expectFailure(longRope + #", "short_mscale": 1.2"#, "key short_mscale: is not supported", surroundings: lengths)
        expectFailure(longRope.replacingOccurrences(of: "longrope", with: "su"), "“su” is not supported")
    }

    @Test func `Turned dimensions are scaled by the attention factor, the others stay`() {
        let buffer = FloatBuffer()
        let heads = buffer.matrix(rows: 3, columns: 12)
        for (index, _) in heads.values.enumerated() { heads.values[index] = Float(index % 7) - 3 }
        let before = Array(heads.values)
        let encoding = RotaryEncoding(dimensions: 4, base: 100, attentionFactor: 1.5)
        PreparedRotary(encoding, positions: 16).turn(heads, headSize: 6, firstPosition: 5, sequenceLength: 8)
        for start in stride(from: 0, to: before.count, by: 6) {
            func norm(_ values: [Float], _ pair: Int) -> Float {
                hypotf(values[start + pair], values[start + pair + 2])
            }
            let after = Array(heads.values)
            #expect(after[start + 4..<start + 6] == before[start + 4..<start + 6])
            for pair in 0..<2 { #expect(abs(norm(after, pair) - 1.5 * norm(before, pair)) < 1e-5) }
        }
    }

    @Test func `A generation that outgrows the original length goes on as if it had begun with the long factors`()
        throws
    {
        func rope(_ long: String) -> String {
            """
            "rope_type": "longrope", "rope_theta": 5000.0, "original_max_position_embeddings": 10,
            "short_factor": [1, 1, 1, 1, 1, 1, 1], "long_factor": \(long)
            """
        }
        let old = """
                "factor": 32.0,
                "high_freq_factor": 4.0,
                "low_freq_factor": 1.0,
                "original_max_position_embeddings": 96,
                "rope_theta": 5000.0,
                "rope_type": "llama3"
            """
        try llama3.withCopy { folder in
            let config = folder.appendingPathComponent("config.json")
            try config.edit(old, rope("[4, 4, 4, 4, 4, 4, 4]"))
            let decoder = try Decoder(folder: folder.path, threads: 1)
            let prompts: [[TokenID]] = [5, 9, 10, 11, 16].map { length in
                (0..<length).map { TokenID(($0 * 37 + length) % 512) }
            }
            let generated = try decoder.generate(
                prompts, maximumNewTokens: 9, surgery: Surgery(zeroing: [[3], [], [7]]), ignoringEndOfSequence: true,
                shouldStop: nil)
            for (prompt, tokens) in zip(prompts, generated) {
                var sequence = prompt
                for token in tokens {
                    let input = SequenceInput(
                        tokens: sequence, surgery: Surgery(zeroing: [[3], [], [7]]), logits: .last)
                    let logits = try decoder.forward([input], tap: nil)[0].logits
                    #expect(logits.firstIndex(of: logits.max() ?? 0) == Int(token))
                    sequence.append(token)
                }
                #expect(tokens.count == 9)
            }
            // Packed together, each sequence has the angles of its own length.
            let inputs = prompts.map { SequenceInput(tokens: $0, logits: .all) }
            for (input, output) in zip(inputs, try decoder.forward(inputs, tap: nil)) {
                let alone = try decoder.forward([input], tap: nil)[0].logits
                #expect(largestDifference(output.logits, alone) < 1e-4)
            }
            let long = try decoder.forward(inputs, tap: nil)
            try config.edit("[4, 4, 4, 4, 4, 4, 4]", "[1, 1, 1, 1, 1, 1, 1]")
            let short = try Decoder(folder: folder.path, threads: 1).forward(inputs, tap: nil)
            for (index, prompt) in prompts.enumerated() {
                #expect((long[index] == short[index]) == (prompt.count <= 10))
            }
        }
    }
}
