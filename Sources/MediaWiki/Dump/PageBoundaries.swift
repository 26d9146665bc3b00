import Foundation

/// Cuts the bytes of a dump so that each piece begins where a `<page>` element may begin.
///
/// This is only about where to cut: what the bytes mean is decided by the XML parser. After damage the parser is
/// started again at such a place. An escaped text holds no `<page`, and elsewhere (CDATA sections, comments) a wrong
/// place does no harm.
struct PageBoundaries {
    private static let mark = Array("<page".utf8)

    /// The end of the chunk before, when it may be the beginning of a mark.
    private var carry: [UInt8] = []

    /// Calls `body` with the pieces of `carry + chunk`.
    ///
    /// - Parameters:
    ///   - isLast: whether nothing follows, so that nothing need be kept back.
    ///   - joinsPages: whether a piece may hold several pages, so that the parser is called less often.
    ///   - maximumSize: of a piece. The parser is as quick with 64 KiB as with more.
    mutating func forEachPiece(
        of chunk: [UInt8], isLast: Bool, joinsPages: Bool = false, maximumSize: Int = 1 << 16,
        _ body: (_ piece: UnsafeBufferPointer<UInt8>, _ mayBeginPage: Bool) throws -> Void
    ) rethrows {
        let bytes = carry.isEmpty ? chunk : carry + chunk
        let kept = isLast ? 0 : Self.incompleteMark(atEndOf: bytes)
        carry = Array(bytes.suffix(kept))
        try bytes.withUnsafeBufferPointer { all in
            let end = all.count - kept
            try Self.forEachPiece(of: all, before: end, joinsPages: joinsPages, maximumSize: maximumSize, body)
        }
    }

    /// Calls `body` with the pieces of `bytes` before `end`.
    static func forEachPiece(
        of bytes: UnsafeBufferPointer<UInt8>, before end: Int, joinsPages: Bool, maximumSize: Int = 1 << 16,
        _ body: (_ piece: UnsafeBufferPointer<UInt8>, _ mayBeginPage: Bool) throws -> Void
    ) rethrows {
        var start = 0
        var beginsPage = isMark(in: bytes, at: 0)
        while start < end {
            var next = nextMark(in: bytes, after: start, before: end)
            while joinsPages, beginsPage, next < end {
                let further = nextMark(in: bytes, after: next, before: end)
                guard further - start <= maximumSize else { break }
                next = further
            }
            while start < next {
                let stop = min(next, start + maximumSize)
                try body(UnsafeBufferPointer(rebasing: bytes[start..<stop]), beginsPage)
                beginsPage = false
                start = stop
            }
            beginsPage = true
        }
    }

    /// Forgets what was kept back: the bytes to come do not follow it.
    mutating func reset() { carry = [] }

    private static func nextMark(in bytes: UnsafeBufferPointer<UInt8>, after start: Int, before end: Int) -> Int {
        var index = start + 1
        while index < end {
            guard let base = bytes.baseAddress, let hit = memchr(base + index, Int32(UInt8(ascii: "<")), end - index)
            else {
                return end
            }
            let found = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
            if isMark(in: bytes, at: found) { return found }
            index = found + 1
        }
        return end
    }

    /// `<page` and a byte that ends the name.
    private static func isMark(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index + mark.count < bytes.count else { return false }
        for offset in 0..<mark.count where bytes[index + offset] != mark[offset] { return false }
        let next = bytes[index + mark.count]
        return next == UInt8(ascii: ">") || next == UInt8(ascii: "/") || next == 0x20 || (0x09...0x0D).contains(next)
    }

    /// How many of the last bytes could begin a mark.
    private static func incompleteMark(atEndOf bytes: [UInt8]) -> Int {
        (1...mark.count).last { count in
            count <= bytes.count && bytes.suffix(count).elementsEqual(mark.prefix(count))
        } ?? 0
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The index of the first line feed at or after `start`.
    func firstLineFeed(from start: Int) -> Int? {
        guard let base = baseAddress, start < count, let hit = memchr(base + start, 0x0A, count - start) else {
            return nil
        }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    /// The number of line feeds.
    var countOfLineFeeds: Int64 {
        var count: Int64 = 0
        var start = 0
        while let found = firstLineFeed(from: start) {
            count += 1
            start = found + 1
        }
        return count
    }
}
