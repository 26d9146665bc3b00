import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Places of pages")
struct PagePlaceTests {
    /// Pages of all sizes, so that they begin anywhere in the pieces that the reader cuts.
    private static let pages = (1...60).map { id in
        DumpFixture.page(id, "Page \(id)", text: DumpFixture.noise(id * id * 37 % 30_000 + id % 7, seed: UInt64(id)))
    }
    private static let xml = DumpFixture.head + pages.joined() + DumpFixture.tail

    /// What is wrong with the places of pages: nothing, if each points to a `<page>` whose first id is that of the page.
    private func faults(_ pages: [Page], in xml: [UInt8]) -> [String] {
        pages.compactMap { page in
            guard let offset = page.place?.byteOffset, let id = page.id, offset >= 0, offset < xml.count else {
                return "\(page.title) has no place"
            }
            let bytes = xml[Int(offset)...].prefix(4000)
            let text = String(decoding: bytes, as: UTF8.self)
            return text.hasPrefix("<page") && text.firstMatch(of: /<id>\s*(\d+)/)?.output.1 == "\(id)"
                ? nil : "\(page.title): \(text.prefix(40))"
        }
    }

    @Test("a page is found again at its offset in the XML, whatever the packing and the threads")
    func packings() throws {
        let bytes = Array(Self.xml.utf8)
        let plain = try Reading.of(bytes)
        #expect(plain.ids.count == 60)
        #expect(faults(plain.pages, in: bytes) == [])
        #expect(plain.pages.allSatisfy { $0.place?.streamOffset == nil && $0.place?.blockOffset == nil })
        let streams =
            [DumpFixture.head] + stride(from: 0, to: 60, by: 7).map { Self.pages[$0..<min($0 + 7, 60)].joined() }
            + [DumpFixture.tail]
        // Cut in the middle of pages and tags.
        let half = bytes.count / 2
        let packings: [[UInt8]] = [
            try Compress.bzip2(bytes), try streams.flatMap { try Compress.bzip2($0) },
            try Compress.bzip2(Array(bytes[..<half])) + Compress.bzip2(Array(bytes[half...])),
            try Compress.gzip(Self.xml), try Compress.zstandard(Self.xml),
        ]
        for packed in packings {
            for jobs in [1, 2, 5] {
                let reading = try Reading.of(packed, jobs: jobs)
                #expect(reading.pagesOfAnyPacking == plain.pages)
                #expect(reading.pages.allSatisfy { $0.place?.streamOffset != nil })
            }
        }
    }

    @Test("a page is found again by unpacking the stream that holds it")
    func streams() throws {
        let streams =
            [DumpFixture.head] + stride(from: 0, to: 60, by: 7).map { Self.pages[$0..<min($0 + 7, 60)].joined() }
            + [DumpFixture.tail]
        let packers: [(String) throws -> [UInt8]] = [
            { try Compress.bzip2($0) }, { try Compress.gzip($0) }, { try Compress.zstandard($0) },
        ]
        for pack in packers {
            let packed = try streams.map(pack)
            let starts = packed.indices.map { Int64(packed[..<$0].reduce(0) { $0 + $1.count }) }
            let reading = try Reading.of(Array(packed.joined()))
            let expected = (0..<60).map { starts[1 + $0 / 7] }
            #expect(reading.pages.compactMap(\.place?.streamOffset) == expected)
        }
    }

    @Test("in a bzip2 file a page also has the block in which it begins")
    func blocks() throws {
        let bytes = Array(Self.xml.utf8)
        let packed = try Compress.bzip2(bytes)
        let reading = try Reading.of(packed)
        var from = 32
        var blocks: [Int64] = []
        while let found = BZip2MagicSearch.first(in: packed, from: from), found.magic == BZip2Magic.block {
            blocks.append(Int64(found.bit / 8))
            from = found.bit + 1
        }
        #expect(blocks.count > 3)
        // Blocks of level 1 hold 100,000 bytes less a few, before the coding of runs, of which letters have none.
        let places = reading.pages.compactMap(\.place)
        #expect(Set(places.compactMap(\.blockOffset)) == Set(blocks))
        for place in places {
            let index = try #require(place.byteOffset.map { Int($0) / 99_981 })
            #expect(place.blockOffset == blocks[index], "page at \(place.byteOffset ?? -1)")
            #expect(place.streamOffset == 0)
        }
    }

    @Test("only the page's own tag counts: not one in a comment, in CDATA or in broken XML")
    func otherTags() throws {
        let xml =
            DumpFixture.head + "<!-- <page> -->" + DumpFixture.page(1, "A", text: "<![CDATA[<page> <page>]]>")
            + "<page><title>Broken</title><id>9</id>&nbsp;</page>" + DumpFixture.page(2, "B")
            + "<page\n  a='1' ><title>C</title><id>3</id><revision><text>c</text></revision></page>"
            + DumpFixture.page(4, "é") + DumpFixture.tail
        let reading = try Reading.of(xml, .skip)
        #expect(reading.ids == [1, 2, 3, 4])
        #expect(faults(reading.pages, in: Array(xml.utf8)) == [])
        let marked = try Reading.of("\u{FEFF}" + xml, .skip)
        #expect(marked.ids == [1, 2, 3, 4])
        #expect(faults(marked.pages, in: Array(("\u{FEFF}" + xml).utf8)) == [])
    }

    @Test("after a damaged block there is the place in the packed file only")
    func damage() throws {
        let pages = (1...60).map { DumpFixture.page($0, "Page \($0)", text: DumpFixture.noise(9000, seed: UInt64($0))) }
        let xml = DumpFixture.head + pages.joined() + DumpFixture.tail
        var packed = try Compress.bzip2(xml)
        let second = try #require(BZip2MagicSearch.first(in: packed, from: 33)).bit
        packed[second / 8 + 1000] ^= 0x55
        let reading = try Reading.of(packed, .skip)
        let before = reading.pages.filter { $0.place?.byteOffset != nil }
        let after = reading.pages.drop { $0.place?.byteOffset != nil }
        #expect(!before.isEmpty && !after.isEmpty)
        #expect(faults(before, in: Array(xml.utf8)) == [])
        #expect(after.allSatisfy { $0.place?.byteOffset == nil && ($0.place?.blockOffset ?? 0) > second / 8 })
        let again = try Reading.of(packed, .skip, jobs: 5)
        #expect(again.pages == reading.pages)
    }

    @Test("a stream that cannot be told after damage is not named")
    func lostStream() throws {
        let streams = try [DumpFixture.head, Self.pages[..<30].joined(), Self.pages[30...].joined(), DumpFixture.tail]
            .map { try Compress.bzip2($0) }
        var packed = streams.flatMap { $0 }
        let start = streams[0].count + streams[1].count
        packed[start] ^= 0xFF  // The header of the second stream of pages: "BZh1".
        let reading = try Reading.of(packed, .skip)
        let later = reading.pages.filter { ($0.id ?? 0) > 30 }
        #expect(!later.isEmpty)
        #expect(later.allSatisfy { $0.place?.byteOffset == nil && $0.place?.streamOffset == nil })
        #expect(later.allSatisfy { ($0.place?.blockOffset ?? 0) >= start })
    }

    @Test("in another encoding than UTF-8 no place is claimed")
    func encodings() throws {
        let text = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n" + DumpFixture.dump(DumpFixture.page(1, "é"))
        let reading = try Reading.of(text.unicodeScalars.map { UInt8($0.value) })
        #expect(reading.pages.first?.title == "é")
        #expect(reading.pages.first?.place?.byteOffset == nil)
    }

    @Test("places stay known while a page spans many pieces")
    func longPage() throws {
        let pages = [1, 2, 3].map { DumpFixture.page($0, "P", text: DumpFixture.noise(700_000, seed: UInt64($0))) }
        let xml = DumpFixture.head + pages.joined() + DumpFixture.tail
        let reading = try Reading.of(try Compress.bzip2(xml))
        #expect(faults(reading.pages, in: Array(xml.utf8)) == [])
        let blocks = reading.pages.compactMap(\.place?.blockOffset)
        #expect(blocks.count == 3 && Set(blocks).count == 3 && blocks.first == 4)
    }

    @Test(
        "every page of the real dumps is found again, and the streams are those of the index",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: [
            "enwiki-2016-slice.xml.bz2", "enwiki-2021-minidump.xml.bz2", "enwiki-table-markup.xml.bz2",
            "smallwiki.xml.bz2", "tinywiki.xml", "enwiki-slices-multistream.xml.bz2",
        ])
    func realDumps(name: String) throws {
        let path = TestData.shared("dumps/\(name)").path
        let xml = try readAll(Array(try Data(contentsOf: URL(fileURLWithPath: path)))).bytes
        let reading = try Reading.of([path])
        #expect(reading.pages.count > 4)
        #expect(faults(reading.pages, in: xml) == [])
        guard name.contains("multistream") else { return }
        let packed = try Data(contentsOf: TestData.shared("dumps/enwiki-slices-multistream-index.txt.bz2"))
        let lines = String(decoding: try readAll(Array(packed)).bytes, as: UTF8.self).split(separator: "\n")
        let index = lines.map { $0.split(separator: ":", maxSplits: 2).prefix(2).joined(separator: ":") }
        let ours = reading.pages.map { "\($0.place?.streamOffset ?? -1):\($0.id ?? -1)" }
        #expect(ours == index)
    }
}
