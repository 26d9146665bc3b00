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
    /// What the things that articles link to are like.
    let profiles: LinkProfiles
    /// The newest day that a wrong date may name.
    let newestDay: Double

    init(pools: DistractorPools, kinds: ThingKinds, profiles: LinkProfiles) {
        self.pools = PoolCache(pools, kinds: kinds)
        self.kinds = kinds
        self.profiles = profiles
        newestDay = pools.newestDayOfValues()
    }

    /// How particular it is about what fills a gap.
    enum Care {
        /// Only things of the same kind.
        case sameKind
        /// Anything of the same type, where nothing better can be had.
        case any
    }

    /// What an article says, and what it is about.
    ///
    /// - Parameter links: hashes of the titles it links to.
    func context(of article: Article, links: [UInt64]) -> Context {
        Context(article, topic: profiles.topic(of: Set(links.map(kinds.resolved)), articleID: article.id))
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
        let kind = kinds.kind(of: candidate.answer)
        var chosen = Choice(
            giver: candidate.provenance.pageID, true: candidate.trueValues + [candidate.answer], kinds: kinds)
        if candidate.relation.source == .cloze {
            let least = care == .any ? Self.leastLikenessAtAll : Self.leastLikeness
            chooseLike(candidate, kind, rules, context, least: least, &chosen, &generator)
            if let texts = chosen.texts { return texts }
        }
        let wantedKind = candidate.relation.source == .cloze && care == .sameKind ? kind : nil
        // A person is not offered beside rivers because one box had a company in the place of a name.
        let excludesOthers = candidate.type == .person && kind.pack != nil
        for key in candidate.pools {
            let pool = pools.pool(key)
            for index in order(pool, candidate, context, &generator)
            where rules.mayAllow(pool.traits[index]) && wantedKind.map({ pool.kinds[index].isLike($0) }) ?? true
                && !(excludesOthers && pool.kinds[index].pack.map { $0 != kind.pack } ?? false)
            {
                guard chosen.add(pool.entries[index], of: pool.articleIDs[index], rules) else { continue }
                if let texts = chosen.texts { return texts }
            }
        }
        if candidate.relation.source == .parameter, candidate.relation.distractors == .sameType {
            chooseLike(candidate, kind, rules, context, least: Self.leastLikeness, &chosen, &generator)
        }
        return chosen.texts
    }

    /// Wrong options as they are chosen.
    private struct Choice {
        private var entries: [PoolCache.Entry] = []
        /// Two values of one article belong together, and would stand out.
        private var givers: Set<Int64>
        /// What the true values and those chosen link to: "U.S." and "United States" are one thing.
        private var titles: Set<UInt64>
        private let kinds: ThingKinds

        init(giver: Int64, true values: [Value], kinds: ThingKinds) {
            givers = [giver]
            titles = Set(values.compactMap(kinds.title))
            self.kinds = kinds
        }

        /// Three texts, when they are found.
        var texts: [String]? { entries.count == 3 ? entries.map(\.value.text) : nil }

        /// Adds a value if it may stand beside the others.
        mutating func add(_ entry: PoolCache.Entry, of giver: Int64?, _ rules: TextOptionRules) -> Bool {
            guard giver.map({ !givers.contains($0) }) ?? true, rules.allow(entry),
                !entries.contains(where: {
                    TextRules.contains($0.hashes, entry.hashes) || TextRules.contains(entry.hashes, $0.hashes)
                        || $0.value.text == entry.value.text
                })
            else { return false }
            if let title = kinds.title(of: entry.value), !titles.insert(title).inserted { return false }
            entries.append(entry)
            if let giver { givers.insert(giver) }
            return true
        }
    }

    /// Likeness below which a thing is no plausible answer.
    private static let leastLikeness: Float = 0.1
    /// The same where nothing better can be had.
    private static let leastLikenessAtAll: Float = 0.02
    /// Of the most alike thing, what others have to have.
    private static let leastShare: Float = 0.4
    /// Things among which wrong options are drawn: always the three most alike would tell the right one.
    private static let nearest = 6

    /// Chooses things that are like the answer.
    private func chooseLike(
        _ candidate: Candidate, _ kind: ThingKinds.Kind, _ rules: TextOptionRules, _ context: Context, least: Float,
        _ chosen: inout Choice, _ generator: inout SeededGenerator
    ) {
        let wanted = LinkProfiles.Wanted(
            value: candidate.answer, title: kinds.title(of: candidate.answer), kind: kind,
            surroundings: candidate.surroundings)
        var near: [PoolCache.Entry] = []
        var best: Float = 0
        for (entry, likeness) in profiles.things(like: wanted, topic: context.topic, where: rules.mayAllow) {
            guard near.count < Self.nearest,
                kind.isKnown || likeness >= max(least, best * Self.leastShare) || near.count < 3,
                kind.isKnown || likeness >= least
            else { break }
            guard rules.allow(entry) else { continue }
            near.append(entry)
            best = max(best, likeness)
        }
        for entry in generator.shuffled(near) {
            _ = chosen.add(entry, of: nil, rules)
            if chosen.texts != nil { return }
        }
    }

    /// The order in which a pool's values are tried: categories and definitions of articles on like topics first, all else at
    /// random.
    private func order(
        _ pool: PoolCache.Pool, _ candidate: Candidate, _ context: Context, _ generator: inout SeededGenerator
    ) -> [Int] {
        let shuffled = generator.shuffled(pool.entries.indices)
        guard candidate.relation.source == .category || candidate.relation.source == .definition else {
            return shuffled
        }
        let likeness = pool.articleIDs.map { context.topic.likeness(ofArticle: $0) }
        let ranked = shuffled.indices.filter { likeness[shuffled[$0]] > 0 }
            .sorted { (likeness[shuffled[$1]], $0) < (likeness[shuffled[$0]], $1) }.map { shuffled[$0] }
        let near = ranked.prefix(max(Self.nearest, pool.entries.count / 4))
        let isNear = Set(near)
        return generator.shuffled(Array(near)) + shuffled.filter { !isNear.contains($0) }
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
        /// What it is about, by its links.
        let topic: LinkProfiles.Topic

        init(_ article: Article, topic: LinkProfiles.Topic) {
            self.topic = topic
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
