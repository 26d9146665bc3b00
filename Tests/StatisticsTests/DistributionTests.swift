import Foundation
import Testing

@testable import Statistics

/// Distributions against SciPy's values and closed forms.
@Suite struct DistributionTests {
    private let scipy: ScipyValues

    init() throws {
        scipy = try ScipyValues.stored.get()
    }

    @Test func normalDistributionIsScipys() {
        for row in scipy.normalCdf {
            #expect(agrees(NormalDistribution.cdf(row.z), row.p, 1e-12, absolute: false), "z = \(row.z)")
        }
        for row in scipy.normalQuantiles {
            #expect(agrees(NormalDistribution.quantile(row.p), row.z, 1e-14, absolute: false), "p = \(row.p)")
        }
        #expect(NormalDistribution.quantile(0) == -.infinity)
        #expect(NormalDistribution.quantile(1) == .infinity)
    }

    @Test func incompleteBetaIsScipys() {
        for row in scipy.incompleteBeta {
            let value = incompleteBeta(row.a, row.b, row.x, complement: 1 - row.x)
            #expect(agrees(value, row.value, 2e-12, absolute: false), "I_\(row.x)(\(row.a), \(row.b)) = \(value)")
        }
        #expect(incompleteBeta(2, 3, 0, complement: 1) == 0)
        #expect(incompleteBeta(2, 3, 1, complement: 0) == 1)
    }

    @Test func studentsTIsScipys() {
        for row in scipy.tCdf {
            let value = StudentT(degrees: row.degrees).cdf(row.t)
            #expect(agrees(value, row.p, 1e-11, absolute: false), "\(row.degrees) degrees, t = \(row.t): \(value)")
        }
        for row in scipy.tQuantiles {
            let value = StudentT(degrees: row.degrees).quantile(row.p)
            #expect(agrees(value, row.t, 1e-9, absolute: false), "\(row.degrees) degrees, p = \(row.p): \(value)")
        }
    }

    /// Near zero SciPy's own values are off by 1e-11: closed forms of one and two degrees.
    @Test(arguments: [1e-9, 1e-6, 0.001, 0.3, 1, 20, 1e6])
    func studentsTHasItsClosedForms(_ t: Double) {
        let cauchy = 0.5 + atan(t) / Double.pi
        #expect(agrees(StudentT(degrees: 1).cdf(t), cauchy, 1e-15))
        #expect(agrees(StudentT(degrees: 1).cdf(-t), 1 - cauchy, 1e-15))
        #expect(agrees(StudentT(degrees: 2).cdf(t), 0.5 + t / (2 * (2 + t * t).squareRoot()), 1e-15))
    }

    @Test func endsOfStudentsTAreCertain() {
        let t = StudentT(degrees: 4)
        #expect(t.cdf(.infinity) == 1 && t.cdf(-.infinity) == 0 && t.cdf(1e200) == 1)
        #expect(t.quantile(0) == -.infinity && t.quantile(1) == .infinity && t.quantile(0.5) == 0)
        #expect(t.twoSidedP(0) == 1)
    }

    @Test(arguments: [0.5, 1.0, 4.0, 37.0, 900.0])
    func quantileInvertsTheDistribution(_ degrees: Double) {
        let distribution = StudentT(degrees: degrees)
        for p in [1e-6, 0.01, 0.2, 0.499, 0.51, 0.9, 0.999_99] {
            #expect(agrees(distribution.cdf(distribution.quantile(p)), p, 1e-12, absolute: false))
        }
    }

    @Test func noncentralTIsScipys() {
        for row in scipy.noncentralT {
            let noncentrality = row.noncentrality ?? 0
            let value = NoncentralT(degrees: row.degrees, noncentrality: noncentrality).cdf(row.t)
            #expect(agrees(value, row.p, 1e-11), "\(row.degrees) degrees, \(noncentrality): \(value)")
        }
    }

    /// AS 243 as published starts from exp(-δ²/2), which is zero here.
    @Test func noncentralTSurvivesLargeEffects() {
        let far = NoncentralT(degrees: 1, noncentrality: 800)
        // (Z + 800) / |Z'| > t where |Z'| < 800 / t, nearly.
        let expected = 2 * NormalDistribution.cdf(-800.0 / 636)
        #expect(abs(far.cdf(636) - expected) < 1e-3)
    }

    @Test func bisectionFindsTheRoot() {
        #expect(abs(increasingRoot(from: 0, to: 1) { $0 * $0 * $0 - 30 } - 3.1072325059538586) < 1e-14)
    }
}
