/// WordPiece (Schuster, Nakajima 2012) as BERT uses it: the longest token that starts a word, then the longest that
/// continues it, and so on; a word that cannot be covered this way is one unknown token.
final class WordPiece: Sendable {
    let vocabulary: Vocabulary
    private let unknown: BytePairEncoding.Unknown
    /// Marks tokens that continue a word, "##".
    private let continuingPrefix: [UInt8]
    /// Words of more scalars than this are unknown.
    private let longestWord: Int

    init(
        vocabulary: Vocabulary, unknown: BytePairEncoding.Unknown, continuingPrefix: [UInt8], longestWord: Int
    ) {
        self.vocabulary = vocabulary
        self.unknown = unknown
        self.continuingPrefix = continuingPrefix
        self.longestWord = longestWord
    }

    /// Appends the tokens of one word.
    func encode(_ text: [UInt8], _ start: Int, _ end: Int, into ids: inout [TokenID]) throws(UnknownTokenMissing) {
        let count = ids.count
        if scalarCount(text, start, end) <= longestWord, cover(text, start, end, into: &ids) { return }
        ids.removeLast(ids.count - count)
        switch unknown {
        case .token(let id): ids.append(id)
        case .missing(let name): throw UnknownTokenMissing(name: name)
        case .dropped: break
        }
    }

    private func cover(_ text: [UInt8], _ start: Int, _ end: Int, into ids: inout [TokenID]) -> Bool {
        var position = start
        while position < end {
            let prefix = position > start ? continuingPrefix : []
            guard let token = vocabulary.longestToken(prefix, text, position, end) else { return false }
            ids.append(token.id)
            position = token.end
        }
        return true
    }

    private func scalarCount(_ text: [UInt8], _ start: Int, _ end: Int) -> Int {
        text[start..<end].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }
}
