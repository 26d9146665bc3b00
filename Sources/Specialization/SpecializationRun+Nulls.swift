import Diagnostics
import QuestionSet
import Scores
import Statistics
import Transformer

/// Masks of the same size that were not located from the concept's questions.
extension SpecializationRun {
    /// Asks a null concept's questions under its null masks.
    ///
    /// - Returns: the results, once there are answers; by ratio, kind and draw.
    func nullMasks(
        _ subject: Subject, _ work: inout MaskedQuestions
    ) throws -> (MaskedQuestions.Answers) -> [NullResult] {
        guard nullConcepts.contains(subject.id) else { return { _ in [] } }
        var asked: [(result: NullResult, ticket: MaskedQuestions.Ticket)] = []
        // Sorted as stores sort them.
        let kinds = (settings.nullKinds ?? NullKind.allCases).sorted { $0.rawValue < $1.rawValue }
        let made = try kinds.map { try nulls(of: $0, subject) }
        for (position, ratio) in settings.ratios.enumerated() {
            for (kind, draws) in zip(kinds, made) {
                for (draw, null) in draws.enumerated() {
                    let surgery = subject.methods[draw % subject.methods.count].surgery(null.masks[position])
                    asked.append(
                        (
                            NullResult(
                                ratio: ratio, kind: kind.rawValue, draw: draw, specific: 0, general: 0,
                                origin: null.origin),
                            work.ask(subject.asked, surgery)
                        ))
                }
            }
        }
        return { [related = subject.relatedCount] answers in
            asked.map { null in
                var result = null.result
                result.specific = answers.accuracy(null.ticket, first: related) ?? 0
                result.general = answers.accuracy(null.ticket, droppingFirst: related) ?? 0
                return result
            }
        }
    }

    /// One draw of a kind: a mask for each ratio.
    private struct Null {
        var masks: [[[Int32]]]
        var origin: NullOrigin?
    }

    private func nulls(of kind: NullKind, _ subject: Subject) throws -> [Null] {
        switch kind {
        case .random:
            return (0..<settings.nulls).map { draw in
                Null(
                    masks: zip(settings.ratios, maskSizes).map { ratio, sizes in
                        var generator = SeededGenerator(
                            seed: settings.seed, "null", subject.id.rawValue, "\(ratio)", draw)
                        return Localisation.randomMask(
                            sizes: sizes, among: decoder.configuration.coefficientCounts, &generator)
                    })
            }
        case .otherConcept:
            return try otherConcepts(than: subject.id).prefix(settings.nulls).map { other, match in
                let scores = try localisation(other)
                return Null(masks: masks(scores), origin: NullOrigin(conceptID: other.conceptID, match: match))
            }
        case .shuffledLabels:
            let (related, controls) = (subject.entry.related, subject.entry.localizationControls)
            let vectors = try pooled(related + controls)
            return (0..<settings.nulls).map { draw in
                var generator = SeededGenerator(
                    seed: settings.seed, "shuffled labels", subject.id.rawValue, draw)
                let order = generator.shuffled(vectors.indices)
                // In the order of the plan, so that the sums are those of these sets and not of this draw.
                let chosen = order.prefix(related.count).sorted()
                let rest = order.dropFirst(related.count).sorted()
                let scores = Localisation.scores(
                    related: chosen.map { vectors[$0] }, controls: rest.map { vectors[$0] })
                return Null(
                    masks: masks(scores), origin: NullOrigin(questions: chosen.map { (related + controls)[$0] }))
            }
        }
    }

    func masks(_ scores: LayerVectors) -> [[[Int32]]] {
        Localisation.masks(scores, sizes: maskSizes).map { $0.map(\.indices) }
    }

    /// The other concepts of the plan: first those of the same kind and tier, then of the same tier, then the rest; among
    /// themselves in random order.
    func otherConcepts(than id: ConceptID) -> [(entry: ConceptPlan, match: NullOrigin.Match)] {
        let concepts = Dictionary(concepts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        guard let own = concepts[id] else { return [] }
        var generator = SeededGenerator(seed: settings.seed, "other concept", id.rawValue)
        var groups: [NullOrigin.Match: [ConceptPlan]] = [:]
        for entry in generator.shuffled(plan.filter { $0.conceptID != id }) {
            guard let other = concepts[entry.conceptID] else { continue }
            let isSameTier = other.tier == own.tier
            let isSameKind = own.kind != nil && other.kind == own.kind
            groups[isSameTier ? isSameKind ? .kindAndTier : .tier : .none, default: []].append(entry)
        }
        return [.kindAndTier, .tier, .none].flatMap { match in (groups[match] ?? []).map { ($0, match) } }
    }
}
