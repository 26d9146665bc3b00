import Foundation
import TestSupport
import Testing

@testable import MediaWiki

struct ScannerTests {
    @Test(
        "constructs are found as the fixture says",
        arguments: try WikitestCase.cases(in: TestData.fixture("Wikitext/scanner.wikitest")))
    func fixture(_ testCase: WikitestCase) {
        #expect(Self.describe(WikitextDocument(Array(testCase.input.utf8))) == testCase.expected)
    }

    private static func describe(_ document: WikitextDocument) -> [String] {
        func text(_ range: Range<Int>) -> String {
            String(decoding: document.bytes[range], as: UTF8.self).replacing("\n", with: "↵")
        }
        var ends: [Int] = []
        return document.nodes.enumerated().map { index, node in
            ends.removeAll { $0 <= index }
            let indent = String(repeating: "  ", count: ends.count)
            ends.append(node.subtreeEnd)
            switch node.kind {
            case .comment: return indent + "comment"
            case .tag(let tag): return indent + "tag \(tag.rawValue)"
            case .argument: return indent + "argument \(text(node.name))"
            case .link:
                let label = node.parameters.first.map { " -> " + text(document.parameters[$0].value) } ?? ""
                return (indent + "link \(text(node.name))\(label)").trimmingEnd
            case .template:
                let name = String(decoding: document.withoutComments(node.name), as: UTF8.self)
                let parameters = document.template(index)?.parameters ?? Self.unnamed(document, node)
                let shown = parameters.map { " [\($0.name)=\(text($0.value))]" }.joined()
                return (indent + "template \(name.trimmingPythonBlanks())\(shown)").trimmingEnd
            }
        }
    }

    /// Parameters of a template whose name is none.
    private static func unnamed(_ document: WikitextDocument, _ node: WikitextDocument.Node) -> [Template.Parameter] {
        document.parameters[node.parameters].enumerated().map { number, parameter in
            let name = parameter.name.map { String(decoding: document.bytes[$0], as: UTF8.self) } ?? String(number + 1)
            return .init(name: name, value: parameter.value, isNamed: parameter.name != nil)
        }
    }

    @Test(
        "deep and unclosed nesting takes linear time",
        arguments: [
            "{{a|", "{{", "[[", "{{{", "[[a|", "{|\n|\n", "<ref>", "<!--", "''", "{{a|b=[[c|", "<ref>{{a|[[b|</ref>",
            "<nowiki>",
            "<ref <", "</ref>", "|", "=", "}}", "]]", "[http://x ", "<div>", "(", "&", "__", "\n*", "{{a|}}", "[[b]]",
            "<poem><ref>", "[[a|b|", "[[a=", "{{a|[[b=|c", "</ref ", "<ref></ref ", "{{a {", "<nowiki></ref>",
        ])
    func linearTime(_ opening: String) {
        for closing in ["", "}}", "]]}}}", "</ref>|}\n"] {
            let small = Self.seconds(opening, closing, 100)
            let large = Self.seconds(opening, closing, 800)
            // Eight times the input; sixty times the time would be quadratic. Short times are noise.
            #expect(large < max(1, small * 30), "\(opening) × 800 + \(closing)")
        }
    }

    /// Scans the text, renders it, and splits its lead into sentences.
    private static func seconds(_ opening: String, _ closing: String, _ count: Int) -> Double {
        let text = Array(
            (String(repeating: opening, count: count) + "x" + String(repeating: closing, count: count)).utf8)
        let resolver = LinkResolver(siteInfo: SiteInfo())
        let clock = ContinuousClock()
        let duration = clock.measure {
            let document = WikitextDocument(text)
            _ = document.plainText(of: 0..<text.count, links: resolver)
            _ = LeadSection(document: document, links: resolver).paragraphs.flatMap { $0.sentences() }
        }
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    @Test("what is found does not depend on where it stands among words of eight bytes", arguments: 0...17)
    func alignment(shift: Int) {
        let text = "a{{B|c = [[d|e\nf]]|g}}\n<ref name=x>[[h]]</ref><!-- i -->{{{j|k}}}[http://l m]==n==\u{FC}|o=p"
        let expected = WikitextDocument(Array(text.utf8))
        let shifted = WikitextDocument(Array((String(repeating: "x", count: shift) + text).utf8))
        #expect(expected.nodes.count == 6)
        #expect(
            shifted.nodes.map { [$0.range.lowerBound - shift, $0.range.upperBound - shift, $0.subtreeEnd] }
                == expected.nodes.map { [$0.range.lowerBound, $0.range.upperBound, $0.subtreeEnd] })
        #expect(
            shifted.parameters.map { [$0.value.lowerBound - shift, $0.value.upperBound - shift] }
                == expected.parameters.map { [$0.value.lowerBound, $0.value.upperBound] })
    }

    @Test("constructs nested deeper than the limit are text, those around them are found")
    func depthLimit() {
        let count = 2_000
        let text =
            "{{Infobox a|name=Deep|x=" + String(repeating: "{{b|", count: count) + "x"
            + String(repeating: "}}", count: count) + "|y=5}}"
        let document = WikitextDocument(Array(text.utf8))
        #expect(document.nodes.count == WikitextScanner.maximumDepth)
        let names = document.template(0)?.parameters.map(\.name)
        #expect(names == ["name", "x", "y"])
        let value = document.template(0)?.value("x").map {
            document.plainText(of: $0, links: LinkResolver(siteInfo: SiteInfo()))
        }
        #expect(value?.first?.gaps.isEmpty == false)
    }

    @Test("any bytes can be scanned and rendered")
    func hostileBytes() {
        var state: UInt64 = 42
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let pieces =
            [
                "{{", "}}", "[[", "]]", "|", "=", "<ref>", "</ref>", "<!--", "-->", "\n", "'''", "''", "{|", "|}", "*",
                "<br>", "&amp;", "&#0;",
                "<nowiki>", "</nowiki>", "{{{", "}}}", "convert", "|5|km", "birth date", "|1|2|3", "[http://x ", "]",
                "==", "\u{0}", "\u{1}", "é",
                "(", ")", "Infobox", " a ", "<sup>", "</sup>", "flag", "plainlist", "\u{5}", "__NOTOC__",
                "<div style='display:none'>",
            ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x80], [0xF0]]
        for _ in 0..<200 {
            let text = (0..<60).flatMap { _ in pieces[Int(next() % UInt64(pieces.count))] }
            let document = WikitextDocument(text)
            let resolver = LinkResolver(siteInfo: SiteInfo())
            let items =
                document.plainText(of: 0..<text.count, links: resolver)
                + LeadSection(document: document, links: resolver).paragraphs
            for item in items {
                #expect(
                    !item.text.utf8.contains { $0 < 0x20 },
                    "no control characters: \(String(decoding: text, as: UTF8.self))")
                #expect(!item.text.contains("  "))
                let length = item.text.utf8.count
                #expect(
                    item.links.allSatisfy { $0.range.upperBound <= length }
                        && item.bold.allSatisfy { $0.upperBound <= length })
                #expect(item.sentences().allSatisfy { !$0.text.hasPrefix(" ") && !$0.text.hasSuffix(" ") })
            }
        }
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
