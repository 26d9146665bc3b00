import Numerics

/// The regularised incomplete beta function I_x(a, b) by its continued fraction (Numerical Recipes, 6.4), evaluated on
/// the side where it converges fast: about √max(a, b) steps, 1e-13 relative for a, b below a thousand.
///
/// - Parameter y: 1 - x, given by the caller so that neither end loses digits.
func incompleteBeta(_ a: Double, _ b: Double, _ x: Double, complement y: Double) -> Double {
    precondition(a > 0 && b > 0, "the beta function's parameters are positive")
    guard x > 0 else { return 0 }
    guard y > 0 else { return 1 }
    return x <= (a + 1) / (a + b + 2) ? lowerBeta(a, b, x, y) : 1 - lowerBeta(b, a, y, x)
}

private func lowerBeta(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let logX = y < 0.5 ? Double.log(onePlus: -y) : Double.log(x)
    let logY = x < 0.5 ? Double.log(onePlus: -x) : Double.log(y)
    let logBeta = Double.logGamma(a) + Double.logGamma(b) - Double.logGamma(a + b)
    return Double.exp(a * logX + b * logY - logBeta) * betaFraction(a, b, x) / a
}

/// The continued fraction, by Lentz's method.
private func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    func nonzero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var fraction = d
    for step in 1...100_000 {
        let m = Double(step)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / nonzero(1 + even * d)
        c = nonzero(1 + even / c)
        fraction *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / nonzero(1 + odd * d)
        c = nonzero(1 + odd / c)
        fraction *= d * c
        if abs(d * c - 1) < 1e-15 { break }
    }
    return fraction
}
