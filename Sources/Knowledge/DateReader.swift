import MediaWiki

/// Reads dates that are written out in English: a day, a month or a year, never more than the text says.
enum DateReader {
    /// A date that the whole text is, with a month, an era or ISO's dashes. Bare years are not read: see `year`.
    static func date(_ text: String) -> DateValue? {
        guard text.utf8.count <= 40, text.hasASCIIDigit else { return nil }
        if let date = isoDate(text) { return date }
        // A weekday, an era and three words for the date; without an era one of them is the month.
        var words = text.utf8.split(maxSplits: 6) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
            .map { String(Substring($0)) }
        guard words.count <= 5, words.contains(where: { $0.utf8.contains(where: \.isASCIILetter) }) else { return nil }
        if let first = words.first, first.utf8.first?.isASCIIDigit == false, weekdays.contains(first.lowercased()) {
            words.removeFirst()
        }
        var isBC = false
        var hasEra = false
        if let last = words.last, last.utf8.first?.isASCIIDigit == false,
            let era = eras[last.uppercased().filter { $0 != "." }]
        {
            (isBC, hasEra) = (era, true)
            words.removeLast()
        } else if words.count > 1, let first = words.first, first.utf8.count == 2,
            ["AD", "CE"].contains(first.uppercased())
        {
            hasEra = true
            words.removeFirst()
        }
        guard let yearText = words.popLast(), let year = yearNumber(yearText), hasEra || yearText.utf8.count >= 3 else {
            return nil
        }
        let signedYear = isBC ? -year : year
        switch words.count {
        case 0: return hasEra ? DateValue(year: signedYear) : nil
        case 1:
            guard let month = Months.number(words[0]) else { return nil }
            return DateValue(year: signedYear, month: month)
        case 2:
            if let month = Months.number(words[1]), let day = dayNumber(words[0]) {
                return checked(signedYear, month, day)
            }
            if let month = Months.number(words[0]), let day = dayNumber(words[1]) {
                return checked(signedYear, month, day)
            }
            return nil
        default: return nil
        }
    }

    /// A year of three or four digits alone: "1867".
    static func year(_ text: String) -> DateValue? {
        guard text.utf8.count == 3 || text.utf8.count == 4, let year = yearNumber(text), year <= 2200 else {
            return nil
        }
        return DateValue(year: year)
    }

    /// A date of the calendar; nil for 31 June. 29 February is taken in Julian leap years too, until Greece gave it up.
    static func checked(_ year: Int, _ month: Int, _ day: Int) -> DateValue? {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let isGregorianLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let isJulianLeap = year % 4 == 0 && year <= 1923
        let isLeap = year < 0 || isGregorianLeap || isJulianLeap
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        return DateValue(year: year, month: month, day: day)
    }

    private static let weekdays: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    private static let eras = ["BC": true, "BCE": true, "AD": false, "CE": false]

    private static func isoDate(_ text: String) -> DateValue? {
        guard text.utf8.count == 10 else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            parts.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }),
            let year = Int(String(parts[0]) ?? ""), let month = Int(String(parts[1]) ?? ""),
            let day = Int(String(parts[2]) ?? ""), year > 0
        else { return nil }
        return checked(year, month, day)
    }

    private static func yearNumber(_ text: String) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let year = Int(text),
            year > 0
        else { return nil }
        return year
    }

    private static func dayNumber(_ text: String) -> Int? {
        var digits = text[...]
        for suffix in ["st", "nd", "rd", "th"] where digits.hasSuffix(suffix) { digits = digits.dropLast(2) }
        guard (1...2).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int(digits)
    }
}
