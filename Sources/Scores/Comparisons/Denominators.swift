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

/// What denominators do to the order of several models.
public struct DenominatorOrder: Codable, Hashable, Sendable {
    /// The ratio.
    public var ratio: Double
    /// The denominator compared with "all".
    public var denominator: String
    /// Number of models.
    public var models: Int
    /// Kendall's tau-b of the models' |pss_signed| with both denominators; 1 is the same order, absent where undefined
    /// (fewer than 3 models, or equal scores).
    public var kendallPSS: Double?
    /// The same of their selective drops.
    public var kendallSelectiveDrop: Double?

    private enum CodingKeys: String, CodingKey {
        case ratio, denominator, models
        case kendallPSS = "kendall_pss"
        case kendallSelectiveDrop = "kendall_selective_drop"
    }

    /// Compares runs at every ratio that all of them have.
    public static func compare(_ runs: [DenominatorFigures]) -> [DenominatorOrder] {
        guard let first = runs.first, runs.count > 1 else { return [] }
        return first.rows.map(\.ratio).flatMap { ratio -> [DenominatorOrder] in
            let rows = runs.compactMap { $0.rows.first { $0.ratio == ratio } }
            guard rows.count == runs.count else { return [] }
            return [DenominatorFigures.Denominator.controls, .none].map { other in
                DenominatorOrder(
                    ratio: ratio, denominator: other.rawValue, models: runs.count,
                    kendallPSS: kendall(rows.map(\.pssSigned), other, magnitude: true),
                    kendallSelectiveDrop: kendall(rows.map(\.selectiveDrop), other, magnitude: false))
            }
        }
    }

    private static func kendall(
        _ scores: [[String: Double]], _ other: DenominatorFigures.Denominator, magnitude: Bool
    ) -> Double? {
        let pairs = scores.compactMap { score in
            score["all"].flatMap { all in score[other.rawValue].map { magnitude ? (abs(all), abs($0)) : (all, $0) } }
        }
        guard pairs.count == scores.count else { return nil }
        do {
            return try CorrelationCoefficient.kendall.value(pairs.map(\.0), pairs.map(\.1))
        } catch {
            return nil
        }
    }
}
