import Statistics

/// A score against null masks of one kind at one ratio, on the concepts that have them.
public struct NullExcess: Codable, Hashable, Sendable {
    /// The ratio.
    public var ratio: Double
    /// The kind of null.
    public var kind: String
    /// Draws per concept, the most that one has.
    public var draws: Int
    /// (general - specific) / original of the located masks, a mean over concepts.
    public var pssSigned: ComparedFigure?
    /// The same less the mean of each concept's null masks: paired, concept by concept.
    public var pssSignedExcess: ComparedFigure?
    /// Selective drop of the located masks.
    public var selectiveDrop: ComparedFigure?
    /// The same less the mean of each concept's null masks. With equal questions it is `pssSignedExcess`: the unmasked gap is
    /// in both and cancels.
    public var selectiveDropExcess: ComparedFigure?
    /// |pss_signed|.
    public var pss: Double?
    /// Mean over the draws of the null's own |pss_signed|: what PSS is by chance and difficulty.
    public var pssNull: Double?
    /// `pss - pssNull`.
    public var pssExcess: Double?
    /// Where the located masks' PSS stands among the draws' PSS, 0 to 1, half of the ties below it; only draws that every
    /// concept has.
    public var percentile: Double?
    /// Mean over concepts of where its own score stands among its own draws; 0.5 is no difference.
    public var conceptPercentile: ComparedFigure?
    /// With another concept's mask: how many draws were of the same kind and tier, of the same tier only, or of neither.
    public var matches: [String: Int]?

    private enum CodingKeys: String, CodingKey {
        case ratio, kind, draws, pss, percentile, matches
        case pssSigned = "pss_signed"
        case pssSignedExcess = "pss_signed_excess"
        case selectiveDrop = "selective_drop"
        case selectiveDropExcess = "selective_drop_excess"
        case pssNull = "pss_null"
        case pssExcess = "pss_excess"
        case conceptPercentile = "concept_percentile"
    }
}

extension Outcomes {
    /// By ratio, then kind.
    func nullExcesses() -> [NullExcess] {
        let kinds = Set(members.flatMap { $0.result.nulls.map(\.kind) }).sorted()
        return run.settings.ratios.indices.flatMap { position in
            kinds.compactMap { nullExcess(kind: $0, position: position) }
        }
    }

    private func nullExcess(kind: String, position: Int) -> NullExcess? {
        let ratio = run.settings.ratios[position]
        // Per concept the signed gap under its own mask and under each null mask.
        var rows: [(own: Double, nulls: [Double], gap: Double)] = []
        var matches: [String: Int] = [:]
        for member in members where position < member.specific.count {
            let nulls = member.result.nulls.filter { $0.ratio == ratio && $0.kind == kind }
            guard !nulls.isEmpty else { continue }
            rows.append(
                (
                    member.general[position] - member.specific[position], nulls.map { $0.general - $0.specific },
                    member.gap
                ))
            for match in nulls.compactMap({ $0.origin?.match }) { matches[match.rawValue, default: 0] += 1 }
        }
        guard !rows.isEmpty else { return nil }
        let key = "null \(kind) \(ratio)"
        let excess = rows.map { $0.own - (mean($0.nulls) ?? 0) }
        var result = NullExcess(ratio: ratio, kind: kind, draws: rows.map(\.nulls.count).max() ?? 0)
        result.pssSigned = scaledFigure(rows.map(\.own), "\(key) own")
        result.pssSignedExcess = scaledFigure(excess, "\(key) excess")
        result.selectiveDrop = scaledFigure(rows.map { $0.own + $0.gap }, "\(key) drop")
        result.selectiveDropExcess = result.pssSignedExcess
        result.conceptPercentile = figure(
            rows.compactMap { midrankPercentile(of: $0.own, among: $0.nulls) }, "\(key) percentile")
        result.matches = matches.isEmpty ? nil : matches
        let common = rows.map(\.nulls.count).min() ?? 0
        let draws = (0..<common).compactMap { draw in mean(rows.map { $0.nulls[draw] }) }
        if original > 0, let own = result.pssSigned?.value {
            result.pss = abs(own)
            result.pssNull = mean(draws.map { abs($0) / original })
            result.pssExcess = result.pssNull.map { abs(own) - $0 }
            result.percentile = midrankPercentile(of: abs(own), among: draws.map { abs($0) / original })
        }
        return result
    }
}
