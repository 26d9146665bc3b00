/// How tokens become text again. Each decoder turns a list of texts into another; the last list is joined.
enum Decoder: Sendable {
    indirect case sequence([Decoder])
    /// Characters of `ByteAlphabet` become bytes; a token with any other character stands for its own UTF-8.
    case byteLevel
    /// Each occurrence of a text is replaced.
    case replace([UInt8], by: [UInt8])
    /// Runs of "<0xNN>" become the text of those bytes, or one U+FFFD a byte if they are not valid UTF-8 together.
    case byteFallback
    /// All tokens become one.
    case fuse
    /// Cuts up to `start` and `stop` times `content` off the ends of each token.
    case strip(content: [UInt8], start: Int, stop: Int)
    /// `replacement` becomes a space, or nothing in the first token if it was prepended there.
    case metaspace(replacement: [UInt8], dropsFirst: Bool)
    /// Tokens without the prefix are set off by a space.
    case wordPiece(prefix: [UInt8], cleansUp: Bool)
    /// The suffix at the end of words becomes a space.
    case endOfWord(suffix: [UInt8])

    /// The texts that the tokens become. Bytes may be broken UTF-8 only after `byteLevel`, which repairs them.
    func apply(to tokens: [[UInt8]]) -> [[UInt8]] {
        switch self {
        case .sequence(let steps):
            return steps.reduce(tokens) { $1.apply(to: $0) }
        case .byteLevel:
            let bytes = tokens.flatMap { ByteAlphabet.bytes(of: $0) ?? $0 }
            return [Array(String(decoding: bytes, as: UTF8.self).utf8)]
        case .replace(let pattern, let replacement):
            return tokens.map { UTF8Text.replacing(pattern, by: replacement, in: $0) }
        case .byteFallback:
            return Self.joiningByteTokens(tokens)
        case .fuse:
            return [Array(tokens.joined())]
        case .strip(let content, let start, let stop):
            return tokens.map { Self.strip($0, content, start, stop) }
        case .metaspace(let replacement, let dropsFirst):
            return tokens.enumerated().map { index, token in
                UTF8Text.replacing(replacement, by: index == 0 && dropsFirst ? [] : [0x20], in: token)
            }
        case .wordPiece(let prefix, let cleansUp):
            return tokens.enumerated().map { index, token in
                var token = token
                if index > 0 {
                    if UTF8Text.matches(prefix, in: token, at: 0) {
                        token.removeFirst(prefix.count)
                    } else {
                        token.insert(0x20, at: 0)
                    }
                }
                return cleansUp ? Self.cleanedUp(token) : token
            }
        case .endOfWord(let suffix):
            return tokens.enumerated().map { index, token in
                UTF8Text.replacing(suffix, by: index == tokens.count - 1 ? [] : [0x20], in: token)
            }
        }
    }

    private static func joiningByteTokens(_ tokens: [[UInt8]]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var pending: [UInt8] = []
        func flush() {
            guard !pending.isEmpty else { return }
            if String(validating: pending, as: UTF8.self) != nil {
                result.append(pending)
            } else {
                result += Array(repeating: Array("\u{FFFD}".utf8), count: pending.count)
            }
            pending.removeAll()
        }
        for token in tokens {
            if let byte = byteValue(token) {
                pending.append(byte)
            } else {
                flush()
                result.append(token)
            }
        }
        flush()
        return result
    }

    /// The byte that a token such as "<0xE5>" stands for. The reference reads the digits with a function that accepts a
    /// plus sign in front.
    private static func byteValue(_ token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">"),
            let low = HexDigit.value(token[4])
        else { return nil }
        if token[3] == UInt8(ascii: "+") { return low }
        guard let high = HexDigit.value(token[3]) else { return nil }
        return high << 4 | low
    }

    private static func strip(_ token: [UInt8], _ content: [UInt8], _ start: Int, _ stop: Int) -> [UInt8] {
        var first = 0
        var end = token.count
        var left = start
        while left > 0, UTF8Text.matches(content, in: token, at: first) {
            first += content.count
            left -= 1
        }
        left = stop
        while left > 0, end - first >= content.count, UTF8Text.matches(content, in: token, at: end - content.count) {
            end -= content.count
            left -= 1
        }
        return Array(token[first..<end])
    }

    private static let cleanups: [(pattern: [UInt8], replacement: [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    private static func cleanedUp(_ token: [UInt8]) -> [UInt8] {
        cleanups.reduce(token) { UTF8Text.replacing($1.pattern, by: $1.replacement, in: $0) }
    }
}

extension Decoder {
    /// Reads a decoder of tokenizer.json.
    init(_ element: JSONElement) throws {
        let variant = try element.variant()
        switch variant {
        case "Sequence":
            self = .sequence(try element.required("decoders").elements().map(Decoder.init))
        case "ByteLevel":
            self = .byteLevel
        case "Replace":
            let pattern = try element.required("pattern")
            guard case .literal(let literal) = try Delimiter(pattern) else {
                throw pattern.failure("is a regular expression, which is not supported in a decoder")
            }
            self = .replace(literal, by: try element.required("content").text())
        case "ByteFallback":
            self = .byteFallback
        case "Fuse":
            self = .fuse
        case "Strip":
            self = .strip(
                content: try element.required("content").singleScalar(),
                start: try element.required("start").integer(in: 0...Int(Int32.max)),
                stop: try element.required("stop").integer(in: 0...Int(Int32.max)))
        case "Metaspace":
            self = .metaspace(
                replacement: try element.required("replacement").singleScalar(),
                dropsFirst: try PreTokenizer.PrependScheme(metaspace: element) != .never)
        case "WordPiece":
            self = .wordPiece(
                prefix: try element.required("prefix").text(), cleansUp: try element.required("cleanup").boolean())
        case "BPEDecoder":
            self = .endOfWord(suffix: try element.required("suffix").text())
        default:
            throw element.unsupported("decoder", variant)
        }
    }
}
