import Diagnostics
import Foundation
import Synchronization

/// Tells threads that work for a common result that the result is no longer wanted.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    /// The error of work that was cancelled; its owner already has the error that matters.
    struct Cancelled: Error {}

    func cancel() { flag.store(true, ordering: .relaxed) }

    /// Throws when the work was cancelled or the program was interrupted.
    func check() throws {
        if flag.load(ordering: .relaxed) { throw Cancelled() }
        try Interruption.check()
    }
}

/// The stored bytes of a file or of standard input, in order, with a few bytes of lookahead.
final class InputFile {
    /// The path that stands for standard input.
    static let standardInputPath = "-"

    /// How messages call the file.
    let name: String
    /// The file's length; nil for pipes.
    let size: Int64?
    /// The number of bytes handed out so far.
    private(set) var offset: Int64 = 0

    private let descriptor: Int32
    private let isOwned: Bool
    private let cancellation: Cancellation
    private var lookahead: [UInt8] = []
    private var isAtEnd = false

    init(path: String, cancellation: Cancellation) throws {
        self.cancellation = cancellation
        isOwned = path != Self.standardInputPath
        name = isOwned ? path : "standard input"
        descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw Self.unavailable(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            if isOwned { close(descriptor) }
            throw Self.unavailable(name, number)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            if isOwned { close(descriptor) }
            throw Self.folder(name)
        }
        size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// The length of the file at `path`, nil if it is not known before it is read.
    ///
    /// - Throws: `Failure` 66 if it cannot be read, so that a missing last part shows before the first one was worked
    ///   on.
    static func size(of path: String) throws -> Int64? {
        guard path != standardInputPath else { return nil }
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else { throw unavailable(path, errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw folder(path) }
        return status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    /// The length of all files; nil when that of one of them is not known.
    static func totalSize(of paths: [String]) throws -> Int64? {
        try paths.reduce(Int64?(0)) { total, path in
            let size = try size(of: path)
            return total.flatMap { total in size.map { total + $0 } }
        }
    }

    /// The next bytes without taking them: `count`, or fewer at the end of the file.
    func peek(_ count: Int) throws -> ArraySlice<UInt8> {
        while lookahead.count < count, !isAtEnd {
            let more = try readStored(upTo: max(count, 1 << 12))
            lookahead.append(contentsOf: more)
        }
        return lookahead.prefix(count)
    }

    /// The next bytes, at most `count`; empty at the end of the file only.
    func read(upTo count: Int) throws -> [UInt8] {
        var bytes: [UInt8]
        if lookahead.isEmpty {
            bytes = try readStored(upTo: count)
        } else {
            bytes = Array(lookahead.prefix(count))
            lookahead.removeFirst(bytes.count)
        }
        offset += Int64(bytes.count)
        return bytes
    }

    private func readStored(upTo count: Int) throws -> [UInt8] {
        try waitUntilReadable()
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var received = -1
            repeat {
                received = Glibc.read(descriptor, buffer.baseAddress, count)
            } while received < 0 && errno == EINTR
            guard received >= 0 else {
                throw Failure(
                    .inputOutput, file: name, at: "byte \(offset)",
                    "cannot be read: \(String(cString: strerror(errno)))")
            }
            initialized = received
        }
        isAtEnd = bytes.isEmpty
        return bytes
    }

    /// Waits in short steps: a pipe may stay silent for ever, and an interruption must not have to wait for it.
    private func waitUntilReadable() throws {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        repeat {
            try cancellation.check()
        } while poll(&request, 1, 200) == 0
    }

    private static func unavailable(_ path: String, _ number: Int32) -> Failure {
        switch number {
        case ENOENT: Failure(.inputUnavailable, file: path, "does not exist", remedy: "check the path")
        case EACCES: Failure(.inputUnavailable, file: path, "may not be read", remedy: "check its permissions")
        default: Failure(.inputUnavailable, file: path, "cannot be opened: \(String(cString: strerror(number)))")
        }
    }

    private static func folder(_ path: String) -> Failure {
        Failure(.inputUnavailable, file: path, "is a folder", remedy: "name the files in it")
    }
}
