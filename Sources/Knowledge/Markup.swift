/// Signs that a text is not what a reader should see.
enum Markup {
    /// What is wrong with a text; nil if nothing is.
    static func reason(_ text: String) -> String? {
        var previous: UInt8 = 0
        var openBrackets = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"),
                0..<0x20, 0x7F:
                return "markup left"
            // Single brackets that close are text: "[He] 2s² 2p⁴".
            case UInt8(ascii: "["), UInt8(ascii: "]"):
                openBrackets += byte == UInt8(ascii: "[") ? 1 : -1
                if previous == byte || openBrackets < 0 { return "markup left" }
            case UInt8(ascii: "'"), 0x20: if previous == byte { return "markup left" }
            default: break
            }
            previous = byte
        }
        if openBrackets != 0 { return "markup left" }
        let lowercased = text.lowercased()
        if addressParts.isFound(in: lowercased) || (text.utf8.contains(0x40) && !text.utf8.contains(0x20)) {
            return "web address"
        }
        if fileEndings.isFound(in: lowercased + " ") { return "file name" }
        if text.hasPrefix("#") || lowercased.hasSuffix("px") && lowercased.dropLast(2).allSatisfy(\.isNumber) {
            return "layout value"
        }
        if text.utf8.contains(0x26), hasEntity(text) { return "markup left" }
        return nil
    }

    private static let addressParts: PhraseSet = ["://", "www."]

    private static let fileEndings = PhraseSet(
        [
            ".jpg", ".jpeg", ".png", ".svg", ".gif", ".tif", ".tiff", ".ogg", ".oga", ".ogv", ".webm", ".mid", ".pdf",
            ".djvu", ".wav",
            ".mp3", ".webp", ".xcf",
        ].map { $0 + " " })

    /// `&nbsp;` and `&#160;`, which should have been decoded.
    private static func hasEntity(_ text: String) -> Bool {
        var rest = text[...]
        while let ampersand = rest.firstIndex(of: "&") {
            rest = rest[rest.index(after: ampersand)...]
            let name = rest.prefix(12).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "#") }
            if !name.isEmpty, rest.dropFirst(name.count).first == ";" { return true }
        }
        return false
    }
}
