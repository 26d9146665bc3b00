import Diagnostics
import Foundation
import GRDB

extension BenchmarkStore {
    /// Opens a database that is only read, wherever it stands, and checks its version.
    ///
    /// Two things need more than reading. A program that was killed in a write leaves a journal: the half write is undone before
    /// the store is read, which takes a folder that can be written. And a store that another program has switched to write-ahead
    /// logging wants files beside it: where there is no room for them it is read as the file that nobody changes.
    static func openToRead(_ path: String) throws -> (database: DatabaseQueue, version: Int) {
        do {
            return try read(path)
        } catch let error as DatabaseError where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode) {
            let real = (path as NSString).resolvingSymlinksInPath
            let left = ["-journal", "-wal"].map { real + $0 }.first { (fileSize($0) ?? 0) > 0 }
            guard let left else {
                return try read("file:\(Self.uriPath(real))?immutable=1", reportedAs: path)
            }
            guard access(real, W_OK) == 0, access((real as NSString).deletingLastPathComponent, W_OK) == 0 else {
                throw Failure(
                    .inputUnavailable, file: path,
                    "was left in the middle of a write, and cannot be put in order where it stands",
                    remedy: "copy it together with \(left) to a folder that can be written")
            }
            // Reading with the right to write undoes, or finishes, what was left.
            let queue = try DatabaseQueue(path: path)
            try queue.read { _ = try Schema.check($0, path: path) }
            try queue.close()
            return try read(path)
        }
    }

    private static func read(
        _ name: String, reportedAs path: String? = nil
    ) throws -> (database: DatabaseQueue, version: Int) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: name, configuration: configuration)
        return (queue, try queue.read { try Schema.check($0, path: path ?? name) })
    }

    private static func fileSize(_ path: String) -> UInt64? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64
    }

    /// An absolute path as SQLite's file names in the form of a URI have it.
    private static func uriPath(_ path: String) -> String {
        let absolute = URL(fileURLWithPath: path).path
        return absolute.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? absolute
    }
}
