import LinearAlgebra
import Synchronization

/// The rotary encoding of one layer, ready for sequences of both kinds of length.
struct PreparedRotary: Sendable {
    let encoding: RotaryEncoding
    /// For sequences up to the encoding's threshold, or for all.
    let table: RotaryTable
    /// For longer ones.
    let longTable: RotaryTable?

    init(_ encoding: RotaryEncoding, positions: Int) {
        func table(_ sequenceLength: Int) -> RotaryTable {
            RotaryTable(
                frequencies: encoding.frequencies(sequenceLength: sequenceLength), pairing: encoding.pairing,
                positions: positions)
        }
        self.encoding = encoding
        self.table = table(1)
        longTable = encoding.longSequenceThreshold.map { table($0 + 1) }
    }

    /// Turns the heads of successive positions, each row some heads side by side.
    ///
    /// - Parameter sequenceLength: positions of the whole sequence up to its newest token.
    func turn(_ heads: MatrixView, headSize: Int, firstPosition: Int, sequenceLength: Int) {
        let isLong = encoding.longSequenceThreshold.map { sequenceLength > $0 } ?? false
        let table = isLong ? longTable ?? table : table
        for row in 0..<heads.rows { table.rotate(heads[row], headSize: headSize, position: firstPosition + row) }
        guard encoding.attentionFactor != 1 else { return }
        for start in stride(from: 0, to: heads.columns, by: headSize) {
            Kernel.scale(heads.columns(start..<start + encoding.dimensions), by: encoding.attentionFactor)
        }
    }
}

/// The rotary tables of a model's layers, computed for as many positions as were asked for so far.
final class RotaryTables: Sendable {
    private let layers: [RotaryEncoding?]
    private let cached: Mutex<(positions: Int, layers: [PreparedRotary?])>

    init(_ configuration: DecoderConfiguration) {
        layers = configuration.layers.map(\.rotary)
        cached = Mutex((0, layers.map { _ in nil }))
    }

    /// One for each layer that has a rotary encoding, for positions 0..<positions at least; equal layers share one.
    func covering(_ positions: Int) -> [PreparedRotary?] {
        cached.withLock { cached in
            guard cached.positions < positions else { return cached.layers }
            var size = 256
            while size < positions { size *= 2 }
            var made: [PreparedRotary] = []
            cached.layers = layers.map { encoding in
                guard let encoding else { return nil }
                if let prepared = made.first(where: { $0.encoding == encoding }) { return prepared }
                let prepared = PreparedRotary(encoding, positions: size)
                made.append(prepared)
                return prepared
            }
            cached.positions = size
            return cached.layers
        }
    }
}
