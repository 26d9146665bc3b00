import Knowledge
import MediaWiki
import QuestionSet
import Statistics

/// Chooses the wrong options of a question: of the same type and format as the right one, and not true.
struct OptionWriter: Sendable {
    /// Where values come from.
    let pools: PoolCache
    /// What links lead to.
    let kinds: ThingKinds
    /// The newest day that a wrong date may name.
    let newestDay: Double

    init(pools: DistractorPools, kinds: ThingKinds) {
        self.pools = PoolCache(pools, kinds: kinds)
        self.kinds = kinds
        newestDay = pools.newestDayOfValues()
    }

    /// How particular it is about what fills a gap.
    enum Care {
        /// Only things of the same kind.
        case sameKind
        /// Anything of the same type, where nothing better can be had.
        case any
    }

    /// Four options and the index of the right one; nil when three wrong ones cannot be found.
    func options(
        _ candidate: Candidate, question: String, context: Context, care: Care, _ generator: inout SeededGenerator
    ) -> (options: [String], answerIndex: Int)? {
        let wrong: [String]?
        switch candidate.answer.content {
        case .date(let date): wrong = wrongDates(candidate, date, context, &generator)
        case .quantity(let quantity): wrong = wrongQuantities(candidate, quantity, context, &generator)
        case .link, .text: wrong = wrongTexts(candidate, question: question, context, care, &generator)
        }
        guard var options = wrong, options.count == 3 else { return nil }
        options = generator.shuffled(options)
        let answerIndex = generator.below(4)
        options.insert(candidate.answer.text, at: answerIndex)
        guard Set(options.map { Array($0.utf8) }).count == 4, options.allSatisfy({ TextRules.defect(of: $0) == nil })
        else {
            return nil
        }
        return (options, answerIndex)
    }

    // MARK: - Texts

    private func wrongTexts(
        _ candidate: Candidate, question: String, _ context: Context, _ care: Care, _ generator: inout SeededGenerator
    ) -> [String]? {
        let rules = TextOptionRules(candidate, question: question, context)
        guard candidate.relation.choices.isEmpty else {
            let others = candidate.relation.choices.filter { !rules.isTrue(TextRules.wordHashes($0)) }
            return others.count >= 3 ? Array(generator.shuffled(others).prefix(3)) : nil
        }
        let wantedKind =
            candidate.relation.source == .cloze && care == .sameKind ? kinds.kind(of: candidate.answer) : nil
        var chosen: [PoolCache.Entry] = []
        var givers: Set<Int64> = [candidate.provenance.pageID]
        for key in candidate.pools {
            let pool = pools.pool(key)
            for index in generator.shuffled(pool.entries.indices)
            where rules.mayAllow(pool.traits[index]) && wantedKind.map({ pool.kinds[index].isLike($0) }) ?? true
                && !givers.contains(pool.articleIDs[index])
            {
                let entry = pool.entries[index]
                guard rules.allow(entry),
                    !chosen.contains(where: {
                        TextRules.contains($0.hashes, entry.hashes) || TextRules.contains(entry.hashes, $0.hashes)
                            || $0.value.text == entry.value.text
                    })
                else { continue }
                chosen.append(entry)
                // Two values of one article belong together, and would stand out.
                givers.insert(pool.articleIDs[index])
                if chosen.count == 3 { return chosen.map(\.value.text) }
            }
        }
        return nil
    }
}

extension OptionWriter {
    /// What an article says besides the candidate: no wrong option may be any of it.
    struct Context {
        /// Hashes of the keys of the subject's names.
        let names: Set<UInt64>
        /// All values as they stand.
        let values: Set<String>
        /// Hashes of the words of everything read from the article.
        private let texts: [[UInt64]]
        /// All of these.
        private let words: Set<UInt64>
        /// One bit for each of `words`, by the lowest bits of their hashes.
        private let wordBits: [UInt64]
        /// Folded words of its categories.
        let categories: [Set<String>]
        /// Capitalised words and numbers of its categories and sentences, folded.
        let tellingWords: Set<String>

        init(_ article: Article) {
            names = Set((article.names + [article.title]).map { TitleHash(TextRules.key($0)).value })
            values = Set(article.facts.flatMap { $0.values.map(\.text) })
            var seen: Set<String> = []
            let texts = article.facts.flatMap { fact in
                switch fact.source {
                case .definition(let sentence), .cloze(let sentence, _, _): fact.values.map(\.text) + [sentence]
                case .parameter, .category: fact.values.map(\.text)
                }
            }.filter { seen.insert($0).inserted }
            self.texts = texts.map(TextRules.wordHashes)
            words = Set(self.texts.joined())
            var bits = [UInt64](repeating: 0, count: 256)
            for hash in words { bits[Int(hash >> 6 & 0xFF)] |= 1 << (hash & 63) }
            wordBits = bits
            categories = article.categories.map { Set(TextRules.words($0)) }
            tellingWords = Set((article.categories + texts + [article.title]).flatMap { Self.tellingWords($0) })
        }

        /// Whether the article mentions a text anywhere, given as the hashes of its words.
        func mentions(_ hashes: [UInt64]) -> Bool {
            // Most texts have a word that occurs nowhere in the article.
            hashes.allSatisfy { wordBits[Int($0 >> 6 & 0xFF)] >> ($0 & 63) & 1 != 0 && words.contains($0) }
                && texts.contains { TextRules.contains($0, hashes) }
        }

        /// Names and numbers: what tells a specific phrase from a general one. The first word may be in upper case for another
        /// reason, and counts only when it is a number.
        static func tellingWords(_ text: String) -> [String] {
            text.split(separator: " ").enumerated().filter { index, word in
                guard let first = word.first else { return false }
                return first.isNumber || (index > 0 && first.isUppercase)
            }.flatMap { TextRules.words(String($0.element)) }
        }
    }
}
