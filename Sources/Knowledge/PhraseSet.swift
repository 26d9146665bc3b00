/// Fixed phrases that are looked for in many texts, as bytes: `String.contains` compares characters and is a hundred
/// times slower. An object, as `WordSet` is.
final class PhraseSet: Sendable, ExpressibleByArrayLiteral {
    /// By their first byte.
    private let phrases: [[UInt8]]
    /// The first four bytes of each, the first one lowest, and which of them it has: most texts that begin alike differ in these.
    private let heads: [(bytes: UInt32, mask: UInt32)]
    /// Where those that begin with a byte stand in `phrases`: `starts[byte]..<starts[byte + 1]`.
    private let starts: [Int]
    /// For each first byte a bit for the lower six bits of each second byte; all bits for a phrase of one byte.
    private let secondBytes: [UInt64]
    /// For each last byte a bit for the lower six bits of each byte before it; all bits for a phrase of one byte.
    private let bytesBeforeLast: [UInt64]

    convenience init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    init(_ elements: [String]) {
        let phrases = elements.map { Array($0.utf8) }.filter { !$0.isEmpty }.sorted { $0[0] < $1[0] }
        starts = (0...256).map { byte in phrases.count { Int($0[0]) < byte } }
        var secondBytes = [UInt64](repeating: 0, count: 256)
        var bytesBeforeLast = [UInt64](repeating: 0, count: 256)
        for phrase in phrases {
            secondBytes[Int(phrase[0])] |= phrase.count > 1 ? Self.bit(of: phrase[1]) : .max
            let last = phrase.count - 1
            bytesBeforeLast[Int(phrase[last])] |= last > 0 ? Self.bit(of: phrase[last - 1]) : .max
        }
        self.phrases = phrases
        heads = phrases.map { phrase in
            let mask = phrase.count < 4 ? UInt32(1) << (8 * UInt32(phrase.count)) - 1 : .max
            return (phrase.withUnsafeBufferPointer { Self.head(of: $0, at: 0) }, mask)
        }
        self.secondBytes = secondBytes
        self.bytesBeforeLast = bytesBeforeLast
    }

    private static func bit(of byte: UInt8) -> UInt64 { 1 << UInt64(byte & 63) }

    /// Whether one of the phrases stands anywhere in a text.
    func isFound(in text: some StringProtocol) -> Bool { String(text).withBytes { isFound(in: $0) } }

    /// Whether one of the phrases stands anywhere in a text.
    func isFound(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        secondBytes.withUnsafeBufferPointer { secondBytes in
            for position in bytes.indices {
                let expected = secondBytes[Int(bytes[position])]
                guard expected != 0 else { continue }
                let next = position + 1 < bytes.count ? bytes[position + 1] : 0
                if expected & Self.bit(of: next) != 0, begins(bytes, at: position) { return true }
            }
            return false
        }
    }

    private func begins(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        let byte = Int(bytes[position])
        let head = Self.head(of: bytes, at: position)
        for index in starts[byte]..<starts[byte + 1] where (head ^ heads[index].bytes) & heads[index].mask == 0 {
            if isFound(phrases[index], in: bytes, at: position) { return true }
        }
        return false
    }

    /// Four bytes, the first one lowest; 0 for those behind the end.
    private static func head(of bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> UInt32 {
        if position + 4 <= bytes.count {
            return UInt32(
                littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
        return bytes[position...].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func isFound(_ phrase: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard phrase.count <= bytes.count - start else { return false }
        for offset in phrase.indices where bytes[start + offset] != phrase[offset] { return false }
        return true
    }

    /// Whether a text ends with one of the phrases.
    func ends(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last = bytes.last else { return false }
        let before = bytes.count > 1 ? bytes[bytes.count - 2] : 0
        guard bytesBeforeLast[Int(last)] & Self.bit(of: before) != 0 else { return false }
        return phrases.contains { $0.count <= bytes.count && isFound($0, in: bytes, at: bytes.count - $0.count) }
    }

    /// Whether a text begins with one of the phrases.
    func begins(_ text: some StringProtocol) -> Bool { String(text).withBytes { begins($0) } }

    /// Whether a text begins with one of the phrases.
    func begins(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        return mayBegin(first, bytes.count > 1 ? bytes[1] : 0) && begins(bytes, at: 0)
    }

    /// Whether one of the phrases may begin with two bytes.
    func mayBegin(_ first: UInt8, _ second: UInt8) -> Bool { secondBytes[Int(first)] & Self.bit(of: second) != 0 }

    /// Whether a text ends with one of the phrases.
    func ends(_ text: some StringProtocol) -> Bool { String(text).withBytes { ends($0) } }
}
