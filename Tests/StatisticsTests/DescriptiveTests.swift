import Testing

@testable import Statistics

/// Closed forms and values of scipy 1.17.
@Suite struct DescriptiveTests {
    private func isClose(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-12) -> Bool {
        abs(value - expected) <= tolerance * max(1, abs(expected))
    }

    @Test func meanOfNothingIsUndefined() {
        #expect(mean([]) == nil)
        #expect(mean([1, 2, 4.5]) == 2.5)
    }

    @Test func smallViewsKeepTheirDigits() {
        #expect(log10OnePlus(0) == 0)
        #expect(isClose(log10OnePlus(999), 3))
        #expect(isClose(log10OnePlus(1e-9) * 1e9, 0.43429448168610455))
    }

    @Test(arguments: [
        (0, 10, 0.0, 0.27753279986288926), (10, 10, 0.7224672001371109, 1.0),
        (5, 10, 0.236593090512564, 0.7634069094874361),
        (130, 525, 0.21261950896361964, 0.2862851332878697), (1, 1, 0.20654931437723745, 1.0),
    ])
    func wilsonIntervalIsScipys(_ successes: Int, _ trials: Int, _ low: Double, _ high: Double) throws {
        let interval = try #require(wilsonInterval(successes: successes, of: trials))
        #expect(isClose(interval.low, low))
        #expect(isClose(interval.high, high))
    }

    @Test func aProportionOfNothingIsUndefined() {
        #expect(wilsonInterval(successes: 0, of: 0) == nil)
    }

    @Test(arguments: [
        ([10, 20, 30, 40], 0.00016974243555282632), ([25, 25, 25, 25], 1.0), ([1, 0], 0.31731050786291115),
        ([130, 120, 140, 135], 0.6443698056370253), ([3, 3, 4, 0, 10], 0.009074317061131603),
        ([5000, 5100, 4900, 5050], 0.2247382864616225),
    ])
    func chiSquaredTestIsScipys(_ counts: [Int], _ p: Double) throws {
        #expect(isClose(try #require(chiSquaredUniformP(counts)), p, 1e-11))
    }

    @Test func uniformityOfNothingIsUndefined() {
        #expect(chiSquaredUniformP([]) == nil)
        #expect(chiSquaredUniformP([7]) == nil)
        #expect(chiSquaredUniformP([0, 0]) == nil)
    }

    @Test(arguments: [
        (0.5, 0.1, 0.6547208460185768), (0.5, 3, 0.014305878435429641), (1.5, 1.5, 0.3916251762710877),
        (10, 3, 0.9988975118698845), (10, 25, 0.0002214766382487835), (500, 480, 0.8137180268096754),
        (500, 600, 1.2255942330622893e-05), (3, 0, 1.0),
    ])
    func incompleteGammaIsScipys(_ a: Double, _ x: Double, _ expected: Double) {
        #expect(abs(upperGamma(a, x) - expected) <= 1e-11 * expected)
    }

    /// Q(1, x) = exp(-x).
    @Test func incompleteGammaOfOneIsExponential() {
        for x in stride(from: 0.25, through: 30, by: 0.25) {
            let halves = (0..<Int(x * 4)).reduce(1.0) { value, _ in value * 0.7788007830714049 }
            #expect(abs(upperGamma(1, x) - halves) <= 1e-11 * halves)
        }
    }
}
