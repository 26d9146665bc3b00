import Diagnostics
import Foundation
import QuestionSet
import Testing

@testable import Questions

@Suite struct BenchmarkGeneratorTests {
    /// Concepts and questions as exported: equal bytes mean equal benchmarks.
    private func export(_ benchmark: GeneratedBenchmark) throws -> Data {
        let concepts = Dictionary(uniqueKeysWithValues: benchmark.concepts.map { ($0.id, $0) })
        return try JSONLines.encode(
            benchmark.questions.map { question in
                QuestionLine(concept: try #require(concepts[question.conceptID]), question: question)
            })
    }

    @Test func countsAreExactAndTheAuditPasses() throws {
        let benchmark = try SmallWiki.generate()
        #expect(benchmark.concepts.count == 9)
        #expect(benchmark.questions.count == 72)
        for concept in benchmark.concepts {
            let own = benchmark.questions.filter { $0.conceptID == concept.id }
            #expect(own.map(\.id.rawValue) == (0..<8).map { concept.id.rawValue * 1000 + $0 })
            #expect(concept.kind == "settlements")
        }
        for tier in ["high", "medium", "low"] { #expect(benchmark.concepts.count { $0.tier == tier } == 3) }
        let report = QuestionAudit.run(
            concepts: benchmark.concepts, questions: benchmark.questions, metadata: benchmark.metadata)
        #expect(report.rules.allSatisfy { $0.outcome == .kept }, "\(report.text)")
        #expect(report.pagesRead == 22 && report.pagesKept == 16 && report.pagesRejected == ["redirect": 6])
    }

    @Test func viewsOfRedirectsCountForTheirTarget() throws {
        let benchmark = try SmallWiki.generate()
        for concept in benchmark.concepts {
            let index = try #require(SmallWiki.towns.firstIndex(of: concept.title))
            #expect(concept.popularity == Int64(100 * (index + 1) + (index % 3 == 0 ? 5 : 0)))
        }
        // 16 concepts in tiers of 5, 6 and 5.
        #expect(benchmark.metadata["tier thresholds"] == "1200,600")
    }

    @Test func theResultDoesNotDependOnOrderOrJobs() throws {
        let expected = try export(SmallWiki.generate())
        let order = Array(SmallWiki.towns.indices)
        #expect(try export(SmallWiki.generate(order.reversed())) == expected)
        #expect(try export(SmallWiki.generate(order.filter { $0 % 2 == 0 } + order.filter { $0 % 2 == 1 })) == expected)
        #expect(try export(SmallWiki.generate { $0.jobs = 1 }) == expected)
        #expect(try export(SmallWiki.generate { $0.jobs = 5 }) == expected)
        #expect(try export(SmallWiki.generate { $0.seed = 2020 }) != expected)
    }

    @Test func fewerThanAskedForIsWhatThereIs() throws {
        let benchmark = try SmallWiki.generate { $0.concepts = 525 }
        #expect(benchmark.concepts.count == 16)
        #expect(benchmark.ledger.concepts == 16 && benchmark.ledger.notWritable == 0)
    }

    @Test func tierCutsAndNamesAreObeyed() throws {
        let benchmark = try SmallWiki.generate { configuration in
            configuration.tiers = ["known", "unknown"]
            configuration.tierCuts = [1500]
            configuration.concepts = 6
        }
        // Two towns have 1500 views or more; what they lack the other tier gives.
        #expect(benchmark.concepts.count { $0.tier == "known" } == 2)
        #expect(benchmark.concepts.count { $0.tier == "unknown" } == 4)
        #expect(benchmark.concepts.allSatisfy { ($0.popularity >= 1500) == ($0.tier == "known") })
    }

    @Test func withoutViewsLinksAreCounted() throws {
        let benchmark = try SmallWiki.generate { $0.pageviews = [] }
        #expect(benchmark.metadata["popularity"] == "inbound links")
        #expect(benchmark.concepts.count == 9)
    }

    @Test func tooFewConceptsAreBadData() throws {
        #expect { try SmallWiki.generate([0, 1]) } throws: { ($0 as? Failure)?.kind == .badData }
        #expect { try SmallWiki.generate { $0.questionsPerConcept = 40 } } throws: {
            ($0 as? Failure)?.kind == .badData
        }
        // Three towns cannot give three wrong options each.
        #expect { try SmallWiki.generate([0, 1, 2]) } throws: { ($0 as? Failure)?.kind == .badData }
    }

    @Test func onlyTheDomainsNamedAreUsed() throws {
        #expect {
            try SmallWiki.generate { $0.packs = $0.packs.filter { $0.name == "people" } }
        } throws: { ($0 as? Failure)?.kind == .badData }
        let benchmark = try SmallWiki.generate {
            $0.packs = $0.packs.filter { $0.name == "settlements" }
            $0.questionsPerConcept = 6
        }
        #expect(benchmark.questions.allSatisfy { $0.provenance?.source == .parameter })
        #expect(benchmark.metadata["packs"]?.hasPrefix("settlements ") == true)
    }
}
