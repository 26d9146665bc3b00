import Foundation

/// The plain versions of the kernels: one value after the other, with the C library's functions. What the fast ones mean;
/// only tests call them.
enum ReferenceKernel {
    /// x [rows, inputs] times W, weights as a plain array in the given orientation.
    static func multiply(
        _ x: [Float], _ weights: [Float], rows: Int, inputs: Int, outputs: Int, orientation: WeightMatrix.Orientation
    ) -> [Float] {
        var y = [Float](repeating: 0, count: rows * outputs)
        for r in 0..<rows {
            for o in 0..<outputs {
                var total = 0.0
                for i in 0..<inputs {
                    let w = orientation == .outputByInput ? weights[o * inputs + i] : weights[i * outputs + o]
                    total += Double(x[r * inputs + i]) * Double(w)
                }
                y[r * outputs + o] = Float(total)
            }
        }
        return y
    }

    static func rmsNorm(_ x: [Float], weight: [Float]?, epsilon: Float) -> [Float] {
        var total = 0.0
        for value in x { total += Double(value) * Double(value) }
        let factor = 1 / (total / Double(x.count) + Double(epsilon)).squareRoot()
        return x.indices.map { Float(Double(x[$0]) * factor * Double(weight?[$0] ?? 1)) }
    }

    static func layerNorm(_ x: [Float], weight: [Float]?, bias: [Float]?, epsilon: Float) -> [Float] {
        let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
        let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
        let factor = 1 / (variance + Double(epsilon)).squareRoot()
        return x.indices.map {
            Float((Double(x[$0]) - mean) * factor * Double(weight?[$0] ?? 1) + Double(bias?[$0] ?? 0))
        }
    }

    static func softmax(_ x: [Float], visible: Range<Int>) -> [Float] {
        let largest = Double(x[visible].max() ?? 0)
        let total = x[visible].reduce(0.0) { $0 + exp(Double($1) - largest) }
        return x.indices.map { visible.contains($0) ? Float(exp(Double(x[$0]) - largest) / total) : 0 }
    }

    static func activation(_ activation: Activation, _ value: Float) -> Float {
        let x = Double(value)
        switch activation {
        case .silu: return Float(x / (1 + exp(-x)))
        case .gelu: return Float(0.5 * x * (1 + erf(x / 2.0.squareRoot())))
        case .geluTanh: return Float(0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))))
        case .relu: return Float(max(0, x))
        }
    }

    static func rotate(_ head: [Float], frequencies: [Float], pairing: RotaryTable.Pairing, position: Int) -> [Float] {
        var result = head
        for (i, frequency) in frequencies.enumerated() {
            let angle = Double(Float(position) * frequency)
            let (a, b) = pairing == .halves ? (i, i + frequencies.count) : (2 * i, 2 * i + 1)
            result[a] = Float(Double(head[a]) * cos(angle) - Double(head[b]) * sin(angle))
            result[b] = Float(Double(head[b]) * cos(angle) + Double(head[a]) * sin(angle))
        }
        return result
    }
}
