import Foundation
import Synchronization

/// A value that another thread computes meanwhile.
///
/// Whoever starts one ends with `cancel`, on every way out: a thread that is still at work while the process ends would use what
/// is being torn down.
public final class BackgroundResult<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isCancelled = Atomic<Bool>(false)
    private let isThere = DispatchSemaphore(value: 0)

    /// Starts computing.
    ///
    /// - Parameter compute: asks now and then whether its value is still wanted; what it throws when not, nobody sees.
    public init(_ compute: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Value) {
        Thread.detachNewThread { [self] in
            let computed = Result { try compute { isCancelled.load(ordering: .relaxed) } }
            result.withLock { $0 = computed }
            isThere.signal()
        }
    }

    /// The value, waited for if it is not there yet.
    ///
    /// - Throws: what computing it threw.
    public func get() throws -> Value {
        isThere.wait()
        defer { isThere.signal() }
        guard let computed = result.withLock({ $0 }) else { preconditionFailure("a result is told once it is there") }
        return try computed.get()
    }

    /// Says that the value is no longer wanted, and waits for the thread to notice.
    public func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        isThere.wait()
        isThere.signal()
    }
}
