@preconcurrency import CBZip2
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

/// Our decoder against libbz2: the same bytes for what it accepts, and damage where it finds damage.
@Suite("bzip2 decoder")
struct BZip2DecoderTests {
    enum Kind: CaseIterable {
        case text, noise, bytes, runs, equal, periodic, twoPeriods, counted

        func data(_ count: Int) -> [UInt8] {
            var state = UInt64(count) &* 31 &+ 7
            func next() -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 40)
            }
            switch self {
            case .text:
                let words = (0..<700).map { _ in String(DumpFixture.noise(2 + next() % 9, seed: UInt64(next()))) }
                var text: [UInt8] = []
                while text.count < count { text += Array(words[min(next() % 700, next() % 700)].utf8) + [0x20] }
                return Array(text.prefix(count))
            case .noise: return Array(DumpFixture.noise(count).utf8)
            case .bytes: return (0..<count).map { _ in UInt8(next() & 0xFF) }
            case .runs:
                var bytes: [UInt8] = []
                while bytes.count < count {
                    bytes += [UInt8](repeating: UInt8(next() % 5), count: 1 + next() % [2, 6, 300, 900][next() % 4])
                }
                return Array(bytes.prefix(count))
            case .equal: return [UInt8](repeating: 0x61, count: count)
            case .periodic: return (0..<count).map { UInt8($0 % 7) }
            case .twoPeriods: return (0..<count).map { UInt8($0 < count / 3 ? $0 % 2 : $0 % 97) }
            case .counted: return (0..<count).map { UInt8(truncatingIfNeeded: $0 / 5 + ($0 % 5 == 4 ? 1 : 0)) }
            }
        }
    }

    @Test("every kind of data at any block size decodes as by libbz2", arguments: Kind.allCases)
    func differential(kind: Kind) throws {
        let workspace = BZip2Workspace()
        for (level, size) in [
            (1, 250_003), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 259), (8, 4096), (9, 1_000_001),
        ] {
            let data = kind.data(size)
            var joined: [UInt8] = []
            for block in try Self.blocks(of: Compress.bzip2(data, level: Int32(level))) {
                let content = try block.content(limit: .max, workspace: workspace)
                #expect(try content == block.contentByLibrary(limit: .max), "\(kind) \(size)")
                if case .bytes(let bytes) = content { joined += bytes }
            }
            #expect(joined == data, "\(kind) \(size)")
        }
    }

    @Test("all sizes around the widths of loads and the threshold of the transform")
    func oddSizes() throws {
        let workspace = BZip2Workspace()
        for size in Array(1...70) + Array(4080...4110) {
            let data = Kind.text.data(size)
            let block = try #require(try Self.blocks(of: Compress.bzip2(data)).first)
            #expect(try block.content(limit: .max, workspace: workspace) == .bytes(data), "\(size)")
        }
    }

    @Test("any flipped bit gives the verdict that libbz2 gives", arguments: [Kind.text, .runs, .periodic, .bytes])
    func flippedBits(kind: Kind) throws {
        let workspace = BZip2Workspace()
        let block = try #require(try Self.blocks(of: Compress.bzip2(kind.data(6000))).first)
        let header = 0..<min(900, block.bitCount - 48)
        let body = stride(from: header.upperBound, to: block.bitCount - 48, by: max(1, block.bitCount / 150))
        var damaged = 0
        for bit in Array(header) + Array(body) {
            var flipped = block
            let place = block.firstBit + 48 + bit
            flipped.bytes[place / 8] ^= 0x80 >> UInt8(place % 8)
            let content = try flipped.content(limit: .max, workspace: workspace)
            #expect(try content == flipped.contentByLibrary(limit: .max), "bit \(bit)")
            if content == .damaged { damaged += 1 }
        }
        #expect(damaged > 200)
        #expect(try block.content(limit: .max, workspace: workspace) == .bytes(kind.data(6000)))
    }

    @Test("a block that ends too early or too late is damaged")
    func wrongEnds() throws {
        let workspace = BZip2Workspace()
        let block = try #require(try Self.blocks(of: Compress.bzip2(Kind.text.data(20_000))).first)
        for bits in Array(0...120) + Array(stride(from: 120, to: block.bitCount, by: 1009)) + [block.bitCount - 1] {
            var short = block
            short.bitCount = bits
            #expect(try short.content(limit: .max, workspace: workspace) == .damaged, "\(bits)")
        }
        for bits in [1, 7, 8, 64, 5000] {
            var long = block
            long.bytes += [UInt8](repeating: 0xA5, count: bits / 8 + 1)
            long.bitCount += bits
            #expect(try long.content(limit: .max, workspace: workspace) == .damaged, "\(bits)")
        }
        var claimed = block
        claimed.bitCount += 1000
        #expect(try claimed.content(limit: .max, workspace: workspace) == .damaged)
        for level in [UInt8(ascii: "0"), 0, 0xFF] {
            var wrong = block
            wrong.level = level
            #expect(try wrong.content(limit: .max, workspace: workspace) == .damaged)
        }
    }

    @Test("a block larger than its stream's header allows is damaged, as by libbz2")
    func tooLongForLevel() throws {
        var block = try #require(try Self.blocks(of: Compress.bzip2(Kind.noise.data(150_000), level: 2)).first)
        block.level = UInt8(ascii: "1")
        #expect(try block.content(limit: .max, workspace: BZip2Workspace()) == .damaged)
        #expect(try block.contentByLibrary(limit: .max) == .damaged)
    }

    @Test("the limit is exact, and a block that unpacks to megabytes keeps to it")
    func limits() throws {
        let workspace = BZip2Workspace()
        let block = try #require(try Self.blocks(of: Compress.bzip2(Kind.equal.data(4_000_000), level: 9)).first)
        #expect(block.bytes.count < 100)
        #expect(try block.content(limit: 3_999_999, workspace: workspace) == .tooMany)
        #expect(try block.content(limit: 4_000_000, workspace: workspace) == .bytes(Kind.equal.data(4_000_000)))
    }

    // MARK: - Blocks that no compressor writes

    @Test(
        "strange codes, runs without end and wrong counts give the verdict that libbz2 gives",
        arguments: StrangeBlock.all)
    func strange(strange: StrangeBlock) throws {
        let block = strange.block
        let content = try block.content(limit: .max, workspace: BZip2Workspace())
        #expect(content == (strange.expected.map { .bytes($0) } ?? .damaged))
        #expect(try content == block.contentByLibrary(limit: .max))
    }

    @Test("a randomised block, as old versions of bzip2 wrote it, is read")
    func randomised() throws {
        let whole = try Compress.bzip2(Kind.noise.data(50_000), level: 9)
        var block = try #require(try Self.blocks(of: whole).first)
        // The bit after the checksum: libbz2 now undoes a randomisation that was never done.
        block.bytes[(block.firstBit + 80) / 8] |= 0x80 >> UInt8((block.firstBit + 80) % 8)
        let stream = Array(whole.prefix(4)) + block.bytes + whole.dropFirst(4 + block.bytes.count)
        let bytes = try Self.bytesBeforeError(stream)
        #expect(bytes.count == 50_000)
        #expect(bytes != Kind.noise.data(50_000))
        #expect(try block.content(limit: .max, workspace: BZip2Workspace()) == .damaged)
        let checksum = bytes.withUnsafeBufferPointer(BZip2Checksum.of)
        for bit in 0..<32 {
            let place = block.firstBit + 48 + bit
            let mask: UInt8 = 0x80 >> UInt8(place % 8)
            if checksum >> UInt32(31 - bit) & 1 == 1 {
                block.bytes[place / 8] |= mask
            } else {
                block.bytes[place / 8] &= ~mask
            }
        }
        #expect(try block.content(limit: .max, workspace: BZip2Workspace()) == .bytes(bytes))
        #expect(try block.content(limit: 100, workspace: BZip2Workspace()) == .tooMany)
    }

    // MARK: - Parts

    @Test("the checksum is the CRC-32 of bzip2")
    func checksum() {
        #expect(Array("123456789".utf8).withUnsafeBufferPointer(BZip2Checksum.of) == 0xFC89_1918)
        #expect([UInt8]().withUnsafeBufferPointer(BZip2Checksum.of) == 0)
        for count in 1...50 {
            let bytes = Kind.bytes.data(count)
            var simple = UInt32.max
            for byte in bytes {
                simple ^= UInt32(byte) << 24
                for _ in 0..<8 { simple = simple >> 31 == 1 ? simple << 1 ^ 0x04C1_1DB7 : simple << 1 }
            }
            #expect(bytes.withUnsafeBufferPointer(BZip2Checksum.of) == ~simple, "\(count) bytes")
        }
    }

    @Test("bytes move to the front as in a plain list, in registers and out of them")
    func moveToFront() {
        typealias Way = (UnsafeBufferPointer<UInt16>, [UInt8], UnsafeMutablePointer<UInt32>) -> Int?
        let ways: [Way] = [
            { BZip2MoveToFront.decode($0, bytes: $1, into: $2) },
            { BZip2MoveToFront.decodeAnywhere($0, bytes: $1, into: $2) },
        ]
        for size in [1, 2, 7, 8, 15, 16, 17, 63, 64, 65, 66, 127, 128, 129, 191, 192, 193, 255, 256] {
            let bytes = Array(
                Kind.bytes.data(512).reduce(into: [UInt8]()) { if !$0.contains($1) { $0.append($1) } }.prefix(size))
            for (count, reach) in [(0, size), (1, size), (50, 3), (1999, size), (2000, min(size, 70)), (150, 2)] {
                // The bits above the mask are left over from another symbol.
                let symbols = zip(Kind.bytes.data(count), Kind.bytes.data(count + 1)).map { low, high in
                    UInt16((Int(low) + Int(high) * 3) % (min(reach, bytes.count) + 1)) | UInt16(high) << 9
                }
                let expected = Self.runs(symbols.map { Int($0 & BZip2CodeTable.symbolMask) }, bytes)
                for way in ways {
                    var runs = [UInt32](repeating: .max, count: count + 1)
                    let written = symbols.withUnsafeBufferPointer { way($0, bytes, &runs) }
                    #expect(written == expected?.count, "\(size) bytes, \(count) symbols")
                    if let written {
                        #expect(Array(runs.prefix(written)) == expected, "\(size) bytes, \(count) symbols")
                    }
                }
            }
        }
        // Twenty-three ones are worth 2^23 - 1; one more cannot be a block's. Digits worth more than a word stay harmless.
        for (digits, isTooLong) in [(23, false), (24, true), (70, true)] {
            for way in ways {
                var runs = [UInt32](repeating: 0, count: digits + 3)
                let symbols = [UInt16](repeating: 0, count: digits) + [2, 2]
                #expect((symbols.withUnsafeBufferPointer { way($0, [1, 2, 3], &runs) } == nil) == isTooLong)
            }
        }
    }

    /// Runs as a list of bytes gives them, one symbol after the other; nil if one is longer than any block.
    private static func runs(_ symbols: [Int], _ bytes: [UInt8]) -> [UInt32]? {
        var (list, runs, length, worth) = (bytes, [UInt32](), 0, 1)
        for symbol in symbols {
            if symbol < 2 {
                length += (symbol + 1) * worth
                worth = min(worth * 2, 1 << 23)
                guard length < 1 << 23 else { return nil }
                continue
            }
            runs.append(UInt32(length) << 8 | UInt32(list[0]))
            list.insert(list.remove(at: symbol - 1), at: 0)
            (length, worth) = (1, 1)
        }
        return runs + [UInt32(length) << 8 | UInt32(list[0])]
    }

    @Test("the chain is followed as one step after the other would, also where it is several rings")
    func transform() throws {
        let workspace = BZip2Workspace()
        for (size, kind) in [
            (5000, Kind.bytes), (100_001, .bytes), (30_000, .periodic), (4096, .equal), (77_777, .runs),
        ] {
            let last = kind.data(size)
            let runs = last.map { UInt32(1) << 8 | UInt32($0) }
            let length = runs.withUnsafeBufferPointer {
                BZip2Transform.link($0, maximumLength: 900_000, into: workspace.links)
            }
            #expect(length == size)
            // A stable sort of the rows by their bytes.
            let order = last.indices.sorted { (last[$0], $0) < (last[$1], $1) }
            for origin in [0, 1, size / 2, size - 1] {
                var row = origin
                let expected = (0..<size).map { _ in
                    row = order[row]
                    return last[row]
                }
                BZip2Transform.follow(
                    workspace.links, length: size, origin: origin, pieces: workspace.pieces, into: workspace.text)
                #expect(Array(UnsafeBufferPointer(start: workspace.text, count: size)) == expected)
            }
            let tooLong = runs.withUnsafeBufferPointer {
                BZip2Transform.link($0, maximumLength: size - 1, into: workspace.links)
            }
            #expect(tooLong == nil)
        }
    }

    // MARK: - Helpers

    /// The blocks of a stream, cut out.
    static func blocks(of packed: [UInt8]) throws -> [BZip2Block] {
        try TestData.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("file")
            try Data(packed).write(to: url)
            var splitter = BZip2Splitter(file: try InputFile(path: url.path, cancellation: Cancellation()))
            var blocks: [BZip2Block] = []
            while let event = try splitter.next() {
                if case .block(let block) = event { blocks.append(block) }
            }
            return blocks
        }
    }

    /// What libbz2 writes before it compares the checksums.
    private static func bytesBeforeError(_ packed: [UInt8]) throws -> [UInt8] {
        var stream = bz_stream()
        try #require(BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK)
        defer { BZ2_bzDecompressEnd(&stream) }
        var input = packed
        var output = [UInt8](repeating: 0, count: 1_000_000)
        let room = UInt32(output.count)
        let inputCount = UInt32(input.count)
        return input.withUnsafeMutableBytes { input in
            output.withUnsafeMutableBytes { output in
                stream.next_in = input.baseAddress?.assumingMemoryBound(to: CChar.self)
                stream.avail_in = inputCount
                stream.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
                stream.avail_out = room
                while BZ2_bzDecompress(&stream) == BZ_OK, stream.avail_in > 0 {}
                return Array(output.prefix(Int(room - stream.avail_out)))
            }
        }
    }
}

/// A block written bit by bit. Its only byte is "a", so the symbols are two digits of run lengths and the end.
struct StrangeBlock: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The lengths of the codes of RUNA, RUNB and the end.
    var lengths = [1, 2, 2]
    /// The codes, as text of bits.
    var codes: String
    var origin = 0
    var selectors = "00"
    var tableCount = 2
    /// What it means, if anything.
    var expected: [UInt8]?
    /// What the checksum is of, if the block means nothing.
    var claimed: [UInt8] = []

    static func a(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x61, count: count) }

    static let all: [StrangeBlock] = [
        .init(testDescription: "one byte", codes: "0 11", expected: a(1)),
        .init(testDescription: "three bytes", codes: "0 0 11", origin: 2, expected: a(3)),
        .init(testDescription: "four bytes and no count", codes: "10 0 11", claimed: a(4)),
        .init(testDescription: "a count of 97", codes: "0 10 11", expected: a(4 + 0x61)),
        .init(testDescription: "no byte", codes: "11"),
        .init(testDescription: "origin behind the end", codes: "0 0 11", origin: 3, claimed: a(3)),
        .init(testDescription: "no end", codes: "0 0 0 0"),
        .init(testDescription: "longer than any block", codes: String(repeating: "10 ", count: 19) + "11"),
        .init(testDescription: "more digits than a number has", codes: String(repeating: "10 ", count: 45) + "11"),
        .init(testDescription: "digits for all groups", codes: String(repeating: "10 ", count: 100) + "11"),
        .init(testDescription: "incomplete code", lengths: [2, 2, 2], codes: "00 10", expected: a(1)),
        .init(testDescription: "no such code", lengths: [2, 2, 2], codes: "00 11 10"),
        .init(testDescription: "too many codes", lengths: [1, 1, 1], codes: "0 1 0"),
        .init(
            testDescription: "too many codes, and yet an end", lengths: [2, 1, 1], codes: "0 1", expected: a(2)),
        .init(testDescription: "code of twenty bits", lengths: [20, 1, 2], codes: "0 10", expected: a(2)),
        .init(
            testDescription: "used code of twenty bits", lengths: [20, 1, 2], codes: "11000000000000000000 10",
            expected: a(1)),
        .init(
            testDescription: "end of twenty bits", lengths: [1, 2, 20], codes: "0 11000000000000000000", expected: a(1)),
        .init(testDescription: "code of 21 bits", lengths: [21, 1, 2], codes: "0 10", claimed: a(2)),
        .init(testDescription: "code of no bits", lengths: [0, 1, 2], codes: "0 10", claimed: a(2)),
        .init(testDescription: "one table", codes: "0 11", tableCount: 1, claimed: a(1)),
        .init(testDescription: "seven tables", codes: "0 11", tableCount: 7, claimed: a(1)),
        .init(testDescription: "no selector", codes: "0 11", selectors: "", claimed: a(1)),
        .init(testDescription: "selector without table", codes: "0 11", selectors: "110", claimed: a(1)),
        .init(testDescription: "second table", codes: "0 11", selectors: "100", expected: a(1)),
    ]

    var block: BZip2Block {
        var bits = ""
        func append(_ value: Int, _ count: Int) {
            let digits = String(value, radix: 2)
            bits += String(repeating: "0", count: count - digits.count) + digits
        }
        append(Int(BZip2Magic.block), 48)
        append(Int((expected ?? claimed).withUnsafeBufferPointer(BZip2Checksum.of)), 32)
        append(0, 1)
        append(origin, 24)
        append(1 << 9, 16)
        append(1 << 14, 16)
        append(tableCount, 3)
        append(selectors.count { $0 == "0" } + (selectors.hasSuffix("1") ? 1 : 0), 15)
        bits += selectors
        for _ in 0..<tableCount {
            var length = lengths[0]
            append(length, 5)
            for next in lengths {
                while length != next {
                    bits += length < next ? "10" : "11"
                    length += length < next ? 1 : -1
                }
                bits += "0"
            }
        }
        bits += codes.filter { $0 != " " }
        let digits = Array(bits.utf8) + [UInt8](repeating: 0x30, count: 7)
        let bytes = stride(from: 0, to: digits.count / 8 * 8, by: 8).map { start in
            digits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 & 1) }
        }
        return BZip2Block(bytes: bytes, firstBit: 0, bitCount: bits.utf8.count, level: UInt8(ascii: "9"), offset: 0)
    }
}
