import CVectorKernels

/// A linear map as a checkpoint stores it: memory mapped, in its stored type, converted where it is used, tile by tile.
///
/// Weights of the type that is multiplied are read in place, at any address.
public final class WeightMatrix: @unchecked Sendable {
    // @unchecked: the memory is only read after `init`.

    /// Which of the two dimensions of the stored tensor comes first.
    public enum Orientation: Sendable {
        /// [out, in], the layout of `nn.Linear`.
        case outputByInput
        /// [in, out], the layout of GPT-2's Conv1D.
        case inputByOutput
    }

    /// Number of outputs.
    public let outputs: Int
    /// Number of inputs.
    public let inputs: Int
    private let orientation: Orientation
    private let type: StoredFloat
    /// What its products are computed in.
    private let arithmetic: Arithmetic
    private let start: UnsafeRawPointer
    /// Keeps the mapped file alive.
    private let owner: AnyObject

    /// Wraps the values of a tensor.
    ///
    /// - Parameters:
    ///   - bytes: exactly `outputs * inputs` little-endian values, at any address; `owner` keeps them valid.
    ///   - arithmetic: what products are computed in.
    public init(
        bytes: UnsafeRawBufferPointer, type: StoredFloat, outputs: Int, inputs: Int, orientation: Orientation,
        arithmetic: Arithmetic, owner: AnyObject
    ) {
        precondition(bytes.count == outputs * inputs * type.size, "a weight matrix must have all its values")
        precondition(
            outputs > 0 && inputs > 0 && outputs <= Int32.max && inputs <= Int32.max, "empty or oversized matrix")
        guard let start = bytes.baseAddress else { preconditionFailure("a weight matrix must have an address") }
        self.outputs = outputs
        self.inputs = inputs
        self.orientation = orientation
        self.type = type
        self.arithmetic = arithmetic
        self.start = start
        self.owner = owner
    }

    /// Copies the weights of one output (an embedding, say) as float32. Only for [out, in] matrices.
    public func copyRow(_ output: Int, into row: UnsafeMutableBufferPointer<Float>) {
        precondition(orientation == .outputByInput, "an output of an [in, out] matrix is not contiguous")
        precondition(output >= 0 && output < outputs && row.count == inputs, "row out of range")
        guard let target = row.baseAddress else { return }
        type.convert(start + output * inputs * type.size, count: inputs, into: target)
    }

    /// `y = x · Wᵀ` for [out, in], `y = x · W` for [in, out]: x [rows, inputs], y [rows, outputs]; then plus `bias`.
    ///
    /// The product is cut into tiles, each multiplied by one thread in one call, and a row of y is summed in an order that
    /// depends on the matrix and the kernel alone: the bytes of a row depend neither on the number of threads nor on the
    /// other rows. (On a processor without AVX-512 oneDNN may choose another order for few rows than for many.)
    ///
    /// - Parameters:
    ///   - part: the outputs or inputs that take part; x and y have a column for each of them.
    ///   - adding: adds to what stands in y instead of replacing it.
    ///   - bias: one value for each column of y.
    ///   - kernel: [in, out] matrices and parts have the blocked one only.
    public func multiply(
        _ x: MatrixView, part: WeightPart = .all, into y: MatrixView, adding: Bool = false, bias: [Float]? = nil,
        by kernel: ProductKernel = .blocked, team: WorkerTeam
    ) {
        precondition(
            y.columns == part.outputs?.count ?? outputs && x.rows == y.rows, "shapes of a product must agree")
        precondition(bias.map { $0.count == y.columns } ?? true, "a bias has one value per output")
        Self.multiply(x, by: [MatrixPart(self, part)], kernel, team: team) { product, rows, columns in
            let target = y.rows(rows).columns(columns)
            if let bias {
                bias[columns].withUnsafeBufferPointer { Kernel.place(product, plus: $0, adding: adding, into: target) }
            } else {
                Kernel.place(product, plus: nil, adding: adding, into: target)
            }
        }
    }

    /// Products of one input with matrices of one shape (a gate and what it gates, say), tile by tile: `body` gets the tiles that
    /// lie at the same place in each, one below the other, while they are in the cache. As `multiply` otherwise.
    ///
    /// - Parameter body: called once for each tile, on several threads at once; of several streamed products once for the whole.
    public static func multiply(
        _ x: MatrixView, by factors: [MatrixPart], _ kernel: ProductKernel, team: WorkerTeam,
        _ body: (_ products: MatrixView, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
    ) {
        guard let first = factors.first else { return }
        let (matrix, outputs, inputs) = (first.matrix, first.outputCount, first.inputCount)
        precondition(
            x.columns == inputs
                && factors.allSatisfy {
                    $0.outputCount == outputs && $0.inputCount == inputs
                        && $0.matrix.orientation == matrix.orientation && $0.matrix.arithmetic == matrix.arithmetic
                },
            "factors must have one shape")
        let input = LeftFactor(x, matrix.arithmetic, team)
        let isAll = factors.allSatisfy(\.part.isAll)
        let isStreamed = kernel == .streamed && matrix.orientation == .outputByInput && isAll
        let height = isStreamed ? x.rows : min(x.rows, Self.tileRows)
        let width =
            isStreamed
            ? Self.streamedWidth : Self.tileWidth(rows: x.rows, outputs: outputs, inputs: inputs, threads: team.count)
        let down = (x.rows + height - 1) / max(1, height)
        let across = (outputs + width - 1) / width
        let nanoseconds = factors.count * outputs * inputs / 16 * (isStreamed ? 1 : x.rows / 8 + 1)
        if isStreamed, factors.count > 1 {
            // One matrix after the other: memory is read fastest in one place.
            let products = team.product.matrix(rows: factors.count * x.rows, columns: outputs)
            for (number, factor) in factors.enumerated() {
                let product = products.rows(number * x.rows..<(number + 1) * x.rows)
                team.run(across, nanoseconds: nanoseconds / factors.count, inStretches: true) { item, worker in
                    let columns = item * width..<min(outputs, (item + 1) * width)
                    factor.matrix.stream(input, 0..<x.rows, columns, factor, into: product.columns(columns), worker)
                }
            }
            return body(products, 0..<x.rows, 0..<outputs)
        }
        // Weights that have to be copied are copied once for all rows, if there are columns enough to share out.
        let isInPlace = isAll && factors.allSatisfy { $0.matrix.isStored(as: input.arithmetic) }
        let shares = isInPlace || isStreamed || across < 2 * team.count ? down : 1
        team.run(shares * across, nanoseconds: nanoseconds, inStretches: isStreamed) { item, worker in
            let start = item / shares * width
            let columns = start..<min(outputs, start + width)
            let weights =
                isStreamed
                ? []
                : factors.enumerated().map { number, factor in
                    factor.matrix.weights(columns, factor, as: input.arithmetic, worker, tile: number)
                }
            for tile in stride(from: item % shares, to: down, by: shares) {
                let rows = tile * height..<min(x.rows, (tile + 1) * height)
                let products = worker.product.matrix(rows: factors.count * rows.count, columns: columns.count)
                for (number, factor) in factors.enumerated() {
                    let product = products.rows(number * rows.count..<(number + 1) * rows.count)
                    if isStreamed {
                        factor.matrix.stream(input, rows, columns, factor, into: product, worker)
                        continue
                    }
                    let shape = OneDNN.Shape(
                        rows: rows.count, outputs: columns.count, inputs: inputs, arithmetic: input.arithmetic,
                        isTransposed: matrix.orientation == .outputByInput)
                    worker.products.product(shape).execute(
                        input.row(rows.lowerBound), weights[number], into: product.start, scratch: worker.productScratch
                    )
                }
                body(products, rows, columns)
            }
        }
    }

    private func stream(
        _ x: LeftFactor, _ rows: Range<Int>, _ columns: Range<Int>, _ factor: MatrixPart, into product: MatrixView,
        _ worker: Worker
    ) {
        switch x.arithmetic {
        case .bfloat16:
            vk_dot_bfloat16(
                x.row(rows.lowerBound).assumingMemoryBound(to: UInt16.self), inputs, rows.count,
                weights(columns, factor, as: .bfloat16, worker).assumingMemoryBound(to: UInt16.self), inputs,
                columns.count,
                product.start, product.stride)
        case .float32:
            // Stored types are widened on the way; only weights that must be rounded first are converted before.
            let isRounded = arithmetic == .bfloat16 && type != .bfloat16
            let (bytes, type) =
                isRounded
                ? (weights(columns, factor, as: .float32, worker), vk_float32)
                : (start + (factor.firstOutput + columns.lowerBound) * inputs * type.size, type.kernelType)
            vk_dot(
                x.row(rows.lowerBound).assumingMemoryBound(to: Float.self), inputs, rows.count, bytes, type, inputs,
                columns.count, product.start, product.stride)
        }
    }

    /// The weights of some outputs as one piece in the type that is multiplied: in place if they lie so, else copied and
    /// converted. [outputs, inputs] or [inputs, outputs], as they are stored.
    ///
    /// - Parameters:
    ///   - columns: the outputs, counted among those that take part.
    ///   - tile: which of the worker's tiles a copy goes to.
    private func weights(
        _ columns: Range<Int>, _ factor: MatrixPart, as target: Arithmetic, _ worker: Worker, tile number: Int = 0
    ) -> UnsafeRawPointer {
        let part = factor.part
        let wantedOutputs = part.outputs.map { Wanted.list($0[columns]) } ?? .range(columns)
        let wantedInputs = part.inputs.map { Wanted.list($0[...]) } ?? .range(0..<inputs)
        let isOutputFirst = orientation == .outputByInput
        let (rows, places) = isOutputFirst ? (wantedOutputs, wantedInputs) : (wantedInputs, wantedOutputs)
        let width = isOutputFirst ? inputs : outputs
        let start = start + factor.firstOutput * (isOutputFirst ? inputs : 1) * type.size
        if case .range(let rows) = rows, case .range(let places) = places, isStored(as: target),
            rows.count == 1 || places.count == width
        {
            return start + (rows.lowerBound * width + places.lowerBound) * type.size
        }
        let tile = worker.weightTiles[number].bytes(rows.count * places.count * target.storedType.size)
        for index in 0..<rows.count {
            let source = start + rows[index] * width * type.size
            let place = tile + index * places.count * target.storedType.size
            switch places {
            case .range(let range):
                convert(source + range.lowerBound * type.size, range.count, to: target, at: place, worker)
            case .list(let list):
                list.withUnsafeBufferPointer { list in
                    if isStored(as: target) {
                        vk_gather(source, type.size, list.baseAddress, list.count, place)
                    } else {
                        let gathered = worker.gatheredWeights.bytes(list.count * type.size)
                        vk_gather(source, type.size, list.baseAddress, list.count, gathered)
                        convert(gathered, list.count, to: target, at: place, worker)
                    }
                }
            }
        }
        return UnsafeRawPointer(tile)
    }

    /// Rows of a stored tensor, or places in a row.
    private enum Wanted {
        case range(Range<Int>)
        case list(ArraySlice<Int32>)

        var count: Int {
            switch self {
            case .range(let range): range.count
            case .list(let list): list.count
            }
        }

        subscript(index: Int) -> Int {
            switch self {
            case .range(let range): range.lowerBound + index
            case .list(let list): Int(list[list.startIndex + index])
            }
        }
    }

    /// Whether stored weights are multiplied as they are.
    private func isStored(as target: Arithmetic) -> Bool {
        type == target.storedType && !(target == .float32 && arithmetic == .bfloat16)
    }

    private func convert(
        _ source: UnsafeRawPointer, _ count: Int, to target: Arithmetic, at place: UnsafeMutableRawPointer,
        _ worker: Worker
    ) {
        if isStored(as: target) {
            place.copyMemory(from: source, byteCount: count * type.size)
            return
        }
        switch target {
        case .float32:
            let floats = place.assumingMemoryBound(to: Float.self)
            type.convert(source, count: count, into: floats)
            if arithmetic == .bfloat16 { Kernel.roundToBFloat16(floats, count) }
        case .bfloat16:
            let floats = worker.widenedWeights.matrix(rows: 1, columns: count).start
            type.convert(source, count: count, into: floats)
            vk_round_to_bfloat16(floats, place.assumingMemoryBound(to: UInt16.self), count)
        }
    }

    /// Narrower tiles for long rows, whose rearranged weights would leave the cache; and enough of them for all threads.
    private static func tileWidth(rows: Int, outputs: Int, inputs: Int, threads: Int) -> Int {
        let widest = inputs <= 2048 ? 448 : 256
        guard threads > 1, rows <= tileRows else { return widest }
        let share = (outputs + 2 * threads - 1) / (2 * threads)
        return max(64, min(widest, (share + 63) / 64 * 64))
    }

    /// Bytes that a thread needs at most beside the factors and the result of products of `rows` rows with `factors` matrices: when
    /// weights are copied.
    public static func workingBytes(rows: Int, inputs: Int, factors: Int, arithmetic: Arithmetic) -> Int {
        let width = inputs <= 2048 ? 448 : 256
        let size = arithmetic == .bfloat16 ? 2 : 4
        let left = arithmetic == .bfloat16 ? rows * inputs * size : 0
        return left + factors * (4 * min(rows, tileRows) * 448 + width * inputs * size)
    }

    private static let tileRows = 384
    private static let streamedWidth = 64
}

/// A matrix as a factor of a product, or a part of one.
public struct MatrixPart: Sendable {
    let matrix: WeightMatrix
    /// Its outputs begin here: a stored matrix may hold two, one above the other.
    let firstOutput: Int
    /// How many of them there are, whether they take part or not.
    private let outputs: Int
    let part: WeightPart

    /// All of a matrix, or part of it.
    public init(_ matrix: WeightMatrix, _ part: WeightPart = .all) {
        self.init(matrix, outputs: 0..<matrix.outputs, part)
    }

    /// A matrix that is stored as some outputs of a larger one, or part of it.
    ///
    /// - Parameter part: counted among `outputs`.
    public init(_ matrix: WeightMatrix, outputs: Range<Int>, _ part: WeightPart = .all) {
        precondition(outputs.lowerBound >= 0 && outputs.upperBound <= matrix.outputs, "outputs out of range")
        self.matrix = matrix
        firstOutput = outputs.lowerBound
        self.outputs = outputs.count
        self.part = part
    }

    var outputCount: Int { part.outputs?.count ?? outputs }
    var inputCount: Int { part.inputs?.count ?? matrix.inputs }
}

/// What takes part in a product with a matrix.
public enum WeightPart: Sendable {
    /// The whole matrix.
    case all
    /// Some of its outputs.
    case outputs([Int32])
    /// Some of its inputs.
    case inputs([Int32])

    var isAll: Bool { outputs == nil && inputs == nil }

    var outputs: [Int32]? {
        if case .outputs(let list) = self { list } else { nil }
    }

    var inputs: [Int32]? {
        if case .inputs(let list) = self { list } else { nil }
    }
}

/// The left factor of a product as it is multiplied: without gaps, rounded if the arithmetic asks for it.
private struct LeftFactor {
    private let start: UnsafeRawPointer
    private let rowSize: Int
    /// The type of its values: bfloat16 only where the processor multiplies it.
    let arithmetic: Arithmetic

    /// The address of a row.
    func row(_ index: Int) -> UnsafeRawPointer { start + index * rowSize }

    init(_ x: MatrixView, _ arithmetic: Arithmetic, _ team: WorkerTeam) {
        self.arithmetic = arithmetic == .bfloat16 && Arithmetic.isBFloat16Native ? .bfloat16 : .float32
        rowSize = x.columns * self.arithmetic.storedType.size
        if arithmetic == .float32, x.stride == x.columns || x.rows <= 1 {
            start = UnsafeRawPointer(x.start)
            return
        }
        let buffer = team.leftFactor.bytes(x.rows * rowSize)
        start = UnsafeRawPointer(buffer)
        let (size, native) = (rowSize, self.arithmetic)
        team.forEachSlice(ofRows: x.rows, nanosecondsPerRow: x.columns / 8) { rows in
            for row in rows {
                let source = UnsafePointer(x.start + row * x.stride)
                let place = buffer + row * size
                if native == .bfloat16 {
                    vk_round_to_bfloat16(source, place.assumingMemoryBound(to: UInt16.self), x.columns)
                } else {
                    let floats = place.assumingMemoryBound(to: Float.self)
                    floats.update(from: source, count: x.columns)
                    if arithmetic == .bfloat16 { Kernel.roundToBFloat16(floats, x.columns) }
                }
            }
        }
    }
}

extension Arithmetic {
    /// How a checkpoint stores values of this type.
    fileprivate var storedType: StoredFloat { self == .bfloat16 ? .bfloat16 : .float32 }
}

extension StoredFloat {
    fileprivate var kernelType: vk_type {
        switch self {
        case .float32: vk_float32
        case .float16: vk_float16
        case .bfloat16: vk_bfloat16
        }
    }
}
