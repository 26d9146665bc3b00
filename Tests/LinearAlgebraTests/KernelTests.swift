import Foundation
import Testing

@testable import LinearAlgebra

/// Numbers that are the same in every run.
struct TestNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 2 &+ 1 }

    /// `count` values, roughly uniform between -scale and scale.
    mutating func values(_ count: Int, scale: Float = 1) -> [Float] {
        (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Float(state >> 40) / Float(1 << 23) - 1) * scale
        }
    }
}

/// A buffer with a view whose rows begin `offset` values after an aligned address and are `gap` values apart.
struct TestMatrix {
    let buffer: FloatBuffer
    let view: MatrixView

    init(_ values: [Float], rows: Int, columns: Int, offset: Int = 1, gap: Int = 3) {
        buffer = FloatBuffer()
        let all = buffer.matrix(rows: rows, columns: columns + offset + gap)
        all.values.initialize(repeating: .nan)
        view = all.columns(offset..<offset + columns)
        for r in 0..<rows { for c in 0..<columns { view[r][c] = values[r * columns + c] } }
    }

    var values: [Float] {
        withExtendedLifetime(buffer) { (0..<view.rows).flatMap { Array(view[$0]) } }
    }
}

func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { abs($0 - $1) }.map { $0.isNaN ? .infinity : $0 }.max() ?? 0
}

@Suite struct KernelTests {
    static let sizes = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 60, 129]

    @Test(arguments: sizes) func `RMS norm agrees with its plain sibling`(_ size: Int) {
        var numbers = TestNumbers(1)
        let x = numbers.values(3 * size, scale: 4)
        let weight = numbers.values(size)
        for weight in [weight, nil] {
            let matrix = TestMatrix(x, rows: 3, columns: size)
            Kernel.rmsNorm(matrix.view, weight: weight, epsilon: 1e-5, into: matrix.view)
            let expected = (0..<3).flatMap {
                ReferenceKernel.rmsNorm(Array(x[$0 * size..<($0 + 1) * size]), weight: weight, epsilon: 1e-5)
            }
            #expect(largestDifference(matrix.values, expected) < 2e-6)
        }
    }

    @Test(arguments: sizes) func `Layer norm agrees with its plain sibling`(_ size: Int) {
        var numbers = TestNumbers(2)
        let x = numbers.values(2 * size, scale: 4)
        let weight = numbers.values(size)
        let bias = numbers.values(size)
        for (weight, bias) in [(weight, bias), (weight, nil), (nil, nil)] {
            let matrix = TestMatrix(x, rows: 2, columns: size)
            Kernel.layerNorm(matrix.view, weight: weight, bias: bias, epsilon: 1e-2, into: matrix.view)
            let expected = (0..<2).flatMap {
                ReferenceKernel.layerNorm(
                    Array(x[$0 * size..<($0 + 1) * size]), weight: weight, bias: bias, epsilon: 1e-2)
            }
            #expect(largestDifference(matrix.values, expected) < 1e-5)
        }
    }

    @Test(arguments: sizes) func `Softmax agrees with its plain sibling and is zero where nothing is visible`(
        _ size: Int
    ) {
        var numbers = TestNumbers(3)
        let x = numbers.values(size, scale: 20)
        for visible in [0..<size, size / 2..<size, 0..<(size + 1) / 2, size / 3..<size / 3 + 1] {
            let matrix = TestMatrix(x, rows: 1, columns: size)
            Kernel.softmax(matrix.view[0], visible: visible)
            #expect(largestDifference(matrix.values, ReferenceKernel.softmax(x, visible: visible)) < 5e-7)
        }
    }

    @Test(arguments: Activation.allCases) func `Activations agree with their plain siblings`(_ activation: Activation) {
        let x = stride(from: Float(-30), through: 30, by: 0.037).map { $0 } + [0, -0.0, 1e-30, 100, -100, 3e4, -3e4]
        var numbers = TestNumbers(4)
        let up = numbers.values(x.count)
        for up in [up, nil] {
            let gate = TestMatrix(x, rows: 1, columns: x.count)
            let factor = up.map { TestMatrix($0, rows: 1, columns: x.count, offset: 2) }
            let result = TestMatrix(x, rows: 1, columns: x.count, offset: 0)
            Kernel.activate(activation, gate.view, times: factor?.view, into: result.view)
            for (i, value) in result.values.enumerated() {
                let expected = ReferenceKernel.activation(activation, x[i]) * (up?[i] ?? 1)
                #expect(abs(value - expected) <= 1e-6 + 1e-6 * abs(expected), "\(activation) of \(x[i])")
            }
        }
    }

    @Test func `The exponential is accurate and saturates`() {
        for x in stride(from: Float(-87), through: 88, by: 0.0137) {
            let expected = exp(Double(x))
            #expect(abs(Double(Kernel.exponential(x)) - expected) <= 2e-7 * expected)
        }
        #expect(Kernel.exponential(-1e9) < 1.3e-38)
        #expect(Kernel.exponential(1e9).isFinite)
    }

    @Test(arguments: [RotaryTable.Pairing.halves, .adjacent])
    func `Rotary encoding agrees with its plain sibling and leaves the rest of a head alone`(
        _ pairing: RotaryTable.Pairing
    ) {
        var numbers = TestNumbers(5)
        for (size, pairs) in [(2, 1), (8, 4), (14, 7), (26, 5), (64, 32)] {
            let frequencies = (0..<pairs).map { 1 / pow(10_000, Float(2 * $0) / Float(2 * pairs)) }
            let table = RotaryTable(frequencies: frequencies, pairing: pairing, positions: 400)
            let x = numbers.values(3 * size)
            for position in [0, 1, 17, 399] {
                let matrix = TestMatrix(x, rows: 1, columns: 3 * size)
                table.rotate(matrix.view[0], headSize: size, position: position)
                let expected = (0..<3).flatMap {
                    ReferenceKernel.rotate(
                        Array(x[$0 * size..<($0 + 1) * size]), frequencies: frequencies, pairing: pairing,
                        position: position)
                }
                #expect(largestDifference(matrix.values, expected) < 5e-7)
            }
        }
    }

    @Test(arguments: [ProductKernel.blocked, .streamed])
    func `Scores and mixtures agree with plain products`(_ kernel: ProductKernel) {
        var numbers = TestNumbers(6)
        for (rows, size, count) in [
            (1, 64, 1), (2, 7, 3), (3, 16, 5), (4, 33, 17), (6, 128, 100), (7, 80, 9), (13, 257, 31),
        ] {
            let (q, k, v) = (numbers.values(rows * size), numbers.values(count * size), numbers.values(count * size))
            let queries = TestMatrix(q, rows: rows, columns: size, offset: 2, gap: 5)
            let keys = TestMatrix(k, rows: count, columns: size, offset: 3, gap: 9)
            let values = TestMatrix(v, rows: count, columns: size, gap: 2)
            let scores = TestMatrix([Float](repeating: 0, count: rows * count), rows: rows, columns: count)
            let mixed = TestMatrix([Float](repeating: 0, count: rows * size), rows: rows, columns: size)
            let scale: Float = 0.37
            withExtendedLifetime((queries, keys, values)) {
                Kernel.scores(queries.view, keys.view, scale: scale, into: scores.view, by: kernel)
                Kernel.mix(scores.view, values.view, into: mixed.view, by: kernel)
            }
            let expected = ReferenceKernel.multiply(
                q, k, rows: rows, inputs: size, outputs: count, orientation: .outputByInput
            ).map { $0 * scale }
            #expect(largestDifference(scores.values, expected) < 1e-5)
            let expectedMix = ReferenceKernel.multiply(
                scores.values, v, rows: rows, inputs: count, outputs: size, orientation: .inputByOutput)
            #expect(largestDifference(mixed.values, expectedMix) < 2e-5)
            guard kernel == .streamed else { continue }
            // A row has the same bytes alone.
            for row in 0..<rows {
                let (score, mixture) = (scores.values, mixed.values)
                let (one, other) = (
                    TestMatrix([Float](repeating: 0, count: count), rows: 1, columns: count),
                    TestMatrix([Float](repeating: 0, count: size), rows: 1, columns: size)
                )
                withExtendedLifetime((queries, keys, values, scores)) {
                    Kernel.scores(queries.view.rows(row..<row + 1), keys.view, scale: scale, into: one.view, by: kernel)
                    Kernel.mix(scores.view.rows(row..<row + 1), values.view, into: other.view, by: kernel)
                }
                #expect(one.values == Array(score[row * count..<(row + 1) * count]))
                #expect(other.values == Array(mixture[row * size..<(row + 1) * size]))
            }
        }
    }

    @Test func `A soft cap is limit times tanh`() {
        let x: [Float] = [-100, -3, -0.5, -1e-4, 0, 1e-4, 0.5, 3, 100]
        let matrix = TestMatrix(x, rows: 1, columns: x.count)
        Kernel.softCap(matrix.view, limit: 5)
        #expect(largestDifference(matrix.values, x.map { Float(5 * tanh(Double($0) / 5)) }) < 2e-6)
    }

    @Test func `Adding, scaling, clamping and copying touch their view only`() {
        let matrix = TestMatrix([1, 2, 3, 4, 5, 6], rows: 2, columns: 3)
        [10, 20, 30].withUnsafeBufferPointer { Kernel.add($0, toEachRowOf: matrix.view) }
        #expect(matrix.values == [11, 22, 33, 14, 25, 36])
        Kernel.scale(matrix.view, by: 2)
        Kernel.clamp(matrix.view, to: 45)
        #expect(matrix.values == [22, 44, 45, 28, 45, 45])
        let copy = TestMatrix([0, 0, 0, 0, 0, 0], rows: 2, columns: 3, offset: 0)
        Kernel.copy(matrix.view, into: copy.view)
        Kernel.add(matrix.view, to: copy.view)
        #expect(copy.values == [44, 88, 90, 56, 90, 90])
        #expect(copy.buffer.matrix(rows: 2, columns: 6)[0][3].isNaN)
    }

    @Test func `The index of the maximum is the lowest one on a tie`() {
        for count in [1, 4, 5, 9, 31, 32, 47, 100, 256, 257, 700] {
            for first in 0..<count {
                var x = [Float](repeating: -2, count: count)
                x[first] = 3
                x[count - 1] = 3
                #expect(x.withUnsafeMutableBufferPointer { Kernel.indexOfMaximum($0) } == first)
            }
        }
        var numbers = TestNumbers(9)
        let x = numbers.values(5 * 900)
        for threads in 1...3 {
            let matrix = TestMatrix(x, rows: 5, columns: 900)
            let indices = withExtendedLifetime(matrix) {
                Kernel.indicesOfMaxima(matrix.view, team: WorkerTeam(count: threads))
            }
            #expect(
                indices
                    == (0..<5).map { row in x[row * 900..<(row + 1) * 900].indices.max { x[$0] < x[$1] }! - row * 900 })
        }
    }

    @Test func `Infinite values and values that are not a number are found`() {
        let team = WorkerTeam(count: 2)
        for bad in [Float.infinity, -.infinity, .nan, -.nan] {
            for place in 0..<6 {
                var x: [Float] = [0, -1, .greatestFiniteMagnitude, Float.leastNonzeroMagnitude, -0.0, 5]
                let good = TestMatrix(x, rows: 2, columns: 3)
                #expect(withExtendedLifetime(good) { Kernel.isFinite(good.view, team: team) })
                x[place] = bad
                let matrix = TestMatrix(x, rows: 2, columns: 3)
                #expect(withExtendedLifetime(matrix) { !Kernel.isFinite(matrix.view, team: team) })
            }
        }
    }
}
