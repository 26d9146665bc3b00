import QuestionSet
import Scores

/// The ten concepts at either end of accuracy.
struct ConceptTables {
    private let results: EvaluationResults
    private let format = NumberFormat.typographic
    private let length = 10

    init(_ results: EvaluationResults) {
        self.results = results
    }

    /// One table of all concepts, or two of the ends.
    func html() -> String {
        let ranked = results.perConcept.sorted(by: isBetterKnown)
        guard !ranked.isEmpty else { return "<p class=\"quiet\">No concept has been measured with masks yet.</p>\n" }
        if ranked.count <= 2 * length { return order + table("All concepts, the best known first", ranked) }
        return order + "<div class=\"pair\">\n" + table("Most known", Array(ranked.prefix(length)))
            + table("Least known, the least first", ranked.suffix(length).reversed()) + "</div>\n"
    }

    private var order: String {
        let generation = results.settings.formats.contains(.generation) ? ", then open generation" : ""
        return "<p class=\"quiet\">By multiple-choice accuracy\(generation), then popularity. Single concepts have few "
            + "questions: read the order as a hint where to look.</p>\n"
    }

    private func isBetterKnown(_ left: EvaluationResults.ConceptScores, _ right: EvaluationResults.ConceptScores)
        -> Bool
    {
        let leftKey = (left.specific0, left.accuracyGeneration ?? 0, left.popularity)
        let rightKey = (right.specific0, right.accuracyGeneration ?? 0, right.popularity)
        return leftKey == rightKey ? left.conceptID < right.conceptID : leftKey > rightKey
    }

    private func table(_ title: String, _ concepts: [EvaluationResults.ConceptScores]) -> String {
        var columns: [(heading: String, isNumeric: Bool)] = [
            ("Concept", false), ("Tier", false), ("Views", true), ("Choice, %", true),
        ]
        let hasGeneration = results.settings.formats.contains(.generation)
        if hasGeneration { columns.append(("Open, %", true)) }
        columns.append(("Drop", true))
        var table = HTMLTable(title, style: "wide", columns)
        for concept in concepts {
            var cells: [HTMLTable.Cell] = [
                .text(HTMLText.name(concept.concept)), .text(HTMLText.name(concept.bucket)),
                .figure(format.count(concept.popularity)), .figure(format.percent(concept.specific0, 0)),
            ]
            if hasGeneration { cells.append(.figure(format.percent(concept.accuracyGeneration, 0))) }
            cells.append(.figure(format.fixed(concept.selectiveDrop, 2)))
            table.append(cells)
        }
        return table.html
    }
}
