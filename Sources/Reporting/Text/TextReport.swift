public import Scores
import Statistics

/// The table that a person reads in the terminal at the end of a run.
public enum TextReport {
    /// Columns of the terminal that a table takes at most.
    static let width = 100

    /// Accuracy, popularity correlations and specialization scores of a run, with intervals; ends with a line feed.
    public static func table(of results: EvaluationResults) -> String {
        TextReportWriter(results: results).text()
    }
}

private struct TextReportWriter {
    let results: EvaluationResults

    private typealias Cell = TextTable.Cell
    private let format = NumberFormat.plain

    func text() -> String {
        let cautions = Cautions(results, format)
        var sections = [heading(), accuracy(), correlations(), fitted(scores)]
        if !results.nulls.isEmpty { sections.append(nulls()) }
        if let selectivity = results.comparisons.selectivity { sections.append(self.selectivity(selectivity)) }
        var closing = [curve()]
        closing += cautions.warnings.flatMap { wrap("! ", $0) }
        closing += cautions.missing.flatMap { wrap("\(NumberFormat.undefined) ", $0) }
        let isExact = results.correlation["accuracy_mcq"]?.pearson?.exact ?? false
        closing += wrap(
            "",
            "[ ] 95 % BCa bootstrap interval over concepts (\(Bootstrap.resamples) resamples); p by "
                + (isExact ? "all pairings" : "\(PermutationTest.arrangements) permutations")
                + "; n = \(format.counted(results.concepts, "concept")), "
                + "\(format.counted(results.perConcept.count, "concept")) with masks; seed \(results.settings.seed).")
        sections.append(closing.joined(separator: "\n"))
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func heading() -> String {
        let label = results.model.terminalSafe.truncated(toWidth: 60)
        return
            "\(label): \(format.counted(results.concepts, "concept")), \(format.counted(results.questions, "question"))"
    }

    private func accuracy() -> String {
        var table = TextTable([
            ("Accuracy, %", .left), ("concepts", .right), ("questions", .right), ("multiple choice", .figure),
            ("generation", .figure),
        ])
        table.append([
            Cell("all"), Cell(format.count(results.concepts)), Cell(format.count(results.questions)),
            Cell(format.percent(results.original), format.percentInterval(results.originalInterval)),
            Cell(format.percent(results.generationAccuracy), format.percentInterval(results.generationInterval)),
        ])
        for tier in results.buckets {
            guard let row = results.accuracyByBucket[tier] else { continue }
            table.append([
                Cell(tier.terminalSafe.truncated(toWidth: 24)), Cell(format.count(row.concepts)),
                Cell(format.count(row.questions)),
                Cell(format.percent(row.mcq), format.percentInterval(row.mcqInterval)),
                Cell(format.percent(row.generation), format.percentInterval(row.generationInterval)),
            ])
        }
        return table.lines().joined(separator: "\n")
    }

    private func correlations() -> String {
        var table = TextTable([
            ("Popularity and", .left), ("n", .right), ("Pearson r, log10 views", .figure), ("p", .right),
            ("Spearman rho, views", .figure), ("p", .right),
        ])
        for (outcome, name) in Cautions.outcomes {
            guard let pair = results.correlation[outcome] else { continue }
            let n = (pair.pearson ?? pair.spearman).map { format.count($0.n) }
            table.append(
                [Cell(name), Cell(n ?? NumberFormat.undefined)] + coefficient(pair.pearson) + coefficient(pair.spearman)
            )
        }
        return table.lines().joined(separator: "\n")
    }

    private func coefficient(_ correlation: PopularityCorrelation?) -> [Cell] {
        guard let correlation else { return [Cell(NumberFormat.undefined), Cell(NumberFormat.undefined)] }
        let bounds = format.interval(correlation.interval, 3)
        return [Cell(format.fixed(correlation.value, 3), bounds), Cell(format.probability(correlation.p))]
    }

    /// The table with as many decimals as fit the terminal's width: three, unless figures are large or many negative.
    private func fitted(_ table: (_ decimals: Int) -> TextTable) -> String {
        let versions = [3, 2, 1].map { table($0).lines() }
        let fitting = versions.first { lines in lines.allSatisfy { $0.displayWidth <= TextReport.width } }
        return (fitting ?? versions[2]).joined(separator: "\n")
    }

    private func scores(_ decimals: Int) -> TextTable {
        var table = TextTable([
            ("Ratio", .left), ("Specific, %", .figure), ("General, %", .figure), ("PSS", .figure), ("signed", .right),
            ("selective drop", .figure),
        ])
        for row in [results.unmasked] + results.pss {
            table.append([
                Cell(NumberFormat.ratio(row.ratio)),
                Cell(format.percent(row.specific), format.percentInterval(row.intervals["specific"])),
                Cell(format.percent(row.general), format.percentInterval(row.intervals["general"])),
                score(row.pss, row.intervals["pss"], decimals), score(row.pssSigned, nil, decimals),
                score(row.selectiveDrop, row.intervals["selective_drop"], decimals),
            ])
        }
        return table
    }

    private func nulls() -> String {
        NullNames.kinds(results).map { kind in
            let rows = results.nulls.filter { $0.kind == kind }
            let concepts = rows.map(\.concepts).max() ?? 0
            let draws = rows.map(\.draws).max() ?? 0
            let masks =
                switch kind {
                case "random": "random masks of the same size"
                case "other_concept": "masks of another concept of the same kind and tier"
                case "shuffled_labels": "masks located from shuffled labels"
                default: "'\(kind.terminalSafe.truncated(toWidth: 24))' masks of the same size"
                }
            return "Against \(masks), on the same \(format.counted(concepts, "concept")), "
                + "\(format.counted(draws, "draw")) each\n" + fitted { nulls(kind, $0) }
        }.joined(separator: "\n\n")
    }

    private func nulls(_ kind: String, _ decimals: Int) -> TextTable {
        let name =
            switch kind {
            case "other_concept": "another"
            case "shuffled_labels": "shuffled"
            default: kind.terminalSafe.truncated(toWidth: 8)
            }
        var table = TextTable([
            ("Ratio", .left), ("PSS signed, located", .figure), (name, .figure), ("drop, located", .figure),
            (name, .figure),
        ])
        for row in results.nulls where row.kind == kind {
            table.append([
                Cell(NumberFormat.ratio(row.ratio)),
                score(row.located.pssSigned, row.located.intervals["pss_signed"], decimals),
                score(row.pssSigned, row.intervals["pss_signed"], decimals),
                score(row.located.selectiveDrop, row.located.intervals["selective_drop"], decimals),
                score(row.selectiveDrop, row.intervals["selective_drop"], decimals),
            ])
        }
        return table
    }

    private func selectivity(_ figures: SelectivityFigures) -> String {
        let rows = SelectivityRows(figures)
        var table = TextTable([("Questions", .left), ("concepts", .right), ("accuracy lost, %", .figure)])
        for row in rows.all {
            table.append([
                Cell(row.name), Cell(format.count(row.figure?.concepts ?? 0)),
                Cell(format.percent(row.figure?.value), format.percentInterval(row.figure?.interval?.interval)),
            ])
        }
        let heading =
            "Selectivity at ratio \(NumberFormat.ratio(figures.ratio)), on "
            + format.counted(figures.concepts, "concept")
        return ([heading] + table.lines() + rows.notes(format).flatMap { wrap("", $0) }).joined(separator: "\n")
    }

    private func score(_ value: Double?, _ interval: FigureInterval?, _ decimals: Int) -> Cell {
        Cell(format.fixed(value, decimals), format.interval(interval, decimals))
    }

    private func curve() -> String {
        guard let peak = Cautions.peak(of: results), let ratio = results.curve.peakRatio else {
            return "PSS curve: peak \(NumberFormat.undefined), mean \(NumberFormat.undefined)"
        }
        return "PSS curve: peak \(format.fixed(results.curve.peak, 3)) at ratio \(NumberFormat.ratio(ratio)) "
            + "(signed \(format.fixed(peak.pssSigned, 3))), mean \(format.fixed(results.curve.mean, 3))"
    }

    /// Lines of a note, its further lines indented by the width of its mark.
    private func wrap(_ mark: String, _ sentence: String) -> [String] {
        let indentation = String(repeating: " ", count: mark.displayWidth)
        var lines: [String] = []
        var line = mark
        for word in sentence.split(separator: " ") {
            let isFirst = line == mark || line == indentation
            if !isFirst, line.displayWidth + 1 + String(word).displayWidth > TextReport.width {
                lines.append(line)
                line = indentation
            }
            line += (line == mark || line == indentation ? "" : " ") + word
        }
        return lines + [line]
    }
}
