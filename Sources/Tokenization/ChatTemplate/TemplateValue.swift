/// A value while a template is rendered, with the meaning it has in Python.
enum TemplateValue {
    /// A name or member that is not there: empty when printed, an error when used. Holds its name for messages.
    case undefined(String)
    case none
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case sequence(TemplateSequence)
    case mapping(TemplateMapping)
    case stream(TemplateStream)
    case namespace(TemplateNamespace)
    case loop(TemplateRound)
    case macro(TemplateMacroValue)
    /// A global function.
    case function(String)
    indirect case method(of: TemplateValue, String)

    /// How it is called in messages.
    var typeName: String {
        switch self {
        case .undefined: "an undefined value"
        case .none: "none"
        case .boolean: "a truth value"
        case .integer: "a number"
        case .string: "a string"
        case .sequence(let sequence): sequence.kind.rawValue
        case .mapping: "a mapping"
        case .stream: "the result of a filter that makes a stream"
        case .namespace: "a namespace"
        case .loop: "the loop"
        case .macro: "a macro"
        case .function, .method: "a function"
        }
    }

    /// How many levels of containers it has.
    var depth: Int {
        switch self {
        case .sequence(let sequence): sequence.depth
        case .mapping(let mapping): mapping.depth
        default: 0
        }
    }

    /// Whether Python takes it for true.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .string(let text): !text.isEmpty
        case .sequence(let sequence): !sequence.items.isEmpty
        case .mapping(let mapping): !mapping.entries.isEmpty
        case .stream, .namespace, .loop, .macro, .function, .method: true
        }
    }

    /// Its value as a number; Python's truth values are 0 and 1.
    var number: Int? {
        switch self {
        case .integer(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }
}

/// A list or something like it. Immutable, as templates run in Jinja's immutable sandbox.
final class TemplateSequence {
    enum Kind: String {
        case list = "a list"
        case tuple = "a tuple"
        case range = "a range"
        /// `mapping.keys()`, `.values()`, `.items()`.
        case view = "a view of a mapping"
    }

    let kind: Kind
    let items: [TemplateValue]
    let depth: Int

    init(_ kind: Kind, _ items: [TemplateValue]) {
        self.kind = kind
        self.items = items
        depth = 1 + (items.lazy.map(\.depth).max() ?? 0)
    }
}

/// A mapping from strings, in the order of insertion.
final class TemplateMapping {
    let entries: [(key: String, value: TemplateValue)]
    let depth: Int

    /// Later entries replace the values of earlier ones with the same key.
    init(_ entries: [(key: String, value: TemplateValue)]) {
        var unique: [(key: String, value: TemplateValue)] = []
        var places: [[UInt8]: Int] = [:]
        for entry in entries {
            if let place = places[Array(entry.key.utf8)] {
                unique[place].value = entry.value
            } else {
                places[Array(entry.key.utf8)] = unique.count
                unique.append(entry)
            }
        }
        self.entries = unique
        depth = 1 + (unique.lazy.map(\.value.depth).max() ?? 0)
    }

    subscript(key: String) -> TemplateValue? {
        entries.first { PythonText.isEqual($0.key, key) }?.value
    }
}

/// What `selectattr`, `map`, `items` and their like make: items that can be gone through once.
final class TemplateStream {
    let items: [TemplateValue]
    var isConsumed = false

    init(_ items: [TemplateValue]) {
        self.items = items
    }
}

/// `namespace(...)`: members that `set` can change from inside a loop.
final class TemplateNamespace {
    var members: [String: TemplateValue]

    init(_ members: [String: TemplateValue]) {
        self.members = members
    }
}

/// The variable `loop`.
final class TemplateRound {
    let items: [TemplateValue]
    var index = 0

    init(_ items: [TemplateValue]) {
        self.items = items
    }

    /// The member `name`, or nil if it is not supported.
    func member(_ name: String) -> TemplateValue? {
        switch name {
        case "index": .integer(index + 1)
        case "index0": .integer(index)
        case "revindex": .integer(items.count - index)
        case "revindex0": .integer(items.count - index - 1)
        case "first": .boolean(index == 0)
        case "last": .boolean(index == items.count - 1)
        case "length": .integer(items.count)
        case "previtem": index > 0 ? items[index - 1] : .undefined("loop.previtem")
        case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined("loop.nextitem")
        default: nil
        }
    }
}

/// A macro together with the variables it sees.
final class TemplateMacroValue {
    let macro: TemplateMacro
    /// The scope of the definition. Unowned, as the scope holds the macro; it outlives every call, see `TemplateScope`.
    unowned let scope: TemplateScope

    init(_ macro: TemplateMacro, _ scope: TemplateScope) {
        self.macro = macro
        self.scope = scope
    }
}

/// The variables of the template, of one round of a loop, or of one call of a macro.
final class TemplateScope {
    private var values: [String: TemplateValue] = [:]
    private let parent: TemplateScope?

    init(in parent: TemplateScope?) {
        self.parent = parent
    }

    subscript(name: String) -> TemplateValue? {
        get { values[name] ?? parent?[name] }
        set { values[name] = newValue }
    }
}
