import Statistics

/// The score with other denominators: whether it, and the order of models, is the work of the division.
public struct DenominatorFigures: Codable, Hashable, Sendable {
    /// What the gap between general and specific accuracy is divided by.
    public enum Denominator: String, Codable, Sendable, CaseIterable {
        /// Unmasked accuracy over all questions, as in the paper.
        case all
        /// Unmasked accuracy on the evaluation controls.
        case controls
        /// Nothing: the gap itself, in shares of questions.
        case none
    }

    /// One ratio.
    public struct Row: Codable, Hashable, Sendable {
        /// The ratio.
        public var ratio: Double
        /// (general - specific) by the name of the denominator; absent where that is 0.
        public var pssSigned: [String: Double]
        /// Selective drop by the name of the denominator.
        public var selectiveDrop: [String: Double]

        /// Creates a row.
        public init(ratio: Double, pssSigned: [String: Double], selectiveDrop: [String: Double]) {
            self.ratio = ratio
            self.pssSigned = pssSigned
            self.selectiveDrop = selectiveDrop
        }

        private enum CodingKeys: String, CodingKey {
            case ratio
            case pssSigned = "pss_signed"
            case selectiveDrop = "selective_drop"
        }
    }

    /// The denominators' values: "all", "controls".
    public var values: [String: Double]
    /// By ratio.
    public var rows: [Row]

    /// Joins the parts.
    public init(values: [String: Double], rows: [Row]) {
        self.values = values
        self.rows = rows
    }
}

extension Outcomes {
    func denominators() -> DenominatorFigures {
        var values = ["all": original]
        values["controls"] = mean(members.map(\.general0))
        let rows = run.settings.ratios.enumerated().compactMap { position, ratio -> DenominatorFigures.Row? in
            let complete = members.filter { position < $0.specific.count }
            guard let gap = mean(complete.map { $0.general[position] - $0.specific[position] }),
                let unmasked = mean(complete.map(\.gap))
            else { return nil }
            var row = DenominatorFigures.Row(ratio: ratio, pssSigned: [:], selectiveDrop: [:])
            for denominator in DenominatorFigures.Denominator.allCases {
                let value = denominator == .none ? 1 : values[denominator.rawValue] ?? 0
                guard value > 0 else { continue }
                row.pssSigned[denominator.rawValue] = gap / value
                row.selectiveDrop[denominator.rawValue] = (gap + unmasked) / value
            }
            return row
        }
        return DenominatorFigures(values: values, rows: rows)
    }
}

/// What a denominator does to the order of several models: one model's places, and how the order compares with the paper's.
public struct DenominatorOrder: Codable, Hashable, Sendable {
    /// The ratio.
    public var ratio: Double
    /// What the gap is divided by.
    public var denominator: String
    /// Number of models that have a score with every denominator.
    public var models: Int
    /// This model's place by the signed PSS, 1 for the largest; equal scores share the first of theirs. Absent where it has no
    /// score.
    public var placePSS: Int?
    /// Its place by the selective drop.
    public var placeSelectiveDrop: Int?
    /// Kendall's tau-b of the models' signed PSS with the one over "all"; 1 is the same order, absent for "all" itself and where
    /// undefined (fewer than 3 models, or equal scores).
    public var kendallPSS: Double?
    /// The same of their selective drops.
    public var kendallSelectiveDrop: Double?

    private enum CodingKeys: String, CodingKey {
        case ratio, denominator, models
        case placePSS = "place_pss"
        case placeSelectiveDrop = "place_selective_drop"
        case kendallPSS = "kendall_pss"
        case kendallSelectiveDrop = "kendall_selective_drop"
    }

    /// Compares runs at every ratio that all of them have.
    ///
    /// - Returns: for each run its rows, by ratio and denominator; none with fewer than two models.
    public static func compare(_ runs: [DenominatorFigures]) -> [[DenominatorOrder]] {
        var orders = runs.map { _ in [DenominatorOrder]() }
        for ratio in (runs.first?.rows ?? []).map(\.ratio) {
            let rows = runs.map { $0.rows.first { $0.ratio == ratio } }
            guard !rows.contains(where: { $0 == nil }) else { continue }
            let scores = rows.map { Scores($0?.pssSigned) }
            let drops = rows.map { Scores($0?.selectiveDrop) }
            let count = scores.count { $0 != nil }
            guard count > 1 else { continue }
            for denominator in DenominatorFigures.Denominator.allCases {
                let kendalls = (kendall(scores, denominator), kendall(drops, denominator))
                for index in orders.indices {
                    orders[index].append(
                        DenominatorOrder(
                            ratio: ratio, denominator: denominator.rawValue, models: count,
                            placePSS: place(of: index, scores, denominator),
                            placeSelectiveDrop: place(of: index, drops, denominator), kendallPSS: kendalls.0,
                            kendallSelectiveDrop: kendalls.1))
                }
            }
        }
        return orders
    }

    /// A model's scores with every denominator.
    private struct Scores {
        private let values: [String: Double]

        init?(_ values: [String: Double]?) {
            guard let values, DenominatorFigures.Denominator.allCases.allSatisfy({ values[$0.rawValue] != nil }) else {
                return nil
            }
            self.values = values
        }

        subscript(_ denominator: DenominatorFigures.Denominator) -> Double { values[denominator.rawValue] ?? 0 }
    }

    private static func place(
        of index: Int, _ scores: [Scores?], _ denominator: DenominatorFigures.Denominator
    ) -> Int? {
        guard let own = scores[index]?[denominator] else { return nil }
        return scores.count { $0.map { $0[denominator] > own + 1e-12 } ?? false } + 1
    }

    private static func kendall(_ scores: [Scores?], _ other: DenominatorFigures.Denominator) -> Double? {
        let scores = scores.compactMap { $0 }
        guard other != .all else { return nil }
        return try? CorrelationCoefficient.kendall.value(scores.map { $0[.all] }, scores.map { $0[other] })
    }
}
