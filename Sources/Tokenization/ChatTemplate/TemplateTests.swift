import Diagnostics

/// Tests (`is defined`) that compare two values.
enum TemplateTest {
    /// The comparison that a test of two values makes.
    static func comparison(_ name: String) -> TemplateExpression.Comparison? {
        switch name {
        case "==", "eq", "equalto": .equal
        case "!=", "ne": .unequal
        case ">", "gt", "greaterthan": .greater
        case ">=", "ge": .greaterOrEqual
        case "<", "lt", "lessthan": .less
        case "<=", "le": .lessOrEqual
        case "in": .contained
        default: nil
        }
    }
}

extension TemplateInterpreter {
    /// `value is name(arguments)`
    mutating func test(
        _ name: String, _ value: TemplateValue, _ arguments: TemplateCall, _ line: Int
    ) throws -> Bool {
        if let comparison = TemplateTest.comparison(name) {
            guard let other = try arguments.bind(["other"], self, line)[0] else {
                throw failure("the test “\(name)” needs an argument", line)
            }
            return try compare(value, comparison, other, line)
        }
        if name == "odd" || name == "even" || name == "divisibleby" {
            return try testDivision(name, value, arguments, line)
        }
        _ = try arguments.bind([], self, line)
        switch (name, value) {
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", .undefined): return true
        case ("undefined", _): return false
        case ("none", .none): return true
        case ("none", _): return false
        case ("string", .string): return true
        case ("string", _): return false
        case ("mapping", .mapping): return true
        case ("mapping", _): return false
        case ("number", _): return value.number != nil
        case ("integer", .integer): return true
        case ("integer", _), ("float", _): return false
        case ("boolean", .boolean): return true
        case ("boolean", _): return false
        case ("true", .boolean(let truth)): return truth
        case ("true", _): return false
        case ("false", .boolean(let truth)): return !truth
        case ("false", _): return false
        case ("iterable", .string), ("iterable", .sequence), ("iterable", .mapping), ("iterable", .stream),
            ("iterable", .undefined), ("iterable", .loop):
            return true
        case ("iterable", _): return false
        case ("sequence", .sequence(let sequence)): return sequence.kind != .view
        case ("sequence", .string), ("sequence", .mapping), ("sequence", .undefined): return true
        case ("sequence", .loop): throw failure("the test “\(name)” of the loop is not supported", line)
        case ("sequence", _): return false
        default: throw failure("the test “\(name)” is not supported", line)
        }
    }

    private func testDivision(
        _ name: String, _ value: TemplateValue, _ arguments: TemplateCall, _ line: Int
    ) throws -> Bool {
        let divisor = try arguments.bind(name == "divisibleby" ? ["num"] : [], self, line).first ?? .integer(2)
        guard let number = value.number, let divisor = divisor?.number, divisor > 0 else {
            throw unsuited(value, "the test “\(name)”", line)
        }
        return number.isMultiple(of: divisor) == (name != "odd")
    }
}
