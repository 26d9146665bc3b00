import Diagnostics

/// What stands after a value: members, subscripts, calls.
extension TemplateInterpreter {
    mutating func apply(
        _ postfix: TemplatePostfix, to value: TemplateValue, _ scope: TemplateScope
    ) throws -> TemplateValue {
        let line = postfix.line
        try count(line)
        switch postfix.kind {
        case .attribute(let name):
            return try member(name, of: value, line)
        case .index(let expression):
            return try item(try evaluate(expression, scope), of: value, line)
        case .slice(let start, let stop, let step):
            return try slice(
                value, try bound(start, scope), try bound(stop, scope), try bound(step, scope) ?? 1, line)
        case .call(let arguments):
            let (positional, named) = try evaluate(arguments, scope)
            return try call(value, positional, named, line)
        case .filter(let name, let arguments):
            let (positional, named) = try evaluate(arguments, scope)
            return try filter(name, value, TemplateCall(positional, named, "the filter “\(name)”"), line)
        case .test(let name, let arguments, let isNegated):
            let (positional, named) = try evaluate(arguments, scope)
            let call = TemplateCall(positional, named, "the test “\(name)”")
            return .boolean(try test(name, value, call, line) != isNegated)
        }
    }

    private mutating func evaluate(
        _ arguments: TemplateArguments, _ scope: TemplateScope
    ) throws -> ([TemplateValue], [(name: String, value: TemplateValue)]) {
        var positional: [TemplateValue] = []
        for argument in arguments.positional { positional.append(try evaluate(argument, scope)) }
        var named: [(name: String, value: TemplateValue)] = []
        for argument in arguments.named { named.append((argument.name, try evaluate(argument.value, scope))) }
        return (positional, named)
    }

    // MARK: - Members

    /// `value.name`: a method if Python's type has one, then the entry of a mapping.
    mutating func member(_ name: String, of value: TemplateValue, _ line: Int) throws -> TemplateValue {
        guard !name.hasPrefix("_") else { throw failure("the member “\(name)” is not allowed", line) }
        switch value {
        case .undefined: throw unsuited(value, "“.\(name)”", line)
        case .namespace(let namespace): return read(name, of: namespace)
        case .loop(let round):
            guard let member = round.member(name) else { throw failure("“loop.\(name)” is not supported", line) }
            return member
        case .string, .mapping, .sequence:
            switch TemplateMethod.support(of: name, value) {
            case .supported: return .method(of: value, name)
            case .unsupported: throw failure("the method “\(name)” of \(value.typeName) is not supported", line)
            case .none: break
            }
            if case .mapping(let mapping) = value {
                try count(line, bytes: 16 * mapping.entries.count)
                return mapping[name] ?? .undefined(name)
            }
            return .undefined(name)
        case .none: return .undefined(name)
        default: throw failure("“.\(name)” of \(value.typeName) is not supported", line)
        }
    }

    /// `value[index]`: the entry or item, or else the member of that name.
    mutating func item(_ index: TemplateValue, of value: TemplateValue, _ line: Int) throws -> TemplateValue {
        if case .undefined = value { throw unsuited(value, "a subscript", line) }
        if case .string(let name) = index {
            if case .mapping(let mapping) = value {
                try count(line, bytes: 16 * mapping.entries.count)
                if let found = mapping[name] { return found }
            }
            return try member(name, of: value, line)
        }
        guard let place = index.number else {
            switch value {
            case .mapping, .sequence, .string:
                if case .undefined = index { return .undefined("an item") }
                if case .none = index { return .undefined("an item") }
                throw failure("\(index.typeName) as a subscript is not supported", line)
            default: throw unsuited(value, "a subscript", line)
            }
        }
        switch value {
        case .sequence(let sequence) where sequence.kind != .view:
            let offset = place < 0 ? place + sequence.items.count : place
            return sequence.items.indices.contains(offset) ? sequence.items[offset] : .undefined("item \(place)")
        case .string(let text):
            try count(line, bytes: text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            let offset = place < 0 ? place + scalars.count : place
            return scalars.indices.contains(offset) ? .string(String(scalars[offset])) : .undefined("item \(place)")
        case .mapping, .none: return .undefined("item \(place)")
        default: throw failure("a subscript of \(value.typeName) is not supported", line)
        }
    }

    private mutating func bound(_ expression: TemplateExpression?, _ scope: TemplateScope) throws -> Int? {
        guard let expression else { return nil }
        let value = try evaluate(expression, scope)
        if case .none = value { return nil }
        guard let number = value.number else { throw unsuited(value, "a slice", expression.line) }
        return number
    }

    private mutating func slice(
        _ value: TemplateValue, _ start: Int?, _ stop: Int?, _ step: Int, _ line: Int
    ) throws -> TemplateValue {
        guard step != 0 else { throw failure("a slice has the step 0", line) }
        switch value {
        case .sequence(let sequence) where sequence.kind == .list || sequence.kind == .tuple:
            let indices = PythonText.slice(count: sequence.items.count, start: start, stop: stop, step: step)
            return try self.sequence(sequence.kind, indices.map { sequence.items[$0] }, line)
        case .string(let text):
            try count(line, bytes: text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            let indices = PythonText.slice(count: scalars.count, start: start, stop: stop, step: step)
            return try string(PythonText.string(indices.map { scalars[$0] }), line)
        default: throw unsuited(value, "a slice", line)
        }
    }

    // MARK: - Calls

    private mutating func call(
        _ value: TemplateValue, _ positional: [TemplateValue], _ named: [(name: String, value: TemplateValue)],
        _ line: Int
    ) throws -> TemplateValue {
        switch value {
        case .macro(let macro):
            return try call(macro, positional, named, line)
        case .method(let receiver, let name):
            return try method(name, of: receiver, TemplateCall(positional, named, "the method “\(name)”"), line)
        case .function(let name):
            return try function(name, TemplateCall(positional, named, "the function “\(name)”"), line)
        default: throw unsuited(value, "a call", line)
        }
    }

    private mutating func function(
        _ name: String, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        switch name {
        case "raise_exception":
            let values = try arguments.bind(["message"], self, line)
            let message = try values[0].map { try printed($0, line) } ?? ""
            throw failure("the template refuses the messages: \(message)", line)
        case "strftime_now":
            guard case .string(let format)? = try arguments.bind(["format"], self, line)[0], let day,
                let text = day.formatted(format)
            else { throw failure("the format of “strftime_now” is not supported", line) }
            return try string(text, line)
        case "namespace":
            guard arguments.positional.isEmpty else { throw failure("“namespace” takes named arguments only", line) }
            let namespace = TemplateNamespace([:])
            for argument in arguments.named { try set(argument.name, of: namespace, to: argument.value, line) }
            return .namespace(namespace)
        case "dict":
            guard arguments.positional.isEmpty else { throw failure("“dict” takes named arguments only", line) }
            return try mapping(arguments.named.map { ($0.name, $0.value) }, line)
        default:
            return try range(arguments, line)
        }
    }

    private mutating func range(_ arguments: TemplateCall, _ line: Int) throws -> TemplateValue {
        let numbers = arguments.positional.compactMap(\.number)
        guard arguments.named.isEmpty, numbers.count == arguments.positional.count, (1...3).contains(numbers.count)
        else { throw failure("“range” takes one to three whole numbers", line) }
        let start = numbers.count > 1 ? numbers[0] : 0
        let stop = numbers.count > 1 ? numbers[1] : numbers[0]
        let step = numbers.count > 2 ? numbers[2] : 1
        guard step != 0 else { throw failure("“range” has the step 0", line) }
        var items: [TemplateValue] = []
        var next = start
        while step > 0 ? next < stop : next > stop {
            guard items.count < Self.mostItems else {
                throw failure("a range has more than \(Self.mostItems) items", line)
            }
            items.append(.integer(next))
            let (sum, overflow) = next.addingReportingOverflow(step)
            guard !overflow else { break }
            next = sum
        }
        return try sequence(.range, items, line)
    }
}

/// The arguments of a function, method, filter or test.
struct TemplateCall {
    var positional: [TemplateValue]
    var named: [(name: String, value: TemplateValue)]
    private let subject: String

    init(_ positional: [TemplateValue], _ named: [(name: String, value: TemplateValue)], _ subject: String) {
        self.positional = positional
        self.named = named
        self.subject = subject
    }

    /// The arguments in the order of `parameters`, nil where one is not given.
    func bind(_ parameters: [String], _ interpreter: TemplateInterpreter, _ line: Int) throws -> [TemplateValue?] {
        guard positional.count <= parameters.count else {
            throw interpreter.failure("\(subject) with \(positional.count) arguments is not supported", line)
        }
        var result: [TemplateValue?] =
            positional
            + [TemplateValue?](
                repeating: nil, count: parameters.count - positional.count)
        for (name, value) in named {
            guard let place = parameters.firstIndex(of: name), result[place] == nil else {
                throw interpreter.failure("\(subject) with the argument “\(name)” is not supported", line)
            }
            result[place] = value
        }
        return result
    }
}
