import Statistics

/// A finished chart: the picture with what stands around it on the page.
struct Chart {
    /// What the chart shows, as a heading.
    var title: String
    /// A sentence or two on how to read it.
    var caption: String
    /// The series, where there are several.
    var legend: [LegendEntry]
    /// The SVG element.
    var svg: String
    /// What it is drawn from.
    var numbers: FigureNumbers
}

/// A series in a chart's legend.
struct LegendEntry {
    /// How the series is drawn.
    enum Key {
        case mark(MarkShape, style: String)
        case line(style: String)
        case bar(style: String)
    }

    var key: Key
    var label: String

    /// The dotted line at the accuracy of guessing.
    static let guessing = LegendEntry(key: .line(style: "chance"), label: "guessing, 25 %")
}

/// The frame that charts with two axes share: axes, grid, ticks and titles around a plot area.
struct PlotFrame {
    /// Size of all pictures, in the units of their text: 12 units high text is read on a telephone without zooming.
    static let width = 440.0
    static let height = 300.0

    let x: Scale
    let y: Scale
    private(set) var svg = SVG()

    private static let left = 50.0
    private static let right = width - 14
    private static let bottom = height - 46

    /// Draws the frame.
    ///
    /// - Parameters:
    ///   - note: stands above the plot on the right, the place of a coefficient.
    init(
        xDomain: ClosedRange<Double>, xTicks: [Tick], xTitle: String, yDomain: ClosedRange<Double>, yTicks: [Tick],
        yTitle: String, note: String? = nil
    ) {
        x = Scale(xDomain, Self.left + 8, Self.right - 8)
        y = Scale(yDomain, Self.bottom - 6, note == nil ? 30 : 48)
        for tick in yTicks {
            let height = y(tick.value)
            svg.line(Self.left, height, Self.right, height, "grid")
            svg.text(Self.left - 7, height + 4, tick.label, .end)
        }
        svg.line(Self.left, Self.bottom, Self.right, Self.bottom, "axis")
        for tick in Ticks.spaced(xTicks, x, minimum: 30) {
            svg.line(x(tick.value), Self.bottom, x(tick.value), Self.bottom + 4, "axis")
            svg.text(x(tick.value), Self.bottom + 18, tick.label, .middle)
        }
        svg.text((Self.left + Self.right) / 2, Self.height - 6, xTitle, .middle, "title")
        svg.text(2, 13, yTitle, .start, "title")
        if let note { svg.text(Self.right, 32, note, .end, "note") }
    }

    /// A line over the whole width.
    mutating func level(_ value: Double, _ style: String) {
        guard y.domain.contains(value) else { return }
        svg.line(Self.left, y(value), Self.right, y(value), style)
    }

    /// A fitted line with the band of its mean, from one place to another, cut off where it leaves the plot.
    mutating func trend(_ fit: LinearFit, from start: Double, to end: Double) {
        let places = (0...24).map { start + (end - start) * Double($0) / 24 }
        let band = places.compactMap { place in
            fit.meanInterval(at: place).map { (x: x(place), low: y($0.low), high: y($0.high)) }
        }
        svg.band(band, "band trend-band")
        var ends = (start, end)
        if fit.slope != 0 {
            let levels = [y.domain.lowerBound, y.domain.upperBound]
            let crossings = levels.map { fit.centre.x + ($0 - fit.centre.y) / fit.slope }.sorted()
            ends = (max(start, crossings[0]), min(end, crossings[1]))
        }
        guard ends.0 < ends.1 else { return }
        svg.line(x(ends.0), y(fit.value(at: ends.0)), x(ends.1), y(fit.value(at: ends.1)), "trend")
    }

    /// Draws in the plot's coordinates.
    mutating func draw(_ body: (_ svg: inout SVG, _ x: Scale, _ y: Scale) -> Void) {
        body(&svg, x, y)
    }

    /// The picture.
    func element(title: String, description: String) -> String {
        svg.element(width: Self.width, height: Self.height, title: title, description: description)
    }
}

/// How tiers look, by their place from the most popular down.
enum TierStyle {
    /// Number of colours in the style sheet.
    static let colours = 6

    /// The class of a tier's colour: "t0" to "t5".
    static func colour(_ index: Int) -> String { "t\(index % colours)" }

    /// The shape of a tier's marks; the seventh tier on shares shapes with the first ones.
    static func shape(_ index: Int) -> MarkShape { MarkShape.allCases[index % MarkShape.allCases.count] }

    /// Legend entries for all tiers.
    static func legend(_ tiers: [String]) -> [LegendEntry] {
        tiers.enumerated().map { index, tier in
            LegendEntry(key: .mark(shape(index), style: "mark \(colour(index))"), label: tier)
        }
    }
}
