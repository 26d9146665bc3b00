/// A table of a page, in a box of its own that scrolls where the screen is too narrow; the caption stands above it.
struct HTMLTable {
    /// A cell; `html` is escaped already.
    struct Cell {
        var html: String
        var style: String?

        /// Running text.
        static func text(_ html: String) -> Cell { Cell(html: html, style: nil) }

        /// A figure with, under it or beside it, its interval.
        static func figure(_ value: String, _ interval: String = "") -> Cell {
            Cell(html: interval.isEmpty ? value : "\(value) <span class=\"ci\">\(interval)</span>", style: "num")
        }
    }

    private let title: String
    private let style: String?
    private let columns: [(heading: String, isNumeric: Bool)]
    private var body = ""

    /// A table with its caption and headings; both are escaped here. The style "stacked" puts intervals under figures.
    init(_ title: String, style: String? = nil, _ columns: [(heading: String, isNumeric: Bool)]) {
        self.title = title
        self.style = style
        self.columns = columns
    }

    /// Appends a row; its first cell is the row's heading.
    mutating func append(_ cells: [Cell], style: String? = nil) {
        body += style.map { "<tr class=\"\($0)\">" } ?? "<tr>"
        for (index, cell) in cells.enumerated() {
            let attributes = cell.style.map { " class=\"\($0)\"" } ?? ""
            body +=
                index == 0 ? "<th scope=\"row\"\(attributes)>\(cell.html)</th>" : "<td\(attributes)>\(cell.html)</td>"
        }
        body += "</tr>\n"
    }

    /// The table with its box.
    var html: String {
        let headings = columns.map {
            "<th scope=\"col\"\($0.isNumeric ? " class=\"num\"" : "")>\(HTMLText.plain($0.heading))</th>"
        }
        return """
            <div class="table"><p class="caption">\(HTMLText.plain(title))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(HTMLText.plain(title))">
            <table\(style.map { " class=\"\($0)\"" } ?? "") aria-label="\(HTMLText.plain(title))">
            <thead><tr>\(headings.joined())</tr></thead>
            <tbody>
            \(body)</tbody></table></div></div>

            """
    }
}
