/// Byte-pair encoding (Sennrich, Haddow, Birch 2016) as tokenizer.json describes it: the characters of a word are
/// tokens at first, then the adjacent pair with the lowest rank is merged, the leftmost on ties, until none is left.
final class BytePairEncoding: Sendable {
    /// What becomes of a character that is not in the vocabulary.
    enum Unknown: Sendable {
        /// It is dropped: the file names no unknown token.
        case dropped
        /// It becomes this token.
        case token(TokenID)
        /// The file names a token that the vocabulary lacks: an error, but only for texts that need it.
        case missing(String)
    }

    /// What a file may ask for beside a vocabulary and merges.
    struct Options: Sendable {
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
    }

    let vocabulary: Vocabulary
    private let merges: MergeTable
    private let options: Options
    /// Whether words may be cut in front of `wordMark` behind another character.
    private let cutsAtWordMark: Bool
    /// Whether the characters of a word are looked up as they are.
    private let isPlain: Bool
    /// Ids of the tokens "<0x00>" to "<0xFF>", -1 where missing.
    private let byteTokens: [TokenID]
    /// Ids of the one-character tokens below U+0400, -1 where missing: most characters without a hash.
    private let lowScalars: [TokenID]
    /// Ids of the characters of `ByteAlphabet`, by byte; empty if one is missing or characters are not looked up as they are.
    private let alphabetTokens: [TokenID]
    /// SentencePiece's "▁", which stands for a space.
    static let wordMark: [UInt8] = [0xE2, 0x96, 0x81]

    /// - Parameter joinsAcrossMark: whether a merge joins a token with one that starts with `wordMark`, unless the first
    ///   ends with it.
    init(vocabulary: Vocabulary, merges: MergeTable, joinsAcrossMark: Bool, options: Options) {
        self.vocabulary = vocabulary
        self.merges = merges
        self.options = options
        isPlain = options.continuingPrefix.isEmpty && options.endSuffix.isEmpty
        cutsAtWordMark =
            !joinsAcrossMark && vocabulary.id(of: Self.wordMark) != nil && isPlain && !options.ignoresMerges
        byteTokens = (0..<256).map { byte in
            let digits = Array("0123456789ABCDEF".utf8)
            let token = Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15]] + Array(">".utf8)
            return vocabulary.id(of: token) ?? -1
        }
        func id(_ scalar: UInt32) -> TokenID {
            var token: [UInt8] = []
            UTF8Text.append(scalar, to: &token)
            return vocabulary.id(of: token) ?? -1
        }
        lowScalars = (UInt32(0)..<0x400).map(id)
        let alphabet = ByteAlphabet.scalars.map(id)
        alphabetTokens = isPlain && !alphabet.contains(-1) ? alphabet : []
    }
    /// Cuts a long word where no merge can reach across, in front of "▁" behind another character: the tokens are the
    /// same, and short words are found in the cache. SentencePiece models get whole texts as one word.
    @inline(__always)
    func cut(
        _ text: [UInt8], _ piece: Pieces.Piece, _ body: (_ start: Int, _ end: Int) throws(UnknownTokenMissing) -> Void
    ) throws(UnknownTokenMissing) {
        guard cutsAtWordMark, piece.end - piece.start > 6 else { return try body(piece.start, piece.end) }
        let mark = Self.wordMark
        var start = piece.start
        var markEnd = piece.start
        var position = piece.start
        while position < piece.end {
            guard text[position] == mark[0], UTF8Text.matches(mark, in: text, at: position, end: piece.end) else {
                position += 1
                continue
            }
            if position > markEnd {
                try body(start, position)
                start = position
            }
            position += mark.count
            markEnd = position
        }
        try body(start, piece.end)
    }

    /// Appends the tokens of one word, the bytes `start..<end` of `text`.
    /// - Throws: `UnknownTokenMissing`.
    func encode(
        _ text: [UInt8], _ start: Int, _ end: Int, _ workspace: inout MergeWorkspace, into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        if options.ignoresMerges, let id = vocabulary.id(of: text, start, end) {
            ids.append(id)
            return
        }
        workspace.symbols.removeAll(keepingCapacity: true)
        try split(text, start, end, into: &workspace.symbols)
        workspace.merge(by: merges)
        ids.append(contentsOf: workspace.symbols)
    }

    /// Appends the tokens of the word whose characters of `ByteAlphabet` the bytes `start..<end` of `text` stand for.
    /// - Throws: `UnknownTokenMissing`.
    func encodeBytes(
        _ text: [UInt8], _ start: Int, _ end: Int, _ workspace: inout MergeWorkspace, into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        guard !alphabetTokens.isEmpty, !options.ignoresMerges else {
            var word: [UInt8] = []
            word.reserveCapacity(2 * (end - start))
            ByteAlphabet.append(text, start, end, to: &word)
            return try encode(word, 0, word.count, &workspace, into: &ids)
        }
        workspace.symbols.removeAll(keepingCapacity: true)
        for position in start..<end { workspace.symbols.append(alphabetTokens[Int(text[position])]) }
        workspace.merge(by: merges)
        ids.append(contentsOf: workspace.symbols)
    }

    /// Appends the tokens of the single characters of a word.
    private func split(
        _ text: [UInt8], _ start: Int, _ end: Int, into symbols: inout [TokenID]
    ) throws(UnknownTokenMissing) {
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
                decorated = position > start ? options.continuingPrefix : []
                decorated += text[position..<next]
                if next == end { decorated += options.endSuffix }
                id = vocabulary.id(of: decorated)
            }
            if let id {
                if let unknown = pendingUnknown {
                    symbols.append(unknown)
                    pendingUnknown = nil
                }
                symbols.append(id)
            } else if !appendBytes(isPlain ? Array(text[position..<next]) : decorated, to: &symbols) {
                switch options.unknown {
                case .dropped: break
                case .missing(let name): throw UnknownTokenMissing(name: name)
                case .token(let id):
                    if let pending = pendingUnknown, !options.fusesUnknown { symbols.append(pending) }
                    pendingUnknown = id
                }
            }
            position = next
        }
        if let pendingUnknown { symbols.append(pendingUnknown) }
    }

    /// Appends the byte tokens of a character, if the model falls back to them and has them all.
    private func appendBytes(_ character: [UInt8], to symbols: inout [TokenID]) -> Bool {
        guard options.byteFallback, character.allSatisfy({ byteTokens[Int($0)] >= 0 }) else { return false }
        for byte in character { symbols.append(byteTokens[Int(byte)]) }
        return true
    }
}

/// A text needs the unknown token, and the vocabulary does not have it.
struct UnknownTokenMissing: Error {
    /// The token the file names.
    var name: String
}
