import Knowledge
import MediaWiki
import QuestionSet

/// Finds what can be asked of an article: matches its facts with the relations of its pack.
struct CandidateReader: Sendable {
    /// The longest answer, in characters.
    static let maximumAnswerLength = 80

    /// The packs in use.
    let library: TemplateLibrary

    /// The index of the pack that covers the article; nil when none in use does.
    func pack(for article: Article) -> Int? {
        let definition = article.facts.first { fact in
            if case .definition = fact.source { return true }
            return false
        }
        return library.packIndex(
            boxes: article.boxes, categories: article.categories, definition: definition?.values.first?.text)
    }

    /// All candidates, in the order in which they should be asked: the pack's relations first, most telling first, then the general
    /// ones.
    ///
    /// - Parameter pack: index of the pack that covers the article.
    func candidates(_ article: Article, pack: Int) -> ArticleCandidates {
        let index = library.relations[pack]
        return ArticleCandidates(matches(article, index), of: article, pack: library.packs[pack], index)
    }

    /// What an article gives to others: its possible answers with the pools they go into, and how many candidates it has.
    ///
    /// - Parameters:
    ///   - pack: index of the pack that covers the article.
    ///   - gate: which values have a chance yet to stay in a pool; nil: all.
    func offers(
        _ article: Article, pack: Int, gate: DistractorPools.Gate? = nil
    ) -> (offers: [DistractorPools.Offer], candidates: Int) {
        let index = library.relations[pack]
        let matches = matches(article, index)
        var offers: [DistractorPools.Offer] = []
        offers.reserveCapacity(matches.count)
        let limits = gate?.limits
        let generator = limits?.generator(of: article.id)
        for match in matches {
            guard let limits, let generator else {
                offers.append(.init(value: match.answer, pools: match.pools(article.facts[match.fact], index)))
                continue
            }
            let priority = DistractorPools.Limits.priority(of: match.answer, generator)
            let pools = match.pools(article.facts[match.fact], index) { limits.isOpen($0, to: priority) }
            if !pools.isEmpty { offers.append(.init(value: match.answer, pools: pools)) }
        }
        return (offers, matches.count)
    }

    /// A value of a fact that answers to a relation.
    struct Match: Sendable {
        /// Index of the relation.
        var relation: Int
        /// Index of the fact.
        var fact: Int
        var answer: Value
        var type: ValueType
        /// The year that the value belongs to, where the relation wants one.
        var year: Int?

        /// Where wrong options are looked for, and where the answer goes: the most specific pool first.
        func pools(_ fact: Fact, _ index: RelationIndex, where isWanted: (PoolKey) -> Bool = { _ in true }) -> [PoolKey]
        {
            switch fact.source {
            case .parameter: index.pools.parameter(relation, fact, type, where: isWanted)
            case .definition: index.pools.definition(answer.text).filter(isWanted)
            case .cloze(let sentence, let start, let end):
                index.pools.cloze(cue: Gap.cue(of: sentence, start, end), type).filter(isWanted)
            case .category(let category): index.pools.category(category).filter(isWanted)
            }
        }
    }

    private func matches(_ article: Article, _ index: RelationIndex) -> [Match] {
        // Facts in the order of the relations that ask for them: the relation in the upper half of a number, the fact in the lower.
        var asked: [UInt64] = []
        asked.reserveCapacity(2 * article.facts.count)
        for number in article.facts.indices {
            index.forEachRelation(of: article.facts[number]) { asked.append(UInt64($0) << 32 | UInt64(number)) }
        }
        asked.sort()
        let names = NameKeys(article.names + [article.title])
        var isUsed = [Bool](repeating: false, count: article.facts.count)
        var result: [Match] = []
        result.reserveCapacity(asked.count)
        for entry in asked {
            let (position, number) = (Int(entry >> 32), Int(entry & 0xFFFF_FFFF))
            guard !isUsed[number], index.isRequirementMet(position, by: article.facts) else { continue }
            let year =
                index.needsYear[position]
                ? Self.year(of: article.facts[number], index.relations[position], article) : nil
            guard year != nil || !index.needsYear[position] else { continue }
            // A value that is left out here is still true, so it stays among the true ones.
            for value in article.facts[number].values {
                guard Self.canBeAnswer(value, article.facts[number].source, names),
                    index.mayAnswer(position, value.text),
                    let typed = Self.typed(value, index.relations[position].type)
                else { continue }
                isUsed[number] = true
                result.append(
                    Match(relation: position, fact: number, answer: typed.value, type: typed.type, year: year))
            }
        }
        return result
    }

    /// The year that a value belongs to: by a parameter named after its own, by those that the relation names.
    private static func year(of fact: Fact, _ relation: TemplatePack.Relation, _ article: Article) -> Int? {
        let own = article.years.isEmpty ? [] : ["_year", "_as_of", "_date", "year"].map { fact.property + $0 }
        for property in own + relation.asOf {
            if let year = property == "revision" ? article.revisionYear : article.years[property] { return year }
        }
        return nil
    }

    // MARK: - Facts

    private static func canBeAnswer(_ value: Value, _ source: Fact.Source, _ names: NameKeys) -> Bool {
        guard value.text.utf8.count <= maximumAnswerLength || value.text.count <= maximumAnswerLength,
            TextRules.defect(of: value.text) == nil, !names.contains(value.text),
            !beginsWithOneOf(value.text), !beginsEmpty(value.text),
            PageClassifier.namesThing(value.text)
        else { return false }
        if case .definition = source {
            // "television series created" lacks what follows.
            let last = value.text.lastWord.lowercased()
            return !hangingWords.contains(last)
        }
        return true
    }

    private static func beginsWithOneOf(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "O") && text.utf8.starts(with: "One of ".utf8)
    }

    /// "None at the federal level" is no answer.
    private static func beginsEmpty(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var word = TitleHash()
            for byte in bytes {
                if byte == UInt8(ascii: " ") || byte == UInt8(ascii: ",") { break }
                word.add((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            }
            return emptyBeginnings.contains(word.value)
        }
    }

    /// Hashes of first words in lower case.
    private static let emptyBeginnings = FewHashes(
        ["none", "no", "not", "nothing", "unknown", "various", "see", "same", "other"].map { TitleHash($0).value })

    private static let hangingWords: Set<String> = [
        "created", "written", "produced", "directed", "known", "located", "situated", "based", "used", "found", "made",
        "named", "called", "released", "published", "developed", "designed", "founded", "formed", "considered",
        "described", "built", "set", "held", "and", "or", "that", "which", "consisting", "including", "born",
        "illustrated",
    ]

    /// The value as the relation wants it; nil when it is of another type.
    private static func typed(_ value: Value, _ wanted: ValueType?) -> (value: Value, type: ValueType)? {
        switch (wanted, value.content) {
        case (.date, .date), (nil, .date): return (value, .date)
        case (.quantity, .quantity), (nil, .quantity): return (value, .quantity)
        case (.date, .quantity(let quantity)):
            // A bare year that stands alone in a parameter.
            guard quantity.unit.isEmpty, quantity.prefix.isEmpty, quantity.decimals == 0, !quantity.isGrouped,
                (1000...2100).contains(quantity.value)
            else { return nil }
            return (Value(.date(DateValue(year: Int(quantity.value))), text: value.text), .date)
        case (.quantity, .date(let date)):
            guard date.precision == .year, date.year > 0 else { return nil }
            let quantity = QuantityValue(value: Double(date.year), decimals: 0, unit: "", isGrouped: false)
            return (Value(.quantity(quantity), text: value.text), .quantity)
        // "German mysticism" is nobody.
        case (.person?, .link) where !Self.endsInName(value.text), (.person?, .text) where !Self.endsInName(value.text):
            return nil
        case (.person?, .link), (.place?, .link), (.organisation?, .link), (.work?, .link), (.string?, .link),
            (.work?, .text), (.string?, .text):
            return (value, wanted ?? .string)
        case (.person?, .text), (.place?, .text), (.organisation?, .text):
            // "34 countries" is no place.
            return value.text.hasNumber ? nil : (value, wanted ?? .string)
        case (nil, .link), (nil, .text): return (value, .string)
        default: return nil
        }
    }

    /// Whether the last word has a capital letter, or a script that has none.
    private static func endsInName(_ text: String) -> Bool { !text.lastWord.beginsSmall }
}

/// The names of an article by their keys: every value of every article is looked for among them.
struct NameKeys {
    private let hashes: [UInt64]
    /// A bit for each byte that a key begins with; all bits if that is not told of one of them.
    private let beginnings: UInt64

    init(_ names: [String]) {
        hashes = names.map(TextRules.keyHash)
        beginnings = names.reduce(0) { bits, name in
            bits | (TextRules.keyBeginning(name).map { 1 << UInt64($0 & 63) } ?? .max)
        }
    }

    /// Whether a text has the key of a name.
    func contains(_ text: String) -> Bool {
        if let first = TextRules.keyBeginning(text), beginnings >> UInt64(first & 63) & 1 == 0 { return false }
        return hashes.contains(TextRules.keyHash(text))
    }
}

/// Whether an answer can be guessed from a name: "Icelandic" from "Iceland".
struct Stems {
    private let stems: [String]

    private static let length = 4

    init(_ name: String) {
        stems = TextRules.words(name).filter { $0.count >= Self.length }.map { String($0.prefix(Self.length)) }
    }

    /// Whether an answer has one of the stems of the name.
    func areShared(by answer: String) -> Bool {
        !stems.isEmpty && Stems(answer).stems.contains(where: stems.contains)
    }

    static func share(_ answer: String, _ name: String) -> Bool { Stems(name).areShared(by: answer) }
}

/// What an article calls a property ("Mayor"), inside a sentence and as part of a pool's name.
enum Qualifier {
    /// "Mayor" as "mayor", but "NASA administrator" and "High Commissioner" as they are.
    static func inSentence(_ text: String) -> String {
        let words = text.split(separator: " ")
        guard let first = words.first, first.first?.isUppercase == true, first.dropFirst().allSatisfy(\.isLowercase),
            words.count < 2 || words[1].first?.isLowercase == true
        else { return text }
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// "Co-Prince" of "Co-Princes": several hold the office, one is asked for.
    static func singular(_ text: String) -> String {
        let hasPlural = text.hasSuffix("s") && !["ss", "us", "is", "ies"].contains(where: text.hasSuffix)
        return hasPlural ? String(text.dropLast()) : text
    }

    /// "Countries" and "country" alike.
    static func key(_ text: String) -> String {
        let key = TextRules.key(text)
        if key.hasSuffix("ies") { return key.dropLast(3) + "y" }
        return key.hasSuffix("s") && !key.hasSuffix("ss") ? String(key.dropLast()) : key
    }
}
