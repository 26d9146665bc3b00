import Foundation
import Scores
import Statistics
import Transformer

/// Mean and standard deviation of every coefficient over tokens, and its value at one of them: [layer][d_ff].
struct CoefficientMoments {
    private var sums: [[Double]]
    private var squares: [[Double]]
    private var counts: [Int]
    /// The coefficients at one token.
    var sample: [[Float]]

    init(counts widths: [Int]) {
        sums = widths.map { [Double](repeating: 0, count: $0) }
        squares = sums
        counts = [Int](repeating: 0, count: widths.count)
        sample = widths.map { [Float](repeating: 0, count: $0) }
    }

    /// Adds all rows of a sequence's coefficients.
    mutating func add(_ coefficients: Span<Float>, layer: Int, width: Int) {
        let rows = coefficients.count / width
        counts[layer] += rows
        for row in 0..<rows {
            for index in 0..<width {
                let value = Double(coefficients[row * width + index])
                sums[layer][index] += value
                squares[layer][index] += value * value
            }
        }
    }

    func mean(layer: Int, _ index: Int) -> Double {
        sums[layer][index] / Double(max(1, counts[layer]))
    }

    func standardDeviation(layer: Int, _ index: Int) -> Double {
        let average = mean(layer: layer, index)
        return max(0, squares[layer][index] / Double(max(1, counts[layer])) - average * average).squareRoot()
    }
}

/// What each coefficient of the model becomes when a mask takes it: nil stands for 0.
struct AblationValues {
    private let values: [[Float]]?

    /// Zero ablation.
    static let zero = AblationValues(values: nil)

    private init(values: [[Float]]?) {
        self.values = values
    }

    /// The values of a concept's ablation, the same at every position and for every ratio.
    ///
    /// Mean: the coefficient's mean over the tokens of the localisation controls. Noise: one normal draw with its mean and
    /// standard deviation there (Box-Muller). Resample: its value at one of those tokens, the same token for all.
    init(_ ablation: Ablation, moments: CoefficientMoments, generator: inout SeededGenerator) {
        switch ablation {
        case .zero:
            values = nil
        case .resample:
            values = moments.sample
        case .mean:
            values = moments.sample.enumerated().map { layer, row in
                row.indices.map { Float(moments.mean(layer: layer, $0)) }
            }
        case .noise:
            var result: [[Float]] = []
            for (layer, row) in moments.sample.enumerated() {
                result.append(
                    row.indices.map { index in
                        let radius = (-2 * log(1 - generator.unit())).squareRoot()
                        let normal = radius * cos(2 * Double.pi * generator.unit())
                        return Float(
                            moments.mean(layer: layer, index)
                                + normal * moments.standardDeviation(layer: layer, index))
                    })
            }
            values = result
        }
    }

    /// The surgery that puts these values in place of the masked coefficients.
    func surgery(_ mask: [[Int32]]) -> Surgery {
        Surgery(
            layers: mask.enumerated().map { layer, indices in
                LayerSurgery(indices: indices, values: values.map { all in indices.map { all[layer][Int($0)] } })
            })
    }
}
