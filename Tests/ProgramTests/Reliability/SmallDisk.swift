import Foundation
import TestSupport

/// A file system of a few pages that can be filled, enlarged and made read-only. Takes the right to mount.
struct SmallDisk {
    static let needed = "a file system in memory cannot be mounted here: this takes root"
    static let isAvailable = (try? with(kilobytes: 64) { _ in true }) ?? false

    let folder: URL

    /// Calls `body` with a new disk and removes it afterwards.
    static func with<Result>(kilobytes: Int, _ body: (SmallDisk) throws -> Result) throws -> Result {
        try TestData.withTemporaryFolder { folder in
            try command("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=777", "tmpfs", folder.path)
            defer { try? command("umount", "-l", folder.path) }
            return try body(SmallDisk(folder: folder))
        }
    }

    func resize(kilobytes: Int) throws {
        try Self.command("mount", "-o", "remount,size=\(kilobytes)k", folder.path)
    }

    func makeReadOnly() throws {
        try Self.command("mount", "-o", "remount,ro", folder.path)
    }

    /// The path of a file on it.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private static func command(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteNoPermission) }
    }
}

/// How a program is run by a user who may not write everywhere: as itself, unless the tests are root's.
enum OrdinaryUser {
    static let needed = "root has no setpriv to run the programs as another user, or they stand where no other may read"
    static let prefix = getuid() == 0 ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    static let isAvailable: Bool = {
        guard !prefix.isEmpty else { return true }
        guard FileManager.default.isExecutableFile(atPath: prefix[0]) else { return false }
        return (try? ProgramRun.start("specwiki-eval", ["--version"], under: prefix).wait().status) == 0
    }()
}
