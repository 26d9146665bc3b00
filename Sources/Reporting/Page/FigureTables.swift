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
    func masks() -> String { scores() + tests() + nulls() }

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
            "Correlation with popularity: r on log10(1 + views), ρ on views; p by permutation, adjusted over the ratios in "
                + "brackets", style: "wide",
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
        func cells(_ correlation: PopularityCorrelation?) -> [HTMLTable.Cell] {
            guard let correlation else { return [.figure(NumberFormat.undefined), .figure(NumberFormat.undefined)] }
            let bounds = format.interval(correlation.interval, 3)
            return [
                .figure(format.fixed(correlation.value, 3), bounds), probability(correlation.p, correlation.pAdjusted),
            ]
        }
        let n = (pair.pearson ?? pair.spearman).map { format.count($0.n) } ?? NumberFormat.undefined
        table.append([.text(name), .figure(n)] + cells(pair.pearson) + cells(pair.spearman))
    }

    /// A p-value, with the adjusted one in brackets.
    private func probability(_ p: Double?, _ adjusted: Double?) -> HTMLTable.Cell {
        guard let p else { return .figure(NumberFormat.undefined) }
        return .figure(format.probability(p), adjusted.map { "[\(format.probability($0))]" } ?? "")
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

    /// Whether the masks do anything selective, and what could have been seen.
    private func tests() -> String {
        guard results.pss.contains(where: { $0.selectiveDropP != nil }) else { return "" }
        var table = HTMLTable(
            "Is the selective drop 0? p by flipping the signs of the concepts’ drops, in brackets adjusted for the rows of a "
                + "block (Benjamini and Hochberg); the smallest drop and signed PSS that so many concepts detect in four of five cases",
            style: "wide",
            [
                ("Concepts", false), ("k", true), ("Selective drop", true), ("p", true), ("detectable drop", true),
                ("detectable PSS", true),
            ])
        func append(_ rows: [EvaluationResults.RatioScores], _ name: String, _ style: String?) {
            for (index, row) in rows.enumerated() {
                let classes = [style ?? "", index == 0 ? "first" : ""].filter { !$0.isEmpty }.joined(separator: " ")
                table.append(
                    [
                        .text(name), .figure(NumberFormat.ratio(row.ratio)),
                        .figure(
                            format.fixed(row.selectiveDrop, 3), format.interval(row.intervals["selective_drop"], 3)),
                        probability(row.selectiveDropP?.p, row.selectiveDropPAdjusted),
                        .figure(format.fixed(row.selectiveDropDetectable, 3)),
                        .figure(format.fixed(row.pssDetectable, 3)),
                    ], style: classes.isEmpty ? nil : classes)
            }
        }
        append(results.pss, "all", "total")
        for tier in results.buckets { append(results.pssByBucket[tier] ?? [], HTMLText.name(tier), nil) }
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
        NullNames.kinds(results).map { kind in
            let rows = results.nulls.filter { $0.kind == kind }
            var table = HTMLTable(
                "Located masks against \(NullNames.name(kind)): PSS with its sign, raw and as excess over the null (p by "
                    + "flipping signs, adjusted over the ratios in brackets), and the percentile among the null masks",
                style: "stacked",
                [
                    ("k", false), ("Concepts", true), ("Draws", true), ("PSS, located", true), ("PSS, null", true),
                    ("Excess", true), ("p", true), ("Percentile", true), ("|PSS| less null’s", true),
                    ("Specific, null, %", true),
                    ("General, null, %", true),
                ])
            for null in rows {
                let excess = results.comparisons.nullExcess.first { $0.kind == kind && $0.ratio == null.ratio }
                table.append([
                    .figure(NumberFormat.ratio(null.ratio)), .figure(format.count(null.concepts)),
                    .figure(format.count(null.draws)),
                    .figure(
                        format.fixed(null.located.pssSigned, 3),
                        format.interval(null.located.intervals["pss_signed"], 3)),
                    .figure(format.fixed(null.pssSigned, 3), format.interval(null.intervals["pss_signed"], 3)),
                    figure(excess?.pssSignedExcess), probability(null.excessP?.p, null.excessPAdjusted),
                    figure(excess?.conceptPercentile, percent: true),
                    .figure(format.fixed(excess?.pssExcess, 3)),
                    .figure(format.percent(null.specific), format.percentInterval(null.intervals["specific"])),
                    .figure(format.percent(null.general), format.percentInterval(null.intervals["general"])),
                ])
            }
            return "<p class=\"quiet\">\(HTMLText.prose(NullNames.meaning(kind)))</p>\n" + table.html
        }.joined()
    }

    /// A mean over concepts with its interval.
    private func figure(_ figure: ComparedFigure?, percent: Bool = false) -> HTMLTable.Cell {
        let interval = figure?.interval?.interval
        return percent
            ? .figure(format.percent(figure?.value, 0), format.percentInterval(interval, 0))
            : .figure(format.fixed(figure?.value, 3), format.interval(interval, 3))
    }
}
