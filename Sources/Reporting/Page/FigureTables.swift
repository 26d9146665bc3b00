import Scores
import Statistics

/// Every figure of a run that the charts are drawn from, and the ones beside them.
struct FigureTables {
    private let results: EvaluationResults
    private let format = NumberFormat.typographic

    init(_ results: EvaluationResults) {
        self.results = results
    }

    /// Scores by ratio and tier, and nulls.
    func masks() -> String { scores() + nulls() }

    /// Accuracy by tier.
    func accuracy() -> String {
        var table = HTMLTable(
            "Accuracy without masks, %", style: "stacked",
            [
                ("Tier", false), ("Concepts", true), ("Questions", true), ("Multiple choice", true),
                ("Open generation", true),
            ])
        table.append(
            [
                .text("all"), .figure(format.count(results.concepts)), .figure(format.count(results.questions)),
                .figure(format.percent(results.original), format.percentInterval(results.originalInterval)),
                .figure(format.percent(results.generationAccuracy), format.percentInterval(results.generationInterval)),
            ], style: "total")
        for tier in results.buckets {
            guard let row = results.accuracyByBucket[tier] else { continue }
            table.append([
                .text(HTMLText.name(tier)), .figure(format.count(row.concepts)), .figure(format.count(row.questions)),
                .figure(format.percent(row.mcq), format.percentInterval(row.mcqInterval)),
                .figure(format.percent(row.generation), format.percentInterval(row.generationInterval)),
            ])
        }
        return table.html
    }

    /// Popularity with each outcome.
    func correlations() -> String {
        var table = HTMLTable(
            "Correlation with popularity: r on log10(1 + views), ρ on views; p by permutation", style: "wide",
            [("Outcome", false), ("n", true), ("Pearson r", true), ("p", true), ("Spearman ρ", true), ("p", true)])
        let outcomes = [
            ("accuracy_mcq", "accuracy, multiple choice"), ("accuracy_generation", "accuracy, open generation"),
            ("selective_drop", "selective drop, mean over ratios"),
        ]
        for (key, name) in outcomes {
            if let pair = results.correlation[key] { append(pair, name, to: &table) }
        }
        for (ratio, pair) in zip(results.ratios, results.correlationByRatio) {
            append(pair, "selective drop, k = \(NumberFormat.ratio(ratio))", to: &table)
        }
        return table.html
    }

    private func append(_ pair: EvaluationResults.CorrelationPair, _ name: String, to table: inout HTMLTable) {
        func cells(_ correlation: Correlation?) -> [HTMLTable.Cell] {
            guard let correlation else { return [.figure(NumberFormat.undefined), .figure(NumberFormat.undefined)] }
            let bounds = format.interval(Interval(low: correlation.low, high: correlation.high), 3)
            return [.figure(format.fixed(correlation.value, 3), bounds), .figure(format.probability(correlation.p))]
        }
        let n = (pair.pearson ?? pair.spearman).map { format.count($0.n) } ?? NumberFormat.undefined
        table.append([.text(name), .figure(n)] + cells(pair.pearson) + cells(pair.spearman))
    }

    private func scores() -> String {
        var table = HTMLTable(
            "Scores under masks; mean |PSS| is over the concepts’ own absolute values and biased upwards",
            [
                ("Concepts", false), ("k", true), ("Specific, %", true), ("General, %", true), ("PSS", true),
                ("PSS, signed", true), ("Mean |PSS|", true), ("Selective drop", true),
            ])
        append([results.unmasked] + results.pss, "all", style: "total", to: &table)
        for tier in results.buckets {
            append(results.pssByBucket[tier] ?? [], HTMLText.name(tier), style: nil, to: &table)
        }
        return table.html
    }

    private func append(
        _ rows: [EvaluationResults.RatioScores], _ name: String, style: String?, to table: inout HTMLTable
    ) {
        for (index, row) in rows.enumerated() {
            let isFirst = index == 0 ? "first" : ""
            let classes = [style ?? "", isFirst].filter { !$0.isEmpty }.joined(separator: " ")
            table.append(
                [
                    .text(name), .figure(NumberFormat.ratio(row.ratio)),
                    .figure(format.percent(row.specific), format.percentInterval(row.intervals["specific"])),
                    .figure(format.percent(row.general), format.percentInterval(row.intervals["general"])),
                    .figure(format.fixed(row.pss, 3), format.interval(row.intervals["pss"], 3)),
                    .figure(format.fixed(row.pssSigned, 3), format.interval(row.intervals["pss_signed"], 3)),
                    .figure(format.fixed(row.pssMeanAbs, 3)),
                    .figure(format.fixed(row.selectiveDrop, 3), format.interval(row.intervals["selective_drop"], 3)),
                ], style: classes.isEmpty ? nil : classes)
        }
    }

    private func nulls() -> String {
        guard !results.nulls.isEmpty else { return "" }
        var table = HTMLTable(
            "Random masks of the same size, and the located masks on the same concepts",
            [
                ("Masks", false), ("k", true), ("Concepts", true), ("Draws", true), ("Specific, %", true),
                ("General, %", true),
                ("PSS, signed", true), ("Selective drop", true),
            ])
        for null in results.nulls {
            let draws = [HTMLTable.Cell.figure(format.count(null.concepts)), .figure(format.count(null.draws))]
            table.append(
                [.text(HTMLText.name(null.kind)), .figure(NumberFormat.ratio(null.ratio))] + draws
                    + cells(null.specific, null.general, null.pssSigned, null.selectiveDrop, null.intervals),
                style: "first")
            table.append(
                [
                    .text("located"), .figure(NumberFormat.ratio(null.ratio)), .figure(format.count(null.concepts)),
                    .figure("1"),
                ]
                    + cells(
                        null.located.specific, null.located.general, null.located.pssSigned, null.located.selectiveDrop,
                        null.located.intervals))
        }
        return table.html
    }

    private func cells(
        _ specific: Double?, _ general: Double?, _ signed: Double?, _ drop: Double?, _ intervals: [String: Interval]
    ) -> [HTMLTable.Cell] {
        [
            .figure(format.percent(specific), format.percentInterval(intervals["specific"])),
            .figure(format.percent(general), format.percentInterval(intervals["general"])),
            .figure(format.fixed(signed, 3), format.interval(intervals["pss_signed"], 3)),
            .figure(format.fixed(drop, 3), format.interval(intervals["selective_drop"], 3)),
        ]
    }
}
