import Diagnostics
import Foundation

/// Lines into a file or standard output, through a buffer.
final class LineWriter {
    private static let bufferSize = 1 << 16

    private let descriptor: Int32
    private let name: String
    private let isOwned: Bool
    private var isOpen = true
    private var buffer: [UInt8] = []

    /// Writes to standard output.
    init(standardOutput: Void) {
        descriptor = STDOUT_FILENO
        name = "standard output"
        isOwned = false
    }

    /// Creates or empties the file at `path`; messages call it `name`.
    init(path: String, name: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw Failure(.outputUnavailable, file: name, "cannot be created: \(String(cString: strerror(errno)))")
        }
        self.name = name
        isOwned = true
    }

    deinit {
        if isOpen, isOwned { Glibc.close(descriptor) }
    }

    /// Appends `line` and a line feed.
    func write(line: some Sequence<UInt8>) throws {
        buffer.append(contentsOf: line)
        buffer.append(0x0A)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Writes what is left and closes the file; without this the output is incomplete.
    func close() throws {
        try flush()
        guard isOwned else { return }
        isOpen = false
        // Network file systems report a full disk only here.
        guard Glibc.close(descriptor) == 0 else { throw failure() }
    }

    private func flush() throws {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0 {
                guard errno == EINTR else { throw failure() }
                try Interruption.check()
            } else {
                written += count
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func failure() -> Failure {
        Failure(.inputOutput, file: name, "cannot be written: \(String(cString: strerror(errno)))")
    }
}
