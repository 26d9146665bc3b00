import BenchmarkStore
import Diagnostics
import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing

/// `specwiki-eval` as a process, on the tiny reference models and questions.
@Suite struct EvalProgramTests {
    private static let model = TestData.fixture("Models/llama").path
    private static let plan = TestData.fixture("Oracle/plan.jsonl").path

    private func store(in folder: URL, _ name: String = "store") throws -> String {
        let path = folder.appendingPathComponent("\(name).sqlite").path
        let questions = TestData.fixture("Oracle/questions.jsonl").path
        #expect(try ProgramRun.build("import", questions, "--output", path, "--quiet").status == 0)
        return path
    }

    /// results.json of all runs of a store, without the label-independent parts that may differ: none.
    private func results(_ store: String, in folder: URL) throws -> Data {
        let output = folder.appendingPathComponent("results-\(UUID().uuidString)").path
        let export = try ProgramRun.eval("export", store, "--output", output, "--masks")
        #expect(export.status == 0, "\(export.errors)")
        for name in ["answers.csv", "concepts.csv", "plan.jsonl", "questions.jsonl", "masks.jsonl"] {
            #expect(FileManager.default.fileExists(atPath: "\(output)/\(name)"), "\(name)")
        }
        return try Data(contentsOf: URL(fileURLWithPath: "\(output)/results.json"))
    }

    private func arguments(_ store: String, nulls: Int = 0) -> [String] {
        [
            "run", store, "--model", Self.model, "--plan", Self.plan, "--ratios", "0.05,0.1,0.3,0.5,0.72", "--nulls",
            String(nulls), "--seed", "1",
        ]
    }

    @Test func aRunGivesTheReferencesNumbersAndAReport() throws {
        try TestData.withTemporaryFolder { folder in
            let store = try store(in: folder)
            let run = try ProgramRun.start("specwiki-eval", arguments(store)).wait()
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("PSS"))
            let object = try JSONSerialization.jsonObject(with: results(store, in: folder))
            let ours = try #require(object as? [String: Any])
            let expectedData = try Data(contentsOf: TestData.fixture("Oracle/results.llama.json"))
            let expected = try #require(try JSONSerialization.jsonObject(with: expectedData) as? [String: Any])
            for key in ["original", "generation_accuracy", "questions", "concepts"] {
                let pair = [ours[key], expected[key]].compactMap { ($0 as? NSNumber)?.doubleValue }
                #expect(pair.count == 2 && abs(pair[0] - pair[1]) < 1e-9, "\(key)")
            }
            let rows = try #require(ours["pss"] as? [[String: Any]])
            for (row, other) in zip(rows, try #require(expected["pss"] as? [[String: Any]])) {
                for (key, value) in other {
                    let pair = [row[key], .some(value)].compactMap { ($0 as? NSNumber)?.doubleValue }
                    #expect(pair.count == 2 && abs(pair[0] - pair[1]) < 1e-9, "\(key)")
                }
            }
            let report = folder.appendingPathComponent("report.html").path
            #expect(try ProgramRun.eval("report", store, "--output", report).status == 0)
            let html = try String(contentsOfFile: report, encoding: .utf8)
            #expect(html.hasPrefix("<!DOCTYPE html>"))
            #expect(html.contains("Wolfgang Amadeus Mozart"))
        }
    }

    @Test func aKilledRunGoesOnAndEndsWithTheSameBytes() throws {
        try TestData.withTemporaryFolder { folder in
            let whole = try store(in: folder, "whole")
            #expect(try ProgramRun.start("specwiki-eval", arguments(whole, nulls: 3)).wait().status == 0)
            let killed = try store(in: folder, "killed")
            var kills = 0
            for (limit, signal) in [(1, SIGKILL), (3, SIGINT), (4, SIGKILL)] {
                let running = try ProgramRun.start("specwiki-eval", arguments(killed, nulls: 3))
                while running.process.isRunning, try finishedConcepts(killed) < limit {
                    Thread.sleep(forTimeInterval: 0.005)
                }
                kill(running.process.processIdentifier, signal)
                let status = try running.wait().status
                // On a fast machine the run may end before the signal comes.
                if status != 0 {
                    #expect(status == (signal == SIGINT ? 75 : 128 + SIGKILL))
                    kills += 1
                }
            }
            #expect(kills > 0)
            let last = try ProgramRun.start("specwiki-eval", arguments(killed, nulls: 3)).wait()
            #expect(last.status == 0, "\(last.errors)")
            #expect(try results(killed, in: folder) == results(whole, in: folder))
        }
    }

    private func finishedConcepts(_ path: String) throws -> Int {
        let store = try BenchmarkStore.open(path)
        guard let run = try store.runs().first else { return 0 }
        return try store.record(of: run).results.count
    }

    @Test func mergedShardsAreTheUnshardedRun() throws {
        try TestData.withTemporaryFolder { folder in
            let whole = try store(in: folder, "whole")
            #expect(try ProgramRun.start("specwiki-eval", arguments(whole, nulls: 1)).wait().status == 0)
            let parts = try (1...3).map { index in
                let part = try store(in: folder, "part\(index)")
                let run = try ProgramRun.start(
                    "specwiki-eval", arguments(part, nulls: 1) + ["--shard", "\(index)/3", "--threads", "\(index)"]
                ).wait()
                #expect(run.status == 0, "\(run.errors)")
                return part
            }
            let merged = folder.appendingPathComponent("merged.sqlite").path
            #expect(try ProgramRun.eval("merge", parts[2], parts[0], parts[1], "--output", merged).status == 0)
            #expect(try results(merged, in: folder) == results(whole, in: folder))
        }
    }

    /// The reference's questions, with kinds and links of our own: each concept links to the next one.
    @Test func nearAndFarControlsAreTheSameInShards() throws {
        try TestData.withTemporaryFolder { folder in
            let imported = try BenchmarkStore.open(store(in: folder, "imported"))
            var concepts = try imported.concepts()
            for index in concepts.indices {
                concepts[index].kind = index < 3 ? "one" : "other"
                concepts[index].links = index + 1 < concepts.count ? [concepts[index + 1].id] : []
            }
            func linked(_ name: String) throws -> String {
                let path = folder.appendingPathComponent("\(name).sqlite").path
                try BenchmarkStore.create(
                    at: path, replacing: false,
                    .init(concepts: concepts, questions: imported.questions(), metadata: [:]))
                return path
            }
            let options = ["--nulls", "0", "--null-concepts", "6", "--studies", "selectivity", "--formats", "mcq"]
            func run(_ store: String, _ more: String...) throws -> ProgramRun {
                let arguments = ["run", store, "--model", Self.model, "--ratios", "0.1,0.5"] + options + more
                let run = try ProgramRun.start("specwiki-eval", arguments).wait()
                #expect(run.status == 0, "\(run.errors)")
                return run
            }
            let whole = try linked("whole")
            let output = try run(whole)
            #expect(output.output.contains("Selectivity at ratio 0.5, on 6 concepts"))
            #expect(!output.errors.contains("does not know the links"))
            let parts = try (1...2).map { index in
                let part = try linked("part\(index)")
                _ = try run(part, "--shard", "\(index)/2", "--threads", "1")
                return part
            }
            let merged = folder.appendingPathComponent("merged.sqlite").path
            #expect(try ProgramRun.eval("merge", parts[1], parts[0], "--output", merged).status == 0)
            #expect(try results(merged, in: folder) == results(whole, in: folder))

            // Without links near is what is of the same kind; this store knows no kinds either. It is another run.
            let unknown = try run(imported.path)
            #expect(unknown.errors.contains("does not know the links between its concepts"))
            #expect(unknown.output.contains("No near controls for 6 concepts: the store does not tell"))
            let hashes = try [whole, merged, imported.path].map {
                try #require(try BenchmarkStore.open($0).runs().first).settings.linksHash
            }
            #expect(hashes[0] != nil && hashes[1] == hashes[0] && hashes[2] == nil)
        }
    }

    @Test func drawnControlsShrinkWithAMessage() throws {
        try TestData.withTemporaryFolder { folder in
            let store = try store(in: folder)
            let run = try ProgramRun.eval(
                "run", store, "--model", Self.model, "--ratios", "0.3", "--formats", "mcq", "--limit", "4", "--name",
                "small")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("controls shrink"))
            #expect(run.output.contains("small"))
            let dry = try ProgramRun.eval("run", store, "--model", Self.model, "--dry-run")
            #expect(dry.status == 0, "\(dry.errors)")
            #expect(dry.output.contains("tokens/s") && dry.output.contains("beside the weights"))
            #expect(try BenchmarkStore.open(store).runs().count == 1)
        }
    }

    @Test func aChatTemplateIsPartOfTheRunsSettings() throws {
        try TestData.withTemporaryFolder { folder in
            let store = try store(in: folder)
            let model = folder.appendingPathComponent("chat")
            try FileManager.default.copyItem(at: TestData.fixture("Models/llama"), to: model)
            func write(_ template: String) throws {
                let config = "{\"bos_token\": \"<s>\", \"chat_template\": \"\(template)\"}"
                try Data(config.utf8).write(to: model.appendingPathComponent("tokenizer_config.json"))
            }
            func run(_ more: String...) throws -> (status: Int32, errors: String) {
                let arguments = [
                    "run", store, "--model", model.path, "--ratios", "0.3", "--limit", "3", "--nulls", "0", "--formats",
                    "mcq", "--quiet",
                ]
                let run = try ProgramRun.start("specwiki-eval", arguments + more).wait()
                return (run.status, run.errors)
            }
            let first = "{{ bos_token }}[u] {{ messages[0].content }} [/u]"
            try write(first)
            #expect(try run().status == 0)
            #expect(try run("--chat-template").status == 0)
            #expect(try run("--chat-template").status == 0)
            try write("{{ bos_token }}{{ messages[0].content }}\\n[a]\\n")
            #expect(try run("--chat-template").status == 0)
            #expect(try run("--chat-template", "--chat-date", "2026-11-21").status == 0)

            // A run goes on with its own template only: another template, or day, is another run.
            let settings = try BenchmarkStore.open(store).runs().map(\.settings.chatTemplate)
            #expect(settings.count == 4)
            #expect(settings[0] == nil)
            #expect(settings[1]?.hash == ContentHash.of(first))
            #expect(settings[1]?.tokens == ["bos_token": "<s>"])
            #expect(settings[2]?.hash != settings[1]?.hash)
            #expect(settings.map { $0?.day } == [nil, nil, nil, "2026-11-21"])

            try write("{% include 'x' %}")
            let beyond = try run("--chat-template")
            #expect(beyond.status == 65)
            #expect(beyond.errors.contains("tokenizer_config.json: line 1 of the chat template"))
            try FileManager.default.removeItem(at: model.appendingPathComponent("tokenizer_config.json"))
            #expect(try run("--chat-template").status == 66)
            #expect(try run("--chat-date", "2026-11-21").status == 64)
            #expect(try run("--chat-template", "--chat-date", "2026-02-30").status == 64)
        }
    }

    @Test func `Speed is measured for a single new token too, and needs room for it`() throws {
        let speed = try ProgramRun.eval(
            "speed", Self.model, "--prompts", "2", "--length", "8", "--streams", "3", "--threads", "2",
            "--new-tokens", "1", "--json")
        #expect(speed.status == 0, "\(speed.errors)")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(speed.output.utf8)) as? [String: Any])
        for key in ["prefill", "maskedPrefill", "bareMultiply", "decoding", "decodingTogether"] {
            let rate = try #require(json[key] as? Double)
            #expect(rate > 1 && rate < 1e8, "\(key) \(rate)")
        }
        let file = URL(fileURLWithPath: Self.model).appendingPathComponent("config.json")
        let config = try #require(
            try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any])
        let context = try #require(config["max_position_embeddings"] as? Int)
        let full = try ProgramRun.eval(
            "speed", Self.model, "--prompts", "1", "--streams", "1", "--length", "\(context)")
        #expect(full.status == 64)
        #expect(full.errors.contains("\(context)") && full.errors.contains("--length"))
    }

    @Test func describeTokenizeAndForwardWork() throws {
        try TestData.withTemporaryFolder { folder in
            let describe = try ProgramRun.eval("describe", Self.model)
            #expect(describe.status == 0)
            #expect(describe.output.contains("llama"))
            let input = folder.appendingPathComponent("texts.jsonl").path
            let output = folder.appendingPathComponent("ids.jsonl").path
            let line = "{\"text\": \"Vienna is a city.\", \"add_special_tokens\": true}\n"
            try Data(line.utf8).write(to: URL(fileURLWithPath: input))
            #expect(try ProgramRun.eval("tokenize", Self.model, "--input", input, "--output", output).status == 0)
            #expect(try String(contentsOfFile: output, encoding: .utf8).contains("Vienna is a city."))
            let tensors = folder.appendingPathComponent("out.safetensors").path
            let mask = folder.appendingPathComponent("mask.json").path
            try Data("{\"layers\": [[0, 5], [], [139]]}".utf8).write(to: URL(fileURLWithPath: mask))
            let forward = try ProgramRun.eval(
                "forward", Self.model, "--tokens", "1,2,3", "--mask", mask, "--output", tensors)
            #expect(forward.status == 0, "\(forward.errors)")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: tensors))
            let header = String(decoding: bytes.dropFirst(8).prefix(400), as: UTF8.self)
            #expect(header.contains("\"logits\"") && header.contains("\"coefficients.0\""))
        }
    }

    @Test func errorsAreOneLineWithTheirStatus() throws {
        try TestData.withTemporaryFolder { folder in
            let store = try store(in: folder)
            func model(_ name: String, _ edit: (URL) throws -> Void) throws -> String {
                let copy = folder.appendingPathComponent(name)
                try FileManager.default.copyItem(at: TestData.fixture("Models/gpt2"), to: copy)
                try edit(copy)
                return copy.path
            }
            let unknown = try model("unknown") { folder in
                let file = folder.appendingPathComponent("config.json")
                let text = try String(contentsOf: file, encoding: .utf8)
                try Data(text.replacing("\"gpt2\"", with: "\"gpt9\"").utf8).write(to: file)
            }
            let cut = try model("cut") { folder in
                let file = folder.appendingPathComponent("model.safetensors")
                let data = try Data(contentsOf: file)
                try data.prefix(data.count / 2).write(to: file)
            }
            let noTokenizer = try model("mute") { folder in
                try FileManager.default.removeItem(at: folder.appendingPathComponent("tokenizer.json"))
            }
            let output = folder.appendingPathComponent("x").path
            let cases: [(arguments: [String], status: Int32, part: String)] = [
                (["run", store, "--model", unknown], 65, "gpt9"),
                (["run", store, "--model", cut], 65, "safetensors"),
                (["run", store, "--model", noTokenizer], 66, "tokenizer.json"),
                (["run", store, "--model", folder.path + "/none"], 66, "none"),
                (["run", folder.path + "/none.sqlite", "--model", Self.model], 66, "none.sqlite"),
                (["export", store, "--output", output], 65, "no run"),
                (["report", store, "--output", output], 65, "no run"),
                (["describe", unknown], 65, "gpt9"),
                (["forward", Self.model, "--tokens", "1,99999", "--output", output], 65, "99999"),
            ]
            for (arguments, status, part) in cases {
                let run = try ProgramRun.start("specwiki-eval", arguments).wait()
                #expect(run.status == status, "\(arguments): \(run.errors)")
                #expect(run.errorLine?.contains(part) == true, "\(arguments): \(run.errors)")
                #expect(!FileManager.default.fileExists(atPath: output))
            }
            #expect(try ProgramRun.eval("run", store, "--model", Self.model, "--ratios", "2").status == 64)
            #expect(try ProgramRun.eval("run", store, "--model", Self.model, "--shard", "3/2").status == 64)
        }
    }
}
