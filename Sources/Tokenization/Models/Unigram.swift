/// The unigram language model (Kudo 2018): the segmentation of a word with the largest sum of token scores, found with
/// Viterbi's algorithm from left to right; on ties the earlier start, that is the longer last token, stays.
///
/// A scalar that is no token itself may be covered by the unknown token, at the lowest score of the vocabulary minus 10;
/// adjacent unknown scalars become one token.
final class Unigram: Sendable {
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
    fileprivate struct Step {
        var score = 0.0
        var start = -1
        var id: TokenID = -1
    }

    /// The arrays that the search works in, kept between words.
    struct Workspace {
        fileprivate var steps: [Step] = []
        fileprivate var path: [(id: TokenID, range: Range<Int>)] = []

        /// Gives back what a very long word has taken.
        fileprivate mutating func shrink() {
            if steps.capacity > 1 << 16 { self = Workspace() }
        }
    }

    /// Appends the tokens of one word.
    func encode(
        _ text: [UInt8], _ start: Int, _ end: Int, _ workspace: inout Workspace, into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        try fill(&workspace.steps, text, start, end)
        tracePath(&workspace, start, end)
        try append(workspace.path, text, into: &ids)
        workspace.shrink()
    }

    /// Finds the best path to each offset of the word.
    private func fill(
        _ steps: inout [Step], _ text: [UInt8], _ start: Int, _ end: Int
    ) throws(UnknownTokenMissing) {
        steps.removeAll(keepingCapacity: true)
        steps.append(contentsOf: repeatElement(Step(), count: end - start + 1))
        // As a span, or every access would ask whether the array is shared.
        var steps = steps.mutableSpan
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
    }

    /// The tokens of the best path with their ranges, adjacent unknown ones joined, from the last to the first.
    private func tracePath(_ workspace: inout Workspace, _ start: Int, _ end: Int) {
        workspace.path.removeAll(keepingCapacity: true)
        var position = end
        while position > start {
            let step = workspace.steps[position - start]
            if let last = workspace.path.last, step.id == unknown, last.id == unknown {
                workspace.path[workspace.path.count - 1].range = step.start..<last.range.upperBound
            } else {
                workspace.path.append((step.id, step.start..<position))
            }
            position = step.start
        }
    }

    private func append(
        _ path: [(id: TokenID, range: Range<Int>)], _ text: [UInt8], into ids: inout [TokenID]
    ) throws(UnknownTokenMissing) {
        for (id, range) in path.reversed() {
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
