import Knowledge
import MediaWiki

/// What a text must be to stand as a wrong option beside the answer of one candidate.
struct TextOptionRules {
    private let source: TemplatePack.Source
    private let answer: [String]
    private let trueTexts: [[String]]
    private let question: [String]
    private let shape: TextShape
    private let context: OptionWriter.Context

    init(_ candidate: Candidate, question: String, _ context: OptionWriter.Context) {
        source = candidate.relation.source
        answer = TextRules.words(candidate.answer.text)
        trueTexts =
            candidate.trueValues.map { TextRules.words($0.text) }
            + AcceptedAnswers.spellings(candidate).map(TextRules.words)
        self.question = TextRules.words(question)
        shape = TextShape(candidate.answer.text)
        self.context = context
    }

    /// Whether a text says the same as one of the true values, or more or less of it: "Warsaw" beside "Warsaw, Poland".
    func isTrue(_ words: [String]) -> Bool {
        trueTexts.contains { TextRules.contains($0, words) || TextRules.contains(words, $0) }
    }

    /// Whether a text of these traits may stand as a wrong option.
    func mayAllow(_ traits: TextShape.Traits) -> Bool { shape.mayBeLike(traits, source: source) }

    /// Whether a text may stand as a wrong option.
    func allow(_ entry: PoolCache.Entry) -> Bool {
        guard entry.shape.isLike(shape, source: source) else { return false }
        let (text, words) = (entry.value.text, entry.words)
        guard !words.isEmpty, !context.mentions(words, hashes: entry.wordHashes), !isTrue(words),
            !context.names.contains(words.joined(separator: " ")), !TextRules.contains(question, words)
        else { return false }
        switch source {
        case .category: return !mayBeCategory(text, words)
        case .definition: return isFalseDefinition(text, words)
        case .parameter, .cloze: return true
        }
    }

    /// A category may be true although it is not listed: a wider one of a listed one ("Countries in Europe" of "Countries in Central
    /// Europe"), or one that names what the article names.
    private func mayBeCategory(_ category: String, _ words: [String]) -> Bool {
        let set = Set(words)
        return context.categories.contains { set.isSubset(of: $0) || $0.isSubset(of: set) }
            || OptionWriter.Context.tellingWords(category).contains(where: context.tellingWords.contains)
    }

    /// A definition is surely false if it names something that the article does not, or has no word of weight in common with
    /// the right one: "chemist" may be true of a French chemist.
    private func isFalseDefinition(_ definition: String, _ words: [String]) -> Bool {
        let telling = OptionWriter.Context.tellingWords(definition)
        if telling.contains(where: { !context.tellingWords.contains($0) }) { return true }
        let common = Set(words).intersection(answer).filter { $0.count > 3 }
        return common.isEmpty
            && !words.allSatisfy { word in word.count <= 3 || context.mentions([word], hashes: [TitleHash(word).value])
            }
    }
}
