import Diagnostics

/// The uncompressed bytes of a file, in order, in pieces of bounded size, with holes where stored bytes are damaged.
///
/// Sources hold a bounded number of pieces, whatever the size of the file. A source is used by one thread.
protocol ByteSource: AnyObject {
    /// The next piece; nil at the end.
    ///
    /// - Throws: `Failure` when reading fails, or when damage leaves no way to tell good bytes from bad ones.
    func next() throws -> ByteChunk?

    /// The number of stored (compressed) bytes behind the pieces handed out so far.
    var storedBytesRead: Int64 { get }

    /// Where the piece that was handed out last is stored; nil in a plain file.
    var storedPlace: StoredPlace? { get }
}

/// Where packed bytes are stored in their file.
struct StoredPlace: Sendable, Equatable {
    /// The byte at which the bzip2 stream, gzip member or Zstandard frame begins that holds them; nil if damage hides it.
    var stream: Int64?
    /// The byte in which the bzip2 block begins that holds them; nil for other formats, whose blocks cannot be read alone.
    var block: Int64?
}

/// One piece of a `ByteSource`.
enum ByteChunk: Sendable, Equatable {
    /// Bytes that passed the checks of their format. `offset` is the place in the file where they are stored: of the
    /// first byte in a plain file, of the compressed block otherwise.
    case bytes([UInt8], offset: Int64)
    /// Bytes are missing here. If a piece follows, it does not continue the one before.
    case damage(StoredDamage)
}

/// Stored bytes that cannot be used.
struct StoredDamage: Sendable, Equatable {
    /// What the ledger counts it as.
    var reason: DamageReason
    /// The byte of the file where it is, or was noticed.
    var offset: Int64
    /// As a clause for `Failure.problem`.
    var problem: String
}

/// How a file is packed, recognised by its first bytes and never by its name.
enum Packing: Sendable, Equatable {
    case plain
    case bzip2
    case gzip
    case zstandard

    /// The number of bytes `recognize` wants to see.
    static let lookahead = 10

    /// - Throws: `Failure` 65 for formats that are known but not read.
    static func recognize(_ start: ArraySlice<UInt8>, file: String) throws -> Packing {
        if start.starts(with: [0x1F, 0x8B]) { return .gzip }
        if ZstdSource.Frame(start) != nil { return .zstandard }
        if start.starts(with: Array("BZh".utf8)), let level = start.dropFirst(3).first, (0x31...0x39).contains(level) {
            // Four letters alone could begin a text; with the magic number of a block or of the end they do not. A
            // file cut off before that is bzip2 too: nothing else that is read here is that short.
            let magic = start.dropFirst(4)
            let candidates = [BZip2Magic.block, BZip2Magic.end].map { value in
                (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * $0)) }
            }
            if candidates.contains(where: { $0.starts(with: magic) }) { return .bzip2 }
        }
        let unread: [(magic: [UInt8], name: String, tool: String)] = [
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz", "xz -dc"),
            ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z", "7z x -so"), ([0x50, 0x4B, 0x03, 0x04], "zip", "unzip -p"),
        ]
        if let match = unread.first(where: { start.starts(with: $0.magic) }) {
            throw Failure(
                .badData, file: file, at: "byte 0", "is packed as \(match.name), which is not read",
                remedy: "unpack it with \(match.tool) into a file or a pipe and give that or -")
        }
        return .plain
    }
}

/// Opens `path` (`-` is standard input) as a source of uncompressed bytes.
///
/// - Parameter pool: whose threads decompress; used for bzip2.
/// - Throws: `Failure` 66 when it cannot be opened, 65 when it is packed in a way that is not read.
func openByteSource(path: String, pool: WorkerPool, cancellation: Cancellation) throws -> any ByteSource {
    let file = try InputFile(path: path, cancellation: cancellation)
    return switch try Packing.recognize(file.peek(Packing.lookahead), file: file.name) {
    case .plain: PlainSource(file: file)
    case .bzip2: BZip2Source(file: file, pool: pool)
    case .gzip: try GzipSource(file: file)
    case .zstandard: try ZstdSource(file: file)
    }
}

/// The bytes of a file that is not packed.
final class PlainSource: ByteSource {
    private let file: InputFile
    private static let chunkSize = 1 << 18

    init(file: InputFile) {
        self.file = file
    }

    var storedBytesRead: Int64 { file.offset }
    var storedPlace: StoredPlace? { nil }

    func next() throws -> ByteChunk? {
        let offset = file.offset
        let bytes = try file.read(upTo: Self.chunkSize)
        return bytes.isEmpty ? nil : .bytes(bytes, offset: offset)
    }
}
