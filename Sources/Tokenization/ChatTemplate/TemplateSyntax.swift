/// An expression of a template, with the line it starts on.
///
/// Chains of one precedence (`a + b + c`, `a.b.c | d`) are flat lists, so that the tree is no deeper than the nesting of
/// the source, which the parser limits.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case none
        case boolean(Bool)
        case integer(Int)
        case string(String)
        case name(String)
        case list([TemplateExpression], isTuple: Bool)
        case mapping([(key: TemplateExpression, value: TemplateExpression)])
        case not(TemplateExpression)
        case sign(TemplateExpression, isNegative: Bool)
        case and([TemplateExpression])
        case or([TemplateExpression])
        case comparison(TemplateExpression, [(operation: Comparison, operand: TemplateExpression)])
        case arithmetic(TemplateExpression, [(operation: String, operand: TemplateExpression)])
        case concatenation([TemplateExpression])
        case postfix(TemplateExpression, [TemplatePostfix])
        case conditional(TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
    }

    /// How two values are compared.
    enum Comparison: Sendable {
        case equal, unequal, less, lessOrEqual, greater, greaterOrEqual, contained, notContained
    }

    var kind: Kind
    var line: Int
}

/// What follows a value: `.name`, `[index]`, `[a:b:c]`, `(arguments)`, `| filter`, `is test`.
struct TemplatePostfix: Sendable {
    indirect enum Kind: Sendable {
        case attribute(String)
        case index(TemplateExpression)
        case slice(start: TemplateExpression?, stop: TemplateExpression?, step: TemplateExpression?)
        case call(TemplateArguments)
        case filter(String, TemplateArguments)
        case test(String, TemplateArguments, isNegated: Bool)
    }

    var kind: Kind
    var line: Int
}

/// The arguments of a call, a filter or a test.
struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
}

/// What `set` and `for` assign to.
enum TemplateTarget: Sendable {
    case name(String)
    case names([String])
    case member(of: String, String)
}

/// A statement of a template.
indirect enum TemplateStatement: Sendable {
    case text(String)
    case output(TemplateExpression)
    case conditional(branches: [(test: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(TemplateLoop)
    case assignment(TemplateTarget, TemplateExpression)
    /// `{% set name %}...{% endset %}`, with filters applied to the text.
    case capture(TemplateTarget, filters: [TemplatePostfix], body: [TemplateStatement], line: Int)
    case macro(TemplateMacro)
    /// `{% generation %}...{% endgeneration %}`, with which transformers marks what the assistant said.
    case generation([TemplateStatement])
    case leaveLoop
    case nextRound
}

/// `{% for target in items if filter %}...{% else %}...{% endfor %}`
struct TemplateLoop: Sendable {
    var target: TemplateTarget
    var items: TemplateExpression
    var filter: TemplateExpression?
    var body: [TemplateStatement]
    var otherwise: [TemplateStatement]
    var line: Int
}

/// `{% macro name(parameters) %}...{% endmacro %}`
struct TemplateMacro: Sendable {
    var name: String
    var parameters: [(name: String, fallback: TemplateExpression?)]
    var body: [TemplateStatement]
    var line: Int
}
