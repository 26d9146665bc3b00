/// Signs that a text is not what a reader should see.
enum Markup {
    /// What is wrong with a text; nil if nothing is.
    static func reason(_ text: String) -> String? {
        text.withBytes { bytes in
            var openBrackets = 0
            var hasAddress = false
            var hasFileName = false
            var hasAmpersand = false
            var hasAtSign = false
            var hasBlank = false
            let isPlain = Self.isPlain
            for position in bytes.indices {
                let byte = bytes[position]
                if isPlain[Int(byte)] { continue }
                let isRepeated = position > 0 && bytes[position - 1] == byte
                switch byte {
                case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"),
                    0..<0x20, 0x7F:
                    return "markup left"
                // Single brackets that close are text: "[He] 2s² 2p⁴".
                case UInt8(ascii: "["), UInt8(ascii: "]"):
                    openBrackets += byte == UInt8(ascii: "[") ? 1 : -1
                    if isRepeated || openBrackets < 0 { return "markup left" }
                case UInt8(ascii: "'"): if isRepeated { return "markup left" }
                case 0x20:
                    if isRepeated { return "markup left" }
                    hasBlank = true
                case UInt8(ascii: "."):
                    hasFileName = hasFileName || isFileEnding(bytes, after: position)
                    hasAddress = hasAddress || isWorldWideWeb(bytes, before: position)
                case UInt8(ascii: ":"): hasAddress = hasAddress || bytes.has("://", at: position)
                case UInt8(ascii: "&"): hasAmpersand = true
                case UInt8(ascii: "@"): hasAtSign = true
                default: break
                }
            }
            if openBrackets != 0 { return "markup left" }
            if hasAddress || (hasAtSign && !hasBlank) { return "web address" }
            if hasFileName { return "file name" }
            if bytes.first == UInt8(ascii: "#") || isPixels(text, bytes) { return "layout value" }
            if hasAmpersand, hasEntity(text) { return "markup left" }
            return nil
        }
    }

    /// By byte, whether it is no sign of anything.
    private static let isPlain = (0...255).map { (byte: UInt8) in
        byte >= 0x20 && byte != 0x7F && !"{}<>|[]' .:&@".utf8.contains(byte)
    }

    /// Whether "www" in any case ends at `end`.
    private static func isWorldWideWeb(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Bool {
        end >= 3 && (1...3).allSatisfy { bytes[end - $0].lowercasedASCII == UInt8(ascii: "w") }
    }

    /// Whether the name of a file type in any case follows `stop`, and then a blank or the end.
    private static func isFileEnding(_ bytes: UnsafeBufferPointer<UInt8>, after stop: Int) -> Bool {
        var end = stop + 1
        while end < bytes.count, bytes[end] != 0x20 {
            guard end - stop <= 5 else { return false }
            end += 1
        }
        guard end > stop + 1 else { return false }
        let name = bytes[(stop + 1)..<end].map(\.lowercasedASCII)
        return name.withUnsafeBufferPointer { fileEndings.contains($0, 0..<$0.count) }
    }

    /// "250px".
    private static func isPixels(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 2, bytes[bytes.count - 2].lowercasedASCII == UInt8(ascii: "p"),
            bytes[bytes.count - 1].lowercasedASCII == UInt8(ascii: "x")
        else { return false }
        return text.dropLast(2).allSatisfy(\.isNumber)
    }

    private static let fileEndings: WordSet = [
        "jpg", "jpeg", "png", "svg", "gif", "tif", "tiff", "ogg", "oga", "ogv", "webm", "mid", "pdf", "djvu", "wav",
        "mp3", "webp", "xcf",
    ]

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
