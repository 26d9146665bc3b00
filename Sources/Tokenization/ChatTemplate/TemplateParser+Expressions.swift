/// Expressions, in Jinja's order of precedence from the loosest to the tightest.
extension TemplateParser {
    /// Words that are values and not names.
    static let constants: Set<String> = ["true", "false", "none", "True", "False", "None"]

    /// Names that Jinja gives a meaning which is left out here.
    private static let unsupportedNames: Set<String> = ["caller", "varargs", "kwargs", "self", "super"]

    /// Refuses a name with a meaning that is not supported.
    func checkName(_ name: String, _ line: Int) throws {
        guard !Self.unsupportedNames.contains(name) else {
            throw failure("the special name “\(name)” is not supported", line: line)
        }
    }

    /// One expression, or several with commas, which are a tuple.
    mutating func parseTuple(allowsConditional: Bool = true) throws -> TemplateExpression {
        let line = line
        let first = try allowsConditional ? parseExpression() : parseOr()
        guard case .symbol(",") = next else { return first }
        var items = [first]
        while acceptSymbol(",") {
            switch next {
            case .symbol(")"), .statementEnd, .outputEnd, .none:
                return TemplateExpression(kind: .list(items, isTuple: true), line: line)
            default: items.append(try allowsConditional ? parseExpression() : parseOr())
            }
        }
        return TemplateExpression(kind: .list(items, isTuple: true), line: line)
    }

    /// `a if b else c` and all that binds tighter.
    mutating func parseExpression() throws -> TemplateExpression {
        try nested { parser in
            let line = parser.line
            let value = try parser.parseOr()
            guard parser.acceptWord("if") else { return value }
            let test = try parser.parseOr()
            let otherwise = parser.acceptWord("else") ? try parser.parseExpression() : nil
            if case .name("if") = parser.next { throw parser.failure("a second “if” needs an “else” before it") }
            return TemplateExpression(kind: .conditional(test, then: value, otherwise: otherwise), line: line)
        }
    }

    private mutating func parseOr() throws -> TemplateExpression {
        let line = line
        var operands = [try parseAnd()]
        while acceptWord("or") { operands.append(try parseAnd()) }
        return operands.count == 1 ? operands[0] : TemplateExpression(kind: .or(operands), line: line)
    }

    private mutating func parseAnd() throws -> TemplateExpression {
        let line = line
        var operands = [try parseNot()]
        while acceptWord("and") { operands.append(try parseNot()) }
        return operands.count == 1 ? operands[0] : TemplateExpression(kind: .and(operands), line: line)
    }

    private mutating func parseNot() throws -> TemplateExpression {
        let line = line
        guard acceptWord("not") else { return try parseComparison() }
        return try nested { TemplateExpression(kind: .not(try $0.parseNot()), line: line) }
    }

    private mutating func parseComparison() throws -> TemplateExpression {
        let line = line
        let first = try parseSum()
        var rest: [(operation: TemplateExpression.Comparison, operand: TemplateExpression)] = []
        while let operation = acceptComparison() { rest.append((operation, try parseSum())) }
        return rest.isEmpty ? first : TemplateExpression(kind: .comparison(first, rest), line: line)
    }

    private mutating func acceptComparison() -> TemplateExpression.Comparison? {
        let operation: TemplateExpression.Comparison
        switch next {
        case .symbol("=="): operation = .equal
        case .symbol("!="): operation = .unequal
        case .symbol("<"): operation = .less
        case .symbol("<="): operation = .lessOrEqual
        case .symbol(">"): operation = .greater
        case .symbol(">="): operation = .greaterOrEqual
        case .name("in"): operation = .contained
        case .name("not"):
            guard look(1) == .name("in") else { return nil }
            advance()
            operation = .notContained
        default: return nil
        }
        advance()
        return operation
    }

    private mutating func parseSum() throws -> TemplateExpression {
        try parseChain(["+", "-"]) { try $0.parseConcatenation() }
    }

    private mutating func parseConcatenation() throws -> TemplateExpression {
        let line = line
        var operands = [try parseProduct()]
        while acceptSymbol("~") { operands.append(try parseProduct()) }
        return operands.count == 1 ? operands[0] : TemplateExpression(kind: .concatenation(operands), line: line)
    }

    private mutating func parseProduct() throws -> TemplateExpression {
        let product = try parseChain(["*", "/", "//", "%"]) { try $0.parseUnary() }
        if case .symbol("**") = next { throw failure("the operator “**” is not supported") }
        return product
    }

    private mutating func parseChain(
        _ operations: [String], _ operand: (inout TemplateParser) throws -> TemplateExpression
    ) throws -> TemplateExpression {
        let line = line
        let first = try operand(&self)
        var rest: [(operation: String, operand: TemplateExpression)] = []
        while case .symbol(let symbol) = next, operations.contains(symbol) {
            advance()
            rest.append((symbol, try operand(&self)))
        }
        return rest.isEmpty ? first : TemplateExpression(kind: .arithmetic(first, rest), line: line)
    }

    /// Signs bind tighter than filters: `-a | b` filters the negative.
    private mutating func parseUnary(withFilters: Bool = true) throws -> TemplateExpression {
        let line = line
        let value: TemplateExpression
        if case .symbol(let sign) = next, sign == "-" || sign == "+" {
            advance()
            let operand = try nested { try $0.parseUnary(withFilters: false) }
            value = TemplateExpression(kind: .sign(operand, isNegative: sign == "-"), line: line)
        } else {
            value = try parsePrimary()
        }
        return try parsePostfixes(of: value, withFilters: withFilters)
    }

    private mutating func parsePrimary() throws -> TemplateExpression {
        let line = line
        func expression(_ kind: TemplateExpression.Kind) -> TemplateExpression {
            TemplateExpression(kind: kind, line: line)
        }
        switch next {
        case .name(let name):
            advance()
            switch name {
            case "true", "True": return expression(.boolean(true))
            case "false", "False": return expression(.boolean(false))
            case "none", "None": return expression(.none)
            default:
                try checkName(name, line)
                return expression(.name(name))
            }
        case .string(var text):
            advance()
            // As in Python, strings side by side are one.
            while case .string(let more) = next {
                advance()
                text += more
            }
            return expression(.string(text))
        case .integer(let value):
            advance()
            return expression(.integer(value))
        case .symbol("("):
            advance()
            if acceptSymbol(")") { return expression(.list([], isTuple: true)) }
            let value = try parseTuple()
            try expectSymbol(")")
            return value
        case .symbol("["):
            advance()
            return expression(.list(try parseItems(until: "]") { try $0.parseExpression() }, isTuple: false))
        case .symbol("{"):
            advance()
            return expression(
                .mapping(
                    try parseItems(until: "}") { parser in
                        let key = try parser.parseExpression()
                        try parser.expectSymbol(":")
                        return (key, try parser.parseExpression())
                    }))
        default: throw failure("a value was expected")
        }
    }

    /// Items between commas, one of which may stand last, up to the symbol `end`.
    private mutating func parseItems<Item>(
        until end: String, _ item: (inout TemplateParser) throws -> Item
    ) throws -> [Item] {
        var items: [Item] = []
        while !acceptSymbol(end) {
            if !items.isEmpty {
                try expectSymbol(",")
                if acceptSymbol(end) { break }
            }
            items.append(try item(&self))
        }
        return items
    }

    // MARK: - After a value

    private mutating func parsePostfixes(
        of value: TemplateExpression, withFilters: Bool
    ) throws -> TemplateExpression {
        var postfixes: [TemplatePostfix] = []
        func append(_ kind: TemplatePostfix.Kind, _ line: Int) {
            postfixes.append(TemplatePostfix(kind: kind, line: line))
        }
        var isFiltered = false
        while true {
            let line = line
            if case .symbol("(") = next {
                append(.call(try parseArguments()), line)
            } else if !isFiltered, acceptSymbol(".") {
                if case .integer(let index) = next {
                    advance()
                    append(.index(TemplateExpression(kind: .integer(index), line: line)), line)
                } else {
                    append(.attribute(try expectName()), line)
                }
            } else if !isFiltered, acceptSymbol("[") {
                append(try parseSubscript(), line)
            } else if withFilters, acceptSymbol("|") {
                isFiltered = true
                postfixes.append(try parseFilter())
            } else if withFilters, acceptWord("is") {
                isFiltered = true
                postfixes.append(try parseTest(line))
            } else {
                break
            }
        }
        guard !postfixes.isEmpty else { return value }
        return TemplateExpression(kind: .postfix(value, postfixes), line: value.line)
    }

    private mutating func parseSubscript() throws -> TemplatePostfix.Kind {
        var parts: [TemplateExpression?] = [nil]
        while !acceptSymbol("]") {
            if acceptSymbol(":") {
                guard parts.count < 3 else { throw failure("a slice has more than three parts") }
                parts.append(nil)
            } else {
                guard parts[parts.count - 1] == nil else { throw failure("“]” was expected") }
                parts[parts.count - 1] = try parseExpression()
            }
        }
        guard parts.count == 1 else {
            return .slice(start: parts[0], stop: parts[1], step: parts.count > 2 ? parts[2] : nil)
        }
        guard let index = parts[0] else { throw failure("a subscript is empty") }
        return .index(index)
    }

    /// A filter after its “|”.
    mutating func parseFilter() throws -> TemplatePostfix {
        let line = line
        let name = try expectName()
        if case .symbol("(") = next {
            return TemplatePostfix(kind: .filter(name, try parseArguments()), line: line)
        }
        return TemplatePostfix(kind: .filter(name, TemplateArguments()), line: line)
    }

    /// A test after its “is”.
    private mutating func parseTest(_ line: Int) throws -> TemplatePostfix {
        let isNegated = acceptWord("not")
        let name = try expectName()
        var arguments = TemplateArguments()
        switch next {
        case .symbol("("): arguments = try parseArguments()
        case .name("else"), .name("or"), .name("and"): break
        case .name("is"): throw failure("tests cannot be chained with “is”")
        case .name, .string, .integer, .symbol("["), .symbol("{"):
            let operand = try parsePrimary()
            arguments.positional = [try parsePostfixes(of: operand, withFilters: false)]
        default: break
        }
        return TemplatePostfix(kind: .test(name, arguments, isNegated: isNegated), line: line)
    }

    private mutating func parseArguments() throws -> TemplateArguments {
        try expectSymbol("(")
        var arguments = TemplateArguments()
        var isFirst = true
        while !acceptSymbol(")") {
            if !isFirst {
                try expectSymbol(",")
                if acceptSymbol(")") { break }
            }
            isFirst = false
            if case .symbol(let star) = next, star == "*" || star == "**" {
                throw failure("“\(star)” before an argument is not supported")
            }
            if case .name(let name) = next, look(1) == .symbol("=") {
                advance()
                advance()
                guard !arguments.named.contains(where: { $0.name == name }) else {
                    throw failure("the argument “\(name)” is given twice")
                }
                arguments.named.append((name, try parseExpression()))
            } else {
                guard arguments.named.isEmpty else { throw failure("an argument without a name follows a named one") }
                arguments.positional.append(try parseExpression())
            }
        }
        return arguments
    }
}
