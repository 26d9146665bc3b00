/// The cleaning that BERT does before it splits a text.
struct BertNormalizer: Sendable {
    /// Drops control characters and turns white space into spaces.
    var cleansText: Bool
    /// Puts spaces around Chinese characters.
    var separatesChinese: Bool
    /// Decomposes and drops accents.
    var stripsAccents: Bool
    var lowercases: Bool

    /// The cleaned text.
    func apply(to text: [UInt8]) -> [UInt8] {
        var text = text
        if cleansText {
            text = UTF8Text.mapScalars(text) { scalar, result in
                guard !Self.isDropped(scalar) else { return }
                UTF8Text.append(scalar.properties.isWhitespace ? 0x20 : scalar.value, to: &result)
            }
        }
        if separatesChinese {
            text = UTF8Text.mapScalars(text) { scalar, result in
                let isChinese = Self.isChinese(scalar.value)
                if isChinese { result.append(0x20) }
                UTF8Text.append(scalar.value, to: &result)
                if isChinese { result.append(0x20) }
            }
        }
        if stripsAccents {
            text = UTF8Text.mapScalars(UnicodeNormalization.nfd.apply(to: text)) { scalar, result in
                if !scalar.isOldNonspacingMark { UTF8Text.append(scalar.value, to: &result) }
            }
        }
        return lowercases ? Normalizer.lowercased(text) : text
    }

    /// NUL, U+FFFD, and the general categories Cc, Cf and Co of Unicode 8.0 but for tab and the line ends.
    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: return false
        case 0x20...0x7E: return false
        case 0xFFFD: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .privateUse: return true
        case .format: return scalar.isAssigned(by: 8)
        default: return false
        }
    }

    /// The blocks of CJK ideographs as BERT lists them, the gap at U+2B820 included.
    private static func isChinese(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF,
            0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
