import Foundation
import MediaWiki
import TestSupport
import Testing

@testable import Knowledge

struct ReaderFixtureTests {
    private static let resolver = LinkResolver(siteInfo: SiteInfo())

    @Test(
        "parameters become the values the fixture says",
        arguments: try WikitestCase.cases(in: TestData.fixture("Knowledge/values.wikitest")))
    func values(_ testCase: WikitestCase) throws {
        let parts = testCase.input.split(separator: "=", maxSplits: 1)
        try #require(parts.count == 2)
        let bytes = Array(parts[1].utf8)
        let items = WikitextDocument(bytes).plainText(of: 0..<bytes.count, links: Self.resolver)
        let name = parts[0].trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(Self.describe(ValueReader(parameter: ParameterName(name)).read(items)) == testCase.expected)
    }

    private static func describe(_ outcome: ValueReader.Outcome) -> [String] {
        switch outcome {
        case .empty: ["empty"]
        case .dropped(let reason): ["dropped: \(reason)"]
        case .values(let values):
            values.map { value in
                switch value.content {
                case .date(let date):
                    date.text == value.text ? "date \(value.text)" : "date \(value.text) ≠ \(date.text)"
                case .quantity(let quantity):
                    quantity.text == value.text ? "quantity \(value.text)" : "quantity \(value.text) ≠ \(quantity.text)"
                case .link(let article): "link \(value.text) → \(article)"
                case .text: "text \(value.text)"
                }
            }
        }
    }

    @Test(
        "first sentences give the definitions the fixture says",
        arguments: try WikitestCase.cases(in: TestData.fixture("Knowledge/definitions.wikitest")))
    func definitions(_ testCase: WikitestCase) throws {
        let parts = testCase.input.split(separator: ":", maxSplits: 1)
        try #require(parts.count == 2)
        let lead = LeadSection(document: WikitextDocument(Array(parts[1].utf8)), links: Self.resolver)
        let sentence = try #require(lead.paragraphs.first?.sentences().first)
        let names = SubjectNames(title: String(parts[0]), parameters: [], lead: lead.paragraphs, isPerson: false)
        let outcome = DefinitionReader.read(sentence, names: names)
        if case .definition(let phrase, _) = outcome {
            #expect([phrase] == testCase.expected)
        } else {
            #expect(testCase.expected == ["none"], "\(outcome)")
        }
    }

    @Test("an article gives the facts of the fixture")
    func article() throws {
        let text = try Data(contentsOf: TestData.fixture("Knowledge/article.wiki"))
        let expected = try String(contentsOf: TestData.fixture("Knowledge/article.expected"), encoding: .utf8)
        let read = ArticleReader(siteInfo: SiteInfo()).read(Self.page(Array(text)))
        guard case .article(let article) = read.kind else {
            Issue.record("set aside: \(read.kind)")
            return
        }
        #expect(article.id == 1 && article.revisionID == 2 && article.title == "Ada Example")
        #expect(Self.describe(article) == expected.split(separator: "\n").map(String.init))
        #expect(
            read.links.count == 12
                && Set(read.links)
                    == Set(
                        [
                            "Sampleville", "Examplia", "Physics", "Chemistry", "Bob Example", "Sample effect", "Light",
                            "Big City",
                            "Prize of Examples",
                            "Cleo Third", "Nowhere", "Ducat",
                        ].map { TitleHash($0).value })
        )
    }

    static func page(
        _ text: [UInt8]?, title: String = "Ada Example", model: String? = "wikitext", redirect: String? = nil
    ) -> Page {
        Page(
            id: 1, namespace: 0, title: title, redirectTarget: redirect,
            revision: Revision(id: 2, timestamp: nil, sha1: nil, model: model, text: text))
    }

    private static func describe(_ article: Article) -> [String] {
        var lines = [
            "names: " + article.names.joined(separator: " | "), "boxes: " + article.boxes.joined(separator: " | "),
            "categories: " + article.categories.joined(separator: " | "),
        ]
        for fact in article.facts {
            if case .cloze(let sentence, let start, let end) = fact.source {
                let bytes = Array(sentence.utf8)
                let parts = [bytes[..<start], bytes[start..<end], bytes[end...]].map {
                    String(decoding: $0, as: UTF8.self)
                }
                lines.append("cloze: \(parts[0])[\(parts[1])]\(parts[2])")
            } else {
                lines.append("\(fact.property): " + fact.values.map(\.text).joined(separator: " | "))
            }
        }
        return lines + article.dropped.sorted { $0.key < $1.key }.map { "dropped: \($0.key) \($0.value)" }
    }
}
