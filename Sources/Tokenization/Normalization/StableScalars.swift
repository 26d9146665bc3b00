/// Scalars that a normalisation form leaves alone whatever stands beside them, and in front of which a text can be cut
/// for it: combining class 0 and the quick check's "yes" (Unicode Standard Annex 15, section 9).
///
/// It need not know all of them: the others are normalised by the definition.
struct StableScalars: Sendable {
    private let isStable: [Bool]
    private static let count: UInt32 = 0x10000

    private init(_ form: UnicodeNormalization) {
        let composes = form == .nfc || form == .nfkc
        // What may be joined with something in front of it.
        var second = Set<UInt32>(0x1161...0x1175).union(0x11A8...0x11C2)
        if composes { for pair in DecompositionTable.compositions.keys { second.insert(UInt32(pair & 0xFFFF_FFFF)) } }
        isStable = (0..<Self.count).map { value in
            if value < 0x80 { return true }
            guard Unicode.Scalar(value) != nil, UnicodeNormalization.combiningClass(value) == 0,
                !(composes && second.contains(value))
            else { return false }
            if DecompositionTable.isHangulSyllable(value) { return composes }
            guard form.table.decomposes(value) else { return true }
            var text: [UInt8] = []
            UTF8Text.append(value, to: &text)
            return form.transformed(text) == text
        }
    }

    private static let nfc = StableScalars(.nfc)
    private static let nfd = StableScalars(.nfd)
    private static let nfkc = StableScalars(.nfkc)
    private static let nfkd = StableScalars(.nfkd)

    /// Those of a form.
    static func of(_ form: UnicodeNormalization) -> StableScalars {
        switch form {
        case .nfc: nfc
        case .nfd: nfd
        case .nfkc: nfkc
        case .nfkd: nfkd
        }
    }

    /// Whether the scalar is known to be stable.
    @inline(__always)
    func contains(_ value: UInt32) -> Bool {
        // Emoji and ideographs beyond U+FFFF up to those for compatibility.
        value < Self.count ? isStable[Int(value)] : (0x1F300..<0x1FB00 ~= value || 0x20000..<0x2F800 ~= value)
    }
}
