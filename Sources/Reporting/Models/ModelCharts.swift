import Foundation
import Scores
import Statistics

/// The pictures that several runs make together.
struct ModelCharts {
    let group: ModelGroup

    private let format = NumberFormat.typographic

    init(_ group: ModelGroup) {
        self.group = group
    }

    /// Those whose data is there.
    var all: [Chart] {
        let checkpoints = group.series.count == 1 && group.models.count < 2
        let overModels = AccuracyScoreChart(group, checkpoints ? group.members : group.distinctModels)?.chart()
        return ([overModels] + gaps + group.series.flatMap { training($0.name, $0.members) } + [popularity])
            .compactMap { $0 }
    }

    // MARK: - The gap over the ratios

    /// Lines that can be told apart in one picture.
    private static let lines = 6

    private var gaps: [Chart?] {
        let families = group.families.map { (title: "the family \($0.name)", members: $0.members) }
        let series = group.series.map { (title: "the training of \($0.name)", members: $0.members) }
        // Models that are no family are compared all the same.
        let rest = families.isEmpty && series.isEmpty ? [(title: "these models", members: group.models)] : []
        return (families + series + rest).map { title, members in
            let shown = Self.spread(members, Self.lines)
            let lines = shown.enumerated().map { index, member in
                LineChart.Series(
                    member.shortName, TierStyle.colour(index), TierStyle.shape(index),
                    ([member.results.unmasked] + member.results.pss).map {
                        ($0.ratio, $0.pssSigned, $0.intervals["pss_signed"])
                    })
            }
            let part = shown.count < members.count ? " Shown are \(shown.count) of \(members.count) runs." : ""
            return LineChart(
                title: "Score gap over the ratios: \(title)", file: "gap_over_ratios",
                caption: "PSS with its sign, (General − Specific) / Original, with 95 % intervals over concepts."
                    + part,
                axis: .ratios(lines), yTitle: "PSS, signed", dots: lines
            ).chart()
        }
    }

    /// At most `count` elements from the first to the last, evenly spaced.
    static func spread<Element>(_ elements: [Element], _ count: Int) -> [Element] {
        guard elements.count > count, count > 1 else { return elements }
        return (0..<count).map { elements[($0 * (elements.count - 1) + (count - 1) / 2) / (count - 1)] }
    }

    // MARK: - Training

    private func training(_ name: String, _ members: [ModelGroup.Member]) -> [Chart?] {
        let steps = members.map { Double($0.label.step ?? 0) }
        let axis = Self.stepAxis(steps)
        func series(
            _ label: String, _ style: String, _ shape: MarkShape,
            _ figure: (EvaluationResults) -> (value: Double?, interval: FigureInterval?)
        ) -> LineChart.Series {
            LineChart.Series(
                label, style, shape,
                members.map { member in
                    let step = member.label.step ?? 0
                    let shown = figure(member.results)
                    return (axis.place(Double(step)), format.count(step), String(step), shown.value, shown.interval)
                })
        }
        let choice = series("multiple choice", "t0", .circle) { ($0.original, $0.originalInterval) }
        let open = series("open generation", "t2", .square) { ($0.generationAccuracy, $0.generationInterval) }
        let accuracy = LineChart(
            title: "Accuracy over the training of \(name)", file: "accuracy_over_training",
            caption: "Share of right answers without masks at each checkpoint, with 95 % intervals over concepts.",
            axis: axis.axis, yTitle: "Accuracy, %", percent: true, chance: true,
            dots: [choice, open].filter { !$0.points.isEmpty })
        guard let ratio = group.ratio else { return [accuracy.chart()] }
        let located = series("located masks", "specific", .circle) { results in
            let row = results.pss.first { $0.ratio == ratio }
            return (row?.pssSigned, row?.intervals["pss_signed"])
        }
        let unmasked = series("no mask", "general", .square) {
            ($0.unmasked.pssSigned, $0.unmasked.intervals["pss_signed"])
        }
        let null = series("random masks (null)", "null", .diamond) { results in
            let row = results.nulls.first { $0.ratio == ratio && $0.kind == "random" }
            return (row?.pssSigned, row?.intervals["pss_signed"])
        }
        let pss = LineChart(
            title: "PSS over the training of \(name)", file: "pss_over_training",
            caption:
                "PSS with its sign at k = \(NumberFormat.ratio(ratio)), the middle ratio, with 95 % intervals over "
                + "concepts. Specialization is what the located masks have above no mask and above the null.",
            axis: axis.axis, yTitle: "PSS, signed", dots: [located, unmasked, null].filter { !$0.points.isEmpty })
        return [accuracy.chart(), pss.chart()]
    }

    /// Steps on a linear axis, or by their logarithm where the last is far beyond the first.
    private static func stepAxis(_ steps: [Double]) -> (axis: LineChart.Axis, place: (Double) -> Double) {
        let low = steps.min() ?? 0
        let high = steps.max() ?? 1
        let smallest = steps.filter { $0 > 0 }.min() ?? 1
        guard high >= 100 * smallest else {
            let (domain, ticks) = Ticks.nice([low, high])
            return (
                LineChart.Axis(
                    title: "Training step", name: "step ", column: "step", domain: domain,
                    ticks: ticks.map { Tick(value: $0, label: NumberFormat.compact($0)) }), { $0 }
            )
        }
        let domain = log10OnePlus(low)...log10OnePlus(high)
        return (
            LineChart.Axis(
                title: "Training step, log scale", name: "step ", column: "step", domain: domain,
                ticks: Ticks.popularity(domain)), { log10OnePlus($0) }
        )
    }

    // MARK: - Popularity

    /// Correlations with popularity, run by run: lying whiskers.
    private var popularity: Chart? {
        let outcomes = [
            (key: "accuracy_mcq", label: "accuracy, multiple choice", style: "t0", shape: MarkShape.circle),
            ("accuracy_generation", "accuracy, open generation", "t2", .square),
            ("selective_drop", "selective drop, mean over ratios", "specific", .diamond),
        ].filter { outcome in
            group.members.contains { $0.results.correlation[outcome.key]?.pearson != nil }
        }
        guard !outcomes.isEmpty else { return nil }
        let left = 132.0
        let x = Scale(-1...1, left, PlotFrame.width - 10)
        let rowHeight = Double(outcomes.count) * 11 + 12
        let top = 8.0
        let bottom = top + Double(group.members.count) * rowHeight
        var svg = SVG()
        for value in [-1, -0.5, 0, 0.5, 1] {
            svg.line(x(value), top, x(value), bottom, value == 0 ? "zero" : "grid")
            svg.text(x(value), bottom + 16, format.fixed(value, 1), value == 1 ? .end : .middle)
        }
        var rows: [[String]] = []
        var spoken: [String] = []
        for (index, member) in group.members.enumerated() {
            let start = top + Double(index) * rowHeight
            svg.text(
                left - 12, start + rowHeight / 2 + 4, member.shortName.terminalSafe.truncated(toWidth: 15), .end,
                "figure")
            for (place, outcome) in outcomes.enumerated() {
                guard let r = member.results.correlation[outcome.key]?.pearson else { continue }
                let y = start + 11.5 + Double(place) * 11
                if let interval = r.interval {
                    svg.whisker(horizontal: y, x(interval.low), x(interval.high), "bounds \(outcome.style)")
                }
                let bounds = format.interval(r.interval, 2)
                svg.mark(
                    outcome.shape, x(r.value), y, radius: 3.6, "solid \(outcome.style)",
                    tooltip:
                        "\(HTMLText.isolated(member.name)), \(outcome.label): r = \(format.fixed(r.value, 2)) \(bounds)"
                )
                spoken.append("\(HTMLText.isolated(member.name)) \(outcome.label) \(format.fixed(r.value, 2))")
                rows.append(
                    [
                        member.name, outcome.key, r.value.description, FigureNumbers.cell(r.low),
                        FigureNumbers.cell(r.high),
                        r.method?.name ?? "", r.p.description, String(r.n),
                    ])
            }
        }
        let height = bottom + 42
        svg.text((left + PlotFrame.width) / 2, height - 6, "Pearson’s r with log10(1 + views)", .middle, "title")
        let title = "Popularity with accuracy and specialization, run by run"
        return Chart(
            title: title,
            caption:
                "Correlation over concepts with its 95 % interval; right of 0, more popular concepts have the larger figure.",
            legend: outcomes.map {
                LegendEntry(key: .mark($0.shape, style: "solid \($0.style)"), label: $0.label)
            },
            svg: svg.element(
                width: PlotFrame.width, height: height, title: title,
                description: "Correlations by run. \(spoken.joined(separator: "; "))."),
            numbers: FigureNumbers(
                file: "popularity_by_run",
                columns: ["run", "outcome", "pearson", "low", "high", "interval_method", "p", "n"], rows: rows))
    }
}
