/// Titles in page-view files, brought to the form that dumps have.
enum PageviewTitle {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Writes the title of a Wikimedia view file over `result`: unquoted, percent-decoded if that gives UTF-8, in
    /// MediaWiki's form.
    static func canonicalize(requested title: Bytes, isCaseSensitive: Bool, into result: inout [UInt8]) {
        let isQuoted = title.count >= 2 && title.first == UInt8(ascii: "\"") && title.last == UInt8(ascii: "\"")
        if !isQuoted, title.firstIndex(of: UInt8(ascii: "%"), from: 0) == nil {
            canonicalize(title, isCaseSensitive: isCaseSensitive, into: &result)
            return
        }
        var decoded = isQuoted ? unquoted(title[1..<(title.count - 1)]) : Array(title)
        if let text = percentDecoded(decoded) { decoded = text }
        decoded.withUnsafeBufferPointer { canonicalize($0, isCaseSensitive: isCaseSensitive, into: &result) }
    }

    /// Writes a title over `result` in MediaWiki's form: underscores and blanks of any kind to single blanks, none at
    /// the ends, the first letter in upper case. What is not UTF-8 becomes U+FFFD.
    static func canonicalize(_ title: Bytes, isCaseSensitive: Bool, into result: inout [UInt8]) {
        guard !writePlain(title, isCaseSensitive: isCaseSensitive, into: &result) else { return }
        result.removeAll(keepingCapacity: true)
        result += canonical(String(decoding: title, as: UTF8.self), isCaseSensitive: isCaseSensitive).utf8
    }

    /// The same for titles that need no look into Unicode's tables, which most do not.
    ///
    /// - Returns: whether the title was such a one.
    private static func writePlain(_ title: Bytes, isCaseSensitive: Bool, into result: inout [UInt8]) -> Bool {
        result.removeAll(keepingCapacity: true)
        var isASCII = true
        var blankIsDue = false
        for (index, byte) in title.enumerated() {
            if byte == UInt8(ascii: "_") || byte == 0x20 {
                blankIsDue = !result.isEmpty
                continue
            }
            if blankIsDue { result.append(0x20) }
            blankIsDue = false
            if byte < 0x80 {
                guard byte > 0x20 else { return false }
                let isFirstSmall =
                    result.isEmpty && !isCaseSensitive && byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
                result.append(isFirstSmall ? byte & 0xDF : byte)
            } else {
                if isASCII {
                    // The capital of a letter beyond ASCII is a matter for Unicode.
                    if result.isEmpty, !isCaseSensitive { return false }
                    isASCII = false
                }
                if beginsBlank(title, at: index) { return false }
                result.append(byte)
            }
        }
        return isASCII || (try? UTF8Span(validating: result.span)) != nil
    }

    /// Whether a blank beyond ASCII may begin at `index`; other characters with the same first two bytes are so rare
    /// that they count as one.
    private static func beginsBlank(_ title: Bytes, at index: Int) -> Bool {
        let byte = title[index]
        guard byte == 0xC2 || (0xE1...0xE3).contains(byte), index + 1 < title.count else { return false }
        let second = title[index + 1]
        switch byte {
        case 0xC2: return second == 0x85 || second == 0xA0
        case 0xE1: return second == 0x9A
        case 0xE2:
            // General punctuation: dashes and quotes are common in titles.
            guard index + 2 < title.count else { return false }
            let third = title[index + 2]
            return second == 0x80 && (third <= 0x8A || (0xA8...0xAF).contains(third)) || second == 0x81
        default: return second == 0x80
        }
    }

    private static func canonical(_ title: String, isCaseSensitive: Bool) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in title.unicodeScalars {
            if scalar != "_", !scalar.isPythonBlank {
                scalars.append(scalar)
            } else if let last = scalars.last, last != " " {
                scalars.append(" ")
            }
        }
        if scalars.last == " " { scalars.removeLast() }
        // Georgian letters got capitals in Unicode 11; MediaWiki does not use them, nor do titles.
        let isGeorgian = scalars.first.map { (0x10D0...0x10FF).contains($0.value) } ?? false
        return isCaseSensitive || isGeorgian ? String(scalars) : Titles.capitalized(String(scalars))
    }

    /// `\"` to `"`, then `\\` to `\`, as pageview_complete is written.
    private static func unquoted(_ title: Slice<Bytes>) -> [UInt8] {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in title {
            if isEscaped {
                if byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { result.append(UInt8(ascii: "\\")) }
                result.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                result.append(byte)
            }
        }
        if isEscaped { result.append(UInt8(ascii: "\\")) }
        return result
    }

    /// Nil when the result would not be UTF-8: then the percent signs mean themselves. A sign without two digits
    /// always does.
    private static func percentDecoded(_ title: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(title.count)
        var index = 0
        while index < title.count {
            if title[index] == UInt8(ascii: "%"), index + 2 < title.count, let high = digit(title[index + 1]),
                let low = digit(title[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(title[index])
                index += 1
            }
        }
        return (try? UTF8Span(validating: result.span)) == nil ? nil : result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
