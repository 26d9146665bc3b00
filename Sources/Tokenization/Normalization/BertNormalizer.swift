/// The cleaning that BERT does before it splits a text.
struct BertNormalizer: Sendable {
    /// Drops control characters and turns white space into spaces.
    let cleansText: Bool
    /// Puts spaces around Chinese characters.
    let separatesChinese: Bool
    /// Decomposes and drops accents.
    let stripsAccents: Bool
    let lowercases: Bool

    /// By scalar below `mappedLimit`, what becomes of it.
    private var mapping: [Mapped]

    init(cleansText: Bool, separatesChinese: Bool, stripsAccents: Bool, lowercases: Bool) {
        self.cleansText = cleansText
        self.separatesChinese = separatesChinese
        self.stripsAccents = stripsAccents
        self.lowercases = lowercases
        mapping = []
        mapping = (0..<Self.mappedLimit).map(mapped)
    }

    /// The cleaned text.
    func apply(to text: [UInt8]) -> [UInt8] { applyByMapping(to: text) ?? applyStepwise(to: text) }

    /// The definition, step by step.
    func applyStepwise(to text: [UInt8]) -> [UInt8] {
        var text = text
        if cleansText {
            text = UTF8Text.mapScalars(text) { scalar, result in
                guard !Self.isDropped(scalar) else { return }
                UTF8Text.append(scalar.isWhiteSpace ? 0x20 : scalar.value, to: &result)
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

extension BertNormalizer {
    /// Up to seven bytes, the first in the lowest place, and their number in the highest; nil for a scalar whose
    /// replacement is longer or depends on its neighbours.
    fileprivate typealias Mapped = UInt64?

    /// Scalars below this are mapped one by one.
    private static let mappedLimit: UInt32 = 0x3100

    /// The text with every scalar replaced by what it becomes on its own; nil if there is one of which that is not known.
    ///
    /// Everything here happens scalar by scalar but for the canonical ordering, which moves marks only: a scalar has an
    /// entry if none of its own is left.
    fileprivate func applyByMapping(to text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 8)
        var position = 0
        while position < text.count {
            let (value, length) = UTF8Text.scalar(in: text, at: position)
            switch value {
            case 0..<Self.mappedLimit:
                guard let mapped = mapping[Int(value)] else { return nil }
                var bytes = mapped
                for _ in 0..<mapped >> 56 {
                    result.append(UInt8(truncatingIfNeeded: bytes))
                    bytes >>= 8
                }
            case 0x3400...0x4DBF, 0x4E00...0x9FFF:
                if separatesChinese { result.append(0x20) }
                result += text[position..<position + length]
                if separatesChinese { result.append(0x20) }
            case 0xAC00...0xD7A3 where stripsAccents:
                var letters: [UInt32] = []
                DecompositionTable.appendHangul(value, to: &letters)
                for letter in letters { UTF8Text.append(letter, to: &result) }
            case 0xAC00...0xD7A3, 0x1F300...0x1FAFF:
                // Emoji stay as they are, whatever is asked for.
                result += text[position..<position + length]
            default: return nil
            }
            position += length
        }
        return result
    }

    fileprivate func mapped(_ value: UInt32) -> Mapped {
        var text: [UInt8] = []
        UTF8Text.append(value, to: &text)
        if stripsAccents {
            for scalar in String(decoding: UnicodeNormalization.nfd.apply(to: text), as: UTF8.self).unicodeScalars
            where UnicodeNormalization.combiningClass(scalar.value) > 0 && !scalar.isOldNonspacingMark {
                return nil
            }
        }
        let result = applyStepwise(to: text)
        guard result.count < 8 else { return nil }
        return result.reversed().reduce(0) { $0 << 8 | UInt64($1) } | UInt64(result.count) << 56
    }
}
