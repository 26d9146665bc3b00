import Foundation
import QuestionSet
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
}
