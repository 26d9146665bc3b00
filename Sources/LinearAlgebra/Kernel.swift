import Synchronization

/// Elementwise and row-wise operations on float32, written so that LLVM vectorises them for any x86-64 or arm64.
///
/// Each has a plain sibling of the same name in `ReferenceKernel`, which the tests compare it with. Sums run over sixteen
/// partial sums in a fixed order: the result depends on the values and their number alone, not on address or processor.
public enum Kernel {}

extension Kernel {
    /// The values from `pointer` on, at any multiple of four bytes.
    @inline(__always)
    static func load(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
    }

    /// The sum of `count` values.
    static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var a = SIMD8<Float>.zero
        var b = SIMD8<Float>.zero
        var i = 0
        while i + 16 <= count {
            a += load(x + i)
            b += load(x + i + 8)
            i += 16
        }
        var total = (a + b).sum()
        while i < count {
            total += x[i]
            i += 1
        }
        return total
    }

    /// The sum of the squared distances of `count` values from `center`.
    static func sumOfSquares(_ x: UnsafePointer<Float>, _ count: Int, from center: Float) -> Float {
        let c = SIMD8<Float>(repeating: center)
        var a = SIMD8<Float>.zero
        var b = SIMD8<Float>.zero
        var i = 0
        while i + 16 <= count {
            let u = load(x + i) - c
            let v = load(x + i + 8) - c
            a += u * u
            b += v * v
            i += 16
        }
        var total = (a + b).sum()
        while i < count {
            total += (x[i] - center) * (x[i] - center)
            i += 1
        }
        return total
    }

    /// The largest of `count` (at least one) values.
    static func maximum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var largest = x[0]
        var i = 0
        if count >= 32 {
            var a = load(x)
            var b = a
            while i + 16 <= count {
                let (u, v) = (load(x + i), load(x + i + 8))
                a.replace(with: u, where: u .> a)
                b.replace(with: v, where: v .> b)
                i += 16
            }
            largest = max(a.max(), b.max())
        }
        while i < count {
            largest = x[i] > largest ? x[i] : largest
            i += 1
        }
        return largest
    }

    /// Adds a row vector to every row.
    public static func add(_ row: UnsafeBufferPointer<Float>, toEachRowOf x: MatrixView) {
        precondition(row.count == x.columns, "a row vector must be as long as the rows")
        guard let addend = row.baseAddress else { return }
        for r in 0..<x.rows { add(addend, to: x.start + r * x.stride, x.columns) }
    }

    /// Adds a matrix to another of the same shape.
    public static func add(_ y: MatrixView, to x: MatrixView) {
        precondition(y.rows == x.rows && y.columns == x.columns, "only equal shapes can be added")
        for r in 0..<x.rows { add(y.start + r * y.stride, to: x.start + r * x.stride, x.columns) }
    }

    @inline(__always)
    private static func add(_ y: UnsafePointer<Float>, to x: UnsafeMutablePointer<Float>, _ count: Int) {
        for i in 0..<count { x[i] += y[i] }
    }

    /// `y = product (+ y) (+ bias)`: the last step of a tile of a product.
    static func place(
        _ product: MatrixView, plus bias: UnsafeBufferPointer<Float>?, adding: Bool, into y: MatrixView
    ) {
        for r in 0..<y.rows {
            let source = product.start + r * product.stride
            let target = y.start + r * y.stride
            if adding {
                add(source, to: target, y.columns)
            } else {
                target.update(from: source, count: y.columns)
            }
            if let bias = bias?.baseAddress { add(bias, to: target, y.columns) }
        }
    }

    /// Rounds values to those that bfloat16 has, to nearest, ties to even.
    static func roundToBFloat16(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
        for i in 0..<count where !x[i].isNaN {
            let bits = x[i].bitPattern
            x[i] = Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
        }
    }

    /// Multiplies every value.
    public static func scale(_ x: MatrixView, by factor: Float) {
        for r in 0..<x.rows {
            let row = x.start + r * x.stride
            for i in 0..<x.columns { row[i] *= factor }
        }
    }

    /// Limits every value to -limit ... limit.
    public static func clamp(_ x: MatrixView, to limit: Float) {
        for r in 0..<x.rows {
            let row = x.start + r * x.stride
            for i in 0..<x.columns { row[i] = max(-limit, min(limit, row[i])) }
        }
    }

    /// Copies a matrix into another of the same shape.
    public static func copy(_ source: MatrixView, into target: MatrixView) {
        precondition(source.rows == target.rows && source.columns == target.columns, "only equal shapes can be copied")
        for r in 0..<source.rows {
            (target.start + r * target.stride).update(from: source.start + r * source.stride, count: source.columns)
        }
    }

    /// Whether no value is infinite or not a number.
    public static func isFinite(_ x: MatrixView, team: WorkerTeam) -> Bool {
        let isAll = Atomic(true)
        team.run(x.rows, nanoseconds: x.rows * x.columns / 8) { row, _ in
            var largest: UInt32 = 0
            for value in x[row] { largest = max(largest, value.bitPattern & 0x7FFF_FFFF) }
            if largest >= 0x7F80_0000 { isAll.store(false, ordering: .relaxed) }
        }
        return isAll.load(ordering: .relaxed)
    }

    /// The index of the largest value of each row, the lowest one on a tie.
    public static func indicesOfMaxima(_ x: MatrixView, team: WorkerTeam) -> [Int] {
        [Int](unsafeUninitializedCapacity: x.rows) { buffer, count in
            count = x.rows
            // Shared on purpose: each row writes its own.
            nonisolated(unsafe) let indices = buffer
            team.run(x.rows, nanoseconds: x.rows * x.columns / 8) { row, _ in indices[row] = indexOfMaximum(x[row]) }
        }
    }

    /// The index of the largest value, the lowest one on a tie.
    static func indexOfMaximum(_ x: UnsafeMutableBufferPointer<Float>) -> Int {
        guard let start = x.baseAddress, !x.isEmpty else { preconditionFailure("nothing has no largest value") }
        let largest = maximum(start, x.count)
        // By stretches first: one value after the other is a comparison that waits for the one before it.
        let stretch = 256
        var i = 0
        while i + stretch < x.count, maximum(start + i, stretch) != largest { i += stretch }
        while i < x.count - 1, start[i] != largest { i += 1 }
        return i
    }
}
