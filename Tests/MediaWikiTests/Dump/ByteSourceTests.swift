import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Byte sources")
struct ByteSourceTests {
    /// More than two blocks of bzip2 at level 1.
    private let text = DumpFixture.noise(250_000) + String(repeating: "a", count: 300_000)

    @Test("a format is recognised by its first bytes")
    func recognition() throws {
        #expect(try Packing.recognize(ArraySlice("BZh91AY&SY".utf8), file: "f") == .bzip2)
        #expect(
            try Packing.recognize(ArraySlice("BZh9".utf8) + [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], file: "f") == .bzip2)
        #expect(try Packing.recognize(ArraySlice("BZh9 is a t".utf8), file: "f") == .plain)
        #expect(try Packing.recognize([0x1F, 0x8B, 8], file: "f") == .gzip)
        #expect(try Packing.recognize([0x28, 0xB5, 0x2F, 0xFD, 4], file: "f") == .zstandard)
        #expect(try Packing.recognize([0x5A, 0x2A, 0x4D, 0x18, 4], file: "f") == .zstandard)
        #expect(try Packing.recognize(ArraySlice("<mediawiki".utf8), file: "f") == .plain)
        #expect(try Packing.recognize([], file: "f") == .plain)
    }

    @Test(
        "formats that are known but not read are named",
        arguments: [
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A] as [UInt8], "xz"),
            ([0x50, 0x4B, 0x03, 0x04], "zip"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z"),
        ])
    func unreadFormats(start: [UInt8], name: String) throws {
        let failure = try #require(throws: Failure.self) { try readAll(start + [0, 0, 0]) }
        #expect(failure.kind == .badData)
        #expect(failure.problem.contains(name))
        #expect(failure.remedy?.contains("unpack") == true)
    }

    @Test("plain bytes come through as they are")
    func plain() throws {
        let result = try readAll(Array(text.utf8))
        #expect(result.bytes == Array(text.utf8))
        #expect(result.damage.isEmpty)
    }

    @Test("bzip2 of several blocks and streams, at any level, with any number of threads", arguments: [1, 3])
    func bzip2(jobs: Int) throws {
        let packed =
            try Compress.bzip2(text, level: 1) + Compress.bzip2("") + Compress.bzip2(text, level: 9)
            + Compress.bzip2("end")
        let result = try readAll(packed, jobs: jobs)
        #expect(result.bytes == Array((text + text + "end").utf8))
        #expect(result.damage.isEmpty)
    }

    @Test("every number of bits between blocks is handled")
    func bitOffsets() throws {
        // The length of the first block in bits varies with the text, so all eight offsets occur.
        var offsets: Set<Int> = []
        for seed in 1...200 where offsets.count < 8 {
            let text = DumpFixture.noise(101_000, seed: UInt64(seed))
            let packed = try Compress.bzip2(text)
            let found = try #require(BZip2MagicSearch.first(in: packed, from: 33))
            #expect(found.magic == BZip2Magic.block)
            offsets.insert(found.bit % 8)
            #expect(try readAll(packed, jobs: 1).bytes == Array(text.utf8))
        }
        #expect(offsets == Set(0..<8))
    }

    @Test("a magic number is found at every bit of every byte, and the first of several is")
    func magicSearch() {
        for magic in [BZip2Magic.block, BZip2Magic.end] {
            for bit in 0..<160 {
                for background in [0, 0xFF, 0x31, 0x41] as [UInt8] {
                    var bytes = [UInt8](repeating: background, count: 20 + BZip2MagicSearch.windowSize)
                    for index in 0..<BZip2Magic.bitCount {
                        let mask: UInt8 = 0x80 >> UInt8((bit + index) % 8)
                        let isSet = magic >> UInt64(47 - index) & 1 == 1
                        bytes[(bit + index) / 8] = bytes[(bit + index) / 8] & ~mask | (isSet ? mask : 0)
                    }
                    for start in [0, bit / 2, bit] {
                        let found = BZip2MagicSearch.first(in: bytes, from: start)
                        #expect(found?.bit == bit && found?.magic == magic, "bit \(bit) from \(start)")
                    }
                    #expect(BZip2MagicSearch.first(in: bytes, from: bit + 1) == nil)
                    let twice = BZip2MagicSearch.first(in: bytes + bytes, from: bit + 1)
                    #expect(twice?.bit == bytes.count * 8 + bit)
                    // The window ends one byte too early or just in time.
                    let needed = bit / 8 + BZip2MagicSearch.windowSize
                    #expect(BZip2MagicSearch.first(in: Array(bytes.prefix(needed - 1)), from: 0) == nil)
                    #expect(BZip2MagicSearch.first(in: Array(bytes.prefix(needed)), from: 0)?.bit == bit)
                }
            }
        }
    }

    @Test("a wrong block checksum loses that block and no other")
    func blockChecksum() throws {
        var packed = try Compress.bzip2(text)
        let second = try #require(BZip2MagicSearch.first(in: packed, from: 33)).bit
        packed[second / 8 + 8] ^= 0x10
        let result = try readAll(packed)
        let sound = try readAll(try Compress.bzip2(text))
        #expect(result.damage.map(\.reason) == [.damagedBlock])
        #expect(result.damage.first?.offset == Int64(second / 8))
        #expect(result.bytes.count < sound.bytes.count)
        #expect(sound.bytes.starts(with: result.bytes.prefix(99_000)))
        #expect(sound.bytes.suffix(50_000) == result.bytes.suffix(50_000))
    }

    @Test("a wrong checksum of a stream is damage though its blocks are sound")
    func streamChecksum() throws {
        var packed = try Compress.bzip2("first")
        packed[packed.count - 3] ^= 1
        let result = try readAll(packed + Compress.bzip2("second"))
        #expect(result.bytes == Array("firstsecond".utf8))
        #expect(result.damage.map(\.reason) == [.damagedBlock])
    }

    @Test("a bzip2 file cut off anywhere is truncated, never complete")
    func bzip2Truncation() throws {
        let packed = try Compress.bzip2("one stream") + Compress.bzip2("and another one")
        let boundary = try Compress.bzip2("one stream").count
        for length in 4..<packed.count where length != boundary {
            let result = try readAll(Array(packed.prefix(length)), jobs: 1)
            #expect(result.damage.map(\.reason) == [.truncated], "cut at \(length)")
            #expect(result.damage.first?.offset == Int64(length))
        }
    }

    @Test("garbage after a stream is damage with its place; the stream behind it is read")
    func bzip2Garbage() throws {
        let first = try Compress.bzip2("first")
        let garbage = Array("garbage, BZh9 too".utf8)
        let last = try readAll(first + garbage)
        #expect(last.bytes == Array("first".utf8))
        #expect(
            last.damage == [
                .init(reason: .trailingGarbage, offset: Int64(first.count), problem: last.damage[0].problem)
            ])
        let between = try readAll(first + garbage + Compress.bzip2("second"))
        #expect(between.bytes == Array("firstsecond".utf8))
        #expect(between.damage.map(\.reason) == [.trailingGarbage])
    }

    @Test("the magic number of a block inside a block's data is not the end of the block")
    func falseMagic() throws {
        let whole = try Compress.bzip2(text)
        var splitter = try TestData.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("file")
            try Data(whole).write(to: url)
            return BZip2Splitter(file: try InputFile(path: url.path, cancellation: Cancellation()))
        }
        guard case .block(let block)? = try splitter.next() else {
            Issue.record("no block")
            return
        }
        // Cut where a false magic number would have cut.
        for cut in [block.bitCount / 2, block.bitCount / 3 + 5] {
            var head = block
            head.bitCount = cut
            head.bytes = Array(block.bytes.prefix((block.firstBit + cut + 7) / 8))
            var rest = block
            rest.firstBit = (block.firstBit + cut) % 8
            rest.bitCount = block.bitCount - cut
            rest.bytes = Array(block.bytes.dropFirst((block.firstBit + cut) / 8))
            rest.offset += Int64((block.firstBit + cut) / 8)
            #expect(try head.decompressed() == nil)
            let joined = try #require(head.joined(with: rest))
            #expect(joined == block)
            #expect(try joined.decompressed() == block.decompressed())
        }
    }

    @Test("random bytes after a header end without a crash and without bytes")
    func bzip2Noise() throws {
        for seed in 1...40 {
            let noise = DumpFixture.noise(3000, seed: UInt64(seed)).utf8.map { $0 &* 37 }
            let result = try readAll(Array("BZh9".utf8) + [0x31, 0x41, 0x59, 0x26, 0x53, 0x59] + noise, jobs: 1)
            #expect(result.bytes.isEmpty)
            #expect(!result.damage.isEmpty)
        }
    }

    @Test("flipped bits in a file of many streams cost at most the blocks around them")
    func bzip2Mutations() throws {
        let parts = (0..<12).map { "part \($0) " + DumpFixture.noise(400, seed: UInt64($0)) }
        let packed = try parts.flatMap { try Compress.bzip2($0) }
        for seed in 0..<60 {
            var damaged = packed
            let bit = (seed &* 7919 + 13) % (packed.count * 8)
            damaged[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            guard damaged.starts(with: Array("BZh".utf8) + [damaged[3]]), bit >= 80 else { continue }
            let result = try readAll(damaged, jobs: 1)
            let text = String(decoding: result.bytes, as: UTF8.self)
            #expect(parts.count { text.contains($0) } >= parts.count - 2, "bit \(bit)")
            #expect(!result.damage.isEmpty || text == parts.joined(), "bit \(bit)")
        }
    }

    @Test("gzip, also of several members")
    func gzip() throws {
        let result = try readAll(Compress.gzip(text) + Compress.gzip("") + Compress.gzip("end"))
        #expect(result.bytes == Array((text + "end").utf8))
        #expect(result.damage.isEmpty)
    }

    @Test("a gzip file cut off anywhere is truncated")
    func gzipTruncation() throws {
        let packed = try Compress.gzip("some text")
        for length in 2..<packed.count {
            #expect(try readAll(Array(packed.prefix(length))).damage.map(\.reason) == [.truncated], "cut at \(length)")
        }
    }

    @Test("a gzip file with a wrong checksum is an error with its place")
    func gzipChecksum() throws {
        var packed = try Compress.gzip("some text")
        packed[packed.count - 6] ^= 1
        let failure = try #require(throws: Failure.self) { try readAll(packed) }
        #expect(failure.kind == .badData)
        #expect(failure.place?.hasPrefix("byte ") == true)
        #expect(failure.problem.contains("incorrect data check"))
    }

    @Test("garbage after a gzip member is damage")
    func gzipGarbage() throws {
        let packed = try Compress.gzip("some text")
        let result = try readAll(packed + Array("xyz".utf8))
        #expect(result.bytes == Array("some text".utf8))
        #expect(result.damage.map(\.reason) == [.trailingGarbage])
        #expect(result.damage.first?.offset == Int64(packed.count))
    }

    @Test("a missing file and a folder cannot be opened")
    func unavailable() throws {
        let missing = try #require(throws: Failure.self) {
            try WorkerPool.with(jobs: 1, waiting: 1) { pool in
                _ = try openByteSource(path: "/nowhere/dump.xml", pool: pool, cancellation: Cancellation())
            }
        }
        #expect(missing.kind == .inputUnavailable)
        #expect(missing.file == "/nowhere/dump.xml")
        let folder = try #require(throws: Failure.self) { try DumpReader(paths: ["/"]).totalBytes() }
        #expect(folder.kind == .inputUnavailable)
        #expect(folder.problem == "is a folder")
    }
}
