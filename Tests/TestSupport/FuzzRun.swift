import Foundation
import Synchronization

/// Runs numbered executions of a fuzz target: a few thousand in `make test`, a million each in `make fuzz`.
///
/// Every execution is a function of its number, so that a crash can be repeated alone: the number of the execution that runs is
/// kept in a file beside the temporary ones, which a crash leaves behind and which `SPECWIKI_FUZZ_START` takes.
public struct FuzzRun {
    /// Executions of each target (`SPECWIKI_FUZZ`).
    public static let executions = number("SPECWIKI_FUZZ") ?? 2000
    /// The first of them (`SPECWIKI_FUZZ_START`).
    public static let start = number("SPECWIKI_FUZZ_START") ?? 0
    /// An execution that takes longer, in seconds, hangs.
    static let timeLimit = 20.0
    /// Memory that the process may hold at its peak, in MiB: inputs have some kB.
    static let memoryLimit = 2048

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    /// Why a run is not sound as a whole.
    public struct Problem: Error, CustomStringConvertible {
        /// A clause.
        public var description: String

        /// A problem in words.
        public init(description: String) {
            self.description = description
        }
    }

    /// The name of the target.
    public let name: String

    /// A run of a target.
    public init(name: String) {
        self.name = name
    }

    /// Calls `body` with one number after the other, and a folder for files.
    ///
    /// - Throws: what `body` throws; `Problem` when the process has taken too much memory.
    public func run(_ body: (_ number: Int, _ folder: URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("specwiki-fuzz-\(name)-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let marker = open(folder.appendingPathComponent("execution").path, O_CREAT | O_WRONLY | O_TRUNC, 0o644)
        guard marker >= 0 else { throw Problem(description: "the number of the execution cannot be written") }
        defer { close(marker) }
        let watched = watch()
        defer { watched.isDone.store(true, ordering: .relaxed) }
        for number in Self.start..<Self.start + Self.executions {
            watched.number.store(number, ordering: .relaxed)
            var text = "\(name) \(number)          "
            _ = text.withUTF8 { pwrite(marker, $0.baseAddress, $0.count, 0) }
            try body(number, folder)
        }
        let peak = try Self.peakMemory()
        guard peak < Self.memoryLimit else { throw Problem(description: "memory grew to \(peak) MiB") }
        try FileManager.default.removeItem(at: folder)
    }

    /// The largest resident size of this process so far, in MiB.
    private static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw Problem(description: "the memory of the process cannot be read")
        }
        return kibibytes / 1024
    }

    /// Ends the process with the number of an execution that does not end.
    private func watch() -> Watched {
        let watched = Watched()
        let name = name
        let thread = Thread {
            var last = (number: -1, since: Date())
            while !watched.isDone.load(ordering: .relaxed) {
                let number = watched.number.load(ordering: .relaxed)
                if number != last.number { last = (number, Date()) }
                if -last.since.timeIntervalSinceNow > Self.timeLimit {
                    FileHandle.standardError.write(Data("fuzz \(name): execution \(number) hangs\n".utf8))
                    abort()
                }
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
        thread.start()
        return watched
    }

    private final class Watched: Sendable {
        let number = Atomic<Int>(-1)
        let isDone = Atomic<Bool>(false)
    }
}
