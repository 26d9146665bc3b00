import MediaWiki
import QuestionSet
import Testing

@testable import Questions

/// Each question can be followed back to the bytes of the dump and to the template that asked for it.
@Suite struct ProvenanceTests {
    @Test func everyQuestionLeadsToItsPageItsFactAndItsTemplate() throws {
        let order = Array(SmallWiki.towns.indices)
        let xml = Array(SmallWiki.dump(order).utf8)
        let packs = try SmallWiki.packs()
        let benchmark = try SmallWiki.generate { $0.questionsPerConcept = 11 }
        var sources: Set<Provenance.Source> = []
        for question in benchmark.questions {
            let provenance = try #require(question.provenance)
            sources.insert(provenance.source)
            let page = try #require(provenance.page)
            #expect(page.title == SmallWiki.towns[Int(provenance.pageID) - 1])
            #expect(page.namespace == 0 && page.timestamp == nil && page.sha1 == nil)
            #expect(page.dump?.number == 1 && page.dump?.databaseName == "smallwiki")
            #expect(page.dump?.base == "https://en.wikipedia.org/wiki/Main_Page")
            #expect(page.dump?.file.contains("/") == false && page.dump?.file.isEmpty == false)
            let offset = Int(try #require(page.byteOffset))
            let text = String(decoding: xml[offset...].prefix(200), as: UTF8.self)
            #expect(text.hasPrefix("<page><title>\(page.title)</title><ns>0</ns><id>\(provenance.pageID)</id>"))

            let fact = try #require(provenance.fact)
            #expect(fact.values.contains(question.answer))
            let wikitext = SmallWiki.text(Int(provenance.pageID) - 1)
            switch provenance.source {
            case .parameter:
                let (name, value) = (try #require(fact.parameter), try #require(fact.rawValue))
                #expect(wikitext.contains("| \(name) = \(value)\n"))
                #expect(provenance.detail == "\(fact.infobox ?? ""): \(name)")
            case .lead: #expect(fact.sentence == provenance.detail)
            case .cloze:
                let (sentence, gap) = (try #require(fact.sentence), try #require(fact.gap))
                let scalars = Array(sentence.unicodeScalars)
                var text = String.UnicodeScalarView()
                text.append(contentsOf: scalars[gap])
                #expect(String(text) == question.answer)
            case .category: #expect(wikitext.contains("[[Category:\(fact.category ?? "")]]"))
            }

            let wording = try #require(provenance.wording)
            let pack = try #require(packs.first { $0.name == wording.pack })
            #expect(pack.hash == wording.packHash && wording.packHash.count == 64)
            let relation = try #require(pack.relations.first { $0.name == wording.relation })
            #expect((relation.wordings + relation.listWordings).contains { $0.source == wording.template })
        }
        #expect(sources.isSuperset(of: [.parameter, .cloze]), "\(sources)")
        let packsUsed = Set(benchmark.questions.compactMap { $0.provenance?.wording?.pack })
        #expect(packsUsed.isSuperset(of: ["settlements"]))
    }

    @Test func provenanceDoesNotDependOnTheJobs() throws {
        let one = try SmallWiki.generate { $0.jobs = 1 }
        let five = try SmallWiki.generate { $0.jobs = 5 }
        #expect(one.questions == five.questions)
    }

    @Test func aLongParameterIsCutOff() throws {
        let text = String(repeating: "é", count: 3000)
        let wikitext = "{{Infobox a|x= \(text) |y=1|z=1}}{{Infobox a|y=1|z=2}}"
        let page = Page(
            id: 1, namespace: 0, title: "T", redirectTarget: nil,
            revision: .init(id: 2, timestamp: "t", sha1: "s", model: nil, text: Array(wikitext.utf8)))
        let provenance = PageProvenance(page, WikitextDocument(Array(wikitext.utf8)), dump: nil)
        func rawValue(_ parameter: String) throws -> String? {
            let question = Question(
                id: QuestionID(rawValue: 1), conceptID: ConceptID(rawValue: 1), relation: "r", text: "?",
                options: ["a", "b", "c", "d"], answerIndex: 0, answers: ["a"],
                provenance: Provenance(
                    source: .parameter, detail: "", pageID: 1, revisionID: 2,
                    fact: .init(infobox: "Infobox a", parameter: parameter)))
            let completed = try #require(provenance.completed([question]).first?.provenance)
            #expect(completed.page?.timestamp == "t" && completed.page?.sha1 == "s")
            return completed.fact?.rawValue
        }
        let cut = try #require(try rawValue("x"))
        #expect(cut.count == Provenance.Fact.maximumRawValue && cut.hasPrefix("éé") && cut.hasSuffix("é…"))
        // The same in both boxes; different; in none.
        #expect(try rawValue("y") == "1")
        #expect(try rawValue("z") == nil)
        #expect(try rawValue("w") == nil)
    }
}
