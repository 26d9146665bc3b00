import Diagnostics
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Transformer

/// No safetensors file and no config.json makes its reader crash, hang, or take memory without bound; what is accepted
/// keeps its promises.
@Suite struct CheckpointFuzzTests {
    @Test func `safetensors files`() throws {
        let seeds = try SafetensorsSeed.all()
        let mutator = JSONMutator(values: SafetensorsSeed.values)
        try FuzzRun(name: "safetensors").run { number, folder in
            var generator = MutationGenerator("safetensors", number)
            let path = folder.appendingPathComponent("model.safetensors").path
            let bytes = generator.element(seeds).mutation(mutator, &generator)
            try SafetensorsSeed.write(bytes, to: path)
            do {
                try Self.check(SafetensorsFile(path: path), byteCount: bytes.count)
            } catch let failure as Failure {
                #expect(failure.kind == .badData && failure.file == path, "\(failure)")
            }
        }
    }

    @Test func `config.json`() throws {
        let seeds = try ConfigurationSeeds.all()
        for seed in seeds {
            // A seed that is refused would test little.
            #expect(throws: Never.self, "\(String(decoding: seed, as: UTF8.self))") { try Self.configuration(seed) }
        }
        let mutator = JSONMutator(values: ConfigurationSeeds.values)
        try FuzzRun(name: "config").run { number, _ in
            var generator = MutationGenerator("config", number)
            let bytes = mutator.mutation(of: generator.element(seeds), &generator)
            do {
                try Self.check(Self.configuration(bytes))
            } catch is JSONError {
                // Becomes a failure with its byte in `MappedFile.json`.
            } catch let failure as Failure {
                #expect(failure.kind == .badData && failure.file == "config.json", "\(failure)")
            }
        }
    }

    /// Every tensor lies in the file behind the header, none in another, and its values can be read.
    private static func check(_ file: SafetensorsFile, byteCount: Int) throws {
        var end = 8
        for tensor in file.tensors.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            #expect(tensor.range.lowerBound >= end && tensor.range.upperBound <= byteCount)
            end = tensor.range.upperBound
            #expect(tensor.bytes.count == tensor.range.count)
            #expect(tensor.count <= tensor.range.count)
            _ = tensor.bytes.reduce(0, &+)
            guard ["F32", "F16", "BF16"].contains(tensor.elementType) else { continue }
            #expect(try tensor.floats().count == tensor.count)
        }
        if !file.tensors.isEmpty { #expect(end == byteCount) }
    }

    private static func configuration(_ bytes: [UInt8]) throws -> DecoderConfiguration {
        try bytes.withUnsafeBytes { bytes in
            try ModelFamily.read(JSONValue.parse(bytes), file: "config.json").configuration
        }
    }

    /// What the forward pass takes for granted.
    private static func check(_ configuration: DecoderConfiguration) {
        let attention = configuration.attention
        #expect(attention.headSize > 0 && attention.keyValueHeadCount > 0 && attention.projectionSize <= Int32.max)
        #expect(attention.headCount % attention.keyValueHeadCount == 0)
        #expect(attention.scale.isFinite && attention.scale > 0)
        #expect(configuration.hiddenSize > 0 && configuration.vocabularySize > 0 && configuration.contextLength > 0)
        #expect((1...4096).contains(configuration.layerCount))
        var last: LayerConfiguration?
        for layer in configuration.layers where layer != last {
            last = layer
            #expect(layer.coefficientCount > 0 && layer.window ?? 1 > 0)
            if let experts = layer.experts {
                #expect(experts.countPerToken > 0 && experts.countPerToken <= experts.count)
                #expect(layer.coefficientCount % experts.count == 0)
            }
            guard let rotary = layer.rotary else { continue }
            #expect(rotary.dimensions > 0 && rotary.dimensions % 2 == 0 && rotary.dimensions <= attention.headSize)
            #expect(rotary.base > 0 && rotary.base.isFinite && rotary.attentionFactor.isFinite)
            guard rotary.dimensions <= 1024 else { continue }
            #expect(rotary.frequencies(sequenceLength: 1).count == rotary.dimensions / 2)
            #expect(rotary.frequencies(sequenceLength: .max).count == rotary.dimensions / 2)
        }
    }
}
