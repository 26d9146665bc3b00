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
        _ type: StoredFloat, _ outputs: Int, _ inputs: Int, _ orientation: WeightMatrix.Orientation, materialized: Bool
    ) -> WeightMatrix {
        WeightMatrix(
            bytes: bytes, type: type, outputs: outputs, inputs: inputs, orientation: orientation, owner: self,
            materialized: materialized)
    }
}

@Suite struct WeightMatrixTests {
    @Test(arguments: StoredFloat.allCases, [WeightMatrix.Orientation.outputByInput, .inputByOutput])
    func `Products agree with the plain sibling`(_ type: StoredFloat, _ orientation: WeightMatrix.Orientation) {
        var numbers = TestNumbers(7)
        for (rows, outputs, inputs) in [
            (1, 1, 1), (1, 33, 17), (2, 7, 64), (5, 130, 9), (65, 129, 31), (70, 520, 5), (260, 3, 9),
        ] {
            let x = numbers.values(rows * inputs)
            let bias = numbers.values(outputs)
            for offset in [0, 2, 6] {
                let stored = StoredWeights(numbers.values(outputs * inputs), type, offset: offset)
                let expected = ReferenceKernel.multiply(
                    x, stored.values, rows: rows, inputs: inputs, outputs: outputs, orientation: orientation)
                let input = TestMatrix(x, rows: rows, columns: inputs)
                var results: [[Float]] = []
                for (materialized, threads) in [(true, 1), (false, 1), (false, 3)] {
                    let weights = stored.matrix(type, outputs, inputs, orientation, materialized: materialized)
                    let output = TestMatrix(
                        [Float](repeating: 0.5, count: rows * outputs), rows: rows, columns: outputs)
                    let team = WorkerTeam(count: threads)
                    weights.multiply(input.view, into: output.view, team: team)
                    #expect(largestDifference(output.values, expected) < 2e-5)
                    weights.multiply(input.view, into: output.view, adding: true, bias: bias, team: team)
                    let twice = expected.indices.map { 2 * expected[$0] + bias[$0 % outputs] }
                    #expect(largestDifference(output.values, twice) < 4e-5)
                    results.append(output.values)
                }
                #expect(results[0] == results[1], "copied and converted weights give the same bytes")
                #expect(results[1] == results[2], "one thread and three give the same bytes")
            }
        }
    }

    @Test func `Rows are copied as float32`() {
        for type in StoredFloat.allCases {
            let stored = StoredWeights([1, 2, 3, 4, 5, 6], type, offset: 2)
            for materialized in [true, false] {
                let weights = stored.matrix(type, 3, 2, .outputByInput, materialized: materialized)
                var row: [Float] = [0, 0]
                row.withUnsafeMutableBufferPointer { weights.copyRow(2, into: $0) }
                #expect(row == [5, 6])
            }
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

    @Test func `A team does every item once`() {
        for threads in [1, 2, 5] {
            let done = FloatBuffer()
            let counts = done.matrix(rows: 1, columns: 1000)
            counts.values.update(repeating: 0)
            WorkerTeam(count: threads).run(1000, nanoseconds: .max) { item, worker in
                #expect(worker.number < threads)
                counts.values[item] += 1
            }
            #expect(counts.values.allSatisfy { $0 == 1 })
        }
    }
}
