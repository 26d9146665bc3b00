/// The p-value of a permutation test.
public struct PermutationP: Codable, Hashable, Sendable {
    /// Two-sided: the share of arrangements whose figure is at least as far from zero as the observed one.
    public var p: Double
    /// Whether all arrangements were counted. If not, p is (b + 1) / (m + 1) of m random ones.
    public var isExact: Bool
    /// Number of arrangements counted.
    public var arrangements: Int

    /// Creates a p-value.
    public init(p: Double, isExact: Bool, arrangements: Int) {
        self.p = p
        self.isExact = isExact
        self.arrangements = arrangements
    }

    /// b of all arrangements, the observed one among them, reach the observed figure.
    static func exact(reached: Int, of arrangements: Int) -> PermutationP {
        PermutationP(p: Double(reached) / Double(arrangements), isExact: true, arrangements: arrangements)
    }

    /// (b + 1) / (m + 1): the observed arrangement counts as one of the random ones, so that p is never zero (Phipson
    /// and Smyth 2010).
    static func sampled(reached: Int, of arrangements: Int) -> PermutationP {
        PermutationP(
            p: Double(reached + 1) / Double(arrangements + 1), isExact: false, arrangements: arrangements)
    }
}

/// Permutation tests (Fisher 1935; Pitman 1937). Figures equal up to rounding count as reached.
public enum PermutationTest {
    /// Number of random arrangements where there are too many to enumerate.
    public static let arrangements = 10_000
    /// Up to so many pairs all n! pairings are counted: 9! is 362,880.
    public static let largestExactPairing = 9
    /// Up to so many differences other than zero all 2^n signs are counted: 2^20 is 1,048,576.
    public static let largestExactSignFlip = 20

    /// Whether two variables are unrelated: the second is rearranged against the first.
    ///
    /// - Parameters:
    ///   - count: number of pairs n.
    ///   - tolerance: figures that differ by no more than this are equal.
    ///   - seed: with `key`, decides the random arrangements.
    ///   - statistic: the signed figure of an arrangement: pair i takes the second value of pair `order[i]`.
    public static func pairing(
        count: Int, tolerance: Double = 0, arrangements: Int = arrangements, seed: UInt64, _ key: String,
        statistic: (_ order: [Int]) -> Double
    ) -> PermutationP {
        var order = Array(0..<count)
        let threshold = abs(statistic(order)) - tolerance
        var reached = 0
        if count <= largestExactPairing {
            var total = 0
            forEachPermutation(of: &order) { order in
                total += 1
                if abs(statistic(order)) >= threshold { reached += 1 }
            }
            return .exact(reached: reached, of: total)
        }
        var generator = SeededGenerator(seed: seed, "permutation", key)
        for _ in 0..<arrangements {
            for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, generator.below(index + 1)) }
            if abs(statistic(order)) >= threshold { reached += 1 }
        }
        return .sampled(reached: reached, of: arrangements)
    }

    /// Whether the mean of paired differences is zero: if the two of a pair are exchangeable, each difference could as
    /// well have had the other sign.
    ///
    /// Differences of zero keep their place in n and change no p-value. All zero: p = 1.
    public static func signFlip(
        _ differences: [Double], arrangements: Int = arrangements, seed: UInt64, _ key: String
    ) throws(UndefinedFigure) -> PermutationP {
        try require(differences, atLeast: 1)
        let sizes = differences.filter { $0 != 0 }.map(abs)
        let tolerance = 1e-12 * sizes.reduce(0, +)
        let threshold = abs(differences.reduce(0, +)) - tolerance
        if sizes.count <= largestExactSignFlip {
            // Every sum of signed values is one of the first half's plus one of the second half's.
            let first = signedSums(sizes[..<(sizes.count / 2)])
            let second = signedSums(sizes[(sizes.count / 2)...])
            var reached = 0
            for a in first {
                for b in second where abs(a + b) >= threshold { reached += 1 }
            }
            return .exact(reached: reached, of: first.count * second.count)
        }
        var generator = SeededGenerator(seed: seed, "sign flip", key)
        var reached = 0
        for _ in 0..<arrangements {
            var sum = 0.0
            var bits: UInt64 = 0
            for (index, size) in sizes.enumerated() {
                if index % 64 == 0 { bits = generator.next() }
                // The random bit becomes the sign.
                sum += Double(bitPattern: size.bitPattern | (bits & 1) << 63)
                bits >>= 1
            }
            if abs(sum) >= threshold { reached += 1 }
        }
        return .sampled(reached: reached, of: arrangements)
    }

    /// The 2^n sums of the values with all combinations of signs.
    private static func signedSums(_ values: ArraySlice<Double>) -> [Double] {
        values.reduce([0]) { sums, value in sums.flatMap { [$0 + value, $0 - value] } }
    }

    /// Calls `body` with every permutation once (Heap 1963); leaves the order permuted.
    static func forEachPermutation(of order: inout [Int], _ body: ([Int]) -> Void) {
        var counters = [Int](repeating: 0, count: order.count)
        body(order)
        var level = 1
        while level < order.count {
            if counters[level] < level {
                order.swapAt(level % 2 == 0 ? 0 : counters[level], level)
                body(order)
                counters[level] += 1
                level = 1
            } else {
                counters[level] = 0
                level += 1
            }
        }
    }
}
