import Diagnostics
import Foundation
import Synchronization

extension DumpReader {
    /// Pages that travel together: enough to make the hand-over between threads cheap.
    private struct Batch<Context: Sendable>: Sendable {
        var context: Context?
        var siteInfo: SiteInfo
        /// Whether `siteInfo` is that of a new file.
        var beginsFile = false
        var pages: [Page] = []
        var textBytes = 0
        var position: Position
    }

    private static let pagesPerBatch = 64
    private static let textPerBatch = 1 << 18

    private struct BatchResult<T: Sendable>: Sendable {
        var siteInfo: SiteInfo?
        var values: [T] = []
        /// What ended the batch early; the values before it are still consumed.
        var error: (any Error)?
        var position: Position
    }

    /// Reads all pages, transforms them on `jobs` threads, and hands the results on in the order of the dump.
    ///
    /// One thread parses and the calling thread consumes, with bounded queues between them; these two and what is left of
    /// `jobs` threads decompress and transform whenever there is nothing else for them to do (see `WorkerPool`).
    /// What `consume` sees does not depend on `jobs`: also an error comes after all results before it. When anything
    /// throws, everything stops, and no thread is left when this returns. Memory: about `2 * jobs + 2` batches of
    /// 256 kB of text (or one page, if that is longer) and as many bzip2 blocks.
    ///
    /// - Parameters:
    ///   - jobs: threads in all; never less than two.
    ///   - progress: called on the calling thread, now and then.
    ///   - onSiteInfo: called on the calling thread, once per file, before the results of its pages.
    ///   - prepare: makes what `transform` needs of a file's site information; called once per file.
    ///   - transform: called on several threads at a time, with the page and what was prepared for its file.
    ///   - consume: called on the calling thread with each result.
    /// - Returns: the account of what was read and left out.
    /// - Throws: as `read`; errors of the closures.
    public func mapPages<Context: Sendable, T: Sendable>(
        jobs: Int, progress: (Position) -> Void = { _ in }, onSiteInfo: (SiteInfo) throws -> Void = { _ in },
        prepare: @escaping @Sendable (SiteInfo) -> Context,
        transform: @escaping @Sendable (Page, Context) throws -> T, consume: (T) throws -> Void
    ) throws -> DumpLedger {
        try WorkerPool.with(jobs: jobs, waiting: 2) { pool in
            let pipeline = OrderedPipeline<Batch<Context>, BatchResult<T>>(.transformation, pool: pool) { batch in
                Self.transformed(batch, by: transform)
            }
            let cancellation = Cancellation()
            let parsing = BackgroundTask {
                try parse(into: pipeline, pool: pool, cancellation: cancellation, prepare: prepare)
            }
            defer {
                cancellation.cancel()
                pipeline.shutDown()
                _ = parsing.wait()
            }
            while let result = try pipeline.next() {
                try Interruption.check()
                if let siteInfo = result.siteInfo { try onSiteInfo(siteInfo) }
                for value in result.values { try consume(value) }
                if let error = result.error { throw error }
                progress(result.position)
            }
            return try parsing.wait().get()
        }
    }

    private static func transformed<Context, T>(
        _ batch: Batch<Context>, by transform: (Page, Context) throws -> T
    ) -> BatchResult<T> {
        guard let context = batch.context else { return BatchResult(position: batch.position) }
        var result = BatchResult<T>(siteInfo: batch.beginsFile ? batch.siteInfo : nil, position: batch.position)
        result.values.reserveCapacity(batch.pages.count)
        do {
            for page in batch.pages { result.values.append(try transform(page, context)) }
        } catch {
            result.error = error
        }
        return result
    }

    /// The parsing thread: collects pages into batches.
    private func parse<Context, T>(
        into pipeline: OrderedPipeline<Batch<Context>, BatchResult<T>>, pool: WorkerPool, cancellation: Cancellation,
        prepare: (SiteInfo) -> Context
    ) throws -> DumpLedger {
        var batch = Batch<Context>(siteInfo: SiteInfo(), position: Position(storedBytes: 0, pages: 0))
        func submit() throws {
            guard batch.beginsFile || !batch.pages.isEmpty else { return }
            try pipeline.submit(batch)
            batch = Batch(context: batch.context, siteInfo: batch.siteInfo, position: batch.position)
        }
        do {
            let ledger = try readEvents(pool: pool, cancellation: cancellation) { event, position in
                batch.position = position
                switch event {
                case .siteInfo(let siteInfo):
                    try submit()
                    batch.siteInfo = siteInfo
                    batch.context = prepare(siteInfo)
                    batch.beginsFile = true
                case .page(let page):
                    batch.pages.append(page)
                    batch.textBytes += page.revision?.text?.count ?? 0
                    if batch.pages.count == Self.pagesPerBatch || batch.textBytes >= Self.textPerBatch { try submit() }
                case .progress: break
                }
            }
            try submit()
            pipeline.end()
            return ledger
        } catch {
            // The pages before the damage are sound: they are handed on before the error is.
            try? submit()
            pipeline.end(error)
            throw error
        }
    }
}

/// A function that runs on a thread of its own.
private final class BackgroundTask<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () throws -> Value) {
        let thread = Thread {
            let result = Result { try body() }
            self.result.withLock { $0 = result }
            self.done.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// The result, once it is there. May be called again.
    func wait() -> Result<Value, any Error> {
        done.wait()
        done.signal()
        return result.withLock { $0 } ?? .failure(Failure(.internalError, "a thread ended without a result"))
    }
}
