@preconcurrency import CBZip2
import Diagnostics

/// Blocks by libbz2: for those that bzip2 before 0.9.5 randomised, which are hardly ever met, and as the reference in
/// tests.
extension BZip2Block {
    /// Decompresses the block with libbz2, giving up when it has more than `limit` bytes.
    ///
    /// libbz2 knows streams only, so the block is wrapped into one of its own, moved to a byte boundary.
    func contentByLibrary(limit: Int) throws -> Content {
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
        if status == BZ_OK || (status == BZ_STREAM_END && result.count > limit) { return .tooMany }
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
