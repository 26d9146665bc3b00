import Diagnostics
import Foundation

/// Work on a sequence by several threads, with results in the order of the inputs.
///
/// One thread submits, one thread takes results (it may be the same). At most `capacity` inputs are inside at any time:
/// `submit` waits for the taker. An error of `work` arrives in the place of its result, so what the taker sees does not
/// depend on the number of threads. The owner must call `shutDown` when it is done with the pipeline.
final class OrderedPipeline<Input: Sendable, Output: Sendable>: @unchecked Sendable {
    // @unchecked: all variables are read and written only between condition.lock() and condition.unlock().
    private let condition = NSCondition()
    private var waiting: [(number: Int, input: Input)] = []
    private var results: [Int: Result<Output, any Error>] = [:]
    private var submitted = 0
    private var taken = 0
    private var hasEnded = false
    private var endError: (any Error)?
    private var isCancelled = false
    private var runningThreads = 0

    /// The largest number of inputs inside.
    let capacity: Int
    private let work: @Sendable (Input) throws -> Output

    init(threads: Int, capacity: Int, work: @escaping @Sendable (Input) throws -> Output) {
        precondition(threads > 0 && capacity > 0)
        self.capacity = capacity
        self.work = work
        runningThreads = threads
        for _ in 0..<threads {
            let thread = Thread { self.runWorker() }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Adds an input; waits while the pipeline is full.
    ///
    /// - Throws: `Cancellation.Cancelled` after `shutDown`, or `Failure` when the program was interrupted.
    func submit(_ input: Input) throws {
        condition.lock()
        defer { condition.unlock() }
        try wait { submitted - taken < capacity }
        waiting.append((submitted, input))
        submitted += 1
        condition.broadcast()
    }

    /// No input follows; `next` throws `error` after the last result.
    func end(_ error: (any Error)? = nil) {
        condition.lock()
        hasEnded = true
        endError = error
        condition.broadcast()
        condition.unlock()
    }

    /// The next result; nil after the last one. Waits for it.
    func next() throws -> Output? {
        condition.lock()
        defer { condition.unlock() }
        try wait { results[taken] != nil || (hasEnded && taken == submitted) }
        guard let result = results.removeValue(forKey: taken) else {
            if let endError { throw endError }
            return nil
        }
        taken += 1
        condition.broadcast()
        return try result.get()
    }

    /// Drops what is inside and waits until no thread works any more.
    func shutDown() {
        condition.lock()
        isCancelled = true
        waiting.removeAll()
        condition.broadcast()
        while runningThreads > 0 { condition.wait() }
        results.removeAll()
        condition.unlock()
    }

    /// Waits until `isReady`. The lock is held before and after. Looks for an interruption five times a second.
    private func wait(until isReady: () -> Bool) throws {
        while !isReady() {
            if isCancelled { throw Cancellation.Cancelled() }
            try Interruption.check()
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
        }
        if isCancelled { throw Cancellation.Cancelled() }
    }

    private func runWorker() {
        condition.lock()
        while true {
            while waiting.isEmpty && !isCancelled && !hasEnded { condition.wait() }
            guard !isCancelled, !waiting.isEmpty else { break }
            let (number, input) = waiting.removeFirst()
            condition.unlock()
            let result = Result { try work(input) }
            condition.lock()
            results[number] = result
            condition.broadcast()
        }
        runningThreads -= 1
        condition.broadcast()
        condition.unlock()
    }
}
