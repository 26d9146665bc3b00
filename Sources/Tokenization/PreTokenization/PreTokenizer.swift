/// How the normalised text between added tokens becomes the words the model sees.
enum PreTokenizer: Sendable {
    /// One after the other, each on all pieces of the one before.
    indirect case sequence([PreTokenizer])
    /// Any cutting at delimiters: Split, Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit.
    case split(Splitter)
    /// ByteLevel: perhaps a space in front, perhaps a cut by GPT-2's expression, and each byte becomes a character of
    /// `ByteAlphabet`.
    case byteLevel(addsPrefixSpace: Bool, pattern: Pattern?)
    /// Metaspace: spaces become `replacement`, which is put in front as well, and perhaps cut at.
    case metaspace(replacement: [UInt8], prepends: PrependScheme, splits: Bool)

    /// Which pieces Metaspace puts its replacement in front of, unless they start with it.
    enum PrependScheme: String, Sendable, CaseIterable {
        /// Every piece.
        case always
        /// A piece at the very start of the text.
        case first
        /// None.
        case never
    }

    /// The expression ByteLevel cuts with (GPT-2's).
    static let gpt2Pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// Cuts and rewrites `pieces`, but if ByteLevel comes last leaves the rewriting in its alphabet, which doubles some
    /// bytes, to the model: most words it knows by their bytes.
    func applyButForAlphabet(to pieces: inout Pieces) throws {
        switch self {
        case .sequence(let steps):
            for step in steps.dropLast() { try step.apply(to: &pieces) }
            try steps.last?.applyButForAlphabet(to: &pieces)
        case .byteLevel(let addsPrefixSpace, let pattern):
            if addsPrefixSpace {
                pieces.rewrite { text, piece, result in
                    if text[piece.start] != 0x20 { result.append(0x20) }
                    result += text[piece.start..<piece.end]
                }
            }
            if let pattern {
                try Splitter(delimiter: .pattern(pattern), behavior: .isolated).split(&pieces)
            }
            pieces.isByteLevel = true
        case .split, .metaspace:
            try apply(to: &pieces)
        }
    }

    /// Cuts and rewrites `pieces`.
    func apply(to pieces: inout Pieces) throws {
        switch self {
        case .sequence(let steps):
            for step in steps { try step.apply(to: &pieces) }
        case .split(let splitter):
            try splitter.split(&pieces)
        case .byteLevel:
            try applyButForAlphabet(to: &pieces)
            pieces.isByteLevel = false
            pieces.rewrite { text, piece, result in
                ByteAlphabet.append(text, piece.start, piece.end, to: &result)
            }
        case .metaspace(let replacement, let prepends, let splits):
            pieces.rewrite { text, piece, result in
                let startsWithReplacement =
                    text[piece.start] == 0x20
                    || UTF8Text.matches(replacement, in: text, at: piece.start, end: piece.end)
                let isWanted = prepends == .always || prepends == .first && piece.isFirst
                if isWanted, !startsWithReplacement { result += replacement }
                UTF8Text.append(text[piece.start..<piece.end], replacing: 0x20, by: replacement, to: &result)
            }
            if splits {
                // In front of every replacement: a split by MergedWithNext.
                pieces.split { text, range, emit in
                    var start = range.lowerBound
                    for position in range.dropFirst()
                    where UTF8Text.matches(replacement, in: text, at: position, end: range.upperBound) {
                        emit(start..<position)
                        start = position
                    }
                    emit(start..<range.upperBound)
                }
            }
        }
    }
}
