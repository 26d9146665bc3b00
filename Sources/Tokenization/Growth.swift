import Diagnostics

/// How many times as long as its input a part of the pipeline can make a text, at most.
///
/// Each of a few steps may double a text, and a file has room for thousands: those that would let a short text fill the
/// memory are refused when the file is read. Published tokenisers stay below 5,000, by this estimate; what they do to
/// real texts is far less.
enum Growth {
    /// What normaliser and pre-tokeniser may do together, and what the decoder may do.
    static let limit = 65_536.0
    /// How often a post-processor may put the tokens of a text.
    static let idLimit = 16.0

    /// Refuses a part that makes texts too long.
    static func check(_ growth: Double, _ root: JSONElement, _ part: String, limit: Double = limit) throws {
        guard growth <= limit else {
            throw Failure(
                .badData, file: root.document.file, at: part,
                "can make a text more than \(Int(limit)) times as long, which no tokenizer needs")
        }
    }

    /// The growth by replacing a text.
    fileprivate static func replacing(_ text: [UInt8], by replacement: [UInt8]) -> Double {
        max(1, Double(replacement.count) / Double(max(1, text.count)))
    }
}

extension Normalizer {
    /// See `Growth`.
    var growth: Double {
        switch self {
        case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
        // Unicode Standard Annex 15, section 12.1: U+1D160, U+0390, U+FDFA.
        case .unicode(.nfc), .unicode(.nfd): 3
        case .unicode(.nfkc), .unicode(.nfkd): 11
        // U+023A.
        case .lowercase: 1.5
        case .prepend(let prefix): 1 + Double(prefix.count)
        case .replace(.literal(let text), let replacement): Growth.replacing(text, by: replacement)
        // By "\K" a match may be shorter than what it takes; empty ones may stand on both sides of every character.
        case .replace(.pattern(let pattern), let replacement):
            1 + Double(replacement.count) * (pattern.minimumLength == 0 ? 3 : 1 / Double(pattern.minimumLength))
        case .replace(.scalars, let replacement): 1 + Double(replacement.count)
        case .strip, .stripAccents: 1
        // Spaces around a Chinese character, canonical decomposition, lower case.
        case .bert: 5.0 / 3 * 3 * 1.5
        case .precompiled(let map): max(1, Double(map.longestReplacement))
        case .byteLevel: 2
        }
    }
}

extension PreTokenizer {
    /// See `Growth`.
    var growth: Double {
        switch self {
        case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
        case .split: 1
        // A piece may be a byte.
        case .byteLevel(let addsPrefixSpace, _): addsPrefixSpace ? 4 : 2
        case .metaspace(let replacement, _, _): 1 + Double(replacement.count)
        }
    }
}

extension PostProcessor {
    /// How often the ids of a text appear in the result.
    var growth: Double {
        switch self {
        case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
        case .template(let pieces): Double(max(1, pieces.filter { $0 == .text }.count))
        case .none: 1
        }
    }
}

extension Decoder {
    /// See `Growth`.
    var growth: Double {
        switch self {
        case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
        // A byte that is not UTF-8 becomes U+FFFD.
        case .byteLevel: 3
        case .replace(let pattern, let replacement): Growth.replacing(pattern, by: replacement)
        case .byteFallback, .fuse, .strip, .metaspace, .wordPiece, .endOfWord: 1
        }
    }
}
