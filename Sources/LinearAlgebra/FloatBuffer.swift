/// Owned float32 storage on a 64-byte boundary that grows to what is asked of it and is freed with its last reference.
///
/// It is scratch space: growing it loses its content and makes earlier views of it invalid, so take the views of one
/// piece of work once, at its beginning, and keep the buffer alive while they are in use.
///
/// `@unchecked Sendable`: whoever hands a buffer to several threads sees to it that they write disjoint parts.
public final class FloatBuffer: @unchecked Sendable {
    private var start: UnsafeMutablePointer<Float>
    private var capacity: Int

    /// Creates storage for `capacity` values of undefined content.
    public init(capacity: Int = 0) {
        self.capacity = max(16, capacity)
        start = Self.allocate(self.capacity)
    }

    deinit {
        start.deallocate()
    }

    /// The first `rows * columns` values as a matrix without gaps; grows when they are not there yet.
    public func matrix(rows: Int, columns: Int) -> MatrixView {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        precondition(!overflow && rows >= 0 && columns >= 0, "the size of a matrix must be representable")
        if count > capacity {
            start.deallocate()
            capacity = count
            start = Self.allocate(count)
        }
        return MatrixView(start: start, rows: rows, columns: columns, stride: columns)
    }

    /// Room for `count` bytes of another type; grows like `matrix`.
    func bytes(_ count: Int) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(matrix(rows: 1, columns: (count + 3) / 4).start)
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
    }
}
