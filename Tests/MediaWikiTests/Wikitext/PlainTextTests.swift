import Foundation
import TestSupport
import Testing

@testable import MediaWiki

struct PlainTextTests {
    private static let resolver = LinkResolver(siteInfo: SiteInfo())

    @Test(
        "values become the items the fixture says",
        arguments: try WikitestCase.cases(in: TestData.fixture("Wikitext/plaintext.wikitest")))
    func values(_ testCase: WikitestCase) {
        let bytes = Array(testCase.input.utf8)
        let items = WikitextDocument(bytes).plainText(of: 0..<bytes.count, links: Self.resolver)
        #expect(items.map { Self.describe($0, showsBold: false) } == testCase.expected)
    }

    @Test(
        "leads become the sentences the fixture says",
        arguments: try WikitestCase.cases(in: TestData.fixture("Wikitext/lead.wikitest")))
    func leads(_ testCase: WikitestCase) {
        let lead = LeadSection(document: WikitextDocument(Array(testCase.input.utf8)), links: Self.resolver)
        let paragraphs = lead.paragraphs.map { $0.sentences().map { Self.describe($0, showsBold: true) } }
        #expect(Array(paragraphs.joined(separator: ["¶"])) == testCase.expected)
    }

    private static func describe(_ text: PlainText, showsBold: Bool) -> String {
        var marks: [(Int, Int, String)] = []
        let bytes = Array(text.text.utf8)
        for link in text.links {
            let label = text.string(link.range)
            marks.append((link.range.lowerBound, 1, "«"))
            marks.append((link.range.upperBound, 0, label == link.article ? "»" : "→\(link.article)»"))
        }
        if showsBold {
            for bold in text.bold {
                marks.append((bold.lowerBound, 1, "*"))
                marks.append((bold.upperBound, 0, "*"))
            }
        }
        var result: [UInt8] = []
        for offset in 0...bytes.count {
            for mark in marks.filter({ $0.0 == offset }).sorted(by: { $0.1 < $1.1 }) { result += mark.2.utf8 }
            if offset < bytes.count { result.append(bytes[offset]) }
        }
        return String(decoding: result, as: UTF8.self) + text.gaps.map { " !\($0.reason)" }.joined()
    }

    @Test("a slice keeps the links, bold parts and gaps that lie in it")
    func slice() {
        let text = PlainText(
            text: "ab cd  ef", links: [.init(range: 0..<2, article: "A"), .init(range: 3..<5, article: "B")],
            bold: [3..<5],
            gaps: [.init(offset: 6, reason: "x")])
        let slice = text.slice(2..<7)
        #expect(slice.text == "cd")
        #expect(slice.links == [.init(range: 0..<2, article: "B")])
        #expect(slice.bold == [0..<2])
        #expect(slice.gaps.isEmpty)
    }
}
