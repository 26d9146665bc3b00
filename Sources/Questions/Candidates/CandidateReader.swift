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
        var result: [Candidate] = []
        var usedFacts: Set<Int> = []
        let nameKeys = Set(article.names.map(TextRules.key) + [TextRules.key(article.title)])
        let context = Context(article: article, pack: pack, shownName: ConceptName.shown(article, pack: pack))
        for relation in library.relations(for: pack) {
            for (index, fact) in article.facts.enumerated()
            where !usedFacts.contains(index) && Self.matches(relation, fact) {
                // What the pack knows is asked in the pack's way or not at all.
                if relation.parameters == ["*"],
                    pack.relations.contains(where: { $0.parameters != ["*"] && $0.covers(fact.property) })
                {
                    continue
                }
                // A value that is left out here is still true, so it stays among the true ones.
                for value in fact.values where Self.canBeAnswer(value, fact, nameKeys) {
                    guard relation.choices.isEmpty || relation.choices.contains(value.text),
                        let typed = Self.typed(value, relation.type)
                    else { continue }
                    usedFacts.insert(index)
                    result.append(Self.candidate(relation, fact, typed.value, typed.type, context))
                }
            }
        }
        return result
    }

    // MARK: - Facts

    private static func canBeAnswer(_ value: Value, _ fact: Fact, _ nameKeys: Set<String>) -> Bool {
        guard TextRules.defect(of: value.text) == nil, value.text.count <= maximumAnswerLength,
            !nameKeys.contains(TextRules.key(value.text))
        else { return false }
        let first = value.text.prefix { $0 != " " && $0 != "," }.lowercased()
        guard !emptyBeginnings.contains(first) else { return false }
        if case .definition = fact.source {
            // "television series created" lacks what follows.
            let last = value.text.split(separator: " ").last.map { $0.lowercased() } ?? ""
            return !hangingWords.contains(last)
        }
        return true
    }

    /// "None at the federal level" is no answer.
    private static let emptyBeginnings: Set<String> = [
        "none", "no", "not", "nothing", "unknown", "various", "see", "same", "other",
    ]

    private static let hangingWords: Set<String> = [
        "created", "written", "produced", "directed", "known", "located", "situated", "based", "used", "found", "made",
        "named", "called", "released", "published", "developed", "designed", "founded", "formed", "considered",
        "described", "built", "set", "held", "and", "or", "that", "which", "consisting", "including", "born",
        "illustrated",
    ]

    private static func matches(_ relation: TemplatePack.Relation, _ fact: Fact) -> Bool {
        switch (relation.source, fact.source) {
        case (.parameter, .parameter):
            relation.parameters == ["*"]
                ? isTelling(fact.property)
                : relation.covers(fact.property) && (fact.qualifier != nil || !relation.needsQualifier)
        case (.definition, .definition), (.cloze, .cloze), (.category, .category): true
        default: false
        }
    }

    /// Whether a parameter's name says what its value is: numbered ones ("leader_title1") and abbreviations do not, and a
    /// measure in other units or a rank repeats what is asked elsewhere.
    private static func isTelling(_ property: String) -> Bool {
        property.count >= 4 && property.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F }
            && !property.hasPrefix("_") && !property.hasSuffix("_")
            && !repeatingEnds.contains { property.hasSuffix("_" + $0) }
    }

    private static let repeatingEnds = ["mi", "sqmi", "ft", "lb", "acre", "f", "rank", "year", "note", "type", "title"]

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

    // MARK: - Candidates

    /// What all candidates of an article share.
    private struct Context {
        var article: Article
        var pack: TemplatePack
        var shownName: String
    }

    private static func candidate(
        _ relation: TemplatePack.Relation, _ fact: Fact, _ answer: Value, _ type: ValueType, _ context: Context
    ) -> Candidate {
        let pack = context.pack.name
        var wording: [String: String] = ["concept": context.shownName, "noun": context.pack.noun]
        var name = relation.name
        var isWeak = Stems.share(answer.text, context.article.title)
        let source: Provenance.Source
        let detail: String
        let pools: [String]
        switch fact.source {
        case .parameter(let box, let parameter):
            (source, detail) = (.parameter, "\(box): \(parameter)")
            wording["parameter"] = fact.property.replacing("_", with: " ")
            if relation.parameters == ["*"] {
                name = fact.property.replacing("_", with: " ")
            } else if let qualifier = fact.qualifier {
                name += ": \(qualifier)"
                wording["qualifier"] = qualifier
                wording["kind"] = Qualifier.inSentence(qualifier)
            }
            pools = PoolNames.parameter(relation, fact, type, pack: pack)
        case .definition(let sentence):
            (source, detail) = (.lead, sentence)
            pools = PoolNames.definition(answer.text, pack: pack)
        case .cloze(let sentence, let start, let end):
            (source, detail) = (.cloze, sentence)
            let gap = Gap(sentence, start, end)
            wording["sentence"] = gap.text
            pools = PoolNames.cloze(gap, type, pack: pack)
            isWeak = isWeak || (type == .string && answer.text.first?.isUppercase != true)
        case .category(let category):
            (source, detail) = (.category, category)
            pools = PoolNames.category(category, pack: pack)
        }
        return Candidate(
            relation: relation, relationName: name, type: type, answer: answer, trueValues: fact.values,
            wordingValues: wording, pools: pools, isWeak: isWeak,
            provenance: Provenance(
                source: source, detail: detail, pageID: context.article.id, revisionID: context.article.revisionID))
    }
}

/// Whether an answer can be guessed from a name: "Icelandic" from "Iceland".
enum Stems {
    private static let length = 4

    static func share(_ answer: String, _ name: String) -> Bool {
        let stems = Set(stems(name))
        return self.stems(answer).contains(where: stems.contains)
    }

    private static func stems(_ text: String) -> [String] {
        TextRules.words(text).filter { $0.count >= length }.map { String($0.prefix(length)) }
    }
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

    /// "Countries" and "country" alike.
    static func key(_ text: String) -> String {
        let key = TextRules.key(text)
        if key.hasSuffix("ies") { return key.dropLast(3) + "y" }
        return key.hasSuffix("s") && !key.hasSuffix("ss") ? String(key.dropLast()) : key
    }
}
