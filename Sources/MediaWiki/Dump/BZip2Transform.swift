/// The inverse of the Burrows-Wheeler transform.
///
/// The text is a chain of links through all of the block, and following it means waiting for memory at each byte. So
/// the chain is entered at many places at a time: at every row whose number is a multiple of a power of two. Where the
/// way from one such row meets the next is known when it is met; then the pieces are put in order.
enum BZip2Transform {
    /// The ways followed at a time: what they wait for is the cache of the third level.
    private static let laneCount = 16
    /// A lane takes one step when all others do, and no row is visited twice. Not a multiple of the size of a page:
    /// lanes would compete for the same lines of the cache.
    private static let laneSize = BZip2Workspace.maximumLength / laneCount + 76
    /// The lanes, and behind them what is left when there is too little for all of them.
    static let piecesCapacity = laneSize * laneCount + BZip2Workspace.maximumLength
    /// Shorter blocks are not worth the effort.
    private static let minimumLength = 1 << 12
    /// Pieces are at most this many: many, so that the lanes end at about the same time.
    private static let pieceBits = 11

    // MARK: - Links

    /// Makes the chain out of the runs of the transformed text: `index of the next << 8 | byte`.
    ///
    /// - Returns: the length of the text; nil if it is longer than `maximumLength`.
    static func link(
        _ runs: UnsafeBufferPointer<UInt32>, maximumLength: Int, into links: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 512) { places in
            // The next place and the end of the rows that begin with each byte.
            guard let next = places.baseAddress else { return nil }
            places.initialize(repeating: 0)
            let end = next + 256
            var total = 0
            for run in runs {
                total &+= Int(run &>> 8)
                end[Int(run & 0xFF)] &+= Int32(truncatingIfNeeded: run &>> 8)
            }
            // Each run is below 2^23 and there are fewer than 2^20: no sum has overflown, in spite of what was counted.
            guard total <= maximumLength else { return nil }
            var sum: Int32 = 0
            for byte in 0..<256 {
                next[byte] = sum
                sum += end[byte]
                end[byte] = sum
            }
            let steps = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7) &<< 8
            var row: UInt32 = 0
            for run in runs {
                let byte = run & 0xFF
                let length = Int(run &>> 8)
                let place = Int(next[Int(byte)])
                next[Int(byte)] = Int32(truncatingIfNeeded: place &+ length)
                var link = row &<< 8 | byte
                if length <= 8, place &+ 8 <= Int(end[Int(byte)]) {
                    // More than needed: what is too much is overwritten by the next runs of the byte.
                    UnsafeMutableRawPointer(links + place).storeBytes(
                        of: SIMD8(repeating: link) &+ steps, as: SIMD8<UInt32>.self)
                } else {
                    for place in place..<place &+ length {
                        links[place] = link
                        link &+= 1 << 8
                    }
                }
                row &+= UInt32(truncatingIfNeeded: length)
            }
            return total
        }
    }

    // MARK: - Text

    /// Follows the chain from `origin` on for `length` bytes.
    ///
    /// - Parameters:
    ///   - links: `length` links, each of which is the next of exactly one other.
    ///   - origin: below `length`.
    static func follow(
        _ links: UnsafePointer<UInt32>, length: Int, origin: Int, pieces: UnsafeMutablePointer<UInt8>,
        into text: UnsafeMutablePointer<UInt8>
    ) {
        let isShort = length < minimumLength
        let shift = isShort ? 0 : Int.bitWidth - length.leadingZeroBitCount - pieceBits
        let mask = 1 << shift - 1
        var row = origin
        var count = 0
        repeat {
            let link = links[row]
            text[count] = UInt8(truncatingIfNeeded: link)
            count &+= 1
            row = Int(link &>> 8)
        } while (isShort || row & mask != 0) && count < length
        guard count < length else { return }
        let pieceCount = (length + mask) >> shift
        withUnsafeTemporaryAllocation(of: Piece.self, capacity: pieceCount) { table in
            guard let table = table.baseAddress else { return }
            var lanes = Lanes(
                links: links, pieces: pieces, table: table, shift: shift, pieceCount: pieceCount)
            lanes.run()
            while count < length {
                let piece = table[row >> shift]
                let used = min(Int(piece.length), length - count)
                (text + count).update(from: pieces + Int(piece.start), count: used)
                count += used
                row = Int(piece.next)
            }
        }
    }

    /// The bytes from one entrance of the chain to the next.
    private struct Piece {
        var start: Int32
        var length: Int32
        /// The row of the next entrance.
        var next: Int32
    }

    /// Ways through the chain that are followed side by side.
    private struct Lanes {
        let links: UnsafePointer<UInt32>
        let pieces: UnsafeMutablePointer<UInt8>
        let table: UnsafeMutablePointer<Piece>
        let shift: Int
        let pieceCount: Int
        /// The piece at which each lane is, or -1, and the step at which the lane began it.
        var piece = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        var begin = SIMD16<Int32>(repeating: 0)
        var nextPiece = laneCount
        var isExhausted = false

        mutating func run() {
            let mask = UInt32(1) &<< UInt32(shift) &- 1
            let links = links
            var row0 = UInt32(0) &<< UInt32(shift)
            var row1 = UInt32(1) &<< UInt32(shift)
            var row2 = UInt32(2) &<< UInt32(shift)
            var row3 = UInt32(3) &<< UInt32(shift)
            var row4 = UInt32(4) &<< UInt32(shift)
            var row5 = UInt32(5) &<< UInt32(shift)
            var row6 = UInt32(6) &<< UInt32(shift)
            var row7 = UInt32(7) &<< UInt32(shift)
            var row8 = UInt32(8) &<< UInt32(shift)
            var row9 = UInt32(9) &<< UInt32(shift)
            var row10 = UInt32(10) &<< UInt32(shift)
            var row11 = UInt32(11) &<< UInt32(shift)
            var row12 = UInt32(12) &<< UInt32(shift)
            var row13 = UInt32(13) &<< UInt32(shift)
            var row14 = UInt32(14) &<< UInt32(shift)
            var row15 = UInt32(15) &<< UInt32(shift)
            var step = 0
            let output = pieces
            @inline(__always) func advance(_ row: inout UInt32, _ lane: Int, _ lanes: inout Lanes) {
                let link = links[Int(row)]
                output[lane &* laneSize &+ step] = UInt8(truncatingIfNeeded: link)
                row = link &>> 8
                if row & mask == 0 { row = lanes.finish(lane, step: step, next: row) }
            }
            while !isExhausted {
                advance(&row0, 0, &self)
                advance(&row1, 1, &self)
                advance(&row2, 2, &self)
                advance(&row3, 3, &self)
                advance(&row4, 4, &self)
                advance(&row5, 5, &self)
                advance(&row6, 6, &self)
                advance(&row7, 7, &self)
                advance(&row8, 8, &self)
                advance(&row9, 9, &self)
                advance(&row10, 10, &self)
                advance(&row11, 11, &self)
                advance(&row12, 12, &self)
                advance(&row13, 13, &self)
                advance(&row14, 14, &self)
                advance(&row15, 15, &self)
                step &+= 1
            }
            var free = laneSize * laneCount
            let rows = [
                row0, row1, row2, row3, row4, row5, row6, row7, row8, row9,
                row10, row11, row12, row13, row14, row15,
            ]
            for (lane, row) in rows.enumerated() where piece[lane] >= 0 {
                complete(lane, steps: step, row, at: &free)
            }
        }

        /// Records a piece that ends at `step` and gives the lane another.
        @inline(never)
        private mutating func finish(_ lane: Int, step: Int, next: UInt32) -> UInt32 {
            table[Int(piece[lane])] = Piece(
                start: Int32(lane * laneSize) + begin[lane], length: Int32(step + 1) - begin[lane], next: Int32(next))
            guard nextPiece < pieceCount else {
                piece[lane] = -1
                isExhausted = true
                return 0
            }
            piece[lane] = Int32(nextPiece)
            begin[lane] = Int32(step + 1)
            nextPiece += 1
            return UInt32(nextPiece - 1) << UInt32(shift)
        }

        /// Completes the piece of one lane, in the memory from `free` on.
        private func complete(_ lane: Int, steps: Int, _ row: UInt32, at free: inout Int) {
            let mask = UInt32(1) << UInt32(shift) - 1
            var row = row
            let done = steps - Int(begin[lane])
            let start = free
            (pieces + free).update(from: pieces + lane * laneSize + Int(begin[lane]), count: done)
            free += done
            repeat {
                let link = links[Int(row)]
                pieces[free] = UInt8(truncatingIfNeeded: link)
                free += 1
                row = link >> 8
            } while row & mask != 0
            table[Int(piece[lane])] = Piece(start: Int32(start), length: Int32(free - start), next: Int32(row))
        }
    }
}
