import Scores
import Statistics

/// Accuracy against PSS over models: a mark with two whiskers for each, a fitted line with its band.
struct AccuracyScoreChart {
    private struct Point {
        var member: ModelGroup.Member
        var x: Double
        var y: Double
        var xInterval: FigureInterval?
        var yInterval: FigureInterval?
        var family: Int
    }

    private let points: [Point]
    private let families: [String]
    private let ratio: Double
    private let seed: UInt64
    private let format = NumberFormat.typographic

    /// The chart of a group; `members` are one run per model.
    init?(_ group: ModelGroup, _ members: [ModelGroup.Member]) {
        guard let ratio = group.ratio, members.count > 1 else { return nil }
        var families: [String] = []
        points = members.compactMap { member in
            guard let row = member.results.pss.first(where: { $0.ratio == ratio }), let y = row.pssSigned else {
                return nil
            }
            let name = member.label.series ?? member.label.family
            if !families.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { families.append(name) }
            let family = families.firstIndex { $0.utf8.elementsEqual(name.utf8) } ?? 0
            return Point(
                member: member, x: member.results.original, y: y, xInterval: member.results.originalInterval,
                yInterval: row.intervals["pss_signed"], family: family)
        }
        guard points.count > 1 else { return nil }
        self.families = families
        self.ratio = ratio
        seed = members[0].results.settings.seed
    }

    private static let title = "Accuracy and specialization over models"

    /// The chart.
    func chart() -> Chart {
        let xs = points.flatMap { [$0.x, $0.xInterval?.low ?? $0.x, $0.xInterval?.high ?? $0.x] }
        let ys = points.flatMap { [$0.y, $0.yInterval?.low ?? $0.y, $0.yInterval?.high ?? $0.y] }
        let (xDomain, xTicks) = Ticks.nice(xs)
        let (yDomain, yTicks) = Ticks.nice(ys + [0])
        let xDecimals = max(0, Ticks.decimals(xTicks) - 2)
        let yDecimals = Ticks.decimals(yTicks)
        var frame = PlotFrame(
            xDomain: xDomain, xTicks: xTicks.map { Tick(value: $0, label: format.percent($0, xDecimals)) },
            xTitle: "Multiple-choice accuracy without masks, %", yDomain: yDomain,
            yTicks: yTicks.map { Tick(value: $0, label: format.fixed($0, yDecimals)) },
            yTitle: "PSS with its sign, k = \(NumberFormat.ratio(ratio))", note: note)
        frame.level(0, "zero")
        let fit = fit
        if let fit, let first = points.map(\.x).min(), let last = points.map(\.x).max() {
            frame.trend(fit, from: first, to: last)
        }
        frame.draw { svg, x, y in
            for point in points {
                if let interval = point.xInterval {
                    svg.whisker(
                        horizontal: y(point.y), x(interval.low), x(interval.high),
                        "bounds \(TierStyle.colour(point.family))")
                }
                if let interval = point.yInterval {
                    svg.whisker(
                        vertical: x(point.x), y(interval.low), y(interval.high),
                        "bounds \(TierStyle.colour(point.family))")
                }
            }
            for point in points {
                svg.mark(
                    TierStyle.shape(point.family), x(point.x), y(point.y), radius: 4.5,
                    "solid \(TierStyle.colour(point.family))", tooltip: tooltip(point))
            }
            var labels = LabelPlacer(marks: points.map { (x($0.x), y($0.y)) })
            for point in points { labels.place(point.member.shortName, beside: (x(point.x), y(point.y)), in: &svg) }
        }
        let legend = families.enumerated().map { index, name in
            LegendEntry(key: .mark(TierStyle.shape(index), style: "solid \(TierStyle.colour(index))"), label: name)
        }
        let spoken = points.map { point in
            "\(HTMLText.isolated(point.member.name)) \(format.percent(point.x)) %, PSS \(format.fixed(point.y, 3))"
        }
        return Chart(
            title: Self.title,
            caption:
                "One mark per model with the 95 % intervals over concepts of both figures; PSS at the middle ratio. "
                + "With few models a correlation says little: p counts all orders of up to nine.",
            legend: legend.count > 1 ? legend : [],
            svg: frame.element(
                title: Self.title, description: "Scatter plot. \(spoken.joined(separator: "; ")). \(note)."),
            numbers: numbers(fit))
    }

    private var fit: LinearFit? { points.count > 2 ? try? LinearFit(points.map(\.x), points.map(\.y)) : nil }

    private var note: String {
        do throws(UndefinedFigure) {
            let x = points.map(\.x)
            let y = points.map(\.y)
            let r = try CorrelationEstimate(.pearson, x, y, seed: seed, "accuracy and pss")
            let rho = try CorrelationEstimate(.spearman, x, y, seed: seed, "accuracy and pss")
            return "r = \(format.fixed(r.value, 2)), p = \(format.probability(r.permutation.p)); "
                + "ρ = \(format.fixed(rho.value, 2)), p = \(format.probability(rho.permutation.p)); n = \(r.n)"
        } catch {
            return "r is undefined: \(error)"
        }
    }

    private func tooltip(_ point: Point) -> String {
        "\(HTMLText.isolated(point.member.name)): accuracy \(format.percent(point.x)) % "
            + "\(format.percentInterval(point.xInterval)), PSS \(format.fixed(point.y, 3)) "
            + format.interval(point.yInterval, 3)
    }

    private func numbers(_ fit: LinearFit?) -> FigureNumbers {
        FigureNumbers(
            file: "accuracy_against_pss",
            columns: [
                "run", "ratio", "accuracy_mcq", "accuracy_low", "accuracy_high", "pss_signed", "pss_low", "pss_high",
                "interval_method", "fit", "fit_low", "fit_high",
            ],
            rows: points.map { point in
                let band = fit?.meanInterval(at: point.x)
                return [
                    point.member.name, ratio.description, point.x.description,
                    FigureNumbers.cell(point.xInterval?.low), FigureNumbers.cell(point.xInterval?.high),
                    point.y.description,
                ] + FigureNumbers.cells(point.yInterval) + [
                    FigureNumbers.cell(fit?.value(at: point.x)), FigureNumbers.cell(band?.low),
                    FigureNumbers.cell(band?.high),
                ]
            })
    }
}

/// Sets names beside marks where they meet neither marks nor other names; where there is no room a name is left out, and
/// stands in the mark's tooltip alone.
struct LabelPlacer {
    private typealias Box = (left: Double, right: Double, top: Double, bottom: Double)
    private var taken: [Box]

    init(marks: [(x: Double, y: Double)]) {
        taken = marks.map { ($0.x - 6, $0.x + 6, $0.y - 6, $0.y + 6) }
    }

    /// Draws one name.
    mutating func place(_ name: String, beside mark: (x: Double, y: Double), in svg: inout SVG) {
        let text = name.terminalSafe.truncated(toWidth: 22)
        // Of the wider text of a small screen.
        let width = Double(text.displayWidth) * 8.2
        let places: [(x: Double, y: Double, anchor: SVG.Anchor)] = [
            (mark.x + 8, mark.y - 6, .start), (mark.x - 8, mark.y - 6, .end), (mark.x + 8, mark.y + 15, .start),
            (mark.x - 8, mark.y + 15, .end), (mark.x, mark.y - 12, .middle), (mark.x, mark.y + 22, .middle),
        ]
        for place in places {
            let left =
                switch place.anchor {
                case .start: place.x
                case .middle: place.x - width / 2
                case .end: place.x - width
                }
            let box = (left: left, right: left + width, top: place.y - 11, bottom: place.y + 3)
            guard box.left > 50, box.right < PlotFrame.width - 2, box.top > 36, box.bottom < PlotFrame.height - 48,
                !taken.contains(where: {
                    $0.left < box.right && box.left < $0.right && $0.top < box.bottom && box.top < $0.bottom
                })
            else { continue }
            taken.append(box)
            svg.text(place.x, place.y, text, place.anchor, "figure")
            return
        }
    }
}
