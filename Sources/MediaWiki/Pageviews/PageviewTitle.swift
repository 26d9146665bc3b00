/// Titles in page-view files, brought to the form that dumps have.
enum PageviewTitle {
    /// The title of a Wikimedia view file: unquoted, percent-decoded if that gives UTF-8, in MediaWiki's form.
    static func canonical(requested bytes: UnsafeBufferPointer<UInt8>, isCaseSensitive: Bool) -> [UInt8] {
        var title = Array(bytes)
        if title.count >= 2, title.first == UInt8(ascii: "\""), title.last == UInt8(ascii: "\"") {
            title = unquoted(title[1..<(title.count - 1)])
        }
        if title.contains(UInt8(ascii: "%")), let decoded = percentDecoded(title) { title = decoded }
        return canonical(title, isCaseSensitive: isCaseSensitive)
    }

    /// MediaWiki's form: underscores and blanks of any kind to single blanks, none at the ends, the first letter in
    /// upper case. What is not UTF-8 becomes U+FFFD.
    static func canonical(_ title: [UInt8], isCaseSensitive: Bool) -> [UInt8] {
        // Most titles are plain ASCII.
        guard title.allSatisfy({ $0 < 0x80 && $0 >= 0x21 }) else {
            return Array(canonical(String(decoding: title, as: UTF8.self), isCaseSensitive: isCaseSensitive).utf8)
        }
        var result: [UInt8] = []
        result.reserveCapacity(title.count)
        for byte in title {
            if byte != UInt8(ascii: "_") {
                result.append(byte)
            } else if let last = result.last, last != 0x20 {
                result.append(0x20)
            }
        }
        if result.last == 0x20 { result.removeLast() }
        if !isCaseSensitive, let first = result.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) {
            result[0] = first & 0xDF
        }
        return result
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
    private static func unquoted(_ title: ArraySlice<UInt8>) -> [UInt8] {
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
        return String(validating: result, as: UTF8.self) == nil ? nil : result
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
