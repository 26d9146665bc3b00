/// The two 48-bit numbers that structure a bzip2 stream. They stand at any bit, not only at byte boundaries.
enum BZip2Magic {
    /// Begins a block; the CRC-32 of its uncompressed bytes follows.
    static let block: UInt64 = 0x3141_5926_5359
    /// Begins the end of a stream; the combined CRC of its blocks follows, then zero bits up to the next byte.
    static let end: UInt64 = 0x1772_4538_5090
    static let bitCount = 48
    static let checksumBitCount = 32
}

/// One compressed block, cut out of its stream: an independent piece of work of at most 900 kB of text before
/// run-length coding.
struct BZip2Block: Sendable, Equatable {
    /// The stored bytes that hold the block; it begins within the first and ends within the last.
    var bytes: [UInt8]
    /// The bit of the first byte (0 is the most significant) at which the block's magic number begins.
    var firstBit: Int
    /// The number of bits from there to the next magic number.
    var bitCount: Int
    /// The block size in units of 100 kB as an ASCII digit, from the header of the stream.
    var level: UInt8
    /// The place of `bytes` in the file.
    var offset: Int64
    /// The place of the block's stream in the file; nil if damage hides which it is.
    var streamOffset: Int64?

    /// The CRC-32 that is stored after the block's magic number.
    var storedChecksum: UInt32 {
        var value: UInt64 = 0
        let firstByte = (firstBit + BZip2Magic.bitCount) / 8
        guard firstByte + 5 <= bytes.count else { return 0 }
        for byte in bytes[firstByte..<firstByte + 5] { value = value << 8 | UInt64(byte) }
        return UInt32(truncatingIfNeeded: value >> (8 - UInt64((firstBit + BZip2Magic.bitCount) % 8)))
    }

    /// This block and the next one as one: what to try when the number that separates them is data that looks like one.
    func joined(with next: BZip2Block) -> BZip2Block? {
        let end = firstBit + bitCount
        guard next.firstBit == end % 8, next.offset == offset + Int64(end / 8) else { return nil }
        var result = self
        result.bytes.removeLast(bytes.count - end / 8)
        result.bytes += next.bytes
        result.bitCount += next.bitCount
        return result
    }

    /// What a block decompresses to.
    enum Content: Sendable, Equatable {
        /// All its bytes, verified against the block's checksum.
        case bytes([UInt8])
        /// More bytes than were asked for.
        case tooMany
        /// Its structure or its checksum is wrong.
        case damaged
    }

    /// The uncompressed bytes, verified against the block's checksum; nil if they cannot be had.
    func decompressed(in workspace: BZip2Workspace = BZip2Workspace()) throws -> [UInt8]? {
        guard case .bytes(let bytes) = try content(limit: .max, workspace: workspace) else { return nil }
        return bytes
    }

    /// Decompresses the block, giving up when it has more than `limit` bytes.
    ///
    /// - Throws: `Failure` when there is no memory.
    func content(limit: Int, workspace: BZip2Workspace) throws -> Content {
        guard (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(level), firstBit >= 0, firstBit < 8, bitCount >= 0,
            firstBit + bitCount <= bytes.count * 8
        else { return .damaged }
        let maximumLength = Int(level - UInt8(ascii: "0")) * 100_000
        do throws(BZip2Damage) {
            let input = workspace.copy(bytes, slack: BZip2BitReader.slack)
            var decoder = try BZip2BlockDecoder(input, bits: firstBit..<firstBit + bitCount, workspace: workspace)
            if !decoder.isRandomised { return try decoder.content(limit: limit, maximumLength: maximumLength) }
        } catch {
            return .damaged
        }
        return try contentByLibrary(limit: limit)
    }
}
