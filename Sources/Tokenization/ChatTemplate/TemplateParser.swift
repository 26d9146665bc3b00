import Diagnostics

/// Reads the statements of a template; `TemplateParser+Expressions.swift` reads what stands inside the tags.
///
/// The grammar is Jinja 3.1's. Left out, and an error: `raw`, `include`, `import`, `extends`, `block`, `call`, `filter`,
/// `with`, `autoescape`, `do`, recursive loops, `*args`, numbers with a fraction.
struct TemplateParser {
    /// How deep statements, brackets and conditional expressions may stand in each other.
    static let deepestNesting = 64

    let file: String
    private let tokens: [TemplateToken]
    private var position = 0
    private var depth = 0
    private var loops = 0

    /// The statements of `text`.
    static func statements(_ text: String, file: String) throws -> [TemplateStatement] {
        var parser = TemplateParser(file: file, tokens: try TemplateLexer.tokens(text, file: file))
        return try parser.parseStatements(until: []).statements
    }

    private init(file: String, tokens: [TemplateToken]) {
        self.file = file
        self.tokens = tokens
    }

    // MARK: - Tokens

    /// The next token's kind; nil at the end.
    var next: TemplateToken.Kind? { look(0) }

    func look(_ offset: Int) -> TemplateToken.Kind? {
        position + offset < tokens.count ? tokens[position + offset].kind : nil
    }

    /// The line of the next token.
    var line: Int { position < tokens.count ? tokens[position].line : tokens.last?.line ?? 1 }

    func failure(_ problem: String, line: Int? = nil) -> Failure {
        Failure(.badData, file: file, at: "line \(line ?? self.line) of the chat template", problem)
    }

    mutating func advance() { position += 1 }

    /// Passes the next token if it is `kind`.
    mutating func accept(_ kind: TemplateToken.Kind) -> Bool {
        guard next == kind else { return false }
        position += 1
        return true
    }

    mutating func acceptSymbol(_ symbol: String) -> Bool { accept(.symbol(symbol)) }

    mutating func acceptWord(_ word: String) -> Bool { accept(.name(word)) }

    mutating func expectSymbol(_ symbol: String) throws {
        guard acceptSymbol(symbol) else { throw failure("“\(symbol)” was expected") }
    }

    mutating func expectName() throws -> String {
        guard case .name(let name) = next else { throw failure("a name was expected") }
        position += 1
        return name
    }

    /// Runs `body` one level deeper.
    mutating func nested<Result>(_ body: (inout TemplateParser) throws -> Result) throws -> Result {
        guard depth < Self.deepestNesting else {
            throw failure("is nested more than \(Self.deepestNesting) deep")
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func endStatement() throws {
        guard accept(.statementEnd) else { throw failure("the end of the tag was expected") }
    }

    // MARK: - Statements

    /// Statements up to a tag that starts with one of `ends`, which is passed up to its word.
    private mutating func parseStatements(until ends: [String]) throws -> (statements: [TemplateStatement], end: String)
    {
        try nested { parser in
            var result: [TemplateStatement] = []
            let start = parser.line
            while let next = parser.next {
                switch next {
                case .text(let text):
                    parser.advance()
                    result.append(.text(text))
                case .outputStart:
                    parser.advance()
                    result.append(.output(try parser.parseTuple()))
                    guard parser.accept(.outputEnd) else { throw parser.failure("“}}” was expected") }
                default:
                    parser.advance()
                    let line = parser.line
                    let word = try parser.expectName()
                    if ends.contains(word) { return (result, word) }
                    result.append(try parser.parseStatement(word, line))
                }
            }
            guard ends.isEmpty else {
                throw parser.failure("“\(ends[ends.count - 1])” is missing for the tag before", line: start)
            }
            return (result, "")
        }
    }

    private mutating func parseStatement(_ word: String, _ line: Int) throws -> TemplateStatement {
        switch word {
        case "if": return try parseConditional()
        case "for": return try parseLoop(line)
        case "set": return try parseAssignment(line)
        case "macro": return try parseMacro(line)
        case "generation":
            try endStatement()
            return .generation(try parseBody(until: "endgeneration", isFunction: true))
        case "break", "continue":
            guard loops > 0 else { throw failure("“\(word)” stands outside a loop", line: line) }
            try endStatement()
            return word == "break" ? .leaveLoop : .nextRound
        default: throw failure("the tag “\(word)” is not supported", line: line)
        }
    }

    /// A body that ends with the tag `end`; a function's body cannot leave a loop around it.
    private mutating func parseBody(until end: String, isFunction: Bool = false) throws -> [TemplateStatement] {
        let outer = loops
        if isFunction { loops = 0 }
        defer { loops = outer }
        let body = try parseStatements(until: [end]).statements
        try endStatement()
        return body
    }

    private mutating func parseConditional() throws -> TemplateStatement {
        var branches: [(test: TemplateExpression, body: [TemplateStatement])] = []
        while true {
            let test = try parseTuple(allowsConditional: false)
            try endStatement()
            let (body, end) = try parseStatements(until: ["elif", "else", "endif"])
            branches.append((test, body))
            if end == "elif" { continue }
            try endStatement()
            let otherwise = end == "else" ? try parseBody(until: "endif") : []
            return .conditional(branches: branches, otherwise: otherwise)
        }
    }

    private mutating func parseLoop(_ line: Int) throws -> TemplateStatement {
        let target = try parseTarget(allowsMember: false)
        guard acceptWord("in") else { throw failure("“in” was expected") }
        let items = try parseTuple(allowsConditional: false)
        let filter = acceptWord("if") ? try parseExpression() : nil
        if case .name("recursive") = next { throw failure("recursive loops are not supported") }
        try endStatement()
        loops += 1
        let (body, end) = try parseStatements(until: ["else", "endfor"])
        loops -= 1
        try endStatement()
        let otherwise = end == "else" ? try parseBody(until: "endfor") : []
        return .loop(
            TemplateLoop(target: target, items: items, filter: filter, body: body, otherwise: otherwise, line: line))
    }

    private mutating func parseAssignment(_ line: Int) throws -> TemplateStatement {
        let target = try parseTarget(allowsMember: true)
        if acceptSymbol("=") {
            let value = try parseTuple()
            try endStatement()
            return .assignment(target, value)
        }
        var filters: [TemplatePostfix] = []
        while acceptSymbol("|") { filters.append(try parseFilter()) }
        try endStatement()
        return .capture(target, filters: filters, body: try parseBody(until: "endset"), line: line)
    }

    private mutating func parseTarget(allowsMember: Bool) throws -> TemplateTarget {
        let isBracketed = acceptSymbol("(")
        var names = [try parseAssignable()]
        if allowsMember, !isBracketed, acceptSymbol(".") { return .member(of: names[0], try expectName()) }
        var isTuple = false
        while acceptSymbol(",") {
            isTuple = true
            guard case .name(let name) = next, name != "in" else { break }
            names.append(try parseAssignable())
        }
        if isBracketed { try expectSymbol(")") }
        return isTuple ? .names(names) : .name(names[0])
    }

    private mutating func parseAssignable() throws -> String {
        let line = line
        let name = try expectName()
        guard !Self.constants.contains(name), name != "loop" else {
            throw failure("“\(name)” cannot be assigned to", line: line)
        }
        try checkName(name, line)
        return name
    }

    private mutating func parseMacro(_ line: Int) throws -> TemplateStatement {
        let name = try parseAssignable()
        try expectSymbol("(")
        var parameters: [(name: String, fallback: TemplateExpression?)] = []
        while !acceptSymbol(")") {
            if !parameters.isEmpty { try expectSymbol(",") }
            let parameter = try parseAssignable()
            guard !parameters.contains(where: { $0.name == parameter }) else {
                throw failure("the macro has two parameters “\(parameter)”")
            }
            let fallback = acceptSymbol("=") ? try parseExpression() : nil
            if fallback == nil, parameters.last?.fallback != nil {
                throw failure("the parameter “\(parameter)” needs a default, as the one before it has one")
            }
            parameters.append((parameter, fallback))
        }
        try endStatement()
        let body = try parseBody(until: "endmacro", isFunction: true)
        return .macro(TemplateMacro(name: name, parameters: parameters, body: body, line: line))
    }
}
