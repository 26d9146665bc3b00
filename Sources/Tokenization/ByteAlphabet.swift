/// GPT-2's alphabet of 256 printable characters that stand for the bytes (Radford et al. 2019, encoder.py): the
/// printable ones of Latin-1 for themselves, the others for U+0100 and up, in order.
enum ByteAlphabet {
    /// By byte, the scalar that stands for it.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (UInt32(0)...255).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    /// By scalar below U+0200, the byte it stands for, -1 if it is not in the alphabet.
    private static let bytes: [Int16] = {
        var result = [Int16](repeating: -1, count: 0x200)
        for (byte, scalar) in scalars.enumerated() { result[Int(scalar)] = Int16(byte) }
        return result
    }()

    /// By byte, the UTF-8 of its character: one byte, or two with the second in the high half.
    private static let encoded: [UInt16] = scalars.map { scalar in
        scalar < 0x80 ? UInt16(scalar) : UInt16(0xC0 | scalar >> 6) | UInt16(0x80 | scalar & 0x3F) << 8
    }

    /// Appends the characters that stand for the bytes `start..<end` of `text`.
    static func append(_ text: [UInt8], _ start: Int, _ end: Int, to result: inout [UInt8]) {
        let encoded = encoded
        for position in start..<end {
            let code = encoded[Int(text[position])]
            result.append(UInt8(truncatingIfNeeded: code))
            if code > 0xFF { result.append(UInt8(code >> 8)) }
        }
    }

    /// The bytes that the characters of `token` stand for, or nil if one is not in the alphabet.
    static func bytes(of token: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(token.count)
        var position = 0
        while position < token.count {
            let (value, length) = UTF8Text.scalar(in: token, at: position)
            guard value < 0x200, bytes[Int(value)] >= 0 else { return nil }
            result.append(UInt8(bytes[Int(value)]))
            position += length
        }
        return result
    }
}
