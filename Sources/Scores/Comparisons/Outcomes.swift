import Diagnostics
import QuestionSet
import Statistics

/// The accuracies of a run that comparisons are made from, concept by concept.
struct Outcomes {
    /// One concept with a result.
    struct Member {
        var concept: Concept
        var result: ConceptResult
        /// Unmasked accuracies on its own questions and its evaluation controls.
        var specific0: Double
        var general0: Double
        /// The same for open answers; nil where one of them is missing.
        var openSpecific0: Double?
        var openGeneral0: Double?
        /// Masked accuracies per ratio; over all draws where there is noise.
        var specific: [Double]
        var general: [Double]

        /// Unmasked accuracy on its own questions less that on its controls.
        var gap: Double { specific0 - general0 }
    }

    let run: RunRecord
    /// By id.
    let members: [Member]
    /// Unmasked accuracy over all questions.
    let original: Double

    init(_ run: RunRecord) throws {
        self.run = run
        let answers = Dictionary(run.answers.map { ($0.questionID, $0) }, uniquingKeysWith: { first, _ in first })
        let questions = Dictionary(run.questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let plans = Dictionary(run.plan.map { ($0.conceptID, $0) }, uniquingKeysWith: { first, _ in first })
        let concepts = Dictionary(run.concepts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        func unmasked(_ ids: [QuestionID]) throws -> Double {
            let right = try ids.map { id in
                guard let answer = answers[id], let question = questions[id] else {
                    throw Failure(
                        .badData, at: "question \(id)", "has no unmasked answer in this run",
                        remedy: "continue the run, or merge its shards")
                }
                return answer.prediction == question.answerIndex ? 1.0 : 0
            }
            return mean(right) ?? 0
        }
        func open(_ ids: [QuestionID]) -> Double? {
            let right = ids.compactMap { answers[$0]?.generationIsCorrect }.map { $0 ? 1.0 : 0 }
            return right.count == ids.count ? mean(right) : nil
        }
        func share(_ predictions: [Int], _ ids: [QuestionID]) throws -> Double {
            guard predictions.count == ids.count else {
                throw Failure(
                    .badData, "a stored result has \(predictions.count) predictions for \(ids.count) questions")
            }
            return mean(zip(predictions, ids).map { $0 == questions[$1]?.answerIndex ? 1.0 : 0 }) ?? 0
        }
        var members: [Member] = []
        for result in run.results.sorted(by: { $0.conceptID < $1.conceptID }) {
            guard let plan = plans[result.conceptID], let concept = concepts[result.conceptID] else {
                throw Failure(.badData, at: "concept \(result.conceptID)", "has a result but no plan")
            }
            let masked = try result.ratios.map { ratio in
                try (run.settings.ablation == .noise ? result.meanOfNoise(ratio: ratio.ratio) : nil)
                    ?? (
                        try share(ratio.relatedPredictions, plan.related),
                        try share(ratio.controlPredictions, plan.evaluationControls)
                    )
            }
            members.append(
                Member(
                    concept: concept, result: result, specific0: try unmasked(plan.related),
                    general0: try unmasked(plan.evaluationControls), openSpecific0: open(plan.related),
                    openGeneral0: open(plan.evaluationControls), specific: masked.map(\.0), general: masked.map(\.1)))
        }
        self.members = members
        let right = run.answers.count { $0.prediction == questions[$0.questionID]?.answerIndex }
        original = run.answers.isEmpty ? 0 : Double(right) / Double(run.answers.count)
    }

    /// A mean over concepts with its interval; nil for none.
    func figure(_ values: [Double], _ key: String) -> ComparedFigure? {
        guard let value = mean(values) else { return nil }
        return ComparedFigure(value: value, interval: interval(values, key), concepts: values.count)
    }

    /// A value per concept divided by Original, and their mean; nil for none or where Original is 0.
    func scaledFigure(_ values: [Double], _ key: String) -> ComparedFigure? {
        original > 0 ? figure(values.map { $0 / original }, key) : nil
    }

    /// Nil where it is undefined: fewer than two values.
    private func interval(_ values: [Double], _ key: String) -> BootstrapInterval? {
        do {
            return try Bootstrap.bcaOfMean(values, seed: run.settings.seed, key)
        } catch {
            return nil
        }
    }
}

/// A mean over concepts.
public struct ComparedFigure: Codable, Hashable, Sendable {
    /// The mean.
    public var value: Double
    /// Its 95 % interval over concepts; absent for a single one.
    public var interval: BootstrapInterval?
    /// Number of concepts.
    public var concepts: Int
}
