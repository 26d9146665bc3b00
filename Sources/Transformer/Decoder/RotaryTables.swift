import LinearAlgebra
import Synchronization

/// The rotary tables of a model's layers, computed for as many positions as were asked for so far.
final class RotaryTables: Sendable {
    private let layers: [RotaryEncoding?]
    private let cached: Mutex<[RotaryTable?]>

    init(_ configuration: DecoderConfiguration) {
        layers = configuration.layers.map(\.rotary)
        cached = Mutex(layers.map { _ in nil })
    }

    /// One table per layer that has a rotary encoding, for positions 0..<positions at least; equal layers share one.
    func covering(_ positions: Int) -> [RotaryTable?] {
        cached.withLock { tables in
            guard zip(tables, layers).contains(where: { $1 != nil && ($0?.positions ?? 0) < positions }) else {
                return tables
            }
            var size = 256
            while size < positions { size *= 2 }
            var made: [(RotaryEncoding, RotaryTable)] = []
            tables = layers.map { encoding in
                guard let encoding else { return nil }
                if let table = made.first(where: { $0.0 == encoding })?.1 { return table }
                let table = RotaryTable(frequencies: encoding.frequencies, pairing: encoding.pairing, positions: size)
                made.append((encoding, table))
                return table
            }
            return tables
        }
    }
}
