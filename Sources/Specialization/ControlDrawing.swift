import Diagnostics
public import QuestionSet
import Scores
import Statistics

/// Draws the question sets of every concept (contract, section 3, "Controls of c").
///
/// Controls are questions of other concepts, balanced over the tiers, that neither share an accepted answer with the
/// concept nor name it. Localisation and evaluation controls come from different concepts where there are enough, and are
/// different questions in any case. The draw of a concept depends on the seed, its id and the questions only.
public struct ControlDrawing {
    /// How many controls each concept got, and whether that is less than asked.
    public struct Outcome: Sendable {
        /// One plan per concept, by id.
        public var plan: [ConceptPlan]
        /// Smallest sizes over all concepts, when some concept got fewer than asked; nil otherwise.
        public var shrunkTo: (localization: Int, evaluation: Int)?
        /// Number of concepts whose two control sets share a concept.
        public var conceptsWithSharedControls: Int
    }

    private struct Candidate {
        var question: Question
        var words: [String]
        var answers: [String]
    }

    private let concepts: [Concept]
    private let tiers: [String]
    private let candidates: [ConceptID: [Candidate]]
    private let seed: UInt64

    /// Prepares the questions.
    public init(concepts: [Concept], questions: [Question], seed: UInt64) {
        self.concepts = concepts.sorted { $0.id < $1.id }
        tiers = Set(concepts.map(\.tier)).sorted()
        self.seed = seed
        candidates = Dictionary(grouping: questions.sorted { $0.id < $1.id }, by: \.conceptID).mapValues { group in
            group.map { question in
                // One list of words with a separator between texts, so that no match runs over a border.
                let texts = [question.text] + question.options + question.answers
                return Candidate(
                    question: question,
                    words: texts.flatMap { AnswerMatching.normalisedWords($0) + ["\u{0}"] },
                    answers: question.answers.map(Self.key))
            }
        }
    }

    /// Draws the plan of all concepts.
    ///
    /// - Throws: `Failure` 65 when a concept is left without controls.
    public func draw(localization: Int, evaluation: Int) throws -> Outcome {
        var outcome = Outcome(plan: [], shrunkTo: nil, conceptsWithSharedControls: 0)
        for concept in concepts {
            guard let own = candidates[concept.id], !own.isEmpty else { continue }
            let drawn = controls(of: concept, own: own, localization: localization, evaluation: evaluation)
            guard !drawn.localization.isEmpty, !drawn.evaluation.isEmpty else {
                throw Failure(
                    .badData, at: "concept “\(concept.title)”",
                    "no questions of other concepts are left as its controls",
                    remedy: "evaluate a store with more concepts")
            }
            if drawn.localization.count < localization || drawn.evaluation.count < evaluation {
                let least = outcome.shrunkTo ?? (localization, evaluation)
                outcome.shrunkTo = (
                    min(least.localization, drawn.localization.count), min(least.evaluation, drawn.evaluation.count)
                )
            }
            if !Set(drawn.localization.map(\.conceptID)).isDisjoint(with: drawn.evaluation.map(\.conceptID)) {
                outcome.conceptsWithSharedControls += 1
            }
            outcome.plan.append(
                ConceptPlan(
                    conceptID: concept.id, related: own.map(\.question.id),
                    localizationControls: drawn.localization.map(\.id).sorted(),
                    evaluationControls: drawn.evaluation.map(\.id).sorted()))
        }
        return outcome
    }

    /// Draws questions of concepts near to and far from a concept, as controls are drawn: the localisation controls are not
    /// among them, and other questions of the concepts that those belong to only where there are not enough without.
    ///
    /// - Parameter count: how many near ones and how many far ones. Half of the near ones are of linked concepts and half of the
    ///   same kind, where there are enough of both.
    func neighbours(of entry: ConceptPlan, count: Int) -> [Nearness: [QuestionID]] {
        guard let concept = concepts.first(where: { $0.id == entry.conceptID }), let own = candidates[concept.id]
        else { return [:] }
        var generator = SeededGenerator(seed: seed, "near and far", concept.id.rawValue)
        let pools = eligiblePools(for: concept, own: own, generator: &generator)
        let nearness = Dictionary(
            concepts.compactMap { other in concept.nearness(of: other).map { (other.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        let localization = Set(entry.localizationControls)
        var drawn: [Nearness: [QuestionID]] = [:]
        for wanted in Nearness.allCases {
            let groups = pools.map { $0.filter { $0.first.flatMap { nearness[$0.conceptID] } == wanted } }
            func isUntouched(_ group: [Question]) -> Bool { !group.contains { localization.contains($0.id) } }
            let first = Self.takeBalanced(groups.map { $0.filter(isUntouched) }, count)
            let touched = groups.map { groups in
                groups.filter { !isUntouched($0) }.map { $0.filter { !localization.contains($0.id) } }
            }
            drawn[wanted] = (first + Self.takeBalanced(touched, count - first.count)).map(\.id)
        }
        let (linked, sameKind) = (drawn[.linked] ?? [], drawn[.sameKind] ?? [])
        let linkedCount = min(linked.count, max(count / 2, count - sameKind.count))
        drawn[.linked] = Array(linked.prefix(linkedCount))
        drawn[.sameKind] = Array(sameKind.prefix(count - linkedCount))
        return drawn.mapValues { $0.sorted() }
    }

    // MARK: - One concept

    private func controls(
        of concept: Concept, own: [Candidate], localization: Int, evaluation: Int
    ) -> (localization: [Question], evaluation: [Question]) {
        var generator = SeededGenerator(seed: seed, "controls", concept.id.rawValue)
        let pools = eligiblePools(for: concept, own: own, generator: &generator)
        let total = pools.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }

        // Different concepts for the two sets: each tier's concepts are divided in the proportion asked for.
        let share = Double(localization) / Double(max(1, localization + evaluation))
        let cuts = pools.map { pool in
            pool.count < 2 ? pool.count : min(pool.count - 1, max(1, Int((Double(pool.count) * share).rounded())))
        }
        let first = Self.takeBalanced(zip(pools, cuts).map { Array($0.prefix($1)) }, localization)
        let second = Self.takeBalanced(zip(pools, cuts).map { Array($0.dropFirst($1)) }, evaluation)
        if first.count == localization, second.count == evaluation { return (first, second) }

        // Not enough for that: different questions, perhaps of the same concepts, in proportion.
        let wanted = localization + evaluation
        let taken = Self.takeBalanced(pools, min(total, wanted))
        let localizationCount = taken.count == wanted ? localization : Int(Double(taken.count) * share)
        var chosen = (localization: [Question](), evaluation: [Question]())
        for (index, question) in taken.enumerated() {
            // Deals the balanced sequence out evenly, so that both sets stay balanced over the tiers.
            let due = (index + 1) * localizationCount / max(1, taken.count)
            if due > chosen.localization.count {
                chosen.localization.append(question)
            } else {
                chosen.evaluation.append(question)
            }
        }
        return chosen
    }

    /// Per tier the other concepts' eligible questions, concepts and questions in random order.
    private func eligiblePools(
        for concept: Concept, own: [Candidate], generator: inout SeededGenerator
    ) -> [[[Question]]] {
        let ownAnswers = Set(own.flatMap(\.answers))
        let title = AnswerMatching.normalisedWords(concept.title)
        let shownTitle = AnswerMatching.normalisedWords(String(concept.title.prefix { $0 != "(" }))
        return generator.shuffled(tiers).map { tier in
            let others = concepts.filter { $0.tier == tier && $0.id != concept.id }
            return generator.shuffled(others).compactMap { other in
                let eligible = (candidates[other.id] ?? []).filter { candidate in
                    ownAnswers.isDisjoint(with: candidate.answers)
                        && !AnswerMatching.contains(candidate.words, title)
                        && !AnswerMatching.contains(candidate.words, shownTitle)
                }
                return eligible.isEmpty ? nil : generator.shuffled(eligible.map(\.question))
            }
        }
    }

    /// Up to `count` questions: round the tiers, within a tier round its concepts.
    private static func takeBalanced(_ pools: [[[Question]]], _ count: Int) -> [Question] {
        // Per tier the questions in the order they are taken: each concept's first, then each concept's second ...
        let queues = pools.map { pool in
            (0..<(pool.map(\.count).max() ?? 0)).flatMap { round in
                pool.compactMap { round < $0.count ? $0[round] : nil }
            }
        }
        var result: [Question] = []
        var next = [Int](repeating: 0, count: queues.count)
        while result.count < count {
            let before = result.count
            for tier in queues.indices where next[tier] < queues[tier].count && result.count < count {
                result.append(queues[tier][next[tier]])
                next[tier] += 1
            }
            if result.count == before { break }
        }
        return result
    }

    private static func key(_ answer: String) -> String {
        AnswerMatching.normalisedWords(answer).joined(separator: " ")
    }
}
