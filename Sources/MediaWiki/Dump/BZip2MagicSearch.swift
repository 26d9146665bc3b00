/// Finds the 48-bit magic numbers of bzip2 at any bit.
///
/// Whatever the bit of a byte at which a magic number begins, the two bytes after that byte lie wholly inside it. So one
/// look-up per byte, in a table of the 16 byte pairs that this allows, skips nearly all of the data.
enum BZip2MagicSearch {
    /// The number of bytes looked at for one starting byte: 48 bits that begin within the first byte.
    static let windowSize = 7

    private static let mask: UInt64 = 0xFFFF_FFFF_FFFF

    /// 1 for the byte pairs that follow the byte in which a magic number begins.
    private static let pairTable: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 1 << 16)
        for magic in [BZip2Magic.block, BZip2Magic.end] {
            for shift in 0..<8 {
                table[Int(magic >> UInt64(24 + shift) & 0xFFFF)] = 1
            }
        }
        return table
    }()

    /// The first magic number that begins at `firstBit` or later and whose window is inside `bytes`.
    static func first(in bytes: [UInt8], from firstBit: Int) -> (bit: Int, magic: UInt64)? {
        let lastByte = bytes.count - windowSize
        var byte = firstBit / 8
        guard byte <= lastByte else { return nil }
        return pairTable.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                while byte <= lastByte {
                    if table[Int(bytes[byte + 1]) << 8 | Int(bytes[byte + 2])] != 0,
                        let found = magic(in: bytes, atByte: byte, from: firstBit)
                    {
                        return found
                    }
                    byte += 1
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
