import Diagnostics
import LinearAlgebra

/// What a checkpoint is and what running it takes, for people.
public struct ModelDescription: Sendable {
    /// Names with their values, in the order to show them.
    public let lines: [(name: String, value: String)]

    /// Reads a checkpoint and checks all of it but the values of its weights.
    ///
    /// - Parameter threads: that will run it.
    /// - Throws: as `Decoder.init`.
    public init(folder: String, threads: Int) throws {
        let checkpoint = try Checkpoint(folder: folder)
        let decoder = try Decoder(checkpoint, threads: threads, arithmetic: checkpoint.customaryArithmetic)
        let configuration = decoder.configuration
        let storedTypes = decoder.weights.storedTypes.map(\.rawValue).sorted().joined(separator: ", ")
        lines =
            [
                ("model", folder), ("architecture", Self.architecture(configuration)),
                ("parameters", "\(Self.grouped(decoder.parameterCount)) stored as \(storedTypes)"),
                ("layers", "\(configuration.layerCount)"), ("hidden size", "\(configuration.hiddenSize)"),
                ("attention", Self.attention(configuration)), ("positions", Self.positions(configuration)),
                ("MLP", Self.mlp(configuration)), ("coefficients", Self.coefficients(configuration)),
                ("norm", Self.norm(configuration.normalization)),
                (
                    "vocabulary",
                    "\(configuration.vocabularySize), head \(configuration.isHeadTied ? "tied" : "of its own")"
                ),
                ("context", "\(configuration.contextLength) tokens"),
            ] + Self.memory(decoder)
    }

    /// The lines with aligned values.
    public var text: String {
        let width = (lines.map(\.name.count).max() ?? 0) + 2
        return lines.map { $0.name + String(repeating: " ", count: width - $0.name.count) + $0.value + "\n" }.joined()
    }

    private static func architecture(_ configuration: DecoderConfiguration) -> String {
        switch configuration.residual {
        case .serial: return "\(configuration.modelType), attention then MLP"
        case .serialNormedAfter: return "\(configuration.modelType), attention then MLP, norms after them"
        case .parallel: return "\(configuration.modelType), attention beside MLP"
        case .parallelSharedNorm: return "\(configuration.modelType), attention beside MLP after one norm"
        }
    }

    private static func attention(_ configuration: DecoderConfiguration) -> String {
        let attention = configuration.attention
        var text = "\(attention.headCount) heads of \(attention.headSize)"
        if attention.keyValueHeadCount != attention.headCount {
            text += ", \(attention.keyValueHeadCount) for keys and values"
        }
        let windows = configuration.layers.compactMap(\.window)
        if let window = windows.first {
            let layers = windows.count == configuration.layerCount ? "all" : "\(windows.count)"
            text += ", a window of \(window) tokens in \(layers) layers"
        }
        return text
    }

    private static func positions(_ configuration: DecoderConfiguration) -> String {
        if configuration.learnedPositions != nil { return "learned" }
        var texts: [String] = []
        for case let rotary? in configuration.layers.map(\.rotary) {
            var text = "rotary, base \(number(rotary.base))"
            if rotary.dimensions != configuration.attention.headSize {
                text += ", \(rotary.dimensions) dimensions of a head"
            }
            switch rotary.scaling {
            case .none: break
            case .linear(let factor): text += ", linear scaling by \(number(factor))"
            case .llama3(let factor, _, _, let original):
                text += ", llama3 scaling by \(number(factor)) from \(original) tokens"
            case .yarn(let factor, _, _, _, let original):
                text += ", yarn scaling by \(number(factor)) from \(original) tokens"
            case .longRope(_, _, let original): text += ", longrope scaling, other angles beyond \(original) tokens"
            }
            if rotary.attentionFactor != 1 { text += ", queries and keys times \(number(rotary.attentionFactor))" }
            if !texts.contains(text) { texts.append(text) }
        }
        return texts.isEmpty ? "none" : texts.joined(separator: "; ")
    }

    private static func mlp(_ configuration: DecoderConfiguration) -> String {
        let name: String
        switch configuration.activation {
        case .silu: name = "SiLU"
        case .gelu: name = "GELU"
        case .geluTanh: name = "GELU (tanh)"
        case .relu: name = "ReLU"
        }
        let mlp = configuration.isGated ? "gated, \(name)" : name
        let sparse = configuration.layers.compactMap(\.experts)
        guard let experts = sparse.first else { return mlp }
        let layers = sparse.count == configuration.layerCount ? "all" : "\(sparse.count)"
        return "\(mlp), \(experts.countPerToken) of \(experts.count) experts for each token in \(layers) layers"
    }

    private static func coefficients(_ configuration: DecoderConfiguration) -> String {
        let counts = configuration.coefficientCounts
        let total = grouped(counts.reduce(0, +))
        guard let first = counts.first, counts.allSatisfy({ $0 == first }) else {
            return "\(counts.map(String.init).joined(separator: ", ")) by layer, \(total) in all"
        }
        return "\(first) in each layer (d_ff), \(total) in all"
    }

    private static func norm(_ normalization: Normalization) -> String {
        switch normalization {
        case .rms(let epsilon, let offset):
            return "RMSNorm\(offset == 0 ? "" : " with weights from \(number(offset))"), epsilon \(epsilon)"
        case .layer(let epsilon, let hasWeight, _):
            return "LayerNorm\(hasWeight ? "" : " without weights"), epsilon \(epsilon)"
        }
    }

    private static func memory(_ decoder: Decoder) -> [(name: String, value: String)] {
        let forecast = MemoryForecast(decoder)
        let bytes = MemoryForecast.bytes
        let files = decoder.checkpoint.files.count
        return [
            ("weights", "\(bytes(forecast.weights)) memory mapped in \(files) file\(files == 1 ? "" : "s")"),
            (
                "working memory",
                "\(bytes(forecast.work)) with \(decoder.team.count) threads in \(decoder.arithmetic.rawValue), and "
                    + "\(bytes(forecast.cachePerToken)) a token while generating"
            ),
            (
                "memory needed",
                "\(bytes(forecast.total)) for ten questions of 100 tokens at a time, \(bytes(forecast.beyondWeights)) of it "
                    + "beside the weights"
            ),
        ]
    }

    private static func number(_ value: Float) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }

    /// 1234567 as 1,234,567.
    private static func grouped(_ number: Int) -> String {
        var result = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }
}
