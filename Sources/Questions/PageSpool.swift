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

    /// Writes a page at the end, as far as an article is read from it.
    func append(_ page: Page) throws -> Position {
        let start = end
        let text = page.revision?.text ?? []
        append(page.id ?? 0)
        append(page.revision?.id ?? -1)
        append(Int64(page.title.utf8.count))
        buffer += page.title.utf8
        buffer += text
        let length = 24 + page.title.utf8.count + text.count
        end += UInt64(length)
        if buffer.count >= Self.bufferSize { try flush() }
        return Position(offset: start, length: UInt32(length))
    }

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
        let numbers = (0..<3).map { index in
            bytes.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self)) }
        }
        let textStart = 24 + Int(numbers[2])
        return Page(
            id: numbers[0], namespace: 0, title: String(decoding: bytes[24..<textStart], as: UTF8.self),
            redirectTarget: nil,
            revision: Revision(
                id: numbers[1] < 0 ? nil : numbers[1], timestamp: nil, sha1: nil, model: nil,
                text: Array(bytes[textStart...])))
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
