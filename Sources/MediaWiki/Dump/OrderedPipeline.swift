import Diagnostics

/// Work on a sequence by the threads of a pool, with results in the order of the inputs.
///
/// One thread submits, one thread takes results (it may be the same). At most `capacity` inputs are inside at any time:
/// `submit` waits for the taker. An error of `work` arrives in the place of its result, so what the taker sees does not
/// depend on the number of threads. The owner must call `shutDown` when it is done with the pipeline.
final class OrderedPipeline<Input: Sendable, Output: Sendable>: @unchecked Sendable {
    // @unchecked: all variables are read and written only between pool.lock() and pool.unlock().
    private let pool: WorkerPool
    private var results: [Int: Result<Output, any Error>] = [:]
    private var submitted = 0
    private var taken = 0
    private var hasEnded = false
    private var endError: (any Error)?
    private var isCancelled = false
    /// Inputs without a result.
    private var unfinished = 0

    /// The largest number of inputs inside.
    let capacity: Int
    private let stage: WorkerPool.Stage
    private let work: @Sendable (Input) throws -> Output

    init(
        _ stage: WorkerPool.Stage, pool: WorkerPool, work: @escaping @Sendable (Input) throws -> Output
    ) {
        self.stage = stage
        self.pool = pool
        self.work = work
        capacity = 2 * pool.jobs + 2
    }

    /// Adds an input; waits while the pipeline is full.
    ///
    /// - Throws: `Cancellation.Cancelled` after `shutDown`, or `Failure` when the program was interrupted.
    func submit(_ input: Input) throws {
        pool.lock()
        defer { pool.unlock() }
        try wait { submitted - taken < capacity }
        let number = submitted
        submitted += 1
        unfinished += 1
        pool.add(stage, of: self) { self.run(input, number) }
    }

    /// No input follows; `next` throws `error` after the last result.
    func end(_ error: (any Error)? = nil) {
        pool.lock()
        hasEnded = true
        endError = error
        pool.notify()
        pool.unlock()
    }

    /// The next result; nil after the last one. Waits for it.
    func next() throws -> Output? {
        pool.lock()
        defer { pool.unlock() }
        try wait { results[taken] != nil || (hasEnded && taken == submitted) }
        guard let result = results.removeValue(forKey: taken) else {
            if let endError { throw endError }
            return nil
        }
        taken += 1
        pool.notify()
        return try result.get()
    }

    /// Drops what is inside and waits until no thread works on it any more.
    func shutDown() {
        pool.lock()
        isCancelled = true
        unfinished -= pool.removeTasks(of: self)
        pool.notify()
        pool.wait { unfinished == 0 }
        results.removeAll()
        pool.unlock()
    }

    /// Waits until `isReady`, working meanwhile. The lock is held before and after.
    private func wait(until isReady: () -> Bool) throws {
        try pool.work { isCancelled || isReady() }
        if isCancelled { throw Cancellation.Cancelled() }
    }

    private func run(_ input: Input, _ number: Int) {
        let result = Result { try work(input) }
        pool.lock()
        results[number] = result
        unfinished -= 1
        pool.notify()
        pool.unlock()
    }
}
