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

        fileprivate init(_ program: String, _ arguments: [String], input: Any?) throws {
            let base = FileManager.default.temporaryDirectory.appendingPathComponent(
                "specwiki-run-\(UUID().uuidString)")
            outputFile = base.appendingPathExtension("out")
            errorFile = base.appendingPathExtension("err")
            for file in [outputFile, errorFile] { try Data().write(to: file) }
            process.executableURL = ProgramRun.folder.appendingPathComponent(program)
            process.arguments = arguments
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

    static func start(_ program: String, _ arguments: [String], input: Any? = nil) throws -> Running {
        try Running(program, arguments, input: input)
    }

    static func build(_ arguments: String...) throws -> ProgramRun { try start("specwiki-build", arguments).wait() }

    static func eval(_ arguments: String...) throws -> ProgramRun { try start("specwiki-eval", arguments).wait() }

    /// The one line an error must be.
    var errorLine: String? {
        let lines = errors.split(separator: "\n").filter { $0.contains("error:") }
        return lines.count == 1 ? String(lines[0]) : nil
    }
}
