import Diagnostics
import LinearAlgebra
import Tokenization

extension Decoder {
    /// Continues prompts greedily: the token with the largest logit, the lowest id on ties, all sequences side by side.
    ///
    /// A sequence ends before an end-of-sequence token, after `maximumNewTokens`, when `shouldStop` says so, or where the
    /// model's context ends. Keys and values of passed positions are kept; when those of all sequences would take more
    /// than 1 GiB, the sequences are done in several groups.
    ///
    /// - Parameters:
    ///   - surgery: overwrites coefficients at every position of every sequence, prompt and continuation.
    ///   - ignoringEndOfSequence: treats end-of-sequence tokens like others.
    ///   - shouldStop: asked after every new token, which it may not take back.
    /// - Returns: the new tokens of each prompt.
    /// - Throws: as `forward`.
    public func generate(
        _ prompts: [[TokenID]], maximumNewTokens: Int, surgery: Surgery?, ignoringEndOfSequence: Bool,
        shouldStop: ((_ sequence: Int, _ newTokens: [TokenID]) -> Bool)?
    ) throws -> [[TokenID]] {
        for (index, prompt) in prompts.enumerated() { try check(prompt, index) }
        try surgery?.check(configuration)
        var results = prompts.map { _ in [TokenID]() }
        guard maximumNewTokens > 0 else { return results }
        try exclusively {
            for group in groups(prompts, maximumNewTokens) {
                try generate(group, prompts, maximumNewTokens, surgery, &results) { index, token, tokens in
                    !ignoringEndOfSequence && endOfSequence.contains(token)
                        ? .before : shouldStop?(index, tokens) ?? false ? .after : nil
                }
            }
        }
        return results
    }

    /// Whether a sequence ends with its newest token or without it.
    private enum End {
        case before
        case after
    }

    private func generate(
        _ group: Range<Int>, _ prompts: [[TokenID]], _ maximumNewTokens: Int, _ surgery: Surgery?,
        _ results: inout [[TokenID]], end: (_ sequence: Int, _ token: TokenID, _ tokens: [TokenID]) -> End?
    ) throws {
        let cache = KeyValueCache(configuration, lengths: prompts[group].map { length($0, maximumNewTokens) })
        var parts = group.map {
            SequencePart(
                index: $0, tokens: prompts[$0], surgery: surgery, logits: .last, cacheSlot: $0 - group.lowerBound)
        }
        let thresholds = configuration.longSequenceThresholds
        func continuation(of part: SequencePart, by token: TokenID) -> SequencePart? {
            var part = part
            let verdict = end(part.index, token, results[part.index] + [token])
            if verdict != .before { results[part.index].append(token) }
            part.firstPosition += part.tokens.count
            part.tokens = [token]
            // From here on the angles of all positions are others: the keys kept so far are those of the old ones.
            if thresholds.contains(part.firstPosition) {
                part.tokens = prompts[part.index] + results[part.index]
                part.firstPosition = 0
            }
            let isFull =
                results[part.index].count == maximumNewTokens
                || part.firstPosition + part.tokens.count > configuration.contextLength
            return verdict == nil && !isFull ? part : nil
        }
        while !parts.isEmpty {
            // Prompts in one way, new tokens in another: so a sequence's numbers do not depend on those beside it.
            let areNewTokens = parts[0].firstPosition > 0
            let later = parts.filter { ($0.firstPosition > 0) != areNewTokens }
            parts.removeAll { ($0.firstPosition > 0) != areNewTokens }
            let kernel: ProductKernel = areNewTokens ? .streamed : .blocked
            let states = try run(parts, cache: cache, kernel: kernel)
            var next: [SequencePart] = []
            try forSomeLogits(states, kernel: kernel) { rows, logits in
                for (row, token) in zip(rows, Kernel.indicesOfMaxima(logits, team: team)) {
                    if let part = continuation(of: parts[row], by: TokenID(token)) { next.append(part) }
                }
            }
            parts = next + later
        }
    }

    /// Positions that the cache must hold for a prompt: all but the last new token's.
    private func length(_ prompt: [TokenID], _ maximumNewTokens: Int) -> Int {
        let (length, overflow) = prompt.count.addingReportingOverflow(maximumNewTokens)
        return min(overflow ? .max : length, configuration.contextLength)
    }

    /// Splits the prompts, in order, so that the cache of a group stays within the budget.
    private func groups(_ prompts: [[TokenID]], _ maximumNewTokens: Int) -> [Range<Int>] {
        let budget = max(1, (1 << 30) / KeyValueCache.bytesPerPosition(configuration))
        var groups: [Range<Int>] = []
        var start = 0
        var used = 0
        for (index, prompt) in prompts.enumerated() {
            let needed = length(prompt, maximumNewTokens)
            if index > start, used + needed > budget {
                groups.append(start..<index)
                start = index
                used = 0
            }
            used += needed
        }
        if start < prompts.count { groups.append(start..<prompts.count) }
        return groups
    }
}
