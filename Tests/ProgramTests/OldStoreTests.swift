import BenchmarkStore
import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing

/// What the programs do with a store of version 1, whose run was stopped after three of six concepts.
@Suite struct OldStoreTests {
    private func withCopy(_ body: (_ store: String, _ folder: URL) throws -> Void) throws {
        try TestData.withTemporaryFolder { folder in
            let store = folder.appendingPathComponent("old.sqlite").path
            try FileManager.default.copyItem(atPath: TestData.fixture("Store/version1.db").path, toPath: store)
            try body(store, folder)
        }
    }

    @Test func commandsThatReadLeaveItAsItIs() throws {
        try withCopy { store, folder in
            let before = try Data(contentsOf: URL(fileURLWithPath: store))
            func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
            let commands = [
                ["specwiki-build", "inspect", store], ["specwiki-build", "inspect", store, "Nile"],
                ["specwiki-build", "audit", store],
                ["specwiki-build", "export", store, "--format", "jsonl", "--output", path("q.jsonl")],
                ["specwiki-eval", "export", store, "--output", path("results")],
                ["specwiki-eval", "report", store, "--output", path("report.html")],
                ["specwiki-eval", "merge", store, "--output", path("merged.sqlite")],
            ]
            for command in commands {
                let run = try ProgramRun.start(command[0], Array(command.dropFirst())).wait()
                #expect(run.status == 0 || command[1] == "audit" && run.status == 65, "\(command): \(run.errors)")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == before)
            let merged = try BenchmarkStore.open(path("merged.sqlite"))
            #expect(merged.schemaVersion == 5)
            let old = try BenchmarkStore.open(store)
            #expect(old.schemaVersion == 1)
            #expect(try merged.questions() == old.questions())
            let exported = try Data(contentsOf: URL(fileURLWithPath: path("q.jsonl")))
            #expect(try exported == JSONLines.encode(merged.questionLines()))
        }
    }

    @Test func itsRunGoesOnWhereItWas() throws {
        try withCopy { store, folder in
            let old = try BenchmarkStore.open(store)
            let finished = try old.record(of: #require(try old.runs().first)).results
            #expect(finished.count == 3)
            let run = try ProgramRun.eval(
                "run", store, "--model", TestData.fixture("Models/llama").path, "--name", "tiny llama", "--ratios",
                "0.1,0.3", "--localization-controls", "6", "--evaluation-controls", "6", "--null-concepts", "2")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("continuing after"), "\(run.errors)")
            let new = try BenchmarkStore.open(store)
            #expect(new.schemaVersion == 5)
            #expect(try new.runs().count == 1)
            let record = try new.record(of: #require(try new.runs().first))
            #expect(record.isComplete)
            // What was there was not computed again.
            let concepts = finished.map(\.conceptID)
            #expect(record.results.filter { concepts.contains($0.conceptID) } == finished)
            let results = folder.appendingPathComponent("results").path
            #expect(try ProgramRun.eval("export", store, "--output", results).status == 0)
            let json = try String(contentsOfFile: "\(results)/results.json", encoding: .utf8)
            #expect(json.contains("\"tiny llama\""))
        }
    }
}
