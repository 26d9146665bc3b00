import Scores
import Statistics

/// Charts over the mask ratio, from the unmasked model at k = 0 up.
struct RatioCharts {
    private let results: EvaluationResults
    private let format = NumberFormat.typographic

    init(_ results: EvaluationResults) {
        self.results = results
    }

    /// One drawn line of figures over the ratios.
    private struct Series {
        struct Point {
            var ratio: Double
            var value: Double
            var interval: Interval?
        }

        var label: String
        var style: String
        var shape: MarkShape
        var points: [Point]

        /// A series of the rows in which a figure is defined.
        init(
            _ label: String, _ style: String, _ shape: MarkShape,
            _ rows: [(ratio: Double, value: Double?, interval: Interval?)]
        ) {
            self.label = label
            self.style = style
            self.shape = shape
            points = rows.compactMap { row in
                row.value.flatMap { $0.isFinite ? Point(ratio: row.ratio, value: $0, interval: row.interval) : nil }
            }
        }

        var extent: [Double] {
            points.flatMap { [$0.value, $0.interval?.low ?? $0.value, $0.interval?.high ?? $0.value] }
        }
    }

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
        return chart(
            "The two scores under masks",
            caption:
                "Multiple-choice accuracy of the masked model, 95 % bands; k = 0: the unmasked model on the same sets.",
            bands: drawn, yTitle: "Accuracy, %", percent: true, chance: true)
    }

    /// PSS, signed, with its random-mask null.
    func specialization() -> Chart? {
        let located = Series(
            "located masks", "specific", .circle,
            ([results.unmasked] + results.pss).map { ($0.ratio, $0.pssSigned, $0.intervals["pss_signed"]) })
        let nullConcepts = results.nulls.map(\.concepts).max() ?? 0
        var dotted: [Series] = []
        if nullConcepts < results.perConcept.count, nullConcepts > 0 {
            dotted.append(
                Series(
                    "located masks, on the \(format.counted(nullConcepts, "concept")) of the null", "specific hollow",
                    .circle,
                    randomNulls.map { ($0.ratio, $0.located.pssSigned, $0.located.intervals["pss_signed"]) }))
        }
        if nullConcepts > 0 {
            dotted.append(
                Series(
                    "random masks (null)", "null", .diamond,
                    randomNulls.map { ($0.ratio, $0.pssSigned, $0.intervals["pss_signed"]) }))
        }
        return chart(
            "Parameter Specialization Score",
            caption:
                "PSS with its sign, (General − Specific) / Original, with 95 % band and lines. Specialization is "
                + "what the located masks have above k = 0 and above the random masks. \(peakSentence)",
            bands: [located], dots: dotted, yTitle: "PSS, signed")
    }

    /// Mean selective drop of each tier.
    func selectiveDrop() -> Chart? {
        var drawn = results.buckets.enumerated().map { index, tier in
            Series(
                tier, TierStyle.colour(index), TierStyle.shape(index),
                (results.pssByBucket[tier] ?? []).map { ($0.ratio, $0.selectiveDrop, $0.intervals["selective_drop"]) })
        }
        drawn.append(
            Series(
                "random masks (null), all tiers", "null", .diamond,
                randomNulls.map { ($0.ratio, $0.selectiveDrop, $0.intervals["selective_drop"]) }))
        return chart(
            "Selective drop by tier",
            caption:
                "What the masks take from the concepts' own questions beyond what they take from the controls, "
                + "relative to the original accuracy; 95 % intervals. 0 at k = 0 by definition.",
            bands: [], dots: drawn.filter { !$0.points.isEmpty }, yTitle: "Mean selective drop")
    }

    private typealias Row = EvaluationResults.RatioScores

    private var randomNulls: [EvaluationResults.NullScores] { results.nulls.filter { $0.kind == "random" } }

    private var peakSentence: String {
        guard let peak = results.curve.peak, let ratio = results.curve.peakRatio else { return "" }
        let mean = format.fixed(results.curve.mean, 3)
        return
            "Largest PSS: \(format.fixed(peak, 3)) at k = \(NumberFormat.ratio(ratio)); mean over the ratios \(mean)."
    }

    private func chart(
        _ title: String, caption: String, bands: [Series], dots: [Series] = [], yTitle: String, percent: Bool = false,
        chance: Bool = false
    ) -> Chart? {
        let all = bands + dots
        guard all.contains(where: { !$0.points.isEmpty }) else { return nil }
        let ratios = Set([0] + all.flatMap { $0.points.map(\.ratio) }).sorted()
        let (yDomain, yTicks) =
            percent ? (0...1, [0, 0.25, 0.5, 0.75, 1]) : Ticks.nice(all.flatMap(\.extent) + [0])
        let decimals = Ticks.decimals(yTicks)
        let highest = ratios.last ?? 1
        var frame = PlotFrame(
            xDomain: 0...(highest > 0 ? highest : 1),
            xTicks: ratios.map { Tick(value: $0, label: NumberFormat.ratio($0)) }, xTitle: "Mask ratio k",
            yDomain: yDomain,
            yTicks: yTicks.map { Tick(value: $0, label: percent ? format.percent($0, 0) : format.fixed($0, decimals)) },
            yTitle: yTitle)
        if chance { frame.level(Cautions.chance, "chance") }
        if !percent { frame.level(0, "zero") }
        frame.draw { svg, x, y in
            for series in bands {
                svg.band(
                    series.points.compactMap { point in
                        point.interval.map { (x(point.ratio), y($0.low), y($0.high)) }
                    }, "band \(series.style)")
            }
            for (index, series) in dots.enumerated() {
                // Series of dots stand side by side, so that their intervals can be told apart.
                let shift = (Double(index) - Double(dots.count - 1) / 2) * 6
                for point in series.points {
                    guard let interval = point.interval else { continue }
                    svg.whisker(
                        vertical: x(point.ratio) + shift, y(interval.low), y(interval.high), "bounds \(series.style)")
                }
                svg.polyline(series.points.map { (x($0.ratio) + shift, y($0.value)) }, "join \(series.style)")
                for point in series.points {
                    svg.mark(
                        series.shape, x(point.ratio) + shift, y(point.value), radius: 3.6, "solid \(series.style)",
                        tooltip: tooltip(series, point, percent))
                }
            }
            for series in bands {
                svg.polyline(series.points.map { (x($0.ratio), y($0.value)) }, "curve \(series.style)")
                for point in series.points {
                    svg.mark(
                        series.shape, x(point.ratio), y(point.value), radius: 3.6, "solid \(series.style)",
                        tooltip: tooltip(series, point, percent))
                }
            }
        }
        let spoken = all.map { series in
            series.label + " "
                + series.points.map { "\(figure($0, percent)) at \(NumberFormat.ratio($0.ratio))" }.joined(
                    separator: ", ")
        }
        return Chart(
            title: title, caption: caption,
            legend: (bands.reversed() + dots).map {
                LegendEntry(key: .mark($0.shape, style: "solid \($0.style)"), label: $0.label)
            } + (chance ? [.guessing] : []),
            svg: frame.element(label: "Line chart over the mask ratio: \(title). \(spoken.joined(separator: "; "))."))
    }

    private func tooltip(_ series: Series, _ point: Series.Point, _ percent: Bool) -> String {
        let bounds = percent ? format.percentInterval(point.interval) : format.interval(point.interval, 3)
        return "\(series.label), k = \(NumberFormat.ratio(point.ratio)): \(figure(point, percent)) \(bounds)"
    }

    private func figure(_ point: Series.Point, _ percent: Bool) -> String {
        percent ? "\(format.percent(point.value)) %" : format.fixed(point.value, 3)
    }
}
