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
    /// Whether products of bfloat16 with many rows go by panels, and not by oneDNN. Tests take the other way as well.
    var multipliesPanels = WeightMatrix.multipliesPanels

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
        let usesPanels = !isStreamed && input.arithmetic == .bfloat16 && matrix.multipliesPanels
        let height = isStreamed ? x.rows : min(x.rows, Self.tileRows)
        let width =
            if isStreamed {
                Self.streamedWidth
            } else if usesPanels {
                Int(VK_PANEL)
            } else {
                Self.tileWidth(rows: x.rows, outputs: outputs, inputs: inputs, threads: team.count)
            }
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
        let isInPlace = !usesPanels && isAll && factors.allSatisfy { $0.matrix.isStored(as: input.arithmetic) }
        let shares = isInPlace || isStreamed || across < 2 * team.count ? down : 1
        team.run(shares * across, nanoseconds: nanoseconds, inStretches: isStreamed) { item, worker in
            let start = item / shares * width
            let columns = start..<min(outputs, start + width)
            let weights =
                isStreamed
                ? []
                : factors.enumerated().map { number, factor in
                    usesPanels
                        ? factor.matrix.panel(columns, factor, worker, number)
                        : factor.matrix.weights(columns, factor, as: input.arithmetic, worker, tile: number).start
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
                    if usesPanels {
                        vk_multiply_panel(
                            input.row(rows.lowerBound).assumingMemoryBound(to: UInt16.self), inputs, rows.count,
                            weights[number].assumingMemoryBound(to: UInt32.self), inputs, columns.count, product.start,
                            product.stride)
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
                weights(columns, factor, as: .bfloat16, worker).start.assumingMemoryBound(to: UInt16.self), inputs,
                columns.count, product.start, product.stride)
        case .float32:
            // Stored types are widened on the way; only weights that must be rounded first are converted before.
            let isRounded = arithmetic == .bfloat16 && type != .bfloat16
            let (bytes, type) =
                isRounded
                ? (weights(columns, factor, as: .float32, worker).start, vk_float32)
                : (start + (factor.firstOutput + columns.lowerBound) * inputs * type.size, type.kernelType)
            vk_dot(
                x.row(rows.lowerBound).assumingMemoryBound(to: Float.self), inputs, rows.count, bytes, inputs, type,
                inputs, columns.count, product.start, product.stride)
        }
    }

    /// The weights of some outputs, at most `VK_PANEL`, as a panel in bfloat16.
    private func panel(
        _ columns: Range<Int>, _ factor: MatrixPart, _ worker: Worker, _ number: Int
    ) -> UnsafeRawPointer {
        let weights = weights(columns, factor, as: .bfloat16, worker, tile: number, withGaps: true)
        let panel = worker.panels[number].bytes(vk_panel_size(factor.inputCount))
        vk_pack_panel(
            weights.start.assumingMemoryBound(to: UInt16.self), orientation == .outputByInput, weights.stride,
            factor.inputCount, columns.count, panel.assumingMemoryBound(to: UInt32.self))
        return UnsafeRawPointer(panel)
    }

    /// The weights of some outputs in the type that is multiplied: in place if they lie so, else copied and converted.
    /// [outputs, inputs] or [inputs, outputs], as they are stored.
    ///
    /// - Parameters:
    ///   - columns: the outputs, counted among those that take part.
    ///   - tile: which of the worker's tiles a copy goes to.
    ///   - withGaps: whether they may lie with gaps between their rows; else they are one piece.
    /// - Returns: the address and the number of values from row to row.
    private func weights(
        _ columns: Range<Int>, _ factor: MatrixPart, as target: Arithmetic, _ worker: Worker, tile number: Int = 0,
        withGaps: Bool = false
    ) -> (start: UnsafeRawPointer, stride: Int) {
        let part = factor.part
        let wantedOutputs = part.outputs.map { Wanted.list($0[columns]) } ?? .range(columns)
        let wantedInputs = part.inputs.map { Wanted.list($0[...]) } ?? .range(0..<inputs)
        let isOutputFirst = orientation == .outputByInput
        let (rows, places) = isOutputFirst ? (wantedOutputs, wantedInputs) : (wantedInputs, wantedOutputs)
        let width = isOutputFirst ? inputs : outputs
        let start = start + factor.firstOutput * (isOutputFirst ? inputs : 1) * type.size
        if case .range(let rows) = rows, case .range(let places) = places, isStored(as: target),
            withGaps || rows.count == 1 || places.count == width
        {
            return (start + (rows.lowerBound * width + places.lowerBound) * type.size, width)
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
        return (UnsafeRawPointer(tile), places.count)
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
        let panel = arithmetic == .bfloat16 && multipliesPanels ? vk_panel_size(inputs) : 0
        return left + factors * (4 * min(rows, tileRows) * 448 + width * inputs * size + panel)
    }

    private static let multipliesPanels = Arithmetic.isBFloat16Native && vk_multiplies_panels()

    private static let tileRows = 384
    private static let streamedWidth = 64
}

extension Arithmetic {
    /// How a checkpoint stores values of this type.
    var storedType: StoredFloat { self == .bfloat16 ? .bfloat16 : .float32 }
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
