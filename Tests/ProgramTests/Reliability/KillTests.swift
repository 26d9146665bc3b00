import BenchmarkStore
import Foundation
import TestSupport
import Testing

/// `kill -9` at moments that are drawn with a seed. SPECWIKI_KILLS says at how many: a few unless it is set.
@Suite(.serialized) struct KillTests {
    private static let kills = ProcessInfo.processInfo.environment["SPECWIKI_KILLS"].flatMap { Int($0) } ?? 3

    /// Numbers from 0 to 1, the same in every test run (splitmix64).
    private struct Moments {
        var state: UInt64 = 2019

        mutating func next() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
        }
    }

    /// Kills a program after a time, or as soon as a file is there after that time; whether that ended it.
    private func kill(
        _ running: ProgramRun.Running, after seconds: Double, with file: String? = nil
    ) throws -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while running.process.isRunning, Date() < end { Thread.sleep(forTimeInterval: 0.001) }
        while let file, running.process.isRunning, access(file, F_OK) != 0 {}
        Glibc.kill(running.process.processIdentifier, SIGKILL)
        return try running.wait().status == 128 + SIGKILL
    }

    @Test func aRunKilledAtAnyMomentGoesOnAndEndsWithTheSameRows() throws {
        try TestData.withTemporaryFolder { folder in
            let questions = try SmallEvaluation.store(in: folder, "questions")
            let whole = folder.appendingPathComponent("whole.sqlite").path
            try FileManager.default.copyItem(atPath: questions, toPath: whole)
            let start = Date()
            let run = try SmallEvaluation.run(whole, SmallEvaluation.everything)
            let seconds = Date().timeIntervalSince(start)
            #expect(run.status == 0, "\(run.errors)")
            let expected = try SmallEvaluation.Outcome(whole)

            var moments = Moments()
            var killed = 0
            var journals = 0
            for number in 0..<Self.kills {
                let store = folder.appendingPathComponent("killed\(number).sqlite").path
                try FileManager.default.copyItem(atPath: questions, toPath: store)
                let moment = moments.next()
                let running = try ProgramRun.start(
                    "specwiki-eval", SmallEvaluation.arguments(store, SmallEvaluation.everything))
                // Of the second half each is killed in its next write, which comes before the figures at the end.
                let isInWrite = 2 * number >= Self.kills
                let isKilled =
                    isInWrite
                    ? try kill(running, after: moment * seconds / 3, with: store + "-journal")
                    : try kill(running, after: moment * seconds)
                if isKilled { killed += 1 }
                if FileManager.default.fileExists(atPath: store + "-journal") { journals += 1 }
                // Whoever looks at the store now sees what was finished, whole.
                let inspect = try ProgramRun.build("inspect", store)
                #expect(inspect.status == 0, "killed at \(moment): \(inspect.errors)")
                let last = try SmallEvaluation.run(store, SmallEvaluation.everything)
                #expect(last.status == 0, "killed at \(moment): \(last.errors)")
                #expect(last.output == run.output)
                #expect(try SmallEvaluation.Outcome(store) == expected, "killed at \(moment)")
            }
            #expect(killed > 0)
            if Self.kills > 10 { print("\(killed) of \(Self.kills) runs killed, \(journals) in the middle of a write") }
        }
    }

    @Test func aKilledGenerationLeavesNothingUnderTheStoresName() throws {
        try TestData.withTemporaryFolder { folder in
            func arguments(_ store: String) -> [String] {
                ["generate", "Dumps/sample.xml.bz2", "--concepts", "12", "--quiet", "--output", store]
            }
            let whole = folder.appendingPathComponent("whole.sqlite").path
            let start = Date()
            #expect(try ProgramRun.start("specwiki-build", arguments(whole)).wait().status == 0)
            let seconds = Date().timeIntervalSince(start)
            let expected = try BenchmarkStore.open(whole).questionLines()

            var moments = Moments()
            var killed = 0
            for number in 0..<Self.kills {
                let store = folder.appendingPathComponent("killed\(number).sqlite").path
                // The last moments are those in which the store is written.
                let moment = number.isMultiple(of: 2) ? moments.next() : 0.9 + 0.1 * moments.next()
                let running = try ProgramRun.start("specwiki-build", arguments(store))
                let isKilled = try kill(running, after: moment * seconds)
                if isKilled, FileManager.default.fileExists(atPath: store) {
                    // Between the renaming and the end.
                    #expect(try BenchmarkStore.open(store).questionLines() == expected)
                    continue
                }
                #expect(FileManager.default.fileExists(atPath: store) != isKilled)
                guard isKilled else { continue }
                killed += 1
                let again = try ProgramRun.start("specwiki-build", arguments(store)).wait()
                #expect(again.status == 0, "killed at \(moment): \(again.errors)")
                #expect(try BenchmarkStore.open(store).questionLines() == expected)
            }
            if Self.kills > 10 { print("\(killed) of \(Self.kills) generations killed") }
        }
    }
}
