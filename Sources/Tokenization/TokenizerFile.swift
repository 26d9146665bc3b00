import Diagnostics
import Foundation

/// Reads tokenizer.json, which may be a link to anything: only regular files, and none that is too large to parse.
enum TokenizerFile {
    /// The whole content of a file.
    ///
    /// - Throws: `Failure` 66 when it cannot be opened, 65 when it is too large, 74 when reading fails half way.
    static func bytes(of path: String) throws -> [UInt8] {
        func failure(_ kind: Failure.Kind, _ problem: String) -> Failure {
            Failure(kind, file: path, problem, remedy: "name a folder with a tokenizer.json")
        }
        // Without O_NONBLOCK a pipe in the place of the file would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw failure(.inputUnavailable, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure(.inputUnavailable, "is not a regular file")
        }
        let size = Int(status.st_size)
        guard size <= JSONDocument.largestSize else {
            throw failure(.badData, "is larger than 256 MB, which no tokenizer is")
        }
        var problem: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let done = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if done < 0, errno == EINTR { continue }
                if done < 0 { problem = errno }
                guard done > 0 else { return }
                count += done
            }
        }
        guard problem == 0 else { throw failure(.inputOutput, "cannot be read: \(String(cString: strerror(problem)))") }
        return bytes
    }
}
