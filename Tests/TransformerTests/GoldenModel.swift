import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Tokenization

@testable import Transformer

/// A tiny reference checkpoint with the values that transformers computed from it.
struct GoldenModel: CustomTestStringConvertible {
    /// What golden.json says of a prompt.
    struct Prompt: Decodable {
        var ids: [TokenID]
        var greedyIds: [TokenID]
    }

    /// golden.json, as far as the decoder is concerned.
    struct Facts: Decodable {
        var dFf: [Int]
        var prompts: [Prompt]
        var hiddenPrompt: Int
        var fullPrompt: Int
        var mask: [[Int32]]
    }

    let folder: URL

    var testDescription: String { folder.lastPathComponent }

    /// The checkpoints in the repository.
    static let fixtures = ["gpt2", "llama", "llama3"].map { GoldenModel(folder: TestData.fixture("Models/\($0)")) }

    /// All shared checkpoints.
    static let shared = [
        "falcon", "falcon_new", "gemma", "gemma2", "gemma3", "gpt2", "gpt_neox", "gpt_neox_seq", "gptj", "llama",
        "llama3", "mistral", "mixtral", "olmo", "olmo2", "olmoe", "opt", "opt_postnorm", "phi", "phi3",
        "phi3_longrope", "qwen2", "qwen3", "qwen3_moe", "stablelm", "stablelm_parallel",
    ]

    func facts() throws -> Facts {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Facts.self, from: Data(contentsOf: folder.appendingPathComponent("golden.json")))
    }

    func decoder(threads: Int = 1, arithmetic: Arithmetic = .float32) throws -> Decoder {
        try Decoder(Checkpoint(folder: folder.path), threads: threads, arithmetic: arithmetic)
    }

    func tensors() throws -> [String: [Float]] {
        let file = try SafetensorsFile(path: folder.appendingPathComponent("golden.safetensors").path)
        return try Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, try $0.floats()) })
    }
}

/// The largest absolute difference; infinite where sizes differ or a value is not a number.
func largestDifference(_ a: [Float]?, _ b: [Float]?) -> Float {
    guard let a, let b, a.count == b.count else { return .infinity }
    return zip(a, b).map { abs($0 - $1) }.map { $0.isNaN ? .infinity : $0 }.max() ?? 0
}

/// Coefficients by layer and sequence, as a tap receives them.
final class RecordedCoefficients {
    struct Key: Hashable {
        var layer: Int
        var sequence: Int
    }

    private(set) var values: [Key: [Float]] = [:]
    private(set) var order: [Key] = []

    func tap(_ layer: Int, _ sequence: Int, _ coefficients: Span<Float>) {
        let key = Key(layer: layer, sequence: sequence)
        values[key] = coefficients.withUnsafeBufferPointer { Array($0) }
        order.append(key)
    }

    subscript(layer: Int, sequence: Int) -> [Float]? { values[Key(layer: layer, sequence: sequence)] }
}
