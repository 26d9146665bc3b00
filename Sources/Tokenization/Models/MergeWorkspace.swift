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
        if symbols.count <= 100 {
            mergeBySearch(merges)
        } else {
            mergeByHeap(merges)
        }
    }

    /// A token of a word in `mergeBySearch`.
    private struct Node {
        /// The rank of the merge with the next token in the high half, the place of this one in the low half: the least
        /// is the leftmost of the lowest rank.
        var key: UInt64
        /// What the merge with the next token gives.
        var merged: TokenID
        var symbol: TokenID
        var next: Int32
        var previous: Int32
    }

    /// The definition, word for word: O(n) for each merge. The reference for `mergeByHeap`.
    mutating func mergeBySearch(_ merges: MergeTable) {
        let count = symbols.count
        guard count > 1 else { return }
        var left = count
        symbols.withUnsafeMutableBufferPointer { symbols in
            withUnsafeTemporaryAllocation(of: Node.self, capacity: count) { nodes in
                for index in 0..<count {
                    let merge = index + 1 < count ? merges.merge(symbols[index], symbols[index + 1]) : nil
                    nodes.initializeElement(
                        at: index,
                        to: Node(
                            key: Self.candidate(merge?.rank ?? .max, index), merged: merge?.id ?? -1,
                            symbol: symbols[index], next: Int32(index + 1), previous: Int32(index - 1)))
                }
                func update(_ index: Int) {
                    let other = Int(nodes[index].next)
                    let merge = other < count ? merges.merge(nodes[index].symbol, nodes[other].symbol) : nil
                    nodes[index].key = Self.candidate(merge?.rank ?? .max, index)
                    nodes[index].merged = merge?.id ?? -1
                }
                while true {
                    var least = UInt64.max
                    for index in 0..<count { least = min(least, nodes[index].key) }
                    guard least >> 32 < UInt64(Int32.max) else { break }
                    let index = Int(least & 0xFFFF_FFFF)
                    let removed = Int(nodes[index].next)
                    nodes[index].symbol = nodes[index].merged
                    nodes[removed].key = .max
                    let after = Int(nodes[removed].next)
                    nodes[index].next = Int32(after)
                    if after < count { nodes[after].previous = Int32(index) }
                    update(index)
                    if nodes[index].previous >= 0 { update(Int(nodes[index].previous)) }
                }
                var write = 0
                var read = 0
                while read < count {
                    symbols[write] = nodes[read].symbol
                    write += 1
                    read = Int(nodes[read].next)
                }
                left = write
            }
        }
        symbols.removeLast(count - left)
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
