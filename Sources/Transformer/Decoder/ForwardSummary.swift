import Foundation
import LinearAlgebra
import Tokenization

/// What one sequence does in a model, in a few lines: what comes next, and which coefficients respond most.
public struct ForwardSummary: Sendable {
    /// A token that may come next.
    public struct NextToken: Sendable {
        /// The token.
        public let token: TokenID
        /// Its logit after the last token of the sequence.
        public let logit: Float
        /// Its probability among all tokens.
        public let probability: Double
    }

    /// The coefficients of one layer at the last token of the sequence.
    public struct Layer: Sendable {
        /// The largest by magnitude, largest first, the lower index on a tie.
        public let largest: [(index: Int, value: Float)]
        /// Root of the mean square of all coefficients of the layer.
        public let rootMeanSquare: Double
    }

    /// The most probable next tokens, most probable first, the lower id on a tie.
    public let next: [NextToken]
    /// All layers. Coefficients are those that enter the value matrix: 0 where a surgery sets them to 0.
    public let layers: [Layer]

    /// Runs a sequence.
    ///
    /// - Parameter count: how many tokens, and coefficients of a layer, to name.
    /// - Throws: as `Decoder.forward`.
    public init(_ decoder: Decoder, _ tokens: [TokenID], surgery: Surgery?, count: Int) throws {
        var layers: [Layer] = []
        let input = SequenceInput(tokens: tokens, surgery: surgery, logits: .last)
        let outputs = try decoder.forward([input]) { layer, _, coefficients in
            let width = coefficients.count / tokens.count
            var values = (0..<width).map { coefficients[(tokens.count - 1) * width + $0] }
            values.withUnsafeMutableBufferPointer { surgery?.layers[layer].apply(to: $0) }
            let magnitudes = values.map { abs($0) }
            let squares = values.reduce(0.0) { $0 + Double($1) * Double($1) }
            layers.append(
                Layer(
                    largest: Self.largest(magnitudes, count).map { ($0, values[$0]) },
                    rootMeanSquare: (squares / Double(width)).squareRoot()))
        }
        let logits = outputs[0].logits
        let largest = Double(logits.max() ?? 0)
        let total = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
        next = Self.largest(logits, count).map {
            NextToken(
                token: TokenID($0), logit: logits[$0], probability: exp(Double(logits[$0]) - largest) / total)
        }
        self.layers = layers
    }

    private static func largest(_ values: [Float], _ count: Int) -> [Int] {
        Array(
            values.indices.sorted { values[$0] > values[$1] || (values[$0] == values[$1] && $0 < $1) }.prefix(count))
    }
}
