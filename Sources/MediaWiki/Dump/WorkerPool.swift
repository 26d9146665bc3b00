import Diagnostics
import Foundation

/// Threads that share the work of one reading: a few of its own, and every thread that waits for a result.
///
/// A thread that waits does what there is to do meanwhile, so no more threads are needed than processors. With threads for each stage
/// the system shares the processors out, and it left one idle for a tenth of the time while threads could have run. Of the work at
/// hand that of the latest stage goes first: it makes room for what comes before it.
final class WorkerPool: @unchecked Sendable {
    // @unchecked: all variables are read and written only between lock() and unlock().

    /// What pieces of work belong to, from the first stage to the last.
    enum Stage: Int {
        case decompression
        case transformation
    }

    private struct Task {
        var stage: Stage
        var owner: ObjectIdentifier
        var run: () -> Void
    }

    private let condition = NSCondition()
    /// What nobody has begun, in the order in which it will be.
    private var tasks: [Task] = []
    private var runningThreads = 0
    private var isStarted = false
    private var isShutDown = false
    /// The number of threads, with those that wait.
    let jobs: Int
    private let ownThreads: Int

    /// Calls `body` with a pool, whose threads have ended when this returns.
    ///
    /// - Parameters:
    ///   - jobs: threads in all.
    ///   - waiting: how many of them are not the pool's, but take results from it; there may be more of these than `jobs`.
    static func with<Result>(
        jobs: Int, waiting: Int, _ body: (WorkerPool) throws -> Result
    ) rethrows -> Result {
        let pool = WorkerPool(jobs: max(1, jobs), waiting: waiting)
        defer { pool.shutDown() }
        return try body(pool)
    }

    private init(jobs: Int, waiting: Int) {
        self.jobs = jobs
        ownThreads = max(0, jobs - waiting)
    }

    func lock() { condition.lock() }

    func unlock() { condition.unlock() }

    /// Lets all that wait look again. The lock is held.
    func notify() { condition.broadcast() }

    /// Adds a piece of work. The lock is held.
    func add(_ stage: Stage, of owner: AnyObject, _ run: @escaping () -> Void) {
        let before = tasks.lastIndex { $0.stage.rawValue >= stage.rawValue }
        tasks.insert(
            Task(stage: stage, owner: ObjectIdentifier(owner), run: run), at: before.map { $0 + 1 } ?? 0)
        if !isStarted {
            isStarted = true
            startThreads()
        }
        notify()
    }

    /// Drops the pieces of work of an owner that nobody has begun, and says how many they were. The lock is held.
    func removeTasks(of owner: AnyObject) -> Int {
        let count = tasks.count
        tasks.removeAll { $0.owner == ObjectIdentifier(owner) }
        return count - tasks.count
    }

    /// Works until `isReady`. The lock is held before and after, and while `isReady` is asked. Looks for an interruption between
    /// two pieces of work, and five times a second when there are none.
    func work(until isReady: () -> Bool) throws {
        while !isReady() {
            try Interruption.check()
            if !workOnce() { _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2)) }
        }
    }

    /// Waits until `isReady`, and does nothing else, whatever happens. The lock is held before and after.
    func wait(until isReady: () -> Bool) {
        while !isReady() { condition.wait() }
    }

    /// Does one piece of work; false if there is none. The lock is held before and after.
    private func workOnce() -> Bool {
        guard !tasks.isEmpty else { return false }
        let task = tasks.removeFirst()
        condition.unlock()
        task.run()
        condition.lock()
        return true
    }

    private func startThreads() {
        runningThreads = ownThreads
        for _ in 0..<ownThreads {
            let thread = Thread { self.runThread() }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    private func runThread() {
        condition.lock()
        while !isShutDown {
            if !workOnce() { condition.wait() }
        }
        runningThreads -= 1
        condition.broadcast()
        condition.unlock()
    }

    private func shutDown() {
        condition.lock()
        isShutDown = true
        condition.broadcast()
        while runningThreads > 0 { condition.wait() }
        condition.unlock()
    }
}
