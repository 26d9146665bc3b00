import CVectorKernels

extension Kernel {
    /// `scores = scale · a · bᵀ`: the scores of queries a [rows, d] for keys b [columns, d].
    ///
    /// - Parameter kernel: streamed, a row's result depends on that row and the keys alone.
    public static func scores(
        _ queries: MatrixView, _ keys: MatrixView, scale: Float, into scores: MatrixView, by kernel: ProductKernel
    ) {
        precondition(
            queries.columns == keys.columns && scores.columns == keys.rows && scores.rows == queries.rows,
            "shapes of a product must agree")
        switch kernel {
        case .blocked:
            OpenBLAS.multiply(queries, keys, transposed: true, scale: scale, into: scores)
        case .streamed:
            vk_dot(
                queries.start, queries.stride, queries.rows, keys.start, keys.stride, vk_float32, keys.columns,
                keys.rows,
                scores.start, scores.stride)
            self.scale(scores, by: scale)
        }
    }

    /// `y = p · v`: weights p [rows, n] of values v [n, d].
    ///
    /// - Parameter kernel: as in `scores`.
    public static func mix(_ weights: MatrixView, _ values: MatrixView, into y: MatrixView, by kernel: ProductKernel) {
        precondition(
            weights.columns == values.rows && y.columns == values.columns && y.rows == weights.rows,
            "shapes of a product must agree")
        switch kernel {
        case .blocked:
            OpenBLAS.multiply(weights, values, transposed: false, scale: 1, into: y)
        case .streamed:
            vk_mix(
                weights.start, weights.stride, weights.rows, values.start, values.stride, values.rows, values.columns,
                y.start, y.stride)
        }
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
