import Foundation

/// An output that appears whole or not at all: written beside its final name, renamed when complete.
public enum OutputFile {
    /// Calls `write` with the path of a temporary file in the folder of `path`, then renames it to `path`.
    ///
    /// When `write` throws, the temporary file is removed and `path` is left as it was.
    /// - Throws: `Failure` 73 when the folder cannot be written to or the rename fails; whatever `write` throws.
    public static func create<Result>(at path: String, _ write: (_ temporaryPath: String) throws -> Result) throws
        -> Result
    {
        let folder = (path as NSString).deletingLastPathComponent
        var isFolder: ObjCBool = false
        let folderPath = folder.isEmpty ? "." : folder
        guard FileManager.default.fileExists(atPath: folderPath, isDirectory: &isFolder), isFolder.boolValue else {
            throw Failure(
                .outputUnavailable, file: path, "its folder does not exist", remedy: "create \(folderPath) first")
        }
        guard FileManager.default.isWritableFile(atPath: folderPath) else {
            throw Failure(
                .outputUnavailable, file: path, "its folder is not writable", remedy: "choose another --output")
        }
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw Failure(.outputUnavailable, file: path, "is a folder", remedy: "name a file")
        }
        let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
        do {
            let result = try write(temporary)
            guard rename(temporary, path) == 0 else {
                throw Failure(
                    .outputUnavailable, file: path, "cannot be renamed into place: \(String(cString: strerror(errno)))")
            }
            return result
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(temporary + suffix) }
            throw error
        }
    }

    /// Writes `data` as the whole content of `path`.
    public static func write(_ data: Data, to path: String) throws {
        try create(at: path) { temporary in
            do {
                try data.write(to: URL(fileURLWithPath: temporary))
            } catch {
                throw failure(error, writing: path)
            }
        }
    }

    /// What an error that Foundation threw while `path` was written says: 74 when the disk is full, else 73.
    public static func failure(_ error: any Error, writing path: String) -> Failure {
        let errors = sequence(first: error as NSError) { $0.userInfo[NSUnderlyingErrorKey] as? NSError }
        let isFull = errors.contains { error in
            error.domain == NSPOSIXErrorDomain && [ENOSPC, EDQUOT, EFBIG].contains(Int32(error.code))
                || error.domain == NSCocoaErrorDomain && error.code == CocoaError.fileWriteOutOfSpace.rawValue
        }
        guard isFull else {
            return Failure(.outputUnavailable, file: path, "cannot be written: \(error.localizedDescription)")
        }
        return Failure(
            .inputOutput, file: path, "cannot be written: the disk is full",
            remedy: "make room there and give the same command again")
    }

    /// Creates a folder, if it is not there; its parent must exist.
    public static func createFolder(_ path: String) throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw Failure(
                    .outputUnavailable, file: path, "is a file, not a folder", remedy: "choose another --output")
            }
            return
        }
        guard mkdir(path, 0o777) == 0 else {
            throw Failure(.outputUnavailable, file: path, "cannot be created: \(String(cString: strerror(errno)))")
        }
    }
}
