import Foundation

/// SentencePiece's precompiled normalisation: a double-array trie (Aoe 1989; the layout of darts-clone) from character
/// sequences to offsets of NUL-terminated replacements.
struct PrecompiledCharacterMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// Reads the map from its base64 text.
    /// - Returns: nil if the text is damaged.
    init?(base64 text: String) {
        guard let data = Data(base64Encoded: text), data.count >= 4 else { return nil }
        let bytes = [UInt8](data)
        func word(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
        }
        let size = Int(word(0))
        guard size > 0, size % 4 == 0, size <= bytes.count - 4 else { return nil }
        units = stride(from: 4, to: 4 + size, by: 4).map(word)
        replacements = Array(bytes[(4 + size)...])
        guard String(validating: replacements, as: UTF8.self) != nil else { return nil }
    }

    /// The normalised text. Each grapheme cluster of fewer than six bytes is looked up as a whole, the scalars of the
    /// others and of those not found one by one.
    func apply(to text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for character in String(decoding: text, as: UTF8.self) {
            let cluster = Array(String(character).utf8)
            if cluster.count < 6, let replacement = replacement(for: cluster[...]) {
                result += replacement
                continue
            }
            UTF8Text.forEachScalar(in: cluster, 0..<cluster.count) { _, range in
                result += replacement(for: cluster[range]) ?? cluster[range]
            }
        }
        return result
    }

    /// The replacement of the shortest prefix of `key` in the trie: so the reference does it, although the prefix
    /// need not be the whole key.
    private func replacement(for key: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let root = units.first else { return nil }
        var position = Self.offset(root)
        for byte in key {
            guard byte != 0 else { return nil }
            position ^= Int(byte)
            guard position < units.count else { return nil }
            let unit = units[position]
            guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
            position ^= Self.offset(unit)
            if unit >> 8 & 1 == 1 {
                guard position < units.count else { return nil }
                let start = Int(units[position] & 0x7FFF_FFFF)
                guard start <= replacements.count else { return nil }
                let end = replacements[start...].firstIndex(of: 0) ?? replacements.count
                return replacements[start..<end]
            }
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int {
        Int(unit >> 10) << (unit & 0x200 == 0 ? 0 : 8)
    }
}
