import BenchmarkStore
import Foundation
import TestSupport
import Testing

/// Stores where nothing can be written.
@Suite struct ReadOnlyTests {
    /// Every command that reads a store, writing beside `folder`.
    private func readingCommands(_ store: String, _ folder: URL) -> [(program: String, words: [String])] {
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        return [
            ("specwiki-build", ["inspect", store]), ("specwiki-build", ["inspect", store, "Wolfgang Amadeus Mozart"]),
            ("specwiki-build", ["audit", store]),
            ("specwiki-build", ["export", store, "--format", "jsonl", "--output", path("q.jsonl")]),
            ("specwiki-eval", ["report", store, "--output", path("report.html")]),
            ("specwiki-eval", ["export", store, "--output", path("results")]),
            ("specwiki-eval", ["merge", store, "--output", path("merged.sqlite"), "--force"]),
            ("specwiki-eval", SmallEvaluation.arguments(store, ["--dry-run"])),
        ]
    }

    private func expectReading(_ store: String, under: [String] = [], _ comment: String) throws {
        try TestData.withTemporaryFolder { folder in
            chmod(folder.path, 0o777)
            for (program, words) in readingCommands(store, folder) {
                let run = try ProgramRun.start(program, words, under: under).wait()
                #expect(
                    run.status == 0 || words[0] == "audit" && run.status == 65, "\(comment): \(words): \(run.errors)")
            }
        }
    }

    private func expectNoRunning(_ store: String, under: [String] = []) throws {
        for more in [["--fresh"], ["--seed", "3"]] {
            let run = try ProgramRun.start("specwiki-eval", SmallEvaluation.arguments(store, more), under: under).wait()
            #expect(run.status == 73, "\(run.errors)")
            #expect(run.errorLine?.contains(store) == true && run.errorLine?.contains("writ") == true, "\(run.errors)")
        }
    }

    /// A finished store, and the same as a program leaves it that keeps it in write-ahead logging.
    private func stores(in folder: URL) throws -> (plain: String, logging: String) {
        let plain = try SmallEvaluation.store(in: folder, "plain")
        #expect(try SmallEvaluation.run(plain).status == 0)
        let logging = folder.appendingPathComponent("logging.sqlite").path
        var data = try Data(contentsOf: URL(fileURLWithPath: plain))
        // The versions of the file format that writing and reading take: 2 is write-ahead logging.
        data[18] = 2
        data[19] = 2
        try data.write(to: URL(fileURLWithPath: logging))
        return (plain, logging)
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "\(SmallDisk.needed)"))
    func readOnlyMediaCanBeReadAndNotRunOn() throws {
        try TestData.withTemporaryFolder { folder in
            let (plain, logging) = try stores(in: folder)
            try SmallDisk.with(kilobytes: 8192) { disk in
                for (name, file) in [
                    ("a #1 100%.sqlite", plain), ("logging.sqlite", logging), ("empty.sqlite", logging),
                ] {
                    try FileManager.default.copyItem(atPath: file, toPath: disk.path(name))
                }
                try Data().write(to: URL(fileURLWithPath: disk.path("empty.sqlite-wal")))
                // A log that holds something cannot be left out, and cannot be read either without its folder.
                try Data([1]).write(to: URL(fileURLWithPath: disk.path("left.sqlite-wal")))
                try FileManager.default.copyItem(atPath: logging, toPath: disk.path("left.sqlite"))
                try disk.makeReadOnly()
                for name in ["a #1 100%.sqlite", "logging.sqlite", "empty.sqlite"] {
                    try expectReading(disk.path(name), name)
                }
                try expectNoRunning(disk.path("a #1 100%.sqlite"))
                try expectNoRunning(disk.path("logging.sqlite"))
                let left = try ProgramRun.build("inspect", disk.path("left.sqlite"))
                #expect(left.status == 66)
                #expect(
                    left.errorLine?.contains("left.sqlite-wal to a folder that can be written") == true,
                    "\(left.errors)")
            }
        }
    }

    @Test(.enabled(if: OrdinaryUser.isAvailable, "\(OrdinaryUser.needed)"))
    func aFolderOfSomebodyElseCanBeReadAndNotRunOn() throws {
        try TestData.withTemporaryFolder { folder in
            let (plain, logging) = try stores(in: folder)
            for (store, mode) in [(plain, mode_t(0o444)), (plain, 0o666), (logging, 0o666)] {
                chmod(store, mode)
                chmod(folder.path, 0o555)
                defer { chmod(folder.path, 0o755) }
                let before = try SmallEvaluation.names(in: folder)
                try expectReading(store, under: OrdinaryUser.prefix, "\(store) \(mode)")
                try expectNoRunning(store, under: OrdinaryUser.prefix)
                #expect(try SmallEvaluation.names(in: folder) == before)
            }
        }
    }

    /// A write that was cut off is undone before the store is read, or its reader is told why that cannot be.
    @Test(.enabled(if: SmallDisk.isAvailable, "\(SmallDisk.needed)"))
    func aWriteThatWasCutOffIsUndoneWhereThatIsPossible() throws {
        try TestData.withTemporaryFolder { folder in
            let whole = try SmallEvaluation.store(in: folder, "whole")
            #expect(try SmallEvaluation.run(whole).status == 0)
            let store = try SmallEvaluation.store(in: folder)
            let questions = try Data(contentsOf: URL(fileURLWithPath: store))
            try cutOffWrite(store)
            try SmallDisk.with(kilobytes: 8192) { disk in
                for name in ["store.sqlite", "store.sqlite-journal"] {
                    let file = folder.appendingPathComponent(name).path
                    try FileManager.default.copyItem(atPath: file, toPath: disk.path(name))
                }
                try disk.makeReadOnly()
                let run = try ProgramRun.build("inspect", disk.path("store.sqlite"))
                #expect(run.status == 66)
                #expect(
                    run.errorLine?.contains("was left in the middle of a write") == true
                        && run.errorLine?.contains("store.sqlite-journal") == true, "\(run.errors)")
            }
            let inspect = try ProgramRun.build("inspect", store)
            #expect(inspect.status == 0, "\(inspect.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == questions)
            #expect(try SmallEvaluation.run(store).status == 0)
            #expect(try SmallEvaluation.Outcome(store) == SmallEvaluation.Outcome(whole))
        }
    }

    /// Leaves a store as a process does that dies while it commits: the old pages in a journal, the file half new.
    private func cutOffWrite(_ store: String) throws {
        let file = URL(fileURLWithPath: store)
        var data = try Data(contentsOf: file)
        let pageSize = Int(data[16]) << 8 | Int(data[17])
        var journal = Data([0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7])
        func append(_ number: Int) { withUnsafeBytes(of: UInt32(number).bigEndian) { journal.append(contentsOf: $0) } }
        for number in [1, 7, data.count / pageSize, 512, pageSize] { append(number) }
        journal.append(Data(count: 512 - journal.count))
        let second = data[pageSize..<2 * pageSize]
        append(2)
        journal.append(second)
        // The checksum is the header's number and every 200th byte from the end.
        append(7 + stride(from: pageSize - 200, to: 0, by: -200).reduce(0) { $0 + Int(second[pageSize + $1]) })
        try journal.write(to: URL(fileURLWithPath: store + "-journal"))
        data.replaceSubrange(pageSize..<2 * pageSize, with: Data(count: pageSize))
        try data.write(to: file)
    }
}
