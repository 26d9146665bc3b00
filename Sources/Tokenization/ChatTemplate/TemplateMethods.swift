import Diagnostics

/// The methods of Python's types that templates may call.
enum TemplateMethod {
    enum Support {
        case supported, unsupported
        /// Python's type has no such method, so the name is a member or undefined.
        case none
    }

    private static let strings: Set<String> = [
        "strip", "lstrip", "rstrip", "startswith", "endswith", "split", "upper", "lower", "capitalize", "replace",
        "join",
    ]
    private static let mappings: Set<String> = ["get", "keys", "values", "items"]
    private static let otherStrings: Set<String> = [
        "casefold", "center", "count", "encode", "expandtabs", "find", "format", "format_map", "index", "isalnum",
        "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace",
        "istitle", "isupper", "ljust", "maketrans", "partition", "removeprefix", "removesuffix", "rfind", "rindex",
        "rjust", "rpartition", "rsplit", "splitlines", "swapcase", "title", "translate", "zfill",
    ]
    private static let otherMappings: Set<String> = [
        "clear", "copy", "fromkeys", "pop", "popitem", "setdefault", "update",
    ]
    private static let otherSequences: Set<String> = [
        "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort", "start",
        "step", "stop", "isdisjoint", "mapping",
    ]

    /// Whether `name` is a method of `value`, and one that is supported.
    static func support(of name: String, _ value: TemplateValue) -> Support {
        switch value {
        case .string: strings.contains(name) ? .supported : otherStrings.contains(name) ? .unsupported : .none
        case .mapping: mappings.contains(name) ? .supported : otherMappings.contains(name) ? .unsupported : .none
        default: otherSequences.contains(name) ? .unsupported : .none
        }
    }
}

extension TemplateInterpreter {
    /// `value.name(arguments)`
    mutating func method(
        _ name: String, of value: TemplateValue, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        switch value {
        case .string(let text): return try method(name, of: text, arguments, line)
        case .mapping(let mapping): return try method(name, of: mapping, arguments, line)
        default: throw unsuited(value, "the method “\(name)”", line)
        }
    }

    // Parameters called by a digit are positional only, as in Python.

    private mutating func method(
        _ name: String, of mapping: TemplateMapping, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        try count(line, bytes: 16 * mapping.entries.count)
        if name == "get" {
            let values = try arguments.bind(["1", "2"], self, line)
            guard let key = values[0] else { throw failure("the method “get” needs an argument", line) }
            guard case .string(let text) = key else { return values[1] ?? .none }
            return mapping[text] ?? values[1] ?? .none
        }
        _ = try arguments.bind([], self, line)
        switch name {
        case "keys": return try sequence(.view, mapping.entries.map { .string($0.key) }, line)
        case "values": return try sequence(.view, mapping.entries.map(\.value), line)
        default: return try sequence(.view, try pairs(of: mapping, line), line)
        }
    }

    private mutating func method(
        _ name: String, of text: String, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        try count(line, bytes: text.utf8.count)
        switch name {
        case "strip", "lstrip", "rstrip":
            let characters = try optionalText(try arguments.bind(["1"], self, line)[0], line)
            return try string(
                PythonText.strip(text, characters: characters, left: name != "rstrip", right: name != "lstrip"), line)
        case "startswith", "endswith":
            let parts: [TemplateValue]
            switch try arguments.bind(["1"], self, line)[0] {
            case .sequence(let sequence) where sequence.kind == .tuple: parts = sequence.items
            case .some(let other): parts = [other]
            case nil: throw failure("the method “\(name)” needs an argument", line)
            }
            for part in parts {
                guard case .string(let part) = part else { throw unsuited(part, "the method “\(name)”", line) }
                try count(line, bytes: part.utf8.count)
                let isFound =
                    name == "startswith"
                    ? text.utf8.starts(with: part.utf8) : text.utf8.reversed().starts(with: part.utf8.reversed())
                if isFound { return .boolean(true) }
            }
            return .boolean(false)
        case "split":
            return try split(text, arguments, line)
        case "replace":
            let values = try arguments.bind(["1", "2"], self, line)
            guard case .string(let old)? = values[0], case .string(let new)? = values[1] else {
                throw failure("the method “replace” needs two texts", line)
            }
            return try replace(text, old, new, line)
        case "join":
            guard let items = try arguments.bind(["1"], self, line)[0] else {
                throw failure("the method “join” needs an argument", line)
            }
            let parts = try iterate(items, line).map { item in
                guard case .string(let part) = item else { throw unsuited(item, "the method “join”", line) }
                return part
            }
            return try join(parts, text, line)
        default:
            _ = try arguments.bind([], self, line)
            return try changeCase(name, text, line)
        }
    }

    private mutating func split(
        _ text: String, _ arguments: TemplateCall, _ line: Int
    ) throws -> TemplateValue {
        let values = try arguments.bind(["sep", "maxsplit"], self, line)
        guard let limit = (values[1] ?? .integer(-1)).number else {
            throw failure("the limit of “split” is no number", line)
        }
        let parts: [String]
        if let separator = try optionalText(values[0], line) {
            guard !separator.isEmpty else { throw failure("the separator of “split” is empty", line) }
            parts = PythonText.split(text, by: separator, limit: limit)
        } else {
            guard limit < 0 else { throw failure("“split” at white space with a limit is not supported", line) }
            parts = PythonText.words(text)
        }
        return try sequence(.list, parts.map { .string($0) }, line)
    }
}
