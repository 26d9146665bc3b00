/// The merges of a byte-pair encoding: two adjacent token ids become one, the lower rank first.
///
/// A hash table with open addressing, at most two thirds full: 16 bytes a slot.
struct MergeTable: Sendable {
    /// What becomes of a pair.
    struct Merge: Sendable, Equatable {
        /// Its place in the list of merges: the lower, the earlier.
        var rank: Int32
        /// The token the pair becomes.
        var id: TokenID
    }

    private struct Slot: Sendable {
        var key: UInt64
        var merge: Merge
    }

    /// Ids are not negative, so no pair has this key.
    private static let emptyKey = UInt64.max
    private var slots: [Slot]
    private let seed = HashSeed.value

    /// An empty table with room for `capacity` merges.
    init(capacity: Int) {
        var count = 16
        while count * 2 < capacity * 3 { count *= 2 }
        slots = Array(repeating: Slot(key: Self.emptyKey, merge: Merge(rank: 0, id: 0)), count: count)
    }

    /// Sets the merge of a pair; a pair that stands in the list twice has the rank of its last place.
    ///
    /// Not more pairs may be inserted than the capacity says.
    mutating func insert(_ left: TokenID, _ right: TokenID, _ merge: Merge) {
        let key = Self.key(left, right)
        var slot = index(key)
        while slots[slot].key != Self.emptyKey, slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Slot(key: key, merge: merge)
    }

    /// The merge of two adjacent tokens, if there is one.
    @inline(__always)
    func merge(_ left: TokenID, _ right: TokenID) -> Merge? {
        let key = Self.key(left, right)
        var slot = index(key)
        while true {
            let found = slots[slot]
            if found.key == key { return found.merge }
            if found.key == Self.emptyKey { return nil }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    @inline(__always)
    private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private func index(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: HashSeed.finish(key &+ seed)) & (slots.count - 1)
    }
}
