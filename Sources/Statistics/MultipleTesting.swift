/// p-values adjusted for the false discovery rate (Benjamini and Hochberg 1995): of those at or below q, at most a
/// share q is expected to be false, for independent or positively dependent tests.
///
/// - Parameter ps: nil where a test could not be made; these stay nil and do not count as tests.
public func benjaminiHochberg(_ ps: [Double?]) -> [Double?] {
    let tested = ps.indices.compactMap { index in ps[index].map { (index: index, p: $0) } }
        .sorted { ($0.p, $0.index) < ($1.p, $1.index) }
    precondition(tested.allSatisfy { $0.p >= 0 && $0.p <= 1 }, "a p-value is between 0 and 1")
    var adjusted = [Double?](repeating: nil, count: ps.count)
    var smallest = 1.0
    for (position, test) in tested.enumerated().reversed() {
        smallest = min(smallest, test.p * Double(tested.count) / Double(position + 1))
        adjusted[test.index] = smallest
    }
    return adjusted
}

/// Where a value stands among null draws, 0 to 1: the share below it, plus half of the share equal to it (mid-rank).
///
/// Nil without draws.
public func midrankPercentile(of value: Double, among draws: [Double]) -> Double? {
    guard !draws.isEmpty else { return nil }
    let halves = draws.reduce(0) { $0 + ($1 < value ? 2 : $1 == value ? 1 : 0) }
    return Double(halves) / Double(2 * draws.count)
}
