import MediaWiki

/// Reads dates that are written out in English: a day, a month or a year, never more than the text says.
enum DateReader {
    /// A date that the whole text is, with a month, an era or ISO's dashes. Bare years are not read: see `year`.
    static func date(_ text: String) -> DateValue? {
        text.withBytes { bytes in
            guard bytes.count <= longestText, bytes.contains(where: \.isASCIIDigit) else { return nil }
            return isoDate(bytes) ?? date(bytes, [0..<bytes.count])
        }
    }

    private static let longestText = 40

    /// The same of parts of a text, as if there were blanks between them. ISO's dates are not read.
    static func date(_ bytes: UnsafeBufferPointer<UInt8>, _ parts: [Range<Int>]) -> DateValue? {
        guard parts.reduce(parts.count - 1, { $0 + $1.count }) <= longestText else { return nil }
        // A weekday, an era and three words for the date; without an era one of them is the month.
        var words: [Range<Int>] = []
        words.reserveCapacity(6)
        for part in parts {
            var cuts = ByteWords(UnsafeBufferPointer(rebasing: bytes[part])) { $0 == 0x20 || $0 == UInt8(ascii: ",") }
            while let word = cuts.next() {
                guard words.count < 5 else { return nil }
                words.append(word.lowerBound + part.lowerBound..<word.upperBound + part.lowerBound)
            }
        }
        guard words.contains(where: { bytes[$0].contains(where: \.isASCIILetter) }) else { return nil }
        if let first = words.first, isWord(first, of: bytes, in: weekdays) { words.removeFirst() }
        var isBC = false
        var hasEra = false
        if let last = words.last, let era = era(bytes[last]) {
            (isBC, hasEra) = (era, true)
            words.removeLast()
        } else if words.count > 1, let first = words.first, isWord(first, of: bytes, in: christianEras) {
            hasEra = true
            words.removeFirst()
        }
        guard let last = words.popLast(), let year = yearNumber(bytes[last]), hasEra || last.count >= 3 else {
            return nil
        }
        let signedYear = isBC ? -year : year
        func month(_ word: Range<Int>) -> Int? {
            bytes[word].first?.isASCIILetter == true ? Months.number(String(decoding: bytes[word], as: UTF8.self)) : nil
        }
        switch words.count {
        case 0: return hasEra ? DateValue(year: signedYear) : nil
        case 1:
            guard let month = month(words[0]) else { return nil }
            return DateValue(year: signedYear, month: month)
        case 2:
            if let day = dayNumber(bytes[words[0]]), let month = month(words[1]) {
                return checked(signedYear, month, day)
            }
            if let month = month(words[0]), let day = dayNumber(bytes[words[1]]) {
                return checked(signedYear, month, day)
            }
            return nil
        default: return nil
        }
    }

    /// A year of three or four digits alone: "1867".
    static func year(_ text: String) -> DateValue? {
        text.withBytes { bytes in
            guard bytes.count >= 3, let year = yearNumber(bytes[...]), year <= 2200 else { return nil }
            return DateValue(year: year)
        }
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

    private static let weekdays: WordSet = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    /// Eras that stand before a year too.
    private static let christianEras: WordSet = ["ad", "ce"]
    private static let otherEras: WordSet = ["bc", "bce"]

    /// Whether a word in lower case is one of some words of ASCII letters.
    private static func isWord(_ word: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>, in set: WordSet) -> Bool {
        guard bytes[word].first?.isASCIILetter == true else { return false }
        return Lowercase.withBytes(of: UnsafeBufferPointer(rebasing: bytes[word])) { set.contains($0, 0..<$0.count) }
    }

    /// Whether an era, with or without full stops, is that before Christ; nil if a word is none.
    private static func era(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Bool? {
        guard let first = word.first, first.isASCIILetter || first == UInt8(ascii: ".") else { return nil }
        let letters = word.filter { $0 != UInt8(ascii: ".") }.map(\.lowercasedASCII)
        return letters.withUnsafeBufferPointer { letters in
            if christianEras.contains(letters, 0..<letters.count) { return false }
            return otherEras.contains(letters, 0..<letters.count) ? true : nil
        }
    }

    private static func isoDate(_ bytes: UnsafeBufferPointer<UInt8>) -> DateValue? {
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8...]), year > 0
        else { return nil }
        return checked(year, month, day)
    }

    private static func yearNumber(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard digits.count <= 4, let year = number(digits), year > 0 else { return nil }
        return year
    }

    private static func dayNumber(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        // The number is one or two digits, and any suffixes stand behind it in this order.
        var digits = word
        for suffix: StaticString in ["st", "nd", "rd", "th"] where word.base.has(suffix, at: digits.endIndex - 2) {
            digits = digits.dropLast(2)
        }
        return digits.count <= 2 ? number(digits) : nil
    }

    /// The number that a few digits are; nil if they are none, or not all of them are digits.
    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard digit.isASCIIDigit else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }
}
