/// Reads bits, most significant first, from bytes that are followed by `slack` more.
///
/// Nothing is checked while reading: who reads at most `slack / 2` bytes between two looks at `isBeyondEnd` stays
/// within memory.
struct BZip2BitReader {
    /// The bytes that must be readable behind the end.
    static let slack = 512

    /// The next bits, from the top: `validBits` of them, and maybe some more.
    private(set) var window: UInt64 = 0
    private var validBits = 0
    private var next: UnsafeRawPointer
    private let start: UnsafeRawPointer
    private let end: Int

    /// - Parameters:
    ///   - bytes: the bytes and their slack.
    ///   - bits: the first bit to be read and the first one behind the end.
    init(_ bytes: UnsafeRawPointer, bits: Range<Int>) {
        start = bytes
        end = bits.upperBound
        next = bytes + bits.lowerBound / 8
        refill()
        skip(bits.lowerBound % 8)
    }

    /// The bit of the bytes that is read next.
    var position: Int { (next - start) * 8 - validBits }
    var isBeyondEnd: Bool { position > end }
    var isAtEnd: Bool { position == end }

    /// Makes at least 56 bits of `window` valid.
    @inline(__always)
    mutating func refill() {
        let loaded = UInt64(bigEndian: next.loadUnaligned(as: UInt64.self))
        window |= loaded &>> UInt64(truncatingIfNeeded: validBits)
        next += (63 &- validBits) &>> 3
        validBits |= 56
    }

    /// Drops bits that are valid.
    @inline(__always)
    mutating func skip(_ count: Int) {
        window = window &<< UInt64(truncatingIfNeeded: count)
        validBits &-= count
    }

    /// The next 1...32 bits.
    ///
    /// - Throws: `BZip2Damage` if they are beyond the end.
    mutating func read(_ count: Int) throws(BZip2Damage) -> Int {
        refill()
        let value = Int(truncatingIfNeeded: window &>> UInt64(truncatingIfNeeded: 64 &- count))
        skip(count)
        if isBeyondEnd { throw BZip2Damage() }
        return value
    }
}

/// A block that cannot be what a compressor wrote.
struct BZip2Damage: Error {}
