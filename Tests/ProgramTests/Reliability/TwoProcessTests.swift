import BenchmarkStore
import Foundation
import Scores
import TestSupport
import Testing

/// Several processes on one store, and what may have changed between two runs of a command.
@Suite struct TwoProcessTests {
    private func finishedConcepts(_ path: String) throws -> Int {
        let store = try BenchmarkStore.open(path)
        return try store.runs().first.map { try store.record(of: $0).results.count } ?? 0
    }

    /// Starts a run, waits until it has finished some concepts and stops it, unless it was done before.
    private func stopAfterSome(_ store: String, model: String = SmallEvaluation.model) throws {
        let running = try ProgramRun.start("specwiki-eval", SmallEvaluation.arguments(store, model: model))
        while running.process.isRunning, try finishedConcepts(store) < 1 { Thread.sleep(forTimeInterval: 0.005) }
        kill(running.process.processIdentifier, SIGKILL)
        _ = try running.wait()
    }

    /// Stops a process for a while, but not in the middle of a write.
    private func hold(_ running: ProgramRun.Running, _ store: String) throws {
        repeat {
            kill(running.process.processIdentifier, SIGCONT)
            Thread.sleep(forTimeInterval: 0.003)
            kill(running.process.processIdentifier, SIGSTOP)
            Thread.sleep(forTimeInterval: 0.02)
        } while FileManager.default.fileExists(atPath: store + "-journal")
    }

    @Test func aSecondProcessOfTheSameRunIsSentAway() throws {
        try TestData.withTemporaryFolder { folder in
            let whole = try SmallEvaluation.store(in: folder, "whole")
            let store = try SmallEvaluation.store(in: folder)
            #expect(try SmallEvaluation.run(whole).status == 0)

            let first = try ProgramRun.start("specwiki-eval", SmallEvaluation.arguments(store))
            while first.process.isRunning, try BenchmarkStore.open(store).runs().isEmpty {
                Thread.sleep(forTimeInterval: 0.002)
            }
            // Held, so that it is still at it when the others come, however fast the machine.
            try hold(first, store)
            for more in [[], ["--fresh"], ["--shard", "1/2"]] {
                let second = try SmallEvaluation.run(store, more)
                #expect(second.status == 74, "\(second.errors)")
                #expect(
                    second.errorLine?.contains("\(store): another process is computing this run") == true,
                    "\(second.errors)")
            }
            // Who only reads, or only asks what there would be to do, is not held up.
            #expect(try ProgramRun.build("inspect", store).status == 0)
            #expect(try SmallEvaluation.run(store, ["--dry-run"]).status == 0)
            kill(first.process.processIdentifier, SIGCONT)
            let last = try first.wait()
            #expect(last.status == 0, "\(last.errors)")
            #expect(try SmallEvaluation.Outcome(store) == SmallEvaluation.Outcome(whole))
        }
    }

    @Test func differentModelsMayRunAtTheSameTime() throws {
        try TestData.withTemporaryFolder { folder in
            let models = ["llama", "gpt2"].map { TestData.fixture("Models/\($0)").path }
            let whole = try SmallEvaluation.store(in: folder, "whole")
            for model in models { #expect(try SmallEvaluation.run(whole, model: model).status == 0) }
            let store = try SmallEvaluation.store(in: folder)
            let runs = try models.map {
                try ProgramRun.start("specwiki-eval", SmallEvaluation.arguments(store, model: $0))
            }
            for run in runs {
                let run = try run.wait()
                #expect(run.status == 0, "\(run.errors)")
            }
            let byLabel = { (run: SmallEvaluation.Outcome.Run) in run.settings.label }
            let expected = try SmallEvaluation.Outcome(whole).runs.sorted { byLabel($0) < byLabel($1) }
            #expect(try SmallEvaluation.Outcome(store).runs.sorted { byLabel($0) < byLabel($1) } == expected)
        }
    }

    @Test(
        arguments: [
            ("model-00001-of-00002.safetensors", "other weights"), ("config.json", "or another config.json"),
            ("tokenizer.json", "another tokenizer.json"), ("generation_config.json", "another generation_config.json"),
        ])
    func aCheckpointThatHasChangedIsNotMixedIn(_ file: String, _ change: String) throws {
        try TestData.withTemporaryFolder { folder in
            let store = try SmallEvaluation.store(in: folder)
            let model = try SmallEvaluation.model(in: folder, as: "llama", file: file) { _ in }
            try stopAfterSome(store, model: model)
            guard try finishedConcepts(store) < 6 else { return }
            let before = try SmallEvaluation.Outcome(store)

            _ = try SmallEvaluation.model(in: folder, as: "llama", file: file) { data in
                switch file {
                case "generation_config.json":
                    let text = String(decoding: data, as: UTF8.self)
                    data = Data(text.replacing("\"eos_token_id\": 2", with: "\"eos_token_id\": 3").utf8)
                case let file where file.hasSuffix(".json"):
                    // A blank: what the file says is the same, and it is another file.
                    data.append(UInt8(ascii: "\n"))
                default:
                    data[data.count - 1] ^= 1
                }
            }
            let changed = try SmallEvaluation.run(store, model: model)
            #expect(changed.status == 65, "\(changed.errors)")
            #expect(
                changed.errorLine?.contains("\(store): run 1, llama: was begun with ") == true
                    && changed.errorLine?.contains("\(change)") == true
                    && changed.errorLine?.contains("is unfinished; put back what it was begun with") == true,
                "\(changed.errors)")
            #expect(try SmallEvaluation.Outcome(store) == before)

            guard file == "tokenizer.json" else { return }
            // Under another name both stay; --fresh forgets the old one.
            #expect(try SmallEvaluation.run(store, model: model, ["--name", "other", "--limit", "6"]).status == 0)
            #expect(try BenchmarkStore.open(store).runs().map(\.settings.label) == ["llama", "other"])
            #expect(try SmallEvaluation.run(store, model: model, ["--fresh"]).status == 0)
            let runs = try BenchmarkStore.open(store).runs()
            #expect(runs.map(\.settings.label).sorted() == ["llama", "other"])
            let old = before.runs[0].settings
            #expect(!runs.contains { $0.settings == old })
        }
    }
}
