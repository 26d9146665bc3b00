import Foundation

/// SentencePiece's precompiled normalisation: a double-array trie (Aoe 1989; the layout of darts-clone) from character
/// sequences to offsets of NUL-terminated replacements.
struct PrecompiledCharacterMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]
    /// Bytes of the longest replacement.
    private(set) var longestReplacement = 0

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
        guard String(validating: replacements, as: UTF8.self) != nil, let longest = longestReachable() else {
            return nil
        }
        longestReplacement = longest
    }

    /// The length of the longest replacement that the trie leads to; nil if it leads outside of them, or into the middle
    /// of a scalar.
    private func longestReachable() -> Int? {
        guard let root = units.first else { return nil }
        // By offset, the end of the replacement that starts there.
        var ends = [Int](repeating: replacements.count, count: replacements.count + 1)
        for offset in replacements.indices.reversed() {
            ends[offset] = replacements[offset] == 0 ? offset : ends[offset + 1]
        }
        var longest = 0
        var isSeen = [Bool](repeating: false, count: units.count)
        var open = [Self.offset(root)]
        while let base = open.popLast() {
            for byte in 1...255 {
                let node = base ^ byte
                guard node < units.count, !isSeen[node], units[node] & 0x8000_00FF == UInt32(byte) else { continue }
                isSeen[node] = true
                let next = node ^ Self.offset(units[node])
                open.append(next)
                guard units[node] >> 8 & 1 == 1 else { continue }
                guard next < units.count else { return nil }
                let start = Int(units[next] & 0x7FFF_FFFF)
                guard start <= replacements.count else { return nil }
                if start < replacements.count, replacements[start] & 0xC0 == 0x80 { return nil }
                longest = max(longest, ends[start] - start)
            }
        }
        return longest
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
                // Checked when the map was read.
                return replacement(at: Int(units[position] & 0x7FFF_FFFF))
            }
        }
        return nil
    }

    private func replacement(at start: Int) -> ArraySlice<UInt8> {
        replacements[start..<(replacements[start...].firstIndex(of: 0) ?? replacements.count)]
    }

    private static func offset(_ unit: UInt32) -> Int {
        Int(unit >> 10) << (unit & 0x200 == 0 ? 0 : 8)
    }
}
