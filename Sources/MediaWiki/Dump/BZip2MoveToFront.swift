import CVectorKernels

/// Turns the symbols of a block into runs of bytes.
///
/// A symbol above 1 is the place of a byte in a list, in which it then moves to the front. Symbols 0 and 1 are the
/// digits (worth 1 and 2) of a number to the base 2: how often the byte at the front is repeated.
struct BZip2MoveToFront {
    /// The places 0-7 and 8-15 of the list, the first of each in the lowest byte: places that are used most are
    /// reached without a branch.
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The size of the list from place 16 on, with room on both sides for copying sixteen bytes at a time.
    private static let restRoom = 16
    private static let restSize = 256 + 2 * restRoom

    /// By place: the bytes of `low` and those of `high` up to there.
    private static let masks: [UInt64] = {
        var masks: [UInt64] = []
        for place in 0..<16 {
            masks.append(place < 8 ? UInt64.max >> UInt64(56 - 8 * place) : UInt64.max)
            masks.append(place < 8 ? 0 : UInt64.max >> UInt64(120 - 8 * place))
        }
        return masks
    }()

    /// Writes the runs of `symbols`.
    ///
    /// - Parameters:
    ///   - bytes: the list at the beginning. No symbol may be above its length.
    ///   - runs: room for one more run than there are symbols.
    /// - Returns: the number of runs written; some may have length 0. nil if a run is longer than any block.
    static func decode(
        _ symbols: UnsafeBufferPointer<UInt16>, bytes: [UInt8], into runs: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        guard permutesBytes else { return decodeAnywhere(symbols, bytes: bytes, into: runs) }
        // Places behind the bytes that occur are never asked for.
        let list = bytes + [UInt8](repeating: 0, count: 256 - bytes.count)
        let count = vk_move_to_front(symbols.baseAddress, symbols.count, BZip2CodeTable.symbolMask, list, runs)
        return count > 0 ? count : nil
    }

    /// Whether this processor has instructions that hold the whole list in registers: three times as fast.
    static let permutesBytes = vk_moves_to_front()

    /// The same on any processor.
    static func decodeAnywhere(
        _ symbols: UnsafeBufferPointer<UInt16>, bytes: [UInt8], into runs: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        withUnsafeTemporaryAllocation(byteCount: restSize, alignment: 16) { room in
            guard let start = room.baseAddress else { return nil }
            room.initializeMemory(as: UInt8.self, repeating: 0)
            let rest = start + restRoom
            var list = BZip2MoveToFront()
            for (place, byte) in bytes.enumerated() {
                switch place {
                case 0..<8: list.low |= UInt64(byte) << UInt64(8 * place)
                case 8..<16: list.high |= UInt64(byte) << UInt64(8 * (place - 8))
                default: rest.storeBytes(of: byte, toByteOffset: place - 16, as: UInt8.self)
                }
            }
            return list.decode(symbols, rest, runs)
        }
    }

    private mutating func decode(
        _ symbols: UnsafeBufferPointer<UInt16>, _ rest: UnsafeMutableRawPointer, _ runs: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        Self.masks.withUnsafeBufferPointer { masks in
            var low = low
            var high = high
            var run = runs
            /// Of the run at hand.
            var length = 0
            /// The worth of the next digit of its length, as a power of 2.
            var digit = 0
            /// All lengths: none has a bit that no length of a block can have.
            var seen = 0
            for index in 0..<symbols.count {
                let symbol = Int(symbols[index] & BZip2CodeTable.symbolMask)
                // All ones for a place, 0 for a digit. Which one comes next cannot be predicted, so both are computed.
                let isPlace = (1 &- symbol) &>> (Int.bitWidth - 1)
                seen |= length
                // Written again and again until the run is complete.
                run.pointee = UInt32(truncatingIfNeeded: length &<< 8) | UInt32(truncatingIfNeeded: low & 0xFF)
                run += isPlace & 1
                length = (isPlace & 1) | ((length &+ (symbol &+ 1) &<< digit) & ~isPlace)
                digit = (digit &+ 1) & ~isPlace
                let place = (symbol &- 1) & isPlace
                if place < 16 {
                    let byte = ((place < 8 ? low : high) &>> UInt64(truncatingIfNeeded: place &<< 3)) & 0xFF
                    let lowMask = masks[place &* 2]
                    let highMask = masks[place &* 2 &+ 1]
                    high ^= (high ^ (high &<< 8 | low &>> 56)) & highMask
                    low ^= (low ^ (low &<< 8 | byte)) & lowMask
                } else {
                    var count = place &- 16
                    let byte = UInt64(rest.load(fromByteOffset: count, as: UInt8.self))
                    while count > 0 {
                        let moved = rest.loadUnaligned(fromByteOffset: count &- 16, as: SIMD16<UInt8>.self)
                        rest.storeBytes(of: moved, toByteOffset: count &- 15, as: SIMD16<UInt8>.self)
                        count &-= 16
                    }
                    rest.storeBytes(of: UInt8(truncatingIfNeeded: high &>> 56), as: UInt8.self)
                    high = high &<< 8 | low &>> 56
                    low = low &<< 8 | byte
                }
            }
            run.pointee = UInt32(truncatingIfNeeded: length &<< 8) | UInt32(truncatingIfNeeded: low & 0xFF)
            seen |= length
            guard seen >= 0, seen < 1 << 23 else { return nil }
            return run - runs + 1
        }
    }
}
