import Foundation
import TestSupport
import Testing

/// The commands that documents show in ```console blocks do what is shown: run as written, from the root of a checkout, with
/// the programs on the path. A block that names a file (```yaml MyTemplates/bridges.yaml) is that file's content from there on.
@Suite struct ReadmeTests {
    struct Command: CustomStringConvertible, Sendable {
        /// What is run; empty for a file.
        var line = ""
        /// The file that has `output` as its content.
        var file: String?
        /// Lines of standard output; `...` stands for any number of lines.
        var output: [String] = []
        var description: String { file ?? line }
    }

    static func commands(in document: String) throws -> [Command] {
        let text = try String(contentsOf: TestData.root.appendingPathComponent(document), encoding: .utf8)
        var commands: [Command] = []
        var isConsole = false
        var isFile = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("```") {
                let words = line.split(separator: " ").map(String.init)
                isConsole = line == "```console"
                isFile = words.count == 2
                if isFile { commands.append(Command(file: words[1])) }
            } else if isFile {
                commands[commands.count - 1].output.append(line)
            } else if isConsole, line.hasPrefix("$ ") {
                commands.append(Command(line: String(line.dropFirst(2))))
            } else if isConsole, !commands.isEmpty {
                commands[commands.count - 1].output.append(line)
            }
        }
        return commands
    }

    @Test(arguments: ["README.md", "Templates/README.md", "Benchmark/README.md"])
    func everyShownCommandGivesWhatIsShown(_ document: String) throws {
        let commands = try Self.commands(in: document)
        try #require(document != "README.md" || commands.count >= 5)
        try TestData.withTemporaryFolder { folder in
            for name in ["Dumps", "Benchmark", "Templates"] {
                try FileManager.default.createSymbolicLink(
                    at: folder.appendingPathComponent(name),
                    withDestinationURL: TestData.root.appendingPathComponent(name))
            }
            for command in commands {
                if let file = command.file {
                    let text = command.output.joined(separator: "\n") + "\n"
                    try Data(text.utf8).write(to: folder.appendingPathComponent(file))
                    continue
                }
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/bin/sh")
                process.arguments = ["-c", command.line]
                process.currentDirectoryURL = folder
                var environment = ProcessInfo.processInfo.environment
                environment["PATH"] = "\(ProgramRun.folder.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
                process.environment = environment
                let output = folder.appendingPathComponent(".output")
                try Data().write(to: output)
                process.standardOutput = try FileHandle(forWritingTo: output)
                process.standardError = FileHandle.nullDevice
                try process.run()
                process.waitUntilExit()
                #expect(process.terminationStatus == 0, "\(document): \(command)")
                let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
                #expect(Self.shows(command.output, text), "\(document): \(command) printed:\n\(text)")
            }
        }
    }

    /// Whether the printed text is what is shown, where `...` takes up any lines.
    static func shows(_ shown: [String], _ printed: String) -> Bool {
        guard !shown.isEmpty else { return true }
        var lines = printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
        if lines.last == "" { lines.removeLast() }
        var isOpen = false
        for line in shown {
            if line == "..." {
                isOpen = true
                continue
            }
            guard let index = isOpen ? lines.firstIndex(of: line) : (lines.first == line ? lines.startIndex : nil)
            else {
                return false
            }
            lines = lines[(index + 1)...]
            isOpen = false
        }
        return isOpen || lines.isEmpty
    }

    /// The README's table of the demo is the expected one, which CI compares with a real `make demo`.
    @Test func theDemoTableIsTheExpectedOne() throws {
        let readme = try String(contentsOf: TestData.root.appendingPathComponent("README.md"), encoding: .utf8)
        let expected = try String(
            contentsOf: TestData.root.appendingPathComponent("Benchmark/Demo/expected.txt"), encoding: .utf8)
        #expect(expected.contains("PSS curve"))
        #expect(readme.contains(expected))
    }

    @Test func shownTextIsComparedLineByLine() {
        #expect(Self.shows(["a", "...", "d"], "a\nb\nc\nd\n"))
        #expect(Self.shows(["a", "..."], "a\nb\n"))
        #expect(!Self.shows(["a"], "a\nb\n"))
        #expect(!Self.shows(["a", "...", "x"], "a\nb\n"))
        #expect(!Self.shows(["b"], "a\nb\n"))
    }
}
