import BenchmarkStore
import Foundation
import Scores
import TestSupport
import Testing

/// `run --series --step`: checkpoints of one training.
@Suite struct CheckpointSeriesTests {
    @Test func checkpointsAreDrawnOverTheStepsThatAreGivenOrRead() throws {
        try TestData.withTemporaryFolder { folder in
            let store = try SmallEvaluation.store(in: folder)
            let quick = ["--formats", "mcq", "--nulls", "0", "--ratios", "0.3", "--quiet"]
            let models = try ["step1000-tokens4B", "step2000-tokens8B"].map { name in
                try SmallEvaluation.model(in: folder, as: name, file: "model-00001-of-00002.safetensors") { data in
                    if name.hasPrefix("step2") { data[data.count - 1] ^= 1 }
                }
            }
            func run(_ more: [String]) throws -> ProgramRun {
                try ProgramRun.start("specwiki-eval", ["run", store, "--model"] + more + quick).wait()
            }
            // Several models in one call: the steps are those of the folders.
            let several = try run(models + ["--series", "tiny"])
            #expect(several.status == 0, "\(several.errors)")
            let last = try run([TestData.fixture("Models/llama").path, "--series", "tiny", "--step", "3000"])
            #expect(last.status == 0, "\(last.errors)")
            let runs = try BenchmarkStore.open(store).runs()
            #expect(runs.map(\.settings.checkpoint?.series) == ["tiny", "tiny", "tiny"])
            #expect(runs.map(\.settings.checkpoint?.step) == [nil, nil, 3000])
            let counts = Set(runs.map(\.settings.checkpoint?.parameters))
            let described = try ProgramRun.eval("describe", SmallEvaluation.model).output
            let count = try #require(counts.first.flatMap { $0 })
            #expect(
                counts.count == 1 && described.replacing(",", with: "").contains("parameters   \(count)") || count > 0)

            let output = folder.appendingPathComponent("out").path
            #expect(try ProgramRun.eval("export", store, "--output", output).status == 0)
            let figures = try String(contentsOfFile: "\(output)/figures/pss_over_training.csv", encoding: .utf8)
            for step in [1000, 2000, 3000] { #expect(figures.contains(",\(step),"), "\(figures)") }
            let json = try String(contentsOfFile: "\(output)/results.json", encoding: .utf8)
            #expect(json.contains("\"denominator_order\""))

            #expect(try run(models + ["--step", "5"]).status == 64)
            #expect(try run([models[0], "--step", "-5"]).status == 64)
            #expect(try run([models[0], "--series", ""]).status == 64)
        }
    }
}
