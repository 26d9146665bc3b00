/// A JSON text as its parts: objects keep their order and must not name a member twice, numbers keep their spelling.
///
/// Foundation's parser takes one of two equal names without a word and cannot tell `1` from `true` on every platform;
/// both matter for a safetensors header that comes from anywhere.
enum JSONValue: Equatable, Sendable {
    case null
    case flag(Bool)
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([Member])

    /// A name with its value.
    struct Member: Equatable, Sendable {
        var name: String
        var value: JSONValue
    }

    /// A number that is whole, however it is written (`4096`, `4096.0`, `4e3`).
    var integer: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) }
    }

    /// A number.
    var double: Double? {
        guard case .number(let digits) = self else { return nil }
        return Double(digits)
    }

    /// A text.
    var string: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// Parses UTF-8.
    ///
    /// - Throws: `JSONError` with the byte offset of what is wrong.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        return try parser.document()
    }
}

/// Where a text stops being JSON, and why.
struct JSONError: Error, Equatable {
    var offset: Int
    var problem: String
}

/// A recursive descent parser with limits on depth and on the number of values, which bounds the memory they take.
private struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    var valueCount = 0

    private static let maximumDepth = 64
    /// Headers of the largest published checkpoints have some hundred thousand.
    private static let maximumValueCount = 1 << 22

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw error("text after the end of the JSON value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw error("JSON nested more than \(Self.maximumDepth) deep") }
        valueCount += 1
        guard valueCount <= Self.maximumValueCount else { throw error("JSON of more than 4 million values") }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        // Python writes these three; they are kept so that an unrelated key does not make a checkpoint unreadable.
        case UInt8(ascii: "N"): return try word("NaN", .number("nan"))
        case UInt8(ascii: "I"): return try word("Infinity", .number("inf"))
        case nil: throw error("JSON ends too early")
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        var names: Set<[UInt8]> = []
        if try closes(UInt8(ascii: "}"), first: true) { return .object(members) }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw error("a name in quotation marks is missing") }
            let start = position
            let name = try string()
            guard names.insert(Array(name.utf8)).inserted else {
                throw JSONError(offset: start, problem: "“\(name)” stands twice in one object")
            }
            skipBlanks()
            guard peek == UInt8(ascii: ":") else { throw error("a colon is missing") }
            position += 1
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
        } while try !closes(UInt8(ascii: "}"), first: false)
        return .object(members)
    }

    private mutating func list(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        if try closes(UInt8(ascii: "]"), first: true) { return .list(values) }
        repeat {
            values.append(try value(depth: depth + 1))
        } while try !closes(UInt8(ascii: "]"), first: false)
        return .list(values)
    }

    /// Consumes the closing bracket, or the comma before the next element.
    private mutating func closes(_ bracket: UInt8, first: Bool) throws(JSONError) -> Bool {
        skipBlanks()
        if peek == bracket {
            position += 1
            return true
        }
        if first { return false }
        guard peek == UInt8(ascii: ",") else { throw error("a comma or closing bracket is missing") }
        position += 1
        return false
    }

    private mutating func string() throws(JSONError) -> String {
        let opening = position
        position += 1
        var units: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else {
                    throw JSONError(offset: opening, problem: "a text is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): units.append(contentsOf: try escape())
            case 0..<0x20: throw error("a control character in a text")
            default: units.append(byte)
            }
        }
        throw error("a text without an end")
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard let byte = peek else { throw error("a text without an end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var units = [try hexadecimal()]
            if UTF16.isLeadSurrogate(units[0]), peek == UInt8(ascii: "\\") {
                position += 1
                guard peek == UInt8(ascii: "u") else { throw error("half of a surrogate pair") }
                position += 1
                units.append(try hexadecimal())
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw error("half of a surrogate pair") }
            return Array(text.utf8)
        default: throw error("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw error("a text without an end") }
        var unit: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { throw error("a digit that is none") }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "I") { return try word("Infinity", .number("-inf")) }
        while let byte = peek, Self.isPartOfNumber(byte) { position += 1 }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let first = digits.utf8.first(where: { $0 != UInt8(ascii: "-") }), (48...57).contains(first),
            Double(digits) != nil
        else {
            position = start
            throw error("a character that begins no JSON value")
        }
        return .number(digits)
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { throw error("a word that is no JSON value") }
        position += word.utf8CodeUnitCount
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func error(_ problem: String) -> JSONError {
        JSONError(offset: position, problem: problem)
    }
}
