import Diagnostics

/// Tokens that are found in the text before anything else happens to it, as tokenizer.json lists them in
/// `added_tokens`: special tokens, runs of blanks, placeholders.
struct AddedTokens: Sendable {
    /// One of them.
    struct Token: Sendable {
        var id: TokenID
        var content: [UInt8]
        /// Must not adjoin a word character on either side.
        var isSingleWord: Bool
        /// Takes in the white space before it.
        var stripsLeft: Bool
        /// Takes in the white space behind it.
        var stripsRight: Bool
        /// Is searched for, itself normalised, in the normalised text instead of the raw text.
        var isNormalized: Bool
        /// Is left out of decoded text on request.
        var isSpecial: Bool
    }

    /// A part of a text: an added token or the text between two.
    enum Part: Equatable {
        case token(TokenID)
        case text(Range<Int>)
    }

    /// In which of the two searches.
    enum Stage {
        case raw, normalized
    }

    private var tokens: [Token] = []
    /// What each token is decoded to: its content as it is searched for, normalised where the token wants that.
    private var texts: [[UInt8]] = []
    /// Whether each token is left out on request: whether its text is the content of some special token. That a special
    /// token changed by normalisation stays is the reference's doing.
    private var isSkipped: [Bool] = []
    private var indexByID: [TokenID: Int] = [:]
    private var rawTrie = ByteTrie()
    private var normalizedTrie = ByteTrie()

    /// Builds the searches.
    ///
    /// - Parameter normalize: the normaliser of the tokenizer, for the tokens that want it.
    init(_ tokens: [Token], normalize: ([UInt8]) throws -> [UInt8]) rethrows {
        self.tokens = tokens
        for (index, token) in tokens.enumerated() { indexByID[token.id] = index }
        texts = try tokens.map { $0.isNormalized ? try normalize($0.content) : $0.content }
        let special = Set(tokens.filter(\.isSpecial).map(\.content))
        isSkipped = texts.map(special.contains)
        // Where two contents become equal by normalisation, special tokens win, then the earlier.
        for index in tokens.indices.filter({ tokens[$0].isSpecial }) + tokens.indices.filter({ !tokens[$0].isSpecial })
        {
            if tokens[index].isNormalized {
                normalizedTrie.insert(texts[index], value: Int32(index))
            } else {
                rawTrie.insert(texts[index], value: Int32(index))
            }
        }
    }

    /// The ids, for counting.
    var ids: [TokenID] { tokens.map(\.id) }

    /// What the added token with this id is decoded to, and whether it is left out on request; nil for other ids.
    func text(of id: TokenID) -> (text: [UInt8], isSkipped: Bool)? {
        indexByID[id].map { (texts[$0], isSkipped[$0]) }
    }

    /// Cuts `text` at the added tokens of a stage: at each place the longest one, from left to right.
    func split(_ text: [UInt8], _ stage: Stage) -> [Part] {
        guard !text.isEmpty else { return [] }
        let trie = stage == .raw ? rawTrie : normalizedTrie
        guard !trie.isEmpty else { return [.text(0..<text.count)] }
        var parts: [Part] = []
        var consumed = 0
        var spaceEnd = 0
        var position = 0
        while true {
            position = trie.nextStart(in: text, from: position)
            guard position < text.count else { break }
            guard let match = trie.longestPrefix(of: text, at: position, end: text.count) else {
                position += 1
                continue
            }
            let token = tokens[Int(match.value)]
            var start = position
            var end = match.end
            position = match.end
            if token.isSingleWord, isWordCharacter(text, before: start) || isWordCharacter(text, at: end) { continue }
            if token.stripsLeft, start > consumed { start = startOfSpace(text, before: start, limit: consumed) }
            if token.stripsRight {
                // A token of blanks may lie in the space that the one before took in.
                spaceEnd = endOfSpace(text, from: max(end, spaceEnd))
                end = spaceEnd
            }
            if consumed < start { parts.append(.text(consumed..<start)) }
            parts.append(.token(token.id))
            consumed = end
        }
        if consumed < text.count { parts.append(.text(consumed..<text.count)) }
        return parts
    }

    private func scalar(_ text: [UInt8], at position: Int) -> Unicode.Scalar? {
        Unicode.Scalar(UTF8Text.scalar(in: text, at: position).value)
    }

    private func isWordCharacter(_ text: [UInt8], before end: Int) -> Bool {
        end > 0 && scalar(text, at: UTF8Text.start(in: text, before: end))?.isWordCharacter == true
    }

    private func isWordCharacter(_ text: [UInt8], at position: Int) -> Bool {
        position < text.count && scalar(text, at: position)?.isWordCharacter == true
    }

    private func startOfSpace(_ text: [UInt8], before end: Int, limit: Int) -> Int {
        var position = end
        while position > limit {
            let last = UTF8Text.start(in: text, before: position)
            guard scalar(text, at: last)?.isWhiteSpace == true else { break }
            position = last
        }
        return position
    }

    private func endOfSpace(_ text: [UInt8], from start: Int) -> Int {
        var position = start
        while position < text.count, scalar(text, at: position)?.isWhiteSpace == true {
            position += UTF8Text.length(lead: text[position])
        }
        return position
    }
}
