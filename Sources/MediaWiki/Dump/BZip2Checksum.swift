/// The CRC-32 of bzip2: polynomial 04C11DB7, most significant bit first (zlib's runs the other way).
enum BZip2Checksum {
    /// Entry `256 * k + b`: what byte `b` adds when `k` bytes follow it in the same step.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 16 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte) << 24
            for _ in 0..<8 { value = value << 1 ^ (value >> 31 == 1 ? 0x04C1_1DB7 : 0) }
            tables[byte] = value
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before << 8 ^ tables[Int(before >> 24)]
        }
        return tables
    }()

    /// The checksum of `bytes`, sixteen bytes at a step.
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            guard let table = tables.baseAddress, let start = bytes.baseAddress else { return 0 }
            let raw = UnsafeRawPointer(start)
            /// What the four bytes of `word` add when `following` bytes come after them.
            @inline(__always) func share(_ word: UInt32, following: Int) -> UInt32 {
                let table = table + 256 * following
                return table[256 * 3 + Int(word >> 24)] ^ table[256 * 2 + Int(word >> 16 & 0xFF)]
                    ^ table[256 + Int(word >> 8 & 0xFF)] ^ table[Int(word & 0xFF)]
            }
            @inline(__always) func word(at offset: Int) -> UInt32 {
                UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            var value = UInt32.max
            var offset = 0
            while offset &+ 16 <= bytes.count {
                let later =
                    share(word(at: offset &+ 4), following: 8) ^ share(word(at: offset &+ 8), following: 4)
                    ^ share(word(at: offset &+ 12), following: 0)
                value = share(word(at: offset) ^ value, following: 12) ^ later
                offset &+= 16
            }
            while offset < bytes.count {
                value = value << 8 ^ table[Int(value >> 24 ^ UInt32(start[offset]))]
                offset &+= 1
            }
            return ~value
        }
    }
}
