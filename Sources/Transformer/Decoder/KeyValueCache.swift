import LinearAlgebra

/// Keys (after the rotary encoding) and values of the positions that a generation has passed.
final class KeyValueCache: Sendable {
    private let keys: [FloatBuffer]
    private let values: [FloatBuffer]
    private let starts: [Int]
    private let rowCount: Int
    private let width: Int

    /// Makes room for sequences that grow to `lengths` positions.
    init(_ configuration: DecoderConfiguration, lengths: [Int]) {
        var starts: [Int] = []
        var end = 0
        for length in lengths {
            starts.append(end)
            end += length
        }
        let width = configuration.attention.keyValueHeadCount * configuration.attention.headSize
        self.starts = starts
        self.width = width
        rowCount = end
        keys = configuration.layers.map { _ in FloatBuffer(capacity: end * width) }
        values = configuration.layers.map { _ in FloatBuffer(capacity: end * width) }
    }

    /// Bytes for one position of one sequence.
    static func bytesPerPosition(_ configuration: DecoderConfiguration) -> Int {
        8 * configuration.layerCount * configuration.attention.keyValueHeadCount * configuration.attention.headSize
    }

    /// The keys of positions of a sequence: [positions, key/value heads * head size].
    func keys(layer: Int, slot: Int, positions: Range<Int>) -> MatrixView {
        rows(of: keys[layer], slot, positions)
    }

    /// The values of positions of a sequence, likewise.
    func values(layer: Int, slot: Int, positions: Range<Int>) -> MatrixView {
        rows(of: values[layer], slot, positions)
    }

    private func rows(of buffer: FloatBuffer, _ slot: Int, _ positions: Range<Int>) -> MatrixView {
        buffer.matrix(rows: rowCount, columns: width)
            .rows(starts[slot] + positions.lowerBound..<starts[slot] + positions.upperBound)
    }
}
