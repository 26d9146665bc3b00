import Foundation
import Synchronization

/// Applies a function to elements on several threads; the results are in the order of the elements.
///
/// - Throws: the error of the first element that has one, after all threads have ended.
func parallelMap<Element: Sendable, Result: Sendable, Failure: Error>(
    _ elements: [Element], jobs: Int, _ transform: @Sendable (Element) throws(Failure) -> Result
) throws(Failure) -> [Result] {
    guard jobs > 1, elements.count > 1 else { return try elements.map(transform) }
    let next = Atomic<Int>(0)
    let results = Mutex([Swift.Result<Result, Failure>?](repeating: nil, count: elements.count))
    DispatchQueue.concurrentPerform(iterations: min(jobs, elements.count)) { _ in
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < elements.count else { return }
            let result = Swift.Result { () throws(Failure) in try transform(elements[index]) }
            results.withLock { $0[index] = result }
        }
    }
    var values: [Result] = []
    for result in results.withLock({ $0 }) {
        if let result { values.append(try result.get()) }
    }
    return values
}
