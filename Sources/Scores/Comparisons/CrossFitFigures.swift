import Statistics

/// Masks located on one half of each concept's questions and scored on the other, beside the paper's way, which locates and
/// scores on the same ones, for the same concepts.
public struct CrossFitFigures: Codable, Hashable, Sendable {
    /// The ratio.
    public var ratio: Double
    /// Mean accuracy on own questions: each asked once, under the mask of the half that it is not in.
    public var specific: Double
    /// Mean accuracy on evaluation controls under both masks.
    public var general: Double
    /// (general - specific) / original.
    public var pssSigned: ComparedFigure?
    /// |pss_signed|.
    public var pss: Double?
    /// Mean selective drop.
    public var selectiveDrop: ComparedFigure?
    /// (general - specific) / original of the paper's way.
    public var paperPSSSigned: ComparedFigure?
    /// The paper's way less cross-fitting, concept by concept: what is lost when a mask has not seen the questions.
    public var optimism: ComparedFigure?
    /// Jaccard index of the two halves' masks: how well the locating repeats itself.
    public var halvesJaccard: ComparedFigure?

    private enum CodingKeys: String, CodingKey {
        case ratio, specific, general, pss, optimism
        case pssSigned = "pss_signed"
        case selectiveDrop = "selective_drop"
        case paperPSSSigned = "paper_pss_signed"
        case halvesJaccard = "halves_jaccard"
    }
}

extension Outcomes {
    /// By ratio; empty without cross-fitting.
    func crossFit() -> [CrossFitFigures] {
        run.settings.ratios.enumerated().compactMap { position, ratio in
            let rows = members.compactMap { member -> (member: Member, fit: StudyResult, own: Double, rest: Double)? in
                guard position < member.specific.count,
                    let fit = member.result.studies.first(where: { $0.study == .crossFit && $0.ratio == ratio }),
                    let own = fit.specific, let rest = fit.general
                else { return nil }
                return (member, fit, own, rest)
            }
            guard let specific = mean(rows.map(\.own)), let general = mean(rows.map(\.rest)) else { return nil }
            let key = "cross-fit \(ratio)"
            let paper = rows.map { $0.member.general[position] - $0.member.specific[position] }
            let fitted = rows.map { $0.rest - $0.own }
            let signed = scaledFigure(fitted, "\(key) signed")
            return CrossFitFigures(
                ratio: ratio, specific: specific, general: general, pssSigned: signed,
                pss: signed.map { abs($0.value) },
                selectiveDrop: scaledFigure(rows.map { $0.rest - $0.own + $0.member.gap }, "\(key) drop"),
                paperPSSSigned: scaledFigure(paper, "\(key) paper"),
                optimism: scaledFigure(zip(paper, fitted).map { $0 - $1 }, "\(key) optimism"),
                halvesJaccard: figure(rows.compactMap(\.fit.jaccard), "\(key) halves"))
        }
    }
}
