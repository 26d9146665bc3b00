import Diagnostics
import Foundation

/// A file mapped into memory, read only, unmapped with its last reference.
///
/// A file that another program shortens while it is mapped ends the process (SIGBUS); replacing it by a renamed new one,
/// as downloads do, is harmless.
final class MappedFile: @unchecked Sendable {
    // @unchecked: the memory is never written.

    /// As the user named it.
    let path: String
    /// The whole content.
    let bytes: UnsafeRawBufferPointer

    /// Opens and maps a file.
    ///
    /// - Throws: `Failure` 66 when it cannot be opened or mapped.
    init(path: String) throws {
        self.path = path
        func failure(_ what: String) -> Failure {
            Failure(.inputUnavailable, file: path, "\(what): \(String(cString: strerror(errno)))")
        }
        // Without O_NONBLOCK a pipe in the place of the file would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.inputUnavailable, file: path, "is not a regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw failure("cannot be mapped into memory")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// More than any configuration or index has, and as much as the header of a safetensors file may have.
    private static let maximumJSONLength = 100_000_000

    /// The content as JSON.
    ///
    /// - Throws: `Failure` 65 with the byte offset.
    func json() throws -> JSONValue {
        guard bytes.count <= Self.maximumJSONLength else {
            throw Failure(.badData, file: path, "is larger than 100 MB, which no configuration is")
        }
        do {
            return try JSONValue.parse(bytes)
        } catch {
            throw Failure(
                .badData, file: path, at: "byte \(error.offset)", error.problem,
                remedy: "repair the file or download it again")
        }
    }
}
