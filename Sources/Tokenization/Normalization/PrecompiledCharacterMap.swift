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
        result.reserveCapacity(text.count + 8)
        var position = 0
        while position < text.count {
            // A cluster begins here. Most are a single scalar, and that can be seen by the next one.
            let first = UTF8Text.scalar(in: text, at: position)
            var end = position + first.length
            var isSimple = Self.isSimple(first.value)
            if isSimple, isBoundary(text, behind: first.value, at: end) {
                if let replacement = replacement(for: text, position, end) {
                    result += replacements[replacement]
                } else if first.length == 1 {
                    result.append(UInt8(truncatingIfNeeded: first.value))
                } else {
                    result += text[position..<end]
                }
            } else {
                while end < text.count, !(isSimple && isBoundary(text, behind: last(text, end), at: end)) {
                    let next = UTF8Text.scalar(in: text, at: end)
                    isSimple = Self.isSimple(next.value)
                    end += next.length
                }
                append(text[position..<end], to: &result)
            }
            position = end
        }
        return result
    }

    private func last(_ text: [UInt8], _ end: Int) -> UInt32 {
        UTF8Text.scalar(in: text, at: UTF8Text.start(in: text, before: end)).value
    }

    /// Whether a grapheme cluster ends at `position` behind the simple scalar `last`, as far as that can be seen by the
    /// next scalar.
    @inline(__always)
    private func isBoundary(_ text: [UInt8], behind last: UInt32, at position: Int) -> Bool {
        guard position < text.count else { return true }
        let next = UTF8Text.scalar(in: text, at: position).value
        return Self.isSimple(next) && !(last == 0x0D && next == 0x0A)
    }

    /// Whether grapheme clusters always end between this scalar and another such (but for CR LF): those of common
    /// scripts that join with nothing (Unicode Standard Annex 29: no Extend, SpacingMark, Prepend, Hangul or regional
    /// indicator). Others may be as simple.
    @inline(__always)
    static func isSimple(_ scalar: UInt32) -> Bool {
        if scalar < 0x300 { return true }
        switch scalar {
        case 0x370..<0x483, 0x48A..<0x590, 0x1E00..<0x200B, 0x2010..<0x2028, 0x2030..<0x2060, 0x2070..<0x20D0,
            0x2100..<0x2C00, 0x3000..<0x302A, 0x3041..<0x3097, 0x30A0..<0x3100, 0x3400..<0xA000:
            return true
        default: return false
        }
    }

    /// Appends what becomes of a text, cut into grapheme clusters by the standard library.
    func append(_ text: ArraySlice<UInt8>, to result: inout [UInt8]) {
        for character in String(decoding: text, as: UTF8.self) {
            let cluster = Array(character.utf8)
            if cluster.count < 6, let replacement = replacement(for: cluster, 0, cluster.count) {
                result += replacements[replacement]
                continue
            }
            UTF8Text.forEachScalar(in: cluster, 0..<cluster.count) { _, range in
                if let replacement = replacement(for: cluster, range.lowerBound, range.upperBound) {
                    result += replacements[replacement]
                } else {
                    result += cluster[range]
                }
            }
        }
    }

    /// Where the replacement of the shortest prefix of `text[start..<end]` in the trie lies: so the reference does it,
    /// although the prefix need not be the whole key.
    @inline(__always)
    private func replacement(for text: [UInt8], _ start: Int, _ end: Int) -> Range<Int>? {
        guard let root = units.first else { return nil }
        var position = Self.offset(root)
        for index in start..<end {
            let byte = text[index]
            guard byte != 0 else { return nil }
            position ^= Int(byte)
            guard position < units.count else { return nil }
            let unit = units[position]
            guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
            position ^= Self.offset(unit)
            if unit >> 8 & 1 == 1 {
                // Checked when the map was read.
                let start = Int(units[position] & 0x7FFF_FFFF)
                return start..<(replacements[start...].firstIndex(of: 0) ?? replacements.count)
            }
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int {
        Int(unit >> 10) << (unit & 0x200 == 0 ? 0 : 8)
    }
}
