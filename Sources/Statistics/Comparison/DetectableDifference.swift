import Numerics

/// The smallest effect that a design finds significant, two-sided at `alpha`, with probability `power`.
public enum DetectableDifference {
    /// The smallest mean difference of n pairs that a paired t-test detects, from the noncentral t distribution (Cohen
    /// 1988, chapter 2, without its approximations).
    ///
    /// - Parameter deviation: the standard deviation of the paired differences.
    public static func paired(
        deviation: Double, n: Int, power: Double = 0.8, alpha: Double = 0.05
    ) throws(UndefinedFigure) -> Double {
        guard n >= 2 else { throw .tooFew(max(0, n), needed: 2) }
        guard deviation.isFinite else { throw .notFinite }
        guard deviation > 0 else { throw .constant("the difference") }
        check(power, alpha)
        let degrees = Double(n - 1)
        let critical = StudentT(degrees: degrees).quantile(1 - alpha / 2)
        let noncentrality = increasingRoot(from: 0, to: 4) { noncentrality in
            let distribution = NoncentralT(degrees: degrees, noncentrality: noncentrality)
            return 1 - distribution.cdf(critical) + distribution.cdf(-critical) - power
        }
        return noncentrality * deviation / Double(n).squareRoot()
    }

    /// The smallest correlation of n pairs that differs detectably from zero: tanh((z_alpha/2 + z_power) / √(n - 3)),
    /// Fisher's approximation (1921). At least four pairs.
    public static func correlation(n: Int, power: Double = 0.8, alpha: Double = 0.05) throws(UndefinedFigure) -> Double
    {
        guard n >= 4 else { throw .tooFew(max(0, n), needed: 4) }
        check(power, alpha)
        let distance = NormalDistribution.quantile(1 - alpha / 2) + NormalDistribution.quantile(power)
        return Double.tanh(distance / Double(n - 3).squareRoot())
    }

    /// The smallest true proportion above `base` that n independent trials tell from it (normal approximation); nil if
    /// even 1 is too near.
    ///
    /// Right answers of one concept are not independent: for a store this is a lower bound.
    public static func proportion(
        above base: Double, trials: Int, power: Double = 0.8, alpha: Double = 0.05
    ) throws(UndefinedFigure) -> Double? {
        guard trials >= 1 else { throw .tooFew(max(0, trials), needed: 1) }
        precondition(base > 0 && base < 1, "a proportion to tell from lies between 0 and 1")
        check(power, alpha)
        let n = Double(trials).squareRoot()
        let critical = NormalDistribution.quantile(1 - alpha / 2) * (base * (1 - base)).squareRoot()
        let reserve = NormalDistribution.quantile(power)
        func excess(_ p: Double) -> Double { (p - base) * n - critical - reserve * (p * (1 - p)).squareRoot() }
        guard excess(1) > 0 else { return nil }
        return increasingRoot(from: base, to: 1, excess)
    }

    private static func check(_ power: Double, _ alpha: Double) {
        precondition(alpha > 0 && alpha < power && power < 1, "0 < alpha < power < 1")
    }
}
