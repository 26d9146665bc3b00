import Diagnostics

/// Tokens and their ids, looked up by UTF-8 bytes: Swift's `String` equality would confuse tokens that differ only in
/// normalisation.
///
/// All tokens lie end to end in one array; a hash table of ids (open addressing, at most half full) finds them.
struct Vocabulary: Sendable {
    /// Ids above this are taken for damage: the largest published vocabularies have some 300,000 tokens.
    static let largestID = 1 << 24
    /// Bytes that all tokens together may have: ten times as many as those of any published vocabulary.
    private static let largestStorage = 1 << 25

    private var storage: [UInt8] = []
    /// By id: where the token starts in `storage`, and its length, -1 where there is no such id.
    private var starts: [Int32] = []
    private var lengths: [Int32] = []
    /// Ids, -1 where empty.
    private var slots: [TokenID]
    /// Number of tokens.
    private(set) var count = 0
    /// Bytes of the longest token.
    private(set) var longestToken = 0
    private let seed = HashSeed.value

    /// An empty vocabulary with room for about `capacity` tokens.
    init(capacity: Int = 0) {
        slots = Array(repeating: -1, count: Self.slotCount(for: capacity))
        starts.reserveCapacity(capacity)
        lengths.reserveCapacity(capacity)
    }

    /// The largest id plus one.
    var idLimit: Int { lengths.count }

    /// Why a token could not be inserted.
    enum Conflict {
        case duplicateToken(TokenID)
        case duplicateID
        case tooLarge
    }

    /// Adds a token. Returns what stands against it, if anything; nothing is changed then.
    mutating func insert(_ token: [UInt8], id: TokenID) -> Conflict? {
        let index = Int(id)
        guard index >= 0, index <= Self.largestID, storage.count + token.count <= Self.largestStorage else {
            return .tooLarge
        }
        if index < lengths.count, lengths[index] >= 0 { return .duplicateID }
        if let other = self.id(of: token) { return .duplicateToken(other) }
        while lengths.count <= index {
            starts.append(0)
            lengths.append(-1)
        }
        starts[index] = Int32(storage.count)
        lengths[index] = Int32(token.count)
        storage.append(contentsOf: token)
        count += 1
        longestToken = max(longestToken, token.count)
        if count * 2 > slots.count {
            grow()
        } else {
            place(id, hash: hash(token, 0, token.count))
        }
        return nil
    }

    /// The id of `token`.
    func id(of token: [UInt8]) -> TokenID? { id(of: token, 0, token.count) }

    /// The id of the token made of the bytes `start..<end` of `text`.
    func id(of text: [UInt8], _ start: Int, _ end: Int) -> TokenID? {
        // Longer than any token: not worth its hash.
        guard end - start <= longestToken else { return nil }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash(text, start, end)) & mask
        while true {
            let id = slots[slot]
            if id < 0 { return nil }
            if equals(id, text, start, end) { return id }
            slot = (slot + 1) & mask
        }
    }

    /// The longest token made of `prefix` and at least one of the bytes `start..<end` of `text`, and where it ends.
    func longestToken(
        _ prefix: [UInt8], _ text: [UInt8], _ start: Int, _ end: Int
    ) -> (id: TokenID, end: Int)? {
        // The hash of each beginning is a step from that of the one before.
        let state = prefix.reduce(seed) { Self.step($0, $1) }
        let limit = min(end, start + max(0, longestToken - prefix.count))
        guard limit > start else { return nil }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: limit - start) { states in
            var state = state
            for position in start..<limit {
                state = Self.step(state, text[position])
                states.initializeElement(at: position - start, to: state)
            }
            let mask = slots.count - 1
            for last in (start..<limit).reversed() {
                // Tokens end where characters end.
                if last + 1 < end, text[last + 1] & 0xC0 == 0x80 { continue }
                var slot = Int(truncatingIfNeeded: HashSeed.finish(states[last - start])) & mask
                while slots[slot] >= 0 {
                    if equals(slots[slot], text, start, last + 1, behind: prefix) { return (slots[slot], last + 1) }
                    slot = (slot + 1) & mask
                }
            }
            return nil
        }
    }

    /// The bytes of the token with this id, or nil if there is none.
    func token(_ id: TokenID) -> [UInt8]? {
        guard id >= 0, Int(id) < lengths.count, lengths[Int(id)] >= 0 else { return nil }
        let start = Int(starts[Int(id)])
        return Array(storage[start..<start + Int(lengths[Int(id)])])
    }

    @inline(__always)
    private func equals(
        _ id: TokenID, _ text: [UInt8], _ start: Int, _ end: Int, behind prefix: [UInt8] = []
    ) -> Bool {
        let count = end - start
        guard Int(lengths[Int(id)]) == prefix.count + count else { return false }
        var base = Int(starts[Int(id)])
        for (offset, byte) in prefix.enumerated() where storage[base + offset] != byte { return false }
        base += prefix.count
        for offset in 0..<count where storage[base + offset] != text[start + offset] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for id in 0..<lengths.count where lengths[id] >= 0 {
            let start = Int(starts[id])
            place(TokenID(id), hash: hash(storage, start, start + Int(lengths[id])))
        }
    }

    private mutating func place(_ id: TokenID, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = id
    }

    private static func slotCount(for capacity: Int) -> Int {
        var count = 16
        while count < capacity * 2 { count *= 2 }
        return count
    }

    /// FNV-1a over the bytes, finished by a multiply-xorshift. It starts from a number drawn for this process, so that
    /// no file can be made whose tokens all fall together; nothing that is stored or printed depends on it.
    @inline(__always)
    private func hash(_ text: [UInt8], _ start: Int, _ end: Int) -> UInt64 {
        var hash = seed
        for position in start..<end { hash = Self.step(hash, text[position]) }
        return HashSeed.finish(hash)
    }

    @inline(__always)
    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}

/// The start value of this module's hash tables.
enum HashSeed {
    static let value = UInt64.random(in: .min ... .max)

    /// Spreads the entropy of `hash` over its low bits.
    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt64 {
        let mixed = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed >> 29
    }
}
