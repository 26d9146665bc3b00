import BenchmarkStore
import Foundation
import QuestionSet
import TestSupport
import Testing

/// `specwiki-build` as a process, on the sample dump.
@Suite struct BuildProgramTests {
    private static let dump = "Dumps/sample.xml.bz2"
    private static let views = "Dumps/sample-pageviews-201905-user.bz2"

    @Test func generatesAStoreThatTheAuditAcceptsAndThatSurvivesExportAndImport() throws {
        try TestData.withTemporaryFolder { folder in
            let store = folder.appendingPathComponent("store.sqlite").path
            let run = try ProgramRun.build(
                "generate", Self.dump, "--pageviews", Self.views, "--concepts", "30", "--output", store)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("30 concepts, 300 questions"))

            let audit = try ProgramRun.build("audit", store)
            #expect(audit.status == 0, "\(audit.output)\(audit.errors)")

            let opened = try BenchmarkStore.open(store)
            let concepts = try opened.concepts()
            #expect(
                Dictionary(grouping: concepts, by: \.tier).mapValues(\.count) == ["high": 10, "medium": 10, "low": 10])
            #expect(concepts.allSatisfy { $0.links != nil } && concepts.contains { $0.links?.isEmpty == false })
            let questions = try opened.questions()
            #expect(questions.count == 300)
            #expect(questions.allSatisfy { $0.provenance?.revisionID != nil })

            let first = folder.appendingPathComponent("first.jsonl").path
            let second = folder.appendingPathComponent("second.jsonl").path
            let copy = folder.appendingPathComponent("copy.sqlite").path
            #expect(try ProgramRun.build("export", store, "--format", "jsonl", "--output", first).status == 0)
            #expect(try ProgramRun.build("import", first, "--output", copy).status == 0)
            #expect(try ProgramRun.build("export", copy, "--format", "jsonl", "--output", second).status == 0)
            let imported = try BenchmarkStore.open(copy)
            #expect(try imported.linksHash() == nil)
            #expect(try Data(contentsOf: URL(fileURLWithPath: first)) == Data(contentsOf: URL(fileURLWithPath: second)))

            let title = try #require(concepts.first?.title)
            let inspect = try ProgramRun.build("inspect", store, title)
            #expect(inspect.output.split(separator: "\n").count { $0.hasPrefix("  * ") } == 10)
            for format in ["lm-eval", "huggingface", "csv"] {
                let path = folder.appendingPathComponent("as-\(format)").path
                #expect(try ProgramRun.build("export", store, "--format", format, "--output", path).status == 0)
                #expect(FileManager.default.fileExists(atPath: path))
            }
        }
    }

    @Test func theQuestionsDependOnTheSeedAndNotOnTheJobs() throws {
        try TestData.withTemporaryFolder { folder in
            func questions(_ name: String, _ options: [String]) throws -> Data {
                let store = folder.appendingPathComponent("\(name).sqlite").path
                let file = folder.appendingPathComponent("\(name).jsonl").path
                let arguments = ["generate", Self.dump, "--concepts", "12", "--quiet", "--output", store] + options
                let run = try ProgramRun.start("specwiki-build", arguments).wait()
                #expect(run.status == 0, "\(run.errors)")
                #expect(try ProgramRun.build("export", store, "--output", file).status == 0)
                return try Data(contentsOf: URL(fileURLWithPath: file))
            }
            let one = try questions("one", ["--jobs", "1"])
            #expect(try questions("three", ["--jobs", "3"]) == one)
            let links = try ["one", "three"].map { name in
                try BenchmarkStore.open(folder.appendingPathComponent("\(name).sqlite").path).linksHash()
            }
            #expect(links[0] != nil && links[0] == links[1])
            #expect(try questions("other", ["--seed", "7"]) != one)
        }
    }

    @Test func pageviewsAndExtractWriteTheirTables() throws {
        let views = try ProgramRun.build("pageviews", Self.views, "--project", "en.wikipedia", "--output", "-")
        #expect(views.status == 0, "\(views.errors)")
        #expect(views.output.contains("\nMarie Curie\t"))
        let pages = try ProgramRun.build("extract", Self.dump)
        #expect(pages.status == 0)
        let lines = pages.output.split(separator: "\n")
        #expect(lines.count > 190)
        let first = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        for key in [
            "id", "ns", "title", "redirect", "revid", "timestamp", "sha1", "bytes", "infoboxes", "links", "categories",
        ] {
            #expect(first[key] != nil, "\(key)")
        }
    }

    @Test func errorsAreOneLineWithTheirStatusAndLeaveNothing() throws {
        try TestData.withTemporaryFolder { folder in
            func file(_ name: String, _ text: String) throws -> String {
                let path = folder.appendingPathComponent(name).path
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                return path
            }
            let sample = try Data(contentsOf: TestData.root.appendingPathComponent(Self.dump))
            let truncated = folder.appendingPathComponent("truncated.bz2").path
            try sample.prefix(sample.count * 2 / 3).write(to: URL(fileURLWithPath: truncated))
            var damaged = sample
            damaged[damaged.count / 2] ^= 0xFF
            let corrupted = folder.appendingPathComponent("corrupted.bz2").path
            try damaged.write(to: URL(fileURLWithPath: corrupted))
            let small = """
                <mediawiki xml:lang="en"><page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id>
                <text>'''A''' is a letter.</text></revision></page></mediawiki>
                """
            let output = folder.appendingPathComponent("store.sqlite").path
            let cases: [(arguments: [String], status: Int32)] = [
                (["generate", try file("text", "this is no dump"), "--output", output], 65),
                (["generate", try file("page.html", "<html><body>Not found</body></html>"), "--output", output], 65),
                (
                    [
                        "generate", try file("entity.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><mediawiki/>"), "--output",
                        output,
                    ], 65
                ),
                (["generate", try file("empty", ""), "--output", output], 65),
                (["generate", try file("small.xml", small), "--output", output], 65),
                (["generate", truncated, "--output", output], 65),
                (["generate", corrupted, "--output", output], 65),
                (["generate", folder.appendingPathComponent("none").path, "--output", output], 66),
                (["generate", Self.dump, "--output", "/no/such/folder/store.sqlite"], 73),
                (["generate", Self.dump, "--domain", "dragons", "--output", output], 64),
                (["import", try file("bad.jsonl", "{}"), "--output", output], 65),
                (["inspect", try file("no.sqlite", String(repeating: "x", count: 5000))], 65),
                (["audit", folder.appendingPathComponent("none.sqlite").path], 66),
            ]
            for (arguments, status) in cases {
                let run = try ProgramRun.start("specwiki-build", arguments).wait()
                #expect(run.status == status, "\(arguments): \(run.errors)")
                #expect(run.errorLine?.hasPrefix("specwiki-build: error: ") == true, "\(arguments): \(run.errors)")
                #expect(run.output.isEmpty)
                #expect(!FileManager.default.fileExists(atPath: output), "\(arguments)")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!left.contains { $0.hasSuffix(".partial") })
            #expect(try ProgramRun.build("generate", "--no-such-option").status == 64)
            #expect(try ProgramRun.build("export", "--format", "morse", "x", "--output", "y").status == 64)
        }
    }

    @Test func anInterruptedGenerationLeavesNothing() throws {
        signal(SIGPIPE, SIG_IGN)
        try TestData.withTemporaryFolder { folder in
            let output = folder.appendingPathComponent("store.sqlite").path
            let pipe = Pipe()
            let running = try ProgramRun.start("specwiki-build", ["generate", "-", "--output", output], input: pipe)
            // A dump without end: pages until the program does not read them any more.
            let writing = Thread {
                let page =
                    "<page><title>T</title><ns>0</ns><id>1</id><revision><id>2</id><text>x</text></revision></page>\n"
                let pages = Data(String(repeating: page, count: 200).utf8)
                try? pipe.fileHandleForWriting.write(contentsOf: Data("<mediawiki>".utf8))
                while (try? pipe.fileHandleForWriting.write(contentsOf: pages)) != nil {}
            }
            writing.start()
            Thread.sleep(forTimeInterval: 1)
            running.process.interrupt()
            let run = try running.wait()
            #expect(run.status == 130, "\(run.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }
}
