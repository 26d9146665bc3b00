import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Zstandard files")
struct ZstdSourceTests {
    private let text = DumpFixture.noise(400_000) + String(repeating: "a", count: 2_000_000)
    private let skippable: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 5, 0, 0, 0] + Array("hello".utf8)

    @Test("frames, also several, with skippable ones anywhere", arguments: [1, 3, 19] as [Int32])
    func frames(level: Int32) throws {
        let packed =
            try skippable + Compress.zstandard(text, level: level) + skippable + Compress.zstandard("")
            + Compress.zstandard("end", level: level) + skippable
        let result = try readAll(packed)
        #expect(result.bytes == Array((text + "end").utf8))
        #expect(result.damage.isEmpty)
    }

    @Test("frames that end around the size of what is read at a time")
    func boundaries() throws {
        let frame = try Compress.zstandard("some text")
        for size in (1 << 17) - 6...(1 << 17) + 2 {
            let padding = size - frame.count - 8
            let bytes = [0x50, 0x2A, 0x4D, 0x18] + (0..<4).map { UInt8(truncatingIfNeeded: padding >> (8 * $0)) }
            let packed = frame + bytes + [UInt8](repeating: 0, count: padding) + frame
            let result = try readAll(packed)
            #expect(result.bytes == Array("some textsome text".utf8), "\(size)")
            #expect(result.damage.isEmpty)
        }
    }

    @Test("a file cut off anywhere is truncated, with the place")
    func truncation() throws {
        let first = try Compress.zstandard("some text")
        let packed = try first + Compress.zstandard("and more")
        for length in 4..<packed.count where length != first.count {
            let result = try readAll(Array(packed.prefix(length)))
            #expect(result.damage.map(\.reason) == [.truncated], "cut at \(length)")
            #expect(result.damage.first?.offset == Int64(length))
        }
    }

    @Test("garbage after a frame is damage")
    func garbage() throws {
        let packed = try Compress.zstandard("some text")
        for garbage in ["x", "xyz", "no frame"] {
            let result = try readAll(packed + Array(garbage.utf8))
            #expect(result.bytes == Array("some text".utf8))
            #expect(result.damage.map(\.reason) == [.trailingGarbage])
            #expect(result.damage.first?.offset == Int64(packed.count))
        }
    }

    @Test("a wrong checksum is an error with its place")
    func checksum() throws {
        var packed = try Compress.zstandard("some text")
        packed[packed.count - 2] ^= 1
        let failure = try #require(throws: Failure.self) { try readAll(packed) }
        #expect(failure.kind == .badData)
        #expect(failure.place?.hasPrefix("byte ") == true)
        #expect(failure.problem.contains("checksum"))
        #expect(failure.remedy != nil)
    }

    @Test("a flipped bit is never taken for sound data")
    func mutations() throws {
        let packed = try Compress.zstandard(String(text.prefix(3000)))
        for bit in stride(from: 32, to: packed.count * 8, by: 41) {
            var damaged = packed
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let result = Result { try readAll(damaged) }
            if case .success(let reading) = result {
                #expect(!reading.damage.isEmpty || reading.bytes == Array(text.utf8.prefix(3000)), "bit \(bit)")
            } else if case .failure(let error) = result {
                #expect((error as? Failure)?.kind == .badData, "bit \(bit)")
            }
        }
    }

    @Test("a window above 128 MiB is refused with what to do instead")
    func window() throws {
        #expect(try readAll(Compress.zstandard("some text", windowLog: 27)).bytes == Array("some text".utf8))
        // The byte after the magic number and the flags is the window: 28 is ten and eighteen, each step eight.
        var packed = try Compress.zstandard("some text", windowLog: 27)
        #expect(packed[5] == (27 - 10) << 3)
        packed[5] = (28 - 10) << 3
        let failure = try #require(throws: Failure.self) { try readAll(packed) }
        #expect(failure.kind == .badData)
        #expect(failure.place == "byte 0")
        #expect(failure.problem.contains("128 MiB"))
        #expect(failure.remedy?.contains("zstd -dc --long=31") == true)
    }

    @Test("page views may be packed with Zstandard too")
    func pageviews() throws {
        try TestData.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("views")
            try Data(Compress.zstandard("en A 2 0\nen.m A 4 0\n")).write(to: url)
            var counter = try PageviewCounter(project: "en")
            try counter.add(path: url.path)
            #expect(counter.views(of: "A") == 6)
        }
    }

    @Test("a dump packed with Zstandard reads like the plain one")
    func dump() throws {
        let xml = DumpFixture.dump(DumpFixture.page(1, "A"), DumpFixture.page(2, "B"))
        let plain = try Reading.of(Array(xml.utf8))
        let packed = try Reading.of(Compress.zstandard(xml))
        #expect(packed.failure == nil)
        #expect(packed.pagesOfAnyPacking == plain.pages)
        #expect(packed.ids == [1, 2])
    }
}
