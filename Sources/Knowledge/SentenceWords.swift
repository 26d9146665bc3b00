import MediaWiki

/// A sentence as bytes, cut at its blanks.
struct SentenceWords {
    let bytes: [UInt8]
    /// Where the words stand, with their punctuation.
    let words: [Range<Int>]
    /// The sentence in lower case, if every byte of it stands where it stood.
    private let lowercased: [UInt8]?
    /// The words with a digit in them.
    let numerals: [Int]

    init(_ text: String) {
        self.init(Array(text.utf8))
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        (words, numerals) = bytes.withUnsafeBufferPointer { bytes in
            var words: [Range<Int>] = []
            words.reserveCapacity(bytes.count / 5)
            var numerals: [Int] = []
            var start = 0
            var hasDigit = false
            for position in 0...bytes.count {
                if position < bytes.count, bytes[position] != 0x20 {
                    hasDigit = hasDigit || bytes[position].isASCIIDigit
                    continue
                }
                if start < position {
                    if hasDigit { numerals.append(words.count) }
                    words.append(start..<position)
                }
                start = position + 1
                hasDigit = false
            }
            return (words, numerals)
        }
        let lowercase = bytes.withUnsafeBufferPointer { Lowercase.bytes($0) }
        lowercased = lowercase.keepsPlaces ? lowercase.bytes : nil
    }

    /// Calls `body` with a range in lower case.
    func withLowercased<Result>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            if let lowercased {
                return lowercased.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
            }
            return Lowercase.withBytes(of: UnsafeBufferPointer(rebasing: bytes[range]), body)
        }
    }

    /// The text in a range.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// A word without punctuation around it.
    func bare(_ index: Int) -> Range<Int> {
        let word = words[index]
        return bytes.withUnsafeBufferPointer { bytes in
            var (start, end) = (word.lowerBound, word.upperBound)
            while start < end {
                if bytes[start] == UInt8(ascii: "(") || bytes[start] == 0x22 || bytes[start] == UInt8(ascii: "'") {
                    start += 1
                } else if bytes.has("“", at: start) || bytes.has("‘", at: start) {
                    start += 3
                } else {
                    break
                }
            }
            while end > start {
                if Self.isClosing(bytes[end - 1]) {
                    end -= 1
                } else if end - start >= 3, bytes.has("”", at: end - 3) || bytes.has("’", at: end - 3) {
                    end -= 3
                } else {
                    break
                }
            }
            return start..<end
        }
    }

    private static func isClosing(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: ")"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "!"):
            true
        default: false
        }
    }

    /// Whether a word's last byte is one of a few signs.
    func word(_ index: Int, endsWith signs: StaticString) -> Bool {
        let last = bytes[words[index].upperBound - 1]
        return (0..<signs.utf8CodeUnitCount).contains { signs.utf8Start[$0] == last }
    }

    /// Whether a range is one of some words.
    func isWord(_ range: Range<Int>, in set: WordSet) -> Bool {
        bytes.withUnsafeBufferPointer { set.contains($0, range) }
    }

    /// Whether a range in lower case is one of some words.
    func isLowercased(_ range: Range<Int>, in set: WordSet) -> Bool {
        withLowercased(range) { set.contains($0, 0..<$0.count) }
    }

    /// Whether a range ends with a phrase.
    func isRange(_ range: Range<Int>, endingWith phrase: StaticString) -> Bool {
        bytes.withUnsafeBufferPointer { UnsafeBufferPointer(rebasing: $0[range]).isEnd(phrase) }
    }

    /// Whether a range in lower case ends with a phrase.
    func isLowercased(_ range: Range<Int>, endingWith phrase: StaticString) -> Bool {
        withLowercased(range) { $0.isEnd(phrase) }
    }

    /// How many characters stand in a range.
    func characterCount(_ range: Range<Int>) -> Int {
        bytes.withUnsafeBufferPointer { UnsafeBufferPointer(rebasing: $0[range]).countOfLoneScalars }
            ?? text(range).count
    }

    /// Whether a range begins with a small letter.
    func isSmall(_ range: Range<Int>) -> Bool {
        guard let first = bytes[range].first else { return false }
        return first < 0x80 ? first.isASCIILetter && !first.isASCIICapital : text(range).first?.isLowercase == true
    }

    /// Whether a range begins with a capital letter.
    func isCapitalised(_ range: Range<Int>) -> Bool {
        guard let first = bytes[range].first else { return false }
        return first < 0x80 ? first.isASCIICapital : text(range).first?.isUppercase == true
    }

    /// Whether a dash as between years stands in a range.
    func hasDash(_ range: Range<Int>) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            range.contains { bytes[$0] == 0xE2 && bytes.has("–", at: $0) }
        }
    }

    /// The months among the three words before and behind each word with a digit: no other can be part of a date.
    var monthsNearNumerals: [Int] {
        var months: [Int] = []
        var next = 0
        for numeral in numerals {
            for index in words.indices.clamped(to: max(next, numeral - 3)..<numeral + 4) where isMonth(index) {
                months.append(index)
            }
            next = numeral + 4
        }
        return months
    }

    /// Whether a word is a month with a capital letter.
    private func isMonth(_ index: Int) -> Bool {
        // January, February, March and so on; no other letter begins one.
        switch bytes[words[index].lowerBound] {
        case UInt8(ascii: "J"), UInt8(ascii: "F"), UInt8(ascii: "M"), UInt8(ascii: "A"), UInt8(ascii: "S"),
            UInt8(ascii: "O"), UInt8(ascii: "N"), UInt8(ascii: "D"):
            isMonth(bare(index))
        default: false
        }
    }

    /// Whether a range is a month in any case, or its usual abbreviation with or without a full stop.
    func isMonth(_ range: Range<Int>) -> Bool {
        guard let last = bytes[range].last else { return false }
        let name = last == UInt8(ascii: ".") ? range.lowerBound..<range.upperBound - 1 : range
        return isLowercased(name, in: Self.months)
    }

    private static let months = WordSet(
        Months.names.flatMap { [$0.lowercased(), $0.prefix(3).lowercased()] } + ["sept"])

    /// Whether a word begins with a digit or a sign of money.
    func mayBeginAmount(_ index: Int) -> Bool {
        let start = words[index].lowerBound
        switch bytes[start] {
        case 0x30...0x39, UInt8(ascii: "$"), UInt8(ascii: "U"): return true
        case 0xC2, 0xE2:
            return bytes.withUnsafeBufferPointer { $0.has("£", at: start) || $0.has("€", at: start) }
        default: return false
        }
    }

    /// Whether a text in lower case stands as whole words outside a range.
    func hasElsewhere(_ label: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        func stands(in part: Range<Int>) -> Bool { withLowercased(part) { SubjectNames.isWhole(label, in: $0) } }
        return stands(in: 0..<range.lowerBound) || stands(in: range.upperBound..<bytes.count)
    }
}
