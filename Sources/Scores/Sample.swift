import Diagnostics
import QuestionSet
import Statistics

/// The concepts of a run with everything that figures are made from; figures of subsets are asked by concept indices, so
/// that the bootstrap can resample concepts.
struct Sample {
    /// One concept's raw outcomes.
    struct Member {
        var concept: Concept
        /// Right or wrong per question, unmasked.
        var mcq: [Bool]
        /// Right or wrong per open answer; empty when not asked.
        var generation: [Bool]
        /// Unmasked accuracies on the plan's sets; nil without a result.
        var specific0: Double?
        var general0: Double?
        var result: ConceptResult?
        /// Accuracies per ratio, in the settings' order; empty without a result.
        var specific: [Double]
        var general: [Double]
    }

    let run: RunRecord
    let concepts: [Member]
    let original: Double
    private let plans: [ConceptID: ConceptPlan]
    private let answers: [QuestionID: UnmaskedAnswer]
    private let questions: [QuestionID: Question]

    init(_ run: RunRecord) throws {
        self.run = run
        let answers = Dictionary(run.answers.map { ($0.questionID, $0) }, uniquingKeysWith: { first, _ in first })
        let questions = Dictionary(run.questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let plans = Dictionary(run.plan.map { ($0.conceptID, $0) }, uniquingKeysWith: { first, _ in first })
        let results = Dictionary(run.results.map { ($0.conceptID, $0) }, uniquingKeysWith: { first, _ in first })
        let questionsOfConcept = Dictionary(grouping: run.questions, by: \.conceptID)
        self.answers = answers
        self.questions = questions
        self.plans = plans

        func isRight(_ id: QuestionID) throws -> Bool {
            guard let answer = answers[id], let question = questions[id] else {
                throw Failure(
                    .badData, at: "question \(id)", "has no unmasked answer in this run",
                    remedy: "continue the run, or merge its shards")
            }
            return answer.prediction == question.answerIndex
        }
        func accuracy(_ ids: [QuestionID]) throws -> Double {
            try mean(ids.map { try isRight($0) ? 1 : 0 }) ?? 0
        }
        func share(_ predictions: [Int], of ids: [QuestionID]) throws -> Double {
            guard predictions.count == ids.count else {
                throw Failure(
                    .badData, "a stored result has \(predictions.count) predictions for \(ids.count) questions")
            }
            return mean(zip(predictions, ids).map { $0 == questions[$1]?.answerIndex ? 1 : 0 }) ?? 0
        }

        var members: [Member] = []
        for concept in run.concepts.sorted(by: { $0.id < $1.id }) {
            let own = (questionsOfConcept[concept.id] ?? []).sorted { $0.id < $1.id }.filter { answers[$0.id] != nil }
            guard !own.isEmpty else { continue }
            let result = results[concept.id]
            var member = Member(
                concept: concept, mcq: try own.map { try isRight($0.id) },
                generation: own.compactMap { answers[$0.id]?.generationIsCorrect }, specific0: nil, general0: nil,
                result: result, specific: [], general: [])
            if let result {
                guard let plan = plans[concept.id] else {
                    throw Failure(.badData, at: "concept \(concept.id)", "has a result but no plan")
                }
                member.specific0 = try accuracy(plan.related)
                member.general0 = try accuracy(plan.evaluationControls)
                // Noise is drawn several times, of which the letters are the first draw's only.
                let noisy = result.ratios.map { ratio in
                    run.settings.ablation == .noise ? result.meanOfNoise(ratio: ratio.ratio) : nil
                }
                member.specific = try zip(result.ratios, noisy).map {
                    try $1?.specific ?? share($0.relatedPredictions, of: plan.related)
                }
                member.general = try zip(result.ratios, noisy).map {
                    try $1?.general ?? share($0.controlPredictions, of: plan.evaluationControls)
                }
            }
            members.append(member)
        }
        guard !members.isEmpty else {
            throw Failure(.badData, "the run has no answers yet", remedy: "continue the run first")
        }
        concepts = members
        let right = members.reduce(0) { $0 + $1.mcq.count { $0 } }
        original = Double(right) / Double(members.reduce(0) { $0 + $1.mcq.count })
    }

    /// Share of right answers over all questions of the members.
    func accuracy(_ members: [Int], _ outcomes: KeyPath<Member, [Bool]>) -> Double? {
        Self.share(members.map { tally($0, outcomes) })
    }

    /// The 95 % interval of `accuracy` over concepts; nil with fewer than two.
    func accuracyInterval(_ members: [Int], _ outcomes: KeyPath<Member, [Bool]>, seed: UInt64, _ key: String)
        -> FigureInterval?
    {
        let tallies = members.map { tally($0, outcomes) }
        let interval = try? Bootstrap.bca(count: members.count, seed: seed, key) { members in
            Self.share(members.lazy.map { tallies[$0] })
        }
        return interval.map { FigureInterval($0) }
    }

    private func tally(_ index: Int, _ outcomes: KeyPath<Member, [Bool]>) -> (right: Int, count: Int) {
        let values = concepts[index][keyPath: outcomes]
        return (values.count { $0 }, values.count)
    }

    private static func share(_ tallies: some Sequence<(right: Int, count: Int)>) -> Double? {
        var right = 0
        var count = 0
        for tally in tallies {
            right += tally.right
            count += tally.count
        }
        return count > 0 ? Double(right) / Double(count) : nil
    }

    /// The figures of a set of concepts at one ratio; `ratioIndex` nil is k = 0.
    ///
    /// All figures are means over the concepts, or made from such means; Original is taken as given, so that the intervals of a
    /// tier belong to its figures.
    func scores(_ members: [Int], ratioIndex: Int?, seed: UInt64) -> EvaluationResults.RatioScores {
        let columns = Columns(self, members, ratioIndex: ratioIndex)
        // The key names the ratio and the members, so that each set has resamples of its own whatever else is computed.
        let key = "scores \(ratioIndex ?? -1) \(members.first ?? -1) \(members.count)"
        var intervals = columns.intervals(seed: seed, key)
        intervals["pss"] = intervals["pss_signed"]?.magnitude
        let figures = columns.figures(Array(members.indices))
        let gaps = columns.gaps
        let drops = columns.selectiveDrops
        return EvaluationResults.RatioScores(
            ratio: ratioIndex.map { run.settings.ratios[$0] } ?? 0, top: ratioIndex.flatMap(run.settings.top(at:)),
            specific: figures.specific,
            general: figures.general,
            pss: figures.pssSigned.map(abs), pssSigned: figures.pssSigned, pssMeanAbs: mean(gaps.map(abs)),
            selectiveDrop: figures.selectiveDrop, intervals: intervals, pssDetectable: Self.detectable(gaps),
            selectiveDropDetectable: Self.detectable(drops), selectiveDropP: Self.signFlip(drops, seed: seed, key))
    }

    /// The smallest mean that differs detectably from 0 given how the values vary; nil where they don't or are too few.
    private static func detectable(_ values: [Double]) -> Double? {
        standardDeviation(values).flatMap { try? DetectableDifference.paired(deviation: $0, n: values.count) }
    }

    /// The test that the values' mean is 0; nil where all of them are.
    private static func signFlip(_ values: [Double], seed: UInt64, _ key: String) -> PermutationP? {
        guard values.contains(where: { $0 != 0 }) else { return nil }
        return try? PermutationTest.signFlip(values, seed: seed, key)
    }

    /// ((specific_0 - specific) - (general_0 - general)) / original of one concept; nil without result.
    func selectiveDrop(_ index: Int, ratioIndex: Int) -> Double? {
        let member = concepts[index]
        guard original > 0, let specific0 = member.specific0, let general0 = member.general0 else { return nil }
        return ((specific0 - member.specific[ratioIndex]) - (general0 - member.general[ratioIndex])) / original
    }

    /// Mean of one concept's selective drop over the ratios.
    func meanSelectiveDrop(_ index: Int) -> Double? {
        mean(run.settings.ratios.indices.compactMap { selectiveDrop(index, ratioIndex: $0) })
    }

    /// The figures of the null concepts per kind and ratio, with the located masks on the same concepts beside them.
    func nulls(seed: UInt64) -> [EvaluationResults.NullScores] {
        let kinds = Set(concepts.flatMap { $0.result?.nulls.map(\.kind) ?? [] })
        return kinds.sorted { ($0 != "random" ? 1 : 0, $0) < ($1 != "random" ? 1 : 0, $1) }.flatMap { kind in
            let rows = run.settings.ratios.indices.compactMap { nullScores(kind: kind, ratioIndex: $0, seed: seed) }
            return zip(rows, benjaminiHochberg(rows.map { $0.excessP?.p })).map { row, p in
                var row = row
                row.excessPAdjusted = p
                return row
            }
        }
    }

    private func nullScores(kind: String, ratioIndex: Int, seed: UInt64) -> EvaluationResults.NullScores? {
        let ratio = run.settings.ratios[ratioIndex]
        var members: [Int] = []
        var draws: [[NullResult]] = []
        for (index, member) in concepts.enumerated() {
            let ofKind = member.result?.nulls.filter { $0.ratio == ratio && $0.kind == kind } ?? []
            guard !ofKind.isEmpty else { continue }
            members.append(index)
            draws.append(ofKind)
        }
        guard !members.isEmpty else { return nil }
        let located = Columns(self, members, ratioIndex: ratioIndex)
        // Per concept the mean over its draws: concepts are what is resampled.
        let columns = Columns(
            specific: draws.map { mean($0.map(\.specific)) ?? 0 }, general: draws.map { mean($0.map(\.general)) ?? 0 },
            unmaskedGap: located.unmaskedGap, original: original)
        let figures = columns.figures(Array(members.indices))
        let excess = zip(located.gaps, columns.gaps).map { withoutRounding($0 - $1) }
        let key = "null \(kind) \(ratio)"
        return EvaluationResults.NullScores(
            ratio: ratio, kind: kind, specific: figures.specific ?? 0, general: figures.general ?? 0,
            pssSigned: figures.pssSigned, selectiveDrop: figures.selectiveDrop,
            intervals: columns.intervals(seed: seed, key),
            located: scores(members, ratioIndex: ratioIndex, seed: seed),
            excessP: Self.signFlip(excess, seed: seed, "excess \(key)"),
            concepts: members.count, draws: draws.map(\.count).max() ?? 0)
    }

    /// One concept's entry. Call only for concepts with a result.
    func conceptScores(_ index: Int) -> EvaluationResults.ConceptScores {
        let member = concepts[index]
        let plan = plans[member.concept.id]
        let entries = (member.result?.ratios ?? []).enumerated().map { position, result in
            let specific = member.specific[position]
            let general = member.general[position]
            let signed = original > 0 ? (general - specific) / original : nil
            let asked =
                zip(plan?.related ?? [], result.relatedPredictions).map { ($0.description, $1) }
                + zip(plan?.evaluationControls ?? [], result.controlPredictions).map { ($0.description, $1) }
            return EvaluationResults.ConceptRatio(
                ratio: result.ratio, specific: specific, general: general, pss: signed.map(abs), pssSigned: signed,
                selectiveDrop: selectiveDrop(index, ratioIndex: position),
                predictions: Dictionary(asked, uniquingKeysWith: { first, _ in first }),
                minMargin: Double(result.minimumMargin))
        }
        return EvaluationResults.ConceptScores(
            conceptID: member.concept.id, concept: member.concept.title, bucket: member.concept.tier,
            popularity: member.concept.popularity, specific0: member.specific0 ?? 0, general0: member.general0 ?? 0,
            accuracyGeneration: accuracy([index], \.generation), selectiveDrop: meanSelectiveDrop(index),
            ratios: entries)
    }

    /// The entries of all questions that belong to the run's concepts, by question id.
    func questionScores() -> [EvaluationResults.QuestionScores] {
        answers.values.sorted { $0.questionID < $1.questionID }.map { answer in
            EvaluationResults.QuestionScores(
                questionID: answer.questionID, tokens: answer.tokenCount, scores: answer.scores,
                prediction: answer.prediction, margin: answer.margin,
                mcqCorrect: answer.prediction == questions[answer.questionID]?.answerIndex,
                generatedTokens: answer.generatedTokens, generated: answer.generated,
                generationCorrect: answer.generationIsCorrect)
        }
    }
}

/// The numbers whose means make the figures of a set of concepts at one ratio: one per concept.
private struct Columns {
    /// Means over a (re)sample; the scores are nil where Original is 0.
    struct Figures {
        var specific: Double?
        var general: Double?
        var pssSigned: Double?
        var selectiveDrop: Double?
    }

    var specific: [Double]
    var general: [Double]
    /// Unmasked accuracy on the concept's own questions less that on its controls.
    var unmaskedGap: [Double]
    var original: Double

    init(specific: [Double], general: [Double], unmaskedGap: [Double], original: Double) {
        self.specific = specific
        self.general = general
        self.unmaskedGap = unmaskedGap
        self.original = original
    }

    init(_ sample: Sample, _ members: [Int], ratioIndex: Int?) {
        let concepts = members.map { sample.concepts[$0] }
        self.init(
            specific: concepts.map { ratioIndex.map($0.specific.at) ?? $0.specific0 ?? 0 },
            general: concepts.map { ratioIndex.map($0.general.at) ?? $0.general0 ?? 0 },
            unmaskedGap: concepts.map { ($0.specific0 ?? 0) - ($0.general0 ?? 0) }, original: sample.original)
    }

    /// (general - specific) / original of each concept; none where Original is 0.
    var gaps: [Double] { original > 0 ? zip(general, specific).map { ($0 - $1) / original } : [] }

    /// The selective drop of each concept; none where Original is 0.
    var selectiveDrops: [Double] {
        original > 0
            ? unmaskedGap.indices.map { withoutRounding(unmaskedGap[$0] - (specific[$0] - general[$0])) / original }
            : []
    }

    /// 95 % intervals over the concepts by the figures' names.
    func intervals(seed: UInt64, _ key: String) -> [String: FigureInterval] {
        let names = ["specific", "general", "pss_signed", "selective_drop"]
        let bounds = Bootstrap.bca(count: specific.count, seed: seed, key, figureCount: names.count) { resample in
            let figures = figures(resample)
            return [figures.specific, figures.general, figures.pssSigned, figures.selectiveDrop]
        }
        return Dictionary(
            uniqueKeysWithValues: zip(names, bounds).compactMap { name, bound in
                (try? bound.get()).map { (name, FigureInterval($0)) }
            })
    }

    /// The figures of the concepts at the given positions, with repetitions.
    func figures(_ positions: [Int]) -> Figures {
        guard !positions.isEmpty else { return Figures() }
        var sums = (specific: 0.0, general: 0.0, gap: 0.0)
        for position in positions {
            sums.specific += specific[position]
            sums.general += general[position]
            sums.gap += unmaskedGap[position]
        }
        let count = Double(positions.count)
        let means = (specific: sums.specific / count, general: sums.general / count, gap: sums.gap / count)
        guard original > 0 else { return Figures(specific: means.specific, general: means.general) }
        return Figures(
            specific: means.specific, general: means.general, pssSigned: (means.general - means.specific) / original,
            selectiveDrop: withoutRounding(means.gap - (means.specific - means.general)) / original)
    }
}

/// A difference of differences of the same tenths is 0, and no test or interval of it must be made from its rounding.
private func withoutRounding(_ difference: Double) -> Double { abs(difference) < 1e-12 ? 0 : difference }

extension [Double] {
    fileprivate func at(_ index: Int) -> Double { self[index] }
}
