import MediaWiki

/// What a first sentence says after its verb, and the phrase in it that is true and whole without the rest.
struct DefinitionPhrase {
    /// The longest definition, in characters.
    static let maximumLength = 80

    /// Without brackets, the article before it and the full stop behind it.
    private let predicate: SentenceWords
    /// Where the words stand in `predicate`.
    private let words: [Range<Int>]

    init(predicate: UnsafeBufferPointer<UInt8>) {
        let text = Self.withoutBrackets(predicate)
        let kept = text.withUnsafeBufferPointer { bytes in
            let start = bytes.has("a ", at: 0) ? 2 : bytes.has("an ", at: 0) ? 3 : bytes.has("the ", at: 0) ? 4 : 0
            return start..<Self.end(of: bytes, from: start)
        }
        self.predicate = SentenceWords(Array(text[kept]))
        words = self.predicate.words
    }

    private static func withoutBrackets(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        guard text.contains(where: { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: ")") }) else { return Array(text) }
        var result: [UInt8] = []
        var depth = 0
        for byte in text {
            if byte == UInt8(ascii: "(") {
                depth += 1
                if result.last == 0x20 { result.removeLast() }
            }
            if depth == 0 { result.append(byte) }
            if byte == UInt8(ascii: ")") { depth = max(0, depth - 1) }
        }
        return result
    }

    /// Where a text ends without the full stop of its sentence.
    private static func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = bytes.count
        while end > start, bytes[end - 1] == UInt8(ascii: "."), end - 1 == start || bytes[end - 2] != UInt8(ascii: "."),
            !endsWithInitials(bytes[start..<end])
        {
            end -= 1
        }
        return end
    }

    private static func endsWithInitials(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let word = text[(text.lastIndex(of: 0x20).map { $0 + 1 } ?? text.startIndex)...]
        return word.dropLast().contains(UInt8(ascii: ".")) || String(decoding: word, as: UTF8.self).characterCount == 2
    }

    /// The phrase up to a boundary that leaves it true and whole; nil if there is none.
    func cut() -> String? {
        guard !words.isEmpty else { return nil }
        let (end, endsAtClause) = boundary()
        guard var count = shortened(end) else { return nil }
        let isCut = count < words.count
        // "the largest moon of Saturn and the only one that ...": the second half was about to go on.
        if isCut, endsAtClause || count < end, let second = secondHalf(count) { count = second }
        var last = 0..<0
        while count > 0 {
            last = withoutPunctuation(words[count - 1])
            let isCutParticiple =
                isCut && predicate.isLowercased(last, endingWith: "ed") && !isLowercased(last, in: Self.nounsInEd)
            guard isLowercased(last, in: Self.trailingWords) || last.isEmpty || isCutParticiple else { break }
            count -= 1
        }
        // One word ("country", "film") tells nothing.
        guard count > 1, !isLowercased(last, in: Self.degrees) else { return nil }
        // "the first spaceflight that ..." is not the first spaceflight.
        let isSuperlative = isLowercased(words[0], in: Self.ordinals) || predicate.isRange(words[0], endingWith: "est")
        guard !(endsAtClause && isSuperlative) else { return nil }
        let phrase = text(words[..<(count - 1)], last)
        guard (4...Self.maximumLength).contains(phrase.characterCount), Self.hasLetter(phrase),
            phrase.utf8.count(where: { $0 == UInt8(ascii: "\"") }) % 2 == 0
        else { return nil }
        return phrase
    }

    /// Words with one blank between each two.
    private func text(_ words: ArraySlice<Range<Int>>, _ last: Range<Int>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(last.upperBound)
        for word in words {
            text += predicate.bytes[word]
            text.append(0x20)
        }
        text += predicate.bytes[last]
        return String(decoding: text, as: UTF8.self)
    }

    private static func hasLetter(_ text: String) -> Bool {
        text.withBytes { $0.contains(where: \.isASCIILetter) } || text.contains(where: \.isLetter)
    }

    /// How many words stand before the first boundary, and whether that is a relative clause.
    private func boundary() -> (count: Int, isClause: Bool) {
        // A relative clause, a dash, a colon or a semicolon always ends it; a comma if a noun can stand before it.
        for (index, word) in words.enumerated() {
            if index > 0 {
                if isLowercased(word, in: Self.clauseWords) { return (index, true) }
                if predicate.isWord(word, in: Self.dashes) || (index > 1 && isLowercased(word, in: Self.seatWords)) {
                    return (index, false)
                }
                if predicate.isWord(word, in: Self.and), index + 1 < words.count, beginsPredicate(index + 1) {
                    return (index, false)
                }
            }
            if predicate.word(index, endsWith: ";:") { return (index + 1, false) }
            if predicate.word(index, endsWith: ","), endsPhraseAtComma(index) { return (index + 1, false) }
        }
        return (words.count, false)
    }

    /// How many of the first words are kept; nil if they are too many, and nothing says where to cut them.
    private func shortened(_ end: Int) -> Int? {
        var count = end
        // "activities in creating visual, auditory and ...": a row that is cut must go altogether.
        if end < words.count, predicate.word(end - 1, endsWith: ","), beginsRow(end),
            let cut = (1..<end).last(where: { isLowercased(words[$0], in: Self.rowOpeners) })
        {
            count = cut
        }
        guard length(count) > Self.maximumLength else { return count }
        // Shorten at the last preposition of place or time; what stands before stays true without it.
        return (0..<count).last { index in
            index >= 2 && isLowercased(words[index], in: Self.prepositions) && length(index) <= Self.maximumLength
        }
    }

    private func isLowercased(_ word: Range<Int>, in set: WordSet) -> Bool { predicate.isLowercased(word, in: set) }

    /// The length of the first words with blanks between them, in characters.
    private func length(_ count: Int) -> Int {
        words[..<count].reduce(count - 1) { $0 + predicate.characterCount($1) }
    }

    /// Whether the words up to a comma are a phrase: not just "large," or "small,", and not one place inside a list of places.
    private func endsPhraseAtComma(_ index: Int) -> Bool {
        guard index >= 1 else { return false }
        // "a medium-sized, burrowing, nocturnal mammal"
        if (0..<index).allSatisfy({ predicate.word($0, endsWith: ",") }) { return false }
        // "a band from Hawthorne, California": the place goes on behind the comma.
        let isPlace = words[max(0, index - 3)..<index].contains { predicate.isWord($0, in: Self.placePrepositions) }
        guard index + 1 < words.count else { return true }
        let next = words[index + 1]
        if isPlace, predicate.isCapitalised(words[index]), predicate.isCapitalised(next) { return false }
        // "an American actor, director, and producer": a list with "and" is kept as long as it is short.
        if isLowercased(next, in: Self.conjunctions) { return false }
        let isList =
            words[(index + 1)...].prefix(6).contains { isLowercased($0, in: Self.and) } && predicate.isSmall(next)
            && !isLowercased(next, in: Self.clauseWords) && !isLowercased(next, in: Self.participles)
            && !isLowercased(next, in: Self.prepositions) && !predicate.isLowercased(next, endingWith: "ing")
        return !isList || length(words.count) > Self.maximumLength
    }

    /// Where "and the", "and a" or "and one" begins among the first words, if two words stand before.
    private func secondHalf(_ count: Int) -> Int? {
        (0..<count).last { index in
            index >= 2 && predicate.isWord(words[index], in: Self.and) && index + 1 < count
                && predicate.isWord(words[index + 1], in: Self.articles)
        }
    }

    /// Whether words go on with a row: "auditory and performing arts", "pilot, or serve".
    private func beginsRow(_ index: Int) -> Bool {
        words[index...].prefix(8).contains { predicate.isWord($0, in: Self.conjunctions) }
    }

    /// Whether what follows "and" is a second verb: "is the largest city and stands on the Thames".
    private func beginsPredicate(_ index: Int) -> Bool {
        if isLowercased(words[index], in: Self.predicates) { return true }
        guard predicate.isLowercased(words[index], endingWith: "ed"),
            index + 1 >= words.count || !predicate.isWord(words[index + 1], in: Self.by)
        else { return false }
        guard index >= 2 else { return true }
        let previous = words[index - 2]
        return !predicate.isLowercased(previous, endingWith: "ed")
            && !predicate.isLowercased(previous, endingWith: "en")
    }

    /// A word without commas, semicolons, colons and stops at its end; "U.S." keeps its own.
    private func withoutPunctuation(_ word: Range<Int>) -> Range<Int> {
        var word = word
        while let last = predicate.bytes[word].last {
            let shorter = word.lowerBound..<word.upperBound - 1
            switch last {
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"): word = shorter
            case UInt8(ascii: ".")
            where !predicate.bytes[shorter].contains(UInt8(ascii: ".")) && predicate.characterCount(word) > 2:
                word = shorter
            default: return word
            }
        }
        return word
    }

    // MARK: - Tables

    private static let and: WordSet = ["and"]
    private static let by: WordSet = ["by"]
    private static let conjunctions: WordSet = ["and", "or"]
    private static let articles: WordSet = ["the", "a", "an", "one"]
    private static let dashes: WordSet = ["–", "—", "-"]

    private static let clauseWords: WordSet = [
        "who", "that", "which", "whose", "where", "when", "whom", "while", "although", "but", "because", "since", "so",
        "though",
        "if", "having", "currently", "best", "who,", "and/or", "whereby", "wherein", "such",
    ]

    private static let seatWords: WordSet = ["headquartered", "based", "located", "situated"]

    private static let predicates: WordSet = [
        "is", "was", "are", "were", "has", "had", "have", "stands", "lies", "serves", "became", "won", "led", "wrote",
        "made", "took",
        "held", "spent", "lives", "ranks", "forms", "did", "gave", "ran", "began", "makes", "contains", "includes",
        "covers", "belongs",
        "remains", "ran", "flows", "uses", "grew", "left", "fought", "saw", "later", "after", "before", "by",
    ]

    private static let rowOpeners: WordSet = [
        "in", "for", "with", "from", "by", "to", "on", "at", "consisting", "comprising", "including", "containing",
        "concerning",
        "concerned", "used", "trained", "developed", "hosted", "made", "between", "through", "such", "characterized",
        "using", "involving",
    ]

    private static let placePrepositions: WordSet = ["in", "from", "at", "near", "of"]

    private static let participles: WordSet = [
        "born", "known", "located", "based", "founded", "established", "situated", "published", "released", "written",
        "directed",
        "produced", "developed", "created", "named", "native", "found", "held", "used", "composed", "made", "formed",
        "built",
        "considered", "originally", "especially", "including", "serving", "usually", "often", "primarily", "mainly",
        "particularly",
        "most", "also",
    ]

    private static let prepositions: WordSet = [
        "in", "from", "by", "at", "on", "during", "between", "located", "situated", "based", "published", "founded",
        "released",
        "directed", "written", "produced", "developed", "with", "under", "near", "along", "within", "characterized",
        "formed",
        "created", "established", "held", "serving", "born", "used", "known", "named", "found", "through", "after",
        "before",
        "against", "into", "where", "native", "to", "for",
    ]

    private static let trailingWords: WordSet = [
        "and", "or", "of", "in", "the", "a", "an", "with", "by", "for", "from", "to", "at", "on", "as", "is", "was",
        "its", "his",
        "her", "their", "located", "situated", "based", "headquartered", "both", "then", "also", "about", "between",
        "formerly", "officially",
    ]

    private static let nounsInEd: WordSet = [
        "breed", "seed", "weed", "bed", "feed", "speed", "reed", "creed", "deed", "shed", "sled",
    ]

    private static let ordinals: WordSet = [
        "first", "second", "third", "only", "last", "most", "one", "sole", "main",
    ]

    /// Words that must be followed by a noun.
    private static let degrees: WordSet = [
        "most", "more", "very", "highly", "large", "small", "major", "minor", "first", "second", "third", "only",
        "largest", "smallest",
        "main", "largely", "mostly", "various", "several", "many", "some", "other", "same", "such", "chief", "single",
        "rare", "one",
    ]
}
