import Diagnostics

extension TemplateInterpreter {
    /// The value of an expression.
    mutating func evaluate(_ expression: TemplateExpression, _ scope: TemplateScope) throws -> TemplateValue {
        try count(expression.line)
        try enter(expression.line)
        let value = try evaluateNested(expression, scope)
        leave()
        return value
    }

    private mutating func evaluateNested(
        _ expression: TemplateExpression, _ scope: TemplateScope
    ) throws -> TemplateValue {
        let line = expression.line
        switch expression.kind {
        case .none: return .none
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .string(let text): return .string(text)
        case .name(let name): return try variable(name, scope, line)
        case .list(let items, let isTuple):
            var values: [TemplateValue] = []
            for item in items { values.append(try evaluate(item, scope)) }
            return try sequence(isTuple ? .tuple : .list, values, line)
        case .mapping(let members):
            var entries: [(key: String, value: TemplateValue)] = []
            for member in members {
                guard case .string(let key) = try evaluate(member.key, scope) else {
                    throw failure("a key of a mapping is no string", line)
                }
                entries.append((key, try evaluate(member.value, scope)))
            }
            return try mapping(entries, line)
        case .not(let operand): return .boolean(!(try evaluate(operand, scope).isTrue))
        case .sign(let operand, let isNegative):
            let value = try evaluate(operand, scope)
            guard let number = value.number else { throw unsuited(value, "a sign", line) }
            return .integer(isNegative ? try exact(Int(0).subtractingReportingOverflow(number), line) : number)
        case .and(let operands):
            var value = TemplateValue.boolean(true)
            for operand in operands {
                value = try evaluate(operand, scope)
                if !value.isTrue { break }
            }
            return value
        case .or(let operands):
            var value = TemplateValue.boolean(false)
            for operand in operands {
                value = try evaluate(operand, scope)
                if value.isTrue { break }
            }
            return value
        case .comparison(let first, let rest):
            var left = try evaluate(first, scope)
            for (operation, operand) in rest {
                let right = try evaluate(operand, scope)
                guard try compare(left, operation, right, line) else { return .boolean(false) }
                left = right
            }
            return .boolean(true)
        case .arithmetic(let first, let rest):
            var value = try evaluate(first, scope)
            for (operation, operand) in rest {
                value = try calculate(value, operation, try evaluate(operand, scope), line)
            }
            return value
        case .concatenation(let operands):
            var text = ""
            for operand in operands {
                text += try printed(try evaluate(operand, scope), line)
                try count(line, bytes: text.utf8.count)
            }
            return .string(text)
        case .postfix(let base, let postfixes):
            var value = try evaluate(base, scope)
            for postfix in postfixes { value = try apply(postfix, to: value, scope) }
            return value
        case .conditional(let test, let value, let otherwise):
            if try evaluate(test, scope).isTrue { return try evaluate(value, scope) }
            return try otherwise.map { try evaluate($0, scope) } ?? .undefined("the value without an “else”")
        }
    }

    /// The value of a variable or global function.
    func variable(_ name: String, _ scope: TemplateScope, _ line: Int) throws -> TemplateValue {
        if let value = scope[name] { return value }
        switch name {
        case "range", "namespace", "dict", "raise_exception": return .function(name)
        case "strftime_now": return day == nil ? .undefined(name) : .function(name)
        case "lipsum", "cycler", "joiner": throw failure("the function “\(name)” is not supported", line)
        default:
            guard !untoldTokens.contains(name) else {
                throw failure(
                    "the template uses “\(name)”, and tokenizer_config.json does not tell it", line,
                    remedy: "add “\(name)” to tokenizer_config.json, null if the model has none")
            }
            return .undefined(name)
        }
    }

    // MARK: - Text and items of a value

    /// The failure for a value that an operation cannot be applied to.
    func unsuited(_ value: TemplateValue, _ operation: String, _ line: Int) -> Failure {
        if case .undefined(let name) = value { return failure("“\(name)” is undefined", line) }
        return failure("\(operation) cannot be applied to \(value.typeName)", line)
    }

    /// What `str()` makes of a value; the texts of containers are left out.
    func printed(_ value: TemplateValue, _ line: Int) throws -> String {
        switch value {
        case .undefined: return ""
        case .none: return "None"
        case .boolean(let value): return value ? "True" : "False"
        case .integer(let value): return String(value)
        case .string(let text): return text
        default: throw failure("\(value.typeName) as text is not supported", line)
        }
    }

    /// The items that a loop goes through.
    mutating func iterate(_ value: TemplateValue, _ line: Int) throws -> [TemplateValue] {
        switch value {
        case .undefined: return []
        case .sequence(let sequence): return sequence.items
        case .mapping(let mapping): return mapping.entries.map { .string($0.key) }
        case .string(let text):
            try count(line, bytes: 16 * text.utf8.count)
            return text.unicodeScalars.map { .string(String($0)) }
        case .stream(let stream):
            guard !stream.isConsumed else {
                throw failure("the result of a filter is gone through twice", line)
            }
            stream.isConsumed = true
            return stream.items
        default: throw unsuited(value, "a loop", line)
        }
    }

    // MARK: - Operators

    /// A sum and the like, if it fits a number of 64 bits; Python's numbers have no limit.
    private func exact(_ result: (partialValue: Int, overflow: Bool), _ line: Int) throws -> Int {
        guard !result.overflow else { throw failure("a number is too large", line) }
        return result.partialValue
    }

    private mutating func calculate(
        _ left: TemplateValue, _ operation: String, _ right: TemplateValue, _ line: Int
    ) throws -> TemplateValue {
        if case .undefined = left { throw unsuited(left, operation, line) }
        if case .undefined = right { throw unsuited(right, operation, line) }
        if let a = left.number, let b = right.number {
            switch operation {
            case "+": return .integer(try exact(a.addingReportingOverflow(b), line))
            case "-": return .integer(try exact(a.subtractingReportingOverflow(b), line))
            case "*": return .integer(try exact(a.multipliedReportingOverflow(by: b), line))
            case "//", "%":
                guard b != 0 else { throw failure("a division by zero", line) }
                let quotient = try exact(a.dividedReportingOverflow(by: b), line)
                let remainder = a - quotient * b
                // Python rounds down, and the remainder has the divisor's sign.
                let isBelow = remainder != 0 && (remainder < 0) != (b < 0)
                return .integer(
                    operation == "%" ? (isBelow ? remainder + b : remainder) : (isBelow ? quotient - 1 : quotient))
            default: throw failure("the operator “\(operation)” is not supported", line)
            }
        }
        switch (operation, left, right) {
        case ("+", .string(let a), .string(let b)):
            return try string(a + b, line)
        case ("+", .sequence(let a), .sequence(let b)) where a.kind == b.kind && (a.kind == .list || a.kind == .tuple):
            return try sequence(a.kind, a.items + b.items, line)
        default:
            throw failure("“\(operation)” between \(left.typeName) and \(right.typeName) is not supported", line)
        }
    }

    /// Whether a comparison holds.
    mutating func compare(
        _ left: TemplateValue, _ operation: TemplateExpression.Comparison, _ right: TemplateValue, _ line: Int
    ) throws -> Bool {
        switch operation {
        case .equal: return try areEqual(left, right, line)
        case .unequal: return !(try areEqual(left, right, line))
        case .contained: return try isMember(left, of: right, line)
        case .notContained: return !(try isMember(left, of: right, line))
        case .less: return try isLess(left, right, line)
        case .greater: return try isLess(right, left, line)
        case .lessOrEqual: return !(try isLess(right, left, line))
        case .greaterOrEqual: return !(try isLess(left, right, line))
        }
    }

    private mutating func areEqual(_ left: TemplateValue, _ right: TemplateValue, _ line: Int) throws -> Bool {
        try count(line)
        if let a = left.number, let b = right.number { return a == b }
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.string(let a), .string(let b)):
            try count(line, bytes: min(a.utf8.count, b.utf8.count))
            return PythonText.isEqual(a, b)
        case (.sequence(let a), .sequence(let b)):
            guard a.kind != .view, b.kind != .view else {
                throw failure("a comparison of views of mappings is not supported", line)
            }
            guard a.kind == b.kind, a.items.count == b.items.count else { return false }
            for (x, y) in zip(a.items, b.items) where !(try areEqual(x, y, line)) { return false }
            return true
        case (.mapping(let a), .mapping(let b)):
            guard a.entries.count == b.entries.count else { return false }
            for entry in a.entries {
                try count(line, bytes: 16 * b.entries.count)
                guard let other = b[entry.key], try areEqual(entry.value, other, line) else { return false }
            }
            return true
        case (.namespace, .namespace), (.loop, .loop), (.macro, .macro), (.function, .function), (.method, .method),
            (.stream, .stream):
            throw failure("a comparison of two such values as \(left.typeName) is not supported", line)
        default: return false
        }
    }

    private mutating func isLess(_ left: TemplateValue, _ right: TemplateValue, _ line: Int) throws -> Bool {
        if let a = left.number, let b = right.number { return a < b }
        if case .string(let a) = left, case .string(let b) = right {
            try count(line, bytes: min(a.utf8.count, b.utf8.count))
            // The order of code points is that of their UTF-8.
            return a.utf8.lexicographicallyPrecedes(b.utf8)
        }
        if case .undefined = left { throw unsuited(left, "“<”", line) }
        if case .undefined = right { throw unsuited(right, "“<”", line) }
        throw failure("\(left.typeName) and \(right.typeName) have no order", line)
    }

    /// Whether `item in container`.
    mutating func isMember(_ item: TemplateValue, of container: TemplateValue, _ line: Int) throws -> Bool {
        switch (container, item) {
        case (.undefined, _): return false
        case (.string(let text), .string(let part)):
            try count(line, bytes: text.utf8.count)
            return PythonText.contains(text, part)
        case (.sequence(let sequence), _):
            for other in sequence.items where try areEqual(item, other, line) { return true }
            return false
        case (.mapping(let mapping), .string(let key)):
            try count(line, bytes: 16 * mapping.entries.count)
            return mapping[key] != nil
        case (.mapping, .none), (.mapping, .integer), (.mapping, .boolean), (.mapping, .undefined): return false
        default:
            if case .undefined = item { throw unsuited(item, "“in”", line) }
            throw failure("“in” between \(item.typeName) and \(container.typeName) is not supported", line)
        }
    }
}
