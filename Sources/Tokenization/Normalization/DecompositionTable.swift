import Foundation

/// The mappings behind the normalisation forms, for the scalars of Unicode 9.0.
///
/// Foundation is asked once for the decomposition of each scalar that may have one. It is not asked to normalise whole
/// texts: it composes old jamo and scalars beyond U+FFFF wrongly and leaves some marks of compatibility decompositions
/// out of order.
struct DecompositionTable: Sendable {
    /// By scalar, its full decomposition where it has one. Hangul syllables are not listed.
    private var decompositions: [UInt32: [UInt32]] = [:]

    /// The canonical mappings.
    static let canonical = DecompositionTable { $0.decomposedStringWithCanonicalMapping }
    /// The compatibility mappings, which include the canonical ones.
    static let compatibility = DecompositionTable { $0.decomposedStringWithCompatibilityMapping }

    /// Every scalar of Unicode 9.0 with a decomposition lies in one of these.
    private static let ranges: [ClosedRange<UInt32>] = [
        0xA0...0x33FF, 0xA640...0xABFF, 0xF900...0xFFFF, 0x11000...0x117FF, 0x1D100...0x1D7FF, 0x1EE00...0x1EEFF,
        0x1F100...0x1F2FF, 0x2F800...0x2FA1F,
    ]

    private init(_ decompose: (String) -> String) {
        for value in Self.ranges.joined() {
            guard let scalar = Unicode.Scalar(value), scalar.isAssigned(by: 9) else { continue }
            let decomposition = decompose(String(Character(scalar))).unicodeScalars.map(\.value)
            if decomposition != [value] { decompositions[value] = decomposition }
        }
    }

    /// Whether this is a syllable that decomposes by arithmetic.
    static func isHangulSyllable(_ scalar: UInt32) -> Bool { (0xAC00...0xD7A3).contains(scalar) }

    /// Appends the two or three letters of a syllable.
    static func appendHangul(_ syllable: UInt32, to result: inout [UInt32]) {
        let index = syllable - 0xAC00
        result.append(0x1100 + index / 588)
        result.append(0x1161 + index % 588 / 28)
        if index % 28 > 0 { result.append(0x11A7 + index % 28) }
    }

    /// Whether the table has a decomposition of `scalar`.
    func decomposes(_ scalar: UInt32) -> Bool { decompositions[scalar] != nil }

    /// Appends the full decomposition of `scalar`.
    func append(_ scalar: UInt32, to result: inout [UInt32]) {
        if Self.isHangulSyllable(scalar) {
            Self.appendHangul(scalar, to: &result)
        } else if let decomposition = decompositions[scalar] {
            result += decomposition
        } else {
            result.append(scalar)
        }
    }

    /// By a pair of scalars (the first in the high half), the scalar they compose to; Hangul is not listed.
    static let compositions: [UInt64: UInt32] = {
        var composites: [[UInt32]: UInt32] = [:]
        for (scalar, decomposition) in canonical.decompositions {
            guard Unicode.Scalar(scalar)?.properties.isFullCompositionExclusion == false else { continue }
            composites[decomposition] = scalar
        }
        var result: [UInt64: UInt32] = [:]
        for (decomposition, scalar) in composites {
            guard let last = decomposition.last else { continue }
            let front = Array(decomposition.dropLast())
            guard let first = front.count == 1 ? front[0] : composites[front] else { continue }
            result[UInt64(first) << 32 | UInt64(last)] = scalar
        }
        return result
    }()

    /// The scalar that two adjacent ones compose to, if they do.
    static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if (0x1100...0x1112).contains(first), (0x1161...0x1175).contains(second) {
            return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
        }
        if (0xAC00...0xD7A3).contains(first), (first - 0xAC00) % 28 == 0, (0x11A8...0x11C2).contains(second) {
            return first + (second - 0x11A7)
        }
        return compositions[UInt64(first) << 32 | UInt64(second)]
    }
}
