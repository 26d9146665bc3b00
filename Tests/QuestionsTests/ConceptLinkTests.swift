import Foundation
import QuestionSet
import Testing

@testable import Questions

/// Links between the articles of chosen concepts.
@Suite struct ConceptLinkTests {
    /// Towns link to each other plainly, through a redirect ("Old Dorvik"), to a section, twice, to themselves, in a comment, and to
    /// what is no concept.
    private static let more = [
        0: "\n== See also ==\n[[Old Dorvik]], [[Dorvik#Mills|its mills]], [[Arvik]], [[old Arvik]], [[Westmark]]",
        1: "\n[[arvik|The town of Arvik]] and <!-- [[Cendal]] --> [[Elmora]]",
        5: "\n[[Nowhere]], [[:Category:Arvik]]",
    ]

    private func links(_ benchmark: GeneratedBenchmark) -> [String: [String]?] {
        let titles = Dictionary(uniqueKeysWithValues: benchmark.concepts.map { ($0.id, $0.title) })
        return Dictionary(
            uniqueKeysWithValues: benchmark.concepts.map { concept in
                (concept.title, concept.links.map { $0.map { titles[$0] ?? "?" } })
            })
    }

    @Test func linksThroughRedirectsAreKeptOnceAndThoseToItselfAreNot() throws {
        let links = links(try SmallWiki.generate(adding: Self.more) { $0.concepts = 16 })
        #expect(links.count == 16)
        for (title, linked) in links {
            let expected = ["Arvik": ["Dorvik"], "Borsa": ["Arvik", "Elmora"]][title] ?? []
            #expect(linked == expected, "\(title)")
        }
    }

    @Test func onlyConceptsThatWereChosenAreLinked() throws {
        let benchmark = try SmallWiki.generate(adding: Self.more)
        let ids = Set(benchmark.concepts.map(\.id))
        #expect(ids.count == 9)
        #expect(benchmark.concepts.allSatisfy { $0.links.map(ids.isSuperset) ?? false })
        let all = links(try SmallWiki.generate(adding: Self.more) { $0.concepts = 16 })
        for (title, linked) in links(benchmark) {
            let chosen = (all[title] ?? nil)?.filter { town in benchmark.concepts.contains { $0.title == town } }
            #expect(linked == chosen, "\(title)")
        }
    }

    @Test func linksDependNeitherOnTheOrderNorOnTheJobs() throws {
        let expected = try SmallWiki.generate(adding: Self.more).concepts
        let order = Array(SmallWiki.towns.indices)
        #expect(try SmallWiki.generate(order.reversed(), adding: Self.more).concepts == expected)
        #expect(try SmallWiki.generate(adding: Self.more) { $0.jobs = 1 }.concepts == expected)
        #expect(try SmallWiki.generate(adding: Self.more) { $0.jobs = 5 }.concepts == expected)
        let unviewed = try SmallWiki.generate(adding: Self.more) { $0.pageviews = [] }
        #expect(unviewed.concepts.allSatisfy { $0.links != nil })
    }
}
