import Scores
import Statistics

/// Accuracy of the unmasked model by tier: lying bars with intervals, one per format.
enum TierAccuracyChart {
    private static let left = 110.0
    private static let right = PlotFrame.width - 44
    private static let barHeight = 13.0

    static func chart(_ results: EvaluationResults) -> Chart {
        let asksGeneration = results.settings.formats.contains(.generation)
        let format = NumberFormat.typographic
        var svg = SVG()
        let x = Scale(0...1, left, right)
        let rowHeight = (asksGeneration ? 2 : 1) * barHeight + 16
        let top = 20.0
        let rows = rows(results)
        let bottom = top + Double(rows.count) * rowHeight + 2

        for share in stride(from: 0.0, through: 1, by: 0.25) {
            svg.line(x(share), top - 2, x(share), bottom, "grid")
            svg.text(x(share), bottom + 16, format.percent(share, 0), .middle)
        }
        svg.line(left, top - 2, left, bottom, "axis")
        svg.line(x(Cautions.chance), top - 2, x(Cautions.chance), bottom, "chance")
        svg.text(x(Cautions.chance), top - 7, "guessing", .middle, "quiet")
        for (index, row) in rows.enumerated() {
            var y = top + Double(index) * rowHeight + 7
            svg.text(
                left - 8, y + (rowHeight - 16) / 2 + 4, row.name.terminalSafe.truncated(toWidth: 10), .end,
                row.isTotal ? "strong" : nil)
            for bar in row.bars {
                guard let value = bar.value, value.isFinite else {
                    y += barHeight
                    continue
                }
                svg.rectangle(x: left, y: y + 1, width: x(value) - left, height: barHeight - 2, bar.style)
                if let interval = bar.interval {
                    svg.whisker(horizontal: y + barHeight / 2, x(interval.low), x(interval.high), "whisker")
                }
                svg.text(PlotFrame.width - 2, y + barHeight / 2 + 4, format.percent(value), .end, "figure")
                y += barHeight
            }
        }
        let height = bottom + 42
        svg.text((left + right) / 2, height - 6, "Accuracy without masks, %", .middle, "title")

        var legend = [LegendEntry(key: .bar(style: "bar"), label: "multiple choice")]
        if asksGeneration { legend.append(LegendEntry(key: .bar(style: "bar open"), label: "open generation")) }
        let spoken = rows.map { row in
            "\(row.name) " + row.bars.map { "\($0.name) \(format.percent($0.value)) %" }.joined(separator: ", ")
        }
        return Chart(
            title: "Accuracy by tier of popularity",
            caption:
                "Bars are shares of right answers, lines their 95 % intervals. The most popular tier stands first.",
            legend: legend,
            svg: svg.element(
                width: PlotFrame.width, height: height, title: "Accuracy by tier of popularity",
                description: "Bar chart of accuracy by tier. \(spoken.joined(separator: "; "))."),
            numbers: FigureNumbers(
                file: "accuracy_by_tier",
                columns: ["tier", "format", "accuracy"] + FigureNumbers.intervalColumns,
                rows: rows.flatMap { row in
                    row.bars.map {
                        [row.name, $0.name, FigureNumbers.cell($0.value)] + FigureNumbers.cells($0.interval)
                    }
                }))
    }

    private struct Bar {
        var name: String
        var value: Double?
        var interval: FigureInterval?
        var style: String
    }

    private static func rows(_ results: EvaluationResults) -> [(name: String, isTotal: Bool, bars: [Bar])] {
        func bars(
            _ mcq: Double?, _ mcqInterval: FigureInterval?, _ generation: Double?, _ generationInterval: FigureInterval?
        )
            -> [Bar]
        {
            let first = Bar(name: "multiple choice", value: mcq, interval: mcqInterval, style: "bar")
            guard results.settings.formats.contains(.generation) else { return [first] }
            return [first, Bar(name: "generation", value: generation, interval: generationInterval, style: "bar open")]
        }
        let total = bars(
            results.original, results.originalInterval, results.generationAccuracy, results.generationInterval)
        return [("all", true, total)]
            + results.buckets.compactMap { tier in
                results.accuracyByBucket[tier].map { row in
                    (tier, false, bars(row.mcq, row.mcqInterval, row.generation, row.generationInterval))
                }
            }
    }
}
