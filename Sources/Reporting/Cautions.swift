import QuestionSet
import Scores
import Statistics

/// What a reader should know before trusting the figures, and why figures are missing: one sentence each.
struct Cautions {
    /// The share of right answers that guessing among four options gives.
    static let chance = 0.25

    /// The outcomes that are correlated with popularity.
    static let outcomes = [
        ("accuracy_mcq", "accuracy, multiple choice"), ("accuracy_generation", "accuracy, generation"),
        ("selective_drop", "selective drop"),
    ]

    private let results: EvaluationResults
    private let format: NumberFormat

    init(_ results: EvaluationResults, _ format: NumberFormat) {
        self.results = results
        self.format = format
    }

    /// The largest PSS and its row.
    static func peak(of results: EvaluationResults) -> EvaluationResults.RatioScores? {
        results.pss.first { $0.ratio == results.curve.peakRatio }
    }

    /// Reasons to doubt, the gravest first.
    var warnings: [String] {
        var list: [String] = []
        let measured = results.perConcept.count
        if measured < results.concepts {
            list.append(
                "Unfinished: masks were measured for \(format.count(measured)) of "
                    + "\(format.counted(results.concepts, "concept")); masked figures are of these.")
        }
        if results.original == 0 {
            list.append("No multiple-choice question was answered right.")
        } else if let interval = results.originalInterval, interval.low <= Self.chance {
            list.append(
                "Multiple-choice accuracy is not clearly above guessing (25 %): "
                    + "masking can take little away, and scores relative to it mean little.")
        }
        if let peak = Self.peak(of: results), let signed = peak.pssSigned, signed < 0 {
            list.append(
                "At the largest PSS the signed value is negative (\(format.fixed(signed, 3))): "
                    + "the masks hurt the controls more than the concepts' own questions, which is not specialization.")
        }
        if (2..<20).contains(results.concepts) {
            list.append("With \(format.counted(results.concepts, "concept")) the intervals are rough.")
        }
        let tiers = results.accuracyByBucket.values
        let intervals =
            [results.originalInterval, results.generationInterval] + tiers.map(\.mcqInterval)
            + tiers.map(\.generationInterval)
        if intervals.contains(where: { $0.map { $0.low == $0.high } ?? false }) {
            list.append("An interval without width (all concepts alike) is a limit of the bootstrap, not certainty.")
        }
        return list
    }

    /// Why a dash stands where a figure should, once per reason.
    var missing: [String] {
        var list: [String] = []
        if !results.settings.formats.contains(.generation) { list.append("Open generation was not asked in this run.") }
        if results.original == 0 { list.append("PSS and selective drop are relative to accuracy, which is 0.") }
        if results.perConcept.isEmpty { list.append("No concept has been measured with masks yet.") }
        let reasons = Self.outcomes.compactMap { outcome, name in
            results.correlation[outcome]?.undefined.map { (name: name, reason: $0) }
        }
        for reason in Set(reasons.map(\.reason)).sorted() {
            let names = reasons.filter { $0.reason == reason }.map(\.name).joined(separator: ", ")
            list.append("No correlation with popularity (\(names)): \(reason).")
        }
        let loneTier = results.accuracyByBucket.values.contains { $0.mcqInterval == nil }
        if results.originalInterval == nil || loneTier {
            list.append("An interval needs two concepts.")
        }
        if results.nulls.isEmpty {
            list.append("No random masks were measured, so PSS has no null to be compared with.")
        }
        return list
    }
}
