/// Classes of scalars as the reference implementation has them.
///
/// It mixes tables of several Unicode versions: 8.0 for BERT's punctuation and accents, 9.0 for normalisation, 16.0 and
/// 17.0 elsewhere. Swift knows the version each scalar appeared in, so the old classes are today's,
/// cut off at that version, but for the handful of scalars whose category has changed since.
enum CharacterClass: Sendable {
    /// General categories Nd, Nl, No.
    case numeric
    /// The property White_Space.
    case whiteSpace
    /// ASCII punctuation and symbols, and the general categories P* of Unicode 8.0.
    case punctuation
    /// Letters, marks, digits, connectors and joiners.
    case word

    /// Whether `scalar` belongs to the class.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .numeric:
            guard scalar.value >= 0x80 else { return scalar.value >= 0x30 && scalar.value <= 0x39 }
            switch scalar.properties.generalCategory {
            case .decimalNumber, .letterNumber, .otherNumber: return true
            default: return false
            }
        case .whiteSpace:
            return scalar.isWhiteSpace
        case .word:
            return scalar.isWordCharacter
        case .punctuation:
            guard scalar.value >= 0x80 else { return Self.isASCIIPunctuation(scalar) }
            if scalar.value == 0x166D || scalar.value == 0x111C9 { return true }
            switch scalar.properties.generalCategory {
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation:
                return scalar.isAssigned(by: 8)
            default:
                return false
            }
        }
    }

    /// By ASCII byte, whether it belongs to the class; the other bytes do not.
    var ascii: [Bool] {
        switch self {
        case .numeric: Self.asciiNumeric
        case .whiteSpace: Self.asciiWhiteSpace
        case .punctuation: Self.asciiPunctuation
        case .word: Self.asciiWord
        }
    }

    private static let asciiNumeric = members(of: .numeric)
    private static let asciiWhiteSpace = members(of: .whiteSpace)
    private static let asciiPunctuation = members(of: .punctuation)
    private static let asciiWord = members(of: .word)

    private static func members(of characters: CharacterClass) -> [Bool] {
        (UInt8(0)...255).map { $0 < 0x80 && characters.contains(Unicode.Scalar($0)) }
    }

    private static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// The property White_Space, which has not changed since Unicode 6.3. The standard library's is ten times as slow.
    var isWhiteSpace: Bool {
        switch value {
        case 0x9...0xD, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// Whether Unicode `major`.0 or an earlier version assigned this scalar.
    func isAssigned(by major: Int) -> Bool {
        guard let age = properties.age else { return false }
        return age.major < major || age.major == major && age.minor == 0
    }

    /// General category Mn of Unicode 8.0: what BERT's normaliser takes for an accent.
    var isOldNonspacingMark: Bool {
        switch value {
        case 0x1734, 0x1171E: true
        case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
        default: properties.generalCategory == .nonspacingMark && isAssigned(by: 8)
        }
    }

    /// General categories M* of Unicode 9.0.
    var isOldMark: Bool {
        switch value {
        case 0x1CF2, 0x1CF3: return true
        case 0x111C9: return false
        default: break
        }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return isAssigned(by: 9)
        default: return false
        }
    }

    /// A letter, mark, digit, connector or joiner of Unicode 16.0: what may not adjoin a `single_word` token.
    var isWordCharacter: Bool {
        if value < 0x80 {
            return value == 0x5F || (0x30...0x39).contains(value) || (0x61...0x7A).contains(value | 0x20)
        }
        guard isAssigned(by: 16) else { return false }
        switch properties.generalCategory {
        case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return properties.isAlphabetic || properties.isJoinControl
        }
    }
}
