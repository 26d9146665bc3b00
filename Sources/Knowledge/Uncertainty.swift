import MediaWiki

/// Signs that a text is not certain, or is no value at all.
enum Uncertainty {
    /// Why a text cannot be relied on; nil if nothing speaks against it.
    static func reason(_ text: String) -> String? {
        text.withBytes { original in
            Lowercase.withBytes(of: original) { reason(text, original, $0) }
        }
    }

    private static func reason(
        _ text: String, _ original: UnsafeBufferPointer<UInt8>, _ lowercased: UnsafeBufferPointer<UInt8>
    ) -> String? {
        if noValues.contains(lowercased, 0..<lowercased.count)
            || (lowercased.count < 40 && noValueEndings.ends(lowercased))
        {
            return "no value"
        }
        if original.contains(UInt8(ascii: "?")) { return "uncertain" }
        if let first = original.first, "~><".utf8.contains(first) || original.has("≈", at: 0) { return "uncertain" }
        if hasUncertainWord(lowercased) || hasCirca(original) { return "uncertain" }
        return mayBeRange(lowercased) && isRange(text, String(decoding: lowercased, as: UTF8.self)) ? "range" : nil
    }

    private static func hasUncertainWord(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var words = ByteWords(text) { $0 == 0x20 || $0 == 0x28 || $0 == 0x29 || $0 == 0x2C || $0 == 0x3B }
        var isFirst = true
        while let word = words.next() {
            if isFirst, uncertainOpenings.contains(text, word) { return true }
            isFirst = false
            // "1450 or 1451" too: it holds "or".
            if uncertainWords.contains(text, word) { return true }
        }
        return false
    }

    /// "c. 1450", but not "J. C. Smith".
    private static func hasCirca(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        for start in text.indices where text[start] == UInt8(ascii: "c") {
            guard start == 0 || isBlankOrBracket(text[start - 1]) else { continue }
            var end = start + 1
            if end < text.count, text[end] == UInt8(ascii: "a") { end += 1 }
            if end < text.count, text[end] == UInt8(ascii: ".") { end += 1 }
            if end == text.count || isBlankOrBracket(text[end]) { return true }
        }
        return false
    }

    private static func isBlankOrBracket(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x28 || byte == 0x29 }

    /// Whether a digit and a dash or "to" stand in a text, without which it is no range.
    private static func mayBeRange(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.contains(where: \.isASCIIDigit)
            && (text.contains { $0 == UInt8(ascii: "-") || $0 == 0xE2 } || text.has(" to "))
    }

    private static let noValues: WordSet = [
        "yes", "no", "y", "n", "none", "n/a", "na", "nil", "null", "nan", "auto", "unknown", "tba", "tbd", "tbc",
        "varies", "various",
        "see below", "see text", "see list", "list", "inline", "true", "false", "on", "off", "-", "–", "—", "other",
        "others", "more",
        "full list", "capital", "multiple", "not applicable", "default", "vacant", "incumbent", "present", "ongoing",
        "active", "several", "many",
        "undisclosed", "brands", "several others", "dmy", "mdy", "left", "right", "center", "none listed", "x", "date",
        "todo",
    ]

    /// What stands for a predecessor or successor that does not exist.
    private static let noValueEndings: PhraseSet = [
        " established", " abolished", " created", " dissolved", "new office", "new position", "new seat",
        "new constituency",
        "vacant", "list of members", "more...", "et al.", "and others",
    ]

    /// Words before a value that is only about right.
    private static let uncertainOpenings: WordSet = [
        "circa", "about", "approx", "approx.", "approximately", "around", "est.", "fl.", "floruit", "before",
        "after", "between", "over", "under", "nearly", "almost", "roughly", "some", "probably", "possibly", "perhaps",
        "maybe", "see",
        "list", "lists", "up", "at", "more", "less", "fewer", "early", "late", "mid", "unknown", "various",
        "traditionally",
        "prior", "as", "estimated", "allegedly", "reportedly", "or", "unnamed", "by", "until", "since", "from",
    ]

    /// Words anywhere that show the same.
    private static let uncertainWords: WordSet = [
        "disputed", "uncertain", "unconfirmed", "alleged", "allegedly", "presumed", "presumably", "probable",
        "estimate",
        "estimated", "est.", "approx.", "approximately", "circa", "tba", "tbd", "tbc", "unclear", "contested",
        "unverified", "rumored", "rumoured", "purported", "putative", "designated", "designate", "elect", "acting",
        "expected",
        "scheduled", "planned", "proposed", "questionable", "traditional", "claimed", "or",
    ]

    /// "1939–1945", "10-20 km", "1990–present", "5 to 7".
    private static func isRange(_ text: String, _ lowercased: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated()
        where scalar == "–" || scalar == "—" || scalar == "-" || scalar == "−" {
            var before = index - 1
            while before >= 0, scalars[before] == " " { before -= 1 }
            var after = index + 1
            while after < scalars.count, scalars[after] == " " { after += 1 }
            let hasDigitBefore = before >= 0 && ("0"..."9").contains(scalars[before])
            let rest = scalars[min(after, scalars.count)...]
            let hasDigitAfter = rest.first.map { ("0"..."9").contains($0) } ?? false
            let isOpen =
                rest.isEmpty || String(String.UnicodeScalarView(rest)).lowercased().hasPrefix("present")
                || String(String.UnicodeScalarView(rest)).lowercased().hasPrefix("now")
            let isISO = text.utf8.count == 10 && scalars.count == 10 && index == 4
            if hasDigitBefore, hasDigitAfter || isOpen, !isISO { return DateReader.date(text) == nil }
            // "May – June 1901", "1 May – 3 June 1901"
            if index > 0, scalars[index - 1] == " ", hasDigitAfter, !hasDigitBefore, lowercased.contains(" – ") {
                return true
            }
        }
        let words = lowercased.split(separator: " ")
        return zip(words, words.dropFirst(2)).contains { left, right in
            left.utf8.last.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
                && right.drop { $0 == "+" || $0 == "−" || $0 == "-" }.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 }
                    ?? false
                && lowercased.contains("\(left) to \(right)")
        }
    }
}
