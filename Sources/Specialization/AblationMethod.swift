import Transformer

/// Mean of every coefficient over tokens, and its value at one of them: [layer][d_ff].
struct CoefficientMoments {
    private var sums: [[Double]]
    private var counts: [Int]
    /// The coefficients at one token.
    var sample: [[Float]]

    init(counts widths: [Int]) {
        sums = widths.map { [Double](repeating: 0, count: $0) }
        counts = [Int](repeating: 0, count: widths.count)
        sample = widths.map { [Float](repeating: 0, count: $0) }
    }

    /// What one sequence adds to a layer.
    struct Summary: Sendable {
        fileprivate var sums: [Double]
        fileprivate var rows: Int
        fileprivate var sample: [Float]?

        /// Adds up all rows of a sequence's coefficients, and keeps one of them if that is wanted.
        init(_ coefficients: Span<Float>, width: Int, sampledRow: Int?) {
            rows = coefficients.count / width
            var sums = [Double](repeating: 0, count: width)
            for row in 0..<rows {
                for index in 0..<width { sums[index] += Double(coefficients[row * width + index]) }
            }
            self.sums = sums
            sample = sampledRow.map { row in (0..<width).map { coefficients[row * width + $0] } }
        }
    }

    /// Adds a sequence.
    mutating func add(_ summary: Summary, layer: Int) {
        counts[layer] += summary.rows
        for index in summary.sums.indices { sums[layer][index] += summary.sums[index] }
        if let sample = summary.sample { self.sample[layer] = sample }
    }

    func mean(layer: Int, _ index: Int) -> Double {
        sums[layer][index] / Double(max(1, counts[layer]))
    }
}

/// What a mask does to the coefficients that it takes.
struct AblationMethod {
    private enum Form {
        /// What each coefficient becomes, the same at every position and for every ratio; nil stands for 0.
        case values([[Float]]?)
        /// They stay, and their value vectors get noise.
        case noise(ValueNoise)
    }

    private let form: Form

    /// Zero ablation.
    static let zero = AblationMethod(form: .values(nil))

    private init(form: Form) {
        self.form = form
    }

    /// Each coefficient becomes its mean over the tokens of the localisation controls.
    static func mean(_ moments: CoefficientMoments) -> AblationMethod {
        AblationMethod(
            form: .values(
                moments.sample.enumerated().map { layer, row in
                    row.indices.map { Float(moments.mean(layer: layer, $0)) }
                }))
    }

    /// Each coefficient becomes its value at one of those tokens, the same token for all.
    static func resample(_ moments: CoefficientMoments) -> AblationMethod {
        AblationMethod(form: .values(moments.sample))
    }

    /// Noise on value vectors.
    static func noise(_ noise: ValueNoise) -> AblationMethod {
        AblationMethod(form: .noise(noise))
    }

    /// The surgery that does this to the coefficients of a mask.
    func surgery(_ mask: [[Int32]]) -> Surgery {
        switch form {
        case .noise(let noise):
            return Surgery(noise: noise, to: mask)
        case .values(nil):
            return Surgery(zeroing: mask, leavingOut: true)
        case .values(let values?):
            return Surgery(
                layers: mask.enumerated().map { layer, indices in
                    LayerSurgery(indices: indices, values: indices.map { values[layer][Int($0)] })
                })
        }
    }
}
