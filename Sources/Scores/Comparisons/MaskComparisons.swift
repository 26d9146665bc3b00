public import QuestionSet
import Statistics

/// How much masks share with those located by another way of pooling.
public struct PoolingFigures: Codable, Hashable, Sendable {
    /// The other way: "without special tokens", "without first token", "last" ...
    public var variant: String
    /// The ratio.
    public var ratio: Double
    /// Mean Jaccard index over the concepts studied, all layers together.
    public var jaccard: ComparedFigure?
    /// The same layer by layer; null where no mask takes anything.
    public var layers: [Double?]
}

/// Masks located by multiple choice and by open questions, at one ratio, on the concepts studied.
public struct FormatFigures: Codable, Hashable, Sendable {
    /// One way of locating, one way of asking.
    public struct Cell: Codable, Hashable, Sendable {
        /// "mcq" or "generation": what located the masks.
        public var mask: QuestionFormat
        /// "mcq" or "generation": how questions were asked.
        public var asked: QuestionFormat
        /// Mean unmasked less masked accuracy on own questions.
        public var drop: ComparedFigure?
        /// The same on evaluation controls.
        public var controlDrop: ComparedFigure?
        /// `drop` less `controlDrop`, concept by concept; not divided by anything, so that formats can be compared.
        public var selective: ComparedFigure?

        private enum CodingKeys: String, CodingKey {
            case mask, asked, drop, selective
            case controlDrop = "control_drop"
        }
    }

    /// The ratio.
    public var ratio: Double
    /// Jaccard index of the two masks of a concept.
    public var jaccard: ComparedFigure?
    /// What two independent masks of that size share: k / (2 - k).
    public var chanceJaccard: Double
    /// The four combinations.
    public var cells: [Cell]

    private enum CodingKeys: String, CodingKey {
        case ratio, jaccard, cells
        case chanceJaccard = "chance_jaccard"
    }
}

/// What each studied concept's mask does to the others' questions.
public struct EffectFigures: Codable, Hashable, Sendable {
    /// The ratio.
    public var ratio: Double
    /// The concepts, by id: rows and columns of `drops`.
    public var concepts: [ConceptID]
    /// [whose mask][whose questions]: unmasked less masked accuracy; null where it was not measured.
    public var drops: [[Double?]]
    /// Mean of the diagonal: a mask on its own concept's questions.
    public var own: ComparedFigure?
    /// Mean over concepts of their mask's mean effect on the other concepts' questions.
    public var others: ComparedFigure?
    /// `own` less `others`, concept by concept.
    public var difference: ComparedFigure?
}

extension Outcomes {
    /// By variant, then ratio; only what was measured.
    func poolings() -> [PoolingFigures] {
        let studies = members.flatMap { $0.result.studies.filter { $0.study == .pooling } }
        return Set(studies.map(\.variant)).sorted().flatMap { variant in
            run.settings.ratios.compactMap { ratio in
                let rows = studies.filter { $0.variant == variant && $0.ratio == ratio }
                guard !rows.isEmpty else { return nil }
                let layers = run.coefficientCounts.indices.map { layer in
                    mean(rows.compactMap { $0.layerJaccards.flatMap { $0.indices.contains(layer) ? $0[layer] : nil } })
                }
                return PoolingFigures(
                    variant: variant, ratio: ratio,
                    jaccard: figure(rows.compactMap(\.jaccard), "pooling \(variant) \(ratio)"), layers: layers)
            }
        }
    }

    /// Nil where no formats were compared.
    func formats() -> FormatFigures? {
        let rows = members.map { ($0, $0.result.studies.filter { $0.study == .formats }) }.filter { !$0.1.isEmpty }
        guard let ratio = rows.first?.1.first?.ratio else { return nil }
        var cells: [FormatFigures.Cell] = []
        for mask in QuestionFormat.allCases {
            for asked in QuestionFormat.allCases {
                let variant = "\(mask.rawValue) on \(asked.rawValue)"
                let drops = rows.compactMap { member, studies -> (own: Double, rest: Double)? in
                    let isOpen = asked == .generation
                    guard let study = studies.first(where: { $0.variant == variant }), let own = study.specific,
                        let rest = study.general, let own0 = isOpen ? member.openSpecific0 : member.specific0,
                        let rest0 = isOpen ? member.openGeneral0 : member.general0
                    else { return nil }
                    return (own0 - own, rest0 - rest)
                }
                cells.append(
                    FormatFigures.Cell(
                        mask: mask, asked: asked, drop: figure(drops.map(\.own), "formats \(variant) own"),
                        controlDrop: figure(drops.map(\.rest), "formats \(variant) controls"),
                        selective: figure(drops.map { $0.own - $0.rest }, "formats \(variant)")))
            }
        }
        let jaccards = rows.flatMap { $0.1.compactMap(\.jaccard) }
        return FormatFigures(
            ratio: ratio, jaccard: figure(jaccards, "formats"), chanceJaccard: ratio / (2 - ratio), cells: cells)
    }

    /// Nil where no effects were measured.
    func effects() -> EffectFigures? {
        let rows = members.map { ($0, $0.result.studies.filter { $0.study == .effects }) }.filter { !$0.1.isEmpty }
        guard let ratio = rows.first?.1.first?.ratio,
            let position = run.settings.ratios.firstIndex(of: ratio)
        else { return nil }
        let concepts = Set(rows.flatMap { [$0.0.concept.id] + $0.1.compactMap(\.otherConceptID) }).sorted()
        let unmasked = Dictionary(members.map { ($0.concept.id, $0.specific0) }, uniquingKeysWith: { one, _ in one })
        let byConcept = Dictionary(rows.map { ($0.0.concept.id, $0) }, uniquingKeysWith: { one, _ in one })
        let drops: [[Double?]] = concepts.map { id in
            guard let (member, studies) = byConcept[id] else { return concepts.map { _ in nil } }
            return concepts.map { other in
                if other == id { return member.specific0 - member.specific[position] }
                guard let masked = studies.first(where: { $0.otherConceptID == other })?.specific,
                    let before = unmasked[other]
                else { return nil }
                return before - masked
            }
        }
        let pairs = drops.enumerated().compactMap { row, drops -> (own: Double, others: Double)? in
            guard let own = drops[row] else { return nil }
            return mean(drops.enumerated().compactMap { $0 == row ? nil : $1 }).map { (own, $0) }
        }
        return EffectFigures(
            ratio: ratio, concepts: concepts, drops: drops, own: figure(pairs.map(\.own), "effects own"),
            others: figure(pairs.map(\.others), "effects others"),
            difference: figure(pairs.map { $0.own - $0.others }, "effects"))
    }
}
