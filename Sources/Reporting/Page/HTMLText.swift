/// Text from outside made safe for a page.
enum HTMLText {
    /// Text for element content and quoted attributes, inside or outside SVG.
    ///
    /// Controls are replaced, and so are the bidirectional controls that would turn what stands around the text; only
    /// the marks of `isolated` pass.
    static func plain(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            case isolate, isolateEnd: result.unicodeScalars.append(scalar)
            case _ where scalar.isHidden || scalar.value < 0x20 || scalar.value == 0x7F: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Sentences of ours, with figures and their signs kept on one line.
    static func prose(_ text: String) -> String {
        plain(text).replacing(" %", with: "\u{A0}%").replacing(" = ", with: "\u{A0}=\u{A0}")
    }

    /// A name in running text of a page, in its own direction of writing.
    static func name(_ text: String) -> String { "<bdi>\(plain(withoutControls(text)))</bdi>" }

    /// A name in its own direction of writing where no element can say so: a tooltip.
    static func isolated(_ text: String) -> String { "\u{2068}\(withoutControls(text))\u{2069}" }

    /// A part of a page that is folded until it is asked for, and stands open on paper; its heading is plain text.
    static func folded(_ heading: String, _ html: String) -> String {
        "<details>\n<summary><h3>\(plain(heading))</h3></summary>\n\(html)</details>\n"
    }

    private static let isolate: Unicode.Scalar = "\u{2068}"
    private static let isolateEnd: Unicode.Scalar = "\u{2069}"

    private static func withoutControls(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isHidden ? "\u{FFFD}" : $0 }))
    }
}
