@preconcurrency import CBZip2
import Diagnostics

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
    func decompressed() throws -> [UInt8]? {
        guard case .bytes(let bytes) = try content(limit: .max) else { return nil }
        return bytes
    }

    /// Decompresses the block, giving up when it has more than about `limit` bytes.
    ///
    /// libbz2 knows streams only, so the block is wrapped into one of its own, moved to a byte boundary.
    func content(limit: Int) throws -> Content {
        var wrapped = asStream()
        let handle = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
        handle.initialize(to: bz_stream())
        defer { handle.deallocate() }
        guard BZ2_bzDecompressInit(handle, 0, 0) == BZ_OK else {
            throw Failure(.internalError, "out of memory while decompressing")
        }
        defer { BZ2_bzDecompressEnd(handle) }
        // Run-length coding makes text longer than the block by some percent at most; runs of one byte up to 51 times.
        let pieceSize = Int(level - UInt8(ascii: "0")) * 120_000
        var result: [UInt8] = []
        var status = BZ_OK
        let wrappedCount = wrapped.count
        wrapped.withUnsafeMutableBytes { input in
            handle.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: CChar.self)
            handle.pointee.avail_in = UInt32(wrappedCount)
            while status == BZ_OK {
                let piece = [UInt8](unsafeUninitializedCapacity: pieceSize) { output, initialized in
                    let start = UnsafeMutableRawPointer(output.baseAddress)
                    handle.pointee.next_out = start?.assumingMemoryBound(to: CChar.self)
                    handle.pointee.avail_out = UInt32(pieceSize)
                    status = BZ2_bzDecompress(handle)
                    initialized = pieceSize - Int(handle.pointee.avail_out)
                }
                if result.isEmpty { result = piece } else { result += piece }
                if result.count > limit { return }
                // Room left and no end: libbz2 waits for input that does not come.
                if status == BZ_OK, handle.pointee.avail_out > 0 { status = BZ_UNEXPECTED_EOF }
            }
        }
        if status == BZ_MEM_ERROR { throw Failure(.internalError, "out of memory while decompressing") }
        if status == BZ_OK { return .tooMany }
        return status == BZ_STREAM_END && handle.pointee.avail_in == 0 ? .bytes(result) : .damaged
    }

    /// `BZh9`, the block, the end magic, and the checksum of a stream of one block, which is that of the block.
    private func asStream() -> [UInt8] {
        var stream: [UInt8] = []
        stream.reserveCapacity(bytes.count + 16)
        stream += Array("BZh".utf8)
        stream.append(level)
        let shift = UInt8(firstBit)
        let byteCount = (bitCount + 7) / 8
        if shift == 0 {
            stream += bytes.prefix(byteCount)
        } else {
            for index in 0..<byteCount {
                let following = index + 1 < bytes.count ? bytes[index + 1] : 0
                stream.append(bytes[index] << shift | following >> (8 - shift))
            }
        }
        var used = bitCount % 8
        if used > 0 { stream[stream.count - 1] &= ~(0xFF >> UInt8(used)) }
        func append(_ value: UInt64, bits: Int) {
            for position in stride(from: bits - 1, through: 0, by: -1) {
                if used == 0 { stream.append(0) }
                stream[stream.count - 1] |= UInt8(truncatingIfNeeded: value >> UInt64(position) & 1) << UInt8(7 - used)
                used = (used + 1) % 8
            }
        }
        append(BZip2Magic.end, bits: BZip2Magic.bitCount)
        append(UInt64(storedChecksum), bits: BZip2Magic.checksumBitCount)
        return stream
    }
}
