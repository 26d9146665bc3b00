/// Python's text methods on code points, where they differ from Swift's on characters.
enum PythonText {
    /// What `str.isspace` holds for a space: Unicode's white space and the four ASCII separators.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    /// `text.strip(characters)`, at the sides asked for; white space when `characters` is nil.
    static func strip(_ text: String, characters: String? = nil, left: Bool = true, right: Bool = true) -> String {
        let scalars = Array(text.unicodeScalars)
        let unwanted = characters.map { Array($0.unicodeScalars) }
        func isUnwanted(_ scalar: Unicode.Scalar) -> Bool { unwanted?.contains(scalar) ?? isSpace(scalar) }
        var start = 0
        var end = scalars.count
        if left { while start < end, isUnwanted(scalars[start]) { start += 1 } }
        if right { while end > start, isUnwanted(scalars[end - 1]) { end -= 1 } }
        return string(scalars[start..<end])
    }

    /// `text.split()`: the words between white space.
    static func words(_ text: String) -> [String] {
        text.unicodeScalars.split(whereSeparator: isSpace).map { String($0) }
    }

    /// `text.split(separator, limit)`; `separator` is not empty, a negative limit is none.
    static func split(_ text: String, by separator: String, limit: Int) -> [String] {
        let bytes = Array(text.utf8)
        let pattern = Array(separator.utf8)
        var parts: [String] = []
        var start = 0
        var position = 0
        while position < bytes.count, limit < 0 || parts.count < limit {
            if UTF8Text.matches(pattern, in: bytes, at: position) {
                parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
                position += pattern.count
                start = position
            } else {
                position += 1
            }
        }
        parts.append(String(decoding: bytes[start...], as: UTF8.self))
        return parts
    }

    /// How often `pattern`, which is not empty, stands in `text` without overlap.
    static func count(_ pattern: String, in text: String) -> Int {
        split(text, by: pattern, limit: -1).count - 1
    }

    /// Whether `pattern` stands in `text`, byte for byte.
    static func contains(_ text: String, _ pattern: String) -> Bool {
        pattern.isEmpty || split(text, by: pattern, limit: 1).count > 1
    }

    /// Equality of code points; Swift's `==` would take "é" and "e\u{301}" for equal.
    static func isEqual(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    /// `text.upper()`.
    static func upper(_ text: String) -> String {
        text.unicodeScalars.map(\.properties.uppercaseMapping).joined()
    }

    /// `text.lower()`, or nil for the capital sigma, whose lower case depends on its neighbours.
    static func lower(_ text: String) -> String? {
        guard !text.unicodeScalars.contains("\u{3A3}") else { return nil }
        return text.unicodeScalars.map(\.properties.lowercaseMapping).joined()
    }

    /// `text.capitalize()`, or nil as for `lower`.
    static func capitalize(_ text: String) -> String? {
        guard let first = text.unicodeScalars.first else { return "" }
        return lower(string(text.unicodeScalars.dropFirst())).map { first.properties.titlecaseMapping + $0 }
    }

    /// The string literal that `json.dumps(text, ensure_ascii=False)` writes.
    static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// The indices that `items[start:stop:step]` takes from `count` items; `step` is not 0.
    static func slice(count: Int, start: Int?, stop: Int?, step: Int) -> [Int] {
        func clamped(_ index: Int, _ range: ClosedRange<Int>) -> Int {
            let fromStart = index < 0 ? index.addingReportingOverflow(count).partialValue : index
            return min(max(fromStart, range.lowerBound), range.upperBound)
        }
        if step > 0 {
            let first = start.map { clamped($0, 0...count) } ?? 0
            let end = stop.map { clamped($0, 0...count) } ?? count
            return first < end ? Array(Swift.stride(from: first, to: end, by: step)) : []
        }
        let first = start.map { clamped($0, -1...count - 1) } ?? count - 1
        let end = stop.map { clamped($0, -1...count - 1) } ?? -1
        return first > end ? Array(Swift.stride(from: first, to: end, by: step)) : []
    }

    /// The scalars as a text.
    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
