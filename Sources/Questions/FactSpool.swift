import Diagnostics
import Foundation
import Knowledge

/// The articles of a dump on disk, as JSON in an unlinked temporary file, until the concepts are chosen.
final class FactSpool {
    /// Where an article stands.
    struct Position: Sendable {
        var offset: UInt64
        var length: Int
    }

    private let file: FileHandle
    private var end: UInt64 = 0
    private let encoder = JSONEncoder()
    private let decoder = JSONDecoder()

    /// Creates an empty spool in the system's temporary folder.
    init() throws {
        var template = Array((NSTemporaryDirectory() + "/specwiki-facts-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw Failure(
                .outputUnavailable, file: NSTemporaryDirectory(), "a temporary file cannot be created there",
                remedy: "set TMPDIR to a folder with space")
        }
        // The name goes at once: whatever ends the program, nothing is left.
        unlink(template)
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Writes an article at the end.
    func append(_ article: Article) throws -> Position {
        let data = try encoder.encode(article)
        do {
            try file.seek(toOffset: end)
            try file.write(contentsOf: data)
        } catch {
            throw Failure(
                .inputOutput, file: NSTemporaryDirectory(),
                "a temporary file cannot be written: \(error.localizedDescription)",
                remedy: "set TMPDIR to a folder with space")
        }
        defer { end += UInt64(data.count) }
        return Position(offset: end, length: data.count)
    }

    /// Reads an article back.
    func article(at position: Position) throws -> Article {
        try file.seek(toOffset: position.offset)
        guard let data = try file.read(upToCount: position.length), data.count == position.length else {
            throw Failure(.inputOutput, file: NSTemporaryDirectory(), "a temporary file cannot be read back")
        }
        return try decoder.decode(Article.self, from: data)
    }
}
