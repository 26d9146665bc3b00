import BenchmarkStore
import Diagnostics
import Foundation
import GRDB
import QuestionSet
import TestSupport
import Testing

@Suite struct ProvenanceTests {
    private static let dump = Provenance.Dump(
        number: 1, file: "enwiki-part1.xml.bz2", siteName: "Wikipedia", databaseName: "enwiki",
        base: "https://en.wikipedia.org/wiki/Main_Page")
    private static let page = Provenance.Page(
        title: "Is 100% “enough”?", namespace: 0, timestamp: "2019-05-31T12:00:00Z", sha1: "abc", dump: dump,
        byteOffset: 1_234_567_890_123, streamOffset: 600, blockOffset: 4096)
    private static let concept = Concept(id: ConceptID(rawValue: 7), title: "Ångström", tier: "low", popularity: 3)

    private func question(
        _ number: Int64, _ source: Provenance.Source, _ fact: Provenance.Fact?, page: Provenance.Page? = page,
        template: String? = "Who {{concept}}?", packHash: String = "00ff"
    ) -> Question {
        Question(
            id: QuestionID(rawValue: 7000 + number), conceptID: Self.concept.id, relation: "r\(number)", text: "When?",
            options: ["a", "b", "c", "d"], answerIndex: 2, answers: ["c", "C"],
            provenance: Provenance(
                source: source, detail: "detail \(number)", pageID: 70, revisionID: 71, page: page, fact: fact,
                wording: template.map {
                    .init(pack: "people", packHash: packHash, relation: "birth", template: $0)
                }))
    }

    private var questions: [Question] {
        let sentence = "Ångström was born in Lögdö, Sweden."
        let parameter = Provenance.Fact(
            infobox: "Infobox person", parameter: "Spouse", qualifier: "Wife", rawValue: "[[A]], [[B]]",
            values: ["A", "B"])
        return [
            question(0, .parameter, parameter), question(1, .parameter, parameter, template: "Whom {{concept}}?"),
            question(2, .cloze, .init(sentence: sentence, gap: 21..<26, values: ["Lögdö"])),
            question(3, .lead, .init(sentence: sentence, values: ["born"])),
            question(4, .category, .init(category: "1814 births", values: ["1814 births"])),
            question(5, .parameter, nil, template: nil),
        ]
    }

    private func withStore(_ questions: [Question], _ body: (BenchmarkStore, DatabaseQueue) throws -> Void) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            try BenchmarkStore.create(
                at: path, replacing: false, .init(concepts: [Self.concept], questions: questions, metadata: [:]))
            try body(BenchmarkStore.open(path), DatabaseQueue(path: path))
        }
    }

    @Test func everythingKnownOfAFactSurvives() throws {
        try withStore(questions) { store, _ in
            let stored = try store.questions()
            #expect(stored == questions)
        }
    }

    @Test func whatQuestionsShareIsStoredOnce() throws {
        try withStore(questions) { _, database in
            try database.read { db in
                let counts = try ["dump", "page", "fact", "wording", "template_pack"].map {
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)")
                }
                #expect(counts == [1, 1, 4, 2, 1])
                let sharing = try Int.fetchOne(db, sql: "SELECT count(*) FROM question WHERE fact_id = 7000")
                #expect(sharing == 2)
            }
        }
    }

    @Test func theViewJoinsAQuestionToAllOfIt() throws {
        try withStore(questions) { _, database in
            try database.read { db in
                let rows = try Row.fetchAll(db, sql: "SELECT * FROM provenance ORDER BY question_id")
                #expect(rows.count == 6)
                let first = rows[0]
                #expect(first["answer"] == "c")
                #expect(first["infobox"] == "Infobox person" && first["parameter"] == "Spouse")
                #expect(first["raw_value"] == "[[A]], [[B]]" && first["all_values"] == "[\"A\",\"B\"]")
                #expect(first["byte_offset"] == 1_234_567_890_123 && first["stream_offset"] == 600)
                #expect(first["dump"] == "enwiki-part1.xml.bz2" && first["revision_id"] == 71)
                #expect(first["pack"] == "people" && first["pack_sha256"] == "00ff")
                #expect(first["template"] == "Who {{concept}}?" && first["pack_relation"] == "birth")
                #expect(first["url"] == "https://en.wikipedia.org/wiki/Is_100%25_“enough”%3F")
                #expect(first["revision_url"] == "https://en.wikipedia.org/wiki/Special:PermanentLink/71")
                // Characters, as SQL counts them, beyond ASCII too.
                #expect(rows[2]["gap"] == "Lögdö")
                #expect(rows[4]["category"] == "1814 births")
                #expect(rows[5]["fact_id"] as Int? == nil && rows[5]["page_id"] == 70)
            }
        }
    }

    @Test(arguments: [
        ("https://en.wikipedia.org/wiki/Main_Page", "https://en.wikipedia.org/wiki/A_B" as String?),
        ("http://wiki.example.com/index.php/Main_Page", "http://wiki.example.com/index.php/A_B"),
        ("http://wiki.example.com/index.php?title=Main_Page", nil), ("", nil), ("file:///etc/x", nil),
    ])
    func theAddressOfAPageFollowsFromThatOfTheMainPage(_ base: String, _ url: String?) throws {
        var page = Self.page
        page.title = "A B"
        page.dump?.base = base
        try withStore([question(0, .lead, .init(sentence: "s"), page: page)]) { _, database in
            try database.read { db in
                let row = try #require(try Row.fetchOne(db, sql: "SELECT url, revision_url FROM attribution"))
                #expect(row["url"] as String? == url)
                #expect((row["revision_url"] as String?) == url?.replacing("A_B", with: "Special:PermanentLink/71"))
            }
        }
    }

    @Test func questionsThatContradictEachOtherAreRefused() throws {
        var other = Self.page
        other.byteOffset = 5
        var otherDump = Self.page
        otherDump.dump?.file = "x"
        let fact = Provenance.Fact(sentence: "s")
        let cases: [(second: Question, part: String)] = [
            (question(1, .lead, fact, page: other), "page 70 otherwise"),
            (question(1, .lead, fact, page: nil), "a fact without its page"),
            (question(1, .lead, fact, packHash: "11"), "template pack people otherwise"),
        ]
        for (second, part) in cases {
            #expect {
                try withStore([question(0, .lead, fact), second]) { _, _ in }
            } throws: { "\($0)".contains("question 7001") && "\($0)".contains(part) }
        }
        var elsewhere = question(1, .lead, fact, page: otherDump)
        elsewhere.provenance?.pageID = 72
        #expect {
            try withStore([question(0, .lead, fact), elsewhere]) { _, _ in }
        } throws: { "\($0)".contains("dump file 1 otherwise") }
    }

    @Test func ofSeveralStoresTheMostDetailedAccountIsKept() throws {
        try TestData.withTemporaryFolder { folder in
            let paths = ["poor", "rich"].map { folder.appendingPathComponent("\($0).sqlite").path }
            let poor = questions.map { question in
                var question = question
                question.provenance = nil
                return question
            }
            for (path, questions) in zip(paths, [poor, questions]) {
                try BenchmarkStore.create(
                    at: path, replacing: false,
                    .init(concepts: [Self.concept], questions: questions, metadata: ["from": path]))
            }
            for (index, order) in [paths, paths.reversed()].enumerated() {
                let output = folder.appendingPathComponent("merged\(index).sqlite").path
                try BenchmarkStore.merge(order, into: output, replacing: false)
                #expect(try BenchmarkStore.open(output).questions() == questions)
                #expect(try BenchmarkStore.open(output).metadata() == ["from": paths[1]])
            }
        }
    }
}
