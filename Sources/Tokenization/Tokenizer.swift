import Diagnostics
import Synchronization

/// The number of a token.
public typealias TokenID = Int32

/// A tokenizer read from a Hugging Face tokenizer.json.
///
/// Text passes through the stages of the file in order: added tokens are cut out, the rest is normalised, cut into
/// words (pre-tokenised), and each word becomes tokens; a post-processor puts special tokens around. Decoding joins the
/// tokens' texts through the file's decoder. The ids are those of the `tokenizers` library 0.23, byte for byte.
///
///     let tokenizer = try Tokenizer(folder: "models/gpt2")
///     try tokenizer.encode("Hello world")                              // [15496, 995]
///     tokenizer.decode([15496, 995], skipSpecialTokens: true)          // "Hello world"
///
/// Truncation and padding that a file may ask for are left to the caller, as `transformers` does.
///
/// Safe to use from several threads at once. Each concurrent `encode` keeps a cache of words, of 4 MiB.
public final class Tokenizer: Sendable {
    private let file: String
    private let normalizer: Normalizer?
    private let preTokenizer: PreTokenizer?
    private let model: Model
    private let postProcessor: PostProcessor?
    private let decoder: Decoder?
    private let addedTokens: AddedTokens
    private let workspaces = Mutex<[EncodingWorkspace]>([])

    /// The number of different ids: the model's tokens and the added ones it does not have.
    public let vocabularyCount: Int

    /// Reads the tokenizer.json in `folder`.
    ///
    /// - Throws: `Failure` 66 if there is none; `Failure` 65, with the path of the JSON value, if it is damaged or asks
    ///   for something that is not supported.
    public convenience init(folder: String) throws {
        let file = folder.hasSuffix("/") ? folder + "tokenizer.json" : folder + "/tokenizer.json"
        try self.init(json: TokenizerFile.bytes(of: file), file: file)
    }

    /// Reads a tokenizer from the text of a tokenizer.json; `file` is its name in messages.
    init(json: [UInt8], file: String) throws {
        self.file = file
        let root = try JSONDocument(json, file: file).root
        let normalizer = try root.member("normalizer").map(Normalizer.init)
        self.normalizer = normalizer
        let preTokenizer = try root.member("pre_tokenizer").map(PreTokenizer.init)
        self.preTokenizer = preTokenizer
        let growth = normalizer?.growth ?? 1
        try Growth.check(growth, root, "normalizer")
        try Growth.check(growth * (preTokenizer?.growth ?? 1), root, "pre_tokenizer")
        model = try Model(root.required("model"))
        postProcessor = try root.member("post_processor").map(PostProcessor.init)
        decoder = try root.member("decoder").map(Decoder.init)
        try Growth.check(postProcessor?.growth ?? 1, root, "post_processor", limit: Growth.idLimit)
        try Growth.check(decoder?.growth ?? 1, root, "decoder")
        let vocabulary = model.vocabulary
        addedTokens = try AddedTokens(root.member("added_tokens"), vocabulary) { text in
            try normalizer?.apply(to: text) ?? text
        }
        vocabularyCount = vocabulary.count + addedTokens.ids.filter { vocabulary.token($0) == nil }.count
    }

    /// The ids of `text`.
    ///
    /// Added tokens that stand in the text are recognised in any case.
    ///
    /// - Parameter addSpecialTokens: whether the post-processor puts its tokens (a start-of-text token, say) around.
    /// - Throws: `Failure` 65 if the text needs an unknown token that the vocabulary lacks, or exceeds the limits of the
    ///   regular expressions.
    public func encode(_ text: String, addSpecialTokens: Bool = true) throws -> [TokenID] {
        let workspace = workspaces.withLock { $0.popLast() } ?? EncodingWorkspace()
        defer { workspaces.withLock { $0.append(workspace) } }
        let text = Array(text.utf8)
        var ids: [TokenID] = []
        ids.reserveCapacity(text.count / 3 + 4)
        for part in addedTokens.split(text, .raw) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                let raw = range == 0..<text.count ? text : Array(text[range])
                do {
                    try encode(raw, isFirst: range.lowerBound == 0, workspace, into: &ids)
                } catch var failure as Failure {
                    failure.file = file
                    throw failure
                }
            }
        }
        guard addSpecialTokens, let postProcessor else { return ids }
        return postProcessor.apply(to: ids)
    }

    /// Appends the ids of a text without added tokens of the raw stage.
    private func encode(
        _ raw: [UInt8], isFirst: Bool, _ workspace: EncodingWorkspace, into ids: inout [TokenID]
    ) throws {
        let text = try normalizer?.apply(to: raw) ?? raw
        for part in addedTokens.split(text, .normalized) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                let piece = range == 0..<text.count ? text : Array(text[range])
                var pieces = Pieces(piece, isFirst: isFirst && range.lowerBound == 0)
                if case .bytePair = model {
                    try preTokenizer?.applyButForAlphabet(to: &pieces)
                } else {
                    try preTokenizer?.apply(to: &pieces)
                }
                do {
                    try model.encode(pieces, workspace, into: &ids)
                } catch {
                    throw Failure(
                        .badData, file: file, at: "model",
                        "the text has a character that is not in the vocabulary, and neither is the unknown token "
                            + "“\(error.name)”")
                }
            }
        }
    }

    /// The text of `ids`.
    ///
    /// Ids that the tokenizer does not have are skipped. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Parameter skipSpecialTokens: whether special added tokens are left out.
    public func decode(_ ids: [TokenID], skipSpecialTokens: Bool) -> String {
        var tokens: [[UInt8]] = []
        tokens.reserveCapacity(ids.count)
        for id in ids {
            if let added = addedTokens.text(of: id) {
                if !(skipSpecialTokens && added.isSkipped) { tokens.append(added.text) }
            } else if let token = model.vocabulary.token(id) {
                tokens.append(token)
            }
        }
        guard let decoder else { return String(decoding: Array(tokens.joined(separator: [0x20])), as: UTF8.self) }
        return String(decoding: decoder.apply(to: tokens).joined(), as: UTF8.self)
    }
}

extension AddedTokens {
    /// Reads the list of added tokens.
    ///
    /// A token may stand in the model's vocabulary, too, under the same id; other than that its id must be its own.
    fileprivate init(
        _ element: JSONElement?, _ vocabulary: Vocabulary, normalize: ([UInt8]) throws -> [UInt8]
    ) throws {
        var tokens: [Token] = []
        var seen = Vocabulary()
        for entry in try element?.elements() ?? [] {
            let id = TokenID(try entry.required("id").integer(in: 0...Vocabulary.largestID))
            let content = try entry.required("content").text()
            guard !content.isEmpty else { throw entry.failure("has no content") }
            if let conflict = seen.insert(content, id: id) { throw entry.failure(conflict, content, id) }
            let name = String(decoding: content, as: UTF8.self)
            if let other = vocabulary.id(of: content), other != id {
                throw entry.failure("gives “\(name)” the id \(id), and the vocabulary gives it \(other)")
            }
            if let other = vocabulary.token(id), other != content {
                throw entry.failure(
                    "gives “\(name)” the id \(id), which the vocabulary gives to “\(String(decoding: other, as: UTF8.self))”"
                )
            }
            tokens.append(
                Token(
                    id: id, content: content,
                    isSingleWord: try entry.required("single_word").boolean(),
                    stripsLeft: try entry.required("lstrip").boolean(),
                    stripsRight: try entry.required("rstrip").boolean(),
                    isNormalized: try entry.required("normalized").boolean(),
                    isSpecial: try entry.required("special").boolean()))
        }
        try self.init(tokens, normalize: normalize)
    }
}
