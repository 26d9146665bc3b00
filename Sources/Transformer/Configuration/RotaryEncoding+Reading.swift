import Diagnostics
import Foundation

extension RotaryEncoding {
    /// What a `rope_parameters` or `rope_scaling` object may leave to the rest of the file.
    struct Surroundings {
        /// `rope_theta`.
        var theta: Double?
        /// Share of the dimensions that turn.
        var partial: Double = 1
        /// `max_position_embeddings`.
        var contextLength: Int?
        /// `original_max_position_embeddings` outside of the object, which counts more than inside.
        var originalContextLength: Int?
        /// Whether the types “su” and “yarn” mean LongRoPE, as in early Phi 3 files.
        var hasOldLongRopeNames = false
    }

    /// Reads either layout of config.json: `rope_parameters` (transformers 5) or `rope_theta` with `rope_scaling` (hub).
    ///
    /// - Parameters:
    ///   - reader: the configuration.
    ///   - headSize: dimensions of a head.
    ///   - defaults: what holds when the file does not say.
    static func read(
        _ reader: ConfigurationReader, headSize: Int, defaults: Surroundings = Surroundings()
    ) throws -> RotaryEncoding {
        var surroundings = defaults
        if let theta = try reader.number("rope_theta") { surroundings.theta = theta }
        if let share = try reader.number("partial_rotary_factor") { surroundings.partial = share }
        if let length = try reader.integer("max_position_embeddings") { surroundings.contextLength = length }
        if let length = try reader.integer("original_max_position_embeddings") {
            surroundings.originalContextLength = length
        }
        for key in ["rope_parameters", "rope_scaling"] {
            guard let parameters = try reader.object(key) else { continue }
            return try read(parameters, headSize: headSize, surroundings)
        }
        let dimensions = try dimensions(headSize, surroundings.partial, reader)
        let base = Float(surroundings.theta ?? 10_000)
        guard base > 0, base.isFinite else { throw reader.failure("rope_theta", "is not positive") }
        return RotaryEncoding(dimensions: dimensions, base: base)
    }

    /// Reads one `rope_parameters` or `rope_scaling` object.
    static func read(
        _ parameters: ConfigurationReader, headSize: Int, _ surroundings: Surroundings
    ) throws -> RotaryEncoding {
        var type = try parameters.text("rope_type") ?? parameters.text("type") ?? "default"
        if surroundings.hasOldLongRopeNames, ["su", "yarn"].contains(type) { type = "longrope" }
        let share = try parameters.number("partial_rotary_factor") ?? surroundings.partial
        let dimensions = try dimensions(headSize, share, parameters)
        let base = try parameters.number("rope_theta") ?? surroundings.theta ?? 10_000
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
                originalContextLength: try originalContextLength(parameters, surroundings))
        case "yarn": try encoding.readYarn(parameters, surroundings)
        case "longrope": try encoding.readLongRope(parameters, surroundings)
        default:
            throw parameters.failure(
                "rope_type", "“\(type)” is not supported",
                remedy: "supported: default, linear, llama3, longrope, yarn")
        }
        // Without effect in the types that have not read it.
        parameters.ignore("original_max_position_embeddings", "type", "rope_type")
        try parameters.refuseUnread()
        return encoding
    }

    private mutating func readYarn(_ parameters: ConfigurationReader, _ surroundings: Surroundings) throws {
        let original = try Self.originalContextLength(parameters, surroundings)
        let factor = try Self.factor(parameters, surroundings, original)
        let fast = try parameters.positive("beta_fast", default: 32)
        let slow = try parameters.positive("beta_slow", default: 1)
        guard fast >= slow else { throw parameters.failure("beta_fast", "is below beta_slow") }
        guard base > 1 else { throw parameters.failure("rope_theta", "is not above 1, which yarn needs") }
        scaling = .yarn(
            factor: Float(factor), fastRotations: fast, slowRotations: slow,
            isTruncated: try parameters.flag("truncate") ?? true, originalContextLength: original)
        func magnitude(_ scale: Double) -> Double { factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1 }
        let scale = try parameters.number("mscale") ?? 0
        let scaleOfAll = try parameters.number("mscale_all_dim") ?? 0
        // Each of the two counts only beside the other.
        let implied = scale != 0 && scaleOfAll != 0 ? magnitude(scale) / magnitude(scaleOfAll) : magnitude(1)
        attentionFactor = try parameters.positive("attention_factor", default: Float(implied))
    }

    private mutating func readLongRope(_ parameters: ConfigurationReader, _ surroundings: Surroundings) throws {
        let original = try Self.originalContextLength(parameters, surroundings)
        func factors(_ key: String) throws -> [Float] {
            let factors = try parameters.positives(key)
            guard factors.count == dimensions / 2 else {
                throw parameters.failure(
                    key, "has \(factors.count) factors, the rotary encoding \(dimensions / 2) pairs of dimensions")
            }
            return factors
        }
        scaling = .longRope(
            shortFactors: try factors("short_factor"), longFactors: try factors("long_factor"),
            originalContextLength: original)
        let factor = try Self.factor(parameters, surroundings, original)
        let implied = factor <= 1 ? 1 : (1 + log(factor) / log(Double(original))).squareRoot()
        attentionFactor = try parameters.positive("attention_factor", default: Float(implied))
    }

    /// The context length before the stretching, in the order of precedence of transformers.
    private static func originalContextLength(
        _ parameters: ConfigurationReader, _ surroundings: Surroundings
    ) throws -> Int {
        let key = "original_max_position_embeddings"
        let inside = try parameters.integer(key)
        guard let length = surroundings.originalContextLength ?? inside ?? surroundings.contextLength else {
            throw parameters.failure(key, "is missing")
        }
        guard length > 1, length < 1 << 28 else { throw parameters.failure(key, "\(length) is not a possible length") }
        return length
    }

    /// How much longer the context has become: `factor`, or the ratio of the two lengths.
    private static func factor(
        _ parameters: ConfigurationReader, _ surroundings: Surroundings, _ originalContextLength: Int
    ) throws -> Double {
        if let factor = try parameters.number("factor") {
            guard factor > 0, Float(factor).isFinite, Float(factor) > 0 else {
                throw parameters.failure("factor", "is not positive")
            }
            return factor
        }
        guard let length = surroundings.contextLength, length > 0 else {
            throw parameters.failure("factor", "is missing")
        }
        return Double(length) / Double(originalContextLength)
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
