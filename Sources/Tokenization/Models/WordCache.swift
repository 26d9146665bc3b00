/// The tokens of words seen before, in bounded memory: when it is full it is emptied.
///
/// Not shared between threads; see `EncodingWorkspace`. What is found here never differs from what the model would
/// say, because a word's tokens depend on nothing but its bytes.
struct WordCache {
    private struct Slot {
        var hash: UInt64 = 0
        /// First byte in `keys`.
        var key: Int32 = 0
        var keyCount: Int32 = -1
        /// First token in `tokens`.
        var token: Int32 = 0
        var tokenCount: Int32 = 0
    }

    private static let slotCount = 1 << 15
    private static let largestKeyStorage = 1 << 19
    /// Longer words are rarely seen twice.
    static let longestWord = 64

    private var slots = [Slot](repeating: Slot(), count: slotCount)
    private var keys: [UInt8] = []
    private var tokens: [TokenID] = []
    private var count = 0

    /// Appends the tokens of the word `text[start..<end]` to `ids` if they are known.
    mutating func append(_ text: [UInt8], _ start: Int, _ end: Int, hash: UInt64, to ids: inout [TokenID]) -> Bool {
        var index = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
        while slots[index].keyCount >= 0 {
            let slot = slots[index]
            if slot.hash == hash, Int(slot.keyCount) == end - start, equals(Int(slot.key), text, start, end) {
                for token in Int(slot.token)..<Int(slot.token + slot.tokenCount) { ids.append(tokens[token]) }
                return true
            }
            index = (index + 1) & (Self.slotCount - 1)
        }
        return false
    }

    /// Remembers the tokens of a word that is not known.
    mutating func insert(
        _ text: [UInt8], _ start: Int, _ end: Int, hash: UInt64, _ new: ArraySlice<TokenID>
    ) {
        if count >= Self.slotCount / 2 || keys.count > Self.largestKeyStorage || tokens.count > Self.largestKeyStorage {
            for index in slots.indices { slots[index].keyCount = -1 }
            keys.removeAll(keepingCapacity: true)
            tokens.removeAll(keepingCapacity: true)
            count = 0
        }
        var index = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
        while slots[index].keyCount >= 0 { index = (index + 1) & (Self.slotCount - 1) }
        slots[index] = Slot(
            hash: hash, key: Int32(keys.count), keyCount: Int32(end - start), token: Int32(tokens.count),
            tokenCount: Int32(new.count))
        keys += text[start..<end]
        tokens += new
        count += 1
    }

    private func equals(_ key: Int, _ text: [UInt8], _ start: Int, _ end: Int) -> Bool {
        for offset in 0..<end - start where keys[key + offset] != text[start + offset] { return false }
        return true
    }
}
