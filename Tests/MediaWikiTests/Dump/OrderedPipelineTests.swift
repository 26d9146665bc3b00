import Foundation
import Synchronization
import Testing

@testable import MediaWiki

@Suite("Work in order")
struct OrderedPipelineTests {
    private struct Stop: Error, Equatable { var input: Int }

    /// Some work: more for some inputs than for others.
    private static func square(_ input: Int) -> Int {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<(input % 7) * 100 { _ = generator.next() }
        return input * input
    }

    @Test("results come in the order of the inputs, with any number of threads", arguments: [0, 1, 2, 5])
    func order(jobs: Int) throws {
        let squares = try WorkerPool.with(jobs: jobs, waiting: 1) { (pool: WorkerPool) throws in
            let pipeline = OrderedPipeline(.decompression, pool: pool, work: Self.square)
            defer { pipeline.shutDown() }
            var results: [Int] = []
            for input in 0..<300 {
                if input >= pipeline.capacity { results.append(try #require(try pipeline.next())) }
                try pipeline.submit(input)
            }
            pipeline.end()
            while let result = try pipeline.next() { results.append(result) }
            return results
        }
        #expect(squares == (0..<300).map { $0 * $0 })
    }

    @Test("a thread that waits does the work of both stages, and no other thread is needed")
    func waitingThread() throws {
        let here = ObjectIdentifier(Thread.current)
        try WorkerPool.with(jobs: 1, waiting: 1) { pool in
            let isHere = Mutex([Bool]())
            let order = Mutex([String]())
            func pipeline(_ stage: WorkerPool.Stage) -> OrderedPipeline<String, String> {
                OrderedPipeline(stage, pool: pool) { name in
                    isHere.withLock { $0.append(ObjectIdentifier(Thread.current) == here) }
                    order.withLock { $0.append(name) }
                    return name
                }
            }
            let (first, last) = (pipeline(.decompression), pipeline(.transformation))
            for name in ["block 1", "block 2"] { try first.submit(name) }
            for name in ["batch 1", "batch 2"] { try last.submit(name) }
            #expect(try first.next() == "block 1")
            #expect(order.withLock { $0 } == ["batch 1", "batch 2", "block 1"])
            // What is left undone is dropped.
            first.shutDown()
            last.shutDown()
            #expect(order.withLock { $0.count } == 3)
            #expect(isHere.withLock { $0 } == [true, true, true])
        }
    }

    @Test("an error comes in the place of its result", arguments: [1, 3])
    func error(jobs: Int) throws {
        try WorkerPool.with(jobs: jobs, waiting: 1) { (pool: WorkerPool) throws in
            let pipeline = OrderedPipeline<Int, Int>(.transformation, pool: pool) { input in
                if input == 2 { throw Stop(input: input) }
                return input
            }
            defer { pipeline.shutDown() }
            for input in 0..<4 { try pipeline.submit(input) }
            pipeline.end(Stop(input: -1))
            #expect(try pipeline.next() == 0)
            #expect(try pipeline.next() == 1)
            #expect(throws: Stop(input: 2)) { try pipeline.next() }
            #expect(try pipeline.next() == 3)
            #expect(throws: Stop(input: -1)) { try pipeline.next() }
        }
    }

    @Test("no more inputs are inside than fit, and nothing runs after shutting down", arguments: [2, 4])
    func capacity(jobs: Int) throws {
        let began = Atomic<Int>(0)
        try WorkerPool.with(jobs: jobs, waiting: 2) { (pool: WorkerPool) throws in
            let pipeline = OrderedPipeline<Int, Int>(.transformation, pool: pool) { input in
                began.add(1, ordering: .relaxed)
                return input
            }
            let isCancelled = Mutex(false)
            let submitting = Thread {
                do {
                    for input in 0... { try pipeline.submit(input) }
                } catch { isCancelled.withLock { $0 = error is Cancellation.Cancelled } }
            }
            submitting.start()
            for expected in 0..<50 {
                #expect(try pipeline.next() == expected)
                #expect(began.load(ordering: .relaxed) <= expected + 1 + pipeline.capacity)
            }
            pipeline.shutDown()
            let count = began.load(ordering: .relaxed)
            while !submitting.isFinished { Thread.sleep(forTimeInterval: 0.001) }
            #expect(isCancelled.withLock { $0 })
            #expect(began.load(ordering: .relaxed) == count)
            #expect(throws: Cancellation.Cancelled.self) { try pipeline.next() }
        }
    }
}
