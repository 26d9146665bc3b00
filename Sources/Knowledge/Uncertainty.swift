import MediaWiki

/// Signs that a text is not certain, or is no value at all.
enum Uncertainty {
    /// Why a text cannot be relied on; nil if nothing speaks against it.
    static func reason(_ text: String) -> String? {
        let lowercased = text.lowercased()
        if noValues.contains(lowercased) || (noValueEndings.ends(lowercased) && lowercased.utf8.count < 40) {
            return "no value"
        }
        if text.contains("?") { return "uncertain" }
        let words = lowercased.split { $0 == " " || $0 == "(" || $0 == ")" || $0 == "," || $0 == ";" }
        if let first = words.first, uncertainOpenings.contains(String(first)) { return "uncertain" }
        // "c. 1450", but "J. C. Smith".
        let originals = text.split { $0 == " " || $0 == "(" || $0 == ")" }
        if originals.contains(where: { $0 == "c." || $0 == "ca." || $0 == "c" || $0 == "ca" }) { return "uncertain" }
        if text.hasPrefix("~") || text.hasPrefix("≈") || text.hasPrefix(">") || text.hasPrefix("<") {
            return "uncertain"
        }
        if words.contains(where: { uncertainWords.contains(String($0)) }) { return "uncertain" }
        if text.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }), isAlternative(words) { return "uncertain" }
        if isRange(text, lowercased) { return "range" }
        return nil
    }

    private static let noValues: Set<String> = [
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
    private static let uncertainOpenings: Set<String> = [
        "circa", "about", "approx", "approx.", "approximately", "around", "est.", "fl.", "floruit", "before",
        "after", "between", "over", "under", "nearly", "almost", "roughly", "some", "probably", "possibly", "perhaps",
        "maybe", "see",
        "list", "lists", "up", "at", "more", "less", "fewer", "early", "late", "mid", "unknown", "various",
        "traditionally",
        "prior", "as", "estimated", "allegedly", "reportedly", "or", "unnamed", "by", "until", "since", "from",
    ]

    /// Words anywhere that show the same.
    private static let uncertainWords: Set<String> = [
        "disputed", "uncertain", "unconfirmed", "alleged", "allegedly", "presumed", "presumably", "probable",
        "estimate",
        "estimated", "est.", "approx.", "approximately", "circa", "tba", "tbd", "tbc", "unclear", "contested",
        "unverified", "rumored", "rumoured", "purported", "putative", "designated", "designate", "elect", "acting",
        "expected",
        "scheduled", "planned", "proposed", "questionable", "traditional", "claimed", "or",
    ]

    /// "1450 or 1451".
    private static func isAlternative(_ words: [Substring]) -> Bool {
        zip(words, words.dropFirst()).contains {
            $1 == "or" && ($0.utf8.last ?? 0) >= 0x30 && ($0.utf8.last ?? 0) <= 0x39
        }
    }

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
