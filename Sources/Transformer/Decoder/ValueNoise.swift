import Foundation
import LinearAlgebra
import Synchronization

/// Gaussian noise for every value vector of a model: what `LayerSurgery.noise` adds to the located ones.
///
/// e_i of a layer is drawn from N(0, I) by a generator keyed with the seed, the draw, the layer and i alone, so a vector gets the
/// same noise whatever mask it is in. A layer's noise is made when it is first needed and kept: as much memory as the
/// model's value matrices take in float32.
public final class ValueNoise: Sendable {
    /// What the drawn vectors are multiplied by.
    public let scale: Float
    /// Names the noise: equal names, equal numbers.
    let key: Key
    private let layers: [Layer]

    struct Key: Hashable {
        var seed: UInt64
        var draw: Int
        var scale: Float
    }

    /// The noise of one layer: one matrix, or one for each expert.
    private final class Layer: Sendable {
        let matrices = Mutex<[WeightMatrix]?>(nil)
    }

    /// The memory of a matrix, alive as long as it.
    private final class Storage: Sendable {
        let buffer = FloatBuffer()
    }

    private let configuration: DecoderConfiguration

    /// Noise for a model.
    ///
    /// - Parameters:
    ///   - scale: 0.1 in the rebuttal of the PSS paper.
    ///   - draw: which of several draws.
    public init(_ configuration: DecoderConfiguration, seed: UInt64, draw: Int, scale: Float) {
        self.configuration = configuration
        self.scale = scale
        key = Key(seed: seed, draw: draw, scale: scale)
        layers = configuration.layers.map { _ in Layer() }
    }

    /// Bytes that the noise of all layers takes.
    public static func byteCount(_ configuration: DecoderConfiguration) -> Int {
        configuration.layers.reduce(0) { $0 + $1.coefficientCount } * configuration.hiddenSize * 4
    }

    /// The scaled noise of a layer's value vectors, [coefficients, hidden]; with experts the part of one of them.
    func matrix(layer: Int, expert: Int) -> WeightMatrix {
        layers[layer].matrices.withLock { matrices in
            if let known = matrices { return known[expert] }
            let shape = configuration.layers[layer]
            let experts = shape.experts?.count ?? 1
            let count = shape.coefficientCount / experts
            let made = (0..<experts).map { make(layer: layer, first: $0 * count, count: count) }
            matrices = made
            return made[expert]
        }
    }

    private func make(layer: Int, first: Int, count: Int) -> WeightMatrix {
        let storage = Storage()
        let values = storage.buffer.matrix(rows: count, columns: configuration.hiddenSize)
        for row in 0..<count { fill(values[row], layer: layer, coefficient: first + row) }
        return WeightMatrix(
            bytes: UnsafeRawBufferPointer(values.values), type: .float32, outputs: configuration.hiddenSize,
            inputs: count, orientation: .inputByOutput, arithmetic: .float32, owner: storage)
    }

    /// Writes scale * e_i.
    func fill(_ row: UnsafeMutableBufferPointer<Float>, layer: Int, coefficient: Int) {
        var state = [key.seed, UInt64(bitPattern: Int64(key.draw)), UInt64(layer), UInt64(coefficient)]
            .reduce(0x5661_6C75_6544_6D31) { Self.mix($0 ^ $1) &+ 0x9E37_79B9_7F4A_7C15 }
        func unit() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            return Double(Self.mix(state) >> 11) * 0x1p-53
        }
        // Box-Muller gives two at a time.
        for index in stride(from: 0, to: row.count, by: 2) {
            let radius = (-2 * log(1 - unit())).squareRoot()
            let angle = 2 * Double.pi * unit()
            row[index] = Float(radius * cos(angle)) * scale
            if index + 1 < row.count { row[index + 1] = Float(radius * sin(angle)) * scale }
        }
    }

    /// SplitMix64's finaliser.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
