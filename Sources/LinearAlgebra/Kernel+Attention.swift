import CVectorKernels

extension Kernel {
    /// `scores = scale · a · bᵀ`: the scores of queries a [rows, d] for keys b [columns, d].
    public static func scores(_ queries: MatrixView, _ keys: MatrixView, scale: Float, into scores: MatrixView) {
        precondition(queries.columns == keys.columns && scores.columns == keys.rows, "shapes of a product must agree")
        OpenBLAS.multiply(
            queries, keys.start, stride: keys.stride, transposed: true, scale: scale, into: scores)
    }

    /// `y = p · v`: weights p [rows, n] of values v [n, d].
    public static func mix(_ weights: MatrixView, _ values: MatrixView, into y: MatrixView) {
        precondition(weights.columns == values.rows && y.columns == values.columns, "shapes of a product must agree")
        OpenBLAS.multiply(
            weights, values.start, stride: values.stride, transposed: false, scale: 1, into: y)
    }

    /// Softmax over `visible` of a row, zero elsewhere.
    public static func softmax(_ row: UnsafeMutableBufferPointer<Float>, visible: Range<Int>) {
        precondition(visible.lowerBound >= 0 && visible.upperBound <= row.count, "visible columns out of range")
        guard let start = row.baseAddress, !visible.isEmpty else { preconditionFailure("a softmax needs a value") }
        for i in 0..<visible.lowerBound { start[i] = 0 }
        for i in visible.upperBound..<row.count { start[i] = 0 }
        let x = start + visible.lowerBound
        let count = visible.count
        let largest = maximum(x, count)
        vk_exponential(x, largest, x, count)
        let factor = 1 / sum(x, count)
        for i in 0..<count { x[i] *= factor }
    }

    /// `x = limit · tanh(x / limit)`: the soft cap of Gemma 2.
    public static func softCap(_ x: MatrixView, limit: Float) {
        for r in 0..<x.rows {
            let row = x.start + r * x.stride
            for i in 0..<x.columns {
                // tanh u = 2 sigmoid(2u) - 1
                row[i] = limit * (2 / (1 + exponential(-2 * (row[i] / limit))) - 1)
            }
        }
    }
}
