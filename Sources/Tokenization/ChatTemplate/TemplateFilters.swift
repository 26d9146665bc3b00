import Diagnostics

extension TemplateInterpreter {
    /// `value | name(arguments)`
    mutating func filter(
        _ name: String, _ value: TemplateValue, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        switch name {
        case "trim":
            let characters = try arguments.bind(["chars"], self, line)[0]
            return try string(
                PythonText.strip(try printed(value, line), characters: try optionalText(characters, line)), line)
        case "upper", "lower", "capitalize", "string":
            _ = try arguments.bind([], self, line)
            let text = try printed(value, line)
            return try name == "string" ? string(text, line) : changeCase(name, text, line)
        case "length", "count":
            _ = try arguments.bind([], self, line)
            return .integer(try length(value, line))
        case "tojson":
            return try json(value, arguments, line)
        case "default", "d":
            let values = try arguments.bind(["default_value", "boolean"], self, line)
            if case .undefined = value { return values[0] ?? .string("") }
            return values[1]?.isTrue == true && !value.isTrue ? values[0] ?? .string("") : value
        case "join":
            let separator = try printed(try arguments.bind(["d"], self, line)[0] ?? .string(""), line)
            return try join(try iterate(value, line).map { try printed($0, line) }, separator, line)
        case "list":
            _ = try arguments.bind([], self, line)
            return try sequence(.list, try iterate(value, line), line)
        case "items":
            _ = try arguments.bind([], self, line)
            switch value {
            case .undefined: return .stream(TemplateStream([]))
            case .mapping(let mapping): return .stream(TemplateStream(try pairs(of: mapping, line)))
            default: throw unsuited(value, "the filter “items”", line)
            }
        case "replace":
            let values = try arguments.bind(["old", "new"], self, line)
            guard let old = values[0], let new = values[1] else {
                throw failure("the filter “replace” needs two arguments", line)
            }
            return try replace(try printed(value, line), try printed(old, line), try printed(new, line), line)
        case "first":
            _ = try arguments.bind([], self, line)
            return try iterate(value, line).first ?? .undefined("the first item")
        case "last":
            _ = try arguments.bind([], self, line)
            if case .stream = value { throw unsuited(value, "the filter “last”", line) }
            return try iterate(value, line).last ?? .undefined("the last item")
        case "select", "reject", "selectattr", "rejectattr":
            return try select(name, value, arguments, line)
        case "map":
            return try map(value, arguments, line)
        default:
            throw failure("the filter “\(name)” is not supported", line)
        }
    }

    /// The text of an argument that may be missing or none.
    func optionalText(_ value: TemplateValue?, _ line: Int) throws -> String? {
        switch value {
        case nil, .some(.none): return nil
        case .string(let text): return text
        case .some(let other): throw unsuited(other, "an argument that takes text", line)
        }
    }

    /// `upper`, `lower` or `capitalize`.
    mutating func changeCase(_ name: String, _ text: String, _ line: Int) throws -> TemplateValue {
        let changed =
            switch name {
            case "upper": Optional(PythonText.upper(text))
            case "lower": PythonText.lower(text)
            default: PythonText.capitalize(text)
            }
        guard let changed else { throw failure("“\(name)” of a text with “Σ” is not supported", line) }
        return try string(changed, line)
    }

    /// Python's `len`.
    mutating func length(_ value: TemplateValue, _ line: Int) throws -> Int {
        switch value {
        case .undefined: return 0
        case .string(let text):
            try count(line, bytes: text.utf8.count)
            return text.unicodeScalars.count
        case .sequence(let sequence): return sequence.items.count
        case .mapping(let mapping): return mapping.entries.count
        default: throw unsuited(value, "the length", line)
        }
    }

    mutating func join(_ parts: [String], _ separator: String, _ line: Int) throws -> TemplateValue {
        try count(line, bytes: parts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count })
        return .string(parts.joined(separator: separator))
    }

    mutating func replace(_ text: String, _ old: String, _ new: String, _ line: Int) throws -> TemplateValue {
        guard !old.isEmpty else { throw failure("“replace” of an empty text is not supported", line) }
        try count(line, bytes: text.utf8.count)
        let parts = PythonText.split(text, by: old, limit: -1)
        return try join(parts, new, line)
    }

    /// The members of a mapping as tuples.
    mutating func pairs(of mapping: TemplateMapping, _ line: Int) throws -> [TemplateValue] {
        try mapping.entries.map { try sequence(.tuple, [.string($0.key), $0.value], line) }
    }

    // MARK: - Filters over items

    private mutating func select(
        _ name: String, _ value: TemplateValue, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        guard arguments.named.isEmpty else { throw failure("the filter “\(name)” takes no named arguments", line) }
        var rest = arguments.positional[...]
        var path: String?
        if name.hasSuffix("attr") {
            guard case .string(let text)? = rest.popFirst() else {
                throw failure("the filter “\(name)” needs the name of a member", line)
            }
            path = text
        }
        let testName = try optionalText(rest.popFirst(), line)
        let call = TemplateCall(Array(rest), [], "the test “\(testName ?? "")”")
        let keeps = name.hasPrefix("select")
        let items = value.isTrue ? try iterate(value, line) : []
        let kept = try items.filter { item in
            try count(line)
            let subject = try path.map { try member(at: $0, of: item, line) } ?? item
            return try (testName.map { try test($0, subject, call, line) } ?? subject.isTrue) == keeps
        }
        return .stream(TemplateStream(kept))
    }

    private mutating func map(
        _ value: TemplateValue, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        let items = value.isTrue ? try iterate(value, line) : []
        if arguments.positional.isEmpty {
            let values = try arguments.bind(["attribute", "default"], self, line)
            guard case .string(let path)? = values[0] else {
                throw failure("the filter “map” needs the name of a filter or member", line)
            }
            return .stream(
                TemplateStream(
                    try items.map { item in
                        let found = try member(at: path, of: item, line)
                        if case .undefined = found { return values[1] ?? found }
                        return found
                    }))
        }
        guard case .string(let name) = arguments.positional[0] else {
            throw failure("the filter “map” needs the name of a filter", line)
        }
        let call = TemplateCall(
            Array(arguments.positional.dropFirst()), arguments.named, "the filter “\(name)”")
        return .stream(TemplateStream(try items.map { try filter(name, $0, call, line) }))
    }

    /// The member that a path with dots leads to.
    private mutating func member(at path: String, of value: TemplateValue, _ line: Int) throws -> TemplateValue {
        var value = value
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let index: TemplateValue = Int(part).map { .integer($0) } ?? .string(String(part))
            value = try item(index, of: value, line)
        }
        return value
    }

    // MARK: - JSON

    /// transformers' `tojson`: `json.dumps` without the escapes for HTML and other scripts.
    private mutating func json(
        _ value: TemplateValue, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        let values = try arguments.bind(["ensure_ascii", "indent"], self, line)
        guard values[0]?.isTrue != true else { throw failure("“tojson” with “ensure_ascii” is not supported", line) }
        var indent: Int?
        switch values[1] {
        case nil, .some(.none): break
        case .integer(let width) where (0...16).contains(width): indent = width
        default: throw failure("“tojson” with this “indent” is not supported", line)
        }
        var result = ""
        try writeJSON(value, indent: indent, level: 0, into: &result, line)
        return .string(result)
    }

    private mutating func writeJSON(
        _ value: TemplateValue, indent: Int?, level: Int, into result: inout String, _ line: Int
    ) throws {
        let start = result.utf8.count
        switch value {
        case .none: result += "null"
        case .boolean(let value): result += value ? "true" : "false"
        case .integer(let value): result += String(value)
        case .string(let text): result += PythonText.json(text)
        case .sequence(let sequence) where sequence.kind == .list || sequence.kind == .tuple:
            try writeJSONItems(
                "[", sequence.items.map { (nil, $0) }, "]", indent: indent, level: level, into: &result, line)
        case .mapping(let mapping):
            try writeJSONItems(
                "{", mapping.entries.map { ($0.key, $0.value) }, "}", indent: indent, level: level, into: &result, line)
        default: throw unsuited(value, "“tojson”", line)
        }
        try count(line, bytes: result.utf8.count - start)
    }

    private mutating func writeJSONItems(
        _ opening: String, _ items: [(key: String?, value: TemplateValue)], _ closing: String, indent: Int?, level: Int,
        into result: inout String, _ line: Int
    ) throws {
        func newline(_ level: Int) -> String {
            indent.map { "\n" + String(repeating: " ", count: $0 * level) } ?? ""
        }
        result += opening
        for (index, item) in items.enumerated() {
            if index > 0 { result += indent == nil ? ", " : "," }
            result += newline(level + 1)
            if let key = item.key { result += PythonText.json(key) + ": " }
            try writeJSON(item.value, indent: indent, level: level + 1, into: &result, line)
        }
        if !items.isEmpty { result += newline(level) }
        result += closing
    }
}
