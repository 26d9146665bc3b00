import Testing

@testable import MediaWiki

/// What dumps of other years and schemas look like: https://www.mediawiki.org/xml/export-0.3.xsd up to 0.11.
@Suite("Export schemas and encodings")
struct DumpSchemaTests {
    private static let text = "{{Infobox Fluss|Länge=5 km}} [[größe]] [[Kategorie:Öl]]"

    /// A German dump of some schema; `namespaces` is the element of `<siteinfo>`, if any.
    private static func dump(_ version: String, siteInfo: Bool = true, _ pages: String...) -> String {
        let site = """
            <siteinfo><sitename>Wikipedia</sitename><base>http://de.wikipedia.org/wiki/Hauptseite</base>
            <case>first-letter</case><namespaces><namespace key="-1">Spezial</namespace><namespace key="0" />
            <namespace key="1">Diskussion</namespace><namespace key="14" case="first-letter">Kategorie</namespace>
            </namespaces></siteinfo>
            """
        return """
            <mediawiki xmlns="http://www.mediawiki.org/xml/export-\(version)/" version="\(version)" xml:lang="de">
            \(siteInfo ? site : "")\(pages.joined())</mediawiki>
            """
    }

    /// A page; `extra` stands before its revision, `<ns>` among it.
    private static func page(_ title: String, _ text: String, extra: String = "<ns>0</ns>") -> String {
        """
        <page><title>\(title)</title>\(extra)<id>1</id><revision><id>2</id><timestamp>2010-01-01T00:00:00Z</timestamp>
        <contributor><username>U</username><id>9</id></contributor><text xml:space="preserve">\(text)</text></revision></page>
        """
    }

    private static func records(_ bytes: [UInt8]) throws -> [ExtractRecord] {
        let reading = try Reading.of(bytes)
        #expect(reading.failure == nil)
        let site = try #require(reading.sites.first)
        return reading.pages.map { ExtractRecord(page: $0, siteInfo: site) }
    }

    private static func records(_ xml: String) throws -> [ExtractRecord] { try records(Array(xml.utf8)) }

    @Test("every schema is read", arguments: ["0.1", "0.3", "0.4", "0.5", "0.6", "0.8", "0.10", "0.11", "1.7"])
    func versions(version: String) throws {
        let record = try #require(try Self.records(Self.dump(version, Self.page("A", Self.text))).first)
        #expect(record.content?.infoboxes.first?.parameters.first?.name == "Länge")
        #expect(record.content?.links == ["Größe"])
        #expect(record.content?.categories == ["Öl"])
        #expect(record.byteCount == Self.text.utf8.count)
    }

    @Test("before 0.6 the namespace follows from the title, before 0.4 a redirect from its text in any language")
    func oldest() throws {
        let records = try Self.records(
            Self.dump(
                "0.3", Self.page("A", Self.text, extra: ""), Self.page("Diskussion:A", Self.text, extra: ""),
                Self.page("Talk: The Film", Self.text, extra: ""), Self.page("R", "#WEITERLEITUNG [[a#b]]", extra: ""),
                Self.page("S", "#REDIRECT [[C]]", extra: "")))
        #expect(records.map(\.namespace) == [0, 1, 0, 0, 0])
        #expect(records.map(\.redirect) == [nil, nil, nil, "A", "C"])
        #expect(records.map { $0.content == nil } == [false, true, false, true, true])
    }

    @Test("without <siteinfo> the canonical names count")
    func noSiteInfo() throws {
        let records = try Self.records(
            Self.dump(
                "0.3", siteInfo: false, Self.page("Talk:A", "", extra: ""),
                Self.page("A", "[[Category:B]] [[Diskussion:C]]")))
        #expect(records.map(\.namespace) == [1, 0])
        #expect(records.last?.content?.categories == ["B"])
        #expect(records.last?.content?.links == ["Diskussion:C"])
    }

    @Test("a <redirect> without title marks a redirect in any language; since 0.6 it names the target")
    func redirects() throws {
        let marked = "<ns>0</ns><redirect />"
        let records = try Self.records(
            Self.dump(
                "0.5", Self.page("A", "#WEITERLEITUNG [[b c]]", extra: marked),
                Self.page("B", "#Foo: [[D]]", extra: marked),
                Self.page("C", "#REDIRECT [[D]]", extra: "<ns>0</ns><redirect title=\"E &amp;amp; &quot;F&quot;\" />"),
                Self.page("D", "#WEITERLEITUNG [[E]]"), Self.page("E", "#redirect [[F]]")))
        #expect(records.map(\.redirect) == ["B c", "D", "E &amp; \"F\"", nil, "F"])
        #expect(records[3].content?.links == ["E"])
    }

    @Test("deleted texts have no content, stubs and empty texts have an empty one")
    func deletedTexts() throws {
        func page(_ text: String) -> String {
            """
            <page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id><timestamp>2010-01-01T00:00:00Z</timestamp>
            <contributor deleted="deleted" /><comment deleted="deleted" />\(text)<sha1 /></revision></page>
            """
        }
        let records = try Self.records(
            Self.dump(
                "0.10", page("<text deleted=\"deleted\" />"), page("<text bytes=\"0\" deleted=\"deleted\">x</text>"),
                page("<text id=\"7\" bytes=\"500\" />"), page("<text xml:space=\"preserve\"></text>")))
        #expect(records.map { $0.content == nil } == [true, true, false, false])
        #expect(records.map(\.byteCount) == [0, 0, 0, 0])
        #expect(records.allSatisfy { $0.sha1 == nil && $0.revisionID == 2 })
    }

    @Test("the main slot of 0.11 is the text of the revision, wherever the other slots stand")
    func slots() throws {
        let slot = """
            <content><role>mediainfo</role><origin>3</origin><model>wikibase-mediainfo</model><format>application/json</format>
            <text bytes="9" sha1="y" deleted="deleted">[[B]]</text></content>
            """
        for (before, after) in [(slot, ""), ("", slot), (slot, slot)] {
            let page = """
                <page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id><timestamp>2020-01-01T00:00:00Z</timestamp>
                <origin>2</origin><model>wikitext</model><format>text/x-wiki</format>\(before)<text bytes="5" sha1="x"
                xml:space="preserve">[[A]]</text><sha1>z</sha1>\(after)</revision></page>
                """
            let record = try #require(try Self.records(Self.dump("0.11", page)).first)
            #expect(record.content?.links == ["A"])
            #expect(record.sha1 == "z")
            #expect(record.byteCount == 5)
        }
    }

    @Test("uploads, threads, restrictions and log entries beside the revision do not mix with it")
    func furtherElements() throws {
        let page = """
            <logitem><id>5</id><title>L</title></logitem><page><title>A</title><ns>0</ns><id>1</id><restrictions>x</restrictions>
            <DiscussionThreading><ThreadID>3</ThreadID><title>T</title></DiscussionThreading><revision><id>2</id>
            <timestamp>2010-01-01T00:00:00Z</timestamp><text>[[A]]</text></revision><upload><timestamp>2020-01-01T00:00:00Z
            </timestamp><id>9</id><text>no</text></upload></page>
            """
        let record = try #require(try Self.records(Self.dump("0.10", page)).first)
        #expect(record.id == 1)
        #expect(record.title == "A")
        #expect(record.timestamp == "2010-01-01T00:00:00Z")
        #expect(record.content?.links == ["A"])
    }

    @Test("texts of other content models are recorded like wikitext, as in the reference")
    func models() throws {
        let page = """
            <page><title>Q1</title><ns>0</ns><id>1</id><revision><id>2</id><model>wikibase-item</model><text>{"a":{"b":{}}}</text>
            </revision></page>
            """
        #expect(try Self.records(Self.dump("0.10", page)).first?.content == ExtractRecord.Content())
    }

    @Test("UTF-8 with and without mark and declaration, UTF-16 of both orders, and 8-bit encodings give the same")
    func encodings() throws {
        let xml = Self.dump("0.10", Self.page("Ähre", Self.text))
        let expected = try Self.records(xml)
        #expect(expected.first?.title == "Ähre")
        func declared(_ encoding: String) -> String { "<?xml version=\"1.0\" encoding=\"\(encoding)\"?>\n" + xml }
        let littleEndian: (String) -> [UInt8] = { $0.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        let bigEndian: (String) -> [UInt8] = { $0.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
        let latin: (String) -> [UInt8] = { $0.unicodeScalars.map { UInt8($0.value) } }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let files: [[UInt8]] = [
            mark + Array(xml.utf8), mark + Array(declared("UTF-8").utf8), Array(declared("utf-8").utf8),
            [0xFF, 0xFE] + littleEndian(xml), [0xFF, 0xFE] + littleEndian(declared("UTF-16")),
            [0xFE, 0xFF] + bigEndian(xml), [0xFE, 0xFF] + bigEndian(declared("UTF-16")),
            latin(declared("ISO-8859-1")), latin(declared("windows-1252")), latin(declared("iso-8859-15")),
            Array(xml.replacing("\n", with: "\r\n").utf8),
        ]
        for (index, file) in files.enumerated() { #expect(try Self.records(file) == expected, "file \(index)") }
    }

    @Test("a prefix for the schema's namespace is no part of a name")
    func prefixedElements() throws {
        let xml = Self.dump("0.10", Self.page("A", Self.text))
            .replacing("<mediawiki xmlns=", with: "<mw:mediawiki xmlns:mw=").replacing(
                "</mediawiki", with: "</mw:mediawiki")
        #expect(try Self.records(xml).first?.content?.links == ["Größe"])
    }

    @Test("the case of the site counts, not that of a namespace")
    func caseSensitivity() throws {
        let xml = Self.dump("0.10", Self.page("iPod", "[[iPhone]] [[kategorie:öl]] {{infobox x}}"))
            .replacing("<case>first-letter", with: "<case>case-sensitive")
        let content = try #require(try Self.records(xml).first?.content)
        #expect(content.links == ["iPhone"])
        #expect(content.categories == ["öl"])
        #expect(content.infoboxes.map(\.name) == ["Infobox x"])
    }

    @Test(
        "the language of a wiki follows from its host or its database",
        arguments: [
            ("https://de.wikipedia.org/wiki/X", "", "de"), ("https://zh-min-nan.wikipedia.org/", "", "zh-min-nan"),
            ("https://pt.m.wikivoyage.org/", "", "pt"), ("", "dewiki", "de"), ("", "zh_min_nanwiki", "zh-min-nan"),
            ("", "frwiktionary", "fr"), ("https://commons.wikimedia.org/", "commonswiki", nil), ("", "wiki", nil),
            ("", "", nil),
            ("https://wiki.example.com/", "mydata", nil),
        ] as [(String, String, String?)])
    func language(base: String, databaseName: String, expected: String?) {
        #expect(SiteInfo(databaseName: databaseName, base: base).language == expected)
    }
}
