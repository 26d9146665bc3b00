import Diagnostics
import Foundation

/// Keeps other processes from computing the same run on the same store at the same time.
///
/// A lock of one byte far behind all that SQLite locks, at a place that the run's identity decides: runs of different models
/// may go on beside each other, and whoever reads the store is not held up. It ends with the process, however that ends. Where the
/// system has no such locks two processes do the work twice: SQLite keeps their transactions apart, and both find the same.
final class RunLock {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Throws: `Failure` 74 when another process has it, or the file system refuses to lock.
    init(store path: String, identity: String) throws {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(
                .outputUnavailable, file: path, "cannot be opened for writing: \(String(cString: strerror(errno)))")
        }
        // SQLite's own bytes end below 2^31; the last offset is 2^63 - 1.
        let place = UInt64(identity.prefix(15), radix: 16) ?? 0
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(1 << 62 + place)
        lock.l_len = 1
        // A lock of the open file and not of the process: a process's locks go whenever it closes any descriptor of the file.
        guard fcntl(descriptor, Self.setOpenFileLock, &lock) == 0 else {
            let problem = errno
            if problem == EAGAIN || problem == EACCES {
                throw Failure(
                    .inputOutput, file: path, "another process is computing this run in it",
                    remedy: "wait for it, or give each process a copy of the store and merge them")
            }
            guard ![EINVAL, ENOSYS, ENOTSUP].contains(problem) else { return }
            throw Failure(.inputOutput, file: path, "cannot be locked: \(String(cString: strerror(problem)))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// `F_OFD_SETLK` of Linux.
    private static let setOpenFileLock: Int32 = 37
}
