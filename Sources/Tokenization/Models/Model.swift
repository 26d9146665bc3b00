/// How a word becomes tokens.
enum Model: Sendable {
    case bytePair(BytePairEncoding)
    case wordPiece(WordPiece)
    case unigram(Unigram)

    /// The model's own tokens, without the added ones.
    var vocabulary: Vocabulary {
        switch self {
        case .bytePair(let model): model.vocabulary
        case .wordPiece(let model): model.vocabulary
        case .unigram(let model): model.tokens
        }
    }

    /// Appends the tokens of every piece.
    func encode(
        _ pieces: Pieces, _ workspace: EncodingWorkspace, into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        for piece in pieces.pieces {
            switch self {
            case .bytePair(let model):
                try model.cut(pieces.text, piece) { (start, end) throws(UnknownTokenMissing) in
                    try encode(pieces.text, start, end, workspace, into: &ids)
                }
            case .wordPiece, .unigram:
                try encode(pieces.text, piece.start, piece.end, workspace, into: &ids)
            }
        }
    }

    /// Appends the tokens of one word: known ones, if the word was met before.
    private func encode(
        _ text: [UInt8], _ start: Int, _ end: Int, _ workspace: EncodingWorkspace, into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        let isCacheable = end - start <= WordCache.longestWord
        let hash = isCacheable ? Vocabulary.hash(text, start, end) : 0
        if isCacheable, workspace.cache.append(text, start, end, hash: hash, to: &ids) { return }
        let count = ids.count
        switch self {
        case .bytePair(let model): try model.encode(text, start, end, &workspace.merging, into: &ids)
        case .wordPiece(let model): try model.encode(text, start, end, into: &ids)
        case .unigram(let model): try model.encode(text, start, end, into: &ids)
        }
        if isCacheable { workspace.cache.insert(text, start, end, hash: hash, ids[count...]) }
    }
}

/// What one thread needs while it encodes: arrays that are used again, and the words it has met.
///
/// `@unchecked Sendable`: a workspace is taken out of the tokenizer's pool before it is used and put back afterwards,
/// so only one thread ever touches it.
final class EncodingWorkspace: @unchecked Sendable {
    var cache = WordCache()
    var merging = MergeWorkspace()
}
