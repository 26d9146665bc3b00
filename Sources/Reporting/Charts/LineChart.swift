import Scores
import Statistics

/// Lines of figures over an axis, with bands or whiskers.
struct LineChart {
    /// One drawn line.
    struct Series {
        struct Point {
            var x: Double
            /// What the x axis says at this place, for tooltips and spoken descriptions.
            var place: String
            /// What the exported file says.
            var cell: String
            var value: Double
            var interval: FigureInterval?
        }

        var label: String
        var style: String
        var shape: MarkShape
        var points: [Point]

        /// A series of the rows in which a figure is defined.
        init(
            _ label: String, _ style: String, _ shape: MarkShape,
            _ rows: [(x: Double, place: String, cell: String, value: Double?, interval: FigureInterval?)]
        ) {
            self.label = label
            self.style = style
            self.shape = shape
            points = rows.compactMap { row in
                row.value.flatMap { value in
                    value.isFinite
                        ? Point(x: row.x, place: row.place, cell: row.cell, value: value, interval: row.interval) : nil
                }
            }
        }

        /// A series over mask ratios.
        init(
            _ label: String, _ style: String, _ shape: MarkShape,
            _ rows: [(ratio: Double, value: Double?, interval: FigureInterval?)]
        ) {
            self.init(
                label, style, shape,
                rows.map { row in
                    let ratio = NumberFormat.ratio(row.ratio)
                    return (row.ratio, ratio, ratio, row.value, row.interval)
                })
        }

        fileprivate var extent: [Double] {
            points.flatMap { [$0.value, $0.interval?.low ?? $0.value, $0.interval?.high ?? $0.value] }
        }
    }

    /// The horizontal axis.
    struct Axis {
        var title: String
        /// How a place is called in tooltips: "k = 0.3".
        var name: String
        /// The column of the exported file.
        var column: String
        var domain: ClosedRange<Double>
        var ticks: [Tick]

        /// Mask ratios, from the unmasked model at 0.
        static func ratios(_ series: [Series]) -> Axis {
            let ratios = Set([0] + series.flatMap { $0.points.map(\.x) }).sorted()
            let highest = ratios.last ?? 1
            return Axis(
                title: "Mask ratio k", name: "k = ", column: "ratio", domain: 0...(highest > 0 ? highest : 1),
                ticks: ratios.map { Tick(value: $0, label: NumberFormat.ratio($0)) })
        }
    }

    var title: String
    /// The name of the exported file.
    var file: String
    var caption: String
    var axis: Axis
    var yTitle: String
    /// Whether values are shares, shown in percent from 0 to 100.
    var percent = false
    /// Whether the level of guessing is drawn.
    var chance = false
    /// Series with bands around them.
    var bands: [Series] = []
    /// Series with whiskers, side by side.
    var dots: [Series] = []

    private var format: NumberFormat { .typographic }

    /// The chart; nil without any point.
    func chart() -> Chart? {
        let all = bands + dots
        guard all.contains(where: { !$0.points.isEmpty }) else { return nil }
        let (yDomain, yTicks) =
            percent ? (0...1, [0, 0.25, 0.5, 0.75, 1]) : Ticks.nice(all.flatMap(\.extent) + [0])
        let decimals = Ticks.decimals(yTicks)
        var frame = PlotFrame(
            xDomain: axis.domain, xTicks: axis.ticks, xTitle: axis.title, yDomain: yDomain,
            yTicks: yTicks.map { Tick(value: $0, label: percent ? format.percent($0, 0) : format.fixed($0, decimals)) },
            yTitle: yTitle)
        if chance { frame.level(Cautions.chance, "chance") }
        if !percent { frame.level(0, "zero") }
        frame.draw { svg, x, y in
            for series in bands {
                svg.band(
                    series.points.compactMap { point in point.interval.map { (x(point.x), y($0.low), y($0.high)) } },
                    "band \(series.style)")
            }
            for (index, series) in dots.enumerated() {
                // Series of dots stand side by side, so that their intervals can be told apart.
                let shift = (Double(index) - Double(dots.count - 1) / 2) * 6
                for point in series.points {
                    guard let interval = point.interval else { continue }
                    svg.whisker(
                        vertical: x(point.x) + shift, y(interval.low), y(interval.high), "bounds \(series.style)")
                }
                svg.polyline(series.points.map { (x($0.x) + shift, y($0.value)) }, "join \(series.style)")
                marks(of: series, shift, &svg, x, y)
            }
            for series in bands {
                svg.polyline(series.points.map { (x($0.x), y($0.value)) }, "curve \(series.style)")
                marks(of: series, 0, &svg, x, y)
            }
        }
        let spoken = all.map { series in
            series.label + " " + series.points.map { "\(figure($0)) at \($0.place)" }.joined(separator: ", ")
        }
        return Chart(
            title: title, caption: caption,
            legend: (bands.reversed() + dots).map {
                LegendEntry(key: .mark($0.shape, style: "solid \($0.style)"), label: $0.label)
            } + (chance ? [.guessing] : []),
            svg: frame.element(
                title: title,
                description: "Line chart over \(axis.title.lowercased()). \(spoken.joined(separator: "; "))."),
            numbers: numbers(all))
    }

    private func marks(of series: Series, _ shift: Double, _ svg: inout SVG, _ x: Scale, _ y: Scale) {
        for point in series.points {
            let bounds = percent ? format.percentInterval(point.interval) : format.interval(point.interval, 3)
            svg.mark(
                series.shape, x(point.x) + shift, y(point.value), radius: 3.6, "solid \(series.style)",
                tooltip: "\(series.label), \(axis.name)\(point.place): \(figure(point)) \(bounds)")
        }
    }

    private func figure(_ point: Series.Point) -> String {
        percent ? "\(format.percent(point.value)) %" : format.fixed(point.value, 3)
    }

    private func numbers(_ all: [Series]) -> FigureNumbers {
        FigureNumbers(
            file: file, columns: ["series", axis.column, "value"] + FigureNumbers.intervalColumns,
            rows: all.flatMap { series in
                series.points.map { point in
                    [series.label, point.cell, point.value.description] + FigureNumbers.cells(point.interval)
                }
            })
    }
}
