public import Statistics

/// Two runs on the same questions, compared concept by concept.
public struct RunPair: Codable, Sendable {
    /// One outcome.
    public struct Row: Codable, Sendable {
        /// "accuracy_mcq", "accuracy_generation", "selective_drop" or "pss_signed".
        public var outcome: String
        /// The mask ratio; absent for accuracies, which are without masks.
        public var ratio: Double?
        /// First less second over the concepts of both.
        public var comparison: PairedComparison
        /// The sign-flip p adjusted after Benjamini and Hochberg over the ratios of the outcome.
        public var pAdjusted: Double?

        private enum CodingKeys: String, CodingKey {
            case outcome, ratio, comparison
            case pAdjusted = "p_adjusted"
        }
    }

    /// Accuracies, then scores by ratio.
    public var rows: [Row]
    /// Right and wrong answers question by question, of "accuracy_mcq" and "accuracy_generation".
    public var mcnemar: [String: McNemarTest]

    /// Compares what two runs have in common; nil where they were asked other questions or share no concept.
    ///
    /// Scores under masks are compared on the concepts whose evaluation controls are the same in both runs, at the ratios of
    /// both; each is relative to its own model's Original.
    public init?(_ first: EvaluationResults, _ second: EvaluationResults) {
        guard first.settings.questionsHash == second.settings.questionsHash else { return nil }
        let others = Dictionary(second.perConcept.map { ($0.conceptID, $0) }, uniquingKeysWith: { first, _ in first })
        let pairs = first.perConcept.compactMap { concept in others[concept.conceptID].map { (concept, $0) } }
        guard !pairs.isEmpty else { return nil }
        let seed = first.settings.seed
        func compare(_ outcome: String, _ ratio: Double?, _ values: [(Double, Double)]) -> Row? {
            let key = ([outcome] + (ratio.map { ["\($0)"] } ?? [])).joined(separator: " ")
            let comparison = try? PairedComparison(values.map(\.0), values.map(\.1), seed: seed, key)
            return comparison.map { Row(outcome: outcome, ratio: ratio, comparison: $0) }
        }
        rows = [compare("accuracy_mcq", nil, pairs.map { ($0.specific0, $1.specific0) })].compactMap { $0 }
        let open = pairs.compactMap { pair in
            if let one = pair.0.accuracyGeneration, let other = pair.1.accuracyGeneration { (one, other) } else { nil }
        }
        if open.count == pairs.count, let row = compare("accuracy_generation", nil, open) { rows.append(row) }

        // The questions that were asked under masks say whether the plans agree.
        let planned = pairs.filter { one, other in
            let asked = (one.ratios.first?.predictions.keys, other.ratios.first?.predictions.keys)
            if let first = asked.0, let second = asked.1 { return Set(first) == Set(second) }
            return false
        }
        for (outcome, value) in [
            ("selective_drop", \EvaluationResults.ConceptRatio.selectiveDrop),
            ("pss_signed", \EvaluationResults.ConceptRatio.pssSigned),
        ] {
            let byRatio = first.ratios.filter(second.ratios.contains).compactMap { ratio -> Row? in
                let values = planned.compactMap { one, other -> (Double, Double)? in
                    guard let a = one.ratios.first(where: { $0.ratio == ratio })?[keyPath: value],
                        let b = other.ratios.first(where: { $0.ratio == ratio })?[keyPath: value]
                    else { return nil }
                    return (a, b)
                }
                return values.isEmpty ? nil : compare(outcome, ratio, values)
            }
            for (var row, p) in zip(byRatio, benjaminiHochberg(byRatio.map { $0.comparison.signFlip.p })) {
                row.pAdjusted = p
                rows.append(row)
            }
        }

        let answers = Dictionary(
            second.perQuestion.map { ($0.questionID, $0) }, uniquingKeysWith: { first, _ in first })
        let shared = first.perQuestion.compactMap { answer in answers[answer.questionID].map { (answer, $0) } }
        mcnemar = ["accuracy_mcq": McNemarTest(shared.map(\.0.mcqCorrect), shared.map(\.1.mcqCorrect))]
        let flags = shared.compactMap { pair in
            if let one = pair.0.generationCorrect, let other = pair.1.generationCorrect { (one, other) } else { nil }
        }
        if !flags.isEmpty { mcnemar["accuracy_generation"] = McNemarTest(flags.map(\.0), flags.map(\.1)) }
    }
}
