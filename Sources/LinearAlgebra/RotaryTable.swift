import Foundation

/// Cosines and sines of the rotary angles of positions 0..<positions, in float32 as the reference implementation
/// computes them: angle = Float(position) * frequency.
public struct RotaryTable: Sendable {
    /// Which two dimensions of a head turn together.
    public enum Pairing: Sendable, Equatable {
        /// i and i + n/2 (everything but GPT-J).
        case halves
        /// 2i and 2i + 1 (GPT-J).
        case adjacent
    }

    /// Number of positions.
    public let positions: Int
    private let pairs: Int
    private let pairing: Pairing
    private let cosines: [Float]
    private let sines: [Float]

    /// Computes the table.
    ///
    /// - Parameter frequencies: radians per position of each pair of dimensions.
    public init(frequencies: [Float], pairing: Pairing, positions: Int) {
        self.positions = positions
        self.pairing = pairing
        pairs = frequencies.count
        var cosines: [Float] = []
        var sines: [Float] = []
        cosines.reserveCapacity(positions * pairs)
        sines.reserveCapacity(positions * pairs)
        for position in 0..<positions {
            for frequency in frequencies {
                cosines.append(cos(Float(position) * frequency))
                sines.append(sin(Float(position) * frequency))
            }
        }
        self.cosines = cosines
        self.sines = sines
    }

    /// Turns the first `2 * pairs` values of each head in place.
    ///
    /// - Parameters:
    ///   - row: the heads of one token, `headSize` values each.
    public func rotate(_ row: UnsafeMutableBufferPointer<Float>, headSize: Int, position: Int) {
        precondition(position >= 0 && position < positions, "position outside the rotary table")
        precondition(2 * pairs <= headSize && row.count % headSize == 0, "the rotary dimensions must fit a head")
        guard var head = row.baseAddress else { return }
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                guard let allCosines = cosines.baseAddress, let allSines = sines.baseAddress else { return }
                let c = allCosines + position * pairs
                let s = allSines + position * pairs
                for _ in 0..<row.count / headSize {
                    switch pairing {
                    case .halves:
                        let other = head + pairs
                        for i in 0..<pairs {
                            let (x, y) = (head[i], other[i])
                            head[i] = x * c[i] - y * s[i]
                            other[i] = y * c[i] + x * s[i]
                        }
                    case .adjacent:
                        for i in 0..<pairs {
                            let (x, y) = (head[2 * i], head[2 * i + 1])
                            head[2 * i] = x * c[i] - y * s[i]
                            head[2 * i + 1] = y * c[i] + x * s[i]
                        }
                    }
                    head += headSize
                }
            }
        }
    }
}
