import Scores
import Statistics

/// The headline figures of a run, in words that need no definitions.
struct Headline {
    /// One figure with its sentence; all parts are plain text.
    struct Tile {
        var name: String
        var figure: String
        var sentence: String
    }

    private let results: EvaluationResults
    private let format = NumberFormat.typographic

    init(_ results: EvaluationResults) {
        self.results = results
    }

    /// Accuracy, generation, popularity and specialization.
    var tiles: [Tile] {
        var tiles = [
            Tile(
                name: "Multiple choice", figure: "\(format.percent(results.original)) %",
                sentence: "of \(format.counted(results.questions, "question")) are answered right"
                    + parenthesis(percent: results.originalInterval) + ". Guessing gives 25 %.")
        ]
        if results.settings.formats.contains(.generation) {
            tiles.append(
                Tile(
                    name: "Open generation", figure: "\(format.percent(results.generationAccuracy)) %",
                    sentence: "of the answers without options contain an accepted answer"
                        + parenthesis(percent: results.generationInterval) + "."))
        }
        return tiles + [popularity, specialization]
    }

    private var popularity: Tile {
        guard let correlation = results.correlation["accuracy_mcq"]?.pearson else {
            return Tile(
                name: "Popularity and accuracy", figure: NumberFormat.undefined,
                sentence: "The correlation of multiple-choice accuracy with views is undefined"
                    + (results.correlation["accuracy_mcq"]?.undefined.map { ": \($0)." } ?? "."))
        }
        let meaning =
            if correlation.interval.map({ $0.low > 0 }) ?? false {
                "Concepts with more views are answered better"
            } else if correlation.interval.map({ $0.high < 0 }) ?? false {
                "Concepts with more views are answered worse"
            } else {
                "No clear relation between views and accuracy"
            }
        return Tile(
            name: "Popularity and accuracy", figure: "r = \(format.fixed(correlation.value, 2))",
            sentence: "\(meaning): Pearson correlation of a concept’s multiple-choice accuracy with log views"
                + parenthesis(correlation.interval, decimals: 2)
                + ", p = \(format.probability(correlation.p)), n = \(format.count(correlation.n)).")
    }

    private var specialization: Tile {
        guard let peak = Cautions.peak(of: results) else {
            return Tile(
                name: "Specialization", figure: "PSS \(NumberFormat.undefined)",
                sentence: results.original == 0
                    ? "PSS is relative to the original accuracy, which is 0."
                    : "No concept has been measured with masks yet.")
        }
        var sentence = "at mask ratio \(NumberFormat.ratio(peak.ratio))"
        if results.ratios.count > 1 { sentence += ", the largest over \(results.ratios.count) ratios" }
        sentence += parenthesis(peak.intervals["pss"], decimals: 2)
        if let signed = peak.pssSigned, signed < 0 { sentence += "; the signed value is negative" }
        sentence += ". Without masks: \(format.fixed(results.unmasked.pss, 2)). "
        if let null = NullNames.first(results).first(where: { $0.ratio == peak.ratio }) {
            sentence +=
                "Random masks of the same size give \(format.fixed(null.pssSigned, 2))"
                + parenthesis(null.intervals["pss_signed"], decimals: 2)
                + " on \(format.counted(null.concepts, "concept")), located ones there "
                + "\(format.fixed(null.located.pssSigned, 2))"
                + parenthesis(null.located.intervals["pss_signed"], decimals: 2)
                + ", both with sign."
        } else {
            sentence += "No random masks were measured."
        }
        return Tile(name: "Specialization", figure: "PSS \(format.fixed(peak.pss, 2))", sentence: sentence)
    }

    private func parenthesis(percent interval: FigureInterval?) -> String {
        guard let interval else { return "" }
        return " (95 % interval \(format.percent(interval.low)) to \(format.percent(interval.high)) %)"
    }

    private func parenthesis(_ interval: FigureInterval?, decimals: Int) -> String {
        parenthesis(interval?.ends, decimals: decimals)
    }

    private func parenthesis(_ interval: Interval?, decimals: Int) -> String {
        guard let interval else { return "" }
        return " (\(format.fixed(interval.low, decimals)) to \(format.fixed(interval.high, decimals)))"
    }
}
