/// Finds the 48-bit magic numbers of bzip2 at any bit.
///
/// Whatever the bit of a byte at which a magic number begins, the five bytes after that byte lie wholly inside it, and
/// with them four pairs of neighbours. So looking at every fourth pair is enough: one look-up among the 64 pairs that
/// can stand there skips nearly all of the data.
enum BZip2MagicSearch {
    /// The number of bytes looked at for one starting byte: 48 bits that begin within the first byte.
    static let windowSize = 7

    private static let mask: UInt64 = 0xFFFF_FFFF_FFFF

    /// The starting bytes that one look-up decides about.
    private static let stride = 4

    /// A bit for each byte pair, set for those that stand inside a magic number: small enough to stay in the cache.
    private static let pairs: [UInt64] = {
        var pairs = [UInt64](repeating: 0, count: 1 << 10)
        for magic in [BZip2Magic.block, BZip2Magic.end] {
            for shift in 0..<32 {
                let pair = Int(magic >> UInt64(shift) & 0xFFFF)
                pairs[pair / 64] |= 1 << UInt64(pair % 64)
            }
        }
        return pairs
    }()

    /// The first magic number that begins at `firstBit` or later and whose window is inside `bytes`.
    static func first(in bytes: [UInt8], from firstBit: Int) -> (bit: Int, magic: UInt64)? {
        let lastByte = bytes.count - windowSize
        var byte = firstBit / 8
        guard firstBit >= 0, byte <= lastByte else { return nil }
        return pairs.withUnsafeBufferPointer { pairs in
            bytes.withUnsafeBufferPointer { bytes in
                // The pair after `stride` starting bytes lies inside the window of the first of them.
                while byte <= lastByte {
                    let pair = Int(bytes[byte &+ stride]) &<< 8 | Int(bytes[byte &+ stride &+ 1])
                    if pairs[pair &>> 6] &>> UInt64(truncatingIfNeeded: pair & 63) & 1 != 0 {
                        for start in byte...min(byte + stride - 1, lastByte) {
                            if let found = magic(in: bytes, atByte: start, from: firstBit) { return found }
                        }
                    }
                    byte &+= stride
                }
                return nil
            }
        }
    }

    private static func magic(
        in bytes: UnsafeBufferPointer<UInt8>, atByte byte: Int, from firstBit: Int
    ) -> (bit: Int, magic: UInt64)? {
        var window: UInt64 = 0
        for index in byte..<byte + windowSize { window = window << 8 | UInt64(bytes[index]) }
        for shift in 0..<8 where byte * 8 + shift >= firstBit {
            let value = window >> UInt64(8 - shift) & mask
            if value == BZip2Magic.block || value == BZip2Magic.end { return (byte * 8 + shift, value) }
        }
        return nil
    }
}
