import CVectorKernels
import Foundation
import Synchronization

/// Threads that wait for pieces of work, awake for some ten microseconds and then asleep: decoding a token consists of a
/// hundred pieces that take less than a millisecond each, and waking a thread for each would cost a tenth of the time.
final class HelperThreads: Sendable {
    private let shared = Shared()

    /// Starts `count` threads. They end with the last reference to this object.
    init(count: Int) {
        shared.count = count
        for number in 1...count {
            let thread = Thread { [shared] in shared.work(as: number) }
            thread.name = "specwiki-\(number)"
            // Room for what a product of oneDNN keeps on the stack.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        shared.post(nil)
    }

    /// Calls `body` with 0 on the calling thread and with 1, 2 ... on the others, and returns when all are done.
    func run(_ body: (_ number: Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            // Shared on purpose: `run` returns after the last one.
            nonisolated(unsafe) let shareable = body
            shared.post { shareable($0) }
            body(0)
            shared.waitForAll()
        }
    }

    /// What the threads hold on to; so the object itself can go.
    ///
    /// `@unchecked Sendable`: `count` is set before the first thread starts; `job` is written only while no thread is at work,
    /// and read after `round` has told of it.
    private final class Shared: @unchecked Sendable {
        var count = 0
        private var job: (@Sendable (Int) -> Void)?
        /// Grows with every piece of work.
        private let round = Atomic<Int>(0)
        private let busy = Atomic<Int>(0)
        private let condition = NSCondition()

        /// Hands out a piece of work; nil ends the threads.
        func post(_ job: (@Sendable (Int) -> Void)?) {
            self.job = job
            busy.store(count, ordering: .relaxed)
            condition.lock()
            round.wrappingAdd(1, ordering: .releasing)
            condition.broadcast()
            condition.unlock()
        }

        func waitForAll() {
            var turns = 0
            while busy.load(ordering: .acquiring) > 0 {
                turns += 1
                if turns % 1024 == 0 { sched_yield() } else { vk_pause() }
            }
            job = nil
        }

        func work(as number: Int) {
            var seen = 0
            while true {
                seen = waitForRound(after: seen)
                guard perform(number) else { return }
                busy.wrappingSubtract(1, ordering: .releasing)
            }
        }

        /// Does this thread's part; false when there is nothing more to come. A function of its own, so that no reference to
        /// the job is left when the thread says that it is done.
        @inline(never)
        private func perform(_ number: Int) -> Bool {
            guard let job else { return false }
            job(number)
            return true
        }

        private func waitForRound(after seen: Int) -> Int {
            for _ in 0..<Self.turnsAwake {
                let current = round.load(ordering: .acquiring)
                if current != seen { return current }
                vk_pause()
            }
            condition.lock()
            defer { condition.unlock() }
            while round.load(ordering: .acquiring) == seen { condition.wait() }
            return round.load(ordering: .acquiring)
        }

        /// Some fifty microseconds.
        private static let turnsAwake = 1500
    }
}
