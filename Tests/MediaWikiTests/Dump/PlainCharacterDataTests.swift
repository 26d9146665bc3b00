import Statistics
import Testing

@testable import MediaWiki

/// Texts that go past libxml2 must be those that libxml2 would have given.
@Suite("Plain character data")
struct PlainCharacterDataTests {
    /// What a parser has made of some pages.
    private struct Outcome: Equatable {
        /// As bytes: strings with different scalars are different here.
        var pages: [[UInt8]] = []
        var problem: DumpXMLParser.Problem?
        /// Where the parser ended; after a problem that means nothing.
        var byte: Int64?

        /// - Parameter size: that of the parts in which the XML is fed.
        init(_ xml: [UInt8], by feed: Feed, size: Int = 1 << 16, declaration: String = "") throws {
            let handler = DumpContentHandler(siteInfo: SiteInfo())
            let parser = try DumpXMLParser(handler: handler, line: 1, byte: 0)
            let all = Array((declaration + DumpFixture.head).utf8) + xml
            for start in stride(from: 0, to: all.count, by: size) {
                Array(all[start..<min(start + size, all.count)]).withUnsafeBufferPointer { feed(parser)($0) }
            }
            parser.finish()
            problem = parser.problem
            byte = problem == nil ? parser.currentByte : nil
            pages = handler.takeFinished().map { page in
                guard case .success(let result) = page.result else { return Array("\(page)".utf8) }
                let target = result.redirectTarget ?? ""
                let strings = [result.title, target, result.revision?.timestamp ?? "", result.revision?.sha1 ?? ""]
                let numbers = [page.line, result.id ?? -1, result.place?.byteOffset ?? -1]
                return Array("\(strings) \(numbers) ".utf8) + (result.revision?.text ?? [])
            }
        }
    }

    private typealias Feed = (DumpXMLParser) -> (UnsafeBufferPointer<UInt8>) -> Void

    private static func pages(_ texts: [[UInt8]]) -> [UInt8] {
        texts.enumerated().flatMap { index, text in
            let parts = DumpFixture.page(index + 1, "Page \(index + 1)", text: "\u{1}").utf8
                .split(separator: 1, omittingEmptySubsequences: false)
            return Array(parts[0]) + text + Array(parts[1])
        }
    }

    /// Pieces of text, of which some end it, some are none that XML allows, and some are more than plain.
    private static let pieces: [[UInt8]] =
        [
            "a", "Some words, and more of them. ", "\n", "\t", "\r", "\r\n", "&lt;", "&gt;", "&amp;", "&quot;",
            "&apos;",
            "&amp;lt;", "&#65;", "&#x20AC;", "&nbsp;", "&", "&l", ";", "]", "]]", "]]>", ">", "<b>x</b>", "<br/>",
            "<text>x</text>", "<text", "<![CDATA[<text>&amp;]]>", "<!-- <text> -->", "<?pi <text>?>", "</text><text>",
            "</text>", "é", "ß–“”", "日本語", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{FFFD}", "𝄞", "\u{10FFFF}", "\u{1FFFE}",
            "\u{7F}", "\u{1}", "\u{1F}", "\u{0}", "[[Link|label]]", "{{Box\n| a = b\n}}", "=== x ===",
        ].map { Array($0.utf8) } + [
            [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE2, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xEF, 0xBF, 0xBE], [0xEF, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9D, 0x84],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xFF],
        ]

    /// Whether a dump of these texts is read as libxml2 alone reads it.
    private func isSame(_ texts: [[UInt8]], size: Int = 1 << 16, end: String = "") throws -> Bool {
        let xml = Self.pages(texts) + Array(end.utf8)
        return try Outcome(xml, by: DumpXMLParser.feed, size: size)
            == Outcome(xml, by: DumpXMLParser.feedLibrary, size: size)
    }

    @Test("a text of any one piece is read as libxml2 reads it, wherever the piece stands", arguments: pieces)
    func onePiece(_ piece: [UInt8]) throws {
        let last = Array("Next &amp; last.\n".utf8)
        for before in 0...9 {
            let filling = [UInt8](repeating: UInt8(ascii: "x"), count: before)
            for text in [filling + piece, filling + piece + filling, piece + piece + filling] {
                #expect(try isSame([text, last], end: DumpFixture.tail))
                #expect(try isSame([text, last], end: "</wrong>"))
            }
        }
    }

    @Test("texts of several pieces are read as libxml2 reads them", arguments: 0..<40)
    func severalPieces(_ seed: Int) throws {
        var generator = SeededGenerator(seed: 7, "plain character data", seed)
        for _ in 0..<20 {
            // A few pieces only, so that not all texts have one that ends the reading.
            let choice = (0..<4).map { _ in Self.pieces[generator.below(Self.pieces.count)] }
            let texts = (0..<3).map { _ in (0..<generator.below(30)).flatMap { _ in choice[generator.below(4)] } }
            #expect(try isSame(texts, end: DumpFixture.tail))
        }
    }

    @Test("a text that comes in parts is read as libxml2 reads it, wherever it is cut")
    func parts() throws {
        let text = Array("[[A]] &lt;br&gt; “é” &amp;lt; 𝄞\n| b = &quot;日本語&quot; ]] and some more words\n".utf8)
        for size in 1...200 {
            #expect(try isSame([text, text], size: size, end: DumpFixture.tail), "\(size)")
            #expect(try isSame([text, text + [0x1], text], size: size), "\(size)")
            #expect(try isSame([text, text + [0xE2]], size: size), "\(size)")
        }
    }

    @Test("a text that ends too early is damaged in the same place")
    func cutOff() throws {
        let text = "Some &lt;words&gt; – é\nand &quot;more&quot;"
        let page = Array(DumpFixture.page(1, "A", text: text).utf8)
        for count in 1..<page.count {
            let xml = Array(page[..<count])
            var quick = try Outcome(xml, by: DumpXMLParser.feed)
            let slow = try Outcome(xml, by: DumpXMLParser.feedLibrary)
            // Of a last single byte libxml2 says that it is too much before it has read it.
            if let place = quick.problem?.byte, place - 1 == slow.problem?.byte { quick.problem?.byte = place - 1 }
            #expect(quick == slow, "\(count)")
        }
    }

    @Test("a long text and what follows it are read as libxml2 reads them")
    func longTexts() throws {
        let long = Array(String(repeating: "Zeile für &quot;Zeile&quot;, – und noch eine.\n", count: 5000).utf8)
        for text in [long, long + [0x1], long + Array("<b/>".utf8), long + [0xC3]] {
            #expect(try isSame([Array("x".utf8), text, Array("y\n".utf8)], end: DumpFixture.tail))
        }
        let plain = try #require(PlainCharacterData(in: long + Array("</text>".utf8)))
        #expect(plain.lineFeeds == 5000)
        #expect(plain.count == long.count)
        #expect(plain.text == Array(String(decoding: long, as: UTF8.self).replacing("&quot;", with: "\"").utf8))
    }

    @Test("in another encoding than UTF-8 libxml2 reads all of it")
    func encodings() throws {
        // These bytes would be UTF-8 too.
        let latin = Self.pages([[0xC3, 0xA9], [0xC3, 0xA9]])
        let declaration = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n"
        let outcome = try Outcome(latin, by: DumpXMLParser.feed, declaration: declaration)
        #expect(try outcome == Outcome(latin, by: DumpXMLParser.feedLibrary, declaration: declaration))
        #expect(outcome.pages.map { String(decoding: $0.suffix(4), as: UTF8.self) } == ["Ã©", "Ã©"])
    }

    @Test("what is plain is read here, and what is not is left alone")
    func whatIsPlain() {
        func text(_ xml: String) -> String? {
            PlainCharacterData(in: Array(xml.utf8)).map { String(decoding: $0.text, as: UTF8.self) }
        }
        #expect(text("a &lt;b&gt; &amp;amp; é 𝄞]]\n</text>") == "a <b> &amp; é 𝄞]]\n")
        #expect(text("</text>") == "")
        #expect(text("no end") == "no end")
        #expect(text("cut off &am") == "cut off ")
        for xml in ["a&#65;</text>", "a\r\n</text>", "a]]></text>", "a\u{1}</text>", "&lt</text>"] {
            #expect(text(xml) == nil, "\(xml)")
        }
    }
}

extension PlainCharacterData {
    fileprivate init?(in xml: [UInt8]) {
        let data = xml.withUnsafeBufferPointer { PlainCharacterData(in: $0, from: 0) }
        guard let data else { return nil }
        self = data
    }
}
