import Diagnostics
import Dispatch
import LinearAlgebra
import Tokenization

/// How fast a model runs on this machine, in tokens per second.
public struct SpeedMeasurement: Sendable, Encodable {
    /// What was run.
    public struct Shape: Sendable, Encodable {
        /// Number of prompts.
        public var prompts = 16
        /// Tokens of each.
        public var length = 80
        /// New tokens of each stream.
        public var newTokens = 32
        /// Streams that are continued together.
        public var streams = 16
        /// Passes over the prompts; the fastest counts.
        public var repetitions = 1

        /// The usual shape: questions of about 80 tokens.
        public init() {}
    }

    /// What was run.
    public let shape: Shape
    /// What products of weights were computed in.
    public let arithmetic: String
    /// Threads that computed.
    public let threads: Int
    /// Prompts to the logits of their last positions.
    public let prefill: Double
    /// The same with another fifth of each layer's coefficients set to zero in every prompt.
    public let maskedPrefill: Double
    /// What prefill would reach if it did nothing but its products: oneDNN alone on the same shapes with its own threads.
    public let bareMultiply: Double
    /// New tokens of one stream after one prompt, without the prompt's time.
    public let decoding: Double
    /// New tokens of all streams together.
    public let decodingTogether: Double

    /// Measures a model.
    ///
    /// - Throws: as `Decoder.forward`; `Failure` 64 when prompts leave no room for new tokens.
    public init(_ decoder: Decoder, _ shape: Shape = Shape()) throws {
        let configuration = decoder.configuration
        self.shape = shape
        arithmetic = decoder.arithmetic.rawValue
        threads = decoder.team.count
        let vocabulary = configuration.vocabularySize
        let prompts = (0..<max(shape.prompts, shape.streams)).map { prompt in
            (0..<shape.length).map { TokenID((prompt * 7919 + $0 * 104_729 + 1) % vocabulary) }
        }
        func inputs(isMasked: Bool) -> [SequenceInput] {
            prompts.prefix(shape.prompts).enumerated().map { index, tokens in
                let masks = configuration.coefficientCounts.map { count in
                    (0..<Int32(count)).filter { ($0 &+ Int32(index)) % 5 == 0 }
                }
                return SequenceInput(tokens: tokens, surgery: isMasked ? Surgery(zeroing: masks) : nil, logits: .last)
            }
        }
        // The first pass maps the weights and prepares the products.
        _ = try decoder.forward(inputs(isMasked: true), tap: nil)
        let tokens = Double(shape.prompts * shape.length)
        var rates: [Double] = []
        for isMasked in [false, true] {
            let inputs = inputs(isMasked: isMasked)
            let seconds = try (0..<max(1, shape.repetitions)).map { _ in
                try Self.seconds { _ = try decoder.forward(inputs, tap: nil) }
            }
            rates.append(tokens / (seconds.min() ?? .infinity))
        }
        (prefill, maskedPrefill) = (rates[0], rates[1])

        let rows = min(PackedBlock.maximumRows, shape.prompts * shape.length)
        var perBlock = 0.0
        for (size, count) in decoder.weights.productShapes {
            perBlock +=
                Double(count)
                * MultiplyPeak.seconds(
                    rows: rows, outputs: size.outputs, inputs: size.inputs, arithmetic: decoder.arithmetic,
                    threads: decoder.team.count)
        }
        bareMultiply = Double(rows) / perBlock

        func rate(_ streams: Int) throws -> Double {
            var (tokens, nanoseconds, last) = (0, UInt64(0), UInt64(0))
            _ = try decoder.generate(
                Array(prompts.prefix(streams)), maximumNewTokens: 1 + shape.newTokens, surgery: nil,
                ignoringEndOfSequence: true
            ) { _, new in
                let now = DispatchTime.now().uptimeNanoseconds
                // The time of the first new token is the prompt's.
                if new.count > 1 { (tokens, nanoseconds) = (tokens + 1, nanoseconds + (now - last)) }
                last = now
                return false
            }
            guard tokens > 0 else {
                throw Failure(
                    .usage, "the model's context of \(configuration.contextLength) tokens has no room behind a prompt",
                    remedy: "use a smaller --length")
            }
            return Double(tokens) / (Double(nanoseconds) / 1e9)
        }
        decoding = try rate(1)
        decodingTogether = try rate(shape.streams)
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        try body()
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
}

extension DecoderWeights {
    /// The shapes of the layers' products with how often each occurs; of experts those that a token is routed to are not
    /// known, so the first ones stand for them.
    fileprivate var productShapes: [(size: (outputs: Int, inputs: Int), count: Int)] {
        var shapes: [(size: (outputs: Int, inputs: Int), count: Int)] = []
        for layer in layers {
            let mlps = layer.mlps.prefix(1)
            let linears =
                layer.queryKeyValue + [layer.attentionOutput] + mlps.flatMap(\.input) + mlps.map(\.output)
            for weight in linears.map(\.weight) {
                let size = (weight.outputs, weight.inputs)
                if let index = shapes.firstIndex(where: { $0.size == size }) {
                    shapes[index].count += 1
                } else {
                    shapes.append((size, 1))
                }
            }
        }
        return shapes
    }
}
