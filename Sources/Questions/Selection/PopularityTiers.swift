import Diagnostics

/// Sorting concepts into tiers by popularity (contract, section 3).
public struct PopularityTiers: Sendable, Equatable {
    /// Names from the most popular tier to the least.
    public let names: [String]
    /// `thresholds[i]` is the least popularity of tier i; the last tier has none.
    public let thresholds: [Int64]

    /// Tiers with given thresholds, in any order.
    ///
    /// - Throws: `Failure` 64 when their number is not that of the tiers less one, or two are equal.
    public init(names: [String], cuts: [Int64]) throws {
        guard names.count >= 1, Set(names).count == names.count, !names.contains("") else {
            throw Failure(.usage, "tiers need different names")
        }
        guard cuts.count == names.count - 1, Set(cuts).count == cuts.count else {
            throw Failure(.usage, "\(names.count) tiers need \(names.count - 1) different cuts")
        }
        self.names = names
        thresholds = cuts.sorted(by: >)
    }

    /// Tiers of equal numbers of concepts; concepts of equal popularity are never divided.
    ///
    /// Each cut goes to the nearest place at which popularity changes, to the lower rank when two are equally near.
    /// - Throws: `Failure` 65 with fewer concepts than tiers.
    public init(names: [String], equalCountsOf popularity: [Int64]) throws {
        guard popularity.count >= names.count else {
            throw Failure(
                .badData,
                "only \(popularity.count) concepts are eligible; \(names.count) tiers need at least \(names.count)",
                remedy: "use a larger dump, or fewer --questions-per-concept")
        }
        let ranked = popularity.sorted(by: >)
        // Ranks at which the next concept is less popular than the last one before.
        let changes = ranked.indices.dropFirst().filter { ranked[$0] < ranked[$0 - 1] }
        var cuts: [Int64] = []
        var last = 0
        for tier in 1..<max(1, names.count) {
            let wanted = Double(ranked.count) * Double(tier) / Double(names.count)
            let nearest = changes.filter { $0 > last }.min { abs(Double($0) - wanted) < abs(Double($1) - wanted) }
            // Where popularity does not change any more the lower tiers stay empty: equal views are never split.
            let rank = nearest ?? ranked.count
            cuts.append(ranked[rank - 1])
            last = rank
        }
        self.names = names
        thresholds = cuts
    }

    /// Index of the tier of a popularity.
    public func tier(of popularity: Int64) -> Int {
        thresholds.firstIndex { popularity >= $0 } ?? names.count - 1
    }
}
