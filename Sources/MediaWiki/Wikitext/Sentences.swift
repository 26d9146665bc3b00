extension PlainText {
    /// The sentences of a paragraph, in order. In doubt two sentences stay together: after initials, abbreviations and
    /// inside brackets.
    public func sentences() -> [PlainText] {
        let bytes = Array(text.utf8)
        return SentenceSplitter.ranges(bytes).map { slice($0, of: bytes) }.filter { !$0.text.isEmpty }
    }
}

/// Finds the ends of English sentences.
enum SentenceSplitter {
    /// Words that end in a full stop inside a sentence, in lower case without that stop.
    private static let abbreviations: Set<String> = [
        "st", "mt", "ft", "dr", "mr", "mrs", "ms", "jr", "sr", "prof", "rev", "gen", "col", "lt", "maj", "capt", "cpt",
        "sgt",
        "adm", "cmdr", "gov", "sen", "rep", "hon", "pres", "messrs", "mme", "mlle", "c", "ca", "cca", "approx", "b",
        "d", "r",
        "fl", "lit", "no", "nos", "vs", "v", "vol", "vols", "pp", "p", "ed", "eds", "e.g", "i.e", "cf", "viz", "etc",
        "al", "inc",
        "ltd", "co", "corp", "bros", "dept", "est", "univ", "ave", "blvd", "rd", "jan", "feb", "mar", "apr", "jun",
        "jul", "aug",
        "sep", "sept", "oct", "nov", "dec", "op", "sq", "km", "mi", "ph.d", "b.a", "m.a", "a.d", "b.c", "a.m", "p.m",
        "d.c",
        "pron", "born", "abbr", "var", "subsp", "ssp", "sp", "spp", "cv", "nom", "hr", "fr", "ger", "lat", "gr", "russ",
    ]

    private static let longestAbbreviation = abbreviations.map(\.utf8.count).max() ?? 0

    /// Words that begin a sentence even after "U.S."
    private static let openers: Set<String> = [
        "the", "it", "he", "she", "they", "in", "this", "these", "its", "his", "her", "their", "on", "at", "after",
        "as", "by",
        "although", "during", "while", "since", "for", "there", "however", "from", "with", "to", "when", "its",
    ]

    static func ranges(_ text: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        var openBrackets = 0
        var position = 0
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["): openBrackets += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): openBrackets = max(0, openBrackets - 1)
            case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"):
                let end = afterClosers(text, position + 1)
                let closed = text[position + 1..<end].count { $0 == UInt8(ascii: ")") }
                if openBrackets == closed || openBrackets == 0, end < text.count, text[end] == 0x20,
                    opensSentence(text, at: end + 1),
                    text[position] != UInt8(ascii: ".")
                        || !isAbbreviation(text, stop: position, start: start, next: end + 1)
                {
                    result.append(start..<end)
                    start = end + 1
                    position = end
                    openBrackets = 0
                }
            default: break
            }
            position += 1
        }
        if start < text.count { result.append(start..<text.count) }
        return result
    }

    /// After quotation marks and brackets that close behind the stop.
    private static func afterClosers(_ text: [UInt8], _ start: Int) -> Int {
        var end = start
        while end < text.count {
            if text[end] == UInt8(ascii: "\"") || text[end] == UInt8(ascii: "'") || text[end] == UInt8(ascii: ")") {
                end += 1
            } else if end + 2 < text.count, text[end] == 0xE2, text[end + 1] == 0x80,
                text[end + 2] == 0x9D || text[end + 2] == 0x99
            {
                end += 3
            } else {
                break
            }
        }
        return end
    }

    /// An upper-case letter, a digit or an opening quotation mark or bracket.
    private static func opensSentence(_ text: [UInt8], at position: Int) -> Bool {
        guard position < text.count else { return false }
        let byte = text[position]
        if byte < 0x80 {
            return (byte >= 0x41 && byte <= 0x5A) || byte.isASCIIDigit || byte == UInt8(ascii: "\"")
                || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "'")
        }
        let scalar = String(decoding: text[position..<min(position + 4, text.count)], as: UTF8.self).unicodeScalars
            .first
        return scalar.map { $0.properties.isUppercase || $0 == "“" || $0 == "‘" || $0 == "«" } ?? false
    }

    private static func isAbbreviation(_ text: [UInt8], stop: Int, start: Int, next: Int) -> Bool {
        var wordStart = stop
        while wordStart > start, text[wordStart - 1] != 0x20, text[wordStart - 1] != UInt8(ascii: "("),
            stop - wordStart < 16
        {
            wordStart -= 1
        }
        let bytes = text[wordStart..<stop]
        let hasStop = bytes.contains(UInt8(ascii: "."))
        // Most words are no abbreviations by their length.
        if bytes.count > longestAbbreviation, !hasStop, bytes.allSatisfy({ $0 < 0x80 }) { return false }
        let word = String(decoding: bytes, as: UTF8.self)
        let lowercased = word.lowercased()
        // "the 1990s." ends a sentence, "J." and "Å." do not.
        if let scalar = word.unicodeScalars.first, word.unicodeScalars.dropFirst().isEmpty {
            return scalar.properties.isAlphabetic && !startsWithOpener(text, next)
        }
        if hasStop {
            let isInitials = lowercased.utf8.split(separator: UInt8(ascii: ".")).allSatisfy { part in
                part.count { $0 & 0xC0 != 0x80 } <= 2
            }
            return (isInitials || abbreviations.contains(lowercased)) && !startsWithOpener(text, next)
        }
        guard abbreviations.contains(lowercased) else { return false }
        // "Foo Inc. The company" and "10 km. The" are two sentences; "St. The" does not occur.
        return !startsWithOpener(text, next)
    }

    private static func startsWithOpener(_ text: [UInt8], _ start: Int) -> Bool {
        var end = start
        while end < text.count, text[end].isASCIILetter, end - start < 12 { end += 1 }
        guard end < text.count, text[end] == 0x20 || text[end] == UInt8(ascii: ",") else { return false }
        return openers.contains(String(decoding: text[start..<end], as: UTF8.self).lowercased())
    }
}
