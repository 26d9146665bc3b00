import Diagnostics

/// A JSON text as a flat table of its values, made in one pass and without an allocation per value.
///
/// Foundation's parsers are not used for two reasons. Their dictionaries are keyed by `String`, whose equality is
/// canonical equivalence, so that a vocabulary with both "é" and "e\u{301}" would lose a token; and a vocabulary with
/// 300,000 merges becomes a million small objects.
///
/// Depth is limited to 64, the size to 256 MB and the number of values to 33 million (the largest published files have
/// 35 MB and 2 million), which bounds the memory of the table; the text must be UTF-8 and follow RFC 8259 to the letter.
struct JSONDocument: Sendable {
    /// What a value is.
    enum Kind: UInt8, Sendable {
        case null, boolean, number, string, array, object
    }

    /// One value: its place in `bytes` and where the next value on the same level starts in the table.
    struct Node: Sendable {
        var kind: Kind
        /// For a string, whether it contains a backslash; for a boolean, its value.
        var flag: Bool
        /// First byte of the value; of a string, the byte after the quote.
        var start: Int32
        /// The byte after the value; of a string, the closing quote.
        var end: Int32
        /// Index of the first node that is not inside this value.
        var next: Int32
    }

    /// Bytes that a file may have.
    static let largestSize = 1 << 28
    /// Values that a file may have.
    fileprivate static let largestCount = 1 << 25

    /// The file's name for messages.
    let file: String
    let bytes: [UInt8]
    let nodes: [Node]

    /// Parses `bytes`.
    /// - Throws: `Failure` 65 with the byte offset of the first error.
    init(_ bytes: [UInt8], file: String) throws {
        guard bytes.count <= Self.largestSize else {
            throw Failure(.badData, file: file, "is larger than 256 MB, which no tokenizer is")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Failure(.badData, file: file, "is not UTF-8 text")
        }
        var parser = JSONParser(bytes: bytes, file: file)
        nodes = try parser.parse()
        self.bytes = bytes
        self.file = file
    }

    /// The outermost value.
    var root: JSONElement { JSONElement(document: self, index: 0, path: "") }

    /// Appends the text of the string (or key) at `index`, with its escapes resolved.
    func appendString(at index: Int, to result: inout [UInt8]) {
        let node = nodes[index]
        var position = Int(node.start)
        let end = Int(node.end)
        guard node.flag else {
            result.append(contentsOf: bytes[position..<end])
            return
        }
        while position < end {
            let byte = bytes[position]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                position += 1
                continue
            }
            let escape = bytes[position + 1]
            position += 2
            switch escape {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "u"):
                var value = codeUnit(at: position)
                position += 4
                if value >> 10 == 0x36 {
                    // The parser has checked that the second half of the pair follows.
                    value = 0x10000 + (value & 0x3FF) << 10 + (codeUnit(at: position + 2) & 0x3FF)
                    position += 6
                }
                UTF8Text.append(value, to: &result)
            default: result.append(escape)
            }
        }
    }

    private func codeUnit(at position: Int) -> UInt32 {
        var value: UInt32 = 0
        for offset in 0..<4 {
            value = value << 4 | UInt32(HexDigit.value(bytes[position + offset]) ?? 0)
        }
        return value
    }
}

/// The recursive descent that fills the table of a `JSONDocument`.
private struct JSONParser {
    let bytes: [UInt8]
    let file: String
    var nodes: [JSONDocument.Node] = []
    var position = 0

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    mutating func parse() throws -> [JSONDocument.Node] {
        nodes.reserveCapacity(bytes.count / 12)
        try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("text follows the end of the JSON value") }
        return nodes
    }

    private func failure(_ problem: String) -> Failure {
        Failure(.badData, file: file, at: "byte \(position)", "is not valid JSON: \(problem)")
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private func peek() throws -> UInt8 {
        guard position < bytes.count else { throw failure("the text ends too early") }
        return bytes[position]
    }

    private mutating func parseValue(depth: Int) throws {
        guard depth < 64 else { throw failure("it is nested more than 64 deep") }
        guard nodes.count < JSONDocument.largestCount else { throw failure("it has more than 33 million values") }
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): try parseContainer(.object, closing: UInt8(ascii: "}"), depth: depth)
        case UInt8(ascii: "["): try parseContainer(.array, closing: UInt8(ascii: "]"), depth: depth)
        case UInt8(ascii: "\""): try parseString()
        case UInt8(ascii: "t"): try parseWord("true", .boolean, flag: true)
        case UInt8(ascii: "f"): try parseWord("false", .boolean, flag: false)
        case UInt8(ascii: "n"): try parseWord("null", .null, flag: false)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
        default: throw failure("a value was expected")
        }
    }

    private mutating func parseContainer(_ kind: JSONDocument.Kind, closing: UInt8, depth: Int) throws {
        let index = nodes.count
        nodes.append(.init(kind: kind, flag: false, start: Int32(position), end: 0, next: 0))
        position += 1
        skipSpace()
        if try peek() == closing {
            position += 1
        } else {
            while true {
                if kind == .object {
                    skipSpace()
                    guard try peek() == UInt8(ascii: "\"") else { throw failure("a key was expected") }
                    try parseString()
                    skipSpace()
                    guard try peek() == UInt8(ascii: ":") else { throw failure("a colon was expected") }
                    position += 1
                }
                try parseValue(depth: depth + 1)
                skipSpace()
                let byte = try peek()
                position += 1
                if byte == closing { break }
                guard byte == UInt8(ascii: ",") else {
                    position -= 1
                    throw failure("a comma or the end of the list was expected")
                }
            }
        }
        nodes[index].end = Int32(position)
        nodes[index].next = Int32(nodes.count)
    }

    private mutating func parseString() throws {
        position += 1
        let start = position
        var hasEscape = false
        while true {
            let byte = try peek()
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else { throw failure("a control character stands in a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                try parseEscape()
            }
        }
        nodes.append(
            .init(
                kind: .string, flag: hasEscape, start: Int32(start), end: Int32(position), next: Int32(nodes.count + 1))
        )
        position += 1
    }

    private mutating func parseEscape() throws {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let first = try parseCodeUnit()
            guard first >> 11 == 0x1B else { return }
            guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw failure("half of a surrogate pair stands alone") }
            position += 2
            guard try parseCodeUnit() >> 10 == 0x37 else { throw failure("half of a surrogate pair stands alone") }
        default:
            throw failure("an unknown escape stands in a string")
        }
    }

    private mutating func parseCodeUnit() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = HexDigit.value(try peek()) else { throw failure("four hexadecimal digits were expected") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func parseNumber() throws {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if try peek() == UInt8(ascii: "0") { position += 1 } else { try parseDigits() }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try parseDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = try? peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try parseDigits()
        }
        nodes.append(
            .init(kind: .number, flag: false, start: Int32(start), end: Int32(position), next: Int32(nodes.count + 1)))
    }

    private mutating func parseDigits() throws {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw failure("a digit was expected") }
    }

    private mutating func parseWord(_ word: StaticString, _ kind: JSONDocument.Kind, flag: Bool) throws {
        let start = position
        for offset in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[offset] else { throw failure("a value was expected") }
            position += 1
        }
        nodes.append(
            .init(kind: kind, flag: flag, start: Int32(start), end: Int32(position), next: Int32(nodes.count + 1)))
    }
}

/// Hexadecimal digits in ASCII.
enum HexDigit {
    /// The value of a digit, or nil if `byte` is none.
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
