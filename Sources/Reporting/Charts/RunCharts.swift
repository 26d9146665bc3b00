import QuestionSet
import Scores

/// The pictures of one run.
struct RunCharts {
    /// What the model knows.
    let knowledge: [Chart]
    /// Where it keeps it.
    let masks: [Chart]

    init(_ results: EvaluationResults) {
        knowledge = [
            TierAccuracyChart.chart(results), PopularityChart(results, .multipleChoice).chart(),
            results.settings.formats.contains(.generation) ? PopularityChart(results, .generation).chart() : nil,
        ].compactMap { $0 }
        let charts = RatioCharts(results)
        masks = [
            charts.accuracies(), charts.specialization(), charts.selectiveDrop(),
            PopularityChart(results, .selectiveDrop).chart(),
        ].compactMap { $0 }
    }

    var all: [Chart] { knowledge + masks }
}
