import Knowledge
import QuestionSet

/// All candidates of an article. Each is put together when it is asked for: of most articles fewer than half are.
struct ArticleCandidates: RandomAccessCollection, Sendable {
    /// What decides whether and when a candidate is asked for.
    struct Outline: Sendable {
        var source: TemplatePack.Source
        /// Whether its relation takes any parameter.
        var isGeneral: Bool
        /// Name of the relation in its pack.
        var name: String
        /// Name of the relation in the store; see `Candidate`.
        var relationName: String
        var answer: Value
        var type: ValueType
    }

    /// In the order of the candidates.
    let outlines: [Outline]
    private let matches: [CandidateReader.Match]
    private let index: RelationIndex
    private let article: Article
    private let noun: String
    private let shownName: String
    private let stems: Stems
    /// All of its categories, as values.
    private let categories: [Value]

    init(_ matches: [CandidateReader.Match], of article: Article, pack: TemplatePack, _ index: RelationIndex) {
        self.matches = matches
        self.index = index
        self.article = article
        noun = pack.noun
        shownName = ConceptName.shown(article, pack: pack)
        stems = Stems(article.title)
        categories = article.facts.filter { $0.property == "category" }.flatMap(\.values)
        outlines = matches.map { match in
            let name = index.relations[match.relation].name
            let isGeneral = index.isGeneral[match.relation]
            return Outline(
                source: index.relations[match.relation].source, isGeneral: isGeneral, name: name,
                relationName: Self.relationName(name, article.facts[match.fact], isGeneral: isGeneral),
                answer: match.answer, type: match.type)
        }
    }

    /// Always 0.
    var startIndex: Int { 0 }

    /// The number of candidates.
    var endIndex: Int { matches.count }

    subscript(position: Int) -> Candidate { candidate(matches[position], outlines[position].relationName) }

    /// Whether a candidate makes a poor question, to be asked only where there are no better ones: the answer can be guessed from
    /// the concept's name ("Icelandic króna"), or the gap is an ordinary word.
    func isWeak(_ position: Int) -> Bool {
        let outline = outlines[position]
        return (outline.source == .cloze && outline.type == .string && !outline.answer.text.beginsCapital)
            || stems.areShared(by: outline.answer.text)
    }

    private static func relationName(_ name: String, _ fact: Fact, isGeneral: Bool) -> String {
        guard case .parameter = fact.source else { return name }
        if isGeneral { return fact.property.withBlanks }
        return fact.qualifier.map { "\(name): \($0)" } ?? name
    }

    private func candidate(_ match: CandidateReader.Match, _ relationName: String) -> Candidate {
        let relation = index.relations[match.relation]
        let fact = article.facts[match.fact]
        var wording: [String: String] = ["concept": shownName, "noun": noun]
        let source: Provenance.Source
        let detail: String
        var surroundings: [UInt64] = []
        var trueValues = fact.values
        if let year = match.year { wording["year"] = String(year) }
        switch fact.source {
        case .parameter(let box, let parameter):
            surroundings = [LinkSurroundings.parameter(fact.property)]
            (source, detail) = (.parameter, "\(box): \(parameter)")
            wording["parameter"] = fact.property.withBlanks
            if !relation.takesAnyParameter, let qualifier = fact.qualifier {
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
        case .category(let category):
            (source, detail) = (.category, category)
            // All of them are right.
            trueValues = categories
        }
        return Candidate(
            relation: relation, relationName: relationName, type: match.type, answer: match.answer,
            trueValues: trueValues, wordingValues: wording, surroundings: surroundings,
            pools: match.pools(fact, index),
            provenance: Provenance(
                source: source, detail: detail, pageID: article.id, revisionID: article.revisionID,
                fact: .init(fact), wording: .init(relation)))
    }
}
