import Foundation
import QuestionSet
import Statistics
import Testing

@testable import Questions

@Suite struct QuestionAuditTests {
    private static let concept = Concept(
        id: ConceptID(rawValue: 7), title: "Marie Curie", tier: "high", popularity: 9, kind: "people")

    private static func question(
        _ number: Int64, _ text: String, _ options: [String], right: Int, relation: String = "field",
        type: ValueType? = .string,
        precision: String? = nil, answers: [String]? = nil
    ) -> Question {
        Question(
            id: QuestionID(rawValue: 7000 + number), conceptID: concept.id, relation: relation, text: text,
            options: options,
            answerIndex: right, answers: answers ?? [options[right]], valueType: type, precision: precision,
            provenance: Provenance(source: .parameter, detail: "Infobox scientist: fields", pageID: 7, revisionID: 1))
    }

    private static let sound = [
        question(0, "In which field did she work?", ["Law", "Physics", "Painting", "Botany"], right: 1),
        question(
            1, "When was she born?", ["7 November 1867", "1 May 1850", "3 June 1880", "9 July 1872"], right: 0,
            relation: "birth date", type: .date, precision: "day", answers: ["7 November 1867", "November 7, 1867"]),
        question(
            2, "How much did it weigh?", ["−1.50 kg", "2.25 kg", "3.00 kg", "4.75 kg"], right: 3, relation: "mass",
            type: .quantity, precision: "kg 0.01"),
    ]

    private func audit(
        _ questions: [Question], concept: Concept = Self.concept, metadata: [String: String] = [:]
    ) -> AuditReport {
        QuestionAudit.run(concepts: [concept], questions: questions, metadata: metadata)
    }

    private func broken(_ report: AuditReport) -> [String] {
        report.rules.filter { $0.outcome == .broken }.map(\.rule)
    }

    @Test func soundQuestionsBreakNothing() {
        let metadata = [
            "questions per concept": "3", "pages read": "10", "eligible concepts": "4", "pages rejected: redirect": "6",
        ]
        let report = audit(Self.sound, metadata: metadata)
        #expect(broken(report) == [])
        #expect(report.isAccepted)
        #expect(report.rules.allSatisfy { $0.outcome == .kept })
        #expect(report.positions.counts == [1, 1, 0, 1])
        #expect(report.relations == ["field": 1, "birth date": 1, "mass": 1])
        #expect(report.kinds == ["people": 3] && report.tiers == ["high": 3] && report.sources == ["parameter": 3])
        #expect(report.pagesRead == 10 && report.pagesKept == 4 && report.pagesRejected == ["redirect": 6])
    }

    /// A change to the first sound question and the words of the rule that it breaks.
    struct Breach: Sendable, CustomStringConvertible {
        let description: String
        let rule: String
        let change: @Sendable (inout Question) -> Void

        init(_ description: String, _ rule: String, _ change: @escaping @Sendable (inout Question) -> Void) {
            self.description = description
            self.rule = rule
            self.change = change
        }
    }

    static let breaches = [
        Breach("three options", "4 distinct options") { $0.options.removeLast() },
        Breach("answer index outside", "4 distinct options") { $0.answerIndex = 4 },
        Breach("an option twice", "4 distinct options") { $0.options[3] = "Law" },
        Breach("an option twice but for case", "4 distinct options") { $0.options[3] = "law." },
        Breach("answer in the question", "stands in the question") { $0.text = "Did she work in physics or what?" },
        Breach("alias in the question", "stands in the question") { $0.answers.append("did she") },
        Breach("alias in the concept's name", "stands in the question") { $0.answers.append("marie") },
        Breach("answer without words in the question", "stands in the question") {
            $0.options[1] = "+"
            $0.answers = ["+"]
            $0.text = "What is a+b?"
        },
        Breach("template", "no markup") { $0.text += " {{cn}}" },
        Breach("link", "no markup") { $0.options[0] = "[[Law]]" },
        Breach("tag", "no markup") { $0.options[0] = "Law<br />" },
        Breach("bold", "no markup") { $0.options[0] = "'''Law'''" },
        Breach("entity", "no markup") { $0.answers.append("Physics&nbsp;X") },
        Breach("pipe", "no markup") { $0.options[0] = "Law|law" },
        Breach("blank at the end", "no markup") { $0.options[0] = "Law " },
        Breach("two blanks", "no markup") { $0.text = "In  which field did she work?" },
        Breach("control character", "no markup") { $0.options[0] = "L\u{7}aw" },
        Breach("empty relation", "no markup") { $0.relation = "" },
        Breach("answer not accepted", "right option is among") { $0.answers = ["Physic"] },
        Breach("wrong option accepted", "no wrong option is among") { $0.answers.append("Botany") },
        Breach("wrong option accepted but for case", "no wrong option is among") { $0.answers.append("botany") },
    ]

    @Test(arguments: breaches)
    func everyRuleIsNoticedWhenBroken(_ breach: Breach) {
        var questions = Self.sound
        breach.change(&questions[0])
        let rules = broken(audit(questions))
        #expect(rules.contains { $0.contains(breach.rule) }, "\(rules)")
    }

    @Test func rulesOfAConceptsQuestionsTogether() {
        var same = Self.sound
        same.append(Self.question(3, "What did she study?", ["Music", "Physics", "Logic", "Drama"], right: 1))
        #expect(broken(audit(same)) == ["no two questions of a concept share relation and answer"])

        var wording = Self.sound
        wording.append(
            Self.question(3, "When was she BORN?", ["1", "2", "3", "4"], right: 1, relation: "other", type: .quantity))
        #expect(broken(audit(wording)) == ["no two questions of a concept share their wording"])

        var other = Self.sound
        other.append(
            Self.question(3, "What else did she study?", ["Physics", "Chemistry", "Logic", "Drama"], right: 1))
        #expect(broken(audit(other)) == ["no wrong option is a right answer to the same question of the concept"])

        #expect(broken(audit(Self.sound, metadata: ["questions per concept": "4"])).count == 1)
        #expect(broken(audit([])) == ["every concept has exactly its number of questions"])

        let metadata = ["pages read": "10", "eligible concepts": "4", "pages rejected: redirect": "5"]
        #expect(broken(audit(Self.sound, metadata: metadata)) == ["pages read = pages kept + pages rejected"])
    }

    @Test(arguments: [
        (["1867", "May 1850", "1880", "1872"], ValueType.date, "year"),
        (["1867", "1850", "1880", "44 BC"], .date, "year"),
        (["1867", "1850", "1880", "soon"], .date, "year"),
        (["1867", "1850", "1880", "1872"], .date, "day"),
        (["1.5", "2.5", "3.25", "4.5"], .quantity, "0.1"),
        (["1 km", "2 km", "3 m", "4 km"], .quantity, "km integer"),
        (["$1", "$2", "€3", "$4"], .quantity, "$ integer"),
        (["1", "2", "many", "4"], .quantity, "integer"),
        (["1", "2", "3", "4"], .quantity, "0.1"),
    ])
    func mixedTypesAndPrecisionsAreNoticed(_ options: [String], _ type: ValueType, _ precision: String) {
        let question = Self.question(0, "Which?", options, right: 0, type: type, precision: precision)
        #expect(broken(audit([question])) == ["all options of a question have the same value type and precision"])
    }

    @Test(arguments: [
        (["1867", "1850", "1880", "1872"], ValueType.date, "year"),
        (["44 BC", "50 BC", "27 BC", "100 BC"], .date, "year BC"),
        (["May 1867", "June 1850", "July 1880", "May 1872"], .date, "month"),
        (["US$1.5 million", "US$2.5 million", "US$0.7 million", "US$9.1 million"], .quantity, "US$ million 0.1"),
        (["1,200 km²", "900 km²", "12,345 km²", "3 km²"], .quantity, "km² integer"),
        (["−3.5 °C", "2.0 °C", "0.5 °C", "11.1 °C"], .quantity, "°C 0.1"),
        (["5%", "7%", "11%", "13%"], .quantity, "% integer"),
        (["Rome", "Paris in Texas", "X", "Y"], .place, ""),
    ])
    func likeOptionsPass(_ options: [String], _ type: ValueType, _ precision: String) {
        let stated = precision.isEmpty ? nil : precision
        let question = Self.question(0, "Which?", options, right: 0, type: type, precision: stated)
        #expect(broken(audit([question])) == [])
    }

    @Test func importedStoresLackWhatSomeRulesNeed() {
        let imported = Self.sound.map { question in
            var question = question
            question.valueType = nil
            question.precision = nil
            question.provenance = nil
            return question
        }
        var concept = Self.concept
        concept.kind = nil
        let report = audit(imported, concept: concept)
        let unchecked = report.rules.filter { $0.outcome == .notCheckable }.map(\.rule)
        #expect(
            unchecked == [
                "all options of a question have the same value type and precision",
                "pages read = pages kept + pages rejected",
            ])
        #expect(report.isAccepted && report.sources.isEmpty && report.kinds.isEmpty && report.pagesRead == nil)
        // Dates and numbers are still told from their looks.
        #expect(report.guessers.first { $0.name == "earliest date" }?.questions == 1)
        #expect(report.guessers.first { $0.name == "largest number" }?.questions == 1)
    }

    @Test func guessersInClosedForm() throws {
        // Lengths 1, 2, 3, 4; the right one is the longest, the longest, the shortest, and one of two longest.
        let texts =
            [("a", "bb", "ccc", "dddd", 3), ("a", "bb", "ccc", "dddd", 3), ("e", "ff", "ggg", "hhhh", 0)].enumerated()
            .map { index, entry in
                Self.question(Int64(index), "Q\(index)?", [entry.0, entry.1, entry.2, entry.3], right: entry.4)
            } + [Self.question(9, "Q9?", ["i", "jj", "kkkk", "llll"], right: 2)]
        let guessers = Dictionary(uniqueKeysWithValues: audit(texts).guessers.map { ($0.name, $0) })
        #expect(guessers["longest option"]?.accuracy == (1 + 1 + 0 + 0.5) / 4)
        #expect(guessers["shortest option"]?.accuracy == 1.0 / 4)
        // a, bb, ccc, dddd stand twice: a quarter each; e to h and i to l once: a quarter each.
        #expect(guessers["option most frequent in the store"]?.accuracy == 0.25)
        #expect(guessers["largest number"] == nil && guessers["earliest date"] == nil)

        let numbers = [0, 1, 2, 3].map { right in
            Self.question(
                Int64(right), "N\(right)?", ["−7", "3", "1,000", "20"], right: right, type: .quantity,
                precision: "integer")
        }
        let dates = [0, 0, 1, 2].enumerated().map { index, right in
            Self.question(
                Int64(10 + index), "D\(index)?", ["44 BC", "27 BC", "14 BC", "50 BC"], right: right, type: .date,
                precision: "year BC")
        }
        let all = Dictionary(uniqueKeysWithValues: audit(numbers + dates).guessers.map { ($0.name, $0) })
        #expect(all["largest number"]?.accuracy == 0.25 && all["smallest number"]?.accuracy == 0.25)
        #expect(all["the two middle numbers"]?.accuracy == 0.5 && all["the two middle numbers"]?.ideal == 0.5)
        // 50 BC, 44 BC, 27 BC, 14 BC: the middle ones are indices 0 and 1.
        #expect(all["the two middle dates"]?.accuracy == 0.75)
        #expect(all["earliest date"]?.accuracy == 0 && all["latest date"]?.accuracy == 0.25)
        #expect(all["largest number"]?.questions == 4 && all["earliest date"]?.questions == 4)
        let interval = try #require(all["largest number"]?.interval)
        #expect(interval.low < 0.25 && interval.high > 0.25)
    }

    @Test func reportIsReadableAndCodable() throws {
        var questions = Self.sound
        questions[0].options[0] = "[[Law]]"
        let report = audit(questions, metadata: ["questions per concept": "3"])
        #expect(report.text.hasPrefix("1 concepts, 3 questions\n"))
        #expect(report.text.contains("  broken (1 times)          no markup"))
        #expect(report.text.contains("question 7000: markup [[ in “[[Law]]”"))
        #expect(report.text.contains("not checkable             pages read"))
        #expect(report.text.hasSuffix("\n") && !report.text.hasSuffix("\n\n"))
        #expect(try JSONDecoder().decode(AuditReport.self, from: JSONEncoder().encode(report)) == report)
    }
}
