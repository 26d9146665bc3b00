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
        self.pools = PoolCache(pools, kinds: kinds, profiles: profiles)
        self.kinds = kinds
        self.profiles = profiles
        newestDay = pools.newestDayOfValues()
    }

    /// What an article says, and what it is about.
    ///
    /// - Parameter links: hashes of the titles it links to, through redirects.
    func context(of article: Article, links: [UInt64]) -> Context {
        Context(article, topic: profiles.topic(of: Set(links), articleID: article.id))
    }

    /// Four options, the index of the right one, and where the wrong ones come from; nil when three cannot be found.
    ///
    /// - Parameters:
    ///   - kind: as from `kinds`.
    ///   - spellings: as from `AcceptedAnswers`.
    func options(
        _ candidate: Candidate, kind: ThingKinds.Kind, spellings: [String], question: String, context: Context,
        _ generator: inout SeededGenerator
    ) -> (options: [String], answerIndex: Int, source: Provenance.OptionSource)? {
        let wrong: (texts: [String], source: Provenance.OptionSource)?
        switch candidate.answer.content {
        case .date(let date): wrong = wrongDates(candidate, date, context, &generator).map { ($0, .near) }
        case .quantity(let quantity):
            wrong = wrongQuantities(candidate, quantity, context, &generator).map { ($0, .near) }
        case .link, .text:
            wrong = wrongTexts(candidate, kind, spellings: spellings, question: question, context, &generator)
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
        _ candidate: Candidate, _ kind: ThingKinds.Kind, spellings: [String], question: String, _ context: Context,
        _ generator: inout SeededGenerator
    ) -> (texts: [String], source: Provenance.OptionSource)? {
        let rules = TextOptionRules(candidate, spellings: spellings, question: question, context)
        guard candidate.relation.choices.isEmpty else {
            let others = candidate.relation.choices.filter { !rules.isTrue(TextRules.wordHashes($0)) }
            return others.count >= 3 ? (Array(generator.shuffled(others).prefix(3)), .choices) : nil
        }
        let fillsGap = candidate.relation.source == .cloze
        guard isLikeOthers(candidate.relation.source, kind) else { return nil }
        var chosen = Choice(
            giver: candidate.provenance.pageID, true: candidate.trueValues + [candidate.answer], kinds: kinds)
        if fillsGap {
            chooseLike(candidate, kind, rules, context, &chosen, &generator)
            if let result = chosen.result { return result }
        }
        for key in candidate.pools {
            let pool = pools.pool(key)
            // A value that was refused once, or chosen, is refused ever after.
            var isTried = [Bool](repeating: false, count: pool.entries.count)
            for index in order(pool, candidate, context, &generator)
            where rules.mayAllow(pool.traits[index]) && !isTried[pool.firsts[index]] {
                guard isPlausible(pool.kinds[index], kind, candidate, key),
                    chosen.mayTake(from: pool.articleIDs[index])
                else { continue }
                isTried[pool.firsts[index]] = true
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
    func mayHaveOptions(_ candidate: ArticleCandidates.Outline, _ kind: ThingKinds.Kind) -> Bool {
        switch candidate.answer.content {
        case .date, .quantity: true
        case .link, .text: isLikeOthers(candidate.source, kind)
        }
    }

    /// Among things of which little is known three that could stand in a gap are found by chance only.
    private func isLikeOthers(_ source: TemplatePack.Source, _ kind: ThingKinds.Kind) -> Bool {
        source != .cloze || kind.pack != nil || kind.type == .person || !profiles.knowsKinds
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
        private var givers: [Int64]
        /// What the true values and those chosen link to: "U.S." and "United States" are one thing.
        private var titles: [UInt64]
        private let kinds: ThingKinds

        init(giver: Int64, true values: [Value], kinds: ThingKinds) {
            givers = [giver]
            titles = values.compactMap { kinds.title(of: $0) }
            self.kinds = kinds
        }

        /// Three texts, when they are found, and the farthest place that they come from.
        var result: (texts: [String], source: Provenance.OptionSource)? {
            entries.count == 3 ? (entries.map(\.value.text), source) : nil
        }

        /// Whether an article has given none of the values.
        func mayTake(from giver: Int64) -> Bool { !givers.contains(giver) }

        /// Adds a value if it may stand beside the others.
        ///
        /// - Parameter giver: an article that has given none yet.
        mutating func add(
            _ entry: PoolCache.Entry, of giver: Int64?, _ source: Provenance.OptionSource, _ rules: TextOptionRules
        ) -> Bool {
            guard rules.allow(entry),
                !entries.contains(where: {
                    TextRules.contains($0.hashes, entry.hashes) || TextRules.contains(entry.hashes, $0.hashes)
                        || $0.heavyHashes == entry.heavyHashes || $0.value.text == entry.value.text
                })
            else { return false }
            if let title = kinds.title(of: entry.value) {
                guard !titles.contains(title) else { return false }
                titles.append(title)
            }
            entries.append(entry)
            self.source = max(self.source, source)
            if let giver { givers.append(giver) }
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
        let things = profiles.things(like: wanted, topic: context.topic) { rules.mayAllow($0) }
        for (entry, likeness) in things {
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
        let likeness = pool.sampleIndices.map(context.topic.likeness(ofArticle:))
        let ranked = shuffled.indices.filter { likeness[shuffled[$0]] > 0 }
            .sorted { (likeness[shuffled[$1]], $0) < (likeness[shuffled[$0]], $1) }.map { shuffled[$0] }
        let near = ranked.prefix(max(Self.nearest, pool.entries.count / 4))
        var isNear = [Bool](repeating: false, count: pool.entries.count)
        for index in near { isNear[index] = true }
        return generator.shuffled(near) + shuffled.filter { !isNear[$0] }
    }
}
