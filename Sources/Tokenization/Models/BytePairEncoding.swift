/// Byte-pair encoding (Sennrich, Haddow, Birch 2016) as tokenizer.json describes it: the characters of a word are
/// tokens at first, then the adjacent pair with the lowest rank is merged, the leftmost on ties, until none is left.
struct BytePairEncoding: Sendable {
    /// What becomes of a character that is not in the vocabulary.
    enum Unknown: Sendable {
        /// It is dropped: the file names no unknown token.
        case dropped
        /// It becomes this token.
        case token(TokenID)
        /// The file names a token that the vocabulary lacks: an error, but only for texts that need it.
        case missing(String)
    }

    var vocabulary: Vocabulary
    var merges: MergeTable
    var unknown = Unknown.dropped
    /// Whether adjacent unknown characters become one unknown token.
    var fusesUnknown = false
    /// Whether a character that is not in the vocabulary becomes its UTF-8 bytes' tokens.
    var byteFallback = false
    /// Whether a whole word that is in the vocabulary is taken as it is.
    var ignoresMerges = false
    /// Put before every character but the first of a word.
    var continuingPrefix: [UInt8] = []
    /// Put behind the last character of a word.
    var endSuffix: [UInt8] = []

    /// Ids of the tokens "<0x00>" to "<0xFF>", -1 where missing.
    private var byteTokens: [TokenID] = []
    /// Ids of the one-character tokens below U+0400, -1 where missing: most characters without a hash.
    private var lowScalars: [TokenID] = []
    /// Whether words may be cut in front of `wordMark` behind another character: whether that is a token, and no merge
    /// joins a token with one that starts with it, unless the first ends with it.
    var cutsAtWordMark = false
    /// SentencePiece's "▁", which stands for a space.
    static let wordMark: [UInt8] = [0xE2, 0x96, 0x81]

    init(vocabulary: Vocabulary, merges: MergeTable) {
        self.vocabulary = vocabulary
        self.merges = merges
        byteTokens = (0..<256).map { byte in
            let digits = Array("0123456789ABCDEF".utf8)
            let token = Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15]] + Array(">".utf8)
            return vocabulary.id(of: token) ?? -1
        }
        lowScalars = (UInt32(0)..<0x400).map { value in
            var token: [UInt8] = []
            UTF8Text.append(value, to: &token)
            return vocabulary.id(of: token) ?? -1
        }
    }

    /// Cuts a long word where no merge can reach across, in front of "▁" behind another character: the tokens are the
    /// same, and short words are found in the cache. SentencePiece models get whole texts as one word.
    func cut(
        _ text: [UInt8], _ piece: Pieces.Piece, _ body: (_ start: Int, _ end: Int) throws(UnknownTokenMissing) -> Void
    )
        throws(UnknownTokenMissing)
    {
        let isWhole = ignoresMerges || !continuingPrefix.isEmpty || !endSuffix.isEmpty
        guard cutsAtWordMark, !isWhole, piece.end - piece.start > 6 else { return try body(piece.start, piece.end) }
        var start = piece.start
        var wasMark = true
        var position = piece.start
        while position < piece.end {
            let isMark = UTF8Text.matches(Self.wordMark, in: text, at: position, end: piece.end)
            if isMark, !wasMark {
                try body(start, position)
                start = position
            }
            wasMark = isMark
            position += isMark ? Self.wordMark.count : UTF8Text.length(lead: text[position])
        }
        try body(start, piece.end)
    }

    /// Appends the tokens of one word, the bytes `start..<end` of `text`.
    /// - Throws: `UnknownTokenMissing`.
    func encode(
        _ text: [UInt8], _ start: Int, _ end: Int, _ workspace: inout MergeWorkspace, into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        if ignoresMerges, let id = vocabulary.id(of: text, start, end) {
            ids.append(id)
            return
        }
        workspace.symbols.removeAll(keepingCapacity: true)
        try split(text, start, end, into: &workspace.symbols)
        workspace.merge(by: merges)
        ids.append(contentsOf: workspace.symbols)
    }

    /// Appends the tokens of the single characters of a word.
    private func split(
        _ text: [UInt8], _ start: Int, _ end: Int, into symbols: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        let isPlain = continuingPrefix.isEmpty && endSuffix.isEmpty
        // An unknown character is held back until the next known one. Byte tokens do not release it: they overtake it,
        // as they do in the reference implementation.
        var pendingUnknown: TokenID?
        var position = start
        while position < end {
            let next = position + UTF8Text.length(lead: text[position])
            let id: TokenID?
            var decorated: [UInt8] = []
            if isPlain {
                let scalar = UTF8Text.scalar(in: text, at: position).value
                if scalar < 0x400 {
                    let low = lowScalars[Int(scalar)]
                    id = low < 0 ? nil : low
                } else {
                    id = vocabulary.id(of: text, position, next)
                }
            } else {
                decorated = position > start ? continuingPrefix : []
                decorated += text[position..<next]
                if next == end { decorated += endSuffix }
                id = vocabulary.id(of: decorated)
            }
            if let id {
                if let unknown = pendingUnknown {
                    symbols.append(unknown)
                    pendingUnknown = nil
                }
                symbols.append(id)
            } else if !appendBytes(isPlain ? Array(text[position..<next]) : decorated, to: &symbols) {
                switch unknown {
                case .dropped: break
                case .missing(let name): throw UnknownTokenMissing(name: name)
                case .token(let id):
                    if let pending = pendingUnknown, !fusesUnknown { symbols.append(pending) }
                    pendingUnknown = id
                }
            }
            position = next
        }
        if let pendingUnknown { symbols.append(pendingUnknown) }
    }

    /// Appends the byte tokens of a character, if the model falls back to them and has them all.
    private func appendBytes(_ character: [UInt8], to symbols: inout [TokenID]) -> Bool {
        guard byteFallback, character.allSatisfy({ byteTokens[Int($0)] >= 0 }) else { return false }
        for byte in character { symbols.append(byteTokens[Int(byte)]) }
        return true
    }
}

/// A text needs the unknown token, and the vocabulary does not have it.
struct UnknownTokenMissing: Error {
    /// The token the file names.
    var name: String
}
