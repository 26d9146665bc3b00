/// Reading and writing scalars in UTF-8 that is known to be valid.
enum UTF8Text {
    /// The number of bytes of the scalar that starts with `lead`.
    @inline(__always)
    static func length(lead: UInt8) -> Int {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    /// The scalar at `position` and its length in bytes.
    @inline(__always)
    static func scalar(in bytes: [UInt8], at position: Int) -> (value: UInt32, length: Int) {
        let lead = UInt32(bytes[position])
        if lead < 0x80 { return (lead, 1) }
        let second = UInt32(bytes[position + 1]) & 0x3F
        if lead < 0xE0 { return ((lead & 0x1F) << 6 | second, 2) }
        let third = UInt32(bytes[position + 2]) & 0x3F
        if lead < 0xF0 { return ((lead & 0x0F) << 12 | second << 6 | third, 3) }
        return ((lead & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[position + 3]) & 0x3F, 4)
    }

    /// Where the scalar that ends before `end` starts.
    static func start(in bytes: [UInt8], before end: Int) -> Int {
        var position = end - 1
        while position > 0, bytes[position] & 0xC0 == 0x80 { position -= 1 }
        return position
    }

    /// Appends the scalar `value`, which is no surrogate and at most U+10FFFF.
    @inline(__always)
    static func append(_ value: UInt32, to result: inout [UInt8]) {
        if value < 0x80 {
            result.append(UInt8(value))
        } else if value < 0x800 {
            result.append(UInt8(0xC0 | value >> 6))
            result.append(UInt8(0x80 | value & 0x3F))
        } else if value < 0x10000 {
            result.append(UInt8(0xE0 | value >> 12))
            result.append(UInt8(0x80 | value >> 6 & 0x3F))
            result.append(UInt8(0x80 | value & 0x3F))
        } else {
            result.append(UInt8(0xF0 | value >> 18 & 0x07))
            result.append(UInt8(0x80 | value >> 12 & 0x3F))
            result.append(UInt8(0x80 | value >> 6 & 0x3F))
            result.append(UInt8(0x80 | value & 0x3F))
        }
    }

    /// `text` with every occurrence of `pattern`, found from the left, replaced by `replacement`.
    static func replacing(_ pattern: [UInt8], by replacement: [UInt8], in text: [UInt8]) -> [UInt8] {
        guard let first = pattern.first, text.contains(first) else { return text }
        if pattern.count == 1 { return replacing(first, by: replacement, in: text[...]) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 4)
        var position = 0
        while position < text.count {
            if text[position] == first, matches(pattern, in: text, at: position) {
                result.append(contentsOf: replacement)
                position += pattern.count
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    /// The same for a single byte, a space most often: the length of the result is known beforehand.
    private static func replacing(_ byte: UInt8, by replacement: [UInt8], in text: ArraySlice<UInt8>) -> [UInt8] {
        let occurrences = text.reduce(0) { $0 + ($1 == byte ? 1 : 0) }
        let count = text.count + occurrences * (replacement.count - 1)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            for other in text {
                if other == byte {
                    for added in replacement {
                        buffer[written] = added
                        written += 1
                    }
                } else {
                    buffer[written] = other
                    written += 1
                }
            }
        }
    }

    /// Appends `text` with every occurrence of a byte replaced.
    static func append(
        _ text: ArraySlice<UInt8>, replacing byte: UInt8, by replacement: [UInt8], to result: inout [UInt8]
    ) {
        if text.contains(byte) {
            result += replacing(byte, by: replacement, in: text)
        } else {
            result += text
        }
    }

    /// Whether `pattern` stands in `text` at `position`.
    @inline(__always)
    static func matches(_ pattern: [UInt8], in text: [UInt8], at position: Int, end: Int? = nil) -> Bool {
        guard pattern.count <= (end ?? text.count) - position else { return false }
        for offset in 0..<pattern.count where text[position + offset] != pattern[offset] { return false }
        return true
    }

    /// `text` with every scalar replaced by what `transform` appends for it.
    static func mapScalars(_ text: [UInt8], _ transform: (Unicode.Scalar, inout [UInt8]) -> Void) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        forEachScalar(in: text, 0..<text.count) { scalar, _ in transform(scalar, &result) }
        return result
    }

    /// Calls `body` with every scalar in `range` and the range of its bytes.
    static func forEachScalar(in text: [UInt8], _ range: Range<Int>, _ body: (Unicode.Scalar, Range<Int>) -> Void) {
        var position = range.lowerBound
        while position < range.upperBound {
            let (value, length) = scalar(in: text, at: position)
            // The text is valid UTF-8, so the replacement is never taken.
            body(Unicode.Scalar(value) ?? "\u{FFFD}", position..<position + length)
            position += length
        }
    }
}
