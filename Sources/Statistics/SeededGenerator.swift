/// Deterministic random numbers: SplitMix64 (Steele, Lea, Flood 2014), started from a seed and a stable key.
///
/// Every random decision takes a generator of its own, keyed by what the decision is about (a concept id, a question
/// id, a purpose), so that results never depend on the order in which work happens.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    /// A generator for one purpose: same seed and keys, same numbers.
    @inlinable public init<each Key: SeedKey>(seed: UInt64, _ keys: repeat each Key) {
        state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        for key in repeat each keys { add(key) }
    }

    /// A generator for a narrower purpose: the same as one that is made with one key more. Only before any number is drawn.
    @inlinable public func with(_ key: some SeedKey) -> SeededGenerator {
        var generator = self
        generator.add(key)
        return generator
    }

    @inlinable mutating func add(_ key: some SeedKey) {
        state = Self.mix(state ^ key.seedKey)
    }

    /// The next 64 random bits.
    @inlinable public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A uniform integer in `0..<bound` by rejection, the same on every platform and library version.
    @inlinable public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "an empty range has no random element")
        let bound = UInt64(bound)
        while true {
            let value = next()
            // Below the largest multiple of `bound`, which takes a division to find and is nearly always far above.
            if value <= .max - bound || value < .max - .max % bound { return Int(value % bound) }
        }
    }

    /// A uniform number in [0, 1) with 53 random bits.
    @inlinable public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// The elements in random order (Fisher-Yates; independent of the standard library's own shuffle).
    @inlinable public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
        var result = Array(elements)
        guard result.count > 1 else { return result }
        for index in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(index, below(index + 1))
        }
        return result
    }

    @inlinable static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// What may name a random decision: integers and texts (by their UTF-8, never by Swift's per-process hash).
public protocol SeedKey: Sendable {
    /// 64 bits that stand for the value.
    var seedKey: UInt64 { get }
}

extension Int: SeedKey {
    /// The bits of the integer.
    @inlinable public var seedKey: UInt64 { UInt64(bitPattern: Int64(self)) }
}

extension Int64: SeedKey {
    /// The bits of the integer.
    @inlinable public var seedKey: UInt64 { UInt64(bitPattern: self) }
}

extension String: SeedKey {
    /// FNV-1a over the UTF-8 bytes.
    public var seedKey: UInt64 {
        var text = self
        return text.withUTF8 { bytes in
            bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
    }
}
