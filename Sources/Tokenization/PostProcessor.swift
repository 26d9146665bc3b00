/// Which special tokens stand around a text.
enum PostProcessor: Sendable {
    indirect case sequence([PostProcessor])
    /// Tokens before and after each place where the text stands.
    case template([Piece])
    /// Changes nothing about the ids (ByteLevel trims offsets, which we do not compute).
    case none

    /// A part of a template.
    enum Piece: Sendable, Equatable {
        case text
        case tokens([TokenID])
    }

    /// The ids with special tokens added.
    func apply(to ids: [TokenID]) -> [TokenID] {
        switch self {
        case .sequence(let steps):
            return steps.reduce(ids) { $1.apply(to: $0) }
        case .none:
            return ids
        case .template(let pieces):
            var result: [TokenID] = []
            result.reserveCapacity(ids.count + pieces.count)
            for piece in pieces {
                switch piece {
                case .text: result += ids
                case .tokens(let tokens): result += tokens
                }
            }
            return result
        }
    }
}

extension PostProcessor {
    /// Reads a post-processor of tokenizer.json. Only what happens to a single text counts, not to a pair.
    init(_ element: JSONElement) throws {
        let variant = try element.variant()
        switch variant {
        case "Sequence":
            self = .sequence(try element.required("processors").elements().map(PostProcessor.init))
        case "ByteLevel":
            self = .none
        case "TemplateProcessing":
            self = .template(try Self.template(element))
        case "BertProcessing", "RobertaProcessing":
            self = .template([
                .tokens([try Self.pairedID(element.required("cls"))]), .text,
                .tokens([try Self.pairedID(element.required("sep"))]),
            ])
        default:
            throw element.unsupported("post-processor", variant)
        }
    }

    private static func template(_ element: JSONElement) throws -> [Piece] {
        let tokens = try element.required("special_tokens").members().map { ($0.key, $0.value) }
        let tokensByName = Dictionary(tokens) { first, _ in first }
        let single = try element.required("single")
        var pieces: [Piece] = []
        var count = 0
        for part in try single.elements() {
            let piece = try piece(part, specialTokens: tokensByName)
            if case .tokens(let ids) = piece { count += ids.count }
            guard count <= 1024 else { throw single.failure("puts more than 1,024 tokens around a text") }
            pieces.append(piece)
        }
        return pieces
    }

    private static func piece(_ element: JSONElement, specialTokens: [[UInt8]: JSONElement]) throws -> Piece {
        if let sequence = try element.member("Sequence") {
            let name = try sequence.required("id")
            guard try name.string() == "A" else { throw name.failure("names another text than the first") }
            return .text
        }
        let name = try element.required("SpecialToken").required("id")
        let wanted = try name.text()
        guard let token = specialTokens[wanted] else {
            throw name.failure("is not among the special_tokens of the template")
        }
        return .tokens(try token.required("ids").elements().map(Self.id))
    }

    /// The id of `["<s>", 0]`.
    private static func pairedID(_ element: JSONElement) throws -> TokenID {
        let parts = try element.elements()
        guard parts.count == 2 else { throw element.failure("is not a pair of a token and its id") }
        return try id(parts[1])
    }

    private static func id(_ element: JSONElement) throws -> TokenID {
        TokenID(try element.integer(in: 0...Vocabulary.largestID))
    }
}
