import BenchmarkStore
import Diagnostics
import Foundation
import GRDB
import QuestionSet
import TestSupport
import Testing

/// Links between concepts in a store, and stores that do not know them.
@Suite struct ConceptLinkTests {
    /// Four concepts: 1 links to 2 and 3, 2 to 1, 3 and 4 to none.
    private static let links: [Int64: [Int64]] = [1: [2, 3], 2: [1], 3: [], 4: []]

    private func contents(_ links: [Int64: [Int64]]?) -> BenchmarkStore.Contents {
        let ids = Self.links.keys.sorted()
        let concepts = ids.map { id in
            Concept(
                id: ConceptID(rawValue: id), title: "Thing \(id)", tier: "low", popularity: id, kind: "thing",
                links: links.map { ($0[id] ?? []).map(ConceptID.init(rawValue:)) })
        }
        let questions = ids.map { id in
            Question(
                id: QuestionID(rawValue: id * 1000), conceptID: ConceptID(rawValue: id), relation: "r",
                text: "What is it?", options: ["a\(id)", "b", "c", "d"], answerIndex: 0, answers: ["a\(id)"])
        }
        return .init(concepts: concepts, questions: questions, metadata: [:])
    }

    private func withStore(_ links: [Int64: [Int64]]?, _ body: (String) throws -> Void) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            try BenchmarkStore.create(at: path, replacing: false, contents(links))
            try body(path)
        }
    }

    @Test func linksSurviveAndNoneIsNotTheSameAsNotKnown() throws {
        try withStore(Self.links) { path in
            let store = try BenchmarkStore.open(path)
            #expect(try store.concepts() == contents(Self.links).concepts)
            #expect(try store.linksHash() != nil)
        }
        try withStore([:]) { path in
            let store = try BenchmarkStore.open(path)
            #expect(try store.concepts().map(\.links) == [[], [], [], []])
            #expect(try store.linksHash() != nil)
        }
        try withStore(nil) { path in
            let store = try BenchmarkStore.open(path)
            #expect(try store.concepts().map(\.links) == [nil, nil, nil, nil])
            #expect(try store.linksHash() == nil)
        }
    }

    @Test func theHashTellsLinksApartAndQuestionsHaveTheirs() throws {
        var hashes: Set<String?> = []
        var questions: Set<String> = []
        var lines: Set<Data> = []
        for links in [Self.links, [1: [2], 2: [1, 3]], [:], nil] {
            try withStore(links) { path in
                let store = try BenchmarkStore.open(path)
                hashes.insert(try store.linksHash())
                questions.insert(try store.questionsHash())
                lines.insert(try JSONLines.encode(store.questionLines()))
            }
        }
        #expect(hashes.count == 4)
        #expect(questions.count == 1 && lines.count == 1)
    }

    @Test func storesThatAreInspectedTellTheirLinks() throws {
        try withStore(Self.links) { path in
            let store = try BenchmarkStore.open(path)
            #expect(try store.description(of: "1").contains("\n  links to 2 of the concepts, linked from 1\n"))
            #expect(try store.description(of: "4").contains("\n  links to 0 of the concepts, linked from 0\n"))
            #expect(try store.overview().contains("\n  between concepts      3\n  concepts without any  1\n"))
        }
        try withStore(nil) { path in
            let store = try BenchmarkStore.open(path)
            #expect(try !store.description(of: "1").contains("links"))
            #expect(try !store.overview().contains("Links"))
        }
    }

    @Test func damagedLinksAreRefused() throws {
        try withStore(Self.links) { path in
            try DatabaseQueue(path: path).write { try $0.execute(sql: "DELETE FROM concept_link WHERE linked_id = 3") }
            #expect {
                try BenchmarkStore.open(path).concepts()
            } throws: { error in
                (error as? Failure)?.kind == .badData && "\(error)".contains("concept 1: has 1 links instead of 2")
            }
        }
        for bad: [Int64: [Int64]] in [[1: [1]], [1: [7]], [1: [2, 2]]] {
            #expect { try withStore(bad) { _ in } } throws: { ($0 as? Failure)?.kind == .badData }
        }
    }

    @Test func aMergedStoreKnowsWhatOneOfItsPartsKnows() throws {
        try withStore(nil) { without in
            try withStore(Self.links) { with in
                for (index, order) in [[without, with], [with, without]].enumerated() {
                    let output = "\(with).\(index)"
                    try BenchmarkStore.merge(order, into: output, replacing: false)
                    #expect(try BenchmarkStore.open(output).concepts() == BenchmarkStore.open(with).concepts())
                }
                try withStore([:]) { other in
                    #expect {
                        try BenchmarkStore.merge([with, other], into: "\(with).no", replacing: false)
                    } throws: { "\($0)".contains("concept 1: disagrees with another store about its links") }
                }
            }
        }
    }
}
