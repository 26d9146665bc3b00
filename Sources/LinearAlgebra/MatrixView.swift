/// A rectangle of a row-major float32 matrix: what kernels read and write. It does not own its memory.
///
/// `@unchecked Sendable`: threads that share a view write disjoint parts of it.
public struct MatrixView: @unchecked Sendable {
    /// The first value of the first row.
    public let start: UnsafeMutablePointer<Float>
    /// Number of rows.
    public let rows: Int
    /// Number of values in a row.
    public let columns: Int
    /// Distance between the beginnings of two rows, in values.
    public let stride: Int

    /// A view of memory that the caller keeps alive.
    public init(start: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
        precondition(rows >= 0 && columns >= 0 && stride >= columns, "a matrix view must not overlap itself")
        self.start = start
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    /// One row.
    public subscript(row: Int) -> UnsafeMutableBufferPointer<Float> {
        precondition(row >= 0 && row < rows, "row out of range")
        return UnsafeMutableBufferPointer(start: start + row * stride, count: columns)
    }

    /// Some of the rows.
    public func rows(_ range: Range<Int>) -> MatrixView {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows out of range")
        return MatrixView(start: start + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }

    /// Some of the columns.
    public func columns(_ range: Range<Int>) -> MatrixView {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns out of range")
        return MatrixView(start: start + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// The only row, cut into `count` rows of equal length.
    public func cut(into count: Int) -> MatrixView {
        precondition(rows == 1 && columns % count == 0, "only one row can be cut, and only evenly")
        return MatrixView(start: start, rows: count, columns: columns / count, stride: columns / count)
    }

    /// All values, row after row, of a view without gaps between its rows.
    public var values: UnsafeMutableBufferPointer<Float> {
        precondition(stride == columns || rows <= 1, "a view with gaps has no contiguous values")
        return UnsafeMutableBufferPointer(start: start, count: rows * columns)
    }
}
