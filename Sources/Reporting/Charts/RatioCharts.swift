import Scores
import Statistics

/// Charts over the mask ratio, from the unmasked model at k = 0 up.
struct RatioCharts {
    private let results: EvaluationResults
    private let format = NumberFormat.typographic

    init(_ results: EvaluationResults) {
        self.results = results
    }

    private typealias Series = LineChart.Series

    /// Specific and General accuracy.
    func accuracies() -> Chart? {
        let rows = [results.unmasked] + results.pss
        func series(_ label: String, _ style: String, _ shape: MarkShape, _ name: String, _ value: (Row) -> Double?)
            -> Series
        {
            Series(label, style, shape, rows.map { ($0.ratio, value($0), $0.intervals[name]) })
        }
        let drawn = [
            series("General: the evaluation controls", "general", .square, "general") { $0.general },
            series("Specific: the concepts' own questions", "specific", .circle, "specific") { $0.specific },
        ]
        return LineChart(
            title: "The two scores under masks", file: "scores_by_ratio",
            caption:
                "Multiple-choice accuracy of the masked model, 95 % bands; k = 0: the unmasked model on the same sets."
                + fallSentence,
            axis: .ratios(drawn), yTitle: "Accuracy, %", percent: true, chance: true, bands: drawn
        ).chart()
    }

    /// PSS, signed, with its random-mask null.
    func specialization() -> Chart? {
        let located = Series(
            "located masks", "specific", .circle,
            ([results.unmasked] + results.pss).map { ($0.ratio, $0.pssSigned, $0.intervals["pss_signed"]) })
        let nulls = NullNames.first(results)
        let nullConcepts = nulls.map(\.concepts).max() ?? 0
        var dotted: [Series] = []
        if nullConcepts < results.perConcept.count, nullConcepts > 0 {
            dotted.append(
                Series(
                    "located masks, on the \(format.counted(nullConcepts, "concept")) of the null", "specific hollow",
                    .circle, nulls.map { ($0.ratio, $0.located.pssSigned, $0.located.intervals["pss_signed"]) }))
        }
        for (index, kind) in NullNames.kinds(results).enumerated() {
            dotted.append(
                Series(
                    "\(NullNames.name(kind)) (null)", "null", NullNames.shape(index),
                    results.nulls.filter { $0.kind == kind }.map {
                        ($0.ratio, $0.pssSigned, $0.intervals["pss_signed"])
                    }))
        }
        return LineChart(
            title: "Parameter Specialization Score", file: "pss_by_ratio",
            caption:
                "PSS with its sign, (General − Specific) / Original, with 95 % band and lines. Specialization is "
                + "what the located masks have above k = 0 and above the nulls. \(peakSentence)",
            axis: .ratios([located] + dotted), yTitle: "PSS, signed", bands: [located], dots: dotted
        ).chart()
    }

    /// Mean selective drop of each tier.
    func selectiveDrop() -> Chart? {
        var drawn = results.buckets.enumerated().map { index, tier in
            Series(
                tier, TierStyle.colour(index), TierStyle.shape(index),
                (results.pssByBucket[tier] ?? []).map { ($0.ratio, $0.selectiveDrop, $0.intervals["selective_drop"]) })
        }
        if let kind = NullNames.kinds(results).first {
            drawn.append(
                Series(
                    "\(NullNames.name(kind)) (null), all tiers", "null", .diamond,
                    NullNames.first(results).map { ($0.ratio, $0.selectiveDrop, $0.intervals["selective_drop"]) }))
        }
        drawn.removeAll { $0.points.isEmpty }
        return LineChart(
            title: "Selective drop by tier", file: "selective_drop_by_tier",
            caption:
                "What the masks take from the concepts' own questions beyond what they take from the controls, "
                + "relative to the original accuracy; 95 % intervals. 0 at k = 0 by definition.",
            axis: .ratios(drawn), yTitle: "Mean selective drop", dots: drawn
        ).chart()
    }

    private typealias Row = EvaluationResults.RatioScores

    /// Where half of each score's loss has come about: knowledge that takes large masks is held redundantly.
    private var fallSentence: String {
        let redundancy = results.comparisons.redundancy
        let ratios = [redundancy.halfDropRatio, redundancy.controlHalfDropRatio]
        guard ratios.contains(where: { $0 != nil }) else { return "" }
        let shown = ratios.map { $0.map { "k = \(format.fixed($0, 2))" } ?? "no loss" }
        return
            " Half of the largest loss has come about at \(shown[0]) for Specific, \(shown[1]) for General: the later, the "
            + "more redundantly it is held."
    }

    private var peakSentence: String {
        guard let peak = results.curve.peak, let ratio = results.curve.peakRatio else { return "" }
        let mean = format.fixed(results.curve.mean, 3)
        return
            "Largest PSS: \(format.fixed(peak, 3)) at k = \(NumberFormat.ratio(ratio)); mean over the ratios \(mean)."
    }
}
