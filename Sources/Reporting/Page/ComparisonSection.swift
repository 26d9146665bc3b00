import Scores
import Statistics

/// Several runs side by side.
enum ComparisonSection {
    /// The table; empty with fewer than two runs.
    static func html(_ runs: [EvaluationResults], names: [String]) -> String {
        guard runs.count > 1 else { return "" }
        let format = NumberFormat.typographic
        var table = HTMLTable(
            "The runs of this store, with 95 % intervals", style: "stacked runs",
            [
                ("Run", false), ("Concepts", true), ("Multiple choice, %", true), ("Open generation, %", true),
                ("r with views", true), ("Largest PSS", true), ("at k", true), ("signed", true),
                ("Random masks, signed", true),
                ("Mean PSS", true), ("Drop: r with views", true),
            ])
        func coefficient(_ correlation: PopularityCorrelation?) -> HTMLTable.Cell {
            guard let correlation else { return .figure(NumberFormat.undefined) }
            return .figure(
                format.fixed(correlation.value, 2),
                format.interval(correlation.interval, 2))
        }
        for (index, run) in runs.enumerated() {
            let peak = Cautions.peak(of: run)
            let null = NullNames.first(run).first { $0.ratio == peak?.ratio }
            let settings = run.settings
            let brief = HTMLText.plain(
                "\(settings.pooling.rawValue) pooling, \(settings.ablation.rawValue) ablation, \(settings.shots) shots, "
                    + "seed \(settings.seed)")
            let link = "<a href=\"#run-\(index + 1)\">\(HTMLText.name(names[index]))</a>"
            let part = run.perConcept.count < run.concepts ? "\(format.count(run.perConcept.count)) of " : ""
            table.append([
                .text("\(link) <span class=\"ci\">\(brief)</span>"),
                .figure(part + format.count(run.concepts)),
                .figure(format.percent(run.original), format.percentInterval(run.originalInterval)),
                .figure(format.percent(run.generationAccuracy), format.percentInterval(run.generationInterval)),
                coefficient(run.correlation["accuracy_mcq"]?.pearson),
                .figure(format.fixed(peak?.pss, 3), format.interval(peak?.intervals["pss"], 3)),
                .figure(peak.map { NumberFormat.ratio($0.ratio) } ?? NumberFormat.undefined),
                .figure(format.fixed(peak?.pssSigned, 3)),
                .figure(format.fixed(null?.pssSigned, 3), format.interval(null?.intervals["pss_signed"], 3)),
                .figure(format.fixed(run.curve.mean, 3)), coefficient(run.correlation["selective_drop"]?.pearson),
            ])
        }
        let groups = ModelGroup.groups(runs, names: names)
        let together = groups.enumerated().map { index, group in
            let heading = groups.count > 1 ? "<h3>Runs measured alike, \(index + 1) of \(groups.count)</h3>\n" : ""
            return heading + html(group)
        }
        return "<section id=\"comparison\">\n<h2>Comparison</h2>\n\(table.html)\(together.joined())</section>\n"
    }

    /// What runs that were measured alike show together.
    private static func html(_ group: ModelGroup) -> String {
        let tables = ModelTables(group)
        let charts = ModelCharts(group).all.map(\.figure).joined()
        let pairs = tables.pairs(ModelTables.comparisons(group))
        return "<div class=\"charts\">\n\(charts)</div>\n" + tables.sizes() + tables.denominators()
            + (pairs.isEmpty ? "" : HTMLText.folded("Pairs of runs, tested", pairs))
    }
}
