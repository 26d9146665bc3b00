/// How a text is changed before it is cut.
enum Normalizer: Sendable {
    indirect case sequence([Normalizer])
    case unicode(UnicodeNormalization)
    /// Per scalar, without context: no final-sigma rule, U+0130 becomes i and U+0307.
    case lowercase
    /// Puts a text in front, unless there is nothing to put it in front of.
    case prepend([UInt8])
    /// Replaces each match of `delimiter`, which is a literal or a pattern.
    case replace(Delimiter, by: [UInt8])
    /// Strips white space.
    case strip(left: Bool, right: Bool)
    /// Drops combining marks without decomposing first.
    case stripAccents
    case bert(BertNormalizer)
    case precompiled(PrecompiledCharacterMap)
    /// Each byte becomes a character of `ByteAlphabet`.
    case byteLevel

    /// The normalised text.
    func apply(to text: [UInt8]) throws -> [UInt8] {
        switch self {
        case .sequence(let steps):
            return try steps.reduce(text) { try $1.apply(to: $0) }
        case .unicode(let form):
            return form.apply(to: text)
        case .lowercase:
            return Self.lowercased(text)
        case .prepend(let prefix):
            return text.isEmpty ? text : prefix + text
        case .replace(.literal(let pattern), let replacement):
            return UTF8Text.replacing(pattern, by: replacement, in: text)
        case .replace(let delimiter, let replacement):
            var result: [UInt8] = []
            try delimiter.forEachPart(in: text, 0..<text.count) { part, isMatch in
                if isMatch { result += replacement } else { result += text[part] }
            }
            return result
        case .strip(let left, let right):
            return Self.stripped(text, left: left, right: right)
        case .stripAccents:
            return UTF8Text.mapScalars(text) { scalar, result in
                if !scalar.isOldMark { UTF8Text.append(scalar.value, to: &result) }
            }
        case .bert(let normalizer):
            return normalizer.apply(to: text)
        case .precompiled(let map):
            return map.apply(to: text)
        case .byteLevel:
            var result: [UInt8] = []
            ByteAlphabet.append(text, 0, text.count, to: &result)
            return result
        }
    }

    /// `text` in lower case, scalar by scalar.
    static func lowercased(_ text: [UInt8]) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) { return text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 } }
        return lowercasedByScalar(text)
    }

    private static func lowercasedByScalar(_ text: [UInt8]) -> [UInt8] {
        UTF8Text.mapScalars(text) { scalar, result in
            if scalar.value < 0x80 {
                let isUpper = (0x41...0x5A).contains(scalar.value)
                result.append(UInt8(isUpper ? scalar.value | 0x20 : scalar.value))
            } else {
                result += scalar.properties.lowercaseMapping.utf8
            }
        }
    }

    private static func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
        var start = 0
        var end = text.count
        func isSpace(at position: Int) -> Bool {
            let scalar = Unicode.Scalar(UTF8Text.scalar(in: text, at: position).value)
            return scalar?.isWhiteSpace ?? false
        }
        while left, start < end, isSpace(at: start) { start += UTF8Text.length(lead: text[start]) }
        while right, start < end {
            let last = UTF8Text.start(in: text, before: end)
            guard isSpace(at: last) else { break }
            end = last
        }
        return Array(text[start..<end])
    }
}

extension Normalizer {
    /// Reads a normaliser of tokenizer.json.
    init(_ element: JSONElement) throws {
        let variant = try element.variant()
        switch variant {
        case "Sequence":
            self = .sequence(try element.required("normalizers").elements().map(Normalizer.init))
        case "NFC", "NFD", "NFKC", "NFKD":
            guard let form = UnicodeNormalization(rawValue: variant) else {
                throw element.unsupported("normalizer", variant)
            }
            self = .unicode(form)
        case "Lowercase":
            self = .lowercase
        case "Prepend":
            self = .prepend(try element.required("prepend").text())
        case "Replace":
            self = .replace(try Delimiter(element.required("pattern")), by: try element.required("content").text())
        case "Strip":
            self = .strip(
                left: try element.required("strip_left").boolean(), right: try element.required("strip_right").boolean()
            )
        case "StripAccents":
            self = .stripAccents
        case "BertNormalizer":
            let lowercases = try element.required("lowercase").boolean()
            self = .bert(
                BertNormalizer(
                    cleansText: try element.required("clean_text").boolean(),
                    separatesChinese: try element.required("handle_chinese_chars").boolean(),
                    stripsAccents: try element.member("strip_accents")?.boolean() ?? lowercases,
                    lowercases: lowercases))
        case "Precompiled":
            let map = try element.required("precompiled_charsmap")
            guard let precompiled = PrecompiledCharacterMap(base64: try map.string()) else {
                throw map.failure("is not a character map")
            }
            self = .precompiled(precompiled)
        case "ByteLevel":
            self = .byteLevel
        default:
            throw element.unsupported("normalizer", variant)
        }
    }
}
