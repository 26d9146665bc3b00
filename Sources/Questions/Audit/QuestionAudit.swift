public import QuestionSet
import Statistics

/// Checks the hard rules and computes the figures of contract, section 4.
public enum QuestionAudit {
    /// Audits the questions of a store.
    ///
    /// - Parameter metadata: the store's; the number of questions per concept and the account of pages are read from it where
    ///   they are there, as in generated stores.
    public static func run(concepts: [Concept], questions: [Question], metadata: [String: String]) -> AuditReport {
        let byID = Dictionary(concepts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let questions = questions.sorted { $0.id < $1.id }
        let groups = Dictionary(grouping: questions, by: \.conceptID)
        let ledger = PageLedger(metadata)

        var book = RuleBook()
        for concept in concepts.sorted(by: { $0.id < $1.id }) {
            check(
                concept, groups[concept.id] ?? [], count: metadata["questions per concept"].flatMap { Int($0) }, &book)
        }
        for question in questions { check(question, title: byID[question.conceptID]?.title ?? "", &book) }
        if let ledger { book.check(.ledger, ledger.isBalanced, ledger.description) }

        let positions = (0..<4).map { index in questions.count { $0.answerIndex == index } }
        func counts(_ keys: [String]) -> [String: Int] { Dictionary(grouping: keys, by: { $0 }).mapValues(\.count) }
        return AuditReport(
            concepts: concepts.count, questions: questions.count, rules: book.rules,
            positions: .init(counts: positions, p: chiSquaredUniformP(positions)), guessers: Guessers.all(questions),
            relations: counts(questions.map { relationWithoutLabel($0.relation) }),
            kinds: counts(questions.compactMap { byID[$0.conceptID]?.kind }),
            tiers: counts(questions.compactMap { byID[$0.conceptID]?.tier }),
            sources: counts(questions.compactMap { $0.provenance?.source.rawValue }),
            optionSources: counts(questions.compactMap { $0.provenance?.options?.meaning }), pagesRead: ledger?.read,
            pagesKept: ledger?.kept, pagesRejected: ledger?.rejected ?? [:])
    }

    private static func relationWithoutLabel(_ relation: String) -> String {
        relation.firstRange(of: ": ").map { String(relation[..<$0.lowerBound]) } ?? relation
    }

    // MARK: - Rules

    /// The rules that concern a concept's questions together.
    private static func check(_ concept: Concept, _ questions: [Question], count: Int?, _ book: inout RuleBook) {
        let place = "concept “\(concept.title)”"
        book.check(.count, count.map { questions.count == $0 } ?? !questions.isEmpty, "\(place) has \(questions.count)")
        book.check(.text, TextRules.defect(of: concept.title) == nil, place)
        var pairs: Set<String> = []
        var wordings: Set<String> = []
        var trueAnswers: [String: Set<String>] = [:]
        for question in questions {
            book.check(
                .wording, wordings.insert(TextRules.optionKey(question.text)).inserted, "question \(question.id)")
            guard question.isWhole else { continue }
            let answer = TextRules.optionKey(question.answer)
            book.check(.pair, pairs.insert("\(question.relation)\u{0}\(answer)").inserted, "question \(question.id)")
            if !["cloze", "definition"].contains(question.relation) {
                trueAnswers[question.relation, default: []].insert(answer)
            }
        }
        for question in questions {
            let others = trueAnswers[question.relation] ?? []
            let wrong = question.wrongOptions.first { others.contains(TextRules.optionKey($0)) }
            book.check(.noneOtherTrue, wrong == nil, "question \(question.id): “\(wrong ?? "")” answers another one")
        }
    }

    /// The rules that concern one question.
    private static func check(_ question: Question, title: String, _ book: inout RuleBook) {
        let place = "question \(question.id)"
        let keys = question.options.map(TextRules.optionKey)
        book.check(
            .options, question.isWhole && Set(keys).count == 4, "\(place): \(question.options.joined(separator: " / "))"
        )
        guard question.isWhole else { return }

        let accepted = Set(question.answers.map { Array($0.utf8) })
        book.check(.answerAccepted, accepted.contains(Array(question.answer.utf8)), place)
        let acceptedKeys = Set(question.answers.map(TextRules.optionKey))
        let wrong = question.wrongOptions.first { acceptedKeys.contains(TextRules.optionKey($0)) }
        book.check(.noWrongAccepted, wrong == nil, "\(place): “\(wrong ?? "")”")

        let texts = [question.text, title]
        let given = question.answers.first { answer in texts.contains { TextRules.names($0, answer) } }
        book.check(.notGiven, given == nil, "\(place): “\(given ?? "")”")

        for text in [question.text, question.relation] + question.options + question.answers {
            let defect = TextRules.defect(of: text)
            book.check(.text, defect == nil, "\(place): \(defect ?? "") in “\(text)”")
        }
        if let type = question.valueType {
            let formats = Set(question.options.map { OptionFormat($0, type: type) })
            let isAsStated = formats.first.map { $0.agrees(with: question.precision) } ?? false
            book.check(
                .format, formats.count == 1 && isAsStated, "\(place): \(question.options.joined(separator: " / "))")
        }
    }
}

extension Question {
    /// Whether it has four options and one of them is marked as right.
    fileprivate var isWhole: Bool { options.count == 4 && options.indices.contains(answerIndex) }

    /// All options but the right one.
    fileprivate var wrongOptions: [String] {
        options.enumerated().filter { $0.offset != answerIndex }.map(\.element)
    }
}

/// The account of pages that a generated store keeps.
private struct PageLedger {
    let read: Int
    let kept: Int
    let rejected: [String: Int]

    init?(_ metadata: [String: String]) {
        guard let read = metadata["pages read"].flatMap({ Int($0) }),
            let kept = metadata["eligible concepts"].flatMap({ Int($0) })
        else { return nil }
        self.read = read
        self.kept = kept
        let prefix = "pages rejected: "
        rejected = metadata.reduce(into: [:]) { result, entry in
            if entry.key.hasPrefix(prefix) { result[String(entry.key.dropFirst(prefix.count))] = Int(entry.value) }
        }
    }

    var isBalanced: Bool { read == kept + rejected.values.reduce(0, +) }

    var description: String { "\(read) read, \(kept) kept, \(rejected.values.reduce(0, +)) rejected" }
}

/// Counts what is checked and what is broken, rule by rule.
private struct RuleBook {
    /// The hard rules, in the order in which they are reported.
    enum Rule: String, CaseIterable {
        case count = "every concept has exactly its number of questions"
        case options = "each question has 4 distinct options, one of them right"
        case noneOtherTrue = "no wrong option is a right answer to the same question of the concept"
        case notGiven = "neither the answer nor an alias of it stands in the question or the concept's name"
        case pair = "no two questions of a concept share relation and answer"
        case wording = "no two questions of a concept share their wording"
        case text = "no markup, entities, untrimmed or doubled blanks in any text"
        case answerAccepted = "the right option is among the accepted answers"
        case noWrongAccepted = "no wrong option is among the accepted answers"
        case format = "all options of a question have the same value type and precision"
        case ledger = "pages read = pages kept + pages rejected"
    }

    private var checked: Set<Rule> = []
    private var violations: [Rule: (count: Int, examples: [String])] = [:]

    mutating func check(_ rule: Rule, _ isKept: Bool, _ place: @autoclosure () -> String) {
        checked.insert(rule)
        guard !isKept else { return }
        violations[rule, default: (0, [])].count += 1
        if let count = violations[rule]?.examples.count, count < 10 { violations[rule]?.examples.append(place()) }
    }

    var rules: [AuditReport.Rule] {
        Rule.allCases.map { rule in
            let found = violations[rule]
            return AuditReport.Rule(
                rule: rule.rawValue, outcome: found != nil ? .broken : checked.contains(rule) ? .kept : .notCheckable,
                violations: found?.count ?? 0, examples: found?.examples ?? [])
        }
    }
}
