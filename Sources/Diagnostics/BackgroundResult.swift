import Foundation
import Synchronization

/// A value that another thread computes meanwhile.
public final class BackgroundResult<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isThere = DispatchSemaphore(value: 0)

    /// Starts computing.
    public init(_ compute: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let computed = Result { try compute() }
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
}
