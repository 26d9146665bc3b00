import Foundation
import TestSupport
import Testing

/// `specwiki-build import` and `export` as processes.
@Suite struct ImportExportTests {
    private static let questions = TestData.fixture("Oracle/questions.jsonl")

    @Test func everyBadLineIsPrintedAndNoStoreIsLeft() throws {
        try TestData.withTemporaryFolder { folder in
            let text = try String(contentsOf: Self.questions, encoding: .utf8)
            var lines = text.split(separator: "\n").map(String.init)
            lines[4] = lines[4].replacing("\"answer_index\": ", with: "\"answer_index\": 4")
            lines[9] = "{"
            lines[20] = lines[3]
            let input = folder.appendingPathComponent("bad.jsonl").path
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: input))
            let output = folder.appendingPathComponent("store.sqlite").path
            let run = try ProgramRun.build("import", input, "--output", output, "--quiet")
            #expect(run.status == 65)
            #expect(
                run.errors == """
                    \(input):5: answer_index must be from 0 to 3
                    \(input):10: is not valid JSON
                    \(input):21: question_id 303 occurs twice, first in line 4
                    specwiki-build: error: \(input): line 5: answer_index must be from 0 to 3; 2 more lines are bad

                    """)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["bad.jsonl"])
        }
    }

    @Test func aLongListOfBadLinesIsCutAndCounted() throws {
        try TestData.withTemporaryFolder { folder in
            let input = folder.appendingPathComponent("bad.jsonl").path
            try Data(String(repeating: "no\n", count: 1000).utf8).write(to: URL(fileURLWithPath: input))
            let run = try ProgramRun.build("import", input, "--output", input + ".sqlite")
            #expect(run.status == 65)
            let lines = run.errors.split(separator: "\n")
            #expect(lines.count == 202)
            #expect(lines[200] == "\(input): 800 more lines like these")
            #expect(run.errorLine?.hasSuffix("line 1: is not valid JSON; 999 more lines are bad") == true)
        }
    }

    @Test func aStatedLicenceTravelsFromImportToExport() throws {
        try TestData.withTemporaryFolder { folder in
            let store = folder.appendingPathComponent("store.sqlite").path
            let run = try ProgramRun.build(
                "import", Self.questions.path, "--output", store, "--licence", "CC BY 4.0", "--source", "our own")
            #expect(run.status == 0, "\(run.errors)")
            let table = folder.appendingPathComponent("questions.csv").path
            #expect(try ProgramRun.build("export", store, "--format", "csv", "--output", table).status == 0)
            let rows = try String(contentsOfFile: table, encoding: .utf8).components(separatedBy: "\r\n").dropFirst()
            #expect(rows.count == 61 && rows.dropLast().allSatisfy { $0.hasSuffix(",CC BY 4.0") })
            for (format, file) in [("lm-eval", "ATTRIBUTION.md"), ("huggingface", "README.md")] {
                let output = folder.appendingPathComponent(format)
                #expect(try ProgramRun.build("export", store, "--format", format, "--output", output.path).status == 0)
                let text = try String(contentsOf: output.appendingPathComponent(file), encoding: .utf8)
                #expect(text.contains("our own") && text.contains("https://creativecommons.org/licenses/by/4.0/"))
            }
            #expect(try ProgramRun.build("inspect", store).output.contains("  licence   CC BY 4.0."))
        }
    }

    @Test func exportsOfTheSampleNameItsArticlesAndRevisions() throws {
        try TestData.withTemporaryFolder { folder in
            let store = folder.appendingPathComponent("store.sqlite").path
            let run = try ProgramRun.build("generate", "Dumps/sample.xml.bz2", "--concepts", "9", "--output", store)
            #expect(run.status == 0, "\(run.errors)")
            let output = folder.appendingPathComponent("data")
            let export = try ProgramRun.build("export", store, "--format", "huggingface", "--output", output.path)
            #expect(export.status == 0 && export.errors.isEmpty, "\(export.errors)")
            let rows = try String(contentsOf: output.appendingPathComponent("data/test.jsonl"), encoding: .utf8)
                .split(separator: "\n")
            #expect(rows.count == 90)
            #expect(
                rows.allSatisfy {
                    $0.contains("\"source_url\":\"https://en.wikipedia.org/w/index.php?oldid=9")
                        && $0.contains("\"licence\":\"CC BY-SA 4.0\"")
                })
            let attribution = try String(contentsOf: output.appendingPathComponent("ATTRIBUTION.md"), encoding: .utf8)
            #expect(attribution.split(separator: "\n").count { $0.hasPrefix("| [") } == 9)
            #expect(attribution.contains("This is the sample that comes with SpecWiki"))
        }
    }

    private static let hasPython = (try? python(["-c", ""]))?.status == 0

    /// Runs Python without the packages that an environment may have.
    private static func python(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// The harness itself is not needed; Benchmark/check_lm_eval.py shows the whole with it.
    @Test(.enabled(if: hasPython, "there is no python3"))
    func theHarnesssCodeScoresOpenAnswersAsTheReferenceDoes() throws {
        try TestData.withTemporaryFolder { folder in
            let store = folder.appendingPathComponent("store.sqlite").path
            let tasks = folder.appendingPathComponent("tasks").path
            #expect(try ProgramRun.build("import", Self.questions.path, "--output", store).status == 0)
            #expect(try ProgramRun.build("export", store, "--format", "lm-eval", "--output", tasks).status == 0)
            let code = """
                import json, sys, types
                datasets = types.ModuleType("datasets")
                datasets.DatasetDict = dict
                datasets.Dataset = types.SimpleNamespace(from_list=lambda given: given)
                sys.modules["datasets"] = datasets
                sys.dont_write_bytecode = True
                sys.path.insert(0, sys.argv[1])
                import utils
                print(len(utils.dataset(version=1, pretrained="x")["test"]))
                for case in json.load(open(sys.argv[2], encoding="utf-8")):
                    given = utils.score_open_answer({"answers": case["answers"]}, [case["output"]])
                    if given != {"acc": float(case["correct"])} or " ".join(utils.words(case["output"])) != case["normalised_output"]:
                        print(case, given)
                print(utils.score_open_answer({"answers": ["b"]}, ["a\\nb"]))
                """
            let run = try Self.python(["-c", code, tasks, TestData.fixture("Oracle/scoring_cases.json").path])
            #expect(run.status == 0)
            #expect(run.output == "60\n{'acc': 0.0}\n")
        }
    }

    @Test func anExportIntoAFileOrAMissingFolderIsRefused() throws {
        try TestData.withTemporaryFolder { folder in
            let store = folder.appendingPathComponent("store.sqlite").path
            #expect(try ProgramRun.build("import", Self.questions.path, "--output", store).status == 0)
            for format in ["lm-eval", "huggingface"] {
                #expect(try ProgramRun.build("export", store, "--format", format, "--output", store).status == 73)
            }
            for format in ["jsonl", "csv"] {
                let run = try ProgramRun.build("export", store, "--format", format, "--output", folder.path)
                #expect(run.status == 73 && run.errorLine != nil)
            }
            let run = try ProgramRun.build("export", store, "--format", "lm-eval", "--output", "\(folder.path)/a/b")
            #expect(run.status == 73, "\(run.errors)")
        }
    }
}
