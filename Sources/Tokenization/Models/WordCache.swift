/// The tokens of words seen before, in bounded memory: 4 MiB.
///
/// What is found here never differs from what the model would say, because a word's tokens depend on nothing but its
/// bytes. Only one thread may use it at a time; see `EncodingWorkspace`.
///
/// A set-associative table: a word has two places, and a new one drives out the older of the two that are there. A place
/// is a cache line that holds the bytes and the ids themselves, so that most words cost one access to memory. Words of more than
/// 32 bytes or seven tokens are not kept: they are seldom seen twice.
final class WordCache {
    /// Up to 32 bytes, padded with zeros.
    fileprivate struct Bytes {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var fourth: UInt64 = 0

        @inline(__always)
        func equals(_ other: Bytes) -> Bool {
            (first ^ other.first) | (second ^ other.second) | (third ^ other.third) | (fourth ^ other.fourth) == 0
        }
    }

    /// What is compared and hashed of a word.
    struct Key {
        fileprivate var bytes: Bytes
        fileprivate var count: UInt8
        fileprivate var set: Int
    }

    static let longestWord = 32
    static let mostTokens = 7

    /// A place: 32 bytes of the word, seven ids, the number of bytes (0 if it is free) and that of ids.
    private struct Slot {
        var bytes = Bytes()
        var tokens: (TokenID, TokenID, TokenID, TokenID, TokenID, TokenID, TokenID) = (0, 0, 0, 0, 0, 0, 0)
        var count: UInt8 = 0
        var tokenCount: UInt8 = 0

        @inline(__always)
        func holds(_ key: Key) -> Bool { count == key.count && bytes.equals(key.bytes) }
    }

    private static let setCount = 1 << 15
    private static let cacheLine = 64
    /// Owned: freed by `deinit`, and touched by methods of this type only.
    private let slots: UnsafeMutablePointer<Slot>
    private let seed = HashSeed.value

    init() {
        let count = Self.setCount * 2
        slots = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Slot>.stride, alignment: Self.cacheLine
        ).bindMemory(to: Slot.self, capacity: count)
        slots.initialize(repeating: Slot(), count: count)
    }

    deinit { UnsafeMutableRawPointer(slots).deallocate() }

    /// A word that is not known.
    struct Miss {
        /// nil if the word is too long to be kept.
        fileprivate var key: Key?
        /// Where its tokens begin once they are appended.
        fileprivate var firstToken: Int
    }

    /// Appends the tokens of the word `text[start..<end]` to `ids` and returns nil if they are known.
    @inline(__always)
    func append(_ text: RawSpan, _ start: Int, _ end: Int, to ids: inout [TokenID]) -> Miss? {
        guard let key = key(text, start, end) else { return Miss(key: nil, firstToken: ids.count) }
        return append(key, to: &ids) ? nil : Miss(key: key, firstToken: ids.count)
    }

    /// Remembers the tokens that were appended to `ids` for a word that is not known.
    func insert(_ miss: Miss, _ ids: [TokenID]) {
        if let key = miss.key { insert(key, ids[miss.firstToken...]) }
    }

    /// The key of the word `text[start..<end]`, nil if it is too long to be kept.
    @inline(__always)
    func key(_ text: RawSpan, _ start: Int, _ end: Int) -> Key? {
        let count = end - start
        guard count > 0, count <= Self.longestWord else { return nil }
        var bytes = Bytes()
        if count <= 8 {
            bytes.first = Self.short(text, start, count)
        } else {
            bytes.first = text.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
            // The last eight bytes of the word, without those that stand in the words before.
            let last = text.unsafeLoadUnaligned(fromByteOffset: end - 8, as: UInt64.self) >> UInt64(8 * (-count & 7))
            if count <= 16 {
                bytes.second = last
            } else {
                bytes.second = text.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
                if count <= 24 {
                    bytes.third = last
                } else {
                    bytes.third = text.unsafeLoadUnaligned(fromByteOffset: start + 16, as: UInt64.self)
                    bytes.fourth = last
                }
            }
        }
        var hash = (bytes.first ^ seed ^ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15
        if count > 8 {
            hash = (hash ^ hash >> 29 ^ bytes.second) &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ hash >> 29 ^ bytes.third) &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ hash >> 29 ^ bytes.fourth) &* 0x9E37_79B9_7F4A_7C15
        }
        return Key(
            bytes: bytes, count: UInt8(truncatingIfNeeded: count),
            set: Int(truncatingIfNeeded: (hash ^ hash >> 29) >> 20) & (Self.setCount - 1))
    }

    /// One to eight bytes as a number.
    @inline(__always)
    private static func short(_ text: RawSpan, _ start: Int, _ count: Int) -> UInt64 {
        if count == 8 { return text.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self) }
        if count >= 4 {
            // Both halves overlap in the same bytes.
            let high = UInt64(text.unsafeLoadUnaligned(fromByteOffset: start + count - 4, as: UInt32.self))
            let low = UInt64(text.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
            return low | high << UInt64(8 * (count - 4))
        }
        let middle = count >> 1
        return UInt64(text.unsafeLoad(fromByteOffset: start, as: UInt8.self))
            | UInt64(text.unsafeLoad(fromByteOffset: start + middle, as: UInt8.self)) << UInt64(8 * middle)
            | UInt64(text.unsafeLoad(fromByteOffset: start + count - 1, as: UInt8.self)) << UInt64(8 * (count - 1))
    }

    /// Appends the tokens of the word with this key to `ids` if they are known.
    @inline(__always)
    func append(_ key: Key, to ids: inout [TokenID]) -> Bool {
        let first = slots + key.set * 2
        let slot: UnsafeMutablePointer<Slot>
        if first.pointee.holds(key) {
            slot = first
        } else if first[1].holds(key) {
            slot = first + 1
        } else {
            return false
        }
        let count = Int(slot.pointee.tokenCount)
        if count == 1 {
            ids.append(slot.pointee.tokens.0)
        } else {
            withUnsafeBytes(of: &slot.pointee.tokens) { bytes in
                for index in 0..<count { ids.append(bytes.load(fromByteOffset: index * 4, as: TokenID.self)) }
            }
        }
        return true
    }

    /// Remembers the tokens of a word that is not known, unless there are too many.
    func insert(_ key: Key, _ tokens: ArraySlice<TokenID>) {
        guard tokens.count <= Self.mostTokens else { return }
        let first = slots + key.set * 2
        first[1] = first[0]
        var slot = Slot()
        slot.bytes = key.bytes
        slot.count = key.count
        slot.tokenCount = UInt8(tokens.count)
        withUnsafeMutableBytes(of: &slot.tokens) { bytes in
            for (index, token) in tokens.enumerated() {
                bytes.storeBytes(of: token, toByteOffset: index * 4, as: TokenID.self)
            }
        }
        first[0] = slot
    }
}
