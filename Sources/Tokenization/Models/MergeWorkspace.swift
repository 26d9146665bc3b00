import HeapModule

/// The arrays that merging works in, kept between words.
struct MergeWorkspace {
    /// The tokens of the word: characters before `merge(by:)`, the result after it.
    var symbols: [TokenID] = []
    /// The merge of each token with the next one; rank `Int32.max` where there is none.
    private var pairs: [MergeTable.Merge] = []
    private var next: [Int32] = []
    private var previous: [Int32] = []
    private var heap = Heap<UInt64>()

    private static let noMerge = MergeTable.Merge(rank: .max, id: -1)

    /// Merges `symbols`: by repeated search in a short word, with a heap in a long one.
    mutating func merge(by merges: MergeTable) {
        guard symbols.count > 1 else { return }
        if symbols.count <= 40 {
            mergeBySearch(merges)
        } else {
            mergeByHeap(merges)
        }
    }

    /// The definition, word for word: O(n) for each merge. The reference for `mergeByHeap`.
    mutating func mergeBySearch(_ merges: MergeTable) {
        var count = symbols.count
        guard count > 1 else { return }
        pairs.removeAll(keepingCapacity: true)
        for index in 0..<count - 1 {
            pairs.append(merges.merge(symbols[index], symbols[index + 1]) ?? Self.noMerge)
        }
        while true {
            var best = 0
            var rank = Int32.max
            for index in 0..<count - 1 where pairs[index].rank < rank {
                rank = pairs[index].rank
                best = index
            }
            guard rank < .max else { break }
            symbols[best] = pairs[best].id
            // The pair after `best` moves into its place, everything behind one to the left.
            for index in best + 1..<count - 1 {
                symbols[index] = symbols[index + 1]
                pairs[index - 1] = pairs[index]
            }
            count -= 1
            if best > 0 { pairs[best - 1] = merges.merge(symbols[best - 1], symbols[best]) ?? Self.noMerge }
            if best < count - 1 { pairs[best] = merges.merge(symbols[best], symbols[best + 1]) ?? Self.noMerge }
            guard count > 1 else { break }
        }
        symbols.removeLast(symbols.count - count)
    }

    /// The same in O(n log n): a linked list of tokens, and a heap of candidate pairs by rank, then position. A
    /// candidate whose pair has changed in the meantime is passed over: two pairs never have the same rank.
    mutating func mergeByHeap(_ merges: MergeTable) {
        let count = symbols.count
        guard count > 1 else { return }
        pairs.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        var candidates: [UInt64] = []
        for index in 0..<count {
            next.append(Int32(index + 1))
            previous.append(Int32(index - 1))
            guard index + 1 < count, let merge = merges.merge(symbols[index], symbols[index + 1]) else {
                pairs.append(Self.noMerge)
                continue
            }
            pairs.append(merge)
            candidates.append(Self.candidate(merge.rank, index))
        }
        heap = Heap(candidates)
        while let candidate = heap.popMin() {
            let index = Int(candidate & 0xFFFF_FFFF)
            guard pairs[index].rank == Int32(candidate >> 32) else { continue }
            let removed = Int(next[index])
            symbols[index] = pairs[index].id
            pairs[removed] = Self.noMerge
            let after = Int(next[removed])
            next[index] = Int32(after)
            if after < count { previous[after] = Int32(index) }
            update(index, merges, count)
            if previous[index] >= 0 { update(Int(previous[index]), merges, count) }
        }
        var write = 0
        var read = 0
        while read < count {
            symbols[write] = symbols[read]
            write += 1
            read = Int(next[read])
        }
        symbols.removeLast(count - write)
    }

    private mutating func update(_ index: Int, _ merges: MergeTable, _ count: Int) {
        let other = Int(next[index])
        guard other < count, let merge = merges.merge(symbols[index], symbols[other]) else {
            pairs[index] = Self.noMerge
            return
        }
        pairs[index] = merge
        heap.insert(Self.candidate(merge.rank, index))
    }

    private static func candidate(_ rank: Int32, _ index: Int) -> UInt64 {
        UInt64(rank) << 32 | UInt64(index)
    }
}
