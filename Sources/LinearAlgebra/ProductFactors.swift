import CVectorKernels

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
struct LeftFactor {
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
