/// Decodes one block: Huffman codes, move to front, Burrows-Wheeler transform, run lengths, checksum.
///
/// Bytes from outside decide nothing here without a check: the numbers that are read from the block, the number of
/// symbols, the length of the text. Behind these checks there are none, in the loops that run once per symbol or byte.
struct BZip2BlockDecoder {
    private let workspace: BZip2Workspace
    private let header: BZip2BlockHeader
    private var reader: BZip2BitReader

    /// - Parameters:
    ///   - bytes: the bytes of the block and the slack that `BZip2BitReader` wants.
    ///   - bits: those of the block from its magic number on.
    init(_ bytes: UnsafeRawPointer, bits: Range<Int>, workspace: BZip2Workspace) throws(BZip2Damage) {
        self.workspace = workspace
        guard bits.count > BZip2Magic.bitCount else { throw BZip2Damage() }
        reader = BZip2BitReader(bytes, bits: bits.lowerBound + BZip2Magic.bitCount..<bits.upperBound)
        header = try BZip2BlockHeader(&reader, into: workspace)
    }

    /// Only libbz2 knows how to undo the randomisation that the first versions of bzip2 applied.
    var isRandomised: Bool { header.isRandomised }

    /// The bytes of the block, if there are at most `limit`.
    mutating func content(limit: Int, maximumLength: Int) throws(BZip2Damage) -> BZip2Block.Content {
        let symbolCount = try readSymbols()
        guard
            let runCount = BZip2MoveToFront.decode(
                UnsafeBufferPointer(start: workspace.symbols, count: symbolCount), bytes: header.bytes,
                into: workspace.runs),
            let length = BZip2Transform.link(
                UnsafeBufferPointer(start: workspace.runs, count: runCount), maximumLength: maximumLength,
                into: workspace.links),
            header.origin < length
        else { throw BZip2Damage() }
        BZip2Transform.follow(
            workspace.links, length: length, origin: header.origin, pieces: workspace.pieces, into: workspace.text)
        let runLengths = try BZip2RunLengths(workspace.text, length: length, counts: workspace.runs)
        guard runLengths.expandedLength <= limit else { return .tooMany }
        let bytes = [UInt8](unsafeUninitializedCapacity: runLengths.expandedLength) { output, initialized in
            guard let start = output.baseAddress else { return }
            runLengths.write(to: start)
            initialized = runLengths.expandedLength
        }
        guard bytes.withUnsafeBufferPointer(BZip2Checksum.of) == header.checksum else { return .damaged }
        return .bytes(bytes)
    }

    /// Decodes symbols up to the end of the block, which must be where the bits end.
    ///
    /// - Returns: the number of symbols, without the last.
    private mutating func readSymbols() throws(BZip2Damage) -> Int {
        var output = workspace.symbols
        for group in 0..<header.groupCount {
            let table = workspace.tables[Int(workspace.selectors[group])]
            // Fifty codes of twenty bits: less than the slack.
            let isLast = try Self.readGroup(&reader, table, &output)
            if reader.isBeyondEnd { break }
            guard isLast else { continue }
            guard reader.isAtEnd else { break }
            return output - workspace.symbols
        }
        throw BZip2Damage()
    }

    /// Decodes a group of symbols, or the rest before the end of the block; then returns true.
    @inline(__always)
    private static func readGroup(
        _ shared: inout BZip2BitReader, _ table: BZip2CodeTable, _ sharedOutput: inout UnsafeMutablePointer<UInt16>
    ) throws(BZip2Damage) -> Bool {
        var reader = shared
        var output = sharedOutput
        let entries = table.entries
        let last = output + BZip2Workspace.groupLength - 1
        defer {
            shared = reader
            sharedOutput = output
        }
        while output < last {
            reader.refill()
            // 56 bits are five times the index.
            for _ in 0..<5 where output < last {
                let entry = BZip2CodeTable.Entry(raw: entries[BZip2CodeTable.index(reader.window)])
                if entry.bitCount == 0 {
                    guard try readLong(&reader, table, &output) else { return true }
                    break
                }
                UnsafeMutableRawPointer(output).storeBytes(of: entry.raw, as: UInt32.self)
                reader.skip(entry.bitCount)
                output += entry.symbolCount
            }
        }
        guard output == last else { return false }
        // Room for one symbol: the next has another code.
        reader.refill()
        let entry = BZip2CodeTable.Entry(raw: entries[BZip2CodeTable.index(reader.window)])
        guard entry.bitCount > 0 else { return try !readLong(&reader, table, &output) }
        output.pointee = UInt16(truncatingIfNeeded: entry.raw)
        reader.skip(entry.firstBitCount)
        output += 1
        return false
    }

    /// Decodes one symbol that is not in the look-up table; false if it is the end of the block.
    @inline(never)
    private static func readLong(
        _ reader: inout BZip2BitReader, _ table: BZip2CodeTable, _ output: inout UnsafeMutablePointer<UInt16>
    ) throws(BZip2Damage) -> Bool {
        reader.refill()
        guard let (symbol, length) = table.search(reader.window) else { throw BZip2Damage() }
        reader.skip(length)
        guard !table.isEnd(symbol) else { return false }
        output.pointee = symbol
        output += 1
        return true
    }
}
