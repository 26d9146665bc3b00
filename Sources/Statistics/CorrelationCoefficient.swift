/// A coefficient of correlation of two paired variables, -1 to 1.
public enum CorrelationCoefficient: String, Codable, CaseIterable, Sendable {
    /// Pearson's r: linear.
    case pearson
    /// Spearman's rho: Pearson's r of the average ranks.
    case spearman
    /// Kendall's tau-b: agreement in the order of all pairs of members, ties taken into account.
    case kendall

    /// The coefficient of at least three pairs.
    ///
    /// Two pairs are always in perfect agreement; a variable that is constant up to rounding has no coefficient. For
    /// rho and tau, values that differ by no more than rounding are tied (`RankedVariable`).
    public func value(_ x: [Double], _ y: [Double]) throws(UndefinedFigure) -> Double {
        try require(x, y, atLeast: 3)
        guard let value = Prepared(self, x, y).value(Array(x.indices)) else {
            throw .constant(Prepared(self, x, x).value(Array(x.indices)) == nil ? "x" : "y")
        }
        return value
    }

    /// Two variables made ready for the coefficients of many resamples.
    enum Prepared {
        case values(x: [Double], y: [Double])
        case ranks(x: RankedVariable, y: RankedVariable)
        case orders(x: RankedVariable, y: RankedVariable)

        init(_ coefficient: CorrelationCoefficient, _ x: [Double], _ y: [Double]) {
            self =
                switch coefficient {
                case .pearson: .values(x: x, y: y)
                case .spearman: .ranks(x: RankedVariable(x), y: RankedVariable(y))
                case .kendall: .orders(x: RankedVariable(x), y: RankedVariable(y))
                }
        }

        /// The coefficient of the pairs with these indices, with repetitions; nil where a variable is constant among
        /// them.
        func value(_ members: [Int]) -> Double? {
            switch self {
            case .values(let x, let y): pearsonCoefficient(members.map { x[$0] }, members.map { y[$0] })
            case .ranks(let x, let y): pearsonCoefficient(x.ranks(of: members), y.ranks(of: members))
            case .orders(let x, let y): kendallCoefficient(members.map { x.places[$0] }, members.map { y.places[$0] })
            }
        }
    }
}

/// Pearson's r: covariance over the product of the standard deviations; nil where a variable is constant.
func pearsonCoefficient(_ x: [Double], _ y: [Double]) -> Double? {
    guard x.count >= 2, let meanX = mean(x), let meanY = mean(y) else { return nil }
    var covariance = 0.0
    var varianceX = 0.0
    var varianceY = 0.0
    for (a, b) in zip(x, y) {
        covariance += (a - meanX) * (b - meanY)
        varianceX += (a - meanX) * (a - meanX)
        varianceY += (b - meanY) * (b - meanY)
    }
    // A constant variable leaves a variance of rounding errors only.
    let scale = 1e-24
    guard varianceX > scale * meanX * meanX * Double(x.count), varianceY > scale * meanY * meanY * Double(y.count),
        varianceX > 0, varianceY > 0
    else { return nil }
    return max(-1, min(1, covariance / (varianceX * varianceY).squareRoot()))
}

/// Kendall's tau-b (Kendall 1945): concordant less discordant pairs, over √((pairs untied in x) (pairs untied in y)).
///
/// n (n - 1) / 2 comparisons: meant for the order of models. Nil where a variable is constant.
private func kendallCoefficient(_ x: [Int], _ y: [Int]) -> Double? {
    var balance = 0
    var untiedX = 0
    var untiedY = 0
    for i in x.indices {
        for j in 0..<i {
            let a = (x[i] - x[j]).signum()
            let b = (y[i] - y[j]).signum()
            balance += a * b
            untiedX += a * a
            untiedY += b * b
        }
    }
    guard untiedX > 0, untiedY > 0 else { return nil }
    return Double(balance) / (Double(untiedX).squareRoot() * Double(untiedY).squareRoot())
}

/// A variable sorted once, so that each resample is ranked in linear time.
///
/// Values within 1e-12 of the largest size are tied: (0.3 - 0.1) and (0.4 - 0.2) are not equal in binary, and a tie
/// must not be broken by rounding. SciPy breaks it.
struct RankedVariable {
    /// Per member the place of its value among the distinct values, from 0.
    let places: [Int]
    private let distinct: Int

    init(_ values: [Double]) {
        let tolerance = 1e-12 * (values.map(abs).max() ?? 0)
        var places = [Int](repeating: 0, count: values.count)
        var place = -1
        var start = -Double.infinity
        for index in values.indices.sorted(by: { values[$0] < values[$1] }) {
            if values[index] - start > tolerance {
                place += 1
                start = values[index]
            }
            places[index] = place
        }
        self.places = places
        distinct = place + 1
    }

    /// Whether there are different values.
    var varies: Bool { distinct > 1 }

    /// The average ranks, from 1, of these members among themselves: equal values share the mean of their ranks.
    func ranks(of members: [Int]) -> [Double] {
        var counts = [Int](repeating: 0, count: distinct)
        for member in members { counts[places[member]] += 1 }
        var ranks = [Double](repeating: 0, count: distinct)
        var below = 0
        for (place, count) in counts.enumerated() {
            ranks[place] = Double(below) + Double(count + 1) / 2
            below += count
        }
        return members.map { ranks[places[$0]] }
    }

    /// The average ranks of all members.
    var ranks: [Double] { ranks(of: Array(places.indices)) }
}
