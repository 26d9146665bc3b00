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

    /// Appends the tokens of every piece: known ones, if the word was met before.
    func encode(
        _ pieces: Pieces, _ workspace: EncodingWorkspace, into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        let text = pieces.text
        let bytes = text.span.bytes
        let cache = workspace.cache
        // The choice of the model stands outside of the loops: taking it out of the enumeration costs as much as a word.
        switch self {
        case .bytePair(let model):
            for piece in pieces.pieces {
                try model.cut(text, piece) { (start, end) throws(UnknownTokenMissing) in
                    guard let miss = cache.append(bytes, start, end, to: &ids) else { return }
                    if pieces.isByteLevel {
                        try model.encodeBytes(text, start, end, &workspace.merging, into: &ids)
                    } else {
                        try model.encode(text, start, end, &workspace.merging, into: &ids)
                    }
                    cache.insert(miss, ids)
                }
            }
        case .wordPiece(let model):
            for piece in pieces.pieces {
                guard let miss = cache.append(bytes, piece.start, piece.end, to: &ids) else { continue }
                try model.encode(text, piece.start, piece.end, into: &ids)
                cache.insert(miss, ids)
            }
        case .unigram(let model):
            for piece in pieces.pieces {
                guard let miss = cache.append(bytes, piece.start, piece.end, to: &ids) else { continue }
                try model.encode(text, piece.start, piece.end, &workspace.paths, into: &ids)
                cache.insert(miss, ids)
            }
        }
    }
}

/// What one thread needs while it encodes: arrays that are used again, and the words it has met.
///
/// `@unchecked Sendable`: a workspace is taken out of the tokenizer's pool before it is used and put back afterwards,
/// so only one thread ever touches it.
final class EncodingWorkspace: @unchecked Sendable {
    let cache = WordCache()
    var merging = MergeWorkspace()
    var paths = Unigram.Workspace()
}
