import Foundation
public import LinearAlgebra

/// Rotary position encoding of one kind of layer.
public struct RotaryEncoding: Sendable, Equatable {
    /// How frequencies are stretched for contexts longer than the model was first trained on.
    public enum Scaling: Sendable, Equatable {
        /// Not at all.
        case none
        /// All frequencies divided by a factor.
        case linear(factor: Float)
        /// LLaMA 3.1: low frequencies divided by the factor, high ones kept, a ramp between.
        case llama3(factor: Float, lowFrequencyFactor: Float, highFrequencyFactor: Float, originalContextLength: Int)
    }

    /// The leading dimensions of a head that turn; even.
    public var dimensions: Int
    /// Base of the frequencies (`rope_theta`).
    public var base: Float
    /// Stretching.
    public var scaling: Scaling = .none
    /// Which dimensions turn together.
    public var pairing: RotaryTable.Pairing = .halves

    /// Radians per position of each pair of dimensions, in float32 step by step as transformers computes them.
    public var frequencies: [Float] {
        stride(from: 0, to: dimensions, by: 2).map { index in
            let frequency = 1 / powf(base, Float(index) / Float(dimensions))
            switch scaling {
            case .none: return frequency
            case .linear(let factor): return frequency / factor
            case .llama3(let factor, let low, let high, let original):
                let length = Float(original)
                let wavelength = 2 * Float.pi / frequency
                if wavelength < length / high { return frequency }
                if wavelength > length / low { return frequency / factor }
                let ramp = (length / wavelength - low) / (high - low)
                return (1 - ramp) * frequency / factor + ramp * frequency
            }
        }
    }
}

extension RotaryEncoding {
    /// Reads either layout of config.json: `rope_parameters` (transformers 5) or `rope_theta` with `rope_scaling` (hub).
    ///
    /// - Parameters:
    ///   - reader: the configuration.
    ///   - headSize: dimensions of a head.
    ///   - partial: share of the dimensions that turn when the file does not say.
    static func read(_ reader: ConfigurationReader, headSize: Int, partial: Double = 1) throws -> RotaryEncoding {
        if let parameters = try reader.object("rope_parameters") {
            return try read(parameters, headSize: headSize, theta: try reader.number("rope_theta"), partial: partial)
        }
        let theta = try reader.number("rope_theta")
        let share = try reader.number("partial_rotary_factor") ?? partial
        guard let scaling = try reader.object("rope_scaling") else {
            let dimensions = try dimensions(headSize, share, reader)
            guard theta.map({ $0 > 0 }) ?? true else { throw reader.failure("rope_theta", "is not positive") }
            return RotaryEncoding(dimensions: dimensions, base: Float(theta ?? 10_000))
        }
        return try read(scaling, headSize: headSize, theta: theta, partial: share)
    }

    /// Reads one `rope_parameters` or `rope_scaling` object; `theta` and `partial` are what it may leave out.
    static func read(
        _ parameters: ConfigurationReader, headSize: Int, theta: Double?, partial: Double
    ) throws -> RotaryEncoding {
        let type = try parameters.text("rope_type") ?? parameters.text("type") ?? "default"
        let share = try parameters.number("partial_rotary_factor") ?? partial
        let dimensions = try dimensions(headSize, share, parameters)
        let base = try parameters.number("rope_theta") ?? theta ?? 10_000
        var encoding = RotaryEncoding(dimensions: dimensions, base: Float(base))
        guard encoding.base > 0, encoding.base.isFinite else {
            throw parameters.failure("rope_theta", "is not positive")
        }
        switch type {
        case "default": break
        case "linear": encoding.scaling = .linear(factor: try parameters.positive("factor"))
        case "llama3":
            let low = try parameters.positive("low_freq_factor")
            let high = try parameters.positive("high_freq_factor")
            guard low < high else { throw parameters.failure("high_freq_factor", "is not above low_freq_factor") }
            encoding.scaling = .llama3(
                factor: try parameters.positive("factor"), lowFrequencyFactor: low, highFrequencyFactor: high,
                originalContextLength: try parameters.count("original_max_position_embeddings"))
        default:
            throw parameters.failure(
                "rope_type", "“\(type)” is not supported", remedy: "supported: default, linear, llama3")
        }
        // Without effect in the supported types.
        parameters.ignore("original_max_position_embeddings", "type", "rope_type")
        try parameters.refuseUnread()
        return encoding
    }

    private static func dimensions(_ headSize: Int, _ share: Double, _ reader: ConfigurationReader) throws -> Int {
        guard share > 0, share <= 1 else { throw reader.failure("partial_rotary_factor", "is not between 0 and 1") }
        let dimensions = Int(Double(headSize) * share)
        guard dimensions > 0, dimensions % 2 == 0 else {
            throw reader.failure(
                "partial_rotary_factor", "leaves \(dimensions) rotary dimensions, which do not form pairs")
        }
        return dimensions
    }
}
