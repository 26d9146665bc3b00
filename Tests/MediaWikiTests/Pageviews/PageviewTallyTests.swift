import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Tallies of page views")
struct PageviewTallyTests {
    private func add(_ views: Int64, to title: String, in tally: inout some PageviewTally) -> Bool {
        var title = title
        return title.withUTF8 { tally.add(views, to: $0) }
    }

    private func hash(_ title: String) -> UInt64 { TitleHash(title).value }

    @Test("title hashes are FNV-1a, underscores as blanks")
    func titleHash() {
        #expect(hash("") == 0xCBF2_9CE4_8422_2325)
        #expect(hash("foobar") == 0x8594_4171_F739_67E8)
        #expect(hash("A_b") == hash("A b"))
        #expect(hash("A b") != hash("A  b"))
        var byBytes = TitleHash()
        for byte in "Zürich".utf8 { byBytes.add(byte) }
        #expect(byBytes.value == hash("Zürich"))
    }

    @Test("the arena keeps all titles apart, through growth, and gives them in the order of their bytes")
    func arena() {
        var arena = TitleArena()
        var expected: [[UInt8]: Int64] = [:]
        for number in 0..<5_000 {
            let title = "Title \(number % 2_500 * 7919)"
            #expect(add(Int64(number), to: title, in: &arena))
            expected[Array(title.utf8), default: 0] += Int64(number)
        }
        for title in ["", "a", "a\0", "é", "e\u{301}", String(repeating: "long", count: 600_000)] {
            #expect(add(1, to: title, in: &arena))
            expected[Array(title.utf8)] = 1
        }
        #expect(arena.count == expected.count)
        var rows: [(title: [UInt8], views: Int64)] = []
        arena.forEachSorted { rows.append((Array($0), $1)) }
        let sorted = expected.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        #expect(rows.map(\.title) == sorted.map(\.key))
        #expect(rows.map(\.views) == sorted.map(\.value))
        for (title, views) in expected {
            #expect(title.withUnsafeBufferPointer { arena.views(of: $0) } == views)
        }
        #expect(Array("Title".utf8).withUnsafeBufferPointer { arena.views(of: $0) } == nil)
    }

    @Test("sums that do not fit are refused and change nothing")
    func overflow() {
        var arena = TitleArena()
        #expect(add(.max, to: "A", in: &arena))
        #expect(!add(1, to: "A", in: &arena))
        #expect(Array("A".utf8).withUnsafeBufferPointer { arena.views(of: $0) } == .max)
        var wanted = WantedTitles([hash("A")])
        #expect(add(.max, to: "A", in: &wanted))
        #expect(!add(1, to: "A", in: &wanted))
        #expect(Array(wanted.finish()) == [.max])
    }

    @Test(
        "of wanted titles each is counted, also one that is asked for twice; others are not",
        arguments: [0, 1, 3, 40, 5_000])
    func wanted(number: Int) {
        let titles = (0..<number).map { "Title \($0)" }
        let hashes = (titles + titles.prefix(2)).map(hash).sorted()
        var wanted = WantedTitles(hashes)
        var expected: [UInt64: Int64] = [:]
        for title in titles + (0..<1_000).map({ "Other \($0)" }) {
            // Every third has no row; some have rows without views.
            guard hash(title) % 3 > 0 else { continue }
            for views in [Int64(hash(title) % 4), 0, 2 * Int64(hash(title) % 4)] {
                #expect(add(views, to: title, in: &wanted))
                expected[hash(title), default: 0] += views
            }
        }
        let views = wanted.finish()
        #expect(Array(views) == hashes.map { expected[$0] })
        #expect(views.count == hashes.count)
    }

    @Test("counts of wanted titles are those of the full count, with the same notices")
    func wantedFiles() throws {
        try TestData.withTemporaryFolder { folder in
            let files = [
                """
                aa.wikipedia A 1 desktop 100 A100
                en.wikipedia a_b 1 desktop 3 A3
                en.wikipedia Caf%C3%A9 2 desktop 4 A4
                en.wikipedia "\\"W\\"" 3 desktop 5 A5
                en.wikipedia Elsewhere 4 desktop 6 A6
                en.wikipedia A_b 4 desktop x A6
                """,
                "title,views\nCafé,10\n\"\"\"W\"\"\",20\nTalk:A,1\nZero,0\n",
            ]
            let paths = try files.enumerated().map { number, text in
                let url = folder.appendingPathComponent("\(number)")
                try Data(text.utf8).write(to: url)
                return url.path
            }
            let asked = ["A b", "Café", "\"W\"", "Zero", "Nowhere", "A"].sorted { hash($0) < hash($1) }
            var (all, chosen): ([PageviewNotice], [PageviewNotice]) = ([], [])
            let counter = try PageviewCounter(paths: paths, project: "en") { all.append($0) }
            let views = try PageviewCounter.counts(ofTitles: asked.map(hash), in: paths, project: "en") {
                chosen.append($0)
            }
            #expect(Array(views) == asked.map { counter.views(of: $0) })
            #expect(counter.views(of: "Café") == 14)
            #expect(counter.views(of: "Zero") == 0)
            #expect(views.filter { $0 == nil }.count == 2)
            #expect(chosen == all)
            #expect(chosen.count == 3)
        }
    }

    @Test(
        "counts of wanted titles are those of the full count in all reference files",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: [
            "pageview_complete/pageviews-20120115-user.bz2", "pageview_complete/pageviews-202105-user.bz2",
            "pageviews/pageviews-20160501-120000.gz", "pagecounts-raw/pagecounts-20160501-120000.gz",
            "bad/pageviews-202105-user",
        ])
    func wantedReference(file: String) throws {
        let path = TestData.shared("pageviews/\(file)").path
        let rows = try PageviewCounter(paths: [path], project: "en").sortedByTitle
            .map { (hash: hash($0.title), views: $0.views) }.sorted { $0.hash < $1.hash }
        let views = try PageviewCounter.counts(ofTitles: rows.map(\.hash), in: [path], project: "en")
        #expect(Array(views) == rows.map(\.views))
        #expect(!rows.isEmpty)
    }
}
