import MediaWiki

/// What no text of a question may contain (contract, section 4), and how answers are compared.
public enum TextRules {
    /// What is wrong with a text, as a few words; nil when nothing is.
    public static func defect(of text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            if bytes.isEmpty { return "empty text" }
            if let mark = Mark.first(in: bytes) { return mark }
            return blankDefect(bytes)
        }
    }

    /// Markup in a text, looked for byte by byte: every text of every article passes here.
    private enum Mark {
        /// Bytes with which markup begins.
        private static let opens: [Bool] = (0..<256).map { "{}[]'|<&".utf8.contains(UInt8($0)) }

        static func first(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
            var found: String?
            for position in bytes.indices where opens[Int(bytes[position])] {
                let byte = bytes[position]
                let next = position + 1 < bytes.count ? bytes[position + 1] : 0
                switch byte {
                case UInt8(ascii: "|"): found = found ?? "markup |"
                case UInt8(ascii: "'"):
                    if next == byte, position + 2 < bytes.count, bytes[position + 2] == byte {
                        found = found ?? "markup '''"
                    }
                case UInt8(ascii: "<"): if isTag(bytes, at: position) { found = found ?? "a tag" }
                case UInt8(ascii: "&"): if isEntity(bytes, at: position) { found = found ?? "an HTML entity" }
                default:
                    if next == byte {
                        found = found ?? "markup \(String(repeating: Character(Unicode.Scalar(byte)), count: 2))"
                    }
                }
                if found != nil { return found }
            }
            return nil
        }

        /// `<b>`, `</b>`, `<!-- -->`.
        private static func isTag(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
            var position = start + 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "/") { position += 1 }
            guard position < bytes.count, isLetter(bytes[position]) || bytes[position] == UInt8(ascii: "!") else {
                return false
            }
            let end = bytes[position...].firstIndex { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }
            return end.map { bytes[$0] == UInt8(ascii: ">") } ?? false
        }

        /// `&amp;`, `&#160;`, `&#xA0;`.
        private static func isEntity(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
            guard let end = bytes[(start + 1)...].firstIndex(of: UInt8(ascii: ";")), end > start + 1 else {
                return false
            }
            var name = bytes[(start + 1)..<end]
            guard name.first == UInt8(ascii: "#") else {
                return name.first.map(isLetter) == true && name.allSatisfy { isLetter($0) || isDigit($0) }
            }
            name = name.dropFirst()
            if name.first == UInt8(ascii: "x") {
                name = name.dropFirst()
                return !name.isEmpty && name.allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
            }
            return !name.isEmpty && name.allSatisfy(isDigit)
        }

        private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
        private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    }

    /// Blanks at the ends or side by side, and control characters.
    private static func blankDefect(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var blanks = BlankCount()
        if bytes.allSatisfy({ $0 < 0x80 }) {
            for byte in bytes { blanks.add(UInt32(byte), isBlank: byte == 0x20 || (0x09...0x0D).contains(byte)) }
        } else {
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
                blanks.add(scalar.value, isBlank: scalar.properties.isWhitespace)
            }
        }
        return blanks.defect
    }

    private struct BlankCount {
        private var isFirst = true
        private var previousIsBlank = false
        private var beginsBlank = false
        private var isDoubled = false
        private var hasControl = false

        mutating func add(_ scalar: UInt32, isBlank: Bool) {
            if isFirst { beginsBlank = isBlank }
            isFirst = false
            if isBlank, previousIsBlank { isDoubled = true }
            previousIsBlank = isBlank
            if scalar < 0x20 || scalar == 0x7F { hasControl = true }
        }

        var defect: String? {
            if beginsBlank || previousIsBlank { return "untrimmed blanks" }
            if hasControl { return "a control character" }
            return isDoubled ? "doubled blanks" : nil
        }
    }

    /// The words of a text, folded for comparison: lower case, without punctuation; accents and articles are kept.
    public static func words(_ text: String) -> [String] {
        var text = text
        if let words = text.withUTF8({ asciiWords($0) }) { return words }
        var small = text.lowercased()
        return small.withUTF8 { foldedWords($0) }
    }

    /// The words of a text in lower case.
    private static func foldedWords(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            let scalar = bytes[position..<min(position + length, bytes.count)]
            position += length
            if isPartOfWord(scalar) {
                word += scalar
            } else if !word.isEmpty, byte != UInt8(ascii: "'"), !scalar.elementsEqual("’".utf8) {
                words.append(String(decoding: word, as: UTF8.self))
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    /// The words of a text that is all ASCII, as nearly all are; nil for others.
    private static func asciiWords(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        var words: [String] = []
        var word: [UInt8] = []
        for byte in bytes {
            let small = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if (0x61...0x7A).contains(small) || (0x30...0x39).contains(small) {
                word.append(small)
            } else if !word.isEmpty, small != UInt8(ascii: "'") {
                words.append(String(decoding: word, as: UTF8.self))
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    private static func isPartOfWord(_ scalar: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let first = scalar[scalar.startIndex]
        switch scalar.count {
        case 1: return (0x61...0x7A).contains(first) || (0x30...0x39).contains(first)
        case 2: return isTwoByteWord[Int(first & 0x1F) << 6 | Int(scalar[scalar.startIndex + 1] & 0x3F)]
        default: return String(decoding: scalar, as: UTF8.self).unicodeScalars.allSatisfy(isPartOfWord)
        }
    }

    /// The same for U+0000 to U+07FF.
    private static let isTwoByteWord = (0..<0x800).map { Unicode.Scalar($0).map(isPartOfWord) ?? false }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else {
            return (0x61...0x7A).contains(scalar.value) || (0x30...0x39).contains(scalar.value)
        }
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || properties.generalCategory == .nonspacingMark
    }

    /// Hashes of the words of a text: equal for equal words, and quicker to compare.
    static func wordHashes(_ text: String) -> [UInt64] { wordHashes(words(text)) }

    /// The same for words; abbreviations of countries count as their names, for "U.S." beside "United States" is no other option.
    static func wordHashes(_ words: [String]) -> [UInt64] {
        let hashes = words.map { TitleHash($0).value }
        guard hashes.contains(where: abbreviationBegins.contains) else { return hashes }
        var result: [UInt64] = []
        var position = 0
        while position < words.count {
            let rest = words[position...]
            if let short = abbreviations.first(where: { rest.starts(with: $0.short) }) {
                result += short.long.map { TitleHash($0).value }
                position += short.short.count
            } else {
                result.append(hashes[position])
                position += 1
            }
        }
        return result
    }

    /// Hashes of the words that abbreviations begin with.
    private static let abbreviationBegins = Set(abbreviations.compactMap { $0.short.first.map { TitleHash($0).value } })

    /// Longer forms before those that they begin with.
    private static let abbreviations: [(short: [String], long: [String])] = {
        let table: KeyValuePairs = [
            "united states of america": "united states", "u s a": "united states", "u s": "united states",
            "usa": "united states", "us": "united states", "u k": "united kingdom", "uk": "united kingdom",
            "great britain": "united kingdom", "u s s r": "soviet union", "ussr": "soviet union",
            "u a e": "united arab emirates", "uae": "united arab emirates", "nyc": "new york city",
        ]
        return table.map { (words($0), words($1)) }
    }()

    /// Whether `part` is not empty and a run of whole words of `whole`.
    public static func contains<Word: Equatable>(_ whole: [Word], _ part: [Word]) -> Bool {
        guard let first = part.first, part.count <= whole.count else { return false }
        return (0...(whole.count - part.count)).contains { start in
            whole[start] == first && whole[start..<(start + part.count)].elementsEqual(part)
        }
    }

    /// Words as one text: equal for answers that differ in case, punctuation and blanks only.
    public static func key(_ text: String) -> String { words(text).joined(separator: " ") }

    /// Hash of `key`.
    static func keyHash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8(asciiKeyHash) ?? TitleHash(key(text)).value
    }

    /// The same for a text that is all ASCII, without making its words; nil for others.
    private static func asciiKeyHash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
        var hash = TitleHash()
        var isFirst = true
        var isInWord = false
        for byte in bytes {
            guard byte < 0x80 else { return nil }
            let small = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if (0x61...0x7A).contains(small) || (0x30...0x39).contains(small) {
                if !isInWord, !isFirst { hash.add(0x20) }
                hash.add(small)
                (isInWord, isFirst) = (true, false)
            } else if small != UInt8(ascii: "'") {
                isInWord = false
            }
        }
        return hash.value
    }

    /// What makes two options the same: `key`, but a sign before digits counts, and so does a text that has no words at all.
    static func optionKey(_ text: String) -> String {
        let key = key(text)
        guard !key.isEmpty else { return text }
        return text.hasPrefix("−") || text.hasPrefix("-") ? "−" + key : key
    }

    /// Whether a text holds another as whole words, whatever the case; a text without words anywhere.
    static func names(_ whole: String, _ part: String) -> Bool {
        let words = words(part)
        return words.isEmpty ? !part.isEmpty && whole.contains(part) : contains(self.words(whole), words)
    }

    /// A title without its parenthesis: "Mercury" of "Mercury (planet)".
    public static func withoutParenthesis(_ title: String) -> String {
        let bytes = title.utf8
        guard bytes.last == UInt8(ascii: ")"), var bracket = bytes.lastIndex(of: UInt8(ascii: "(")) else {
            return title
        }
        while bracket > bytes.startIndex {
            let before = bytes.index(before: bracket)
            if bytes[before] == 0x20 { return String(title[..<before]) }
            guard let next = bytes[..<bracket].lastIndex(of: UInt8(ascii: "(")) else { break }
            bracket = next
        }
        return title
    }
}
