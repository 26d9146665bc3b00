import Diagnostics

extension String {
    /// Columns of a terminal that the text takes: 2 for East Asian wide characters, 0 for combining marks.
    var displayWidth: Int { unicodeScalars.reduce(0) { $0 + $1.displayWidth } }

    /// The text without anything that could move a terminal's cursor or turn the direction of writing.
    var terminalSafe: String {
        String(String.UnicodeScalarView(singleLine.unicodeScalars.map { $0.isHidden ? "\u{FFFD}" : $0 }))
    }

    /// At most `width` columns, with an ellipsis where something was cut.
    func truncated(toWidth width: Int) -> String {
        guard displayWidth > width else { return self }
        var result = ""
        var used = 1
        for character in self {
            used += String(character).displayWidth
            guard used <= width else { break }
            result.append(character)
        }
        return result + "…"
    }
}

extension Unicode.Scalar {
    /// C1 controls, and the controls of bidirectional text that change what stands around them.
    var isHidden: Bool {
        switch value {
        case 0x80...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Columns of a terminal, after the ranges that Unicode's East Asian Width calls wide.
    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
