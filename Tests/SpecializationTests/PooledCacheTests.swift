import Foundation
import QuestionSet
import Scores
import Testing

@testable import Specialization

@Suite struct PooledCacheTests {
    @Test(arguments: [1, 2, 3, 100])
    func `Vectors come back as they were, from memory or from the file`(_ capacity: Int) {
        let cache = PooledCache(capacity: capacity)
        func vectors(_ number: Int) -> LayerVectors {
            [[Double(number), -0.0, 1e-300], [], [.pi * Double(number), 7]]
        }
        for number in 0..<20 {
            cache.insert(vectors(number), for: QuestionID(rawValue: Int64(number)))
            // Again, as when a batch runs a second time.
            if number % 3 == 0 { cache.insert(vectors(number), for: QuestionID(rawValue: Int64(number))) }
        }
        for number in (0..<20).reversed() {
            let found = cache[QuestionID(rawValue: Int64(number))]
            #expect(found?.map { $0.map(\.bitPattern) } == vectors(number).map { $0.map(\.bitPattern) })
        }
        #expect(cache[QuestionID(rawValue: 99)] == nil)
    }

    @Test func `What has no room is said once, and what is held stays`() {
        var reports: [String] = []
        let cache = PooledCache(capacity: 2, folder: "/nowhere/at/all") { reports.append($0) }
        for number in 0..<9 { cache.insert([[Double(number)]], for: QuestionID(rawValue: Int64(number))) }
        #expect(reports.count == 1)
        #expect(
            reports.first?.contains("/nowhere/at/all has no room for what was measured of more than 1 questions")
                == true)
        #expect(reports.first?.contains("No such file or directory") == true)
        #expect((0..<9).map { cache[QuestionID(rawValue: $0)] != nil } == (0..<9).map { $0 > 6 })
    }

    @Test func `Without room a run is slower and says the same`() throws {
        func run(_ folder: String) throws -> (RunRecord, [String]) {
            var reports: [String] = []
            let record = try OracleRunTests.run(
                model: "llama", ratios: [0.3], cacheBytes: 1, formats: [.multipleChoice], cacheFolder: folder,
                warn: { reports.append($0) })
            return (record, reports)
        }
        let (usual, silence) = try run(NSTemporaryDirectory())
        let (slow, reports) = try run("/nowhere/at/all")
        #expect(silence.isEmpty && reports.count == 1)
        #expect(slow.answers == usual.answers && slow.results == usual.results)
    }
}
