import Diagnostics

/// A piece of a template: text to copy, or a word of a tag.
struct TemplateToken {
    enum Kind: Equatable {
        case text(String)
        case statementStart, statementEnd, outputStart, outputEnd
        case name(String)
        case string(String)
        case integer(Int)
        case symbol(String)
    }

    var kind: Kind
    /// From 1.
    var line: Int
}

/// Cuts a template into tokens as Jinja 3.1 does with `trim_blocks` and `lstrip_blocks`.
///
/// White space: `-` at the side of a tag takes away all of it there. Without a sign, a statement or comment takes away the
/// blanks before it if it is the first on its line, and one newline after it; `+` keeps them. The template's own last
/// newline is dropped, and CR LF and CR are newlines.
struct TemplateLexer {
    /// The largest template, in bytes. Templates of models are of a few kilobytes.
    static let largestTemplate = 1 << 20

    private let file: String
    private let source: [Unicode.Scalar]
    private var position = 0
    private var line = 1
    private var tokens: [TemplateToken] = []

    /// The tokens of `text`.
    static func tokens(_ text: String, file: String) throws -> [TemplateToken] {
        guard text.utf8.count <= largestTemplate else {
            throw Failure(.badData, file: file, "the chat template is larger than 1 MB")
        }
        var lexer = TemplateLexer(text, file: file)
        try lexer.run()
        return lexer.tokens
    }

    private init(_ text: String, file: String) {
        self.file = file
        var scalars: [Unicode.Scalar] = []
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if !(scalar == "\n" && afterReturn) { scalars.append(scalar == "\r" ? "\n" : scalar) }
            afterReturn = scalar == "\r"
        }
        if scalars.last == "\n" { scalars.removeLast() }
        source = scalars
    }

    private func failure(_ problem: String) -> Failure {
        Failure(.badData, file: file, at: "line \(line) of the chat template", problem)
    }

    /// The scalar `offset` places on, or nil at the end.
    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        position + offset < source.count ? source[position + offset] : nil
    }

    private func starts(_ text: StaticString) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount where peek(offset)?.value != UInt32(text.utf8Start[offset]) {
            return false
        }
        return true
    }

    private mutating func advance(_ count: Int) {
        for _ in 0..<count {
            if source[position] == "\n" { line += 1 }
            position += 1
        }
    }

    private mutating func skipSpace() {
        while let next = peek(), PythonText.isSpace(next) { advance(1) }
    }

    private mutating func append(_ kind: TemplateToken.Kind, line: Int? = nil) {
        tokens.append(TemplateToken(kind: kind, line: line ?? self.line))
    }

    // MARK: - Text and tags

    private mutating func run() throws {
        var isLineStart = true
        while position < source.count {
            let start = position
            let startLine = line
            while let next = peek(), !(next == "{" && isTag(peek(1))) { advance(1) }
            var end = position
            guard let opener = peek(1) else {
                append(.text(PythonText.string(source[start..<end])), line: startLine)
                return
            }
            advance(2)
            let sign = peek()
            let isSigned = sign == "-" || sign == "+"
            if isSigned { advance(1) }
            if sign == "-" {
                while end > start, PythonText.isSpace(source[end - 1]) { end -= 1 }
            } else if sign != "+", opener != "{" {
                let lineStart = source[start..<end].lastIndex(of: "\n").map { $0 + 1 } ?? start
                if lineStart > start || isLineStart, source[lineStart..<end].allSatisfy(PythonText.isSpace) {
                    end = lineStart
                }
            }
            if end > start { append(.text(PythonText.string(source[start..<end])), line: startLine) }
            switch opener {
            case "#": try skipComment()
            case "%": try readTag(isStatement: true)
            default: try readTag(isStatement: false)
            }
            isLineStart = source[position - 1] == "\n"
        }
    }

    private func isTag(_ scalar: Unicode.Scalar?) -> Bool { scalar == "{" || scalar == "%" || scalar == "#" }

    private mutating func skipComment() throws {
        let start = position
        while !starts("#}") {
            guard position < source.count else { throw failure("a comment is not closed") }
            advance(1)
        }
        let sign: Unicode.Scalar? = position > start ? source[position - 1] : nil
        advance(2)
        endTag(sign)
    }

    /// White space after a statement or comment whose end has `sign` before it.
    private mutating func endTag(_ sign: Unicode.Scalar?) {
        switch sign {
        case "-": skipSpace()
        case "+": break
        default: if peek() == "\n" { advance(1) }
        }
    }

    private mutating func readTag(isStatement: Bool) throws {
        append(isStatement ? .statementStart : .outputStart)
        let openLine = line
        var brackets: [Unicode.Scalar] = []
        while true {
            if brackets.isEmpty, closeTag(isStatement: isStatement) { return }
            guard let next = peek() else {
                throw Failure(
                    .badData, file: file, at: "line \(openLine) of the chat template", "a tag is not closed")
            }
            if PythonText.isSpace(next) {
                advance(1)
            } else if isDigit(next) {
                try readInteger()
            } else if isNameStart(next) {
                let start = position
                while let next = peek(), isNameStart(next) || isDigit(next) { advance(1) }
                append(.name(PythonText.string(source[start..<position])))
            } else if next == "\"" || next == "'" {
                try readString(quote: next)
            } else {
                try readSymbol(next, &brackets)
            }
        }
    }

    /// Passes the end of a tag, if it is here.
    private mutating func closeTag(isStatement: Bool) -> Bool {
        guard isStatement else {
            guard starts("}}") || starts("-}}") else { return false }
            let isStripping = peek() == "-"
            append(.outputEnd)
            advance(isStripping ? 3 : 2)
            if isStripping { skipSpace() }
            return true
        }
        guard starts("%}") || starts("-%}") || starts("+%}") else { return false }
        let sign = peek()
        append(.statementEnd)
        advance(sign == "%" ? 2 : 3)
        endTag(sign)
        return true
    }

    // MARK: - Words

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private mutating func readInteger() throws {
        let start = position
        var value = 0
        while let next = peek(), isDigit(next) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(next.value) - 48)
            guard !overflow, !carry else { throw failure("a number is too large") }
            value = sum
            advance(1)
        }
        guard value == 0 || source[start] != "0" else { throw failure("a number starts with 0") }
        let isAfterDot = start > 0 && source[start - 1] == "."
        if let next = peek(), isNameStart(next) || (next == "." && !isAfterDot && peek(1).map(isDigit) == true) {
            throw failure("only whole decimal numbers are supported")
        }
        append(.integer(value))
    }

    private mutating func readSymbol(_ first: Unicode.Scalar, _ brackets: inout [Unicode.Scalar]) throws {
        for two in ["//", "**", "==", "!=", ">=", "<="] where two.unicodeScalars.elementsEqual([first, peek(1) ?? " "])
        {
            append(.symbol(two))
            advance(2)
            return
        }
        guard "+-/*%~[](){}><=.:|,".unicodeScalars.contains(first) else {
            throw failure("“\(first)” is not expected in a tag")
        }
        switch first {
        case "(", "[", "{": brackets.append(first)
        case ")", "]", "}":
            let opening: Unicode.Scalar = first == ")" ? "(" : first == "]" ? "[" : "{"
            guard brackets.popLast() == opening else { throw failure("“\(first)” closes nothing") }
        default: break
        }
        append(.symbol(String(first)))
        advance(1)
    }

    private mutating func readString(quote: Unicode.Scalar) throws {
        let start = line
        var text = String.UnicodeScalarView()
        advance(1)
        while let next = peek(), next != quote {
            advance(1)
            if next == "\\" { try readEscape(into: &text) } else { text.append(next) }
        }
        guard position < source.count else { throw failure("a string is not closed") }
        advance(1)
        append(.string(String(text)), line: start)
    }

    private mutating func readEscape(into text: inout String.UnicodeScalarView) throws {
        guard let escape = peek() else { throw failure("a string is not closed") }
        advance(1)
        switch escape {
        case "\n": break
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "r": text.append("\r")
        case "a": text.append("\u{07}")
        case "b": text.append("\u{08}")
        case "f": text.append("\u{0C}")
        case "v": text.append("\u{0B}")
        case "\\", "'", "\"": text.append(escape)
        case "x": text.append(try readHexadecimal(2))
        case "u": text.append(try readHexadecimal(4))
        case "U": text.append(try readHexadecimal(8))
        case "N", "0"..."7": throw failure("the escape “\\\(escape)” is not supported")
        case _ where escape.value >= 0x80: throw failure("a backslash before “\(escape)” is not supported")
        default:
            text.append("\\")
            text.append(escape)
        }
    }

    private mutating func readHexadecimal(_ digits: Int) throws -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let next = peek(), next.isASCII, let digit = HexDigit.value(UInt8(next.value)) else {
                throw failure("\(digits) hexadecimal digits were expected")
            }
            value = value << 4 | UInt32(digit)
            advance(1)
        }
        guard let scalar = Unicode.Scalar(value) else { throw failure("an escape names no character") }
        return scalar
    }
}
