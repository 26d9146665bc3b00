import Scores

/// What coefficients are pooled over: which tokens of a context count.
struct TokenPooling: Hashable {
    /// All that count, or the last of them.
    var pooling: Pooling
    /// Whether special tokens count.
    var special: SpecialTokens = .include
    /// Whether the first token is left out as well. Many models give it huge coefficients, whatever it is.
    var skipsFirst = false

    /// The positions that count in a context; all of it if none would be left.
    ///
    /// - Parameter special: which tokens of the context are special.
    func positions(in special: [Bool]) -> [Int] {
        let counted = special.indices.filter { position in
            !(skipsFirst && position == 0) && !(self.special == .exclude && special[position])
        }
        let positions = counted.isEmpty ? Array(special.indices) : counted
        return pooling == .last ? Array(positions.suffix(1)) : positions
    }

    /// The mean of |m| over some positions of one sequence, in double precision.
    static func pool(_ coefficients: Span<Float>, width: Int, _ positions: [Int]) -> [Double] {
        var sum = [Double](repeating: 0, count: width)
        for row in positions {
            for index in 0..<width { sum[index] += Double(abs(coefficients[row * width + index])) }
        }
        let count = Double(positions.count)
        return sum.map { $0 / count }
    }
}
