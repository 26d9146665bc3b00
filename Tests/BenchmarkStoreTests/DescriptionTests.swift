import BenchmarkStore
import Foundation
import QuestionSet
import TestSupport
import Testing

/// What `inspect` prints.
@Suite struct DescriptionTests {
    private static let sentence =
        "Marie Curie was a physicist from Poland, a chemist, and the first person of Poland" + afterGap
    private static let afterGap = " to be given two Nobel Prizes for work that was done in France."

    /// - Parameter isDetailed: whether the facts have their parts, as in stores of version 2.
    private func withStore(
        _ metadata: [String: String], isDetailed: Bool = false, _ body: (BenchmarkStore) throws -> Void
    ) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            let curie = Concept(
                id: ConceptID(rawValue: 7), title: "Marie Curie", tier: "high", popularity: 144_788, kind: "people")
            let other = Concept(id: ConceptID(rawValue: 9), title: "Evil\u{1B}[2J", tier: "low", popularity: 3)
            let page = Provenance.Page(
                title: "Marie Curie", namespace: 0, timestamp: "2018-12-24T18:00:00Z",
                dump: Provenance.Dump(
                    number: 1, file: "enwiki-20190101.xml.bz2", siteName: "Wikipedia", databaseName: "enwiki",
                    base: "https://en.wikipedia.org/wiki/Main_Page"),
                byteOffset: 4711, streamOffset: 600, blockOffset: 604)
            let birthDate = Provenance(
                source: .parameter, detail: "Infobox scientist: birth_date", pageID: 7, revisionID: 42, page: page,
                fact: Provenance.Fact(
                    infobox: "Infobox scientist", parameter: "birth_date", rawValue: "{{birth date|1867|\n11|7}}",
                    values: ["7 November 1867"]),
                wording: Provenance.Wording(
                    pack: "people", packHash: "0123456789abcdef", relation: "birth date",
                    template: "When was {{concept}} born?"))
            let start = Self.sentence.unicodeScalars.count - Self.afterGap.unicodeScalars.count - 6
            let gap = Provenance(
                source: .cloze, detail: Self.sentence, pageID: 7, revisionID: 42, page: isDetailed ? page : nil,
                fact: isDetailed
                    ? Provenance.Fact(sentence: Self.sentence, gap: start..<start + 6, values: ["Poland"]) : nil)
            let questions = [
                Question(
                    id: QuestionID(rawValue: 7000), conceptID: curie.id, relation: "birth date", text: "When?",
                    options: ["1 May 1867", "7 November 1867", "2 June 1860", "3 July 1870"], answerIndex: 1,
                    answers: ["7 November 1867", "November 7, 1867"], valueType: .date, precision: "day",
                    provenance: isDetailed
                        ? birthDate
                        : Provenance(
                            source: .parameter, detail: "Infobox scientist: birth_date", pageID: 7, revisionID: 42)),
                Question(
                    id: QuestionID(rawValue: 7001), conceptID: curie.id, relation: "cloze",
                    text: "Which words complete this sentence: \""
                        + Self.sentence.replacing("person of Poland", with: "person of _____") + "\"",
                    options: ["Poland", "France", "Spain", "Italy"], answerIndex: 0, answers: ["Poland"],
                    valueType: .place, provenance: gap),
                Question(
                    id: QuestionID(rawValue: 9000), conceptID: other.id, relation: "r", text: "What?",
                    options: ["a", "b", "c", "d"], answerIndex: 3, answers: ["d"]),
            ]
            try BenchmarkStore.create(
                at: path, replacing: false, .init(concepts: [curie, other], questions: questions, metadata: metadata))
            try body(BenchmarkStore.open(path))
        }
    }

    private static let metadata = [
        "origin": "generated", "dump": "enwiki-20190101.xml.bz2", "site": "Wikipedia, enwiki",
        "popularity": "page views of en.wikipedia", "pages read": "30", "eligible concepts": "2",
        "pages rejected: redirect": "28", "values dropped: range": "4", "seed": "2019",
    ]

    @Test func aConceptIsShownWithOptionsAnswersAndTheSourceOfEachFact() throws {
        try withStore(Self.metadata) { store in
            let text = try store.description(of: "marie curie")
            #expect(
                text == """
                    Marie Curie (id 7)
                      kind people, tier high, 144,788 page views of en.wikipedia
                      https://en.wikipedia.org/w/index.php?oldid=42
                      page 7, revision 42, text under CC BY-SA 3.0

                     1. When?
                        A. 1 May 1867
                      * B. 7 November 1867
                        C. 2 June 1860
                        D. 3 July 1870
                        accepted   7 November 1867 | November 7, 1867
                        fact from  Infobox scientist, parameter birth_date
                        relation   birth date (date, day)
                        id         7000

                     2. Which words complete this sentence: "Marie Curie was a physicist from Poland, a chemist, and the
                        first person of _____ to be given two Nobel Prizes for work that was done in France."
                      * A. Poland
                        B. France
                        C. Spain
                        D. Italy
                        accepted   Poland
                        fact from  sentence “Marie Curie was a physicist from Poland, a chemist, and the first person of
                                   [Poland] to be given two Nobel Prizes for work that was done in France.”
                        relation   cloze (place)
                        id         7001

                    """)
            #expect(text == (try store.description(of: "7")))
        }
    }

    @Test func aDetailedStoreShowsWikitextPlaceInTheDumpAndPack() throws {
        try withStore(Self.metadata, isDetailed: true) { store in
            let text = try store.description(of: "Marie Curie")
            for part in [
                """
                  https://en.wikipedia.org/w/index.php?oldid=42
                  page 7, revision 42 of 2018-12-24T18:00:00Z, text under CC BY-SA 3.0
                  byte 4711 of enwiki-20190101.xml.bz2 unpacked, stream at byte 600, block at byte 604

                """,
                """
                    fact from  Infobox scientist, parameter birth_date
                    wikitext   {{birth date|1867| 11|7}}
                    relation   birth date (date, day), asked by pack people
                    id         7000

                """,
                """
                    fact from  sentence “Marie Curie was a physicist from Poland, a chemist, and the first person of
                               [Poland] to be given two Nobel Prizes for work that was done in France.”

                """,
            ] {
                #expect(text.contains(part), "\(part)\nin:\n\(text)")
            }
        }
    }

    @Test func nothingIsMadeUpForImportedQuestionsAndNothingMovesTheCursor() throws {
        try withStore(["origin": "imported"]) { store in
            let text = try store.description(of: "9")
            #expect(text.hasPrefix("Evil\\u{1b}[2J (id 9)\n  tier low, popularity 3\n\n 1. What?\n"))
            #expect(text.contains("    fact from  not recorded\n    relation   r\n"))
            #expect(!text.contains("http"))
        }
    }

    @Test func namesThatAreNotThereGetNearTitles() throws {
        try withStore([:]) { store in
            for name in ["Curie", "Curie, Marie", "marie  curie"] {
                #expect {
                    try store.description(of: name)
                } throws: { "\($0)".hasSuffix("near: Marie Curie") }
            }
            #expect {
                try store.description(of: "Q")
            } throws: { "\($0)".contains("export --format csv") }
        }
    }

    @Test func theOverviewAddsUp() throws {
        try withStore(Self.metadata) { store in
            let text = try store.overview()
            #expect(text.hasPrefix("\(store.path): 2 concepts, 3 questions\n"))
            for line in [
                "  dump        enwiki-20190101.xml.bz2 (Wikipedia, enwiki)",
                "  licence     CC BY-SA 3.0. Texts of Wikimedia's",
                "Tiers   concepts  questions  popularity from       to",
                "  high         1          2          144,788  144,788",
                "Pages: 30 read\n  redirect      28\n  eligible       2\n",
                "Values left out  times\n  range              4\n", "Settings\n  seed  2019\n",
            ] {
                #expect(text.contains(line), "\(line) in:\n\(text)")
            }
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 || $0.contains(store.path) })
        }
    }
}
