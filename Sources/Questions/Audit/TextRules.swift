import MediaWiki

/// What no text of a question may contain (contract, section 4), and how answers are compared.
public enum TextRules {
    /// What is wrong with a text, as a few words; nil when nothing is.
    public static func defect(of text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            if bytes.isEmpty { return "empty text" }
            if isPlain(bytes) { return nil }
            if let mark = Mark.first(in: bytes) { return mark }
            return blankDefect(bytes)
        }
    }

    /// Whether a text has nothing that could be a defect, as nearly all have: every text of every article passes here.
    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        mayBeDefect.withUnsafeBufferPointer { mayBeDefect in
            var previousIsBlank = true
            for byte in bytes {
                let isBlank = byte == 0x20
                if mayBeDefect[Int(byte)] || (isBlank && previousIsBlank) { return false }
                previousIsBlank = isBlank
            }
            return !previousIsBlank
        }
    }

    /// Bytes with which markup, control characters and blanks other than U+0020 begin.
    private static let mayBeDefect: [Bool] = (0..<256).map {
        $0 < 0x20 || $0 == 0x7F || Mark.opens[$0] || [0xC2, 0xE1, 0xE2, 0xE3].contains($0)
    }

    /// Markup in a text, looked for byte by byte.
    private enum Mark {
        /// Bytes with which markup begins.
        static let opens: [Bool] = (0..<256).map { "{}[]'|<&".utf8.contains(UInt8($0)) }

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
        withKey(of: text) { key in
            key.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Calls `body` with the UTF-8 of the words of a text, one blank between each two.
    private static func withKey<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var text = text
        return text.withUTF8 { bytes in
            // Lower case takes one byte more for two at most.
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * bytes.count) { target in
                var key = KeyWriter(target)
                var position = 0
                while position < bytes.count {
                    let byte = bytes[position]
                    guard byte >= 0x80 else {
                        key.add(ascii: byte)
                        position += 1
                        continue
                    }
                    let end = min(position + (byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4), bytes.count)
                    key.add(bytes[position..<end])
                    position = end
                }
                return body(key.bytes)
            }
        }
    }

    /// Writes words in lower case as they come, scalar by scalar.
    private struct KeyWriter {
        private let target: UnsafeMutableBufferPointer<UInt8>
        private var count = 0
        private var isInWord = false

        init(_ target: UnsafeMutableBufferPointer<UInt8>) { self.target = target }

        var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: target[..<count]) }

        @inline(__always) mutating func add(ascii byte: UInt8) {
            let small = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if (0x61...0x7A).contains(small) || (0x30...0x39).contains(small) {
                beginWord()
                put(small)
            } else if small != UInt8(ascii: "'") {
                isInWord = false
            }
        }

        mutating func add(_ scalar: Slice<UnsafeBufferPointer<UInt8>>) {
            let first = scalar[scalar.startIndex]
            let second = scalar[scalar.startIndex + 1]
            if scalar.count == 2 {
                let small = smallTwoBytes[Int(first & 0x1F) << 6 | Int(second & 0x3F)]
                if small == 0 { isInWord = false } else { putWord(small) }
            } else if first == 0xE2, second == 0x80 {
                // Dashes, quotation marks; an apostrophe ends no word.
                if scalar[scalar.startIndex + 2] != 0x99 { isInWord = false }
            } else {
                for small in String(decoding: scalar, as: UTF8.self).lowercased().unicodeScalars {
                    if !isPartOfWord(small) {
                        isInWord = false
                        continue
                    }
                    beginWord()
                    for byte in UTF8.encode(small) ?? .init() { put(byte) }
                }
            }
        }

        /// Adds up to four bytes, the lowest first.
        private mutating func putWord(_ bytes: UInt32) {
            beginWord()
            var rest = bytes
            while rest != 0 {
                put(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
        }

        @inline(__always) private mutating func beginWord() {
            if !isInWord, count > 0 { put(0x20) }
            isInWord = true
        }

        @inline(__always) private mutating func put(_ byte: UInt8) {
            precondition(count < target.count, "lower case is longer than expected")
            target.initializeElement(at: count, to: byte)
            count += 1
        }
    }

    /// The lower case of U+0000 to U+07FF in UTF-8, the first byte lowest; 0 where it is no part of a word.
    private static let smallTwoBytes: [UInt32] = (0..<0x800).map { value in
        let small = Unicode.Scalar(value).map { String(Character($0)).lowercased() } ?? ""
        guard small.unicodeScalars.allSatisfy(isPartOfWord) else { return 0 }
        return small.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else {
            return (0x61...0x7A).contains(scalar.value) || (0x30...0x39).contains(scalar.value)
        }
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || properties.generalCategory == .nonspacingMark
    }

    /// Hashes of the words of a text: equal for equal words, and quicker to compare.
    static func plainHashes(_ text: String) -> [UInt64] {
        withKey(of: text) { key in
            var hashes: [UInt64] = []
            var hash = TitleHash()
            for byte in key {
                guard byte == 0x20 else {
                    hash.add(byte)
                    continue
                }
                hashes.append(hash.value)
                hash = TitleHash()
            }
            if !key.isEmpty { hashes.append(hash.value) }
            return hashes
        }
    }

    /// The same; abbreviations of countries count as their names, for "U.S." beside "United States" is no other option.
    static func wordHashes(_ text: String) -> [UInt64] {
        let hashes = plainHashes(text)
        return hashes.contains(where: abbreviationBegins.contains) ? withNames(hashes) : hashes
    }

    /// Hashes of words with the names of countries in place of their abbreviations.
    private static func withNames(_ hashes: [UInt64]) -> [UInt64] {
        var result: [UInt64] = []
        var position = 0
        while position < hashes.count {
            let rest = hashes[position...]
            if let short = abbreviations.first(where: { rest.starts(with: $0.short) }) {
                result += short.long
                position += short.short.count
            } else {
                result.append(hashes[position])
                position += 1
            }
        }
        return result
    }

    /// Hashes of the words that abbreviations begin with.
    private static let abbreviationBegins = FewHashes(abbreviations.compactMap(\.short.first))

    /// Longer forms before those that they begin with.
    private static let abbreviations: [(short: [UInt64], long: [UInt64])] = {
        let table: KeyValuePairs = [
            "united states of america": "united states", "u s a": "united states", "u s": "united states",
            "usa": "united states", "us": "united states", "u k": "united kingdom", "uk": "united kingdom",
            "great britain": "united kingdom", "u s s r": "soviet union", "ussr": "soviet union",
            "u a e": "united arab emirates", "uae": "united arab emirates", "nyc": "new york city",
        ]
        return table.map { (plainHashes($0), plainHashes($1)) }
    }()

    /// Whether `part` is not empty and a run of whole words of `whole`.
    public static func contains<Word: Equatable>(_ whole: [Word], _ part: [Word]) -> Bool {
        guard let first = part.first, part.count <= whole.count else { return false }
        for start in 0...(whole.count - part.count) where whole[start] == first {
            var offset = 1
            while offset < part.count, whole[start + offset] == part[offset] { offset += 1 }
            if offset == part.count { return true }
        }
        return false
    }

    /// Words as one text: equal for answers that differ in case, punctuation and blanks only.
    public static func key(_ text: String) -> String { withKey(of: text) { String(decoding: $0, as: UTF8.self) } }

    /// The first byte of `key`, if only ASCII stands before what it comes from; nil otherwise.
    static func keyBeginning(_ text: String) -> UInt8? {
        for byte in text.utf8 {
            let small = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if (0x61...0x7A).contains(small) || (0x30...0x39).contains(small) { return small }
            if byte >= 0x80 { return nil }
        }
        return nil
    }

    /// Hash of `key`.
    static func keyHash(_ text: String) -> UInt64 { withKey(of: text) { TitleHash($0).value } }

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
