import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Parallel reading")
struct DumpMapTests {
    private struct Stop: Error, Equatable { var page: Int64 }

    private static let pageCount: Int64 = 500

    private func withDump<Result>(_ body: (String) throws -> Result) throws -> Result {
        try TestData.withTemporaryFolder { folder in
            let pages = (1...Int(Self.pageCount)).map {
                DumpFixture.page($0, "Page \($0)", text: DumpFixture.noise(50 + $0 % 300, seed: UInt64($0)))
            }
            let url = folder.appendingPathComponent("dump")
            let streams =
                [DumpFixture.head] + stride(from: 0, to: pages.count, by: 20).map { pages[$0..<$0 + 20].joined() }
            try Data((streams + [DumpFixture.tail]).flatMap { try Compress.bzip2($0) }).write(to: url)
            return try body(url.path)
        }
    }

    @Test("results come in dump order, the same for any number of jobs", arguments: [1, 4])
    func order(jobs: Int) throws {
        try withDump { path in
            var direct: [String] = []
            let directLedger = try DumpReader(paths: [path]).read {
                direct.append("\($0.title) \($0.revision?.text?.count ?? -1)")
            }
            var mapped: [String] = []
            var sites: [SiteInfo] = []
            var positions: [DumpReader.Position] = []
            let ledger = try DumpReader(paths: [path]).mapPages(
                jobs: jobs, progress: { positions.append($0) }, onSiteInfo: { sites.append($0) },
                prepare: { $0 },
                transform: { page, site in
                    "\(page.title) \(page.revision?.text?.count ?? -1)\(site.siteName.isEmpty ? "!" : "")"
                },
                consume: { mapped.append($0) })
            #expect(mapped == direct)
            #expect(mapped.count == Int(Self.pageCount))
            #expect(ledger == directLedger)
            #expect(sites.map(\.databaseName) == ["testwiki"])
            #expect(positions.last?.pages == Int(Self.pageCount))
            #expect(positions.map(\.storedBytes) == positions.map(\.storedBytes).sorted())
        }
    }

    @Test("an error of transform comes after all results before it", arguments: [1, 4])
    func transformError(jobs: Int) throws {
        try withDump { path in
            var consumed: [Int64] = []
            let error = try #require(throws: Stop.self) {
                try DumpReader(paths: [path]).mapPages(jobs: jobs, prepare: { $0 }) { page, _ in
                    if page.id == 333 || page.id == 400 { throw Stop(page: page.id ?? 0) }
                    return page.id ?? 0
                } consume: {
                    consumed.append($0)
                }
            }
            #expect(error == Stop(page: 333))
            #expect(consumed == Array(1...332))
        }
    }

    @Test("an error of consume stops everything")
    func consumeError() throws {
        try withDump { path in
            let transformed = Mutex(0)
            var consumed = 0
            #expect(throws: Stop(page: 3)) {
                try DumpReader(paths: [path]).mapPages(jobs: 2, prepare: { $0 }) { page, _ in
                    transformed.withLock { $0 += 1 }
                    return page.id ?? 0
                } consume: {
                    consumed += 1
                    if $0 == 3 { throw Stop(page: $0) }
                }
            }
            let after = transformed.withLock { $0 }
            Thread.sleep(forTimeInterval: 0.02)
            #expect(consumed == 3)
            #expect(transformed.withLock { $0 } == after)
        }
    }

    @Test("damage is thrown after the pages before it", arguments: [1, 4])
    func damage(jobs: Int) throws {
        try TestData.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("dump")
            let pages = (1...100).map { DumpFixture.page($0, "Page \($0)") }.joined()
            try Data((DumpFixture.head + pages + "<page><title>x</page>").utf8).write(to: url)
            var consumed: [Int64?] = []
            let failure = try #require(throws: Failure.self) {
                try DumpReader(paths: [url.path]).mapPages(jobs: jobs, prepare: { $0 }) { page, _ in
                    page.id
                } consume: {
                    consumed.append($0)
                }
            }
            #expect(failure.kind == .badData)
            #expect(consumed == (1...100).map { Int64($0) })
        }
    }

    @Test("an extraction appears whole or not at all")
    func extraction() throws {
        try withDump { path in
            try TestData.withTemporaryFolder { folder in
                let output = folder.appendingPathComponent("out.jsonl").path
                let extraction = Extraction(reader: DumpReader(paths: [path]), output: output, jobs: 2)
                let ledger = try extraction.run(progressStyle: .quiet, prepare: { $0 }) { page, _ in
                    Data("{\(page.id ?? 0)}".utf8)
                }
                #expect(ledger.pagesKept == Int(Self.pageCount))
                let expected = (1...Self.pageCount).map { "{\($0)}\n" }.joined()
                #expect(try String(contentsOfFile: output, encoding: .utf8) == expected)
                #expect(throws: Stop(page: 1)) {
                    try extraction.run(progressStyle: .quiet, prepare: { $0 }) { page, _ in
                        throw Stop(page: page.id ?? 0)
                    }
                }
                #expect(try String(contentsOfFile: output, encoding: .utf8) == expected)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.jsonl"])
                let unwritable = Extraction(reader: DumpReader(paths: [path]), output: "/nowhere/out.jsonl", jobs: 1)
                let failure = try #require(throws: Failure.self) {
                    try unwritable.run(progressStyle: .quiet, prepare: { $0 }) { _, _ in Data() }
                }
                #expect(failure.kind == .outputUnavailable)
            }
        }
    }

    @Test(
        "the multistream slice gives the ids, titles and sizes of the golden records",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: [
            "enwiki-2016-slice.xml.bz2", "enwiki-2021-minidump.xml.bz2", "enwiki-table-markup.xml.bz2", "tinywiki.xml",
        ])
    func golden(name: String) throws {
        struct Golden: Decodable, Equatable {
            var id: Int64?
            var title: String
            var ns: Int
            var redirect: String?
            var revid: Int64?
            var timestamp: String?
            var sha1: String?
            var bytes: Int
        }
        let base = name.split(separator: ".")[0]
        let lines = try String(contentsOf: TestData.shared("dumps/golden/\(base).jsonl"), encoding: .utf8)
        let golden = try lines.split(separator: "\n").map { try JSONDecoder().decode(Golden.self, from: Data($0.utf8)) }
        let reading = try Reading.of([TestData.shared("dumps/\(name)").path])
        let pages = reading.pages.map { page in
            Golden(
                id: page.id, title: page.title, ns: page.namespace, redirect: page.redirectTarget,
                revid: page.revision?.id,
                timestamp: page.revision?.timestamp, sha1: page.revision?.sha1, bytes: page.revision?.text?.count ?? 0)
        }
        #expect(pages == golden)
    }
}
