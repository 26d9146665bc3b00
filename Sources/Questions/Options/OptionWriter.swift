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

    /// What an article says, and what it is about.
    ///
    /// - Parameter links: hashes of the titles it links to.
    func context(of article: Article, links: [UInt64]) -> Context {
        Context(article, topic: profiles.topic(of: Set(links.map(kinds.resolved)), articleID: article.id))
    }

    /// Four options, the index of the right one, and where the wrong ones come from; nil when three cannot be found.
    ///
    /// - Parameter kind: as from `kinds`.
    func options(
        _ candidate: Candidate, kind: ThingKinds.Kind, question: String, context: Context,
        _ generator: inout SeededGenerator
    ) -> (options: [String], answerIndex: Int, source: Provenance.OptionSource)? {
        let wrong: (texts: [String], source: Provenance.OptionSource)?
        switch candidate.answer.content {
        case .date(let date): wrong = wrongDates(candidate, date, context, &generator).map { ($0, .near) }
        case .quantity(let quantity):
            wrong = wrongQuantities(candidate, quantity, context, &generator).map { ($0, .near) }
        case .link, .text: wrong = wrongTexts(candidate, kind, question: question, context, &generator)
        }
        guard let wrong, wrong.texts.count == 3 else { return nil }
        var options = generator.shuffled(wrong.texts)
        let answerIndex = generator.below(4)
        options.insert(candidate.answer.text, at: answerIndex)
        guard Set(options.map { Array($0.utf8) }).count == 4, options.allSatisfy({ TextRules.defect(of: $0) == nil })
        else {
            return nil
        }
        return (options, answerIndex, wrong.source)
    }

    // MARK: - Texts

    private func wrongTexts(
        _ candidate: Candidate, _ kind: ThingKinds.Kind, question: String, _ context: Context,
        _ generator: inout SeededGenerator
    ) -> (texts: [String], source: Provenance.OptionSource)? {
        let rules = TextOptionRules(candidate, question: question, context)
        guard candidate.relation.choices.isEmpty else {
            let others = candidate.relation.choices.filter { !rules.isTrue(TextRules.wordHashes($0)) }
            return others.count >= 3 ? (Array(generator.shuffled(others).prefix(3)), .choices) : nil
        }
        let fillsGap = candidate.relation.source == .cloze
        guard isLikeOthers(candidate, kind) else { return nil }
        var chosen = Choice(
            giver: candidate.provenance.pageID, true: candidate.trueValues + [candidate.answer], kinds: kinds)
        if fillsGap {
            chooseLike(candidate, kind, rules, context, &chosen, &generator)
            if let result = chosen.result { return result }
        }
        for key in candidate.pools {
            let pool = pools.pool(key)
            for index in order(pool, candidate, context, &generator)
            where rules.mayAllow(pool.traits[index]) && isPlausible(pool.kinds[index], kind, candidate, key) {
                guard chosen.add(pool.entries[index], of: pool.articleIDs[index], key.source, rules) else { continue }
                if let result = chosen.result { return result }
            }
        }
        if candidate.relation.source == .parameter, candidate.relation.distractors == .sameType, candidate.type.saysKind
        {
            chooseLike(candidate, kind, rules, context, &chosen, &generator)
        }
        return chosen.result
    }

    /// Whether wrong options for a candidate may be found at all.
    ///
    /// - Parameter kind: as from `kinds`.
    func mayHaveOptions(_ candidate: Candidate, _ kind: ThingKinds.Kind) -> Bool {
        switch candidate.answer.content {
        case .date, .quantity: true
        case .link, .text: isLikeOthers(candidate, kind)
        }
    }

    /// Among things of which little is known three that could stand in a gap are found by chance only.
    private func isLikeOthers(_ candidate: Candidate, _ kind: ThingKinds.Kind) -> Bool {
        candidate.relation.source != .cloze || kind.pack != nil || kind.type == .person || !profiles.knowsKinds
    }

    /// Whether something of a kind may stand beside an answer of another one.
    private func isPlausible(
        _ kind: ThingKinds.Kind, _ wanted: ThingKinds.Kind, _ candidate: Candidate, _ key: PoolKey
    ) -> Bool {
        switch candidate.relation.source {
        case .cloze: kind.isLike(wanted) || !(kind.isKnown || wanted.isKnown || profiles.knowsKinds)
        // What they call their members tells the kind: "American novelists" are no theories.
        case .category, .definition: kind.pack == wanted.pack && (kind.pack != nil || key.source != .type)
        // A person is not offered beside rivers because one box had a company in the place of a name.
        case .parameter: key.source == .type ? kind.isLike(wanted) : !kind.isUnlike(wanted)
        }
    }

    /// Wrong options as they are chosen.
    private struct Choice {
        private var entries: [PoolCache.Entry] = []
        private var source = Provenance.OptionSource.choices
        /// Two values of one article belong together, and would stand out.
        private var givers: Set<Int64>
        /// What the true values and those chosen link to: "U.S." and "United States" are one thing.
        private var titles: Set<UInt64>
        private let kinds: ThingKinds

        init(giver: Int64, true values: [Value], kinds: ThingKinds) {
            givers = [giver]
            titles = Set(values.compactMap { kinds.title(of: $0) })
            self.kinds = kinds
        }

        /// Three texts, when they are found, and the farthest place that they come from.
        var result: (texts: [String], source: Provenance.OptionSource)? {
            entries.count == 3 ? (entries.map(\.value.text), source) : nil
        }

        /// Adds a value if it may stand beside the others.
        mutating func add(
            _ entry: PoolCache.Entry, of giver: Int64?, _ source: Provenance.OptionSource, _ rules: TextOptionRules
        ) -> Bool {
            guard giver.map({ !givers.contains($0) }) ?? true, rules.allow(entry),
                !entries.contains(where: {
                    TextRules.contains($0.hashes, entry.hashes) || TextRules.contains(entry.hashes, $0.hashes)
                        || $0.heavyHashes == entry.heavyHashes || $0.value.text == entry.value.text
                })
            else { return false }
            if let title = kinds.title(of: entry.value), !titles.insert(title).inserted { return false }
            entries.append(entry)
            self.source = max(self.source, source)
            if let giver { givers.insert(giver) }
            return true
        }
    }

    /// Likeness below which a thing is no plausible answer although it is of the same kind.
    private static let leastLikeness: Float = 0.02
    /// The same where not even the type is known, in a wiki whose things the packs do not know.
    private static let leastLikenessOfUnknown: Float = 0.1
    /// The same where only the type is known, or where the relation has too few values of its own.
    private static let leastLikenessElsewhere: Float = 0.06
    /// Things among which wrong options are drawn: always the three most alike would tell the right one.
    private static let nearest = 6

    /// Chooses things that are like the answer.
    private func chooseLike(
        _ candidate: Candidate, _ kind: ThingKinds.Kind, _ rules: TextOptionRules, _ context: Context,
        _ chosen: inout Choice, _ generator: inout SeededGenerator
    ) {
        let wanted = LinkProfiles.Wanted(
            value: candidate.answer, title: kinds.title(of: candidate.answer), kind: kind,
            surroundings: candidate.surroundings)
        let isSure = kind.pack != nil && candidate.relation.source == .cloze
        let least =
            !kind.isKnown ? Self.leastLikenessOfUnknown : isSure ? Self.leastLikeness : Self.leastLikenessElsewhere
        var near: [PoolCache.Entry] = []
        for (entry, likeness) in profiles.things(like: wanted, topic: context.topic, where: rules.mayAllow) {
            guard near.count < Self.nearest, likeness >= least else { break }
            if rules.allow(entry) { near.append(entry) }
        }
        for entry in generator.shuffled(near) {
            _ = chosen.add(entry, of: nil, kind.isKnown ? .likeness : .unknownKind, rules)
            if chosen.result != nil { return }
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
        /// Hashes of the folded words of its categories.
        let categories: [Set<UInt64>]
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
            categories = article.categories.map { Set(TextRules.words($0).map { TitleHash($0).value }) }
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
            text.utf8.split(separator: UInt8(ascii: " ")).enumerated().filter { index, word in
                guard let byte = word.first else { return false }
                if byte < 0x80 { return (0x30...0x39).contains(byte) || (index > 0 && (0x41...0x5A).contains(byte)) }
                guard let first = Substring(word).first else { return false }
                return first.isNumber || (index > 0 && first.isUppercase)
            }.flatMap { TextRules.words(String(Substring($0.element))) }
        }
    }
}
