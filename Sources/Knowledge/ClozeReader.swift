import MediaWiki

/// Finds gaps in the sentences of a lead: linked things, dates and numbers that a question can ask for.
struct ClozeReader {
    /// Lengths of a sentence, in characters.
    static let lengths = 40...240
    /// Gaps that are taken from one sentence.
    static let maximumPerSentence = 4

    let title: String
    let names: SubjectNames
    /// "He" and "She" can only mean the subject.
    let isPerson: Bool

    /// A gap: a value and where it stands in the sentence.
    struct Gap {
        var value: Value
        var range: Range<Int>
    }

    /// Why a sentence is none that a question can show; nil if nothing speaks against it.
    func reasonAgainst(_ sentence: PlainText) -> String? {
        let text = sentence.text
        if let gap = sentence.gaps.first { return gap.reason }
        // No character has fewer bytes than one.
        guard text.utf8.count >= Self.lengths.lowerBound, Self.lengths.contains(text.characterCount) else {
            return "sentence too short or too long"
        }
        guard text.withBytes(Self.endsWhole) else { return "no whole sentence" }
        if let reason = Markup.reason(text) { return reason }
        guard text.withBytes(Self.hasBalancedBrackets) else { return "brackets left" }
        guard let first = text.unicodeScalars.first,
            ("A"..."Z").contains(first) || ("0"..."9").contains(first) || first == "\"" || first == "“"
                || first.properties.isUppercase
        else { return "no whole sentence" }
        return nil
    }

    /// Whether a sentence cannot be understood without others. `previous` is the sentence before it in its paragraph.
    func refersElsewhere(_ sentence: SentenceWords, after previous: PlainText?) -> Bool {
        sentence.withLowercased(0..<sentence.bytes.count) { lowercased in
            if Self.backReferences.isFound(in: lowercased) { return true }
            var end = 0
            while end < lowercased.count, lowercased[end].isASCIILetter || lowercased[end] == UInt8(ascii: "'") {
                end += 1
            }
            // A word that goes on with other letters is none of these.
            if end < lowercased.count, lowercased[end] >= 0x80 {
                let next = String(decoding: lowercased[end..<min(end + 16, lowercased.count)], as: UTF8.self).first
                if let next, next.isLetter || next == "’" { return false }
            }
            let word = 0..<end
            if Self.connectives.contains(lowercased, word) { return true }
            if Self.personalPronouns.contains(lowercased, word) { return !isPerson }
            if Self.neuterPronouns.contains(lowercased, word) {
                return !(previous.map { names.begin($0.text) } ?? false)
            }
            return false
        }
    }

    private static let personalPronouns: WordSet = ["he", "she", "his", "her"]
    private static let neuterPronouns: WordSet = ["it", "its"]

    /// Whether the last character may end a sentence.
    private static func endsWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last = bytes.last else { return false }
        return ".!\"')".utf8.contains(last) || bytes.has("”", at: bytes.count - 3)
    }

    /// The gaps of a sentence after an offset (the end of the subject's part in a first sentence), from left to right.
    func gaps(in sentence: SentenceWords, links: [PlainText.Link], from start: Int) -> [Gap] {
        var gaps = dates(sentence, from: start)
        func isFree(_ range: Range<Int>) -> Bool { !gaps.contains { $0.range.overlaps(range) } }
        for link in links where link.range.lowerBound >= start && isFree(link.range) {
            if let gap = linkGap(link, in: sentence) { gaps.append(gap) }
        }
        for index in sentence.numerals where sentence.words[index].lowerBound >= start {
            guard let gap = Self.number(sentence, index), isFree(gap.range),
                !links.contains(where: { $0.range.overlaps(gap.range) })
            else { continue }
            gaps.append(gap)
        }
        if gaps.count > 1 { gaps.sort { $0.range.lowerBound < $1.range.lowerBound } }
        return gaps.count > Self.maximumPerSentence ? Array(gaps[..<Self.maximumPerSentence]) : gaps
    }

    // MARK: - Links

    private func linkGap(_ link: PlainText.Link, in sentence: SentenceWords) -> Gap? {
        let bytes = sentence.bytes
        guard link.article != title, Self.isWholeWord(link.range, in: bytes) else { return nil }
        let range = Self.withoutPossessive(link, bytes)
        let text = String(decoding: bytes[range], as: UTF8.self)
        let isName = LinkLabel.isName(text)
        let isClear = sentence.withLowercased(range) { label in
            // "French" that leads to "France" would be asked for as a thing, and answered with an adjective.
            LinkLabel.names(link.article, lowercased: label, isName: isName) && !names.contains(lowercased: label)
                && !names.stand(inLowercased: label)
                // The answer must not stand elsewhere in the sentence.
                && !sentence.hasElsewhere(label, range)
        }
        guard isClear, (2...60).contains(text.characterCount), !names.contains(link.article),
            Uncertainty.reason(text) == nil, Markup.reason(text) == nil,
            text.withBytes({ $0.contains(where: \.isASCIILetter) }) || text.contains(where: \.isLetter)
        else { return nil }
        // "philosophy, literature, and science": nobody could tell which of such a row is meant.
        if !isName, Self.isInRow(range, of: bytes) || Self.adjectiveEndings.ends(text) { return nil }
        return Gap(value: Value(.link(article: link.article), text: text), range: range)
    }

    private static let adjectiveEndings: PhraseSet = ["ical", "istic", "ious", "eous"]

    /// "Earth" of "Earth's", unless it is called so ("McDonald's").
    private static func withoutPossessive(_ link: PlainText.Link, _ bytes: [UInt8]) -> Range<Int> {
        let end = link.range.upperBound
        guard end > 0, bytes[end - 1] == UInt8(ascii: "s") else { return link.range }
        for ending in ["'s", "’s"] where bytes[link.range].reversed().starts(with: ending.utf8.reversed()) {
            if !link.article.hasSuffix(ending) { return link.range.lowerBound..<end - ending.utf8.count }
        }
        return link.range
    }

    /// Whether a range stands in a row of three or more: commas or "and" on both sides, a comma among them.
    private static func isInRow(_ range: Range<Int>, of bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            func ends(_ phrase: StaticString) -> Bool {
                bytes.has(phrase, at: range.lowerBound - phrase.utf8CodeUnitCount)
            }
            func begins(_ phrase: StaticString) -> Bool { bytes.has(phrase, at: range.upperBound) }
            let followsComma = ends(", ")
            let precedesComma = begins(", ")
            let follows = followsComma || ends(" and ") || ends(" or ")
            let precedes = precedesComma || begins(" and ") || begins(" or ")
            return (follows && precedes && (followsComma || precedesComma)) || ends(", and ") || ends(", or ")
        }
    }

    private static func isWholeWord(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        let startsWord = range.lowerBound == 0 || !isJoined(bytes[range.lowerBound - 1])
        return startsWord && (range.upperBound == bytes.count || !isJoined(bytes[range.upperBound]))
    }

    private static func isJoined(_ byte: UInt8) -> Bool { SubjectNames.isWordByte(byte) || byte == UInt8(ascii: "-") }

    // MARK: - Dates

    private func dates(_ sentence: SentenceWords, from start: Int) -> [Gap] {
        guard !sentence.numerals.isEmpty else { return [] }
        let words = sentence.words
        var numerals = sentence.numerals[...]
        var months = sentence.monthsNearNumerals[...]
        var gaps: [Gap] = []
        var index = words.firstIndex { $0.lowerBound >= start } ?? words.count
        while true {
            numerals = numerals.drop { $0 < index }
            guard let numeral = numerals.first else { return gaps }
            // A date has a month and a number among its two to four words.
            index = max(index, numeral - (months.isEmpty ? 0 : 3))
            months = months.drop { $0 < index }
            let shortest = max(months.first ?? words.count, numeral) - index + 1
            var length = 0
            for candidate in [4, 3, 2] where candidate >= shortest && index + candidate <= words.count {
                guard let gap = Self.date(sentence, index..<index + candidate) else { continue }
                gaps.append(gap)
                length = candidate
                break
            }
            if length == 0, index == numeral, let gap = Self.year(sentence, index) {
                gaps.append(gap)
                length = 1
            }
            index += max(1, length)
        }
    }

    private static func date(_ sentence: SentenceWords, _ words: Range<Int>) -> Gap? {
        let (first, last) = (words.lowerBound, words.upperBound - 1)
        let opening = sentence.bare(first)
        let closing = sentence.bare(last)
        // Punctuation inside would end the date, but for the comma of "July 4, 1776".
        guard
            words.dropLast().allSatisfy({ !sentence.word($0, endsWith: ".);") }),
            !sentence.hasDash(sentence.words[last]), !sentence.hasDash(sentence.words[first])
        else { return nil }
        // A date begins with a day, month, weekday or era and ends in a year or era.
        guard opening.lowerBound < closing.upperBound, sentence.bytes[opening.lowerBound].isNoLetterBut(dateOpenings),
            sentence.bytes[closing.upperBound - 1].isNoLetterBut(dateEndings),
            sentence.bytes[opening.lowerBound..<closing.upperBound].contains(where: \.isASCIIDigit)
        else { return nil }
        var parts = Array(sentence.words[words])
        (parts[0], parts[parts.count - 1]) = (opening, closing)
        guard let date = sentence.bytes.withUnsafeBufferPointer({ DateReader.date($0, parts) }) else { return nil }
        return Gap(value: Value(.date(date), text: date.text), range: opening.lowerBound..<closing.upperBound)
    }

    /// First letters of months, weekdays and eras, and the last ones of eras.
    private static let dateOpenings: StaticString = "adfjmnosctw"
    private static let dateEndings: StaticString = "cde"

    /// A year after a word that can only lead to a year.
    private static func year(_ sentence: SentenceWords, _ index: Int) -> Gap? {
        guard index > 0 else { return nil }
        let range = sentence.bare(index)
        guard range.count == 4, sentence.bytes[range].allSatisfy(\.isASCIIDigit),
            let date = DateReader.year(sentence.text(range)), date.year >= 1000,
            sentence.isLowercased(sentence.bare(index - 1), in: yearOpeners),
            !sentence.word(index - 1, endsWith: ",")
        else { return nil }
        // "in 1500 cities" counts cities.
        if index + 1 < sentence.words.count, !sentence.word(index, endsWith: ",.") {
            let next = sentence.words[index + 1]
            guard sentence.isLowercased(next, in: yearFollowers) || sentence.isCapitalised(next) else { return nil }
        }
        return Gap(value: Value(.date(date), text: date.text), range: range)
    }

    /// Words after a year that cannot be what the number counts.
    private static let yearFollowers: WordSet = [
        "and", "by", "as", "to", "in", "at", "with", "for", "on", "the", "after", "when", "until", "under", "but",
        "he", "she", "it", "they", "from", "was", "is", "following", "through", "that", "where", "because", "during",
        "who", "while", "before", "a", "an", "his", "her", "its", "their", "against", "near", "of", "or", "which",
        "into", "via", "due", "since",
    ]

    private static let yearOpeners: WordSet = [
        "in", "since", "until", "by", "before", "after", "around", "during", "early", "late", "mid", "summer", "spring",
        "autumn", "fall", "winter", "year", "till", "born", "released", "founded",
    ]

    // MARK: - Numbers

    private static func number(_ sentence: SentenceWords, _ index: Int) -> Gap? {
        guard sentence.mayBeginAmount(index), index > 0, !isNameLike(sentence, index - 1) else { return nil }
        let endsHere = sentence.word(index, endsWith: ",.;:)")
        let own = sentence.bare(index)
        var text = sentence.text(own)
        var end = own.upperBound
        if !endsHere, index + 1 < sentence.words.count {
            // Units and "million" belong to the number; other words after it stay in the sentence.
            let next = sentence.bare(index + 1)
            let isScale = sentence.isWord(next, in: scales)
            if isScale || sentence.isWord(next, in: measureUnits) {
                text += " " + sentence.text(next)
                end = next.upperBound
                if isScale, !sentence.word(index + 1, endsWith: ","), index + 2 < sentence.words.count {
                    let third = sentence.bare(index + 2)
                    if sentence.isWord(third, in: measureUnits) {
                        text += " " + sentence.text(third)
                        end = third.upperBound
                    }
                }
            } else if sentence.isCapitalised(next) || sentence.hasDash(next) {
                return nil
            }
        }
        guard case .quantity(let quantity) = QuantityReader.read(text) else { return nil }
        let isBare = quantity.unit.isEmpty && quantity.prefix.isEmpty
        // A bare number without commas may be a year, a rank or a label; small ones are guessed.
        let isLikeYear =
            isBare && !quantity.isGrouped && quantity.decimals == 0 && (1000...2200).contains(quantity.value)
        guard !isLikeYear, !isBare || quantity.value >= 3 else { return nil }
        // What is counted must follow.
        if isBare, endsHere || !isCountedNoun(sentence, index + 1) { return nil }
        return Gap(value: Value(.quantity(quantity), text: text), range: own.lowerBound..<end)
    }

    /// "Apollo 11", "No. 5", "chapter 3", "c. 1450": the number is part of a name, or not certain.
    private static func isNameLike(_ sentence: SentenceWords, _ index: Int) -> Bool {
        let word = sentence.bare(index)
        return sentence.isLowercased(word, in: numberedThings) || sentence.isMonth(word)
            || (index > 0 && sentence.isCapitalised(word))
    }

    private static let numberedThings: WordSet = [
        "c", "ca", "circa", "no", "number", "chapter", "version", "part", "type", "route", "highway", "section",
        "or", "to", "and", "±", "age", "aged", "between", "from", "st", "grade", "level", "category", "page",
        "june", "july", "may",
    ]

    /// Whether words begin with a plural noun, maybe after an adjective.
    private static func isCountedNoun(_ sentence: SentenceWords, _ index: Int) -> Bool {
        for word in sentence.words.indices.dropFirst(index).prefix(3) {
            let range = sentence.bare(word)
            let text = sentence.text(range)
            guard text.first?.isLowercase == true, !sentence.isWord(range, in: functionWords) else { return false }
            if text.hasSuffix("s") || sentence.isWord(range, in: irregularPlurals) { return true }
        }
        return false
    }

    private static let functionWords: WordSet = [
        "of", "in", "and", "to", "by", "or", "as", "at", "on", "for", "with", "from", "is", "was", "were", "are",
    ]

    private static let irregularPlurals: WordSet = ["people", "men", "women", "children", "percent", "inhabitants"]

    private static let scales: WordSet = ["million", "billion", "trillion", "thousand", "percent"]

    private static let measureUnits: WordSet = [
        "km", "km²", "m", "m²", "mi", "ft", "ha", "kg", "cm", "mm", "acres", "hectares", "kilometres", "kilometers",
        "miles",
        "metres", "meters", "feet", "inches", "tonnes", "tons", "kilograms", "pounds", "°C", "°F", "km/h", "mph", "MW",
        "kW", "GW",
        "hours", "minutes", "seconds", "days", "weeks", "months", "years", "dollars", "euros", "knots", "grams",
        "litres", "liters",
        "km³", "m³", "nm", "AU", "light-years",
    ]

    // MARK: - Sentences

    /// Whether round brackets and quotes have their counterparts, and there are no square ones.
    private static func hasBalancedBrackets(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var depth = 0
        var quotes = 0
        for byte in bytes where byte <= UInt8(ascii: "[") {
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth < 0 { return false }
            case UInt8(ascii: "\""): quotes += 1
            case UInt8(ascii: "["): return false
            default: break
            }
        }
        return depth == 0 && quotes % 2 == 0
    }

    /// First words that point to the sentence before.
    private static let connectives: WordSet = [
        "this", "these", "that", "those", "they", "their", "them", "such", "another", "other", "others", "both",
        "however", "therefore",
        "thus", "hence", "but", "and", "also", "or", "so", "then", "there", "here", "moreover", "furthermore",
        "additionally", "instead",
        "consequently", "nevertheless", "nonetheless", "meanwhile", "similarly", "likewise", "later", "subsequently",
        "afterwards",
        "conversely", "together", "otherwise", "accordingly", "some", "most", "many", "several", "one", "two", "three",
        "each", "either", "neither",
        "yet", "still", "again", "finally", "next", "first", "second", "third", "we", "i", "you", "our", "your", "who",
        "which", "what",
        "note", "see", "besides", "all", "few", "none", "rather", "nor",
    ]

    /// Phrases that point to another sentence.
    private static let backReferences: PhraseSet = [
        "the former", "the latter", "aforementioned", "above-mentioned", "mentioned above", "as above", "see below",
        "respectively",
        "in doing so", "the same year", "that year", "this year", "this time", "that time", "the following year",
        "at this", "the next year",
    ]
}

extension UInt8 {
    /// Whether a byte is one of some letters in any case, or no letter at all.
    fileprivate func isNoLetterBut(_ letters: StaticString) -> Bool {
        !isASCIILetter || (0..<letters.utf8CodeUnitCount).contains { letters.utf8Start[$0] == lowercasedASCII }
    }
}
