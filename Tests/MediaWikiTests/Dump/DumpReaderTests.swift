import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Dump reader")
struct DumpReaderTests {
    @Test("a page has the fields of its own elements only")
    func fields() throws {
        let reading = try Reading.of(
            DumpFixture.dump(DumpFixture.page(5, "A &amp; B", text: "x &lt; y &#x263A;\n", namespace: 1)))
        let page = try #require(reading.pages.first)
        #expect(reading.failure == nil)
        #expect(page.id == 5)
        #expect(page.title == "A & B")
        #expect(page.namespace == 1)
        #expect(page.redirectTarget == nil)
        #expect(
            page.revision
                == Revision(
                    id: 1005, timestamp: "2024-01-06T00:00:00Z", sha1: "abc5", model: "wikitext",
                    text: Array("x < y \u{263A}\n".utf8)))
        #expect(reading.ledger?.pagesKept == 1)
        #expect(reading.ledger?.skipped.isEmpty == true)
    }

    @Test("site information comes once per file, before its pages")
    func siteInfo() throws {
        let site = try #require(try Reading.of(DumpFixture.dump(DumpFixture.page(1, "A"))).sites.first)
        #expect(site.siteName == "Testpedia")
        #expect(site.databaseName == "testwiki")
        #expect(site.base == "https://test.wikipedia.org/wiki/Main_Page")
        #expect(!site.isCaseSensitive)
        #expect(site.namespaces == [1: "Talk", -1: "Special"])
        #expect(site.pageviewProject == "test.wikipedia")
        let caseSensitive = DumpFixture.head.replacing("<case>first-letter", with: "<case>case-sensitive")
        #expect(try Reading.of(caseSensitive + DumpFixture.tail).sites.first?.isCaseSensitive == true)
        #expect(try Reading.of("<mediawiki>\(DumpFixture.page(1, "A"))</mediawiki>").sites == [SiteInfo()])
    }

    @Test(
        "the project of a dump follows from its base",
        arguments: [
            ("https://en.wikipedia.org/wiki/Main_Page", "en.wikipedia"),
            ("http://ltg.wikipedia.org/wiki/X", "ltg.wikipedia"),
            ("https://en.m.wikipedia.org/", "en.wikipedia"),
            ("https://commons.wikimedia.org/wiki/X", "commons.wikimedia"),
            ("//de.wiktionary.org", "de.wiktionary"), ("https://wiki.example.com/", nil), ("", nil),
            ("https://org", nil),
        ] as [(String, String?)])
    func project(base: String, project: String?) {
        #expect(SiteInfo(base: base).pageviewProject == project)
    }

    @Test("a dump may have an XML declaration, a byte order mark, another encoding, or CDATA")
    func encodings() throws {
        let declared = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + DumpFixture.dump(DumpFixture.page(1, "é"))
        #expect(try Reading.of(declared).pages.first?.title == "é")
        #expect(try Reading.of("\u{FEFF}" + declared).pages.first?.title == "é")
        let latin = declared.replacing("utf-8", with: "iso-8859-1").unicodeScalars.map { UInt8($0.value) }
        #expect(try Reading.of(latin).pages.first?.title == "é")
        let wide = declared.replacing("utf-8", with: "utf-16").utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try Reading.of([0xFF, 0xFE] + wide).pages.first?.title == "é")
        let literal = DumpFixture.dump(DumpFixture.page(1, "A", text: "<![CDATA[<page> & </page>]]>"))
        #expect(try Reading.of(literal).pages.first?.revision?.text == Array("<page> & </page>".utf8))
    }

    @Test("bytes fed one at a time give what they give at once")
    func byteByByte() throws {
        let xml = DumpFixture.dump(
            DumpFixture.page(1, "Ärger &amp; Co"), DumpFixture.page(2, "B", text: DumpFixture.noise(500) + "€&lt;"),
            "  <page><title>R</title><ns>0</ns><id>3</id><redirect title=\"X &amp; &quot;Y&quot;\" /><revision><id>9</id>"
                + "<text>#R</text></revision></page>")
        let whole = try Reading.of(xml).pages
        for size in [1, 3, 64] {
            let handler = DumpContentHandler(siteInfo: SiteInfo())
            let parser = try DumpXMLParser(handler: handler, line: 1, byte: 0)
            var boundaries = PageBoundaries()
            let bytes = Array(xml.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                let end = min(start + size, bytes.count)
                boundaries.forEachPiece(of: Array(bytes[start..<end]), isLast: end == bytes.count) { piece, _ in
                    parser.feed(piece)
                }
            }
            parser.finish()
            #expect(parser.problem == nil)
            #expect(try handler.takeFinished().map { try $0.result.get() } == whole)
        }
        #expect(whole.map(\.redirectTarget) == [nil, nil, "X & \"Y\""])
    }

    @Test("a piece begins wherever a page may begin, however the bytes are cut")
    func boundaries() {
        let text = "<a/><page>1</page><pages/> <page\n>2</page><page"
        for size in 1...text.utf8.count {
            var boundaries = PageBoundaries()
            var joined = ""
            var begun: [String] = []
            for start in stride(from: 0, to: text.utf8.count, by: size) {
                let bytes = Array(text.utf8)[start..<min(start + size, text.utf8.count)]
                boundaries.forEachPiece(of: Array(bytes), isLast: start + size >= text.utf8.count) { piece, begins in
                    let string = String(decoding: piece, as: UTF8.self)
                    joined += string
                    if begins { begun.append(String(string.prefix(5))) }
                }
            }
            #expect(joined == text)
            #expect(begun == ["<page", "<page"], "pieces of \(size)")
        }
    }

    @Test("the latest revision counts, the later one of two with the same time")
    func revisions() throws {
        func revision(_ id: Int, _ timestamp: String) -> String {
            "<revision><id>\(id)</id><timestamp>\(timestamp)</timestamp><text>t\(id)</text></revision>"
        }
        func page(_ revisions: String...) -> String {
            DumpFixture.dump("<page><title>A</title><ns>0</ns><id>1</id>\(revisions.joined())</page>")
        }
        let unordered = page(
            revision(1, "2001-01-01T00:00:00Z"), revision(3, "2020-01-01T00:00:00Z"),
            revision(2, "2010-01-01T00:00:00Z"))
        #expect(try Reading.of(unordered).pages.first?.revision?.text == Array("t3".utf8))
        let tie = page(revision(4, "2020-01-01T00:00:00Z"), revision(5, "2020-01-01T00:00:00Z"))
        #expect(try Reading.of(tie).pages.first?.revision?.id == 5)
        let untimed = page(revision(6, "2020-01-01T00:00:00Z"), "<revision><id>7</id><text>x</text></revision>")
        #expect(try Reading.of(untimed).pages.first?.revision?.id == 6)
    }

    @Test("further slots do not mix with the main one")
    func slots() throws {
        let page = """
            <page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id><model>wikitext</model><text>main</text><sha1>s</sha1>
            <content><role>mediainfo</role><model>json</model><text>{}</text></content></revision></page>
            """
        let revision = try #require(try Reading.of(DumpFixture.dump(page)).pages.first?.revision)
        #expect(revision.text == Array("main".utf8))
        #expect(revision.model == "wikitext")
    }

    @Test("a deleted text is no text, an empty one is one")
    func deletedText() throws {
        func page(_ text: String) -> String {
            DumpFixture.dump("<page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id>\(text)</revision></page>")
        }
        #expect(try Reading.of(page("<text deleted=\"deleted\" />")).pages.first?.revision?.text == .some(nil))
        #expect(try Reading.of(page("<text bytes=\"0\" />")).pages.first?.revision?.text == [])
    }

    @Test("old dumps: redirects by their text, namespaces by the prefix")
    func oldSchemas() throws {
        let pages =
            "<page><title>Talk:A</title><id>1</id><revision><text>x</text></revision></page>"
            + "<page><title>Other: A</title><id>2</id><revision><text>#REDIRECT [[some_Place#Part]]</text></revision></page>"
        let reading = try Reading.of(DumpFixture.dump(pages))
        #expect(reading.pages.map(\.namespace) == [1, 0])
        #expect(reading.pages.map(\.redirectTarget) == [nil, "Some Place"])
    }

    @Test("titles over 255 bytes are left out and counted under either policy", arguments: DamagePolicy.allCases)
    func longTitles(policy: DamagePolicy) throws {
        let long = String(repeating: "é", count: 128)
        let reading = try Reading.of(
            DumpFixture.dump(
                DumpFixture.page(1, String(long.dropLast()) + "x"), DumpFixture.page(2, long),
                DumpFixture.page(3, "Talk:" + String(repeating: "a", count: 255), namespace: 1),
                DumpFixture.page(4, "tabs\tand\nline  ends ")), policy)
        #expect(reading.ids == [1, 3, 4])
        #expect(reading.pages.last?.title == "tabs and line ends")
        #expect(reading.ledger?.skipped == [.titleTooLong: 1])
        #expect(reading.ledger?.pagesRead == 4)
        #expect(reading.ledger?.warnings.count == 1)
    }

    @Test("a text of 12 MB, more than libxml2 allows by default, is read whole")
    func hugeText() throws {
        let line = String(repeating: "0123456789abcdef", count: 64) + "\n"
        let text = String(repeating: line, count: 12_000)
        let dump = DumpFixture.dump(DumpFixture.page(1, "Huge", text: text))
        #expect(try Reading.of(dump).pages.first?.revision?.text?.count == text.utf8.count)
    }

    @Test("several files are one reading; a missing one shows before the first is read")
    func severalFiles() throws {
        try TestData.withTemporaryFolder { folder in
            let paths = ["1.xml", "2.bz2", "3.gz"].map { folder.appendingPathComponent($0).path }
            let dumps = (1...3).map { DumpFixture.dump(DumpFixture.page($0, "Page \($0)")) }
            try Data(dumps[0].utf8).write(to: URL(fileURLWithPath: paths[0]))
            try Data(Compress.bzip2(dumps[1])).write(to: URL(fileURLWithPath: paths[1]))
            try Data(Compress.gzip(dumps[2])).write(to: URL(fileURLWithPath: paths[2]))
            let reading = try Reading.of(paths)
            #expect(reading.ids == [1, 2, 3])
            #expect(reading.sites.count == 3)
            #expect(reading.ledger?.storedBytes == (try DumpReader(paths: paths).totalBytes()))
            #expect(reading.ledger?.xmlBytes == Int64(dumps.joined().utf8.count))
            let incomplete = try Reading.of(paths + ["/nowhere/4.xml"])
            #expect(incomplete.failure?.kind == .inputUnavailable)
            #expect(incomplete.pages.isEmpty)
            #expect(try Reading.of(["-", "-"]).failure?.kind == .usage)
            #expect(try Reading.of([String]()).failure?.kind == .usage)
        }
    }

    @Test("a multistream file reads like the one it was made of")
    func multistream() throws {
        let pages = (1...30).map { DumpFixture.page($0, "Page \($0)", text: DumpFixture.noise(800, seed: UInt64($0))) }
        let streams =
            [DumpFixture.head] + stride(from: 0, to: 30, by: 4).map { pages[$0..<min($0 + 4, 30)].joined() } + [
                DumpFixture.tail
            ]
        let packed = try streams.flatMap { try Compress.bzip2($0) }
        let whole = try Reading.of(DumpFixture.head + pages.joined() + DumpFixture.tail)
        let reading = try Reading.of(packed)
        #expect(reading.pagesOfAnyPacking == whole.pages)
        #expect(reading.pages.count == 30)
        #expect(reading.failure == nil)
    }
}
