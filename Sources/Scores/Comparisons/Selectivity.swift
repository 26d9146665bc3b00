public import QuestionSet
import Statistics

/// How near another concept is, by the links of the articles and by kind.
public enum Nearness: String, Codable, Sendable, CaseIterable {
    /// One of the two articles links to the other.
    case linked
    /// Of the same kind, and neither is known to link to the other.
    case sameKind = "same_kind"
    /// Of another kind, and neither is known to link to the other.
    case far
}

extension Concept {
    /// How near another concept is; nil where the store does not tell: no link is known, nor are both kinds.
    public func nearness(of other: Concept) -> Nearness? {
        if links?.contains(other.id) == true || other.links?.contains(id) == true { return .linked }
        guard let kind, let otherKind = other.kind else { return nil }
        return kind == otherKind ? .sameKind : .far
    }
}

/// What a concept's mask takes from its own questions, from those of concepts near to it and of concepts far from it, at one
/// ratio, on the concepts studied. Drops are unmasked less masked accuracy, not divided by anything.
public struct SelectivityFigures: Codable, Hashable, Sendable {
    /// Why a concept has no such controls.
    public enum Reason: String, Codable, Sendable, CaseIterable {
        /// There is no such concept in the run.
        case noSuchConcept = "no_such_concept"
        /// The store does not tell which concepts are such ones.
        case notKnown = "not_known"
        /// There are such concepts, but all their questions share an answer with the concept, name it, or are among its
        /// localisation controls.
        case noQuestionLeft = "no_question_left"
        /// Their questions have no unmasked answer yet: the run is unfinished, or a shard.
        case notAnswered = "not_answered"
    }

    /// The ratio.
    public var ratio: Double
    /// Number of concepts studied.
    public var concepts: Int
    /// Whether links were known; without them near controls are of the same kind only, and far ones of other kinds.
    public var linksKnown: Bool
    /// Questions that were drawn, for all concepts together, by `Nearness`.
    public var questions: [String: Int]
    /// Drop on the concepts' own questions.
    public var own: ComparedFigure?
    /// On near controls: questions of concepts that are linked or of the same kind.
    public var near: ComparedFigure?
    /// The part of `near` that is of linked concepts.
    public var linked: ComparedFigure?
    /// The part of `near` that is of the same kind without a link.
    public var sameKind: ComparedFigure?
    /// On far controls: questions of concepts of other kinds without a link.
    public var far: ComparedFigure?
    /// Selectivity against near controls: `own` less `near`, concept by concept.
    public var ownLessNear: ComparedFigure?
    /// Selectivity against far controls: `own` less `far`, concept by concept.
    public var ownLessFar: ComparedFigure?
    /// What a mask takes from its neighbourhood beyond what it takes everywhere.
    public var nearLessFar: ComparedFigure?
    /// Concepts without near controls by `Reason`; those that there are.
    public var withoutNear: [String: Int]
    /// Concepts without far controls by `Reason`; those that there are.
    public var withoutFar: [String: Int]

    private enum CodingKeys: String, CodingKey {
        case ratio, concepts, questions, own, near, linked, far
        case linksKnown = "links_known"
        case sameKind = "same_kind"
        case ownLessNear = "own_less_near"
        case ownLessFar = "own_less_far"
        case nearLessFar = "near_less_far"
        case withoutNear = "without_near"
        case withoutFar = "without_far"
    }
}

extension Outcomes {
    /// The drops of one concept.
    private struct Drops {
        var own: Double
        var near: Double?
        var linked: Double?
        var sameKind: Double?
        var far: Double?
    }

    /// Nil where it was not measured.
    func selectivity() -> SelectivityFigures? {
        let rows = members.map { ($0, $0.result.studies.filter { $0.study == .selectivity }) }.filter { !$0.1.isEmpty }
        guard let ratio = rows.first?.1.first?.ratio, let position = run.settings.ratios.firstIndex(of: ratio) else {
            return nil
        }
        let answerIndices = Dictionary(
            run.questions.map { ($0.id, $0.answerIndex) }, uniquingKeysWith: { one, _ in one })
        let isRight = Dictionary(
            run.answers.map { ($0.questionID, $0.prediction == answerIndices[$0.questionID]) },
            uniquingKeysWith: { one, _ in one })
        /// Over the questions of all sets together; nil where there are none, or one has no unmasked answer.
        func drop(_ studies: [StudyResult], _ nearness: [Nearness]) -> Double? {
            var lost = 0.0
            var count = 0
            for study in Self.sets(studies, nearness) {
                let ids = study.questions ?? []
                let right = ids.compactMap { isRight[$0] }
                guard right.count == ids.count, let masked = study.specific else { return nil }
                lost += Double(right.count { $0 }) - masked * Double(ids.count)
                count += ids.count
            }
            return count > 0 ? lost / Double(count) : nil
        }
        let drops = rows.map { member, studies in
            Drops(
                own: member.specific0 - member.specific[position], near: drop(studies, [.linked, .sameKind]),
                linked: drop(studies, [.linked]), sameKind: drop(studies, [.sameKind]), far: drop(studies, [.far]))
        }
        func mean(_ name: String, _ value: (Drops) -> Double?) -> ComparedFigure? {
            figure(drops.compactMap(value), "selectivity \(name)")
        }
        func without(_ nearness: [Nearness], _ drop: (Drops) -> Double?) -> [String: Int] {
            zip(rows, drops).reduce(into: [:]) { counts, row in
                guard drop(row.1) == nil else { return }
                counts[reason(row.0.0.concept, row.0.1, nearness).rawValue, default: 0] += 1
            }
        }
        return SelectivityFigures(
            ratio: ratio, concepts: rows.count, linksKnown: run.settings.linksHash != nil,
            questions: rows.flatMap(\.1).reduce(into: [:]) { $0[$1.variant, default: 0] += $1.questions?.count ?? 0 },
            own: mean("own") { $0.own }, near: mean("near") { $0.near }, linked: mean("linked") { $0.linked },
            sameKind: mean("same kind") { $0.sameKind }, far: mean("far") { $0.far },
            ownLessNear: mean("own less near") { drops in drops.near.map { drops.own - $0 } },
            ownLessFar: mean("own less far") { drops in drops.far.map { drops.own - $0 } },
            nearLessFar: mean("near less far") { drops in
                drops.near.flatMap { near in drops.far.map { near - $0 } }
            },
            withoutNear: without([.linked, .sameKind]) { $0.near }, withoutFar: without([.far]) { $0.far })
    }

    /// The sets that hold questions.
    private static func sets(_ studies: [StudyResult], _ nearness: [Nearness]) -> [StudyResult] {
        studies.filter { study in
            nearness.contains { $0.rawValue == study.variant } && !(study.questions ?? []).isEmpty
        }
    }

    /// Why a concept has no drop on such controls.
    private func reason(
        _ concept: Concept, _ studies: [StudyResult], _ nearness: [Nearness]
    ) -> SelectivityFigures.Reason {
        guard Self.sets(studies, nearness).isEmpty else { return .notAnswered }
        let others = run.concepts.filter { $0.id != concept.id }.map { other in
            run.settings.linksHash == nil
                ? concept.withoutLinks.nearness(of: other.withoutLinks) : concept.nearness(of: other)
        }
        if others.contains(where: { $0.map(nearness.contains) ?? false }) { return .noQuestionLeft }
        return others.contains(nil) ? .notKnown : .noSuchConcept
    }
}

extension Concept {
    fileprivate var withoutLinks: Concept {
        Concept(id: id, title: title, tier: tier, popularity: popularity, kind: kind)
    }
}
