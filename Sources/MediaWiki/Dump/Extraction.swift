import Diagnostics
public import Foundation

/// `specwiki-build extract`: one line per page, in the order of the dump.
public struct Extraction: Sendable {
    /// The dump files and what to do about damage.
    public var reader: DumpReader
    /// The file to write; nil or `-` is standard output.
    public var output: String?
    /// The number of threads per parallel stage; nil: one per core. The output does not depend on it.
    public var jobs: Int?

    /// Describes an extraction; nothing is opened yet.
    public init(reader: DumpReader, output: String?, jobs: Int? = nil) {
        self.reader = reader
        self.output = output
        self.jobs = jobs
    }

    /// Writes `line` of each page, and a line feed.
    ///
    /// A file appears whole or not at all. What was written to standard output before an error stays written.
    /// - Parameters:
    ///   - progressStyle: how progress is shown.
    ///   - prepare: makes what `line` needs of a file's site information.
    ///   - line: the record of a page, without a line feed.
    /// - Returns: the account of what was read; its `warnings` are for the user.
    public func run<Context: Sendable>(
        progressStyle: Diagnostics.Progress.Style, prepare: @escaping @Sendable (SiteInfo) -> Context,
        line: @escaping @Sendable (Page, Context) throws -> Data
    ) throws -> DumpLedger {
        let total = try reader.totalBytes()
        guard let output, output != "-" else {
            return try write(
                to: LineWriter(standardOutput: ()), total: total, progressStyle: progressStyle, prepare: prepare,
                line: line)
        }
        return try OutputFile.create(at: output) { temporaryPath in
            try write(
                to: LineWriter(path: temporaryPath, name: output), total: total, progressStyle: progressStyle,
                prepare: prepare, line: line)
        }
    }

    private func write<Context: Sendable>(
        to writer: LineWriter, total: Int64?, progressStyle: Diagnostics.Progress.Style,
        prepare: @escaping @Sendable (SiteInfo) -> Context, line: @escaping @Sendable (Page, Context) throws -> Data
    ) throws -> DumpLedger {
        let progress = Diagnostics.Progress(
            "extracting", total: total.map { Double($0) / 1e6 }, unit: "MB", style: progressStyle)
        defer { progress.finish() }
        let ledger = try reader.mapPages(
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
            progress: { progress.update(Double($0.storedBytes) / 1e6, counted: ($0.pages, "pages")) },
            prepare: prepare, transform: line,
            consume: { try writer.write(line: $0) })
        try writer.close()
        return ledger
    }
}
