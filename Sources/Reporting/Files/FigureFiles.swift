import Diagnostics
import Foundation
import QuestionSet
import Scores
import Statistics

/// figures/*.csv: the numbers behind each figure of the report.
enum FigureFiles {
    /// Every file there can be, so that those of an earlier export can be told from a user's own.
    static let known = [
        "accuracy_by_tier", "accuracy_over_training", "accuracy_against_pss", "comparisons", "concept_effects",
        "concept_overlap",
        "gap_over_ratios", "model_sizes", "nulls", "popularity_accuracy_generation", "popularity_accuracy_mcq",
        "popularity_by_run", "popularity_selective_drop", "pss_by_ratio", "pss_over_training", "scores_by_ratio",
        "selective_drop_by_tier", "studies",
    ]

    /// The tables, by file name. What several runs or groups have in one file stands below each other in their order.
    static func tables(_ results: [EvaluationResults], overlaps: [OverlapMatrix?] = [], names: [String]) -> [(
        file: String, text: String
    )] {
        var tables: [(file: String, columns: [String], rows: [[String]])] = []
        func add(_ numbers: FigureNumbers, as column: String? = nil, _ name: String = "") {
            guard !numbers.rows.isEmpty else { return }
            let rows = column == nil ? numbers.rows : numbers.rows.map { [name] + $0 }
            if let place = tables.firstIndex(where: { $0.file == numbers.file }) {
                tables[place].rows += rows
            } else {
                tables.append((numbers.file, [column].compactMap { $0 } + numbers.columns, rows))
            }
        }
        for (index, (name, run)) in zip(names, results).enumerated() {
            for chart in StudySection.charts(run, overlap: overlaps.isEmpty ? nil : overlaps[index]) {
                add(chart.numbers, as: "run", name)
            }
            for chart in RunCharts(run).all { add(chart.numbers, as: "run", name) }
            for numbers in RunNumbers.tables(run) { add(numbers, as: "run", name) }
        }
        let groups = ModelGroup.groups(results, names: names)
        for (index, group) in groups.enumerated() {
            let place = groups.count > 1 ? " (\(index + 1))" : ""
            for chart in ModelCharts(group).all { add(chart.numbers, as: "figure", chart.title + place) }
            for numbers in ModelTables(group).numbers(ModelTables.comparisons(group)) { add(numbers) }
        }
        return tables.sorted { $0.file < $1.file }.map { table in
            let lines = ([table.columns] + table.rows).map { $0.map(CSV.field).joined(separator: ",") + "\r\n" }
            return (table.file, lines.joined())
        }
    }

    /// Writes the tables into `folder`/figures and removes those of an earlier export that are not among them.
    static func write(_ tables: [(file: String, text: String)], to folder: String) throws {
        let path = "\(folder)/figures"
        try OutputFile.createFolder(path)
        for table in tables { try OutputFile.write(Data(table.text.utf8), to: "\(path)/\(table.file).csv") }
        for name in known where !tables.contains(where: { $0.file == name }) {
            let file = "\(path)/\(name).csv"
            guard FileManager.default.fileExists(atPath: file) else { continue }
            guard unlink(file) == 0 else {
                throw Failure(
                    .outputUnavailable, file: file,
                    "is left from an earlier export and cannot be removed: \(String(cString: strerror(errno)))")
            }
        }
    }
}

/// What a run's tables show beside its pictures, for export.
enum RunNumbers {
    static func tables(_ results: EvaluationResults) -> [FigureNumbers] { [nulls(results), studies(results)] }

    private static func nulls(_ results: EvaluationResults) -> FigureNumbers {
        let cell = FigureNumbers.cell
        return FigureNumbers(
            file: "nulls",
            columns: [
                "kind", "ratio", "concepts", "draws", "specific", "general", "pss_signed", "pss_low", "pss_high",
                "located_pss_signed", "p", "p_adjusted", "excess", "excess_low", "excess_high", "percentile",
                "pss_excess",
            ],
            rows: results.nulls.map { null in
                let excess = results.comparisons.nullExcess.first { $0.kind == null.kind && $0.ratio == null.ratio }
                return [
                    null.kind, null.ratio.description, String(null.concepts), String(null.draws), cell(null.specific),
                    cell(null.general), cell(null.pssSigned), cell(null.intervals["pss_signed"]?.low),
                    cell(null.intervals["pss_signed"]?.high), cell(null.located.pssSigned), cell(null.excessP?.p),
                    cell(null.excessPAdjusted),
                ] + cells(excess?.pssSignedExcess) + [cell(excess?.conceptPercentile?.value), cell(excess?.pssExcess)]
            })
    }

    private static func studies(_ results: EvaluationResults) -> FigureNumbers {
        let compared = results.comparisons
        var rows: [(study: String, ratio: Double, figure: String, value: ComparedFigure?)] = []
        for row in compared.crossFit {
            rows += [
                ("cross_fit", row.ratio, "paper_pss_signed", row.paperPSSSigned),
                ("cross_fit", row.ratio, "pss_signed", row.pssSigned),
                ("cross_fit", row.ratio, "optimism", row.optimism),
                ("cross_fit", row.ratio, "selective_drop", row.selectiveDrop),
                ("cross_fit", row.ratio, "halves_jaccard", row.halvesJaccard),
            ]
        }
        if let row = compared.redundancy.zeroAgainstNoise {
            rows += [
                ("noise", row.ratio, "zero_drop", row.zeroDrop), ("noise", row.ratio, "noise_drop", row.noiseDrop),
                ("noise", row.ratio, "difference", row.difference),
                ("noise", row.ratio, "zero_control_drop", row.zeroControlDrop),
                ("noise", row.ratio, "noise_control_drop", row.noiseControlDrop),
            ]
        }
        if let row = compared.effects {
            rows += [
                ("effects", row.ratio, "own", row.own), ("effects", row.ratio, "others", row.others),
                ("effects", row.ratio, "difference", row.difference),
            ]
        }
        if let row = compared.selectivity {
            rows += SelectivityRows(row).all.map { ("selectivity", row.ratio, $0.key, $0.figure) }
        }
        if let formats = compared.formats {
            rows.append(("formats", formats.ratio, "jaccard", formats.jaccard))
            for cell in formats.cells {
                let place = "mask \(cell.mask.rawValue), asked \(cell.asked.rawValue)"
                rows += [
                    ("formats", formats.ratio, "drop: \(place)", cell.drop),
                    ("formats", formats.ratio, "control drop: \(place)", cell.controlDrop),
                    ("formats", formats.ratio, "selective: \(place)", cell.selective),
                ]
            }
        }
        rows += compared.pooling.map { ("pooling", $0.ratio, "jaccard: \($0.variant)", $0.jaccard) }
        return FigureNumbers(
            file: "studies", columns: ["study", "ratio", "figure", "value", "low", "high", "concepts"],
            rows: rows.map { row in
                [row.study, row.ratio.description, row.figure] + cells(row.value)
                    + [row.value.map { String($0.concepts) } ?? ""]
            })
    }

    private static func cells(_ figure: ComparedFigure?) -> [String] {
        [figure?.value, figure?.interval?.low, figure?.interval?.high].map(FigureNumbers.cell)
    }
}
