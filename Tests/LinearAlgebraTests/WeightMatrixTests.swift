import Testing

@testable import LinearAlgebra

/// Weights in memory as a checkpoint would hold them, `offset` bytes after an aligned address.
private final class StoredWeights {
    let memory: UnsafeMutableRawBufferPointer
    let bytes: UnsafeRawBufferPointer
    /// What the stored values are as float32.
    let values: [Float]

    init(_ numbers: [Float], _ type: StoredFloat, offset: Int) {
        memory = .allocate(byteCount: numbers.count * type.size + offset, alignment: 64)
        var values: [Float] = []
        for (i, number) in numbers.enumerated() {
            let place = offset + i * type.size
            switch type {
            case .float32:
                memory.storeBytes(of: number.bitPattern, toByteOffset: place, as: UInt32.self)
                values.append(number)
            case .float16:
                memory.storeBytes(of: Float16(number).bitPattern, toByteOffset: place, as: UInt16.self)
                values.append(Float(Float16(number)))
            case .bfloat16:
                memory.storeBytes(of: UInt16(number.bitPattern >> 16), toByteOffset: place, as: UInt16.self)
                values.append(Float(bitPattern: number.bitPattern & 0xFFFF_0000))
            }
        }
        self.values = values
        bytes = UnsafeRawBufferPointer(rebasing: memory[offset...])
    }

    deinit { memory.deallocate() }

    func matrix(
        _ type: StoredFloat, _ outputs: Int, _ inputs: Int, _ orientation: WeightMatrix.Orientation,
        _ arithmetic: Arithmetic = .float32
    ) -> WeightMatrix {
        WeightMatrix(
            bytes: bytes, type: type, outputs: outputs, inputs: inputs, orientation: orientation,
            arithmetic: arithmetic, owner: self)
    }
}

@Suite struct WeightMatrixTests {
    private static let shapes = [
        (1, 1, 1), (1, 33, 17), (2, 7, 64), (5, 130, 9), (16, 70, 100), (65, 129, 31), (70, 520, 5), (260, 3, 9),
        (390, 66, 33), (13, 70, 1100), (23, 6, 20_001),
    ]

    /// A value as bfloat16 holds it: to nearest, ties to even, by way of the nearer of its two neighbours.
    static func rounded(_ value: Float) -> Float {
        let below = Float(bitPattern: value.bitPattern & 0xFFFF_0000)
        let above = Float(bitPattern: below.bitPattern &+ 0x1_0000)
        let (down, up) = (abs(Double(value) - Double(below)), abs(Double(above) - Double(value)))
        if down != up { return down < up ? below : above }
        return below.bitPattern & 0x1_0000 == 0 ? below : above
    }

    @Test(arguments: StoredFloat.allCases, [WeightMatrix.Orientation.outputByInput, .inputByOutput])
    func `Products agree with the plain sibling`(_ type: StoredFloat, _ orientation: WeightMatrix.Orientation) {
        var numbers = TestNumbers(7)
        for (rows, outputs, inputs) in Self.shapes {
            let x = numbers.values(rows * inputs)
            let bias = numbers.values(outputs)
            // The bound of sums in order grows with their length.
            let tolerance = 2e-5 * max(1, Float(inputs) / 100)
            for (arithmetic, offset) in [(Arithmetic.float32, 0), (.float32, 6), (.bfloat16, 0), (.bfloat16, 2)] {
                let stored = StoredWeights(numbers.values(outputs * inputs), type, offset: offset)
                let isRounded = arithmetic == .bfloat16
                let expected = ReferenceKernel.multiply(
                    isRounded ? x.map(Self.rounded) : x, isRounded ? stored.values.map(Self.rounded) : stored.values,
                    rows: rows, inputs: inputs, outputs: outputs, orientation: orientation)
                let input = TestMatrix(x, rows: rows, columns: inputs)
                let weights = stored.matrix(type, outputs, inputs, orientation, arithmetic)
                for (kernel, byPanels) in [(ProductKernel.blocked, true), (.blocked, false), (.streamed, true)] {
                    weights.multipliesPanels = weights.multipliesPanels && byPanels
                    var results: [[Float]] = []
                    for threads in [1, 2, 3] {
                        let output = TestMatrix(
                            [Float](repeating: 0.5, count: rows * outputs), rows: rows, columns: outputs)
                        let team = WorkerTeam(count: threads)
                        weights.multiply(input.view, into: output.view, by: kernel, team: team)
                        #expect(largestDifference(output.values, expected) < tolerance)
                        weights.multiply(
                            input.view, into: output.view, adding: true, bias: bias, by: kernel, team: team)
                        let twice = expected.indices.map { 2 * expected[$0] + bias[$0 % outputs] }
                        #expect(largestDifference(output.values, twice) < 2 * tolerance)
                        results.append(output.values)
                    }
                    #expect(results[0] == results[1] && results[1] == results[2], "threads change no byte")
                }
            }
        }
    }

    @Test(arguments: Arithmetic.allCases, [ProductKernel.blocked, .streamed])
    func `A row is the same bytes whatever rows are beside it`(_ arithmetic: Arithmetic, _ kernel: ProductKernel) {
        var numbers = TestNumbers(11)
        for (outputs, inputs) in [(33, 17), (500, 64), (448, 896), (70, 2500), (9, 20_001)] {
            let stored = StoredWeights(numbers.values(outputs * inputs), .bfloat16, offset: 2)
            let weights = stored.matrix(.bfloat16, outputs, inputs, .outputByInput, arithmetic)
            let x = numbers.values(401 * inputs)
            func product(_ rows: Range<Int>, threads: Int) -> [Float] {
                let input = TestMatrix(
                    Array(x[rows.lowerBound * inputs..<rows.upperBound * inputs]), rows: rows.count, columns: inputs)
                let output = TestMatrix(
                    [Float](repeating: 0, count: rows.count * outputs), rows: rows.count, columns: outputs)
                weights.multiply(input.view, into: output.view, by: kernel, team: WorkerTeam(count: threads))
                return output.values
            }
            for byPanels in [true, false] {
                weights.multipliesPanels = weights.multipliesPanels && byPanels
                let all = product(0..<401, threads: 2)
                for rows in [0..<1, 5..<7, 8..<11, 3..<20, 100..<163, 400..<401, 0..<385] {
                    let part = product(rows, threads: 1 + rows.count % 3)
                    #expect(part == Array(all[rows.lowerBound * outputs..<rows.upperBound * outputs]))
                }
            }
        }
    }

    @Test(arguments: StoredFloat.allCases, [WeightMatrix.Orientation.outputByInput, .inputByOutput])
    func `Parts of a matrix agree with the plain sibling on the parts' weights`(
        _ type: StoredFloat, _ orientation: WeightMatrix.Orientation
    ) {
        var numbers = TestNumbers(13)
        for (rows, outputs, inputs) in Self.shapes + [(31, 700, 90), (9, 40, 2100)] {
            for (arithmetic, offset) in [(Arithmetic.float32, 2), (.bfloat16, 0)] {
                let stored = StoredWeights(numbers.values(outputs * inputs), type, offset: offset)
                let weights = stored.matrix(type, outputs, inputs, orientation, arithmetic)
                let (someOutputs, someInputs) = (Self.some(of: outputs), Self.some(of: inputs))
                for part in [WeightPart.outputs(someOutputs), .inputs(someInputs)] {
                    let (ys, xs) = (part.outputs ?? Array(0..<Int32(outputs)), part.inputs ?? Array(0..<Int32(inputs)))
                    let chosen: [Float] =
                        orientation == .outputByInput
                        ? ys.flatMap { y in xs.map { stored.values[Int(y) * inputs + Int($0)] } }
                        : xs.flatMap { x in ys.map { stored.values[Int(x) * outputs + Int($0)] } }
                    let isRounded = arithmetic == .bfloat16
                    let x = numbers.values(rows * xs.count)
                    let bias = numbers.values(ys.count)
                    let expected = ReferenceKernel.multiply(
                        isRounded ? x.map(Self.rounded) : x, isRounded ? chosen.map(Self.rounded) : chosen, rows: rows,
                        inputs: xs.count, outputs: ys.count, orientation: orientation
                    ).enumerated().map { $1 + bias[$0 % ys.count] }
                    let input = TestMatrix(x, rows: rows, columns: xs.count)
                    var results: [[Float]] = []
                    for threads in [1, 2, 3] {
                        let output = TestMatrix(
                            [Float](repeating: 0, count: rows * ys.count), rows: rows, columns: ys.count)
                        weights.multiply(
                            input.view, part: part, into: output.view, bias: bias, team: WorkerTeam(count: threads))
                        #expect(largestDifference(output.values, expected) < max(2e-5, 1e-7 * Float(xs.count)))
                        results.append(output.values)
                    }
                    #expect(results[0] == results[1] && results[1] == results[2], "threads change no byte")
                }
            }
        }
    }

    @Test(arguments: [WeightMatrix.Orientation.outputByInput, .inputByOutput], Arithmetic.allCases)
    func `Two matrices together give the bytes of each alone`(
        _ orientation: WeightMatrix.Orientation, _ arithmetic: Arithmetic
    ) {
        var numbers = TestNumbers(17)
        for (rows, outputs, inputs) in Self.shapes + [(31, 700, 90), (800, 130, 70)] {
            let x = TestMatrix(numbers.values(rows * inputs), rows: rows, columns: inputs)
            // One matrix holds both, as some checkpoints store gate and up.
            let values = numbers.values(2 * outputs * inputs)
            let both = StoredWeights(values, .bfloat16, offset: 2).matrix(
                .bfloat16, 2 * outputs, inputs, orientation, arithmetic)
            let some = Self.some(of: outputs)
            for (part, kernel) in [
                (WeightPart.all, ProductKernel.blocked), (.all, .streamed), (.outputs(some), .blocked),
            ] {
                let team = WorkerTeam(count: 1 + rows % 3)
                let columns = part.outputs?.map(Int.init) ?? Array(0..<outputs)
                let whole = FloatBuffer()
                let product = whole.matrix(rows: rows, columns: 2 * outputs)
                both.multiply(x.view, into: product, by: kernel, team: team)
                let together = FloatBuffer()
                let result = together.matrix(rows: 2 * rows, columns: columns.count)
                result.values.update(repeating: .nan)
                let factors = [0, outputs].map { MatrixPart(both, outputs: $0..<$0 + outputs, part) }
                WeightMatrix.multiply(x.view, by: factors, kernel, team: team) { tiles, tileRows, tileColumns in
                    for half in 0..<2 {
                        Kernel.copy(
                            tiles.rows(half * tileRows.count..<(half + 1) * tileRows.count),
                            into: result.rows(half * rows + tileRows.lowerBound..<half * rows + tileRows.upperBound)
                                .columns(tileColumns))
                    }
                }
                for half in 0..<2 {
                    for row in 0..<rows {
                        let alone = columns.map { product[row][half * outputs + $0] }
                        #expect(Array(result[half * rows + row]) == alone)
                    }
                }
            }
        }
    }

    /// Two of three numbers, at least one.
    private static func some(of count: Int) -> [Int32] {
        (0..<Int32(count)).filter { $0 % 3 != 1 }
    }

    @Test func `Rows are copied as float32`() {
        for type in StoredFloat.allCases {
            let stored = StoredWeights([1, 2, 3, 4, 5, 6], type, offset: 2)
            let weights = stored.matrix(type, 3, 2, .outputByInput)
            var row: [Float] = [0, 0]
            row.withUnsafeMutableBufferPointer { weights.copyRow(2, into: $0) }
            #expect(row == [5, 6])
        }
    }

    @Test func `Every half precision number is converted exactly`() {
        for bits in UInt16.min...UInt16.max {
            let expected = Float(Float16(bitPattern: bits))
            let converted = StoredFloat.float(half: bits)
            let isSame = expected.isNaN ? converted.isNaN : converted.bitPattern == expected.bitPattern
            if !isSame { Issue.record("\(bits) gives \(converted), not \(expected)") }
        }
    }

    @Test(arguments: [false, true]) func `A team does every item once`(_ inStretches: Bool) {
        for threads in [1, 2, 5] {
            let team = WorkerTeam(count: threads)
            for items in [0, 1, 3, 7, 1000, 2] {
                let done = FloatBuffer()
                let counts = done.matrix(rows: 1, columns: items)
                counts.values.update(repeating: 0)
                team.run(items, nanoseconds: .max, inStretches: inStretches) { item, worker in
                    #expect(worker.number < threads)
                    counts.values[item] += 1
                }
                #expect(counts.values.allSatisfy { $0 == 1 })
            }
        }
    }
}
