import Foundation
import Statistics
import Synchronization
import Testing

/// Runs readers on seeded mutations of sound inputs: a few thousand in `make test`, a million each in `make fuzz`.
///
/// Every execution is a function of its number, so that a crash can be repeated alone: the number of the execution that runs is
/// kept in a file beside the temporary ones, which a crash leaves behind and which `SPECWIKI_FUZZ_START` takes.
struct Fuzzer {
    /// Executions of each target (`SPECWIKI_FUZZ`).
    static let executions = number("SPECWIKI_FUZZ") ?? 2000
    /// The first of them (`SPECWIKI_FUZZ_START`).
    static let start = number("SPECWIKI_FUZZ_START") ?? 0
    /// An execution that takes longer hangs.
    static let timeLimit = 20.0
    /// Memory that the process may hold at its peak, in MiB: inputs have some kB.
    static let memoryLimit = 2048

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    let name: String
    let seeds: [[UInt8]]
    /// Pieces that mean something to the reader.
    let tokens: [[UInt8]]

    /// Calls `body` with one mutation after the other, and a folder for files.
    func run(_ body: (_ input: [UInt8], _ folder: URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("specwiki-fuzz-\(name)-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let marker = open(folder.appendingPathComponent("execution").path, O_CREAT | O_WRONLY | O_TRUNC, 0o644)
        try #require(marker >= 0)
        defer { close(marker) }
        let watched = watch()
        defer { watched.isDone.store(true, ordering: .relaxed) }
        for number in Self.start..<Self.start + Self.executions {
            watched.number.store(number, ordering: .relaxed)
            var text = "\(name) \(number)          "
            _ = text.withUTF8 { pwrite(marker, $0.baseAddress, $0.count, 0) }
            var generator = SeededGenerator(seed: 20_251, name, number)
            try body(mutation(&generator), folder)
        }
        let peak = try Self.peakMemory()
        #expect(peak < Self.memoryLimit, "memory grew to \(peak) MiB")
        try FileManager.default.removeItem(at: folder)
    }

    /// The largest resident size of this process so far, in MiB.
    private static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) / 1024
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
    // MARK: - Mutations

    /// A seed after one to eight changes.
    private func mutation(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seeds[generator.below(seeds.count)]
        for _ in 0...generator.below(8) {
            let position = generator.below(bytes.count + 1)
            let length = min(1 + generator.below(1 << (1 + generator.below(8))), bytes.count - position)
            switch generator.below(9) {
            case 0: if position < bytes.count { bytes[position] ^= 1 << UInt8(generator.below(8)) }
            case 1: if position < bytes.count { bytes[position] = UInt8(generator.below(256)) }
            case 2:
                bytes.insert(
                    contentsOf: (0..<1 + generator.below(8)).map { _ in UInt8(generator.below(256)) }, at: position)
            case 3: bytes.removeSubrange(position..<position + length)
            case 4:
                bytes.insert(
                    contentsOf: Array(bytes[position..<position + length]), at: generator.below(bytes.count + 1))
            case 5: bytes.insert(contentsOf: tokens[generator.below(tokens.count)], at: position)
            case 6:
                let token = tokens[generator.below(tokens.count)]
                let end = min(position + token.count, bytes.count)
                bytes.replaceSubrange(position..<end, with: token)
            case 7:
                let other = seeds[generator.below(seeds.count)]
                let start = generator.below(other.count + 1)
                bytes.replaceSubrange(position..., with: other[start...])
            default: if generator.below(4) == 0 { bytes.removeSubrange(position...) }
            }
            if bytes.count > 1 << 16 { bytes.removeSubrange((1 << 16)...) }
        }
        return bytes
    }
}
