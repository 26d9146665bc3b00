/// WordPiece (Schuster, Nakajima 2012) as BERT uses it: the longest token that starts a word, then the longest that
/// continues it, and so on; a word that cannot be covered this way is one unknown token.
struct WordPiece: Sendable {
    var vocabulary: Vocabulary
    var unknown: BytePairEncoding.Unknown
    /// Marks tokens that continue a word, "##".
    var continuingPrefix: [UInt8]
    /// Words of more scalars than this are unknown.
    var longestWord: Int

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
        var candidate: [UInt8] = []
        while position < end {
            candidate.removeAll(keepingCapacity: true)
            if position > start { candidate += continuingPrefix }
            let prefixCount = candidate.count
            candidate += text[position..<end]
            var found: TokenID?
            while candidate.count > prefixCount {
                found = vocabulary.id(of: candidate)
                if found != nil { break }
                candidate.removeLast(candidate.count - UTF8Text.start(in: candidate, before: candidate.count))
            }
            guard let found else { return false }
            ids.append(found)
            position += candidate.count - prefixCount
        }
        return true
    }

    private func scalarCount(_ text: [UInt8], _ start: Int, _ end: Int) -> Int {
        text[start..<end].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }
}
