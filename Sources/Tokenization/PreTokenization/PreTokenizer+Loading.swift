import Diagnostics

extension PreTokenizer {
    /// Reads a pre-tokeniser of tokenizer.json.
    init(_ element: JSONElement) throws {
        let variant = try element.variant()
        switch variant {
        case "Sequence":
            self = .sequence(try element.required("pretokenizers").elements().map(PreTokenizer.init))
        case "ByteLevel":
            // Files older than the key mean true.
            let usesRegex = try element.member("use_regex")?.boolean() ?? true
            self = .byteLevel(
                addsPrefixSpace: try element.required("add_prefix_space").boolean(),
                pattern: usesRegex ? try Pattern(Self.gpt2Pattern, at: element) : nil)
        case "Split":
            self = .split(
                Splitter(
                    delimiter: try Delimiter(element.required("pattern")),
                    behavior: try SplitBehavior(element.required("behavior")),
                    isInverted: try element.required("invert").boolean()))
        case "Digits":
            let individually = try element.required("individual_digits").boolean()
            self = .split(
                Splitter(delimiter: .scalars(.numeric), behavior: individually ? .isolated : .contiguous))
        case "Punctuation":
            let behavior = try element.member("behavior").map(SplitBehavior.init) ?? .isolated
            self = .split(Splitter(delimiter: .scalars(.punctuation), behavior: behavior))
        case "WhitespaceSplit":
            self = .split(Splitter(delimiter: .scalars(.whiteSpace), behavior: .removed))
        case "Whitespace":
            // `\w+|[^\w\s]+` in the reference's other engine for regular expressions, whose words are not Oniguruma's.
            self = .sequence([
                .split(Splitter(delimiter: .scalars(.whiteSpace), behavior: .removed)),
                .split(Splitter(delimiter: .scalars(.word), behavior: .contiguous)),
            ])
        case "BertPreTokenizer":
            self = .sequence([
                .split(Splitter(delimiter: .scalars(.whiteSpace), behavior: .removed)),
                .split(Splitter(delimiter: .scalars(.punctuation), behavior: .isolated)),
            ])
        case "CharDelimiterSplit":
            let delimiter = try element.required("delimiter").singleScalar()
            self = .split(Splitter(delimiter: .literal(delimiter), behavior: .removed))
        case "Metaspace":
            self = try Self.metaspace(element)
        default:
            throw element.unsupported("pre-tokenizer", variant)
        }
    }

    /// Reads Metaspace. Older files have the key `add_prefix_space` instead of `prepend_scheme`.
    private static func metaspace(_ element: JSONElement) throws -> PreTokenizer {
        .metaspace(
            replacement: try element.required("replacement").singleScalar(),
            prepends: try PrependScheme(metaspace: element),
            splits: try element.member("split")?.boolean() ?? true)
    }
}

extension PreTokenizer.PrependScheme {
    /// Reads the scheme of a Metaspace pre-tokeniser or decoder.
    init(metaspace element: JSONElement) throws {
        let addsPrefixSpace = try element.member("add_prefix_space")?.boolean()
        guard let scheme = try element.member("prepend_scheme") else {
            self = addsPrefixSpace == false ? .never : .always
            return
        }
        let name = try scheme.string()
        guard let known = Self(rawValue: name) else { throw scheme.failure("is “\(name)”, which is not supported") }
        guard addsPrefixSpace != false || known == .never else {
            throw scheme.failure("is “\(name)” and contradicts add_prefix_space, which is false")
        }
        self = known
    }
}

extension SplitBehavior {
    /// Reads the name of a behaviour.
    init(_ element: JSONElement) throws {
        let name = try element.string()
        // Older files write the names in lower case with underscores.
        let folded = name.lowercased().filter { $0 != "_" }
        guard let known = Self.allCases.first(where: { $0.rawValue.lowercased() == folded }) else {
            throw element.failure("is “\(name)”, which is not supported")
        }
        self = known
    }
}

extension Delimiter {
    /// Reads `{"String": …}` or `{"Regex": …}`.
    init(_ element: JSONElement) throws {
        if let literal = try element.member("String") {
            let text = try literal.text()
            guard !text.isEmpty else { throw literal.failure("is empty") }
            self = .literal(text)
        } else {
            let pattern = try element.required("Regex")
            self = .pattern(try Pattern(pattern.string(), at: pattern))
        }
    }
}

extension Pattern {
    /// Compiles `pattern`, or throws a failure that names its place in the file.
    convenience init(_ pattern: String, at element: JSONElement) throws {
        do {
            try self.init(pattern)
        } catch {
            throw element.failure(
                "is a regular expression that cannot be used: \(error.problem) (byte \(error.offset))")
        }
    }
}

extension JSONElement {
    /// The UTF-8 of a string of one scalar.
    func singleScalar() throws -> [UInt8] {
        let text = try text()
        guard let lead = text.first, UTF8Text.length(lead: lead) == text.count else {
            throw failure("is not a single character")
        }
        return text
    }
}
