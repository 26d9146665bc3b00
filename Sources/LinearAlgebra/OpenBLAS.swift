import COpenBLAS

/// The one place where OpenBLAS is called: the small products of attention for many rows, of matrices with gaps between their rows.
///
/// OpenBLAS always runs on the calling thread alone: its own threads would cut a product differently for every number
/// of threads, and rounding with it. Whole heads are distributed instead.
enum OpenBLAS {
    /// Sets OpenBLAS to one thread. Costs nothing after the first call.
    static func configure() {
        _ = isConfigured
    }

    private static let isConfigured: Bool = {
        openblas_set_num_threads(1)
        return true
    }()

    /// `c = scale * a · op(b)`, row-major; `op(b)` is `b` transposed when `b` is [columns of c, columns of a].
    static func multiply(_ a: MatrixView, _ b: MatrixView, transposed: Bool, scale: Float, into c: MatrixView) {
        guard c.rows > 0, c.columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, Int32(c.rows), Int32(c.columns),
            Int32(a.columns), scale, a.start, Int32(a.stride), b.start, Int32(b.stride), 0, c.start, Int32(c.stride))
    }
}
