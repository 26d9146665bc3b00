/// A linear map as a checkpoint stores it: memory mapped, in its stored type, converted to float32 where it is used.
///
/// float32 weights are read in place. 16-bit weights are converted once if `materialized` (more memory, no repeated
/// work), otherwise tile by tile at every use, which costs about two hundredths of a product of 256 rows. Both ways
/// multiply the same numbers in the same order, so the results are the same bytes.
public final class WeightMatrix: @unchecked Sendable {
    // @unchecked: the memory is only read after `init`.

    /// Which of the two dimensions of the stored tensor comes first.
    public enum Orientation: Sendable {
        /// [out, in], the layout of `nn.Linear`.
        case outputByInput
        /// [in, out], the layout of GPT-2's Conv1D.
        case inputByOutput
    }

    private enum Storage {
        case floats(UnsafePointer<Float>)
        case stored(UnsafeRawPointer)
    }

    /// Number of outputs.
    public let outputs: Int
    /// Number of inputs.
    public let inputs: Int
    private let orientation: Orientation
    private let type: StoredFloat
    private let storage: Storage
    /// Keeps the mapped file or the converted values alive.
    private let owner: AnyObject

    /// Wraps the values of a tensor.
    ///
    /// - Parameters:
    ///   - bytes: exactly `outputs * inputs` little-endian values, at any address; `owner` keeps them valid.
    ///   - materialized: whether to hold a float32 copy when the values cannot be used in place.
    public init(
        bytes: UnsafeRawBufferPointer, type: StoredFloat, outputs: Int, inputs: Int, orientation: Orientation,
        owner: AnyObject, materialized: Bool
    ) {
        precondition(bytes.count == outputs * inputs * type.size, "a weight matrix must have all its values")
        precondition(
            outputs > 0 && inputs > 0 && outputs <= Int32.max && inputs <= Int32.max, "empty or oversized matrix")
        self.outputs = outputs
        self.inputs = inputs
        self.orientation = orientation
        self.type = type
        let start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!
        if type == .float32, UInt(bitPattern: start) % UInt(MemoryLayout<Float>.alignment) == 0 {
            storage = .floats(start.bindMemory(to: Float.self, capacity: outputs * inputs))
            self.owner = owner
        } else if materialized {
            let copy = FloatBuffer(capacity: outputs * inputs)
            let values = copy.matrix(rows: outputs, columns: inputs).start
            type.convert(start, count: outputs * inputs, into: values)
            storage = .floats(UnsafePointer(values))
            self.owner = copy
        } else {
            storage = .stored(start)
            self.owner = owner
        }
    }

    /// Copies the weights of one output (an embedding, say) as float32. Only for [out, in] matrices.
    public func copyRow(_ output: Int, into row: UnsafeMutableBufferPointer<Float>) {
        precondition(orientation == .outputByInput, "an output of an [in, out] matrix is not contiguous")
        precondition(output >= 0 && output < outputs && row.count == inputs, "row out of range")
        guard let target = row.baseAddress else { return }
        switch storage {
        case .floats(let values): target.update(from: values + output * inputs, count: inputs)
        case .stored(let bytes): type.convert(bytes + output * inputs * type.size, count: inputs, into: target)
        }
    }

    /// `y = x · Wᵀ` for [out, in], `y = x · W` for [in, out]: x [rows, inputs], y [rows, outputs]; then plus `bias`.
    ///
    /// The product is cut into tiles whose size depends on the number of rows alone, each multiplied by one thread in one
    /// call; so the bytes of y do not depend on the number of threads. With OpenBLAS's AVX-512 kernels a row of y does not
    /// depend on the other rows either (elsewhere it does, by rounding).
    ///
    /// - Parameter adding: adds to what stands in y instead of replacing it.
    public func multiply(
        _ x: MatrixView, into y: MatrixView, adding: Bool = false, bias: [Float]? = nil, team: WorkerTeam
    ) {
        precondition(x.columns == inputs && y.columns == outputs && x.rows == y.rows, "shapes of a product must agree")
        precondition(bias.map { $0.count == outputs } ?? true, "a bias has one value per output")
        let height = Self.tileRows
        // Few rows (decoding) are bound by reading weights: narrow tiles let all threads read.
        let width = x.rows <= Self.fewRows ? 128 : 512
        let down = (x.rows + height - 1) / height
        let across = (outputs + width - 1) / width
        team.run(down * across, nanoseconds: x.rows * outputs * inputs / 32) { item, worker in
            let rows = item % down * height..<min(x.rows, (item % down + 1) * height)
            let columns = item / down * width..<min(outputs, (item / down + 1) * width)
            let tile = y.rows(rows).columns(columns)
            multiplyTile(x.rows(rows), outputs: columns, adding: adding, into: tile, worker)
            if let bias {
                bias[columns].withUnsafeBufferPointer { Kernel.add($0, toEachRowOf: tile) }
            }
        }
    }

    /// One tile of the product.
    ///
    /// Small products go through kernels of OpenBLAS that sum in another order. Rows of zeros keep a product away from
    /// them, so that a row does not change with the number of rows beside it.
    private func multiplyTile(
        _ x: MatrixView, outputs columns: Range<Int>, adding: Bool, into tile: MatrixView, _ worker: Worker
    ) {
        let (weights, stride) = floats(ofOutputs: columns, worker)
        func multiply(_ x: MatrixView, into y: MatrixView) {
            OpenBLAS.multiplyMatrices(
                x, weights, stride: stride, transposed: orientation == .outputByInput, scale: 1, adding: adding, into: y
            )
        }
        let enoughRows = OpenBLAS.rowsOfOrdinaryProduct(
            columns: columns.count, inputs: inputs, transposed: orientation == .outputByInput)
        guard x.rows < enoughRows else {
            multiply(x, into: tile)
            return
        }
        let padded = worker.paddedInput.matrix(rows: enoughRows, columns: inputs)
        let product = worker.paddedOutput.matrix(rows: enoughRows, columns: columns.count)
        padded.rows(x.rows..<enoughRows).values.update(repeating: 0)
        Kernel.copy(x, into: padded.rows(0..<x.rows))
        if adding {
            product.rows(x.rows..<enoughRows).values.update(repeating: 0)
            Kernel.copy(tile, into: product.rows(0..<x.rows))
        }
        multiply(padded, into: product)
        Kernel.copy(product.rows(0..<x.rows), into: tile)
    }

    /// The weights of some outputs as float32, and the distance between two rows of them.
    private func floats(ofOutputs range: Range<Int>, _ worker: Worker) -> (UnsafePointer<Float>, stride: Int) {
        switch (storage, orientation) {
        case (.floats(let values), .outputByInput): return (values + range.lowerBound * inputs, inputs)
        case (.floats(let values), .inputByOutput): return (values + range.lowerBound, outputs)
        case (.stored(let bytes), .outputByInput):
            let tile = worker.weightTile.matrix(rows: range.count, columns: inputs)
            type.convert(bytes + range.lowerBound * inputs * type.size, count: tile.rows * inputs, into: tile.start)
            return (UnsafePointer(tile.start), inputs)
        case (.stored(let bytes), .inputByOutput):
            let tile = worker.weightTile.matrix(rows: inputs, columns: range.count)
            for row in 0..<inputs {
                let source = bytes + (row * outputs + range.lowerBound) * type.size
                type.convert(source, count: range.count, into: tile.start + row * range.count)
            }
            return (UnsafePointer(tile.start), range.count)
        }
    }

    private static let tileRows = 384
    private static let fewRows = 64
}
