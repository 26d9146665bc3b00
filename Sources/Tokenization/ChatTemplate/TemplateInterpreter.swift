import Diagnostics

/// Renders the statements of a template.
///
/// Every step and every byte of text that is made counts against a limit, so that a hostile template ends with an error
/// and not with a full memory.
struct TemplateInterpreter {
    /// Steps of one rendering; 16 bytes of text count as one. A usual template takes some hundreds.
    static let mostSteps = 2_000_000
    /// Levels of containers in each other.
    static let deepestValue = 32
    /// Statements, expressions and macro calls in each other; each takes some of the thread's stack.
    static let deepestCall = 256
    /// Items of one list.
    static let mostItems = 100_000

    let file: String
    let day: ChatTemplate.Day?
    /// Members of the standard special tokens that the checkpoint does not tell.
    let untoldTokens: Set<String>
    private var output = ""
    private var steps = 0
    private var depth = 0
    /// How often a namespace was read, by which a loop's filter is checked.
    private(set) var namespaceReads = 0
    /// The scopes in which macros were defined, kept for the macros' unowned references.
    private var definitionScopes: [TemplateScope] = []

    /// How a list of statements was left.
    private enum Exit {
        case end, leaveLoop, nextRound
    }

    init(file: String, day: ChatTemplate.Day?, untoldTokens: Set<String>) {
        self.file = file
        self.day = day
        self.untoldTokens = untoldTokens
    }

    /// The text that `statements` make of `variables`.
    mutating func render(_ statements: [TemplateStatement], _ variables: [String: TemplateValue]) throws -> String {
        let scope = TemplateScope(in: nil)
        for (name, value) in variables { scope[name] = value }
        _ = try run(statements, scope)
        return output
    }

    // MARK: - Failures and limits

    func failure(_ problem: String, _ line: Int, remedy: String? = nil) -> Failure {
        Failure(.badData, file: file, at: "line \(line) of the chat template", problem, remedy: remedy)
    }

    /// Counts a step, and the bytes it makes.
    mutating func count(_ line: Int, bytes: Int = 0) throws {
        steps += 1 + bytes / 16
        guard steps <= Self.mostSteps else {
            throw failure("rendering takes more than \(Self.mostSteps) steps", line)
        }
    }

    /// Begins what nests: balanced by `leave`. An error ends the rendering, so that only success needs the balance.
    mutating func enter(_ line: Int) throws {
        depth += 1
        guard depth <= Self.deepestCall else {
            throw failure("statements and macro calls nest more than \(Self.deepestCall) deep", line)
        }
    }

    mutating func leave() { depth -= 1 }

    /// A string that was made, counted.
    mutating func string(_ text: String, _ line: Int) throws -> TemplateValue {
        try count(line, bytes: text.utf8.count)
        return .string(text)
    }

    /// A list that was made, counted and checked.
    mutating func sequence(
        _ kind: TemplateSequence.Kind, _ items: [TemplateValue], _ line: Int
    ) throws -> TemplateValue {
        try count(line, bytes: 16 * items.count)
        guard items.count <= Self.mostItems else {
            throw failure("a list has more than \(Self.mostItems) items", line)
        }
        for item in items { try checkStorable(item, line) }
        return .sequence(TemplateSequence(kind, items))
    }

    /// A mapping that was made, counted and checked.
    mutating func mapping(_ entries: [(key: String, value: TemplateValue)], _ line: Int) throws -> TemplateValue {
        try count(line, bytes: 16 * entries.count)
        for entry in entries { try checkStorable(entry.value, line) }
        return .mapping(TemplateMapping(entries))
    }

    /// Refuses what would make values refer to each other or nest without end.
    func checkStorable(_ value: TemplateValue, _ line: Int) throws {
        switch value {
        case .namespace, .loop, .macro, .function, .method, .stream:
            throw failure("\(value.typeName) inside another value is not supported", line)
        default:
            guard value.depth < Self.deepestValue else {
                throw failure("a value is nested more than \(Self.deepestValue) deep", line)
            }
        }
    }

    // MARK: - Statements

    private mutating func run(_ statements: [TemplateStatement], _ scope: TemplateScope) throws -> Exit {
        try enter(1)
        for statement in statements {
            let exit = try run(statement, scope)
            guard exit == .end else {
                leave()
                return exit
            }
        }
        leave()
        return .end
    }

    private mutating func run(_ statement: TemplateStatement, _ scope: TemplateScope) throws -> Exit {
        switch statement {
        case .text(let text):
            try write(text, 1)
        case .output(let expression):
            try write(try printed(try evaluate(expression, scope), expression.line), expression.line)
        case .conditional(let branches, let otherwise):
            for branch in branches where try evaluate(branch.test, scope).isTrue { return try run(branch.body, scope) }
            return try run(otherwise, scope)
        case .loop(let loop):
            return try run(loop, scope)
        case .assignment(let target, let expression):
            try assign(try evaluate(expression, scope), to: target, scope, expression.line)
        case .capture(let target, let filters, let body, let line):
            let text = try captured { try $0.run(body, TemplateScope(in: scope)) }
            var value = TemplateValue.string(text)
            for filter in filters { value = try apply(filter, to: value, scope) }
            try assign(value, to: target, scope, line)
        case .macro(let macro):
            try count(macro.line, bytes: 1024)
            definitionScopes.append(scope)
            scope[macro.name] = .macro(TemplateMacroValue(macro, scope))
        case .generation(let body):
            let text = try captured { try $0.run(body, TemplateScope(in: scope)) }
            try write(text, 1)
        case .leaveLoop:
            return .leaveLoop
        case .nextRound:
            return .nextRound
        }
        return .end
    }

    private mutating func write(_ text: String, _ line: Int) throws {
        try count(line, bytes: text.utf8.count)
        output += text
    }

    /// What `body` writes.
    private mutating func captured(_ body: (inout TemplateInterpreter) throws -> Exit) throws -> String {
        let before = output
        output = ""
        _ = try body(&self)
        defer { output = before }
        return output
    }

    private mutating func run(_ loop: TemplateLoop, _ scope: TemplateScope) throws -> Exit {
        var items = try iterate(try evaluate(loop.items, scope), loop.line)
        if let filter = loop.filter {
            let reads = namespaceReads
            items = try items.filter { item in
                let inner = TemplateScope(in: scope)
                try assign(item, to: loop.target, inner, loop.line)
                return try evaluate(filter, inner).isTrue
            }
            // Jinja filters while the loop runs, so that the body could change what the filter reads.
            guard namespaceReads == reads else {
                throw failure("a namespace in the filter of a loop is not supported", filter.line)
            }
        }
        guard !items.isEmpty else { return try run(loop.otherwise, TemplateScope(in: scope)) }
        let round = TemplateRound(items)
        for (index, item) in items.enumerated() {
            try count(loop.line)
            round.index = index
            let inner = TemplateScope(in: scope)
            inner["loop"] = .loop(round)
            try assign(item, to: loop.target, inner, loop.line)
            if try run(loop.body, inner) == .leaveLoop { break }
        }
        return .end
    }

    private mutating func assign(
        _ value: TemplateValue, to target: TemplateTarget, _ scope: TemplateScope, _ line: Int
    ) throws {
        switch target {
        case .name(let name):
            scope[name] = value
        case .names(let names):
            let items = try iterate(value, line)
            guard items.count == names.count else {
                throw failure("\(names.count) names are set from \(items.count) values", line)
            }
            for (name, item) in zip(names, items) { scope[name] = item }
        case .member(let name, let member):
            guard case .namespace(let namespace) = try variable(name, scope, line) else {
                throw failure("“\(name)” is no namespace, and its members cannot be set", line)
            }
            try set(member, of: namespace, to: value, line)
        }
    }

    /// Sets a member of a namespace.
    func set(_ member: String, of namespace: TemplateNamespace, to value: TemplateValue, _ line: Int) throws {
        guard !member.hasPrefix("_") else {
            throw failure("the member “\(member)” of a namespace starts with an underscore", line)
        }
        try checkStorable(value, line)
        namespace.members[member] = value
    }

    /// A member of a namespace.
    mutating func read(_ member: String, of namespace: TemplateNamespace) -> TemplateValue {
        namespaceReads += 1
        return namespace.members[member] ?? .undefined(member)
    }

    // MARK: - Macros

    /// The text that a macro makes of its arguments.
    mutating func call(
        _ value: TemplateMacroValue, _ positional: [TemplateValue], _ named: [(name: String, value: TemplateValue)],
        _ line: Int
    ) throws -> TemplateValue {
        let macro = value.macro
        guard positional.count <= macro.parameters.count else {
            throw failure("the macro “\(macro.name)” takes \(macro.parameters.count) arguments", line)
        }
        var given: [String: TemplateValue] = [:]
        for (parameter, argument) in zip(macro.parameters, positional) { given[parameter.name] = argument }
        for (name, argument) in named {
            guard macro.parameters.contains(where: { $0.name == name }), given[name] == nil else {
                throw failure("the macro “\(macro.name)” has no argument “\(name)” left", line)
            }
            given[name] = argument
        }
        let scope = TemplateScope(in: value.scope)
        for parameter in macro.parameters {
            if let argument = given[parameter.name] {
                scope[parameter.name] = argument
            } else if let fallback = parameter.fallback {
                scope[parameter.name] = try evaluate(fallback, scope)
            } else {
                scope[parameter.name] = .undefined(parameter.name)
            }
        }
        let text = try captured { try $0.run(macro.body, scope) }
        return try string(text, line)
    }
}
