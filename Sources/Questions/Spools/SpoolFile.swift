import Diagnostics
import Foundation

/// Bytes on disk, in an unlinked temporary file, until they are needed again. One thread appends; after `finish` any number may read.
final class SpoolFile: @unchecked Sendable {
    // @unchecked: `buffer` and `end` belong to the one thread that appends; what `read` uses does not change.

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Bytes so far.
    private(set) var end: UInt64 = 0
    private static let bufferSize = 1 << 20

    /// Creates an empty file in the system's temporary folder.
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

    /// Writes at the end.
    func append(_ bytes: some Sequence<UInt8>) throws {
        let before = buffer.count
        buffer += bytes
        end += UInt64(buffer.count - before)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Ends the writing.
    func finish() throws {
        try flush()
        buffer = []
    }

    /// Reads bytes back.
    func read(_ offset: UInt64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { target in
                pread(
                    descriptor, target.baseAddress.map { $0 + done }, target.count - done,
                    off_t(offset) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("cannot be read back") }
            done += count
        }
        return bytes
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
