import Diagnostics
import Foundation
import MediaWiki

/// The eligible pages of a dump on disk, in an unlinked temporary file, until the concepts are chosen.
///
/// Texts are kept as they are: of a large dump a few hundred are read again, so writing must be cheap. One thread appends; after
/// `finish` any number may read.
final class PageSpool: @unchecked Sendable {
    // @unchecked: `buffer` and `end` belong to the one thread that appends; what `page` uses does not change.

    /// Where a page stands.
    struct Position: Sendable {
        var offset: UInt64
        var length: UInt32
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var end: UInt64 = 0
    private static let bufferSize = 1 << 20

    /// Creates an empty spool in the system's temporary folder.
    init() throws {
        var template = Array((NSTemporaryDirectory() + "/specwiki-pages-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw Failure(
                .outputUnavailable, file: NSTemporaryDirectory(), "a temporary file cannot be created there",
                remedy: "set TMPDIR to a folder with space")
        }
        // The name goes at once: whatever ends the program, nothing is left.
        unlink(template)
        buffer.reserveCapacity(Self.bufferSize)
    }

    deinit {
        close(descriptor)
    }

    /// Writes a page at the end, as far as an article and where it comes from are read from it.
    func append(_ page: Page) throws -> Position {
        let start = end
        let text = page.revision?.text ?? []
        let strings = [page.title, page.revision?.timestamp, page.revision?.sha1]
        append(page.id ?? 0)
        append(page.revision?.id ?? -1)
        append(page.place?.byteOffset ?? -1)
        append(page.place?.streamOffset ?? -1)
        append(page.place?.blockOffset ?? -1)
        for string in strings { append(Int64(string?.utf8.count ?? -1)) }
        for string in strings { buffer += (string ?? "").utf8 }
        buffer += text
        let length = Self.headerSize + strings.reduce(0) { $0 + ($1?.utf8.count ?? 0) } + text.count
        end += UInt64(length)
        if buffer.count >= Self.bufferSize { try flush() }
        return Position(offset: start, length: UInt32(length))
    }

    /// Eight numbers.
    private static let headerSize = 64

    /// Ends the writing.
    func finish() throws {
        try flush()
        buffer = []
    }

    /// Reads a page back.
    func page(at position: Position) throws -> Page {
        var bytes = [UInt8](repeating: 0, count: Int(position.length))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { target in
                pread(
                    descriptor, target.baseAddress.map { $0 + done }, target.count - done,
                    off_t(position.offset) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("cannot be read back") }
            done += count
        }
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

    private func append(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { buffer += $0 }
    }

    private func flush() throws {
        var done = 0
        while done < buffer.count {
            let count = buffer.withUnsafeBytes { source in
                write(descriptor, source.baseAddress.map { $0 + done }, source.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("cannot be written: \(String(cString: strerror(errno)))") }
            done += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func failure(_ problem: String) -> Failure {
        Failure(
            .inputOutput, file: NSTemporaryDirectory(), "a temporary file \(problem)",
            remedy: "set TMPDIR to a folder with space")
    }
}
