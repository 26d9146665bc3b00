import QuestionSet
import Scores
import Statistics

/// What was measured beside the scores: cross-fitting, redundancy, formats, pooling, overlap, effects and selectivity. Each part
/// stands there only if its data is there, and starts with a sentence on how to read it.
struct StudySection {
    private let results: EvaluationResults
    private let format = NumberFormat.typographic

    init(_ results: EvaluationResults) {
        self.results = results
    }

    /// Pictures of what masks share and do to other concepts.
    static func charts(_ results: EvaluationResults, overlap: OverlapMatrix?) -> [Chart] {
        let titles = Dictionary(
            results.perConcept.map { ($0.conceptID, $0.concept) }, uniquingKeysWith: { first, _ in first })
        let effects = results.comparisons.effects
        var charts: [Chart?] = []
        if let overlap {
            // Those whose effects were measured, or some from all over the store.
            let studied = Set(effects?.concepts ?? [])
            let all = overlap.concepts.indices.filter { studied.isEmpty || studied.contains(overlap.concepts[$0].id) }
            let shown = ModelCharts.spread(Array(all), most)
            charts.append(
                SquaresChart(
                    title: "What masks share", file: "concept_overlap",
                    caption:
                        "Jaccard index of two concepts’ masks at k = \(NumberFormat.ratio(overlap.ratio)): coefficients in "
                        + "both over coefficients in either. Independent masks share "
                        + "\(NumberFormat.typographic.fixed(results.comparisons.overlap?.chance, 2)); above that, concepts "
                        + "are kept in the same place. Numbers count the concepts shown, by id.",
                    rowName: "mask of", columnName: "mask of", names: shown.map { overlap.concepts[$0].title },
                    values: shown.map { row in shown.map { row == $0 ? nil : overlap.jaccards[row][$0] } },
                    unit: "(a mask with itself, 1, is left out)"
                ).chart())
        }
        if let effects {
            let shown = ModelCharts.spread(Array(effects.concepts.indices), most)
            charts.append(
                SquaresChart(
                    title: "What masks do to other concepts", file: "concept_effects",
                    caption:
                        "Accuracy lost on the questions of the concept in the column under the mask of the one in the row, "
                        + "at k = \(NumberFormat.ratio(effects.ratio)). Specialized masks have large squares on the diagonal "
                        + "only; hollow squares are gains.",
                    rowName: "mask of", columnName: "questions of",
                    names: shown.map { titles[effects.concepts[$0]] ?? effects.concepts[$0].description },
                    values: shown.map { row in shown.map { effects.drops[row][$0] } }, unit: "of accuracy"
                ).chart())
        }
        return charts.compactMap { $0 }
    }

    /// Concepts of a matrix that a telephone shows.
    private static let most = 30

    /// The tables.
    func html() -> String { crossFit() + noise() + effects() + selectivity() + formats() + pooling() }

    private func crossFit() -> String {
        let rows = results.comparisons.crossFit
        guard !rows.isEmpty else { return "" }
        var table = HTMLTable(
            "Cross-fitting: located on one half of a concept’s questions, scored on the other", style: "wide",
            [
                ("k", false), ("PSS, signed, the paper’s way", true), ("cross-fitted", true), ("Optimism", true),
                ("Selective drop, cross-fitted", true), ("Overlap of the halves’ masks", true),
            ])
        for row in rows {
            table.append([
                .figure(NumberFormat.ratio(row.ratio)), figure(row.paperPSSSigned), figure(row.pssSigned),
                figure(row.optimism), figure(row.selectiveDrop), figure(row.halvesJaccard, 2),
            ])
        }
        return note(
            "Optimism is what the paper’s way has above cross-fitting: a large one says that masks are fitted to the very "
                + "questions that score them.") + table.html
    }

    private func noise() -> String {
        guard let row = results.comparisons.redundancy.zeroAgainstNoise else { return "" }
        var table = HTMLTable(
            "Zero against noise on the same vectors, k = \(NumberFormat.ratio(row.ratio)), "
                + format.counted(row.draws, "draw") + " of noise: accuracy lost", style: "wide",
            [("Questions", false), ("Coefficients zero", true), ("Noise", true), ("Difference", true)])
        table.append([.text("the concepts’ own"), figure(row.zeroDrop), figure(row.noiseDrop), figure(row.difference)])
        table.append([.text("controls"), figure(row.zeroControlDrop), figure(row.noiseControlDrop), .text("")])
        return note(
            "If zero hurts and noise does not, it is the presence of these vectors that counts and not their exact direction; if "
                + "neither hurts, others answer in their place.") + table.html
    }

    private func effects() -> String {
        var rows: [(String, HTMLTable.Cell)] = []
        if let effects = results.comparisons.effects {
            rows += [
                ("accuracy lost on own questions", figure(effects.own)),
                ("on other concepts’ questions", figure(effects.others)), ("difference", figure(effects.difference)),
            ]
        }
        if let overlap = results.comparisons.overlap {
            rows += [
                ("overlap of two concepts’ masks, all pairs", .figure(format.fixed(overlap.mean, 3))),
                ("of the same kind", .figure(format.fixed(overlap.sameKind, 3))),
                ("of the same tier", .figure(format.fixed(overlap.sameTier, 3))),
                ("independent masks of that size", .figure(format.fixed(overlap.chance, 3))),
            ]
        }
        guard !rows.isEmpty else { return "" }
        let ratio = results.comparisons.overlap?.ratio ?? results.comparisons.effects?.ratio ?? 0
        var table = HTMLTable(
            "Overlap and effects at k = \(NumberFormat.ratio(ratio))", style: "wide",
            [("Figure", false), ("Mean", true)])
        for (name, cell) in rows { table.append([.text(HTMLText.plain(name)), cell]) }
        return note(
            "Overlap above that of independent masks says that concepts share vectors; whether they share harm is said by the "
                + "effects.") + table.html
    }

    private func selectivity() -> String {
        guard let selectivity = results.comparisons.selectivity else { return "" }
        let rows = SelectivityRows(selectivity)
        var table = HTMLTable(
            "Selectivity at k = \(NumberFormat.ratio(selectivity.ratio)): accuracy lost under a concept’s mask",
            style: "wide",
            [("Questions", false), ("Concepts", true), ("Accuracy lost", true)])
        for row in rows.all {
            table.append([
                .text(HTMLText.plain(row.name)), .figure(format.count(row.figure?.concepts ?? 0)), figure(row.figure),
            ])
        }
        let notes = rows.notes(format).map { " \($0)" }.joined()
        return note(
            "A mask that holds its concept alone takes much of the concept’s own questions, and little of near ones: those of "
                + "concepts whose article is linked with the concept’s, or of the same kind. One that takes as much of near "
                + "ones holds the neighbourhood or the kind; one that takes as much of far ones is damage.\(notes)")
            + table.html
    }

    private func formats() -> String {
        guard let formats = results.comparisons.formats else { return "" }
        var table = HTMLTable(
            "Masks by format, k = \(NumberFormat.ratio(formats.ratio)): accuracy lost", style: "wide",
            [
                ("Located by", false), ("Asked by", false), ("own questions", true), ("controls", true),
                ("own less controls", true),
            ])
        for cell in formats.cells {
            table.append([
                .text(Self.name(cell.mask)), .text(Self.name(cell.asked)), figure(cell.drop), figure(cell.controlDrop),
                figure(cell.selective),
            ])
        }
        let shared =
            formats.jaccard.map { " Both masks of a concept share \(format.fixed($0.value, 2))" } ?? ""
        return note(
            "A mask that hurts only the format that located it holds the format, not the knowledge."
                + (shared.isEmpty ? "" : "\(shared); independent ones \(format.fixed(formats.chanceJaccard, 2))."))
            + table.html
    }

    private func pooling() -> String {
        let rows = results.comparisons.pooling
        guard !rows.isEmpty else { return "" }
        var table = HTMLTable(
            "Other ways of pooling: Jaccard index with the masks in use", style: "wide",
            [("Pooled", false), ("k", true), ("Overlap", true)])
        for row in rows {
            table.append([
                .text(HTMLText.name(row.variant)), .figure(NumberFormat.ratio(row.ratio)), figure(row.jaccard, 2),
            ])
        }
        return note("1 says that the way of pooling does not matter; a small value, that the masks hang on it.")
            + table.html
    }

    private static func name(_ format: QuestionFormat) -> String {
        format == .multipleChoice ? "multiple choice" : "open questions"
    }

    private func note(_ sentence: String) -> String { "<p class=\"quiet\">\(HTMLText.prose(sentence))</p>\n" }

    private func figure(_ figure: ComparedFigure?, _ decimals: Int = 3) -> HTMLTable.Cell {
        .figure(format.fixed(figure?.value, decimals), format.interval(figure?.interval?.interval, decimals))
    }
}
