import MediaWiki
import QuestionSet
import Testing

@testable import Questions

@Suite struct AnswerAliasTests {
    private static func question(_ answer: String, options: [String] = ["Oslo", "Rome", "Bern"]) -> Question {
        Question(
            id: QuestionID(rawValue: 1000), conceptID: ConceptID(rawValue: 1), relation: "capital",
            text: "Which city governs China since 1949?",
            options: [answer] + options, answerIndex: 0, answers: [answer], valueType: .place, precision: nil,
            provenance: nil)
    }

    private static let concept = Concept(
        id: ConceptID(rawValue: 1), title: "China", tier: "high", popularity: 1, kind: "countries")

    private static func accepted(_ answer: String, _ redirects: String..., labels: [String] = []) -> [String] {
        let aliases = AnswerAliases(redirects: redirects.map { ($0, 7) }, labels: [7: labels])
        return aliases.accepted(by: question(answer), thing: 7, of: concept).answers
    }

    @Test func otherNamesAreAccepted() {
        #expect(Self.accepted("Beijing", "Peking", "Beiping") == ["Beijing", "Beiping", "Peking"])
        #expect(Self.accepted("Albert Einstein", "Einstein", labels: ["Einstein"]) == ["Albert Einstein", "Einstein"])
        #expect(Self.accepted("Beijing", "Beijing, Hebei", "BEIJING") == ["Beijing", "Beijing, Hebei"])
        #expect(
            Self.accepted("Paris", "Paris, France", "City of Light") == ["Paris", "City of Light", "Paris, France"])
        #expect(Self.accepted("Mercury", "Hermes (planet)") == ["Mercury", "Hermes"])
    }

    @Test(arguments: [
        "History of Beijing", "Beijing dialect", "Rome", "China", "List of things", "places to see in the north",
        "AtlasShrugged", "[[Peking]]", "1421", "the old capital of the north",
    ])
    func whatNamesAnotherThingIsNot(_ name: String) {
        #expect(Self.accepted("Beijing", name) == ["Beijing"])
    }

    @Test func ofManyTheFirstAreTaken() {
        let names = (10..<40).map { "Name \($0)x" }
        let aliases = AnswerAliases(redirects: names.map { ($0, 7) }, labels: [:])
        let question = aliases.accepted(by: Self.question("Beijing"), thing: 7, of: Self.concept)
        #expect(question.answers == ["Beijing"] + names.prefix(AnswerAliases.maximum))
        #expect(aliases.accepted(by: question, thing: nil, of: Self.concept) == question)
        #expect(aliases.accepted(by: question, thing: 8, of: Self.concept) == question)
    }

    @Test func redirectsComeBackFromTheDisk() throws {
        let spool = try RedirectSpool()
        var wanted: [String] = []
        for index in 0..<60_000 {
            let title = String(repeating: "é", count: index % 40) + "\(index)"
            if index % 1000 == 3 { wanted.append(title) }
            try spool.append(title, to: UInt64(index % 1000))
        }
        try spool.finish()
        let found = try spool.titles { $0 == 3 }
        #expect(found.map(\.title) == wanted && found.allSatisfy { $0.target == 3 })
        #expect(try spool.titles { _ in true }.count == 60_000)
        let empty = try RedirectSpool()
        try empty.finish()
        #expect(try empty.titles { _ in true }.isEmpty)
    }

    @Test func everyQuestionTellsWhereItsWrongOptionsComeFrom() throws {
        let questions = try SmallWiki.generate().questions
        let sources = questions.compactMap { $0.provenance?.options }
        #expect(sources.count == questions.count && sources.contains(.near) && sources.contains(.relation))
        let report = QuestionAudit.run(concepts: [], questions: questions, metadata: [:])
        #expect(report.optionSources.values.reduce(0, +) == questions.count)
        #expect(report.text.contains("numbers or dates near the right one"))
    }

    @Test func abbreviationsOfCountriesAreTheirNames() {
        func same(_ left: String, _ right: String) -> Bool { TextRules.wordHashes(left) == TextRules.wordHashes(right) }
        #expect(
            same("U.S.", "United States") && same("USA", "United States of America") && same("Ohio, US", "Ohio, U.S."))
        #expect(!same("U", "United") && !same("Use", "United States"))
        #expect(TextRules.wordHashes("") == [])
    }
}
