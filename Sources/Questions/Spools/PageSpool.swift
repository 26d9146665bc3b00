import MediaWiki

/// The eligible pages of a dump on disk until the concepts are chosen.
///
/// Texts are kept as they are: of a large dump a few hundred are read again, so writing must be cheap. One thread appends; after
/// `finish` any number may read.
struct PageSpool: Sendable {
    /// Where a page stands.
    struct Position: Sendable {
        var offset: UInt64
        var length: UInt32
    }

    private let file: SpoolFile

    /// Creates an empty spool in the system's temporary folder.
    init() throws {
        file = try SpoolFile()
    }

    /// Writes a page at the end, as far as an article and where it comes from are read from it.
    func append(_ page: Page) throws -> Position {
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
        for string in strings { buffer += (string ?? "").utf8 }
        try file.append(buffer)
        try file.append(text)
        return Position(offset: start, length: UInt32(file.end - start))
    }

    /// Eight numbers.
    private static let headerSize = 64

    /// Ends the writing.
    func finish() throws { try file.finish() }

    /// Reads a page back.
    func page(at position: Position) throws -> Page {
        let bytes = try file.read(position.offset, count: Int(position.length))
        func number(_ index: Int) -> Int64? {
            let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self) }
            return Int64(littleEndian: value) < 0 ? nil : Int64(littleEndian: value)
        }
        var start = Self.headerSize
        func string(_ index: Int) -> String? {
            guard let count = number(index).map(Int.init) else { return nil }
            defer { start += count }
            return String(decoding: bytes[start..<start + count], as: UTF8.self)
        }
        let (title, timestamp, sha1) = (string(5), string(6), string(7))
        return Page(
            id: number(0), namespace: 0, title: title ?? "", redirectTarget: nil,
            revision: Revision(
                id: number(1), timestamp: timestamp, sha1: sha1, model: nil, text: Array(bytes[start...])),
            place: PagePlace(byteOffset: number(2), streamOffset: number(3), blockOffset: number(4)))
    }
}
