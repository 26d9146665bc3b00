import BenchmarkStore
import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing

/// An evaluation that takes seconds: a tiny reference model on the reference's questions.
enum SmallEvaluation {
    static let model = TestData.fixture("Models/llama").path

    /// A new store of the questions.
    static func store(in folder: URL, _ name: String = "store") throws -> String {
        let path = folder.appendingPathComponent("\(name).sqlite").path
        let questions = TestData.fixture("Oracle/questions.jsonl").path
        #expect(try ProgramRun.build("import", questions, "--output", path, "--quiet").status == 0)
        return path
    }

    /// The command's words; what is in `more` wins.
    static func arguments(_ store: String, model: String = model, _ more: [String] = []) -> [String] {
        [
            "run", store, "--model", model, "--plan", TestData.fixture("Oracle/plan.jsonl").path, "--seed", "1",
        ] + (more.contains("--ratios") ? [] : ["--ratios", "0.3"]) + (more.contains("--nulls") ? [] : ["--nulls", "0"])
            + more
    }

    /// Options under which every table of a store gets rows.
    static let everything = ["--ratios", "0.1,0.3", "--nulls", "1", "--studies", "pooling,effects"]

    @discardableResult
    static func run(_ store: String, model: String = model, _ more: [String] = []) throws -> ProgramRun {
        try ProgramRun.start("specwiki-eval", arguments(store, model: model, more)).wait()
    }

    /// A copy of a checkpoint with one file changed.
    static func model(
        _ name: String = "llama", in folder: URL, as copy: String, file: String, _ edit: (inout Data) throws -> Void
    ) throws -> String {
        let target = folder.appendingPathComponent(copy)
        if !FileManager.default.fileExists(atPath: target.path) {
            try FileManager.default.copyItem(at: TestData.fixture("Models/\(name)"), to: target)
        }
        var data = try Data(contentsOf: target.appendingPathComponent(file))
        try edit(&data)
        try data.write(to: target.appendingPathComponent(file))
        return target.path
    }

    /// All that a store says of its runs: every row, and every exported file by name.
    struct Outcome: Equatable {
        struct Run: Equatable {
            var settings: RunSettings
            var plan: [ConceptPlan]
            var answers: [UnmaskedAnswer]
            var results: [ConceptResult]
        }
        var runs: [Run]
        var files: [String: Data]

        init(_ path: String) throws {
            let store = try BenchmarkStore.open(path)
            runs = try store.runs().map { entry in
                let record = try store.record(of: entry)
                return Run(
                    settings: record.settings, plan: record.plan, answers: record.answers, results: record.results)
            }
            files = try TestData.withTemporaryFolder { folder in
                let export = try ProgramRun.eval("export", path, "--output", folder.path, "--masks")
                #expect(export.status == 0, "\(export.errors)")
                let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
                let pairs = names.compactMap { name in
                    // Folders have no contents.
                    (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, $0) }
                }
                return Dictionary(uniqueKeysWithValues: pairs)
            }
        }
    }

    /// Names in a folder, sorted.
    static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }
}
