import Scores

/// A matrix over concepts as squares: the area is the size of the value, a hollow square is a negative one. Size, not colour,
/// carries the value, so that it can be read in print and by everyone.
struct SquaresChart {
    var title: String
    /// The name of the exported file.
    var file: String
    var caption: String
    /// What rows and columns are, for tooltips: "mask of", "questions of".
    var rowName: String
    var columnName: String
    /// Names of the concepts, rows and columns alike.
    var names: [String]
    /// [row][column]; nil where nothing was measured.
    var values: [[Double?]]
    /// What the values are, after the largest one in the legend.
    var unit: String

    private static let left = 40.0
    private static let top = 34.0

    /// The chart; nil with fewer than two concepts.
    func chart() -> Chart? {
        let largest = values.flatMap { $0 }.compactMap { $0 }.map(abs).max() ?? 0
        guard names.count > 1, largest > 0 else { return nil }
        let format = NumberFormat.typographic
        let side = PlotFrame.width - Self.left - 12
        let cell = side / Double(names.count)
        var svg = SVG()
        svg.rectangle(x: Self.left, y: Self.top, width: side, height: side, "frame")
        let step = names.count <= 12 ? 1 : 5
        for index in names.indices where index == 0 || (index + 1).isMultiple(of: step) {
            let middle = (Double(index) + 0.5) * cell
            svg.text(Self.left - 6, Self.top + middle + 4, String(index + 1), .end)
            svg.text(Self.left + middle, Self.top - 6, String(index + 1), .middle)
        }
        svg.text(2, 13, "\(rowName) … (rows), \(columnName) … (columns)", .start, "title")
        for (row, line) in values.enumerated() {
            for (column, value) in line.enumerated() {
                guard let value, value.isFinite, value != 0 else { continue }
                let width = max(0.6, (abs(value) / largest).squareRoot() * cell * 0.92)
                let x = Self.left + (Double(column) + 0.5) * cell - width / 2
                let y = Self.top + (Double(row) + 0.5) * cell - width / 2
                svg.rectangle(
                    x: x, y: y, width: width, height: width, value < 0 ? "square negative" : "square",
                    tooltip: "\(rowName) \(HTMLText.isolated(names[row])), \(columnName) "
                        + "\(HTMLText.isolated(names[column])): \(format.fixed(value, 2))")
            }
        }
        let own = names.indices.compactMap { values[$0][$0] }
        let legend = [
            LegendEntry(key: .bar(style: "square"), label: "the largest square is \(format.fixed(largest, 2)) \(unit)")
        ]
        return Chart(
            title: title, caption: caption, legend: legend,
            svg: svg.element(
                width: PlotFrame.width, height: Self.top + side + 8, title: title,
                description: "Matrix of \(names.count) concepts. On the diagonal from \(format.fixed(own.min(), 2)) to "
                    + "\(format.fixed(own.max(), 2)) \(unit); all values stand in the exported table."),
            numbers: FigureNumbers(
                file: file, columns: ["row", "column", "value"],
                rows: names.indices.flatMap { row in
                    names.indices.map { [names[row], names[$0], FigureNumbers.cell(values[row][$0])] }
                }))
    }
}
