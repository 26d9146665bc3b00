import Knowledge
import MediaWiki

/// What a text must be to stand as a wrong option beside the answer of one candidate.
struct TextOptionRules {
    private let source: TemplatePack.Source
    private let answer: [String]
    private let answerYear: Int?
    /// Hashes of words, as in `question`, and the same without little words.
    private let trueTexts: [(all: [UInt64], heavy: [UInt64])]
    private let question: [UInt64]
    private let shape: TextShape
    private let context: OptionWriter.Context

    /// - Parameter spellings: of its answer, as from `AcceptedAnswers`.
    init(_ candidate: Candidate, spellings: [String], question: String, _ context: OptionWriter.Context) {
        source = candidate.relation.source
        // Only classes are compared word by word.
        answer = source == .definition || source == .category ? TextRules.words(candidate.answer.text) : []
        answerYear = Self.year(answer)
        trueTexts = (candidate.trueValues.map(\.text) + spellings).map { text in
            let hashes = TextRules.wordHashes(text)
            return (hashes, Self.withoutLittleWords(hashes))
        }
        self.question = TextRules.wordHashes(question)
        shape = TextShape(candidate.answer)
        self.context = context
    }

    /// Whether a text says the same as one of the true values, or more or less of it: "Warsaw" beside "Warsaw, Poland".
    func isTrue(_ hashes: [UInt64]) -> Bool { isTrue(hashes, heavy: Self.withoutLittleWords(hashes)) }

    private func isTrue(_ hashes: [UInt64], heavy: [UInt64]) -> Bool {
        trueTexts.contains {
            TextRules.contains($0.all, hashes) || TextRules.contains(hashes, $0.all) || $0.heavy == heavy
        }
    }

    /// What is the same of two texts that differ in little words only: "Democratic Republic of Congo", "... of the Congo".
    static func withoutLittleWords(_ hashes: [UInt64]) -> [UInt64] {
        // Most have none, and need no memory of their own then.
        hashes.contains(where: littleWords.contains) ? hashes.filter { !littleWords.contains($0) } : hashes
    }

    private static let littleWords = FewHashes(
        ["the", "of", "a", "an", "and", "de", "la"].map { TitleHash($0).value })

    /// Whether a text of these traits may stand as a wrong option.
    func mayAllow(_ traits: TextShape.Traits) -> Bool { shape.mayBeLike(traits, source: source) }

    /// Whether a text may stand as a wrong option.
    func allow(_ entry: PoolCache.Entry) -> Bool {
        guard entry.shape.isLike(shape, source: source), !entry.hashes.isEmpty, !context.mentions(entry.hashes),
            !isTrue(entry.hashes, heavy: entry.heavyHashes), !context.names.contains(entry.key),
            !TextRules.contains(question, entry.hashes)
        else { return false }
        switch source {
        case .category: return isOfLikeYear(entry.year) && !mayBeCategory(entry)
        case .definition: return isFalseDefinition(entry)
        case .parameter, .cloze: return true
        }
    }

    /// Beside "1947 births" stand other years of these times, and beside what has no year nothing that has one.
    private func isOfLikeYear(_ year: Int?) -> Bool {
        switch (year, answerYear) {
        case (nil, nil): true
        case (let year?, let own?): abs(year - own) <= Self.likeYears
        default: false
        }
    }

    /// The year that words begin with.
    static func year(_ words: [String]) -> Int? { words.first.flatMap { $0.count <= 4 ? Int($0) : nil } }

    private static let likeYears = 120

    /// A category may be true although it is not listed: a wider one of a listed one ("Countries in Europe" of "Countries in Central
    /// Europe"), or one that names what the article names.
    private func mayBeCategory(_ entry: PoolCache.Entry) -> Bool {
        if entry.tellingWords.contains(where: context.tellingWords.contains) { return true }
        return context.categories.contains {
            entry.distinctWords.count <= $0.count
                ? entry.distinctWords.isSubset(of: $0) : $0.isSubset(of: entry.distinctWords)
        }
    }

    /// A definition is surely false if it names something that the article does not, or has no word of weight in common with
    /// the right one: "chemist" may be true of a French chemist.
    private func isFalseDefinition(_ entry: PoolCache.Entry) -> Bool {
        if entry.tellingWords.contains(where: { !context.tellingWords.contains($0) }) { return true }
        let common = Set(entry.words).intersection(answer).filter { $0.count > 3 }
        return common.isEmpty
            && !entry.words.allSatisfy { word in word.count <= 3 || context.mentions([TitleHash(word).value])
            }
    }
}
