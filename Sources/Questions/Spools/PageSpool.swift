import MediaWiki

/// The eligible pages of a dump on disk until the concepts are chosen.
///
/// Texts are kept as they are: of a large dump a few hundred are read again, so writing must be cheap. One thread appends; after
/// `finish` any number may read.
struct PageSpool: Sendable {
    /// Where a page begins.
    struct Place: Sendable {
        fileprivate var offset: UInt64
    }

    private let file: SpoolFile

    /// Creates an empty spool in the system's temporary folder.
    init() throws {
        file = try SpoolFile()
    }

    /// Writes a page at the end, as far as an article and where it comes from are read from it.
    ///
    /// - Parameter file: the number of the dump file that it comes from.
    func append(_ page: Page, file number: Int) throws -> Place {
        let start = file.end
        var buffer: [UInt8] = []
        buffer.reserveCapacity(Self.headerSize + 256)
        func append(_ number: Int64) { withUnsafeBytes(of: number.littleEndian) { buffer += $0 } }
        let text = page.revision?.text ?? []
        let strings = [page.title, page.revision?.timestamp, page.revision?.sha1]
        append(page.id ?? 0)
        append(page.revision?.id ?? -1)
        append(page.place?.byteOffset ?? -1)
        append(page.place?.streamOffset ?? -1)
        append(page.place?.blockOffset ?? -1)
        for string in strings { append(Int64(string?.utf8.count ?? -1)) }
        append(Int64(text.count))
        append(Int64(number))
        for string in strings { buffer += (string ?? "").utf8 }
        try file.append(buffer)
        try file.append(text)
        return Place(offset: start)
    }

    /// Ten numbers.
    private static let headerSize = 80

    /// Ends the writing.
    func finish() throws { try file.finish() }

    /// Reads a page back, with the number of its file.
    func page(at place: Place) throws -> (page: Page, file: Int) {
        let header = try file.read(place.offset, count: Self.headerSize)
        func number(_ index: Int) -> Int64? {
            let value = header.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self) }
            return Int64(littleEndian: value) < 0 ? nil : Int64(littleEndian: value)
        }
        let lengths = (5...8).map { Int(number($0) ?? 0) }
        let bytes = try file.read(place.offset + UInt64(Self.headerSize), count: lengths.reduce(0, +))
        var start = 0
        func string(_ index: Int) -> String? {
            guard let count = number(index).map(Int.init) else { return nil }
            defer { start += count }
            return String(decoding: bytes[start..<start + count], as: UTF8.self)
        }
        let (title, timestamp, sha1) = (string(5), string(6), string(7))
        let page = Page(
            id: number(0), namespace: 0, title: title ?? "", redirectTarget: nil,
            revision: Revision(
                id: number(1), timestamp: timestamp, sha1: sha1, model: nil, text: Array(bytes[start...])),
            place: PagePlace(byteOffset: number(2), streamOffset: number(3), blockOffset: number(4)))
        return (page, Int(number(9) ?? 0))
    }
}
