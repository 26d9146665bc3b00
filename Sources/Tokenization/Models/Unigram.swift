/// The unigram language model (Kudo 2018): the segmentation of a word with the largest sum of token scores, found with
/// Viterbi's algorithm from left to right; on ties the earlier start, that is the longer last token, stays.
///
/// A scalar that is no token itself may be covered by the unknown token, at the lowest score of the vocabulary minus 10;
/// adjacent unknown scalars become one token.
struct Unigram: Sendable {
    private let vocabulary: Vocabulary
    private let scores: [Double]
    private let unknown: TokenID?
    private let byteFallback: Bool
    private let trie: ByteTrie
    private let unknownScore: Double

    /// - Parameters:
    ///   - vocabulary: the tokens; ids are indices of `scores`.
    ///   - unknown: the id of the unknown token, if there is one.
    init(vocabulary: Vocabulary, scores: [Double], unknown: TokenID?, byteFallback: Bool) {
        self.vocabulary = vocabulary
        self.scores = scores
        self.unknown = unknown
        self.byteFallback = byteFallback
        var trie = ByteTrie()
        for id in scores.indices {
            trie.insert(vocabulary.token(TokenID(id)) ?? [], value: Int32(id))
        }
        self.trie = trie
        unknownScore = (scores.min() ?? 0) - 10
    }

    /// The tokens, for decoding.
    var tokens: Vocabulary { vocabulary }

    /// The best path to a byte offset: its last token, where that starts, and the sum of the scores.
    private struct Step {
        var score = 0.0
        var start = -1
        var id: TokenID = -1
    }

    /// Appends the tokens of one word.
    func encode(_ text: [UInt8], _ start: Int, _ end: Int, into ids: inout [TokenID]) throws(UnknownTokenMissing) {
        var steps = [Step](repeating: Step(), count: end - start + 1)
        var position = start
        while position < end {
            let reached = steps[position - start].score
            let next = position + UTF8Text.length(lead: text[position])
            var hasSingle = false
            trie.forEachPrefix(of: text, at: position, end: end) { value, tokenEnd in
                let score = scores[Int(value)] + reached
                let target = tokenEnd - start
                if steps[target].start < 0 || score > steps[target].score {
                    steps[target] = Step(score: score, start: position, id: value)
                }
                if tokenEnd == next { hasSingle = true }
            }
            if !hasSingle {
                let score = unknownScore + reached
                let target = next - start
                if steps[target].start < 0 || score > steps[target].score {
                    guard let unknown else { throw UnknownTokenMissing(name: "unk_id") }
                    steps[target] = Step(score: score, start: position, id: unknown)
                }
            }
            position = next
        }
        try append(path(steps, start, end), text, into: &ids)
    }

    /// The tokens of the best path with their ranges, adjacent unknown ones joined.
    private func path(_ steps: [Step], _ start: Int, _ end: Int) -> [(id: TokenID, range: Range<Int>)] {
        var result: [(id: TokenID, range: Range<Int>)] = []
        var position = end
        while position > start {
            let step = steps[position - start]
            if let last = result.last, step.id == unknown, last.id == unknown {
                result[result.count - 1].range = step.start..<last.range.upperBound
            } else {
                result.append((step.id, step.start..<position))
            }
            position = step.start
        }
        return result.reversed()
    }

    private func append(
        _ path: [(id: TokenID, range: Range<Int>)], _ text: [UInt8], into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        for (id, range) in path {
            if id != unknown {
                ids.append(id)
            } else if let known = vocabulary.id(of: text, range.lowerBound, range.upperBound) {
                // Joined unknown characters may happen to spell a token.
                ids.append(known)
            } else if byteFallback, let bytes = byteTokens(text[range]) {
                ids += bytes
            } else {
                ids.append(id)
            }
        }
    }

    private func byteTokens(_ bytes: ArraySlice<UInt8>) -> [TokenID]? {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [TokenID] = []
        for byte in bytes {
            let token = Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]] + Array(">".utf8)
            guard let id = vocabulary.id(of: token) else { return nil }
            result.append(id)
        }
        return result
    }
}
