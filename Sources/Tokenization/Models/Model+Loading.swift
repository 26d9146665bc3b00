import Diagnostics

extension Model {
    /// Reads the model of tokenizer.json.
    init(_ element: JSONElement) throws {
        switch try Self.variant(element) {
        case "BPE": self = .bytePair(try BytePairEncoding(element))
        case "WordPiece": self = .wordPiece(try WordPiece(element))
        case "Unigram": self = .unigram(try Unigram(element))
        case let other: throw element.unsupported("model", other)
        }
    }

    /// The kind of model. Files of the first years do not say it: only BPE has merges, and only WordPiece has
    /// the longest word.
    private static func variant(_ element: JSONElement) throws -> String {
        if let named = try element.member("type") { return try named.string() }
        if try element.member("merges") != nil { return "BPE" }
        if try element.member("max_input_chars_per_word") != nil { return "WordPiece" }
        if try element.member("unk_id") != nil { return "Unigram" }
        throw element.failure("does not say what type it is")
    }
}

extension Vocabulary {
    /// Reads an object of tokens and ids.
    init(_ element: JSONElement) throws {
        let document = element.document
        self.init(capacity: Int(document.nodes[element.index].next - Int32(element.index)) / 2)
        var token: [UInt8] = []
        try element.forEachMember { key, value in
            token.removeAll(keepingCapacity: true)
            document.appendString(at: key, to: &token)
            guard let id = document.integer(at: value), id >= 0, id <= Self.largestID else {
                throw element.failure(
                    "gives the token “\(String(decoding: token, as: UTF8.self))” no id from 0 to \(Self.largestID)")
            }
            if let conflict = insert(token, id: TokenID(id)) {
                throw element.failure(conflict, token, TokenID(id))
            }
        }
    }
}

extension JSONElement {
    /// The UTF-8 of what stands before or behind every character of a word: a few bytes, or words would grow without bound.
    fileprivate func affix() throws -> [UInt8] {
        let text = try text()
        guard text.count <= 64 else { throw failure("has \(text.count) bytes, more than 64") }
        return text
    }

    /// The failure for a token that cannot be inserted.
    func failure(_ conflict: Vocabulary.Conflict, _ token: [UInt8], _ id: TokenID) -> Failure {
        let name = String(decoding: token, as: UTF8.self)
        return switch conflict {
        case .duplicateToken(let other): failure("has the token “\(name)” twice, with the ids \(other) and \(id)")
        case .duplicateID: failure("has the id \(id) twice, the second time for the token “\(name)”")
        case .tooLarge: failure("is too large at the token “\(name)” with the id \(id)")
        }
    }
}

extension BytePairEncoding.Unknown {
    /// The unknown token named by `element`, if it is there.
    init(_ element: JSONElement?, in vocabulary: Vocabulary) throws {
        guard let name = try element?.text() else {
            self = .dropped
            return
        }
        self = vocabulary.id(of: name).map { .token($0) } ?? .missing(String(decoding: name, as: UTF8.self))
    }
}

extension BytePairEncoding {
    /// Reads a BPE model.
    convenience init(_ element: JSONElement) throws {
        let vocabulary = try Vocabulary(element.required("vocab"))
        if let dropout = try element.member("dropout"), try dropout.number() != 0 {
            throw dropout.failure("asks for random merges, which are not supported", remedy: "set it to null")
        }
        let prefix = try element.member("continuing_subword_prefix")?.affix() ?? []
        let (merges, joinsAcrossMark) = try Self.merges(
            element.required("merges"), vocabulary, prefixCount: prefix.count)
        self.init(
            vocabulary: vocabulary, merges: merges, joinsAcrossMark: joinsAcrossMark,
            options: Options(
                unknown: try Unknown(element.member("unk_token"), in: vocabulary),
                fusesUnknown: try element.member("fuse_unk")?.boolean() ?? false,
                byteFallback: try element.member("byte_fallback")?.boolean() ?? false,
                ignoresMerges: try element.member("ignore_merges")?.boolean() ?? false,
                continuingPrefix: prefix,
                endSuffix: try element.member("end_of_word_suffix")?.affix() ?? []))
    }

    /// Reads the merges, written "a b" or ["a", "b"], the lowest rank first. The token they become is the first text
    /// followed by the second without the prefix of continuing tokens.
    ///
    /// Also says whether a merge joins something else than "▁" with "▁" behind it.
    private static func merges(
        _ element: JSONElement, _ vocabulary: Vocabulary, prefixCount: Int
    ) throws -> (table: MergeTable, joinsAcrossMark: Bool) {
        let document = element.document
        var capacity = 0
        try element.forEachElement { _ in capacity += 1 }
        var table = MergeTable(capacity: capacity)
        var joinsAcrossMark = false
        var rank: Int32 = 0
        var text: [UInt8] = []
        try element.forEachElement { index in
            func failure(_ problem: String) -> Failure {
                JSONElement(document: document, index: index, path: "\(element.path)[\(rank)]").failure(problem)
            }
            text.removeAll(keepingCapacity: true)
            guard let boundary = document.appendMerge(at: index, to: &text) else {
                throw failure("is neither a pair of tokens nor two tokens with a space between")
            }
            func id(_ start: Int, _ end: Int) throws -> TokenID {
                guard let id = vocabulary.id(of: text, start, end) else {
                    throw failure(
                        "names the token “\(String(decoding: text[start..<end], as: UTF8.self))”, "
                            + "which is not in the vocabulary")
                }
                return id
            }
            let count = text.count
            let left = try id(0, boundary)
            let right = try id(boundary, count)
            if UTF8Text.matches(wordMark, in: text, at: boundary),
                boundary < wordMark.count || !UTF8Text.matches(wordMark, in: text, at: boundary - wordMark.count)
            {
                joinsAcrossMark = true
            }
            guard count - boundary >= prefixCount else { throw failure("has a second token shorter than the prefix") }
            text.removeSubrange(boundary..<boundary + prefixCount)
            table.insert(left, right, .init(rank: rank, id: try id(0, text.count)))
            rank += 1
        }
        return (table, joinsAcrossMark)
    }
}

extension JSONDocument {
    /// Appends both texts of the merge at `index`, and returns where the second starts.
    fileprivate func appendMerge(at index: Int, to text: inout [UInt8]) -> Int? {
        let node = nodes[index]
        switch node.kind {
        case .string:
            appendString(at: index, to: &text)
            guard let space = text.firstIndex(of: 0x20), text.lastIndex(of: 0x20) == space else { return nil }
            text.remove(at: space)
            return space
        case .array:
            let second = index + 2
            guard node.next == index + 3, nodes[index + 1].kind == .string, nodes[second].kind == .string else {
                return nil
            }
            appendString(at: index + 1, to: &text)
            let boundary = text.count
            appendString(at: second, to: &text)
            return boundary
        default:
            return nil
        }
    }
}

extension WordPiece {
    /// Reads a WordPiece model.
    convenience init(_ element: JSONElement) throws {
        let vocabulary = try Vocabulary(element.required("vocab"))
        self.init(
            vocabulary: vocabulary, unknown: try .init(element.required("unk_token"), in: vocabulary),
            continuingPrefix: try element.required("continuing_subword_prefix").affix(),
            longestWord: try element.required("max_input_chars_per_word").integer(in: 0...1000))
    }
}

extension Unigram {
    /// Reads a unigram model: its vocabulary is a list of tokens and scores, the place in it the id.
    convenience init(_ element: JSONElement) throws {
        let list = try element.required("vocab")
        var vocabulary = Vocabulary()
        var scores: [Double] = []
        for entry in try list.elements() {
            let parts = try entry.elements()
            guard parts.count == 2 else { throw entry.failure("is not a pair of a token and its score") }
            let token = try parts[0].text()
            let id = TokenID(scores.count)
            if let conflict = vocabulary.insert(token, id: id) { throw entry.failure(conflict, token, id) }
            scores.append(try parts[1].number())
        }
        var unknown: TokenID?
        if let place = try element.member("unk_id") {
            guard !scores.isEmpty else { throw list.failure("is empty") }
            unknown = TokenID(try place.integer(in: 0...scores.count - 1))
        }
        self.init(
            vocabulary: vocabulary, scores: scores, unknown: unknown,
            byteFallback: try element.member("byte_fallback")?.boolean() ?? false)
    }
}
