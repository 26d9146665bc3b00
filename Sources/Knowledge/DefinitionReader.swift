import MediaWiki

/// Reads what the first sentence says the subject is: "French physicist and chemist".
enum DefinitionReader {
    /// The longest definition, in characters.
    static let maximumLength = 80

    /// What a first sentence gave.
    enum Outcome: Equatable {
        /// The phrase without its article, and where the subject's part of the sentence ends (UTF-8 offset).
        case definition(phrase: String, subjectEnd: Int)
        /// The sentence says something, but no phrase could be cut out of it with certainty.
        case dropped(reason: String, subjectEnd: Int?)
    }

    static func read(_ sentence: PlainText, names: SubjectNames) -> Outcome {
        let bytes = Array(sentence.text.utf8)
        guard let verb = firstVerb(bytes, sentence: sentence) else {
            return .dropped(reason: "no definition", subjectEnd: nil)
        }
        let subject = sentence.slice(0..<verb.lowerBound)
        let isSubject = names.stand(in: subject.text) || !subject.bold.isEmpty
        let isClause = clauseOpeners.isFound(in: subject.text)
        guard isSubject, !isClause, verb.lowerBound <= 160 else {
            return .dropped(reason: "no definition", subjectEnd: verb.upperBound)
        }
        let end = verb.upperBound
        if let gap = sentence.gaps.first(where: { $0.offset > end }) {
            return .dropped(reason: gap.reason, subjectEnd: end)
        }
        guard let phrase = phrase(String(decoding: bytes[end...], as: UTF8.self)) else {
            return .dropped(reason: "definition too long or unclear", subjectEnd: end)
        }
        guard Markup.reason(phrase) == nil, !names.stand(in: phrase), !phrase.contains("?"), !phrase.contains("(")
        else {
            return .dropped(reason: "definition names the subject or is unclear", subjectEnd: end)
        }
        return .definition(phrase: phrase, subjectEnd: end)
    }

    /// "Foo, whose capital Bar is the largest city" says nothing of Foo.
    private static let clauseOpeners: PhraseSet = [
        " whose ", " which ", " who ", " that ", " where ", " when ", " if ", " as ",
    ]

    private static let verbs = [" is ", " was ", " are ", " were "].map { Array($0.utf8) }
    private static let articles = ["a ", "an ", "the ", "one of "].map { Array($0.utf8) }

    /// The first "is a", "was the" and so on outside brackets.
    private static func firstVerb(_ bytes: [UInt8], sentence: PlainText) -> Range<Int>? {
        var depth = 0
        for position in bytes.indices {
            if bytes[position] == UInt8(ascii: "(") { depth += 1 }
            if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
            guard depth == 0, bytes[position] == 0x20 else { continue }
            for verb in verbs where bytes[position...].starts(with: verb) {
                let rest = bytes[(position + verb.count)...]
                guard articles.contains(where: { rest.starts(with: $0) }) else { return nil }
                return position..<position + verb.count
            }
        }
        return nil
    }

    /// The phrase after the verb, up to a boundary that leaves it true and whole.
    static func phrase(_ predicate: String) -> String? {
        var text = withoutBrackets(predicate)
        for article in ["a ", "an ", "the "] where text.hasPrefix(article) {
            text = String(text.dropFirst(article.count))
            break
        }
        while text.hasSuffix(".") && !text.hasSuffix("..") && !endsWithInitials(text) { text.removeLast() }
        let words = text.split(separator: " ").map(String.init)
        guard !words.isEmpty else { return nil }
        // A relative clause, a dash, a colon or a semicolon always ends it; a comma if a noun can stand before it.
        var end = words.count
        var endsAtClause = false
        for (index, word) in words.enumerated() {
            if index > 0,
                clauseWords.contains(word.lowercased()) || word == "–" || word == "—" || word == "-"
                    || (index > 1 && seatWords.contains(word.lowercased()))
            {
                end = index
                endsAtClause = clauseWords.contains(word.lowercased())
                break
            }
            if index > 0, word == "and", index + 1 < words.count, beginsPredicate(words, index + 1) {
                end = index
                break
            }
            if word.hasSuffix(";") || word.hasSuffix(":") {
                end = index + 1
                break
            }
            if word.hasSuffix(","), endsPhraseAtComma(words, index) {
                end = index + 1
                break
            }
        }
        var kept = Array(words[..<end])
        // "activities in creating visual, auditory and ...": a row that is cut must go altogether.
        if end < words.count, kept.last?.hasSuffix(",") == true, beginsRow(words[end...]),
            let cut = kept.indices.last(where: { $0 >= 1 && rowOpeners.contains(kept[$0].lowercased()) })
        {
            kept = Array(kept[..<cut])
        }
        if length(kept) > maximumLength {
            // Shorten at the last preposition of place or time; what stands before stays true without it.
            guard
                let cut = kept.indices.last(where: { index in
                    index >= 2 && prepositions.contains(kept[index].lowercased())
                        && length(kept[..<index]) <= maximumLength
                })
            else { return nil }
            kept = Array(kept[..<cut])
        }
        let isCut = kept.count < words.count
        // "the largest moon of Saturn and the only one that ...": the second half was about to go on.
        if isCut, endsAtClause || kept.count < end, let second = secondHalf(kept) { kept = Array(kept[..<second]) }
        while let last = kept.last {
            let bare = last.trimmingPunctuation
            kept[kept.count - 1] = bare
            let isCutParticiple = isCut && bare.hasSuffix("ed") && !nounsInEd.contains(bare.lowercased())
            guard trailingWords.contains(bare.lowercased()) || bare.isEmpty || isCutParticiple else { break }
            kept.removeLast()
        }
        let phrase = kept.joined(separator: " ")
        // One word ("country", "film") tells nothing.
        let isVague = kept.count == 1
        let isDegree = kept.last.map { degrees.contains($0.lowercased()) } ?? true
        // "the first spaceflight that ..." is not the first spaceflight.
        let isSuperlative = kept.first.map { ordinals.contains($0.lowercased()) || $0.hasSuffix("est") } ?? false
        guard !(endsAtClause && isSuperlative) else { return nil }
        guard phrase.count >= 4, phrase.count <= maximumLength, !isVague, !isDegree,
            phrase.contains(where: \.isLetter), phrase.filter({ $0 == "\"" }).count % 2 == 0
        else { return nil }
        return phrase
    }

    /// Whether the words up to a comma are a phrase: not just "large," or "small,", and not one place inside a list of places.
    private static func endsPhraseAtComma(_ words: [String], _ index: Int) -> Bool {
        guard index >= 1 else { return false }
        // "a band from Hawthorne, California": the place goes on behind the comma.
        // "a medium-sized, burrowing, nocturnal mammal"
        let sinceComma = words[..<index].lastIndex { $0.hasSuffix(",") }
        if let comma = sinceComma, index - comma == 1, words[..<index].count(where: { $0.hasSuffix(",") }) == index {
            return false
        }
        let isPlace = words[max(0, index - 3)..<index].contains { placePrepositions.contains($0) }
        if isPlace, words[index].first?.isUppercase == true, index + 1 < words.count,
            words[index + 1].first?.isUppercase == true
        {
            return false
        }
        // "an American actor, director, and producer": a list with "and" is kept as long as it is short.
        let next = index + 1 < words.count ? words[index + 1].lowercased() : ""
        if next == "and" || next == "or" { return false }
        let horizon = words[min(index + 1, words.count)...].prefix(6)
        let isList =
            horizon.contains { $0.lowercased() == "and" } && horizon.first.map { $0.first?.isLowercase == true } == true
            && !clauseWords.contains(next) && !participles.contains(next) && !prepositions.contains(next)
            && !next.hasSuffix("ing")
        if isList, length(words) <= maximumLength { return false }
        return !isList || index >= 1
    }

    /// Where "and the", "and a" or "and one" begins, if two words stand before.
    private static func secondHalf(_ words: [String]) -> Int? {
        words.indices.last { index in
            index >= 2 && words[index] == "and" && index + 1 < words.count
                && ["the", "a", "an", "one"].contains(words[index + 1])
        }
    }

    /// Whether words go on with a row: "auditory and performing arts", "pilot, or serve".
    private static func beginsRow(_ words: ArraySlice<String>) -> Bool {
        words.prefix(8).contains { $0 == "and" || $0 == "or" }
    }

    private static let rowOpeners: Set<String> = [
        "in", "for", "with", "from", "by", "to", "on", "at", "consisting", "comprising", "including", "containing",
        "concerning",
        "concerned", "used", "trained", "developed", "hosted", "made", "between", "through", "such", "characterized",
        "using", "involving",
    ]

    private static let nounsInEd: Set<String> = [
        "breed", "seed", "weed", "bed", "feed", "speed", "reed", "creed", "deed", "shed", "sled",
    ]

    private static let ordinals: Set<String> = [
        "first", "second", "third", "only", "last", "most", "one", "sole", "main",
    ]

    /// Whether what follows "and" is a second verb: "is the largest city and stands on the Thames".
    private static func beginsPredicate(_ words: [String], _ index: Int) -> Bool {
        let word = words[index].lowercased()
        if predicates.contains(word) { return true }
        let isParticiple = word.hasSuffix("ed") && (index + 1 >= words.count || words[index + 1] != "by")
        let previous = index >= 2 ? words[index - 2].lowercased() : ""
        return isParticiple && !previous.hasSuffix("ed") && !previous.hasSuffix("en")
    }

    private static let predicates: Set<String> = [
        "is", "was", "are", "were", "has", "had", "have", "stands", "lies", "serves", "became", "won", "led", "wrote",
        "made", "took",
        "held", "spent", "lives", "ranks", "forms", "did", "gave", "ran", "began", "makes", "contains", "includes",
        "covers", "belongs",
        "remains", "ran", "flows", "uses", "grew", "left", "fought", "saw", "later", "after", "before", "by",
    ]

    private static func length(_ words: some Collection<String>) -> Int {
        words.reduce(words.count - 1) { $0 + $1.count }
    }

    private static func withoutBrackets(_ text: String) -> String {
        var result: [UInt8] = []
        var depth = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "(") {
                depth += 1
                if result.last == 0x20 { result.removeLast() }
            }
            if depth == 0 { result.append(byte) }
            if byte == UInt8(ascii: ")") { depth = max(0, depth - 1) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func endsWithInitials(_ text: String) -> Bool {
        let last = text[(text.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex)...]
        return last.dropLast().contains(".") || last.count == 2
    }

    private static let clauseWords: Set<String> = [
        "who", "that", "which", "whose", "where", "when", "whom", "while", "although", "but", "because", "since", "so",
        "though",
        "if", "having", "currently", "best", "who,", "and/or", "whereby", "wherein", "such",
    ]

    private static let seatWords: Set<String> = ["headquartered", "based", "located", "situated"]

    private static let placePrepositions: Set<String> = ["in", "from", "at", "near", "of"]

    private static let participles: Set<String> = [
        "born", "known", "located", "based", "founded", "established", "situated", "published", "released", "written",
        "directed",
        "produced", "developed", "created", "named", "native", "found", "held", "used", "composed", "made", "formed",
        "built",
        "considered", "originally", "especially", "including", "serving", "usually", "often", "primarily", "mainly",
        "particularly",
        "most", "also",
    ]

    private static let prepositions: Set<String> = [
        "in", "from", "by", "at", "on", "during", "between", "located", "situated", "based", "published", "founded",
        "released",
        "directed", "written", "produced", "developed", "with", "under", "near", "along", "within", "characterized",
        "formed",
        "created", "established", "held", "serving", "born", "used", "known", "named", "found", "through", "after",
        "before",
        "against", "into", "where", "native", "to", "for",
    ]

    private static let trailingWords: Set<String> = [
        "and", "or", "of", "in", "the", "a", "an", "with", "by", "for", "from", "to", "at", "on", "as", "is", "was",
        "its", "his",
        "her", "their", "located", "situated", "based", "headquartered", "both", "then", "also", "about", "between",
        "formerly", "officially",
    ]

    /// Words that must be followed by a noun.
    private static let degrees: Set<String> = [
        "most", "more", "very", "highly", "large", "small", "major", "minor", "first", "second", "third", "only",
        "largest", "smallest",
        "main", "largely", "mostly", "various", "several", "many", "some", "other", "same", "such", "chief", "single",
        "rare", "one",
    ]
}

extension String {
    /// Without commas, semicolons, colons and stops at its end; "U.S." keeps its own.
    fileprivate var trimmingPunctuation: String {
        var view = self[...]
        while let last = view.last,
            ",;:".contains(last) || (last == "." && !view.dropLast().contains(".") && view.count > 2)
        {
            view = view.dropLast()
        }
        return String(view)
    }
}
