/// What stands before the symbols of a block: which bytes occur, the Huffman codes, and where each of them is used.
struct BZip2BlockHeader {
    static let maximumTables = 6
    /// 256 bytes less the front one, two run symbols, and the end of the block.
    static let maximumAlphabet = 258

    var checksum: UInt32
    /// Written by bzip2 before 0.9.5 for data of many repetitions.
    var isRandomised: Bool
    /// The row of the sorted rotations that is the text.
    var origin: Int
    /// The bytes that occur.
    var bytes: [UInt8]
    /// The number of groups of symbols whose code is known.
    var groupCount: Int

    /// Reads a block from after its magic number on; fills the selectors and the code tables of `workspace`.
    init(_ reader: inout BZip2BitReader, into workspace: BZip2Workspace) throws(BZip2Damage) {
        checksum = UInt32(truncatingIfNeeded: try reader.read(32))
        isRandomised = try reader.read(1) == 1
        origin = try reader.read(24)
        bytes = try Self.readBytes(&reader)
        let tableCount = try reader.read(3)
        let selectorCount = try reader.read(15)
        guard !bytes.isEmpty, (2...Self.maximumTables).contains(tableCount), selectorCount > 0 else {
            throw BZip2Damage()
        }
        groupCount = min(selectorCount, BZip2Workspace.maximumSelectors)
        try Self.readSelectors(selectorCount, tableCount, &reader, into: workspace.selectors)
        var lengths = [UInt8](repeating: 0, count: bytes.count + 2)
        for table in 0..<tableCount {
            try Self.readLengths(&lengths, &reader)
            lengths.withUnsafeBufferPointer { workspace.tables[table].build($0) }
        }
    }

    /// Two levels of bits: which sixteenths of the byte values occur, and which values in each of them.
    private static func readBytes(_ reader: inout BZip2BitReader) throws(BZip2Damage) -> [UInt8] {
        var bytes: [UInt8] = []
        let sixteenths = try reader.read(16)
        for sixteenth in 0..<16 where sixteenths >> (15 - sixteenth) & 1 == 1 {
            let values = try reader.read(16)
            for value in 0..<16 where values >> (15 - value) & 1 == 1 {
                bytes.append(UInt8(sixteenth * 16 + value))
            }
        }
        return bytes
    }

    /// Selectors are moved to the front, and the places written as that many ones and a zero.
    private static func readSelectors(
        _ count: Int, _ tableCount: Int, _ reader: inout BZip2BitReader, into selectors: UnsafeMutablePointer<UInt8>
    ) throws(BZip2Damage) {
        // The tables from the front on, four bits each.
        var front: UInt32 = 0x543210
        for index in 0..<count {
            reader.refill()
            let place = (~reader.window).leadingZeroBitCount
            guard place < tableCount else { throw BZip2Damage() }
            reader.skip(place + 1)
            guard !reader.isBeyondEnd else { throw BZip2Damage() }
            let selector = front >> UInt32(4 * place) & 15
            let before = UInt32(1) << UInt32(4 * place) - 1
            front = front & ~(before << 4 | 15) | (front & before) << 4 | selector
            if index < BZip2Workspace.maximumSelectors { selectors[index] = UInt8(selector) }
        }
    }

    /// The length of the first code, and for each symbol the way from the length before: 10 longer, 11 shorter, 0 done.
    private static func readLengths(_ lengths: inout [UInt8], _ reader: inout BZip2BitReader) throws(BZip2Damage) {
        var length = try reader.read(5)
        for symbol in lengths.indices {
            while true {
                guard (1...BZip2CodeTable.maximumLength).contains(length) else { throw BZip2Damage() }
                if try reader.read(1) == 0 { break }
                length += try reader.read(1) == 0 ? 1 : -1
            }
            lengths[symbol] = UInt8(length)
        }
    }
}
