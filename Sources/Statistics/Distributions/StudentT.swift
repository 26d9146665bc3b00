import Numerics

/// Student's t distribution.
public struct StudentT: Hashable, Sendable {
    /// Degrees of freedom, positive.
    public let degrees: Double

    /// The distribution with so many degrees of freedom.
    public init(degrees: Double) {
        precondition(degrees > 0 && degrees.isFinite, "degrees of freedom are positive")
        self.degrees = degrees
    }

    /// P(T > t) = ½ I_x(ν/2, ½) with x = ν / (ν + t²), for t >= 0; full relative precision in the upper tail.
    public func upperTail(_ t: Double) -> Double {
        guard t.isFinite else { return t > 0 ? 0 : 1 }
        let square = t * t
        guard square.isFinite else { return t > 0 ? 0 : 1 }
        let total = degrees + square
        let beyond = 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / total, complement: square / total)
        return t >= 0 ? beyond : 1 - beyond
    }

    /// P(T <= t).
    public func cdf(_ t: Double) -> Double {
        upperTail(-t)
    }

    /// The two-sided p-value of an observed t.
    public func twoSidedP(_ t: Double) -> Double {
        min(1, 2 * upperTail(abs(t)))
    }

    /// The t that a share p of the distribution lies below; ∓∞ at 0 and 1.
    ///
    /// Newton's method on the upper tail, which is convex for t > 0: from the normal quantile, which lies nearer to
    /// zero, every step stays below the root.
    public func quantile(_ p: Double) -> Double {
        precondition(p >= 0 && p <= 1, "a probability is between 0 and 1")
        if p < 0.5 { return -upperQuantile(p) }
        return p > 0.5 ? upperQuantile(1 - p) : 0
    }

    /// The t > 0 with P(T > t) = tail.
    private func upperQuantile(_ tail: Double) -> Double {
        guard tail > 0 else { return .infinity }
        var t = -NormalDistribution.quantile(tail)
        for _ in 0..<1000 {
            let step = (upperTail(t) - tail) / density(t)
            t += step
            // A step back is rounding: the root is reached.
            if step <= 1e-15 * t { break }
        }
        return t
    }

    private func density(_ t: Double) -> Double {
        let logScale =
            Double.logGamma((degrees + 1) / 2) - Double.logGamma(degrees / 2) - 0.5 * Double.log(degrees * Double.pi)
        return Double.exp(logScale - (degrees + 1) / 2 * Double.log(onePlus: t * t / degrees))
    }
}

/// The noncentral t distribution: (Z + δ) / √(χ²_ν / ν), that of a t statistic where the effect is real.
struct NoncentralT {
    /// Degrees of freedom ν.
    let degrees: Double
    /// Noncentrality δ.
    let noncentrality: Double

    /// P(T <= t): Lenth's series of incomplete beta functions (algorithm AS 243, Applied Statistics 38, 1989, 185-189),
    /// summed outwards from its largest weight, as Benton and Krishnamoorthy (2003) do, so that a large δ underflows
    /// nothing.
    func cdf(_ t: Double) -> Double {
        guard t >= 0 else { return 1 - NoncentralT(degrees: degrees, noncentrality: -noncentrality).cdf(-t) }
        let total = degrees + t * t
        let x = t * t / total
        let y = degrees / total
        let rate = noncentrality * noncentrality / 2
        let below = NormalDistribution.cdf(-noncentrality)
        guard rate > 0 else { return below + 0.5 * incompleteBeta(0.5, degrees / 2, x, complement: y) }

        let mode = rate.rounded(.down)
        let logRate = Double.log(rate)
        func term(_ j: Double) -> (value: Double, weight: Double) {
            let p = Double.exp(-rate + j * logRate - Double.logGamma(j + 1))
            let size = Double.exp(-rate + (j + 0.5) * logRate - Double.logGamma(j + 1.5))
            let q = noncentrality < 0 ? -size : size
            let value =
                p * incompleteBeta(j + 0.5, degrees / 2, x, complement: y)
                + q * incompleteBeta(j + 1, degrees / 2, x, complement: y)
            return (value, max(p, size))
        }
        var sum = 0.0
        var j = mode
        while true {
            let (value, weight) = term(j)
            sum += value
            if weight < 1e-18 { break }
            j += 1
        }
        j = mode - 1
        while j >= 0 {
            let (value, weight) = term(j)
            sum += value
            if weight < 1e-18 { break }
            j -= 1
        }
        return min(1, max(0, below + sum / 2))
    }
}

/// The root of an increasing function by bisection, to the last bit: `high` is doubled until it lies above.
func increasingRoot(from low: Double, to high: Double, _ function: (Double) -> Double) -> Double {
    var low = low
    var high = high
    while function(high) < 0, high < 1e300 { high *= 2 }
    while true {
        let middle = low + (high - low) / 2
        guard middle > low, middle < high else { return middle }
        if function(middle) < 0 { low = middle } else { high = middle }
    }
}
