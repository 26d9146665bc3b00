import Diagnostics
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Transformer

/// Mixtures of experts in closed form: made of the dense model in the fixtures, so that what they must give is known.
@Suite struct ExpertTests {
    private let llama = GoldenModel.fixtures[1]

    // MARK: - Routing

    /// Sorting all experts: the plain way to choose some.
    private func naiveChoice(_ p: [Float], _ count: Int, isNormalized: Bool) -> [(expert: Int, weight: Float)] {
        let best = p.indices.sorted { (p[$1], $0) < (p[$0], $1) }.prefix(count)
        let sum = isNormalized ? best.reduce(0) { $0 + p[$1] } : 1
        return best.map { ($0, p[$0] / sum) }
    }

    @Test(arguments: [1, 2, 3, 5], [true, false])
    func `The most probable experts are chosen, the lower number on ties`(_ count: Int, _ isNormalized: Bool) {
        for p: [Float] in [
            [0.1, 0.4, 0.2, 0.25, 0.05], [0.2, 0.2, 0.2, 0.2, 0.2], [0.1, 0.3, 0.3, 0.1, 0.2], [0, 0, 1, 0, 0],
        ] {
            let choice = p.withUnsafeBufferPointer {
                Routing.choice(of: $0, count: count, isNormalized: isNormalized)
            }
            let expected = naiveChoice(p, count, isNormalized: isNormalized)
            #expect(choice.map(\.expert) == expected.map(\.expert))
            for (a, b) in zip(choice, expected) { #expect(abs(a.weight - b.weight) < 1e-6) }
        }
    }

    @Test func `Values that are no numbers still choose different experts`() {
        let p: [Float] = [.nan, 0.5, .nan, 0.1]
        let choice = p.withUnsafeBufferPointer { Routing.choice(of: $0, count: 3, isNormalized: true) }
        #expect(Set(choice.map(\.expert)).count == 3)
    }

    @Test func `Assignments stand by expert and row, and those of a sequence are found`() {
        let buffer = FloatBuffer()
        let p = buffer.matrix(rows: 4, columns: 3)
        let rows: [[Float]] = [[0.5, 0.3, 0.2], [0.1, 0.3, 0.6], [0.6, 0.1, 0.3], [0.25, 0.5, 0.25]]
        for (index, value) in rows.joined().enumerated() { p.values[index] = value }
        let routing = Routing(p, ExpertConfiguration(count: 3, countPerToken: 2, areWeightsNormalized: false))
        #expect(routing.ranges == [0..<3, 3..<6, 6..<8])
        #expect(routing.assignments.map(\.row) == [0, 2, 3, 0, 1, 3, 1, 2])
        #expect(routing.assignments.map(\.weight) == [0.5, 0.6, 0.25, 0.3, 0.3, 0.5, 0.6, 0.3])
        #expect(routing.assignments(of: 0, in: 1..<3) == 1..<2)
        #expect(routing.assignments(of: 1, in: 0..<4) == 3..<6)
        #expect(routing.assignments(of: 2, in: 3..<4).isEmpty)
        #expect(routing.assignments(of: 2, in: 0..<1).isEmpty)
    }

    // MARK: - The whole model

    /// Calls `body` with a Mixtral checkpoint made of the dense fixture.
    ///
    /// - Parameters:
    ///   - router: the router's weight [experts, hidden].
    ///   - slices: the units of the dense MLP that each expert has; all experts have equally many.
    ///   - scale: what value matrices are multiplied by.
    private func withExperts(
        perToken: Int, router: [Float], slices: [Range<Int>], scale: Float, _ body: (URL) throws -> Void
    ) throws {
        try TestData.withTemporaryFolder { folder in
            let dense = try Checkpoint(folder: llama.folder.path).files.flatMap(\.tensors)
                .filter { !$0.name.contains("inv_freq") }
            var tensors: [(name: String, shape: [Int], values: [Float])] = []
            for tensor in dense {
                let values = try tensor.floats()
                let names = ["gate_proj": "w1", "up_proj": "w3", "down_proj": "w2"]
                let parts = tensor.name.components(separatedBy: ".mlp.")
                guard parts.count == 2, let kind = parts[1].split(separator: ".").first,
                    let name = names[String(kind)]
                else {
                    tensors.append((tensor.name, tensor.shape, values))
                    continue
                }
                for (expert, slice) in slices.enumerated() {
                    let full = "\(parts[0]).block_sparse_moe.experts.\(expert).\(name).weight"
                    let columns = tensor.shape[1]
                    if name == "w2" {
                        let rows = (0..<tensor.shape[0]).flatMap { row in
                            slice.map { scale * values[row * columns + $0] }
                        }
                        tensors.append((full, [tensor.shape[0], slice.count], rows))
                    } else {
                        let rows = Array(values[slice.lowerBound * columns..<slice.upperBound * columns])
                        tensors.append((full, [slice.count, columns], rows))
                    }
                }
                if name == "w2" {
                    tensors.append(
                        ("\(parts[0]).block_sparse_moe.gate.weight", [slices.count, tensor.shape[0]], router))
                }
            }
            let writer = try SafetensorsWriter(
                path: folder.appendingPathComponent("model.safetensors").path,
                tensors: tensors.map { ($0.name, $0.shape) })
            for tensor in tensors { try writer.append(tensor.values) }
            try writer.finish()
            let config = folder.appendingPathComponent("config.json")
            try FileManager.default.copyItem(at: llama.folder.appendingPathComponent("config.json"), to: config)
            try config.edit(#""model_type": "llama""#, #""model_type": "mixtral""#)
            try config.edit(#""intermediate_size": 140"#, #""intermediate_size": \#(slices[0].count)"#)
            try config.edit(
                #""use_cache": true"#,
                #""use_cache": true, "num_local_experts": \#(slices.count), "num_experts_per_tok": \#(perToken)"#)
            try body(folder)
        }
    }

    @Test func `A dense MLP cut into experts that all take part gives the dense model's golden values`() throws {
        let facts = try llama.facts()
        let golden = try llama.tensors()
        // A router of zeros gives every expert a quarter, and the value vectors are four times as long.
        try withExperts(
            perToken: 4, router: [Float](repeating: 0, count: 4 * 72), slices: [0..<35, 35..<70, 70..<105, 105..<140],
            scale: 4
        ) { folder in
            for threads in [1, 3] {
                let decoder = try Decoder(folder: folder.path, threads: threads)
                #expect(decoder.configuration.coefficientCounts == facts.dFf)
                let prompts = facts.prompts.map(\.ids)
                let recorded = RecordedCoefficients()
                let all = try decoder.forward(
                    [SequenceInput(tokens: prompts[facts.fullPrompt], logits: .all)], tap: recorded.tap)
                #expect(largestDifference(all[0].logits, golden["logits_all"]) < 5e-4)
                for layer in facts.dFf.indices {
                    #expect(largestDifference(recorded[layer, 0], golden["coef.\(layer)"]) < 5e-4)
                }
                // Packed together, so that a sequence is not all of an expert's rows.
                let surgery = Surgery(zeroing: facts.mask)
                let masked = try decoder.forward(
                    prompts.map { SequenceInput(tokens: $0, surgery: surgery, logits: .last) }, tap: nil)
                for (index, output) in masked.enumerated() {
                    #expect(largestDifference(output.logits, golden["masked_logits_last.\(index)"]) < 5e-4)
                }
                let greedy = try decoder.generate(
                    prompts, maximumNewTokens: 12, surgery: nil, ignoringEndOfSequence: true, shouldStop: nil)
                #expect(greedy == facts.prompts.map(\.greedyIds))
            }
        }
    }

    @Test func `Equal experts give the dense model, and their coefficients are zero where they are not chosen`() throws
    {
        let facts = try llama.facts()
        let golden = try llama.tensors()
        let router: [Float] = (0..<216).map { (index: Int) -> Float in Float(index * 7919 % 101) / 50 - 1 }
        try withExperts(
            perToken: 2, router: router, slices: [0..<140, 0..<140, 0..<140], scale: 1
        ) { folder in
            let decoder = try Decoder(folder: folder.path, threads: 1)
            let prompt = facts.prompts[facts.fullPrompt].ids
            let recorded = RecordedCoefficients()
            let output = try decoder.forward([SequenceInput(tokens: prompt, logits: .all)], tap: recorded.tap)
            #expect(largestDifference(output[0].logits, golden["logits_all"]) < 5e-4)
            for layer in 0..<3 {
                let values = try #require(recorded[layer, 0])
                let dense = try #require(golden["coef.\(layer)"])
                var uses = [0, 0, 0]
                for token in prompt.indices {
                    let expected = Array(dense[token * 140..<(token + 1) * 140])
                    var chosen = 0
                    for expert in 0..<3 {
                        let start = token * 420 + expert * 140
                        let part = Array(values[start..<start + 140])
                        if part.allSatisfy({ $0 == 0 }) { continue }
                        #expect(largestDifference(part, expected) < 5e-4)
                        chosen += 1
                        uses[expert] += 1
                    }
                    #expect(chosen == 2)
                }
                #expect(uses.allSatisfy { $0 > 0 }, "the router should use all experts: \(uses)")
            }
            // The same unit of all experts is the unit of the dense model.
            let mask = facts.mask.map { layer in (0..<3).flatMap { expert in layer.map { $0 + Int32(140 * expert) } } }
            let masked = try decoder.forward(
                [SequenceInput(tokens: prompt, surgery: Surgery(zeroing: mask), logits: .last)], tap: nil)
            #expect(
                largestDifference(masked[0].logits, golden["masked_logits_last.\(facts.fullPrompt)"]) < 5e-4)
            let beyond = Surgery(zeroing: [[419], [420], []])
            #expect(throws: Failure.self) {
                try decoder.forward([SequenceInput(tokens: prompt, surgery: beyond, logits: .last)], tap: nil)
            }
            let text = try ModelDescription(folder: folder.path, threads: 2).text
            #expect(text.contains("gated, SiLU, 2 of 3 experts for each token in all layers\n"), "\(text)")
            #expect(text.contains("420 in each layer (d_ff)"), "\(text)")
        }
    }

    @Test func `A missing or additional expert is named`() throws {
        try withExperts(
            perToken: 2, router: [Float](repeating: 0, count: 2 * 72), slices: [0..<70, 70..<140], scale: 2
        ) { folder in
            let config = folder.appendingPathComponent("config.json")
            let old = #""num_local_experts": 2"#
            for (new, part) in [
                (#""num_local_experts": 3"#, "block_sparse_moe.gate.weight: its shape is [2, 72]"),
                (#""num_local_experts": 1"#, "key num_experts_per_tok: 2 is more than the 1 experts"),
                (#""num_experts": 4, "num_local_experts": 2"#, "key num_experts: 4 is not num_local_experts, 2"),
                (#""num_local_experts": 4000000"#, "not a possible size"),
                (#""first_k_dense_replace": 1, "num_local_experts": 2"#, "key first_k_dense_replace"),
            ] {
                try config.edit(old, new)
                let failure = #expect(throws: Failure.self) { try Decoder(folder: folder.path, threads: 1) }
                #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
                try config.edit(new, old)
            }
        }
    }

    @Test func `Layers without experts are where the configuration says`() throws {
        func layers(_ members: String) throws -> [Int] {
            var result: [Int] = []
            try llama.withCopy { folder in
                let config = folder.appendingPathComponent("config.json")
                try config.edit(#""model_type": "llama""#, #""model_type": "qwen3_moe""#)
                try config.edit(
                    #""use_cache": true"#,
                    #""use_cache": true, "num_experts": 6, "moe_intermediate_size": 9, "num_experts_per_tok": 2\#(members)"#
                )
                result = try ModelFamily.read(Checkpoint(folder: folder.path)).configuration.coefficientCounts
            }
            return result
        }
        #expect(try layers("") == [54, 54, 54])
        #expect(try layers(#", "mlp_only_layers": [2, 7]"#) == [54, 54, 140])
        #expect(try layers(#", "decoder_sparse_step": 2"#) == [140, 54, 140])
        #expect(try layers(#", "decoder_sparse_step": 2, "mlp_only_layers": [1]"#) == [140, 140, 140])
        #expect(throws: Failure.self) { try layers(#", "mlp_only_layers": [0.5]"#) }
        #expect(throws: Failure.self) { try layers(#", "decoder_sparse_step": 0"#) }
    }

    @Test func `Surgery overwrites only the coefficients of its slice`() {
        let surgery = LayerSurgery(indices: [1, 4, 5, 9], values: [10, 40, 50, 90])
        func applied(_ first: Int, _ count: Int) -> [Float] {
            var values = [Float](repeating: 7, count: count)
            values.withUnsafeMutableBufferPointer { surgery.apply(to: $0, first: first) }
            return values
        }
        #expect(applied(0, 10) == [7, 10, 7, 7, 40, 50, 7, 7, 7, 90])
        #expect(applied(0, 5) == [7, 10, 7, 7, 40])
        #expect(applied(5, 5) == [50, 7, 7, 7, 90])
        #expect(applied(6, 3) == [7, 7, 7])
    }
}
