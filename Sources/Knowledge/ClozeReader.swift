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

    /// Why a sentence cannot stand alone; nil if it can. `follows` is the sentence before it in its paragraph.
    func reasonAgainst(_ sentence: PlainText, after previous: PlainText?) -> String? {
        let text = sentence.text
        if let gap = sentence.gaps.first { return gap.reason }
        guard Self.lengths.contains(text.count) else { return "sentence too short or too long" }
        guard let last = text.last,
            last == "." || last == "!" || last == "\"" || last == "”" || last == "'" || last == ")"
        else {
            return "no whole sentence"
        }
        if let reason = Markup.reason(text) { return reason }
        guard Self.isBalanced(text), !text.utf8.contains(UInt8(ascii: "[")) else { return "brackets left" }
        guard let first = text.unicodeScalars.first,
            first.properties.isUppercase || ("0"..."9").contains(first) || first == "\"" || first == "“"
        else { return "no whole sentence" }
        let lowercased = text.lowercased()
        if Self.backReferences.isFound(in: lowercased) { return "refers to another sentence" }
        let word = lowercased.prefix { $0.isLetter || $0 == "'" || $0 == "’" }
        if Self.connectives.contains(String(word)) { return "refers to another sentence" }
        if ["he", "she", "his", "her"].contains(word) { return isPerson ? nil : "refers to another sentence" }
        if ["it", "its"].contains(word) {
            guard let previous, names.begin(previous.text) else { return "refers to another sentence" }
        }
        return nil
    }

    /// The gaps of a sentence after an offset (the end of the subject's part in a first sentence), from left to right.
    func gaps(in sentence: PlainText, from start: Int) -> [Gap] {
        var gaps = dates(sentence, from: start)
        func isFree(_ range: Range<Int>) -> Bool { !gaps.contains { $0.range.overlaps(range) } }
        for link in sentence.links where link.range.lowerBound >= start && isFree(link.range) {
            if let value = linkValue(link, in: sentence) { gaps.append(Gap(value: value, range: link.range)) }
        }
        let linked = sentence.links.map(\.range)
        for gap in numbers(sentence, from: start)
        where isFree(gap.range) && !linked.contains(where: { $0.overlaps(gap.range) }) {
            gaps.append(gap)
        }
        return Array(gaps.sorted { $0.range.lowerBound < $1.range.lowerBound }.prefix(Self.maximumPerSentence))
    }

    // MARK: - Links

    private func linkValue(_ link: PlainText.Link, in sentence: PlainText) -> Value? {
        let text = sentence.string(link.range)
        guard (2...60).contains(text.count), link.article != title, !names.contains(text), !names.stand(in: text),
            !names.contains(link.article), Uncertainty.reason(text) == nil, Markup.reason(text) == nil,
            text.contains(where: \.isLetter), Self.isWholeWord(link.range, in: sentence)
        else { return nil }
        // "French" that leads to "France" would be asked for as a thing, and answered with an adjective.
        let label = SubjectNames.key(text)
        let base = SubjectNames.key(SubjectNames.withoutParenthesis(link.article))
        let isName = text.contains(where: \.isUppercase)
        let isSame = label == base || label == base + Array("s".utf8) || label == base + Array("es".utf8)
        let isForm = isName && (SubjectNames.isWhole(label, in: base) || SubjectNames.isWhole(base, in: label))
        guard isSame || isForm else { return nil }
        // "philosophy, literature, and science": nobody could tell which of such a row is meant.
        if !isName, Self.isInRow(link.range, of: sentence) { return nil }
        // The answer must not stand elsewhere in the sentence.
        let rest =
            sentence.string(0..<link.range.lowerBound) + " \u{1} "
            + sentence.string(link.range.upperBound..<sentence.text.utf8.count)
        guard !SubjectNames.isWhole(label, in: SubjectNames.key(rest)) else { return nil }
        return Value(.link(article: link.article), text: text)
    }

    /// Whether a range stands in a row of three or more: commas or "and" on both sides, a comma among them.
    private static func isInRow(_ range: Range<Int>, of sentence: PlainText) -> Bool {
        let bytes = Array(sentence.text.utf8)
        let before = bytes[..<range.lowerBound]
        let after = bytes[range.upperBound...]
        let follows = [", ", " and ", " or "].filter { before.reversed().starts(with: $0.utf8.reversed()) }
        let precedes = [", ", " and ", " or "].filter { after.starts(with: $0.utf8) }
        let isBetween = !follows.isEmpty && !precedes.isEmpty && (follows + precedes).contains(", ")
        return isBetween || [", and ", ", or "].contains { before.reversed().starts(with: $0.utf8.reversed()) }
    }

    private static func isWholeWord(_ range: Range<Int>, in sentence: PlainText) -> Bool {
        let bytes = Array(sentence.text.utf8)
        let startsWord = range.lowerBound == 0 || !isJoined(bytes[range.lowerBound - 1])
        return startsWord && (range.upperBound == bytes.count || !isJoined(bytes[range.upperBound]))
    }

    private static func isJoined(_ byte: UInt8) -> Bool { SubjectNames.isWordByte(byte) || byte == UInt8(ascii: "-") }

    // MARK: - Dates and numbers

    /// A word of a sentence with its place.
    private struct Word {
        var text: String
        var range: Range<Int>
    }

    private static func words(_ text: String) -> [Word] {
        var result: [Word] = []
        var start: Int?
        let bytes = Array(text.utf8)
        for (position, byte) in (bytes + [0x20]).enumerated() {
            if byte == 0x20 {
                if let first = start {
                    result.append(
                        Word(text: String(decoding: bytes[first..<position], as: UTF8.self), range: first..<position))
                }
                start = nil
            } else if start == nil {
                start = position
            }
        }
        return result
    }

    /// A word without punctuation around it.
    private static func bare(_ word: Word) -> Word {
        var text = word.text[...]
        var range = word.range
        while let first = text.first, "(\"“'‘".contains(first) {
            range = range.lowerBound + first.utf8.count..<range.upperBound
            text = text.dropFirst()
        }
        while let last = text.last, ",.;:)\"”'’!".contains(last) {
            range = range.lowerBound..<range.upperBound - last.utf8.count
            text = text.dropLast()
        }
        return Word(text: String(text), range: range)
    }

    private func dates(_ sentence: PlainText, from start: Int) -> [Gap] {
        let words = Self.words(sentence.text)
        let months = words.map { $0.text.first?.isUppercase == true && Months.number(Self.bare($0).text) != nil }
        var gaps: [Gap] = []
        var index = words.firstIndex { $0.range.lowerBound >= start } ?? words.count
        while index < words.count {
            var length = 0
            for candidate in [4, 3, 2]
            where index + candidate <= words.count && months[index..<index + candidate].contains(true) {
                guard let gap = Self.date(words[index..<index + candidate]) else { continue }
                gaps.append(gap)
                length = candidate
                break
            }
            if length == 0, let gap = Self.year(words, index) {
                gaps.append(gap)
                length = 1
            }
            index += max(1, length)
        }
        return gaps
    }

    private static func date(_ words: ArraySlice<Word>) -> Gap? {
        guard let first = words.first, let last = words.last else { return nil }
        let opening = bare(Word(text: first.text, range: first.range))
        let closing = bare(last)
        // Punctuation inside would end the date, but for the comma of "July 4, 1776".
        guard
            words.dropLast().allSatisfy({
                !$0.text.hasSuffix(".") && !$0.text.hasSuffix(")") && !$0.text.hasSuffix(";")
            }),
            !last.text.contains("–"), !first.text.contains("–")
        else { return nil }
        let parts = [opening.text] + words.dropFirst().dropLast().map(\.text) + [closing.text]
        guard let date = DateReader.date(parts.joined(separator: " ")) else { return nil }
        return Gap(
            value: Value(.date(date), text: date.text), range: opening.range.lowerBound..<closing.range.upperBound)
    }

    /// A year after a word that can only lead to a year.
    private static func year(_ words: [Word], _ index: Int) -> Gap? {
        guard index > 0 else { return nil }
        let word = bare(words[index])
        guard word.text.utf8.count == 4, let date = DateReader.year(word.text), date.year >= 1000,
            yearOpeners.contains(bare(words[index - 1]).text.lowercased()), !words[index - 1].text.hasSuffix(",")
        else { return nil }
        // "in 1500 cities" counts cities.
        if index + 1 < words.count, !words[index].text.hasSuffix(","), !words[index].text.hasSuffix(".") {
            let next = words[index + 1].text
            let following: Set<String> = [
                "and", "by", "as", "to", "in", "at", "with", "for", "on", "the", "after", "when", "until", "under",
                "but", "he", "she", "it",
                "they", "from", "he", "was", "is", "following", "through", "that", "where", "because", "during", "who",
                "while", "because",
                "before", "a", "an", "his", "her", "its", "their", "against", "near", "of", "or", "which", "into",
                "via", "due", "since",
            ]
            guard following.contains(next.lowercased()) || next.first?.isUppercase == true else { return nil }
        }
        return Gap(value: Value(.date(date), text: date.text), range: word.range)
    }

    private static let yearOpeners: Set<String> = [
        "in", "since", "until", "by", "before", "after", "around", "during", "early", "late", "mid", "summer", "spring",
        "autumn", "fall", "winter", "year", "till", "born", "released", "founded",
    ]

    private func numbers(_ sentence: PlainText, from start: Int) -> [Gap] {
        let words = Self.words(sentence.text)
        return words.indices.compactMap { index in
            words[index].range.lowerBound >= start ? Self.number(words, index) : nil
        }
    }

    private static func number(_ words: [Word], _ index: Int) -> Gap? {
        let word = words[index]
        guard let first = word.text.unicodeScalars.first,
            ("0"..."9").contains(first) || first == "$" || first == "€" || first == "£" || first == "U"
        else { return nil }
        guard index > 0, !isNameLike(words[index - 1], isFirst: index == 1) else { return nil }
        let endsHere = word.text.last.map { ",.;:)".contains($0) } ?? false
        let own = bare(word)
        var text = own.text
        var end = own.range.upperBound
        if !endsHere, index + 1 < words.count {
            // Units and "million" belong to the number; other words after it stay in the sentence.
            let next = bare(words[index + 1])
            if scales.contains(next.text) || measureUnits.contains(next.text) {
                text += " " + next.text
                end = next.range.upperBound
                let isScaleOnly = scales.contains(next.text) && !words[index + 1].text.hasSuffix(",")
                if isScaleOnly, index + 2 < words.count {
                    let third = bare(words[index + 2])
                    if measureUnits.contains(third.text) {
                        text += " " + third.text
                        end = third.range.upperBound
                    }
                }
            } else if next.text.first?.isUppercase == true || next.text.contains(where: { $0 == "–" }) {
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
        if isBare, endsHere || index + 1 >= words.count || !isCountedNoun(words, index + 1) { return nil }
        return Gap(value: Value(.quantity(quantity), text: text), range: own.range.lowerBound..<end)
    }

    /// "Apollo 11", "No. 5", "chapter 3", "c. 1450": the number is part of a name, or not certain.
    private static func isNameLike(_ word: Word, isFirst: Bool) -> Bool {
        let text = bare(word).text
        let lowercased = text.lowercased()
        if [
            "c", "ca", "circa", "no", "number", "chapter", "version", "part", "type", "route", "highway", "section",
            "or", "to", "and", "±", "age", "aged", "between", "from", "st", "grade", "level", "category", "page",
            "june", "july", "may",
        ].contains(lowercased) {
            return true
        }
        if Months.number(text) != nil { return true }
        return !isFirst && text.first?.isUppercase == true
    }

    /// Whether words begin with a plural noun, maybe after an adjective.
    private static func isCountedNoun(_ words: [Word], _ index: Int) -> Bool {
        for word in words[index..<min(index + 3, words.count)] {
            let text = bare(word).text
            guard text.first?.isLowercase == true else { return false }
            if [
                "of", "in", "and", "to", "by", "or", "as", "at", "on", "for", "with", "from", "is", "was", "were",
                "are",
            ].contains(text) {
                return false
            }
            if text.hasSuffix("s") || ["people", "men", "women", "children", "percent", "inhabitants"].contains(text) {
                return true
            }
        }
        return false
    }

    private static let scales: Set<String> = ["million", "billion", "trillion", "thousand", "percent"]

    private static let measureUnits: Set<String> = [
        "km", "km²", "m", "m²", "mi", "ft", "ha", "kg", "cm", "mm", "acres", "hectares", "kilometres", "kilometers",
        "miles",
        "metres", "meters", "feet", "inches", "tonnes", "tons", "kilograms", "pounds", "°C", "°F", "km/h", "mph", "MW",
        "kW", "GW",
        "hours", "minutes", "seconds", "days", "weeks", "months", "years", "dollars", "euros", "knots", "grams",
        "litres", "liters",
        "km³", "m³", "nm", "AU", "light-years",
    ]

    // MARK: - Sentences

    private static func isBalanced(_ text: String) -> Bool {
        var depth = 0
        var quotes = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if byte == UInt8(ascii: "\"") { quotes += 1 }
            if depth < 0 { return false }
        }
        return depth == 0 && quotes % 2 == 0
    }

    /// First words that point to the sentence before.
    private static let connectives: Set<String> = [
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
