import Diagnostics

/// Cuts a bzip2 file of one or more streams into its blocks without decompressing them.
///
/// A block begins at a 48-bit magic number at any bit. Compressed data may hold such a number by chance, about once
/// in 2^48 bits: the reader of the blocks notices that the piece before does not decompress and joins it with the next.
/// Holds one block and one read-ahead; a block that does not end within `maximumBlockSize` is damage.
struct BZip2Splitter {
    enum Event: Sendable, Equatable {
        case block(BZip2Block)
        /// A stream is complete; `checksumMatches` compares its combined checksum with those stored in its blocks, as
        /// far as all of them were found.
        case streamEnd(offset: Int64, checksumMatches: Bool)
        case damage(StoredDamage)
    }

    private enum State: Equatable {
        case header
        case block
        /// Drops bytes up to the next header of a stream (at a byte) or to the next block (at any bit).
        case lost
        case done
    }

    /// 900,000 symbols of at most 20 bits, and room for the tables.
    private static let maximumBlockSize = 2_500_000
    private static let readSize = 1 << 18

    private let file: InputFile
    private var state = State.header
    private var isAtEnd = false
    private var level = UInt8(ascii: "9")
    /// Where the stream at hand begins; nil if that was lost.
    private var streamOffset: Int64?
    private var combinedChecksum: UInt32 = 0
    /// Whether all blocks of the stream were seen.
    private var isChecksumKnown = true
    private var pending: [Event] = []

    private var buffer: [UInt8] = []
    private var bufferOffset: Int64 = 0
    /// The bit of `buffer` where the next header or the current block begins.
    private var position = 0
    /// The first bit of `buffer` at which no magic number was looked for yet.
    private var scanned = 0

    init(file: InputFile) {
        self.file = file
    }

    mutating func next() throws -> Event? {
        while pending.isEmpty, state != .done {
            switch state {
            case .header: try readHeader()
            case .block: try readBlock()
            case .lost: try findNextStreamOrBlock()
            case .done: break
            }
        }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    // MARK: - Headers and ends

    private mutating func readHeader() throws {
        dropConsumed()
        try fill(bytes: 14)
        if buffer.isEmpty {
            state = .done
        } else if let magic = streamStart(at: 0) {
            level = buffer[3]
            streamOffset = bufferOffset
            combinedChecksum = 0
            isChecksumKnown = true
            if magic == BZip2Magic.end {
                try endStream(at: 32)
            } else {
                beginBlock(at: 32)
            }
        } else if buffer.count < 14, isAtEnd, "BZh".utf8.starts(with: buffer.prefix(3)) {
            reportTruncation()
        } else {
            pending.append(damage(.trailingGarbage, atBit: 0, "garbage after the end of a bz2 stream"))
            state = .lost
            scanned = 0
        }
    }

    /// The magic number after `BZh1`...`BZh9` at byte `index`, or nil if no stream begins there.
    private func streamStart(at index: Int) -> UInt64? {
        guard index >= 0, index + 10 <= buffer.count, buffer[index] == UInt8(ascii: "B"),
            buffer[index + 1] == UInt8(ascii: "Z"), buffer[index + 2] == UInt8(ascii: "h"),
            (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(buffer[index + 3])
        else { return nil }
        let magic = bits(from: (index + 4) * 8, count: BZip2Magic.bitCount)
        return magic == BZip2Magic.block || magic == BZip2Magic.end ? magic : nil
    }

    private mutating func beginBlock(at bit: Int) {
        position = bit
        scanned = bit + BZip2Magic.bitCount
        state = .block
    }

    /// Reads the end of a stream whose magic number is at `bit`.
    private mutating func endStream(at bit: Int) throws {
        let length = BZip2Magic.bitCount + BZip2Magic.checksumBitCount
        let nextByte = (bit + length + 7) / 8
        guard nextByte <= buffer.count else { return reportTruncation() }
        let stored = UInt32(
            truncatingIfNeeded: bits(from: bit + BZip2Magic.bitCount, count: BZip2Magic.checksumBitCount))
        let matches = stored == combinedChecksum || !isChecksumKnown
        pending.append(.streamEnd(offset: bufferOffset + Int64(bit / 8), checksumMatches: matches))
        position = nextByte * 8
        state = .header
    }

    // MARK: - Blocks

    private mutating func readBlock() throws {
        guard let found = try findEndOfBlock() else {
            if state == .block { reportTruncation() }
            return
        }
        guard found.magic == BZip2Magic.block else { return try finishStream(at: found.bit) }
        if found.bit % 8 == 0, streamStart(at: found.bit / 8 - 4) != nil {
            // A block at the beginning of a stream, but no end of the stream before.
            cutBlock(endingAt: found.bit - 32)
            pending.append(damage(.damagedBlock, atBit: found.bit - 32, "the end of a bz2 stream is missing"))
            position = found.bit - 32
            state = .header
        } else {
            cutBlock(endingAt: found.bit)
            beginBlock(at: found.bit)
            dropConsumed()
        }
    }

    /// Cuts the last block of a stream, unless the end magic at `bit` is data that looks like one: then goes on
    /// searching.
    private mutating func finishStream(at bit: Int) throws {
        let nextByte = (bit + BZip2Magic.bitCount + BZip2Magic.checksumBitCount + 7) / 8
        try fill(bytes: nextByte + 10)
        let before = combinedChecksum
        let block = block(endingAt: bit)
        fold(block.storedChecksum)
        let stored = UInt32(
            truncatingIfNeeded: bits(from: bit + BZip2Magic.bitCount, count: BZip2Magic.checksumBitCount))
        if stored != combinedChecksum, isChecksumKnown, nextByte < buffer.count, streamStart(at: nextByte) == nil {
            combinedChecksum = before
            scanned = bit + 1
            return
        }
        pending.append(.block(block))
        try endStream(at: bit)
    }

    private mutating func cutBlock(endingAt end: Int) {
        let block = block(endingAt: end)
        fold(block.storedChecksum)
        pending.append(.block(block))
    }

    private func block(endingAt end: Int) -> BZip2Block {
        BZip2Block(
            bytes: Array(buffer[position / 8..<min((end + 7) / 8, buffer.count)]), firstBit: position % 8,
            bitCount: end - position, level: level, offset: bufferOffset + Int64(position / 8),
            streamOffset: streamOffset)
    }

    private mutating func fold(_ checksum: UInt32) {
        combinedChecksum = (combinedChecksum << 1 | combinedChecksum >> 31) ^ checksum
    }

    /// The next magic number at or after `scanned`, reading on until the block is too long; then `state` is `.lost`.
    ///
    /// - Returns: nil when there is none.
    private mutating func findEndOfBlock() throws -> (bit: Int, magic: UInt64)? {
        while true {
            if let found = search() { return found }
            if buffer.count - position / 8 > Self.maximumBlockSize {
                pending.append(damage(.damagedBlock, atBit: position, "a bz2 block without end"))
                state = .lost
                return nil
            }
            guard try fill(bytes: buffer.count + 1) else { return nil }
        }
    }

    /// After damage: goes on at the next stream or, within the same stream, at the next block.
    private mutating func findNextStreamOrBlock() throws {
        isChecksumKnown = false
        streamOffset = nil
        while true {
            while let found = search() {
                if found.bit % 8 == 0, streamStart(at: found.bit / 8 - 4) != nil {
                    position = found.bit - 32
                    state = .header
                    return
                }
                if found.magic == BZip2Magic.block {
                    level = UInt8(ascii: "9")  // Its stream's header may be what was lost; 9 reads them all.
                    return beginBlock(at: found.bit)
                }
                scanned = found.bit + 1
            }
            // Four bytes more than the search needs: the header before a stream's first block.
            position = max(0, scanned / 8 - 4) * 8
            dropConsumed()
            guard try fill(bytes: buffer.count + 1) else {
                state = .done
                return
            }
        }
    }

    /// Looks at the bytes at hand.
    private mutating func search() -> (bit: Int, magic: UInt64)? {
        if let found = BZip2MagicSearch.first(in: buffer, from: scanned) { return found }
        scanned = max(scanned, (buffer.count - BZip2MagicSearch.windowSize + 1) * 8)
        return nil
    }

    // MARK: - Bytes

    private func bits(from bit: Int, count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in bit..<bit + count {
            let byte = index / 8 < buffer.count ? buffer[index / 8] : 0
            value = value << 1 | UInt64(byte >> UInt8(7 - index % 8) & 1)
        }
        return value
    }

    /// Reads until `buffer` has `count` bytes; false at the end of the file.
    @discardableResult
    private mutating func fill(bytes count: Int) throws -> Bool {
        while buffer.count < count, !isAtEnd {
            let more = try file.read(upTo: Self.readSize)
            if more.isEmpty { isAtEnd = true }
            buffer += more
        }
        return buffer.count >= count
    }

    /// Removes the whole bytes before `position`.
    private mutating func dropConsumed() {
        let count = min(position / 8, buffer.count)
        guard count > 0 else { return }
        buffer.removeFirst(count)
        bufferOffset += Int64(count)
        position -= count * 8
        scanned = max(0, scanned - count * 8)
    }

    private mutating func reportTruncation() {
        pending.append(damage(.truncated, atBit: buffer.count * 8, "unexpected end of bz2 data"))
        state = .done
    }

    private func damage(_ reason: DamageReason, atBit bit: Int, _ problem: String) -> Event {
        .damage(StoredDamage(reason: reason, offset: bufferOffset + Int64(bit / 8), problem: problem))
    }
}
