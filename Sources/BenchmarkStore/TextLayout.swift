import Diagnostics

/// Text for a terminal of 100 columns.
enum TextLayout {
    static let width = 100

    /// Words filled into lines; the first begins with `first`, the others are indented as far as `first` is wide.
    ///
    /// Words of a text are what blanks divide; one that is wider than a line stands alone. Control characters are escaped.
    static func paragraph(_ text: String, first: String = "") -> String {
        let indent = String(repeating: " ", count: first.columns)
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.singleLine.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            if !isEmpty, line.columns + 1 + word.columns > width {
                lines.append(line)
                (line, isEmpty) = (indent, true)
            }
            line += isEmpty ? word : " \(word)"
            isEmpty = false
        }
        lines.append(line)
        return lines.map { $0.trimmedAtEnd + "\n" }.joined()
    }

    /// "  label  text", the text filled and indented; labels are `labelWidth` columns wide.
    static func entry(_ label: String, _ text: String, labelWidth: Int, indent: Int = 2) -> String {
        let gap = String(repeating: " ", count: max(0, labelWidth - label.columns) + 2)
        return paragraph(text, first: String(repeating: " ", count: indent) + label.singleLine + gap)
    }

    /// Labels and texts, all texts at the same column.
    static func entries(_ rows: [(label: String, text: String)]) -> String {
        let labelWidth = rows.map(\.label.columns).max() ?? 0
        return rows.map { entry($0.label, $0.text, labelWidth: labelWidth) }.joined()
    }

    /// A heading with the names of its columns and rows: the first column to the left, numbers to the right.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let rows = rows.map { $0.map(\.singleLine) }
        let widths = header.indices.map { column in
            max(header[column].columns, rows.map { ($0[column].columns) + (column == 0 ? 2 : 0) }.max() ?? 0)
        }
        func line(_ cells: [String], indent: Int) -> String {
            let padded = cells.enumerated().map { column, cell in
                let text = column == 0 ? String(repeating: " ", count: indent) + cell : cell
                let blanks = String(repeating: " ", count: max(0, widths[column] - text.columns))
                return column == 0 ? text + blanks : blanks + text
            }
            return padded.joined(separator: "  ").trimmedAtEnd + "\n"
        }
        return "\n" + line(header, indent: 0) + rows.map { line($0, indent: 2) }.joined()
    }

    /// With a comma between thousands.
    static func grouped(_ number: some BinaryInteger) -> String {
        var digits = number.magnitude.description[...]
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}

extension String {
    /// Columns of a terminal: two for East Asian wide characters.
    fileprivate var columns: Int {
        reduce(0) { sum, character in
            let isWide =
                switch character.unicodeScalars.first?.value ?? 0 {
                case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
                    0xFE30...0xFE6F,
                    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
                    true
                default: false
                }
            return sum + (isWide ? 2 : 1)
        }
    }

    fileprivate var trimmedAtEnd: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}
