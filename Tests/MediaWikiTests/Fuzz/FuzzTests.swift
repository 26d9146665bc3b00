import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

/// No input makes a reader crash, hang, or take memory without bound; and what it gives keeps its promises.
@Suite("fuzzing")
struct FuzzTests {
    @Test("dump reader")
    func dumps() throws {
        let dump = DumpFixture.dump(
            DumpFixture.page(1, "One", text: "{{Infobox x|a=1}} &lt;b&gt; [[Two]] &amp;amp;"),
            DumpFixture.page(2, "Talk:One", namespace: 1), DumpFixture.page(3, "Zwölf", text: "#REDIRECT [[One]]"))
        let plain = Array(dump.utf8)
        let utf16: [UInt8] =
            [0xFF, 0xFE] + dump.utf16.flatMap { unit -> [UInt8] in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        let latin: [UInt8] =
            Array("<?xml version='1.0' encoding='ISO-8859-1'?>\n".utf8)
            + dump.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let seeds: [[UInt8]] = [plain, utf16, latin, try Compress.bzip2(dump), try Compress.gzip(dump)]
        let tokens = [
            "<page>", "</page>", "<revision>", "</revision>", "<text>", "</text>", "<text deleted=\"deleted\"/>",
            "<id>",
            "</id>", "<ns>", "<title>", "<redirect title=\"X\"/>", "</mediawiki>", "<mediawiki>", "<!DOCTYPE a [", "]>",
            "<!ENTITY a \"b\">", "&a;", "&#0;", "&#x10FFFF;", "<![CDATA[", "]]>", "<!--", "-->", "<?xml ?>", "\u{0}",
            "<siteinfo>",
            "<namespaces>", "9999999999999999999999",
        ].map { Array($0.utf8) }
        try Fuzzer(name: "dump", seeds: seeds, tokens: tokens).run { input, folder in
            let path = folder.appendingPathComponent("dump").path
            try Data(input).write(to: URL(fileURLWithPath: path))
            for policy in [DamagePolicy.stop, .skip] {
                var pages = 0
                do {
                    let ledger = try DumpReader(paths: [path], damagePolicy: policy).read(jobs: 1) { _ in pages += 1 }
                    #expect(ledger.pagesKept == pages && ledger.pagesRead == pages + ledger.pagesSkipped)
                } catch let failure as Failure {
                    #expect([.badData, .inputOutput].contains(failure.kind), "\(failure)")
                }
            }
        }
    }

    @Test("bz2 splitter and decoder")
    func bzip2() throws {
        let text = DumpFixture.noise(3000)
        // Several blocks need 100 kB each: one seed of many, for it takes a hundred times longer.
        var seeds = [try Compress.bzip2(DumpFixture.noise(140_000)), try Compress.bzip2("")]
        for count in 1...8 {
            seeds.append(try Compress.bzip2(String(text.prefix(40 * count * count)), level: Int32(count)))
            seeds.append(
                try Compress.bzip2(String(repeating: "abc".prefix(count % 3 + 1).description, count: 200 * count)))
            seeds.append(try Compress.bzip2("first") + Compress.bzip2(String(repeating: "second ", count: count)))
        }
        let tokens: [[UInt8]] = [
            [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], Array("BZh9".utf8),
            Array("BZh1".utf8), [0, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF],
        ]
        let workspace = BZip2Workspace()
        try Fuzzer(name: "bzip2", seeds: seeds, tokens: tokens).run { input, folder in
            let path = folder.appendingPathComponent("bz2").path
            try Data(input).write(to: URL(fileURLWithPath: path))
            var splitter = BZip2Splitter(file: try InputFile(path: path, cancellation: Cancellation()))
            var end: Int64 = 0
            while let event = try splitter.next() {
                guard case .block(let block) = event else { continue }
                #expect(block.offset >= end && block.offset + Int64(block.bytes.count) <= Int64(input.count))
                end = block.offset
                // Every fourth is decoded by libbz2 as well: the same bytes, or damage for both.
                let content = try block.content(limit: .max, workspace: workspace)
                if block.bytes.count % 4 == 0 {
                    #expect(try content == block.contentByLibrary(limit: .max))
                }
            }
        }
    }

    @Test("wikitext scanner and renderer")
    func wikitext() throws {
        let fixtures = [
            "Wikitext/scanner.wikitest", "Wikitext/plaintext.wikitest", "Wikitext/lead.wikitest",
            "Knowledge/article.wiki",
        ]
        let texts = try fixtures.map { Array(try Data(contentsOf: TestData.fixture($0))) }
        // The fixtures are many cases in one file: short pieces of them as well as the whole.
        let seeds =
            texts
            + texts.flatMap { text in
                stride(from: 0, to: text.count, by: 400).map { Array(text[$0..<min($0 + 400, text.count)]) }
            }
        let tokens = [
            "{{", "}}", "{{{", "}}}", "[[", "]]", "|", "=", "\n", "<ref>", "</ref>", "<ref name=a/>", "<nowiki>",
            "</nowiki>", "<!--",
            "-->", "{|", "|}", "''", "'''", "[http://a b]", "&nbsp;", "&#x41;", "<br>", "<math>", "</math>", "*", "#",
            ":", "==",
            "__NOTOC__", "Category:", "File:", "{{convert|1|km}}", "{{birth date|1|2|3}}", "(", ")", "\u{A0}", "<sup>",
            "</sup>",
            "{{Infobox a\n| b = ",
        ].map { Array($0.utf8) }
        let links = LinkResolver(siteInfo: SiteInfo())
        try Fuzzer(name: "wikitext", seeds: seeds, tokens: tokens).run { input, _ in
            let document = WikitextDocument(input)
            try Self.checkNodes(document)
            let lead = LeadSection(document: document, links: links)
            #expect((0...input.count).contains(lead.end))
            for paragraph in lead.paragraphs { Self.check(paragraph) }
            for index in document.nodes.indices.prefix(50) {
                guard let template = document.template(index) else { continue }
                for parameter in template.parameters {
                    for item in document.plainText(of: parameter.value, links: links) { Self.check(item) }
                }
            }
            let page = Page(
                id: 1, namespace: 0, title: "A", redirectTarget: nil,
                revision: Revision(id: 1, timestamp: nil, sha1: nil, model: nil, text: input))
            #expect(
                try JSONSerialization.jsonObject(with: ExtractRecord(page: page, links: links).jsonLine)
                    is [String: Any])
        }
    }

    @Test("page-view reader")
    func pageviews() throws {
        let texts = [
            "en.wikipedia Paris 5 desktop 100 A100\nen.wikipedia Main_Page null mobile-web 20 B7C13\n",
            "en Paris 100 0\nen.m Paris 20 0\nde Berlin 3 0\nen %C3%89mile 4 123\n",
            "title,views\nParis,100\n\"A, B\",5\n\"say \"\"x\"\"\",6\n", "en.z Paris 100 A1B2C3\nen.z Rome 7 A7\n",
            "Paris\t100\nRome\t20\n", "{\"items\":[]}",
        ]
        let seeds = texts.map { Array($0.utf8) } + [try Compress.bzip2(texts[0]), try Compress.gzip(texts[1])]
        let tokens = [
            "en.wikipedia ", "en ", "\n", "\r\n", " ", "\t", ",", "\"", "-", "null", "18446744073709551616", "-1", "%",
            "%FF", "%00",
            "_", "A1", "desktop", "\u{0}", "\u{FEFF}",
        ].map { Array($0.utf8) }
        try Fuzzer(name: "pageviews", seeds: seeds, tokens: tokens).run { input, folder in
            let path = folder.appendingPathComponent("views").path
            try Data(input).write(to: URL(fileURLWithPath: path))
            do {
                var counter = try PageviewCounter(project: "en.wikipedia")
                let ledger = try counter.add(path: path)
                let rows = counter.sortedByTitle
                #expect(rows.count == counter.titleCount && rows.allSatisfy { $0.views >= 0 })
                let left = ledger.otherProjects + ledger.unknownTitles + ledger.malformed.values.reduce(0, +)
                #expect(ledger.lines == ledger.counted + left + (ledger.hasHeader ? 1 : 0))
                // The count of chosen titles is the same.
                let hashes = rows.map { TitleHash($0.title).value }.sorted()
                let chosen = try PageviewCounter.counts(ofTitles: hashes, in: [path], project: "en.wikipedia")
                #expect(chosen.reduce(0) { $0 &+ ($1 ?? 0) } == rows.reduce(0) { $0 &+ $1.views })
            } catch let failure as Failure {
                #expect([.badData, .inputOutput].contains(failure.kind), "\(failure)")
            }
        }
    }

    /// Nodes lie inside the text and inside their parents, in order.
    private static func checkNodes(_ document: WikitextDocument) throws {
        var open: [Int] = []
        var last = 0
        for (index, node) in document.nodes.enumerated() {
            while let parent = open.last, document.nodes[parent].subtreeEnd <= index { open.removeLast() }
            let end = open.last.map { document.nodes[$0].range.upperBound } ?? document.bytes.count
            let isSound =
                node.range.lowerBound >= last && node.range.upperBound <= end && node.subtreeEnd > index
                && node.subtreeEnd <= document.nodes.count && node.name.lowerBound >= node.range.lowerBound
                && node.name.upperBound <= node.range.upperBound
                && document.parameters[node.parameters].allSatisfy {
                    node.range.lowerBound <= $0.value.lowerBound && $0.value.upperBound <= node.range.upperBound
                }
            try #require(isSound)
            last = node.range.lowerBound
            open.append(index)
        }
        #expect(open.count <= WikitextScanner.maximumDepth)
    }

    /// A plain text has no control characters, and its parts lie inside it.
    private static func check(_ text: PlainText) {
        let count = text.text.utf8.count
        #expect(text.text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(
            text.links.allSatisfy { $0.range.upperBound <= count } && text.bold.allSatisfy { $0.upperBound <= count })
        #expect(text.gaps.allSatisfy { $0.offset <= count })
    }
}
