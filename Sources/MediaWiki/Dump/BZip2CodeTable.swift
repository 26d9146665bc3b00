/// One Huffman code of a block, made ready for looking up two symbols at a time.
///
/// A structure of addresses, not a class: codes change every fifty symbols, and counting references to them takes a sixth of the
/// time of reading these. Who makes one calls `deallocate`.
struct BZip2CodeTable {
    /// The bits that are looked up at once; longer codes are rare.
    static let indexBits = 10
    static let maximumLength = 20

    // An entry holds one or two symbols with what lies between them:
    // bits 0-8 first symbol, 9-12 bits of both, 13-14 number of symbols; 16-24 second symbol, 25-28 bits of the first.
    // Storing an entry stores two 16-bit symbols, to be masked with `symbolMask`.
    static let symbolMask: UInt16 = 0x1FF

    /// What an entry says.
    struct Entry {
        var raw: UInt32

        /// 0 where the code is longer than the index, is no code, or is the end of the block.
        @inline(__always) var bitCount: Int { Int(truncatingIfNeeded: raw &>> 9 & 15) }
        @inline(__always) var symbolCount: Int { Int(truncatingIfNeeded: raw &>> 13 & 3) }
        @inline(__always) var firstBitCount: Int { Int(truncatingIfNeeded: raw &>> 25 & 15) }
    }

    let entries: UnsafeMutablePointer<UInt32>
    /// Symbols in the order of their codes.
    private let symbols: UnsafeMutablePointer<UInt16>
    /// `symbol << 4 | length` for codes within the index, else 0.
    private let single: UnsafeMutablePointer<UInt16>
    /// By length: the first code, the place of its symbol, and the first 20-bit number above all codes so far.
    private let firstCode: UnsafeMutablePointer<Int>
    private let firstPlace: UnsafeMutablePointer<Int>
    private let limit: UnsafeMutablePointer<Int>
    private var endOfBlock: UInt16 = 0

    init() {
        entries = .allocate(capacity: 1 << Self.indexBits)
        symbols = .allocate(capacity: BZip2BlockHeader.maximumAlphabet)
        single = .allocate(capacity: 1 << Self.indexBits)
        firstCode = .allocate(capacity: Self.maximumLength + 1)
        firstPlace = .allocate(capacity: Self.maximumLength + 1)
        limit = .allocate(capacity: Self.maximumLength + 1)
    }

    func deallocate() {
        entries.deallocate()
        symbols.deallocate()
        single.deallocate()
        firstCode.deallocate()
        firstPlace.deallocate()
        limit.deallocate()
    }

    /// The entry for the bits that `window` begins with.
    @inline(__always)
    static func index(_ window: UInt64) -> Int {
        Int(truncatingIfNeeded: window &>> UInt64(truncatingIfNeeded: 64 &- indexBits))
    }

    /// Builds the table of a code given by the lengths (1...20) of its symbols, of which the last ends the block.
    ///
    /// Lengths that leave numbers without a symbol are fine as long as none of these occurs. If there are too many
    /// codes, the shorter ones win, as in libbz2.
    mutating func build(_ lengths: UnsafeBufferPointer<UInt8>) {
        endOfBlock = UInt16(lengths.count - 1)
        var place = 0
        var code = 0
        var filled = 0
        for length in 1...Self.maximumLength {
            firstCode[length] = code
            firstPlace[length] = place
            for symbol in 0..<lengths.count where lengths[symbol] == length {
                symbols[place] = UInt16(symbol)
                place += 1
                code += 1
                guard length <= Self.indexBits else { continue }
                let next = min(code << (Self.indexBits - length), 1 << Self.indexBits)
                while filled < next {
                    single[filled] = UInt16(symbol) << 4 | UInt16(length)
                    filled += 1
                }
            }
            limit[length] = code << (Self.maximumLength - length)
            code <<= 1
        }
        while filled < 1 << Self.indexBits {
            single[filled] = 0
            filled += 1
        }
        pairUp()
    }

    private func pairUp() {
        for index in 0..<1 << Self.indexBits {
            let first = single[index]
            let firstLength = UInt32(first & 15)
            let firstSymbol = first >> 4
            guard firstLength > 0, firstSymbol != endOfBlock else {
                entries[index] = 0
                continue
            }
            var entry = UInt32(firstSymbol) | firstLength << 25
            let second = single[index << Int(firstLength) & (1 << Self.indexBits - 1)]
            let bothLengths = firstLength + UInt32(second & 15)
            let secondSymbol = second >> 4
            if second != 0, bothLengths <= Self.indexBits, secondSymbol != endOfBlock {
                entry |= bothLengths << 9 | 2 << 13 | UInt32(secondSymbol) << 16
            } else {
                entry |= firstLength << 9 | 1 << 13
            }
            entries[index] = entry
        }
    }

    func isEnd(_ symbol: UInt16) -> Bool { symbol == endOfBlock }

    /// The symbol that `window` begins with and the length of its code, for any code; nil if it is none.
    func search(_ window: UInt64) -> (symbol: UInt16, length: Int)? {
        let number = Int(truncatingIfNeeded: window >> UInt64(64 - Self.maximumLength))
        for length in 1...Self.maximumLength where number < limit[length] {
            let code = number >> (Self.maximumLength - length)
            return (symbols[firstPlace[length] + code - firstCode[length]], length)
        }
        return nil
    }
}
