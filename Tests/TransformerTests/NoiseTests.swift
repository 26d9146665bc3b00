import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Tokenization

@testable import Transformer

/// Noise on value vectors: the layer's output gets the sum of m_i * scale * e_i.
@Suite struct NoiseTests {
    private func logits(_ decoder: Decoder, _ tokens: [TokenID], _ surgery: Surgery?) throws -> [Float] {
        try decoder.forward([SequenceInput(tokens: tokens, surgery: surgery, logits: .all)], tap: nil)[0].logits
    }

    private func vector(_ noise: ValueNoise, _ decoder: Decoder, layer: Int, _ coefficient: Int) -> [Float] {
        var row = [Float](repeating: 0, count: decoder.configuration.hiddenSize)
        row.withUnsafeMutableBufferPointer { noise.fill($0, layer: layer, coefficient: coefficient) }
        return row
    }

    @Test func `A vector's noise is normal and depends on its name alone`() throws {
        let decoder = try GoldenModel.fixtures[1].decoder()
        let noise = ValueNoise(decoder.configuration, seed: 7, draw: 0, scale: 1)
        let values = (0..<140).flatMap { vector(noise, decoder, layer: 1, $0) }.map(Double.init)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let fourth = values.reduce(0) { $0 + pow($1 - mean, 4) } / Double(values.count)
        // 10080 values: five standard errors.
        #expect(abs(mean) < 0.05)
        #expect(abs(variance - 1) < 0.07)
        #expect(abs(fourth - 3) < 0.5)
        let same = ValueNoise(decoder.configuration, seed: 7, draw: 0, scale: 1)
        #expect(vector(noise, decoder, layer: 1, 3) == vector(same, decoder, layer: 1, 3))
        for other in [
            vector(noise, decoder, layer: 0, 3), vector(noise, decoder, layer: 1, 4),
            vector(ValueNoise(decoder.configuration, seed: 8, draw: 0, scale: 1), decoder, layer: 1, 3),
            vector(ValueNoise(decoder.configuration, seed: 7, draw: 1, scale: 1), decoder, layer: 1, 3),
        ] {
            #expect(other != vector(noise, decoder, layer: 1, 3))
        }
        let half = ValueNoise(decoder.configuration, seed: 7, draw: 0, scale: 0.5)
        #expect(vector(half, decoder, layer: 1, 3) == vector(noise, decoder, layer: 1, 3).map { $0 * 0.5 })
    }

    @Test(arguments: ["llama3", "gpt2"])
    func `It is the checkpoint with these vectors edited`(_ name: String) throws {
        let model = GoldenModel(folder: TestData.fixture("Models/\(name)"))
        let decoder = try model.decoder()
        let facts = try model.facts()
        let noise = ValueNoise(decoder.configuration, seed: 3, draw: 1, scale: 0.1)
        let hidden = decoder.configuration.hiddenSize
        let tokens = facts.prompts[facts.fullPrompt].ids
        try model.withCopy { copy in
            let url = copy.appendingPathComponent("model.safetensors")
            // All of it as float32, so that the edited weights are not rounded.
            var tensors = try SafetensorsFile(path: url.path).tensors.map {
                TensorFile.Tensor($0.name, $0.shape, try $0.floats())
            }
            for (layer, indices) in facts.mask.enumerated() {
                let ending = name == "gpt2" ? "h.\(layer).mlp.c_proj.weight" : "layers.\(layer).mlp.down_proj.weight"
                let place = try #require(tensors.firstIndex { $0.name.hasSuffix(ending) })
                let count = decoder.configuration.coefficientCounts[layer]
                for index in indices.map(Int.init) {
                    for (component, change) in vector(noise, decoder, layer: layer, index).enumerated() {
                        // A value vector is a row of GPT-2's matrix and a column of the others'.
                        tensors[place].values[
                            name == "gpt2" ? index * hidden + component : component * count + index] +=
                            change
                    }
                }
            }
            try TensorFile.write(tensors, to: url)
            let expected = try logits(Decoder(folder: copy.path, threads: 1), tokens, nil)
            let ours = try logits(decoder, tokens, Surgery(noise: noise, to: facts.mask))
            let plain = try logits(decoder, tokens, nil)
            #expect(largestDifference(ours, expected) < 5e-4)
            #expect(largestDifference(ours, plain) > 0.05)
        }
    }

    /// The MLP written out: one position, one layer, coefficient by coefficient.
    @Test(arguments: GoldenModel.fixtures)
    func `The first layer's output moves by the sum written out`(_ model: GoldenModel) throws {
        let decoder = try model.decoder()
        let tokens: [TokenID] = [5, 9, 2, 77]
        let noise = ValueNoise(decoder.configuration, seed: 1, draw: 0, scale: 0.3)
        let mask: [Int32] = [0, 1, 50, 99]
        let masks = decoder.configuration.coefficientCounts.indices.map { $0 == 0 ? mask : [] }
        func states(_ surgery: Surgery?) throws -> (hidden: [Float], coefficients: [Float]) {
            var hidden: [Float] = []
            let recorded = RecordedCoefficients()
            _ = try decoder.forward(
                [SequenceInput(tokens: tokens, surgery: surgery, logits: .all)], tap: recorded.tap,
                hiddenTap: { layer, _, states in
                    if layer == 1 { hidden = (0..<states.rows).flatMap { Array(states[$0]) } }
                })
            return (hidden, recorded[0, 0] ?? [])
        }
        let plain = try states(nil)
        let noisy = try states(Surgery(noise: noise, to: masks))
        #expect(noisy.coefficients == plain.coefficients)
        let (size, count) = (decoder.configuration.hiddenSize, decoder.configuration.coefficientCounts[0])
        var expected = plain.hidden
        for row in tokens.indices {
            for index in mask.map(Int.init) {
                for (component, change) in vector(noise, decoder, layer: 0, index).enumerated() {
                    expected[row * size + component] += plain.coefficients[row * count + index] * change
                }
            }
        }
        #expect(largestDifference(noisy.hidden, expected) < 1e-4)
        #expect(largestDifference(noisy.hidden, plain.hidden) > 1e-3)
    }

    @Test(arguments: GoldenModel.fixtures)
    func `A noisy sequence leaves its neighbours alone, whatever the threads`(_ model: GoldenModel) throws {
        let decoder = try model.decoder()
        let mask = DecoderTests.mask(decoder, remainder: 2)
        let indices = mask.layers.map(\.indices)
        let surgeries: [Surgery?] = [
            nil, Surgery(noise: ValueNoise(decoder.configuration, seed: 1, draw: 0, scale: 0.1), to: indices), mask,
            Surgery(noise: ValueNoise(decoder.configuration, seed: 1, draw: 1, scale: 0.1), to: indices),
        ]
        let inputs = DecoderTests.sequences(decoder, lengths: [40, 31, 7, 55, 40, 31, 7, 55, 200, 200]).enumerated()
            .map { SequenceInput(tokens: $1, surgery: surgeries[$0 % 4], logits: .last) }
        let together = try decoder.forward(inputs, tap: nil)
        let threads = try model.decoder(threads: 2).forward(inputs, tap: nil)
        #expect(together == threads)
        for (index, input) in inputs.enumerated() {
            let alone = try decoder.forward([input], tap: nil)[0].logits
            #expect(largestDifference(alone, together[index].logits) < 1e-4)
        }
        #expect(together[1] != together[5])
    }

    @Test(.enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"), arguments: ["olmoe", "mixtral", "gemma2"])
    func `Experts and norms after the MLP get it too`(_ name: String) throws {
        let decoder = try GoldenModel(folder: TestData.shared("models/\(name)")).decoder()
        let counts = decoder.configuration.coefficientCounts
        let tokens: [TokenID] = [5, 9, 2, 77, 30, 8]
        let all = counts.map { (0..<Int32($0)).map { $0 } }
        let whole = ValueNoise(decoder.configuration, seed: 1, draw: 0, scale: 0.1)
        let none = try logits(decoder, tokens, Surgery(noise: whole, to: counts.map { _ in [] }))
        #expect(none == (try logits(decoder, tokens, nil)))
        #expect(try logits(decoder, tokens, Surgery(noise: whole, to: all)) != none)
        // Halving the scale halves the change, while it is small.
        func change(_ scale: Float) throws -> [Float] {
            let noise = ValueNoise(decoder.configuration, seed: 1, draw: 0, scale: scale)
            let masks = counts.indices.map { $0 == counts.count - 1 ? all[$0] : [] }
            return zip(try logits(decoder, tokens, Surgery(noise: noise, to: masks)), none).map { $0 - $1 }
        }
        let (one, half) = (try change(2e-3), try change(1e-3))
        let largest = one.map(abs).max() ?? 0
        #expect(largest > 0 && largestDifference(one, half.map { 2 * $0 }) < 0.1 * largest)
    }
}
