/// Translates a regular expression of Oniguruma's Ruby syntax, which tokenizer.json files are written for, into one
/// that PCRE2 reads the same way.
///
/// - `\s`, `\d`, `\w`, `\p{…}` and `[:punct:]` become classes with the reference's members: PCRE2's `\s` has U+180E,
///   its `\w` has all numbers and no circled letters, and its tables are older.
/// - `\h` is a hexadecimal digit; `\uXXXX` a scalar; `(?m)` lets the dot match newlines; `a{1,2}+` repeats the interval
///   instead of making it possessive.
/// - A class inside a class adds its members; class intersections and negated classes inside classes are refused.
///
/// Not translated: a negated property inside a class (`[\P{L}\n]`) keeps PCRE2's own tables, and so differs for scalars
/// newer than them.
struct PatternTranslation {
    /// Why a pattern cannot be translated.
    struct Unsupported: Error {
        var problem: String
        var offset: Int
    }

    /// White_Space as the reference's `\s` has it.
    private static let space: [ClosedRange<UInt32>] = [
        0x9...0xD, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
    ]
    /// What `\w` has beside letters, marks, digits, letter numbers and connectors: Latin-1's superscripts and
    /// fractions, and the circled and squared letters.
    private static let otherWord: [ClosedRange<UInt32>] = [
        0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE, 0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189,
    ]

    private let source: [UInt8]
    private var position = 0
    private var result: [UInt8] = []
    /// Where the last atom starts in `result`, to wrap it for an interval followed by "+".
    private var atomStart: Int?
    private var groupStarts: [Int] = []

    /// The PCRE2 pattern for `pattern`.
    /// - Throws: `Unsupported`.
    static func translate(_ pattern: String) throws(Unsupported) -> String {
        // PCRE2's own limit for what it compiles a pattern to.
        guard pattern.utf8.count <= 1 << 16 else {
            throw Unsupported(problem: "the pattern has more than 65,536 bytes", offset: 0)
        }
        var translation = PatternTranslation(pattern)
        try translation.run()
        return String(decoding: translation.result, as: UTF8.self)
    }

    private init(_ pattern: String) {
        source = Array(pattern.utf8)
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < source.count ? source[position + offset] : nil
    }

    private func unsupported(_ problem: String) -> Unsupported { Unsupported(problem: problem, offset: position) }

    private mutating func emit(_ text: String) { result += text.utf8 }

    private mutating func run() throws(Unsupported) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\\"):
                atomStart = result.count
                try translateEscape(inClass: false)
            case UInt8(ascii: "["):
                atomStart = result.count
                try translateClass()
            case UInt8(ascii: "("):
                groupStarts.append(result.count)
                atomStart = nil
                translateGroupStart()
            case UInt8(ascii: ")"):
                guard let start = groupStarts.popLast() else { throw unsupported("a “)” closes nothing") }
                emit(")")
                atomStart = start
                position += 1
            case UInt8(ascii: "{"):
                try translateInterval()
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "|"):
                result.append(byte)
                position += 1
            default:
                atomStart = result.count
                copyScalar()
            }
        }
    }

    private mutating func copyScalar() {
        let length = UTF8Text.length(lead: source[position])
        result += source[position..<min(source.count, position + length)]
        position += length
    }

    /// Copies "(" and, of an option group such as "(?im-x:", the options with Ruby's `m` turned into PCRE2's `s`.
    private mutating func translateGroupStart() {
        emit("(")
        position += 1
        guard peek() == UInt8(ascii: "?") else { return }
        var end = position + 1
        while end < source.count, "imx-".utf8.contains(source[end]) { end += 1 }
        guard end > position + 1, end < source.count,
            source[end] == UInt8(ascii: ":") || source[end] == UInt8(ascii: ")")
        else { return }
        for byte in source[position..<end] {
            result.append(byte == UInt8(ascii: "m") ? UInt8(ascii: "s") : byte)
        }
        position = end
    }

    private mutating func translateInterval() throws(Unsupported) {
        var end = position + 1
        while end < source.count, "0123456789,".utf8.contains(source[end]) { end += 1 }
        guard end > position + 1, end < source.count, source[end] == UInt8(ascii: "}") else {
            // A brace that starts no interval is an ordinary character.
            atomStart = result.count
            emit("\\{")
            position += 1
            return
        }
        result += source[position...end]
        position = end + 1
        guard peek() == UInt8(ascii: "+") else { return }
        guard let atomStart else { throw unsupported("an interval follows nothing") }
        result.insert(contentsOf: "(?:".utf8, at: atomStart)
        emit(")")
    }

    /// Translates the escape at the position.
    private mutating func translateEscape(inClass: Bool) throws(Unsupported) {
        guard let letter = peek(1) else { throw unsupported("a backslash ends the pattern") }
        let start = position
        position += 2
        switch letter {
        case UInt8(ascii: "s"): append(members: Self.ranges(Self.space), negated: false, inClass)
        case UInt8(ascii: "S"):
            append(members: Self.ranges(inClass ? Self.complement(Self.space) : Self.space), negated: !inClass, inClass)
        case UInt8(ascii: "d"): append(members: Self.property("Nd"), negated: false, inClass)
        case UInt8(ascii: "w"): append(members: Self.word, negated: false, inClass)
        case UInt8(ascii: "h"): append(members: "0-9a-fA-F", negated: false, inClass)
        case UInt8(ascii: "D") where !inClass: append(members: Self.property("Nd"), negated: true, false)
        case UInt8(ascii: "W") where !inClass: append(members: Self.word, negated: true, false)
        case UInt8(ascii: "H") where !inClass: append(members: "0-9a-fA-F", negated: true, false)
        case UInt8(ascii: "H"): throw unsupported("\\H stands in a class")
        case UInt8(ascii: "p"), UInt8(ascii: "P"): try translateProperty(negated: letter == UInt8(ascii: "P"), inClass)
        case UInt8(ascii: "u"):
            let digits = source[position..<min(source.count, position + 4)]
            guard digits.count == 4, digits.allSatisfy({ HexDigit.value($0) != nil }) else {
                throw unsupported("\\u is not followed by four hexadecimal digits")
            }
            emit("\\x{\(String(decoding: digits, as: UTF8.self))}")
            position += 4
        default:
            position = start + 1
            emit("\\")
            copyScalar()
        }
    }

    /// Translates what follows `\p`: "{L}", "{^L}" or a single letter.
    private mutating func translateProperty(negated: Bool, _ inClass: Bool) throws(Unsupported) {
        var name: [UInt8] = []
        if peek() == UInt8(ascii: "{") {
            position += 1
            while let byte = peek(), byte != UInt8(ascii: "}") {
                name.append(byte)
                position += 1
            }
            guard peek() != nil else { throw unsupported("the name of a property does not end") }
            position += 1
        } else if let byte = peek() {
            name.append(byte)
            position += 1
        }
        var negated = negated
        if name.first == UInt8(ascii: "^") {
            name.removeFirst()
            negated.toggle()
        }
        guard !name.isEmpty else { throw unsupported("a property has no name") }
        let text = String(decoding: name, as: UTF8.self)
        if negated, inClass {
            emit("\\P{\(Self.native(text))}")
        } else {
            append(members: Self.property(text), negated: negated, inClass)
        }
    }

    private mutating func append(members: String, negated: Bool, _ inClass: Bool) {
        emit(inClass ? members : negated ? "[^\(members)]" : "[\(members)]")
    }

    /// Translates a bracketed class.
    private mutating func translateClass() throws(Unsupported) {
        emit("[")
        position += 1
        if peek() == UInt8(ascii: "^") {
            emit("^")
            position += 1
        }
        try translateMembers(nesting: 0)
        emit("]")
    }

    /// Translates the members of a class and passes over the bracket behind them.
    private mutating func translateMembers(nesting: Int) throws(Unsupported) {
        var isFirst = true
        while let byte = peek() {
            if byte == UInt8(ascii: "]"), !isFirst {
                position += 1
                return
            }
            switch byte {
            case UInt8(ascii: "]"):
                emit("\\]")
                position += 1
            case UInt8(ascii: "\\"): try translateEscape(inClass: true)
            case UInt8(ascii: "[") where peek(1) == UInt8(ascii: ":"): try translatePOSIXClass()
            case UInt8(ascii: "["): try translateNestedClass(nesting: nesting + 1)
            case UInt8(ascii: "&") where peek(1) == UInt8(ascii: "&"):
                throw unsupported("intersections of character classes are not supported")
            default: copyScalar()
            }
            isFirst = false
        }
        throw unsupported("a character class does not end")
    }

    /// Puts the members of a class inside a class among those of the outer one. At its borders a "-" would begin a range
    /// with a neighbour that the file does not mean.
    private mutating func translateNestedClass(nesting: Int) throws(Unsupported) {
        guard nesting <= 8, peek(1) != UInt8(ascii: "^"), peek(1) != UInt8(ascii: "-"),
            result.last != UInt8(ascii: "-")
        else { throw unsupported("nested character classes are not supported here") }
        position += 1
        try translateMembers(nesting: nesting)
        guard result.last != UInt8(ascii: "-"), peek() != UInt8(ascii: "-") else {
            throw unsupported("nested character classes are not supported here")
        }
    }

    /// Translates "[:name:]" inside a class.
    private mutating func translatePOSIXClass() throws(Unsupported) {
        let punctuation = "[:punct:]"
        if UTF8Text.matches(Array(punctuation.utf8), in: source, at: position) {
            emit(Self.property("P") + Self.property("S"))
            position += punctuation.utf8.count
            return
        }
        while let byte = peek() {
            result.append(byte)
            position += 1
            if byte == UInt8(ascii: "]") { return }
        }
        throw unsupported("the name of a character class does not end")
    }

    /// `\w` as members of a class.
    private static let word =
        ["L", "M", "Nd", "Nl", "Pc"].map(property).joined() + ranges(otherWord)

    /// `\p{name}` as members of a class.
    private static func property(_ name: String) -> String {
        "\\p{\(native(name))}" + ranges(UnicodeAdditions.ranges(for: name))
    }

    /// The name in PCRE2: there, a script's name alone means its extensions, too.
    private static func native(_ name: String) -> String {
        name.utf8.count > 2 && name.utf8.allSatisfy { $0 < 0x80 } && !["Any", "any"].contains(name)
            ? "sc:\(name)" : name
    }

    private static func ranges(_ ranges: [ClosedRange<UInt32>]) -> String {
        ranges.map { range in
            let first = "\\x{\(String(range.lowerBound, radix: 16))}"
            return range.count == 1 ? first : "\(first)-\\x{\(String(range.upperBound, radix: 16))}"
        }.joined()
    }

    private static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges {
            if range.lowerBound > start { result.append(start...range.lowerBound - 1) }
            start = range.upperBound + 1
        }
        // Surrogates are no scalars, and PCRE2 refuses a range that ends in one, not one that contains them.
        result.append(start...0x10FFFF)
        return result
    }
}
