import QuestionSet
import Scores
import Statistics

/// Popularity on a log axis against an outcome of the concepts: one mark per concept and a least-squares line.
struct PopularityChart {
    /// What stands on the y axis.
    enum Outcome {
        case multipleChoice, generation, selectiveDrop

        /// Its key among the correlations.
        var key: String {
            switch self {
            case .multipleChoice: "accuracy_mcq"
            case .generation: "accuracy_generation"
            case .selectiveDrop: "selective_drop"
            }
        }

        var title: String {
            switch self {
            case .multipleChoice: "Popularity and multiple-choice accuracy"
            case .generation: "Popularity and open-generation accuracy"
            case .selectiveDrop: "Popularity and selective drop"
            }
        }

        var axis: String {
            switch self {
            case .multipleChoice, .generation: "Accuracy of a concept, %"
            case .selectiveDrop: "Selective drop of a concept, mean over ratios"
            }
        }

        func value(_ concept: EvaluationResults.ConceptScores) -> Double? {
            switch self {
            case .multipleChoice: concept.specific0
            case .generation: concept.accuracyGeneration
            case .selectiveDrop: concept.selectiveDrop
            }
        }

        var isAccuracy: Bool { self != .selectiveDrop }
    }

    private struct Point {
        var x: Double
        var y: Double
        var tier: Int
        var concept: EvaluationResults.ConceptScores
    }

    private let results: EvaluationResults
    private let outcome: Outcome
    private let points: [Point]
    private let format = NumberFormat.typographic

    init(_ results: EvaluationResults, _ outcome: Outcome) {
        self.results = results
        self.outcome = outcome
        let places = Dictionary(results.buckets.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        points = results.perConcept.compactMap { concept in
            let x = log10OnePlus(Double(concept.popularity))
            guard let y = outcome.value(concept), x.isFinite, y.isFinite else { return nil }
            return Point(x: x, y: y, tier: places[concept.bucket] ?? 0, concept: concept)
        }
    }

    /// The chart; nil when no concept has the outcome.
    func chart() -> Chart? {
        guard let least = points.map(\.x).min(), let most = points.map(\.x).max() else { return nil }
        let margin = max(0.05, (most - least) * 0.02)
        let xDomain = max(0, least - margin)...most + margin
        let (yDomain, yTicks) =
            outcome.isAccuracy ? (0...1, [0, 0.25, 0.5, 0.75, 1]) : Ticks.nice(points.map(\.y) + [0])
        let decimals = Ticks.decimals(yTicks)
        var frame = PlotFrame(
            xDomain: xDomain, xTicks: Ticks.popularity(xDomain), xTitle: "Popularity, log scale",
            yDomain: yDomain,
            yTicks: yTicks.map {
                Tick(value: $0, label: outcome.isAccuracy ? format.percent($0, 0) : format.fixed($0, decimals))
            },
            yTitle: outcome.axis, note: note)
        if outcome == .multipleChoice { frame.level(Cautions.chance, "chance") }
        if outcome == .selectiveDrop { frame.level(0, "zero") }
        // Where marks meet, the more popular tier is on top.
        frame.draw { svg, x, y in
            for point in points.sorted(by: { ($1.tier, $0.concept.conceptID) < ($0.tier, $1.concept.conceptID) }) {
                svg.mark(
                    TierStyle.shape(point.tier), x(point.x), y(point.y), radius: 3.6,
                    "mark \(TierStyle.colour(point.tier))",
                    tooltip: tooltip(point))
            }
        }
        let fit = fit
        if let fit { frame.trend(fit, from: least, to: most) }
        return Chart(
            title: outcome.title, caption: caption, legend: legend,
            svg: frame.element(
                title: outcome.title,
                description:
                    "Scatter plot of \(format.count(points.count)) concepts: \(outcome.title.lowercased()). \(note)."),
            numbers: numbers(fit))
    }

    private var legend: [LegendEntry] {
        TierStyle.legend(results.buckets) + (outcome == .multipleChoice ? [.guessing] : [])
    }

    private var correlation: PopularityCorrelation? { results.correlation[outcome.key]?.pearson }

    private var note: String {
        guard let correlation else { return "r is undefined" }
        let bounds = format.interval(correlation.interval, 2)
        let p = format.probability(correlation.p)
        return "r = \(format.fixed(correlation.value, 2)) \(bounds), p = \(p), n = \(format.count(correlation.n))"
    }

    private var caption: String {
        let meaning =
            outcome == .selectiveDrop
            ? "Above 0, the masks hurt a concept's own questions more than its controls."
            : "Darker places hold several concepts."
        let part =
            points.count < results.concepts
            ? " Shown are the \(format.count(points.count)) concepts measured so far; r is over all answered."
            : ""
        let line =
            correlation == nil
            ? "One mark per concept."
            : "One mark per concept; the line is the least-squares fit on log10(1 + popularity), with its 95 % "
                + "band."
        return "\(line) \(meaning)"
            + (outcome == .selectiveDrop ? "" : part)
    }

    private func tooltip(_ point: Point) -> String {
        let value = outcome.isAccuracy ? "\(format.percent(point.y, 0)) %" : format.fixed(point.y, 3)
        return "\(HTMLText.isolated(point.concept.concept)): \(format.count(point.concept.popularity)) views, \(value)"
    }

    /// The least-squares line; nil where popularity is constant or no correlation is defined.
    private var fit: LinearFit? { correlation == nil ? nil : try? LinearFit(points.map(\.x), points.map(\.y)) }

    private func numbers(_ fit: LinearFit?) -> FigureNumbers {
        FigureNumbers(
            file: "popularity_\(outcome.key)",
            columns: [
                "concept_id", "concept", "tier", "popularity", "log10_views", "value", "fit", "fit_low", "fit_high",
            ],
            rows: points.map { point in
                let band = fit?.meanInterval(at: point.x)
                return [
                    point.concept.conceptID.description, point.concept.concept, point.concept.bucket,
                    String(point.concept.popularity), point.x.description, point.y.description,
                    FigureNumbers.cell(fit?.value(at: point.x)), FigureNumbers.cell(band?.low),
                    FigureNumbers.cell(band?.high),
                ]
            })
    }
}
