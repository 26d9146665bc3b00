import COpenBLAS

/// The one place where OpenBLAS is called.
///
/// OpenBLAS always runs on the calling thread alone: its own threads would cut a product differently for every number
/// of threads, and rounding with it. `WeightMatrix` distributes tiles of fixed size instead.
enum OpenBLAS {
    /// Sets OpenBLAS to one thread. Costs nothing after the first call.
    static func configure() {
        _ = isConfigured
    }

    private static let isConfigured: Bool = {
        openblas_set_num_threads(1)
        return true
    }()

    /// The number of rows from which on a product takes the ordinary kernels.
    ///
    /// The rule of OpenBLAS 0.3.21 (kernel/x86_64/sgemm_small_kernel_permit_skylakex.c): small is what has at most a million
    /// multiplications and, if the right factor is transposed, at most 1200 results.
    static func rowsOfOrdinaryProduct(columns: Int, inputs: Int, transposed: Bool) -> Int {
        let byWork = 1_000_000 / (columns * inputs) + 1
        return transposed ? min(byWork, 1200 / columns + 1) : byWork
    }

    /// `c = scale * a · op(b) (+ c)`, row-major; `op(b)` is `b` transposed when `b` is [columns of c, columns of a].
    ///
    /// One row goes to sgemv, which reads the matrix in place; sgemm copies it first and is five times slower then.
    static func multiply(
        _ a: MatrixView, _ b: UnsafePointer<Float>, stride: Int, transposed: Bool, scale: Float, adding: Bool,
        into c: MatrixView
    ) {
        guard c.rows == 1, c.columns > 0 else {
            multiplyMatrices(a, b, stride: stride, transposed: transposed, scale: scale, adding: adding, into: c)
            return
        }
        let n = Int32(c.columns)
        let k = Int32(a.columns)
        cblas_sgemv(
            CblasRowMajor, transposed ? CblasNoTrans : CblasTrans, transposed ? n : k, transposed ? k : n, scale, b,
            Int32(stride), a.start, 1, adding ? 1 : 0, c.start, 1)
    }

    /// The same, by sgemm for every number of rows.
    static func multiplyMatrices(
        _ a: MatrixView, _ b: UnsafePointer<Float>, stride: Int, transposed: Bool, scale: Float, adding: Bool,
        into c: MatrixView
    ) {
        precondition(a.rows == c.rows, "the rows of a product are those of its left factor")
        guard c.rows > 0, c.columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, Int32(c.rows), Int32(c.columns),
            Int32(a.columns), scale, a.start, Int32(a.stride), b, Int32(stride), adding ? 1 : 0, c.start,
            Int32(c.stride))
    }
}
