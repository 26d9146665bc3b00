extension WikitextDocument {
    /// The plain text of a template's value: one piece for each list item, blank lines and `<br>` counted as breaks.
    public func plainText(of value: Range<Int>, links: LinkResolver) -> [PlainText] {
        let value = trimmed(value)
        if isPlain(value) {
            return value.isEmpty ? [] : [PlainText(text: String(decoding: bytes[value], as: UTF8.self))]
        }
        return PlainTextRenderer.items(of: value, in: self, links: links, purpose: .value)
    }

    /// Whether a range is words with single blanks between them, and nothing that the renderer would look at.
    private func isPlain(_ range: Range<Int>) -> Bool {
        guard range.isEmpty || bytes[range.lowerBound] != UInt8(ascii: "*") else { return false }
        var previous: UInt8 = 0
        for byte in bytes[range] {
            switch byte {
            case 0x20, UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ")"):
                if previous == 0x20 { return false }
            case UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: "_"), UInt8(ascii: "{"), UInt8(ascii: "}"):
                return false
            case 0x21...0x7E: break
            default: return false
            }
            previous = byte
        }
        return true
    }
}
