import Knowledge
import QuestionSet

/// Finds what can be asked of an article: matches its facts with the relations of its pack.
struct CandidateReader: Sendable {
    /// The longest answer, in characters.
    static let maximumAnswerLength = 80

    /// The packs in use.
    let library: TemplateLibrary

    /// The pack that covers the article; nil when none in use does.
    func pack(for article: Article) -> TemplatePack? {
        let definition = article.facts.first { fact in
            if case .definition = fact.source { return true }
            return false
        }
        return library.pack(
            boxes: article.boxes, categories: article.categories, definition: definition?.values.first?.text)
    }

    /// All candidates, in the order in which they should be asked: the pack's relations first, most telling first, then the general
    /// ones.
    func candidates(_ article: Article, pack: TemplatePack) -> [Candidate] {
        let context = Context(article, pack: pack)
        let index = library.relations(for: pack)
        return matches(article, index).map { Self.candidate($0, article.facts[$0.fact], index, context) }
    }

    /// What an article gives to others: its possible answers with the pools they go into, and how many candidates it has.
    ///
    /// - Parameter gate: which values have a chance yet to stay in a pool; nil: all.
    func offers(
        _ article: Article, pack: TemplatePack, gate: DistractorPools.Gate? = nil
    ) -> (offers: [DistractorPools.Offer], candidates: Int) {
        let index = library.relations(for: pack)
        let matches = matches(article, index)
        let limits = gate?.limits
        var offers: [DistractorPools.Offer] = []
        for match in matches {
            let pools = Self.pools(match, article.facts[match.fact], index)
            guard let limits else {
                offers.append(.init(value: match.answer, pools: pools))
                continue
            }
            let open = limits.open(pools, to: match.answer, of: article.id)
            if !open.isEmpty { offers.append(.init(value: match.answer, pools: open)) }
        }
        return (offers, matches.count)
    }

    /// A value of a fact that answers to a relation.
    private struct Match {
        /// Index of the relation.
        var relation: Int
        /// Index of the fact.
        var fact: Int
        var answer: Value
        var type: ValueType
        /// The year that the value belongs to, where the relation wants one.
        var year: Int?
    }

    private func matches(_ article: Article, _ index: RelationIndex) -> [Match] {
        // Facts in the order of the relations that ask for them.
        var asked: [(relation: Int, fact: Int)] = []
        for (number, fact) in article.facts.enumerated() {
            for relation in index.relations(for: fact) { asked.append((relation, number)) }
        }
        asked.sort { ($0.relation, $0.fact) < ($1.relation, $1.fact) }
        let nameKeys = Set((article.names + [article.title]).map(TextRules.keyHash))
        var isUsed = [Bool](repeating: false, count: article.facts.count)
        var result: [Match] = []
        for (position, number) in asked where !isUsed[number] {
            guard index.isRequirementMet(position, by: article.facts) else { continue }
            let year =
                index.needsYear[position]
                ? Self.year(of: article.facts[number], index.relations[position], article) : nil
            guard year != nil || !index.needsYear[position] else { continue }
            let choices = index.relations[position].choices
            // A value that is left out here is still true, so it stays among the true ones.
            for value in article.facts[number].values {
                guard Self.canBeAnswer(value, article.facts[number].source, nameKeys),
                    choices.isEmpty || choices.contains(value.text),
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
        let own = ["_year", "_as_of", "_date", "year"].map { fact.property + $0 }
        for property in own + relation.asOf {
            if let year = property == "revision" ? article.revisionYear : article.years[property] { return year }
        }
        return nil
    }

    // MARK: - Facts

    private static func canBeAnswer(_ value: Value, _ source: Fact.Source, _ nameKeys: Set<UInt64>) -> Bool {
        guard value.text.utf8.count <= maximumAnswerLength || value.text.count <= maximumAnswerLength,
            TextRules.defect(of: value.text) == nil, !nameKeys.contains(TextRules.keyHash(value.text)),
            !value.text.hasPrefix("One of "), PageClassifier.namesThing(value.text)
        else { return false }
        let first = value.text.utf8.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ",") }
        guard first.count > longestEmptyBeginning || !emptyBeginnings.contains(Substring(first).lowercased()) else {
            return false
        }
        if case .definition = source {
            // "television series created" lacks what follows.
            let last = value.text.lastWord.lowercased()
            return !hangingWords.contains(last)
        }
        return true
    }

    /// "None at the federal level" is no answer.
    private static let emptyBeginnings: Set<String> = [
        "none", "no", "not", "nothing", "unknown", "various", "see", "same", "other",
    ]
    private static let longestEmptyBeginning = emptyBeginnings.map(\.utf8.count).max() ?? 0

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
            return value.text.contains(where: \.isNumber) ? nil : (value, wanted ?? .string)
        case (nil, .link), (nil, .text): return (value, .string)
        default: return nil
        }
    }

    /// Whether the last word has a capital letter, or a script that has none.
    private static func endsInName(_ text: String) -> Bool {
        text.lastWord.first?.isLowercase != true
    }

    // MARK: - Candidates

    /// What all candidates of an article share.
    private struct Context {
        var article: Article
        var pack: TemplatePack
        var shownName: String
        var stems: Stems
        /// All of its categories, as values.
        var categories: [Value]

        init(_ article: Article, pack: TemplatePack) {
            self.article = article
            self.pack = pack
            shownName = ConceptName.shown(article, pack: pack)
            stems = Stems(article.title)
            categories = article.facts.filter { $0.property == "category" }.flatMap(\.values)
        }
    }

    private static func candidate(
        _ match: Match, _ fact: Fact, _ index: RelationIndex, _ context: Context
    ) -> Candidate {
        let (relation, answer, type) = (index.relations[match.relation], match.answer, match.type)
        var wording: [String: String] = ["concept": context.shownName, "noun": context.pack.noun]
        var name = relation.name
        var isWeak = context.stems.areShared(by: answer.text)
        let source: Provenance.Source
        let detail: String
        var surroundings: [UInt64] = []
        var trueValues = fact.values
        if let year = match.year { wording["year"] = String(year) }
        switch fact.source {
        case .parameter(let box, let parameter):
            surroundings = [LinkSurroundings.parameter(fact.property)]
            (source, detail) = (.parameter, "\(box): \(parameter)")
            wording["parameter"] = fact.property.replacing("_", with: " ")
            if relation.takesAnyParameter {
                name = fact.property.replacing("_", with: " ")
            } else if let qualifier = fact.qualifier {
                name += ": \(qualifier)"
                wording["qualifier"] = qualifier
                wording["kind"] = Qualifier.inSentence(
                    fact.values.count > 1 ? Qualifier.singular(qualifier) : qualifier)
            }
        case .definition(let sentence):
            (source, detail) = (.lead, sentence)
        case .cloze(let sentence, let start, let end):
            (source, detail) = (.cloze, sentence)
            surroundings = LinkSurroundings.hashes(in: sentence, start, end)
            wording["sentence"] = Gap(sentence, start, end).text
            isWeak = isWeak || (type == .string && answer.text.first?.isUppercase != true)
        case .category(let category):
            (source, detail) = (.category, category)
            // All of them are right.
            trueValues = context.categories
        }
        return Candidate(
            relation: relation, relationName: name, type: type, answer: answer, trueValues: trueValues,
            wordingValues: wording, surroundings: surroundings,
            pools: pools(match, fact, index),
            isWeak: isWeak,
            provenance: Provenance(
                source: source, detail: detail, pageID: context.article.id, revisionID: context.article.revisionID,
                fact: .init(fact), wording: .init(relation)))
    }

    private static func pools(_ match: Match, _ fact: Fact, _ index: RelationIndex) -> [PoolKey] {
        switch fact.source {
        case .parameter: index.pools.parameter(match.relation, fact, match.type)
        case .definition: index.pools.definition(match.answer.text)
        case .cloze(let sentence, let start, let end):
            index.pools.cloze(cue: Gap.cue(of: sentence, start, end), match.type)
        case .category(let category): index.pools.category(category)
        }
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
