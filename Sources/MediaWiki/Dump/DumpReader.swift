import Diagnostics
import Foundation
import Synchronization

/// Reads the pages of one or more dump files in one pass and bounded memory.
///
/// Files may be plain XML, bzip2 (one stream or many), gzip or Zstandard, recognised by content; `-` is standard input.
/// Pages come in the order of the files and of their text. In a dump with full history the latest revision of a page
/// counts.
///
/// ```swift
/// let reader = DumpReader(paths: ["ltgwiki-pages-articles.xml.bz2"], damagePolicy: .skip)
/// let ledger = try reader.read { page in print(page.title) }
/// for warning in ledger.warnings { log(warning) }
/// ```
public struct DumpReader: Sendable {
    /// How far a reading is.
    public struct Position: Sendable, Equatable {
        /// Stored (compressed) bytes read, over all files.
        public var storedBytes: Int64
        /// Pages handed on.
        public var pages: Int
    }

    /// The files, in the order in which they are read.
    public let paths: [String]
    /// What is done about damage.
    public let damagePolicy: DamagePolicy

    /// Prepares a reading.
    ///
    /// - Parameters:
    ///   - paths: the files; `-` once at most.
    ///   - damagePolicy: `.stop` throws at the first damaged page or block, `.skip` counts it and goes on.
    public init(paths: [String], damagePolicy: DamagePolicy = .stop) {
        self.paths = paths
        self.damagePolicy = damagePolicy
    }

    /// The stored size of all files, for progress; nil when one of them is a pipe.
    ///
    /// - Throws: `Failure` 66 if one of them cannot be read, 64 if there is none or standard input is named twice.
    public func totalBytes() throws -> Int64? {
        guard !paths.isEmpty else {
            throw Failure(.usage, "no dump was given", remedy: "name a dump file, or - for a pipe")
        }
        guard paths.count(where: { $0 == InputFile.standardInputPath }) <= 1 else {
            throw Failure(.usage, "standard input can be read only once", remedy: "give - once")
        }
        return try InputFile.totalSize(of: paths)
    }

    /// Reads all pages on the calling thread, while `jobs` threads decompress, itself among them.
    ///
    /// - Parameters:
    ///   - jobs: threads in all; makes no difference to what is read.
    ///   - progress: called now and then.
    ///   - onSiteInfo: called once per file, before its pages; with the default when a file has no `<siteinfo>`.
    ///   - onPage: called for each page.
    /// - Returns: the account of what was read and left out.
    /// - Throws: `Failure` 65 for damage (see `DamagePolicy`), 66 for files that cannot be opened, 74, 130; errors of
    ///   the closures.
    public func read(
        jobs: Int = 1, progress: (Position) -> Void = { _ in }, onSiteInfo: (SiteInfo) throws -> Void = { _ in },
        onPage: (Page) throws -> Void
    ) throws -> DumpLedger {
        try WorkerPool.with(jobs: jobs, waiting: 1) { pool in
            try readEvents(pool: pool, cancellation: Cancellation()) { event, position in
                switch event {
                case .siteInfo(let siteInfo): try onSiteInfo(siteInfo)
                case .page(let page): try onPage(page)
                case .progress: progress(position)
                }
            }
        }
    }

    /// Reads all files, one after the other; each event comes with the position reached.
    func readEvents(
        pool: WorkerPool, cancellation: Cancellation, emit: (DumpFileReader.Event, Position) throws -> Void
    ) throws -> DumpLedger {
        _ = try totalBytes()
        var ledger = DumpLedger()
        var position = Position(storedBytes: 0, pages: 0)
        for path in paths {
            let bytesBefore = ledger.storedBytes
            try DumpFileReader.read(
                path: path, pool: pool, policy: damagePolicy, cancellation: cancellation, ledger: &ledger
            ) { event in
                switch event {
                case .page: position.pages += 1
                case .progress(let storedBytes): position.storedBytes = bytesBefore + storedBytes
                case .siteInfo: break
                }
                try emit(event, position)
            }
        }
        return ledger
    }
}
