import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Damaged dumps")
struct DumpDamageTests {
    private let good = (1...5).map { DumpFixture.page($0, "Page \($0)") }

    @Test(
        "a page with broken XML is skipped alone, wherever the break is",
        arguments: [
            "<text>no end</page>", "<text>&nbsp;</text></page>", "<text>\u{1}</text></page>", "<text a=\"</page>",
            "</page></page>",
            "<unclosed>", "<text>&#0;</text></page>", "<a><b></a></page>", "<!-- -- --></page>", "<page></page>", "",
        ])
    func brokenPage(middle: String) throws {
        let broken = "<page><title>Broken</title><id>9</id>\(middle)"
        let xml = DumpFixture.head + good[0] + good[1] + broken + good[2] + good[3] + DumpFixture.tail
        let reading = try Reading.of(xml, .skip)
        #expect(reading.failure == nil)
        #expect(reading.ids == [1, 2, 3, 4])
        #expect((reading.ledger?.entries.count ?? 0) >= 1)
        let stopped = try Reading.of(xml)
        #expect(stopped.failure?.kind == .badData)
        #expect(stopped.failure?.place?.contains("line") == true)
        #expect(stopped.failure?.remedy?.contains("--on-error skip") == true)
        #expect(stopped.ids == [1, 2])
    }

    @Test("places of damage are lines and bytes of the file, also after earlier damage")
    func places() throws {
        let bad = "<page><title>Bad</title><id>9</id><revision><text>&nbsp;</text></revision></page>\n"
        let xml = DumpFixture.head + good[0] + bad + good[1] + bad + good[2] + DumpFixture.tail
        let reading = try Reading.of(xml, .skip)
        #expect(reading.ids == [1, 2, 3])
        let lines = xml.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { $0.element.contains("&nbsp;") }.map { $0.offset + 1 }
        let entries = try #require(reading.ledger?.entries)
        #expect(entries.count == 2)
        for (entry, line) in zip(entries, lines) {
            #expect(entry.place.hasPrefix("page “Bad”, line \(line), byte "))
            #expect(entry.problem.contains("nbsp"))
            let byte = try #require(Int(entry.place.split(separator: " ").last ?? ""))
            let text = Array(xml.utf8)[max(0, byte - 8)..<min(xml.utf8.count, byte + 8)]
            #expect(String(decoding: text, as: UTF8.self).contains("&nbsp;"))
        }
    }

    @Test("a page in a page and elements nested without end are damage")
    func nesting() throws {
        let deep = "<page><title>Deep</title><id>9</id>" + String(repeating: "<a>", count: 200)
        let reading = try Reading.of(DumpFixture.head + good[0] + deep + good[1] + DumpFixture.tail, .skip)
        #expect(reading.ids == [1, 2])
        #expect(reading.ledger?.skipped == [.brokenPage: 1])
        #expect(reading.ledger?.entries.first?.problem.contains("nested") == true)
    }

    @Test("after damage the encoding of the file is kept, and where no page can be found again that is said")
    func encodings() throws {
        let bad = "<page><title>Bad</title>&nbsp;</page>"
        let text = DumpFixture.head + bad + DumpFixture.page(1, "é") + DumpFixture.tail
        let latin = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n" + text
        let reading = try Reading.of(latin.unicodeScalars.map { UInt8($0.value) }, .skip)
        #expect(reading.pages.map(\.title) == ["é"])
        #expect(reading.ledger?.skipped == [.brokenPage: 1])
        for start in ["", "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n"] {
            let wide = (start + text).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            let failure = try #require(try Reading.of([0xFF, 0xFE] + wide, .skip).failure)
            #expect(failure.kind == .badData)
            #expect(failure.problem.contains("encoding"))
        }
    }

    @Test("a file that is no dump fails under either policy", arguments: DamagePolicy.allCases)
    func noDump(policy: DamagePolicy) throws {
        let cases: [(content: String, problem: String)] = [
            ("<rss><page><title>A</title></page></rss>", "“rss”"), ("<!DOCTYPE html><html></html>", "HTML"),
            ("<HTML><body>", "HTML"), ("<!DOCTYPE mediawiki [<!ENTITY a \"b\">]><mediawiki></mediawiki>", "DOCTYPE"),
            ("", "empty"), ("just text", "not a MediaWiki XML dump"), ("<page><title>A</title></page>", "“page”"),
        ]
        for (content, problem) in cases {
            let reading = try Reading.of(content, policy)
            #expect(reading.failure?.kind == .badData)
            #expect(reading.failure?.problem.contains(problem) == true, "\(content): \(reading.failure?.problem ?? "")")
            #expect(reading.failure?.file != nil && reading.failure?.place != nil && reading.failure?.remedy != nil)
            #expect(reading.pages.isEmpty)
        }
    }

    @Test("the index of a multistream dump is named as such", arguments: DamagePolicy.allCases)
    func multistreamIndex(policy: DamagePolicy) throws {
        let index = (1...200).map { "\(600 + $0 / 100 * 5000):\($0):Title \($0): more\n" }.joined()
        for bytes in [Array(index.utf8), try Compress.bzip2(index), Array("600:1:A".utf8)] {
            let failure = try #require(try Reading.of(bytes, policy).failure)
            #expect(failure.kind == .badData)
            #expect(failure.problem.contains("index of a multistream dump"))
            #expect(failure.remedy?.contains("leave it out") == true)
            #expect(failure.place?.contains("line 1") == true)
        }
        for text in ["12:30 is a time", "a:1:b", ":1:b", "1::b"] {
            #expect(try Reading.of(text, policy).failure?.problem.contains("not a MediaWiki XML dump") == true)
        }
    }

    @Test("a damaged block of a single stream costs the pages it touches")
    func damagedBlockInOneStream() throws {
        let pages = (1...60).map { DumpFixture.page($0, "Page \($0)", text: DumpFixture.noise(9000, seed: UInt64($0))) }
        var packed = try Compress.bzip2(DumpFixture.head + pages.joined() + DumpFixture.tail)
        let second = try #require(BZip2MagicSearch.first(in: packed, from: 33)).bit
        packed[second / 8 + 1000] ^= 0x55
        let reading = try Reading.of(packed, .skip)
        #expect(reading.failure == nil)
        #expect(reading.ids.count > 40 && reading.ids.count < 60)
        #expect(reading.ids == reading.ids.sorted())
        #expect(reading.ids.last == 60)
        #expect(reading.pages.allSatisfy { $0.revision?.text?.count == 9000 })
        #expect(reading.ledger?.skipped == [.damagedBlock: 1, .cutOffPage: 1])
        #expect(reading.ledger?.entries.first?.place == "byte \(second / 8)")
        #expect(try Reading.of(packed).failure?.place == "byte \(second / 8)")
    }

    @Test("if the header is lost, the pages are read without site information")
    func damagedHeader() throws {
        var header = try Compress.bzip2(DumpFixture.head)
        header[12] ^= 1
        let packed = try header + Compress.bzip2(good.joined()) + Compress.bzip2(DumpFixture.tail)
        let reading = try Reading.of(packed, .skip)
        #expect(reading.ids == [1, 2, 3, 4, 5])
        #expect(reading.sites == [SiteInfo()])
    }

    @Test("the ledger keeps twenty places and counts them all")
    func manyPlaces() throws {
        let pages = (1...30).map { _ in "<page><title>x</title></page>" }.joined()
        let ledger = try #require(try Reading.of(DumpFixture.dump(pages, good[0]), .skip).ledger)
        #expect(ledger.skipped == [.missingID: 30])
        #expect(ledger.entries.count == 20)
        #expect(ledger.pagesRead == 31)
        #expect(ledger.pagesRead == ledger.pagesKept + ledger.pagesSkipped)
        #expect(ledger.warnings.last == "skipped: 10 more, counted only")
        #expect(ledger.summary == "31 pages read, 1 kept, 30 skipped; page without id: 30")
    }

    // MARK: - Reference inputs

    struct BadCase: Sendable, CustomTestStringConvertible {
        var name: String
        /// The pages of `--on-error skip`; nil if that fails too.
        var skip: [Int64]?
        /// The pages of `--on-error stop`; nil if that fails.
        var stop: [Int64]?
        var problem = ""
        var testDescription: String { name }
    }

    static let cases: [BadCase] = [
        .init(name: "truncated.xml", skip: [1, 2], problem: "unexpected end of XML"),
        .init(name: "truncated.xml.bz2", skip: [], problem: "unexpected end of bz2 data"),
        .init(name: "block-crc-multistream.xml.bz2", skip: [1, 2, 5], problem: "damaged bz2 block"),
        .init(name: "wrong-root.xml", problem: "“rss”"),
        .init(name: "html.xml", problem: "HTML"),
        .init(name: "empty.xml", problem: "empty"),
        .init(name: "empty.xml.bz2", problem: "empty"),
        .init(name: "billion-laughs.xml", problem: "DOCTYPE"),
        .init(name: "external-entity.xml", problem: "DOCTYPE"),
        .init(name: "invalid-utf8.xml", skip: [1, 3], problem: "UTF-8"),
        .init(name: "huge-text-node.xml.bz2", skip: [1, 2, 3], stop: [1, 2, 3]),
        .init(name: "deep-templates.xml", skip: Array(1...9), stop: Array(1...9)),
        .init(name: "unclosed.xml", skip: Array(1...9), stop: Array(1...9)),
        .init(name: "missing-fields.xml", skip: [1, 5, 7, 11], problem: "page without title"),
        .init(name: "duplicate-ids.xml", skip: [1, 2, 2, 2, 3, 4], stop: [1, 2, 2, 2, 3, 4]),
        .init(name: "deleted-text.xml", skip: Array(1...6), stop: Array(1...6)),
        .init(name: "other-namespaces.xml", skip: Array(1...11), stop: Array(1...11)),
        .init(name: "huge-title.xml.bz2", skip: [1, 3, 4], stop: [1, 3, 4]),
    ]

    @Test(
        "each nasty input of the reference data behaves as written there",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"), arguments: cases)
    func badInputs(input: BadCase) throws {
        let path = TestData.shared("dumps/bad/\(input.name)").path
        for (policy, expected) in [(DamagePolicy.stop, input.stop), (.skip, input.skip)] {
            let reading = try Reading.of([path], policy)
            if let expected {
                #expect(reading.failure == nil)
                #expect(reading.ids == expected)
                if policy == .skip, input.stop == nil { #expect(reading.ledger?.warnings.isEmpty == false) }
            } else {
                let failure = try #require(reading.failure)
                #expect(failure.kind == .badData)
                #expect(failure.file == path)
                #expect(failure.place != nil)
                #expect(failure.problem.contains(input.problem))
                #expect(!failure.description.contains("\n"))
            }
        }
    }

    @Test(
        "every nasty input of the reference data is tested",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))
    func allBadInputs() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: TestData.shared("dumps/bad").path)
        #expect(Set(files).subtracting(["README.md", "make_bad.py"]) == Set(Self.cases.map(\.name)))
    }
}
