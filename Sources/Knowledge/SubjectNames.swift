import MediaWiki

/// What the subject of an article is called.
struct SubjectNames {
    /// All names, the title first, each once.
    private(set) var all: [String]
    /// The same in lower case.
    private var keys: [[UInt8]]

    /// Collects names: the title and its shorter forms, those of parameters, those in bold type, a person's family name.
    init(title: String, parameters: [String], lead: [PlainText], isPerson: Bool) {
        all = [title]
        keys = [Self.key(title)]
        add(title)
        let base = Self.withoutParenthesis(title)
        add(base)
        if let comma = base.withBytes({ bytes in bytes.indices.first { bytes.has(", ", at: $0) } }) {
            add(String(decoding: base.utf8.prefix(comma), as: UTF8.self))
        }
        add(Self.withoutCompanySuffix(base))
        for name in parameters { add(name) }
        // Later paragraphs explain terms in bold type too; the first two name the subject.
        for paragraph in lead.prefix(2) {
            paragraph.text.withBytes { bytes in
                for range in paragraph.bold {
                    let name = String(decoding: bytes[range], as: UTF8.self)
                    // Letters in bold spell out an acronym.
                    if name.characterCount > 2 { add(name) }
                }
            }
        }
        if isPerson, let family = Self.familyName(base) { add(family) }
    }

    /// Adds a name without the marks around it, if it is new and may be one.
    private mutating func add(_ name: String) {
        let name = Self.trimmed(name)
        guard !contains(name), (1...100).contains(name.characterCount), Markup.reason(name) == nil,
            name.hasLetterOrNumber
        else { return }
        keys.append(Self.key(name))
        all.append(name)
    }

    /// Whether a text is one of the names, whatever its case.
    func contains(_ text: String) -> Bool { text.withLowercasedBytes { contains(lowercased: $0) } }

    /// Whether a text in lower case is one of the names.
    func contains(lowercased text: UnsafeBufferPointer<UInt8>) -> Bool {
        keys.contains { $0.count == text.count && $0.elementsEqual(text) }
    }

    /// Whether a text begins with one of the names, or with "The" and one of them.
    func begin(_ text: String) -> Bool {
        var key = Self.key(text)
        if key.starts(with: "the ".utf8) { key.removeFirst(4) }
        return keys.contains { name in
            let name = name.starts(with: "the ".utf8) ? Array(name.dropFirst(4)) : name
            return key.starts(with: name) && (key.count == name.count || !Self.isWordByte(key[name.count]))
        }
    }

    /// Whether a name stands in a text as whole words.
    func stand(in text: String) -> Bool { text.withLowercasedBytes { stand(inLowercased: $0) } }

    /// Whether a name stands in a text in lower case as whole words.
    func stand(inLowercased text: UnsafeBufferPointer<UInt8>) -> Bool {
        keys.contains { name in name.withUnsafeBufferPointer { Self.isWhole($0, in: text) } }
    }

    static func isWhole(_ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !needle.isEmpty, needle.count <= text.count else { return false }
        search: for start in 0...(text.count - needle.count) where text[start] == needle[0] {
            for offset in needle.indices where text[start + offset] != needle[offset] { continue search }
            let startsWord = start == 0 || !isWordByte(text[start - 1])
            let end = start + needle.count
            if startsWord, end == text.count || !isWordByte(text[end]) { return true }
        }
        return false
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    static func key(_ text: String) -> [UInt8] { text.lowercasedBytes }

    /// "Mercury (planet)" without what tells it from others.
    static func withoutParenthesis(_ title: String) -> String {
        title.withBytes { bytes in
            guard bytes.last == UInt8(ascii: ")"),
                let bracket = bytes.indices.last(where: { bytes.has(" (", at: $0) }), bracket > 0
            else { return title }
            return String(decoding: bytes[..<bracket], as: UTF8.self)
        }
    }

    /// "Apple Inc." is "Apple".
    private static func withoutCompanySuffix(_ name: String) -> String {
        guard mayHaveSuffix(name) else { return name }
        var words = name.split(separator: " ")
        while words.count > 1, let last = words.last, companySuffixes.contains(last.lowercased()) { words.removeLast() }
        let bare = words.joined(separator: " ")
        return bare.hasSuffix(",") ? String(bare.dropLast()) : bare
    }

    /// Whether the last word is one of the suffixes, or the blanks or a comma at the end need a look.
    private static func mayHaveSuffix(_ name: String) -> Bool {
        name.withLowercasedBytes { bytes in
            guard let last = bytes.last, last != UInt8(ascii: ","), last != 0x20, bytes[0] != 0x20, !bytes.has("  ")
            else { return true }
            let start = bytes.lastIndex(of: 0x20).map { $0 + 1 } ?? 0
            return companySuffixWords.contains(bytes, start..<bytes.count)
        }
    }

    private static let companySuffixWords = WordSet(Array(companySuffixes))

    private static let companySuffixes: Set<String> = [
        "inc.", "inc", "ltd.", "ltd", "corp.", "corp", "corporation", "company", "co.", "plc", "llc", "limited", "gmbh",
        "ag", "s.a.",
        "sa", "n.v.", "group", "holdings",
    ]

    private static func trimmed(_ name: String) -> String {
        name.withBytes { bytes in
            var start = 0
            var end = bytes.count
            while let length = markLength(bytes, at: start), start < end { start += length }
            // "Washington, D.C." keeps its stop.
            while end > start, let length = markLength(bytes, before: end), end - length >= start { end -= length }
            return start == 0 && end == bytes.count ? name : String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    /// The length of the mark at an offset; nil if none is there.
    private static func markLength(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case 0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\""): return 1
        default: return bytes.has("“", at: start) || bytes.has("”", at: start) ? 3 : nil
        }
    }

    private static func markLength(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int? {
        if let length = markLength(bytes, at: end - 1) { return length }
        return end >= 3 ? markLength(bytes, at: end - 3).flatMap { $0 == 3 ? 3 : nil } : nil
    }

    /// The last word of a name of two or more, without "Jr." and the like.
    private static func familyName(_ name: String) -> String? {
        var words = name.split(separator: " ")
        func isShort(_ word: Substring, _ short: [String]) -> Bool {
            word.utf8.count <= 3 && short.contains(word.lowercased())
        }
        while let last = words.last, isShort(last, ["jr.", "sr.", "jr", "sr", "ii", "iii", "iv"]) { words.removeLast() }
        guard words.count >= 2, let last = words.last, last.count >= 3, last.first?.isUppercase == true,
            // "Alexander the Great", "Philip of Macedon", "Pope John" have no family name.
            !words.contains(where: { isShort($0, ["the", "of", "de"]) }),
            last.unicodeScalars.allSatisfy({
                $0.isASCII && UInt8(truncatingIfNeeded: $0.value).isASCIILetter || $0 == "-" || $0 == "'" || $0 == "’"
                    || $0.properties.isAlphabetic
            })
        else { return nil }
        return String(last)
    }
}
