import BenchmarkStore
import Foundation
import TestSupport
import Testing

/// Disks that fill up while something is written to them.
@Suite struct FullDiskTests {
    @Test(.enabled(if: SmallDisk.isAvailable, "\(SmallDisk.needed)"))
    func aRunThatFillsTheDiskGoesOnWhenThereIsRoom() throws {
        try TestData.withTemporaryFolder { folder in
            let questions = try SmallEvaluation.store(in: folder, "questions")
            let whole = folder.appendingPathComponent("whole.sqlite").path
            try FileManager.default.copyItem(atPath: questions, toPath: whole)
            #expect(try SmallEvaluation.run(whole).status == 0)
            let expected = try SmallEvaluation.Outcome(whole)
            func kilobytes(_ path: String) throws -> Int {
                (try Data(contentsOf: URL(fileURLWithPath: path)).count + 1023) / 1024
            }
            let (least, most) = (try kilobytes(questions), try kilobytes(whole))

            var full = 0
            // Room for nothing, for some of the results, for nearly all.
            for size in [least, least + (most - least) / 2, most - 4] {
                try SmallDisk.with(kilobytes: size) { disk in
                    let store = disk.path("store.sqlite")
                    try FileManager.default.copyItem(atPath: questions, toPath: store)
                    let run = try SmallEvaluation.run(store)
                    #expect(run.status == 74, "\(size) kB: \(run.errors)")
                    #expect(
                        run.errorLine?.contains("\(store): cannot be written: database or disk is full; make room")
                            == true,
                        "\(run.errors)")
                    full += run.status == 74 ? 1 : 0
                    // What is there can be read on a full disk.
                    let inspect = try ProgramRun.build("inspect", store)
                    #expect(inspect.status == 0, "\(inspect.errors)")
                    try disk.resize(kilobytes: 4 * most)
                    let last = try SmallEvaluation.run(store)
                    #expect(last.status == 0, "\(size) kB: \(last.errors)")
                    #expect(try SmallEvaluation.Outcome(store) == expected)
                }
            }
            #expect(full == 3)
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "\(SmallDisk.needed)"))
    func aFullDiskLeavesNoHalfOutputAndWhatWasThereStays() throws {
        try TestData.withTemporaryFolder { folder in
            let store = try SmallEvaluation.store(in: folder)
            #expect(try SmallEvaluation.run(store).status == 0)
            let commands: [(program: String, words: [String], name: String)] = [
                ("specwiki-build", ["generate", "Dumps/sample.xml.bz2", "--concepts", "12", "--force"], "x.sqlite"),
                ("specwiki-build", ["import", TestData.fixture("Oracle/questions.jsonl").path, "--force"], "x.sqlite"),
                ("specwiki-build", ["export", store, "--format", "csv"], "x.csv"),
                ("specwiki-build", ["extract", "Dumps/sample.xml.bz2"], "x.jsonl"),
                ("specwiki-eval", ["report", store], "x.html"),
                ("specwiki-eval", ["merge", store, "--force"], "x.sqlite"),
                ("specwiki-eval", ["export", store, "--masks"], "x"),
            ]
            for (program, words, name) in commands {
                try SmallDisk.with(kilobytes: 12) { disk in
                    let output = disk.path(name)
                    let isFolder = !name.contains(".")
                    if !isFolder { try Data("old".utf8).write(to: URL(fileURLWithPath: output)) }
                    let arguments = words + ["--quiet", "--output", output]
                    let run = try ProgramRun.start(program, arguments).wait()
                    #expect(run.status == 74, "\(words): \(run.errors)")
                    #expect(run.errorLine?.contains("\(output)") == true, "\(words): \(run.errors)")
                    #expect(run.errorLine?.contains("full") == true || run.errorLine?.contains("space") == true)
                    let left = try FileManager.default.subpathsOfDirectory(atPath: disk.folder.path)
                    #expect(!left.contains { $0.contains("partial") }, "\(words): \(left)")
                    if !isFolder {
                        #expect(left == [name])
                        #expect(try String(contentsOfFile: output, encoding: .utf8) == "old", "\(words)")
                    }
                    try disk.resize(kilobytes: 100_000)
                    let again = try ProgramRun.start(program, arguments).wait()
                    #expect(again.status == 0, "\(words): \(again.errors)")
                }
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "\(SmallDisk.needed)"))
    func aFullTemporaryFolderStopsAGenerationAndNotARun() throws {
        try SmallDisk.with(kilobytes: 64) { disk in
            try TestData.withTemporaryFolder { folder in
                let output = folder.appendingPathComponent("x.sqlite").path
                let environment = ["TMPDIR": disk.folder.path]
                let run = try ProgramRun.start(
                    "specwiki-build", ["generate", "Dumps/sample.xml.bz2", "--quiet", "--output", output],
                    environment: environment
                ).wait()
                #expect(run.status == 74, "\(run.errors)")
                #expect(
                    run.errorLine?.contains("No space left on device; set TMPDIR to a folder with space") == true,
                    "\(run.errors)")
                #expect(try SmallEvaluation.names(in: folder).isEmpty)

                let store = try SmallEvaluation.store(in: folder)
                let evaluation = try ProgramRun.start(
                    "specwiki-eval", SmallEvaluation.arguments(store), environment: environment
                ).wait()
                #expect(evaluation.status == 0, "\(evaluation.errors)")
            }
        }
    }

    /// /dev/full is a device that has no room.
    @Test func whatIsPrintedIsNotLostSilentlyAndAFullLogEndsNothing() throws {
        let output = try ProgramRun.start(
            "specwiki-eval", ["describe", SmallEvaluation.model], under: ["/bin/sh", "-c", "\"$@\" > /dev/full", "sh"]
        ).wait()
        #expect(output.status == 74)
        #expect(output.errorLine?.contains("standard output: cannot be written") == true, "\(output.errors)")
        try TestData.withTemporaryFolder { folder in
            let store = try SmallEvaluation.store(in: folder)
            let log = try ProgramRun.start(
                "specwiki-eval", SmallEvaluation.arguments(store),
                under: ["/bin/sh", "-c", "\"$@\" 2> /dev/full", "sh"]
            ).wait()
            #expect(log.status == 0)
            #expect(log.output.contains("PSS"))
        }
    }
}
