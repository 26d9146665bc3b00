extension Kernel {
    /// RMSNorm: `y = x / sqrt(mean(x²) + epsilon) * weight`, row by row; x and y may be the same.
    public static func rmsNorm(_ x: MatrixView, weight: [Float]?, epsilon: Float, into y: MatrixView) {
        precondition(x.rows == y.rows && x.columns == y.columns && x.columns > 0, "a norm keeps the shape")
        precondition(weight.map { $0.count == x.columns } ?? true, "a norm has one weight per column")
        weight.withBuffer { weight in
            for r in 0..<x.rows {
                let source = UnsafePointer(x.start + r * x.stride)
                let target = y.start + r * y.stride
                let mean = sumOfSquares(source, x.columns, from: 0) / Float(x.columns)
                let factor = 1 / (mean + epsilon).squareRoot()
                if let weight {
                    for i in 0..<x.columns { target[i] = source[i] * factor * weight[i] }
                } else {
                    for i in 0..<x.columns { target[i] = source[i] * factor }
                }
            }
        }
    }

    /// LayerNorm: `y = (x - mean(x)) / sqrt(var(x) + epsilon) * weight + bias`, row by row; x and y may be the same.
    ///
    /// The variance is that of the population, in a second pass over the distances from the mean.
    public static func layerNorm(_ x: MatrixView, weight: [Float]?, bias: [Float]?, epsilon: Float, into y: MatrixView)
    {
        precondition(x.rows == y.rows && x.columns == y.columns && x.columns > 0, "a norm keeps the shape")
        precondition(weight.map { $0.count == x.columns } ?? true, "a norm has one weight per column")
        precondition(bias.map { $0.count == x.columns } ?? true, "a norm has one bias per column")
        weight.withBuffer { weight in
            bias.withBuffer { bias in
                for r in 0..<x.rows {
                    let source = UnsafePointer(x.start + r * x.stride)
                    let target = y.start + r * y.stride
                    let mean = sum(source, x.columns) / Float(x.columns)
                    let variance = sumOfSquares(source, x.columns, from: mean) / Float(x.columns)
                    let factor = 1 / (variance + epsilon).squareRoot()
                    for i in 0..<x.columns { target[i] = (source[i] - mean) * factor }
                    if let weight { for i in 0..<x.columns { target[i] *= weight[i] } }
                    if let bias { for i in 0..<x.columns { target[i] += bias[i] } }
                }
            }
        }
    }
}

extension [Float]? {
    /// Calls `body` with the array's memory, or with nil.
    fileprivate func withBuffer(_ body: (UnsafePointer<Float>?) -> Void) {
        if let self {
            self.withUnsafeBufferPointer { body($0.baseAddress) }
        } else {
            body(nil)
        }
    }
}
