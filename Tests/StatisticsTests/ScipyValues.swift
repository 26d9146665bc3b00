import Foundation
import TestSupport

/// Inputs and SciPy's answers, written by Tests/Fixtures/Statistics/make_scipy_values.py.
struct ScipyValues: Decodable {
    struct Probability: Decodable {
        var z: Double
        var p: Double
    }
    struct StudentTValue: Decodable {
        var degrees: Double
        var noncentrality: Double?
        var t: Double
        var p: Double
    }
    struct BetaValue: Decodable {
        var a: Double
        var b: Double
        var x: Double
        var value: Double
    }
    /// Coefficients are nil where SciPy gives NaN, exact p-values where there are too many pairings.
    struct CorrelationCase: Decodable {
        var name: String
        var x: [Double]
        var y: [Double]
        var pearson: Double?
        var spearman: Double?
        var kendall: Double?
        var pearsonP: Double?
        var spearmanP: Double?
        var kendallP: Double?
    }
    struct LineCase: Decodable {
        var name: String
        var x: [Double]
        var y: [Double]
        var slope: Double
        var intercept: Double
        var slopeError: Double?
        var slopeP: Double?
        var residualDeviation: Double?
        var at: [Double]
        var mean: [[Double]]
        var prediction: [[Double]]
    }
    /// `bca` and `percentile` are `scipy.stats.bootstrap`'s ends over the resamples of the key and seed 7.
    struct BootstrapCase: Decodable {
        var name: String
        var kind: String
        var columns: [[Double]]
        var key: String
        var estimate: Double
        var bca: [Double]
        var percentile: [Double]
        var jackknife: [Double]
        var acceleration: Double
        var bias: Double
        var defined: Int
    }
    struct Corrections: Decodable {
        var estimate: Double
        var resampled: [Double]
        var jackknife: [Double]
        var bias: Double
        var acceleration: Double
        var shares: [Double]
        var levels: [Double]
        var ends: [Double]
    }
    struct DifferenceCase: Decodable {
        var name: String
        var differences: [Double]
        var wilcoxon: Double?
        var wilcoxonP: Double?
        var signFlipP: Double?
    }
    struct McNemarCase: Decodable {
        var first: Int
        var second: Int
        var p: Double
    }
    struct Detectable: Decodable {
        var n: Int
        var deviation: Double
        var power: Double
        var alpha: Double
        var difference: Double
    }
    struct DetectableCorrelation: Decodable {
        var n: Int
        var r: Double
    }
    struct DetectableProportion: Decodable {
        var base: Double
        var n: Int
        var proportion: Double?
    }
    struct AdjustedCase: Decodable {
        var name: String
        var p: [Double]
        var adjusted: [Double]
    }
    struct PercentileCase: Decodable {
        var draws: [Double]
        var value: Double
        var share: Double
    }
    struct CurveCase: Decodable {
        var ratios: [Double]
        var values: [Double]
        var area: Double
        var halfDrop: Double?
    }

    var scipy: String
    var normalQuantiles: [Probability]
    var normalCdf: [Probability]
    var tCdf: [StudentTValue]
    var tQuantiles: [StudentTValue]
    var noncentralT: [StudentTValue]
    var incompleteBeta: [BetaValue]
    var correlations: [CorrelationCase]
    var lines: [LineCase]
    var bootstraps: [BootstrapCase]
    var corrections: Corrections
    var differences: [DifferenceCase]
    var mcnemar: [McNemarCase]
    var detectable: [Detectable]
    var detectableCorrelations: [DetectableCorrelation]
    var detectableProportions: [DetectableProportion]
    var adjusted: [AdjustedCase]
    var percentiles: [PercentileCase]
    var curves: [CurveCase]

    static let stored = Result<ScipyValues, any Error> {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            ScipyValues.self, from: Data(contentsOf: TestData.fixture("Statistics/scipy.json")))
    }
}

/// Whether two numbers agree to a share of their size, or of 1 where that is larger and `absolute` is asked for.
func agrees(_ value: Double?, _ expected: Double?, _ tolerance: Double = 1e-12, absolute: Bool = true) -> Bool {
    guard let value, let expected else { return value == nil && expected == nil }
    return abs(value - expected) <= tolerance * max(absolute ? 1 : 0, abs(expected)) || value == expected
}
