import Foundation
import TestSupport

/// Runs the built programs as processes, as a user does.
struct ProgramRun {
    /// Exit status; 128 + number when a signal ended it.
    var status: Int32
    var output: String
    var errors: String

    /// The folder of the built programs: that of the test binary.
    static let folder: URL = {
        let binary =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: binary).deletingLastPathComponent()
    }()

    /// A program that runs beside the test.
    final class Running {
        let process = Process()
        fileprivate let outputFile: URL
        fileprivate let errorFile: URL

        fileprivate init(
            _ program: String, _ arguments: [String], input: Any?, environment: [String: String], under: [String]
        ) throws {
            let base = FileManager.default.temporaryDirectory.appendingPathComponent(
                "specwiki-run-\(UUID().uuidString)")
            outputFile = base.appendingPathExtension("out")
            errorFile = base.appendingPathExtension("err")
            for file in [outputFile, errorFile] { try Data().write(to: file) }
            let command = under + [ProgramRun.folder.appendingPathComponent(program).path] + arguments
            process.executableURL = URL(fileURLWithPath: command[0])
            process.arguments = Array(command.dropFirst())
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
            process.currentDirectoryURL = TestData.root
            process.standardInput = input ?? FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: outputFile)
            process.standardError = try FileHandle(forWritingTo: errorFile)
            try process.run()
        }

        func wait() throws -> ProgramRun {
            process.waitUntilExit()
            defer { for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) } }
            let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
            return ProgramRun(
                status: process.terminationStatus + signal,
                output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
                errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
        }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - environment: added to that of the test.
    ///   - under: the words of a command that runs the one that follows, such as `setpriv --reuid=1`.
    static func start(
        _ program: String, _ arguments: [String], input: Any? = nil, environment: [String: String] = [:],
        under: [String] = []
    ) throws -> Running {
        try Running(program, arguments, input: input, environment: environment, under: under)
    }

    static func build(_ arguments: String...) throws -> ProgramRun { try start("specwiki-build", arguments).wait() }

    static func eval(_ arguments: String...) throws -> ProgramRun { try start("specwiki-eval", arguments).wait() }

    /// The one line an error must be.
    var errorLine: String? {
        let lines = errors.split(separator: "\n").filter { $0.contains("error:") }
        return lines.count == 1 ? String(lines[0]) : nil
    }
}
