import MediaWiki

/// The titles of redirects on disk, with the hashes of the titles that they lead to.
struct RedirectSpool: Sendable {
    private let file: SpoolFile
    /// Bytes before a title: the hash, and the length.
    private static let headerSize = 10
    private static let chunkSize = 1 << 20

    /// Creates an empty spool in the system's temporary folder.
    init() throws {
        file = try SpoolFile()
    }

    /// Writes a redirect at the end.
    func append(_ title: String, to target: UInt64) throws {
        let bytes = title.utf8.prefix(Int(UInt16.max))
        var header: [UInt8] = []
        withUnsafeBytes(of: target.littleEndian) { header += $0 }
        withUnsafeBytes(of: UInt16(bytes.count).littleEndian) { header += $0 }
        try file.append(header)
        try file.append(bytes)
    }

    /// Ends the writing.
    func finish() throws { try file.finish() }

    /// All redirects to wanted titles, in the order of the dump.
    func titles(where isWanted: (UInt64) -> Bool) throws -> [(title: String, target: UInt64)] {
        var result: [(String, UInt64)] = []
        var rest: ArraySlice<UInt8> = []
        var offset: UInt64 = 0
        while offset < file.end {
            let count = min(Self.chunkSize, Int(file.end - offset))
            rest += try file.read(offset, count: count)
            offset += UInt64(count)
            while let entry = Self.entry(&rest) {
                if isWanted(entry.target) {
                    result.append((String(decoding: entry.title, as: UTF8.self), entry.target))
                }
            }
            rest = ArraySlice(Array(rest))
        }
        return result
    }

    /// Takes the first entry if it is there as a whole.
    private static func entry(_ bytes: inout ArraySlice<UInt8>) -> (title: ArraySlice<UInt8>, target: UInt64)? {
        guard bytes.count >= headerSize else { return nil }
        let (target, length) = bytes.withUnsafeBytes {
            (
                UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)),
                Int(UInt16(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
            )
        }
        guard bytes.count >= headerSize + length else { return nil }
        let title = bytes.dropFirst(headerSize).prefix(length)
        bytes = bytes.dropFirst(headerSize + length)
        return (title, target)
    }
}
