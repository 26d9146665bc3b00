/// The views of all titles, in 12 bytes and 9 to 13 of index beside the title's own, 35 while the index grows.
///
/// Titles are kept one after the other, each with its views and length before it, in pieces that never move.
struct TitleArena: PageviewTally, Sendable {
    /// The number of distinct titles.
    private(set) var count = 0

    private var pieces: [[UInt8]] = []
    /// Open addressing with linear probing: 24 bits of the title's hash, then where it is; 0 if the place is unused.
    private var index = [UInt64](repeating: 0, count: 64)

    private static let pieceSize = 1 << positionBits
    private static let positionBits: UInt64 = 20
    private static let tagBits: UInt64 = 24
    private static let headSize = MemoryLayout<Int64>.size + MemoryLayout<UInt32>.size

    typealias Bytes = UnsafeBufferPointer<UInt8>

    mutating func add(_ views: Int64, to title: Bytes) -> Bool {
        let hash = Self.hash(title)
        let place = place(of: title, hash)
        guard index[place] == 0 else {
            let position = Self.position(index[place])
            let (sum, isTooLarge) = entry(at: position).views.addingReportingOverflow(views)
            if !isTooLarge { setViews(at: position, to: sum) }
            return !isTooLarge
        }
        index[place] = Self.reference(append(title, views), hash)
        count += 1
        if count > self.index.count / 8 * 7 { grow() }
        return true
    }

    /// The views of a title; nil for one that was not added.
    func views(of title: Bytes) -> Int64? {
        let place = place(of: title, Self.hash(title))
        return index[place] == 0 ? nil : entry(at: Self.position(index[place])).views
    }

    /// Calls `body` with all titles and their views, sorted by the bytes of the titles.
    func forEachSorted(_ body: (_ title: Bytes, _ views: Int64) throws -> Void) rethrows {
        // The first bytes decide most comparisons without a look at the titles.
        var order: [(prefix: UInt64, position: UInt64)] = []
        order.reserveCapacity(count)
        forEachPosition { position in order.append((withTitle(at: position, Self.prefix), position)) }
        order.sort { first, second in
            first.prefix != second.prefix
                ? first.prefix < second.prefix
                : withTitle(at: first.position) { first in
                    withTitle(at: second.position) { first.lexicographicallyPrecedes($0) }
                }
        }
        for (_, position) in order {
            let views = entry(at: position).views
            try withTitle(at: position) { try body($0, views) }
        }
    }
}

// MARK: - Titles

extension TitleArena {
    /// Stores a title.
    ///
    /// - Returns: where.
    private mutating func append(_ title: Bytes, _ views: Int64) -> UInt64 {
        let size = Self.headSize + title.count
        // A title longer than a piece, which no real one is, gets one to itself.
        if pieces.isEmpty || pieces[pieces.count - 1].count + size > Self.pieceSize {
            var piece: [UInt8] = []
            piece.reserveCapacity(max(size, Self.pieceSize))
            pieces.append(piece)
        }
        let last = pieces.count - 1
        let offset = pieces[last].count
        withUnsafeBytes(of: views) { pieces[last].append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(title.count)) { pieces[last].append(contentsOf: $0) }
        pieces[last].append(contentsOf: title)
        return UInt64(last) << Self.positionBits | UInt64(offset)
    }

    private func entry(at position: UInt64) -> (views: Int64, length: Int) {
        let (piece, offset) = Self.place(position)
        return pieces[piece].withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self),
                Int(bytes.loadUnaligned(fromByteOffset: offset + MemoryLayout<Int64>.size, as: UInt32.self))
            )
        }
    }

    private mutating func setViews(at position: UInt64, to views: Int64) {
        let (piece, offset) = Self.place(position)
        pieces[piece].withUnsafeMutableBytes { $0.storeBytes(of: views, toByteOffset: offset, as: Int64.self) }
    }

    private func withTitle<Result>(at position: UInt64, _ body: (Bytes) throws -> Result) rethrows -> Result {
        let (piece, offset) = Self.place(position)
        let start = offset + Self.headSize
        let end = start + entry(at: position).length
        return try pieces[piece].withUnsafeBufferPointer { try body(Bytes(rebasing: $0[start..<end])) }
    }

    /// Calls `body` with the places of all titles, in the order they were added.
    private func forEachPosition(_ body: (UInt64) -> Void) {
        for (number, piece) in pieces.enumerated() {
            var offset = 0
            while offset < piece.count {
                let position = UInt64(number) << Self.positionBits | UInt64(offset)
                body(position)
                offset += Self.headSize + entry(at: position).length
            }
        }
    }

    private static func place(_ position: UInt64) -> (piece: Int, offset: Int) {
        (Int(position >> positionBits), Int(position & (1 << positionBits - 1)))
    }

    /// The first eight bytes as a number that orders as they do.
    private static func prefix(_ title: Bytes) -> UInt64 {
        var value: UInt64 = 0
        for offset in 0..<8 { value = value << 8 | (offset < title.count ? UInt64(title[offset]) : 0) }
        return value
    }
}

// MARK: - Index

extension TitleArena {
    private static func hash(_ title: Bytes) -> UInt64 {
        // The last bytes of a title hardly reach the upper half of its hash, by which places are found.
        TitleHash(title).value &* 0x9E37_79B9_7F4A_7C15
    }

    private static func reference(_ position: UInt64, _ hash: UInt64) -> UInt64 {
        (position + 1) << tagBits | hash & (1 << tagBits - 1)
    }

    private static func position(_ reference: UInt64) -> UInt64 { reference >> tagBits - 1 }

    /// Where in the index a title is, or belongs.
    private func place(of title: Bytes, _ hash: UInt64) -> Int {
        let tag = hash & (1 << Self.tagBits - 1)
        return freePlace(hash) { reference in
            reference & (1 << Self.tagBits - 1) == tag
                && withTitle(at: Self.position(reference)) { $0.count == title.count && $0.elementsEqual(title) }
        }
    }

    /// The first place for a hash that is unused, or that `isSame` takes.
    private func freePlace(_ hash: UInt64, _ isSame: (UInt64) -> Bool) -> Int {
        var place = Int(hash.multipliedFullWidth(by: UInt64(index.count)).high)
        while index[place] != 0, !isSame(index[place]) {
            place += 1
            if place == index.count { place = 0 }
        }
        return place
    }

    private mutating func grow() {
        index = [UInt64](repeating: 0, count: index.count / 8 * 11)
        forEachPosition { position in
            let hash = withTitle(at: position, Self.hash)
            index[freePlace(hash) { _ in false }] = Self.reference(position, hash)
        }
    }
}
