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
        /// YaRN: as LLaMA 3.1, but the ramp is straight over the numbers of the pairs of dimensions: from the pair that turns
        /// `fastRotations` times in the original context to the one that turns `slowRotations` times. `isTruncated`
        /// widens it to whole numbers.
        case yarn(
            factor: Float, fastRotations: Float, slowRotations: Float, isTruncated: Bool, originalContextLength: Int)
        /// LongRoPE: every frequency divided by a factor of its own; the long ones hold for all positions of a sequence that
        /// is longer than the original context.
        case longRope(shortFactors: [Float], longFactors: [Float], originalContextLength: Int)
    }

    /// The leading dimensions of a head that turn; even.
    public var dimensions: Int
    /// Base of the frequencies (`rope_theta`).
    public var base: Float
    /// Stretching.
    public var scaling: Scaling = .none
    /// What turned queries and keys are multiplied by (`attention_factor`), in the dimensions that turn.
    public var attentionFactor: Float = 1
    /// Which dimensions turn together.
    public var pairing: RotaryTable.Pairing = .halves

    /// The longest sequence before the frequencies change; nil: they are the same for all lengths.
    public var longSequenceThreshold: Int? {
        guard case .longRope(let short, let long, let original) = scaling, short != long else { return nil }
        return original
    }

    /// Radians per position of each pair of dimensions, in float32 step by step as transformers computes them.
    ///
    /// - Parameter sequenceLength: positions of the whole sequence, which matters to LongRoPE.
    public func frequencies(sequenceLength: Int) -> [Float] {
        let periods = stride(from: 0, to: dimensions, by: 2).map { powf(base, Float($0) / Float(dimensions)) }
        switch scaling {
        case .none: return periods.map { 1 / $0 }
        case .linear(let factor): return periods.map { 1 / $0 / factor }
        case .llama3(let factor, let low, let high, let original):
            let length = Float(original)
            return periods.map { period in
                let frequency = 1 / period
                let wavelength = 2 * Float.pi / frequency
                if wavelength < length / high { return frequency }
                if wavelength > length / low { return frequency / factor }
                let ramp = (length / wavelength - low) / (high - low)
                return (1 - ramp) * frequency / factor + ramp * frequency
            }
        case .yarn(let factor, let fast, let slow, let isTruncated, let original):
            var low = pair(turning: fast, in: original)
            var high = pair(turning: slow, in: original)
            if isTruncated { (low, high) = (low.rounded(.down), high.rounded(.up)) }
            (low, high) = (max(low, 0), min(high, Double(dimensions - 1)))
            if low == high { high += 0.001 }
            return periods.enumerated().map { index, period in
                let ramp = max(0, min(1, (Float(index) - Float(low)) / Float(high - low)))
                let kept = 1 - ramp
                return 1 / (factor * period) * (1 - kept) + 1 / period * kept
            }
        case .longRope(let short, let long, let original):
            return zip(periods, sequenceLength > original ? long : short).map { 1 / ($1 * $0) }
        }
    }

    /// The number, not a whole one, of the pair of dimensions that turns `rotations` times in `length` positions.
    private func pair(turning rotations: Float, in length: Int) -> Double {
        Double(dimensions) * log(Double(length) / (Double(rotations) * 2 * .pi)) / (2 * log(Double(base)))
    }
}
