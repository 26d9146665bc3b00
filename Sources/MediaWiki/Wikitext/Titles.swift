/// How MediaWiki reads titles: in links, template calls and redirects.
enum Titles {
    /// A link's target as a title: entities and percent signs decoded, blanks and underscores to single blanks, marks of
    /// writing direction left out. Comments must be out already.
    static func normalized(_ raw: ArraySlice<UInt8>) -> String {
        if raw.allSatisfy({ isPlain($0) && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "&") }) {
            return String(decoding: collapsingBlanks(raw), as: UTF8.self)
        }
        var text = HTMLEntities.decode(String(decoding: raw, as: UTF8.self))
        if text.utf8.contains(UInt8(ascii: "%")) { text = percentDecoded(text) }
        return collapsingBlanks(text) { isTitleBlank($0) }
    }

    /// Calls `body` with the UTF-8 of a template's name: `Template:` off, blanks and underscores to single blanks, first
    /// letter in upper case.
    ///
    /// - Parameter keepsDirectionMarks: whether marks of writing direction stay. MediaWiki leaves them out.
    static func withTemplateName<Result>(
        _ raw: ArraySlice<UInt8>, keepsDirectionMarks: Bool = false, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        guard raw.allSatisfy({ isPrintable($0) }) else {
            var name = templateNameOfScalars(raw, keepsDirectionMarks: keepsDirectionMarks)
            return name.withUTF8(body)
        }
        // The usual case: nothing beyond ASCII, no control characters.
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count) { name in
            let end = collapseBlanks(raw, into: name)
            var start = 0
            if end > templatePrefix.count,
                templatePrefix.indices.allSatisfy({ name[$0].lowercasedASCII == templatePrefix[$0] })
            {
                start = templatePrefix.count
                while start < end, name[start] == 0x20 { start += 1 }
            }
            if start < end, name[start] >= UInt8(ascii: "a"), name[start] <= UInt8(ascii: "z") { name[start] &= ~0x20 }
            return body(UnsafeBufferPointer(rebasing: name[start..<end]))
        }
    }

    private static let templatePrefix = Array("template:".utf8)

    /// The same with anything beyond printable ASCII in it.
    private static func templateNameOfScalars(_ raw: ArraySlice<UInt8>, keepsDirectionMarks: Bool) -> String {
        var text = collapsingBlanks(
            String(decoding: raw, as: UTF8.self), keepsDirectionMarks: keepsDirectionMarks
        ) { isTitleBlank($0) || $0.isPythonBlank }
        let prefix = templatePrefix
        if text.utf8.count > prefix.count, zip(text.utf8, prefix).allSatisfy({ $0.lowercasedASCII == $1 }) {
            text = trimmingBlanks(String(text.unicodeScalars.dropFirst(prefix.count)))
        }
        return capitalized(text)
    }

    /// With the first letter in upper case, if that is a single letter.
    static func capitalized(_ text: String) -> String {
        if let byte = text.utf8.first, byte < 0x80 {
            guard byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") else { return text }
            var bytes = Array(text.utf8)
            bytes[0] = byte & ~0x20
            return String(decoding: bytes, as: UTF8.self)
        }
        guard let first = text.unicodeScalars.first else { return text }
        let mapping = first.properties.uppercaseMapping.unicodeScalars
        guard mapping.count == 1, let upper = mapping.first, upper != first else { return text }
        var scalars = String.UnicodeScalarView([upper])
        scalars.append(contentsOf: text.unicodeScalars.dropFirst())
        return String(scalars)
    }

    /// Without a fragment: "Paris#History" is "Paris".
    static func withoutFragment(_ title: String) -> String {
        guard let hash = title.utf8.firstIndex(of: UInt8(ascii: "#")) else { return title }
        return trimmingBlanks(String(title[..<hash]))
    }

    /// Without blanks at its ends.
    static func trimmingBlanks(_ text: String) -> String {
        guard text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
        // By scalars: a blank and a combining mark after it are one character.
        var view = text.unicodeScalars[...]
        while view.first == " " { view.removeFirst() }
        while view.last == " " { view.removeLast() }
        return String(view)
    }

    // MARK: - Bytes and blanks

    /// ASCII but for control characters.
    private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

    /// The same, or part of a character that is surely no blank and no mark of writing direction.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte < 0x80 ? isPrintable(byte) : byte != 0xC2 && !(0xE1...0xE3).contains(byte)
    }

    private static func collapsingBlanks(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: raw.count) { target, count in count = collapseBlanks(raw, into: target) }
    }

    /// Writes the bytes with single blanks and none at the ends; says how many there are. There must be room for all.
    private static func collapseBlanks(_ raw: ArraySlice<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>) -> Int
    {
        var count = 0
        for byte in raw {
            let isBlank = byte == 0x20 || byte == UInt8(ascii: "_")
            if isBlank, count == 0 || target[count - 1] == 0x20 { continue }
            target.initializeElement(at: count, to: isBlank ? 0x20 : byte)
            count += 1
        }
        return count > 0 && target[count - 1] == 0x20 ? count - 1 : count
    }

    private static func collapsingBlanks(
        _ text: String, keepsDirectionMarks: Bool = false, isBlank: (Unicode.Scalar) -> Bool
    ) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars where keepsDirectionMarks || !isDirectionMark(scalar) {
            if !isBlank(scalar) {
                result.append(contentsOf: scalar.utf8)
            } else if let last = result.last, last != 0x20 {
                result.append(0x20)
            }
        }
        if result.last == 0x20 { result.removeLast() }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isDirectionMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x200E || scalar.value == 0x200F || (0x202A...0x202E).contains(scalar.value)
    }

    private static func isTitleBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x5F, 0x09, 0x0A, 0xA0, 0x1680, 0x180E, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// `%41` to `A`; what is not valid UTF-8 then becomes U+FFFD.
    private static func percentDecoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let high = hexadecimalDigit(bytes[position + 1]), let low = hexadecimalDigit(bytes[position + 2])
            {
                result.append(high << 4 | low)
                position += 3
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

extension Unicode.Scalar {
    /// White space as `str.strip` of the reference records has it.
    var isPythonBlank: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
