import Scores
import Statistics

/// The numbers that a figure is drawn from, as rows of an exported table: full precision, undefined figures empty.
struct FigureNumbers {
    /// File name without folder and extension; figures of several runs with the same name share a file.
    var file: String
    var columns: [String]
    var rows: [[String]]

    /// Columns of an interval.
    static let intervalColumns = ["low", "high", "interval_method"]

    /// An interval's cells.
    static func cells(_ interval: FigureInterval?) -> [String] {
        [cell(interval?.low), cell(interval?.high), interval?.method.name ?? ""]
    }

    /// A number's cell.
    static func cell(_ value: Double?) -> String { value?.description ?? "" }
}
