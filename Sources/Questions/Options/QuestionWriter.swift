import Knowledge
import QuestionSet
import Statistics

/// Writes the questions of one concept.
struct QuestionWriter: Sendable {
    /// One walk through the candidates, in their order.
    private struct Pass: Sendable {
        var sources: [TemplatePack.Source]
        /// Parameters that no pack knows.
        var isGeneral = false
        /// Questions to take from it at most.
        var limit = Int.max
        /// Questions on one relation at most, those of earlier passes included; twice as many on one with several labels (events of a
        /// country's history).
        var perRelation = 1
        var allowsWeak = false
        var allowsRepeatedAnswers = false
    }

    /// Parameters first, then what the sentences say, then categories; something of everything; then what is left.
    private static let passes = [
        Pass(sources: [.parameter], limit: 8),
        Pass(sources: [.definition], limit: 1),
        Pass(sources: [.parameter], isGeneral: true, limit: 2),
        Pass(sources: [.cloze], limit: 3, perRelation: 3),
        Pass(sources: [.category], limit: 2, perRelation: 2),
        Pass(sources: [.parameter], perRelation: 2),
        Pass(sources: [.parameter], isGeneral: true, perRelation: 2),
        Pass(sources: [.cloze], limit: 1, perRelation: 4),
        Pass(sources: [.parameter], perRelation: 2, allowsWeak: true),
        Pass(sources: [.cloze, .category], perRelation: .max),
        Pass(sources: [.parameter], perRelation: 3, allowsWeak: true, allowsRepeatedAnswers: true),
        Pass(sources: [.parameter], isGeneral: true, perRelation: 3, allowsWeak: true, allowsRepeatedAnswers: true),
        Pass(sources: [.cloze, .category], perRelation: .max, allowsWeak: true),
        Pass(sources: [.cloze, .category], perRelation: .max, allowsWeak: true, allowsRepeatedAnswers: true),
    ]

    let options: OptionWriter
    let seed: UInt64

    /// A question, with the hash of the title of what its answer names, through redirects; nil if that is no article.
    struct Written: Sendable {
        var question: Question
        var thing: UInt64?
    }

    /// Exactly `count` questions, or nil when the article does not give as many.
    ///
    /// - Parameter links: hashes of the titles that the article links to, through redirects.
    func questions(for article: Article, links: [UInt64], candidates: ArticleCandidates, count: Int) -> [Written]? {
        let outlines = candidates.outlines
        let kinds = outlines.map(options.kinds.kind(ofAnswerTo:))
        let mayHaveOptions = zip(outlines, kinds).map { options.mayHaveOptions($0, $1) }
        var prospects = Prospects(outlines, mayBeAsked: mayHaveOptions)
        // Most articles that cannot have their questions are known at a glance.
        guard prospects.most >= count else { return nil }
        let context = options.context(of: article, links: links)
        let title = TitleWords(article.title)
        let answers = outlines.map { TextRules.keyHash($0.answer.text) }
        let (relations, labelled) = (Self.numbered(outlines.map(\.relationName)), Self.numbered(outlines.map(\.name)))
        var written: [Written] = []
        var usedTexts: Set<UInt64> = []
        // Candidates that were asked.
        var used: [Int] = []
        // Questions on each of `relations`, and of `labelled`.
        var perRelation = [Int](repeating: 0, count: outlines.count)
        var perLabelled = perRelation
        // Asked already, or without options, which are not found in a later pass either.
        var isDone = outlines.map { _ in false }
        var isWeak: [Bool?] = outlines.map { _ in nil }
        for pass in Self.passes {
            var taken = 0
            for index in outlines.indices where !isDone[index] {
                guard written.count < count, taken < pass.limit else { break }
                guard pass.sources.contains(outlines[index].source), outlines[index].isGeneral == pass.isGeneral,
                    perRelation[relations[index]] < pass.perRelation,
                    perLabelled[labelled[index]] / 2 < pass.perRelation,
                    !used.contains(where: {
                        answers[$0] == answers[index]
                            && (!pass.allowsRepeatedAnswers || relations[$0] == relations[index])
                    })
                else { continue }
                if !pass.allowsWeak {
                    let weak = isWeak[index] ?? candidates.isWeak(index)
                    isWeak[index] = weak
                    if weak { continue }
                }
                guard
                    let question = question(
                        candidates[index], kinds[index], article, title, context, number: written.count,
                        usedTexts: usedTexts)
                else {
                    isDone[index] = true
                    if mayHaveOptions[index] { prospects.lose(index) }
                    guard prospects.most >= count else { return nil }
                    continue
                }
                isDone[index] = true
                taken += 1
                written.append(
                    Written(question: question, thing: options.kinds.title(ofAnswerTo: outlines[index])))
                usedTexts.insert(TextRules.keyHash(question.text))
                used.append(index)
                perRelation[relations[index]] += 1
                perLabelled[labelled[index]] += 1
            }
        }
        return written.count == count ? written : nil
    }

    /// For each name the index of the first that is equal.
    private static func numbered(_ names: [String]) -> [Int] {
        var first: [String: Int] = [:]
        return names.enumerated().map { index, name in
            let number = first[name] ?? index
            if number == index { first[name] = index }
            return number
        }
    }

    /// How many questions candidates can give at most: not more on a relation, and not more definitions, than the passes take.
    private struct Prospects {
        private var groups: [Int] = []
        /// Candidates of each group that are not given up, and how many can be asked.
        private var left: [Int] = []
        private var limits: [Int] = []
        private(set) var most = 0

        init(_ candidates: [ArticleCandidates.Outline], mayBeAsked: [Bool]) {
            var groupOfRelation: [String: Int] = [:]
            for (candidate, mayBeAsked) in zip(candidates, mayBeAsked) {
                let source = candidate.source
                let name = source == .parameter ? candidate.relationName : "\u{0}\(source.rawValue)"
                let group = groupOfRelation[name, default: left.count]
                if group == left.count {
                    groupOfRelation[name] = group
                    left.append(0)
                    limits.append(Self.limits[source] ?? .max)
                }
                groups.append(group)
                if mayBeAsked { left[group] += 1 }
            }
            most = zip(left, limits).reduce(0) { $0 + min($1.0, $1.1) }
        }

        /// A candidate that could be asked turned out to have no options.
        mutating func lose(_ index: Int) {
            let group = groups[index]
            left[group] -= 1
            if left[group] < limits[group] { most -= 1 }
        }

        /// Questions on one relation, definitions in all.
        private static let limits: [TemplatePack.Source: Int] = [
            .parameter: passes.filter { $0.sources.contains(.parameter) }.map(\.perRelation).max() ?? 0,
            .definition: passes.filter { $0.sources.contains(.definition) }.reduce(0) { $0 + $1.limit },
        ]
    }

    /// The hashes of the words of a concept's title, with and without its parenthesis.
    private struct TitleWords {
        let whole: [UInt64]
        let plain: [UInt64]

        init(_ title: String) {
            whole = TextRules.plainHashes(title)
            plain = TextRules.plainHashes(TextRules.withoutParenthesis(title))
        }
    }

    /// One question with its options; nil when the answer is given away or options cannot be found.
    ///
    /// - Parameter usedTexts: hashes of the keys of earlier questions.
    private func question(
        _ candidate: Candidate, _ kind: ThingKinds.Kind, _ article: Article, _ title: TitleWords,
        _ context: OptionWriter.Context, number: Int,
        usedTexts: Set<UInt64>
    ) -> Question? {
        var generator = SeededGenerator(
            seed: seed, "question", article.id, candidate.relationName, candidate.answer.text,
            candidate.wordingValues["sentence"] ?? "")
        let spellings = AcceptedAnswers.spellings(candidate)
        let spellingWords = spellings.map(TextRules.plainHashes)
        // "M (1931 film)" tells the year of its release although not the day.
        let year = candidate.answer.year.map(TextRules.keyHash)
        func givesAway(_ words: [UInt64]) -> Bool {
            spellingWords.contains { TextRules.contains(words, $0) } || (year.map { words.contains($0) } ?? false)
        }
        guard !givesAway(title.whole),
            candidate.type == .date || candidate.type == .quantity
                || !spellingWords.contains(where: { TextRules.contains($0, title.plain) })
        else { return nil }
        let isList = candidate.trueValues.count > 1 && !candidate.relation.listWordings.isEmpty
        for wording in generator.shuffled(isList ? candidate.relation.listWordings : candidate.relation.wordings) {
            let text = ConceptName.capitalised(wording.render(candidate.wordingValues))
            let words = TextRules.plainHashes(text)
            guard TextRules.defect(of: text) == nil, !usedTexts.contains(TextRules.keyHash(text)), !givesAway(words)
            else { continue }
            // Other words would hardly give more wrong options.
            guard
                let (texts, answerIndex, source) = options.options(
                    candidate, kind: kind, spellings: spellings, question: text, context: context, &generator)
            else { return nil }
            // Other values of the list count as right too, unless the question itself names them.
            let keys = texts.map(TextRules.keyHash)
            var seen = Set(keys)
            let others = AcceptedAnswers.others(candidate).filter { other in
                let otherWords = TextRules.plainHashes(other)
                return !TextRules.contains(words, otherWords) && !TextRules.contains(title.whole, otherWords)
                    && seen.insert(TextRules.keyHash(other)).inserted
            }
            let wrong = Set(keys.enumerated().filter { $0.offset != answerIndex }.map(\.element))
            return Question(
                id: QuestionID(rawValue: article.id * 1000 + Int64(number)), conceptID: ConceptID(rawValue: article.id),
                relation: candidate.relationName, text: text, options: texts, answerIndex: answerIndex,
                answers: spellings.filter { $0 == candidate.answer.text || !wrong.contains(TextRules.keyHash($0)) }
                    + others,
                valueType: candidate.type, precision: candidate.precision,
                provenance: candidate.provenance(askedBy: wording, optionsFrom: source))
        }
        return nil
    }
}

extension Value {
    /// The year of a date, as text.
    fileprivate var year: String? {
        if case .date(let date) = content { String(abs(date.year)) } else { nil }
    }
}
