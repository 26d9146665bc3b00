/// Columns for a terminal, aligned by display width.
struct TextTable {
    /// How a column's cells stand.
    enum Alignment {
        case left, right
        /// Figures right under each other, their intervals left after one blank; the heading stands left over both.
        case figure
    }

    /// What stands in a row and column.
    struct Cell {
        fileprivate var value: String
        fileprivate var interval: String

        /// A text, or a figure with its interval.
        init(_ value: String, _ interval: String = "") {
            self.value = value
            self.interval = interval
        }
    }

    private let columns: [(heading: String, alignment: Alignment)]
    private var rows: [[Cell]] = []

    /// A table with its headings.
    init(_ columns: [(heading: String, alignment: Alignment)]) {
        self.columns = columns
    }

    /// Appends a row.
    mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has as many cells as the table has columns")
        rows.append(cells)
    }

    /// The lines, indented by two blanks, with two blanks between columns.
    func lines() -> [String] {
        let layouts = columns.indices.map { column in
            Layout(columns[column], rows.map { $0[column] })
        }
        let table = [layouts.map(\.heading)] + rows.map { cells in zip(layouts, cells).map { $0.text($1) } }
        return table.map { cells in
            let line = "  " + cells.joined(separator: "  ")
            return String(line.prefix(upTo: line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex))
        }
    }

    /// The widths of one column.
    private struct Layout {
        let heading: String
        private let alignment: Alignment
        private let width: Int
        private let valueWidth: Int

        init(_ column: (heading: String, alignment: Alignment), _ cells: [Cell]) {
            alignment = column.alignment
            valueWidth = cells.map(\.value.displayWidth).max() ?? 0
            let intervalWidth = cells.map(\.interval.displayWidth).max() ?? 0
            width = max(column.heading.displayWidth, valueWidth + (intervalWidth > 0 ? 1 + intervalWidth : 0))
            heading = Self.pad(column.heading, width, onTheLeft: column.alignment == .right)
        }

        func text(_ cell: Cell) -> String {
            switch alignment {
            case .left: Self.pad(cell.value, width, onTheLeft: false)
            case .right: Self.pad(cell.value, width, onTheLeft: true)
            case .figure:
                Self.pad(
                    Self.pad(cell.value, valueWidth, onTheLeft: true) + " " + cell.interval, width, onTheLeft: false)
            }
        }

        private static func pad(_ text: String, _ width: Int, onTheLeft: Bool) -> String {
            let blanks = String(repeating: " ", count: max(0, width - text.displayWidth))
            return onTheLeft ? blanks + text : text + blanks
        }
    }
}
