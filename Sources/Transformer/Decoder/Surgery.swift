import Diagnostics

/// MLP coefficients that are overwritten at every position of a sequence, layer by layer; or coefficients whose value vectors
/// get noise, while they keep what the model computes.
public struct Surgery: Sendable, Equatable {
    /// One entry per layer of the model.
    public var layers: [LayerSurgery]
    /// Noise that is added to the value vectors of the layers' coefficients; nil: the coefficients are overwritten.
    public let noise: ValueNoise?
    /// Whether units whose coefficients become zero are left out of the products. The result is the same up to rounding, and
    /// sooner there where neighbouring sequences share the surgery. Experts are computed whole all the same.
    public let leavesOut: Bool

    /// Overwrites coefficients.
    public init(layers: [LayerSurgery]) {
        self.layers = layers
        noise = nil
        leavesOut = false
    }

    /// Adds noise to value vectors: one list of ascending indices per layer. The layer's output gets the sum of
    /// m_i * scale * e_i over the indices.
    public init(noise: ValueNoise, to indices: [[Int32]]) {
        layers = indices.map { LayerSurgery(indices: $0) }
        self.noise = noise
        leavesOut = false
    }

    /// Sets coefficients to zero: one list of ascending indices per layer.
    ///
    /// - Parameter leavingOut: see `leavesOut`; then no tap may read the sequence's coefficients.
    public init(zeroing indices: [[Int32]], leavingOut: Bool = false) {
        layers = indices.map { LayerSurgery(indices: $0) }
        noise = nil
        leavesOut = leavingOut
    }

    /// Equal indices and values, noise of the same name, computed in the same way.
    public static func == (left: Surgery, right: Surgery) -> Bool {
        left.noise?.key == right.noise?.key && left.leavesOut == right.leavesOut && left.layers == right.layers
    }

    /// Throws when the surgery does not fit a model.
    func check(_ configuration: DecoderConfiguration) throws {
        func failure(_ problem: String) -> Failure { Failure(.badData, at: "mask", problem) }
        guard layers.count == configuration.layerCount else {
            throw failure("it has \(layers.count) layers, the model \(configuration.layerCount)")
        }
        for (index, layer) in layers.enumerated() {
            let count = configuration.layers[index].coefficientCount
            var previous: Int32 = -1
            for coefficient in layer.indices {
                guard coefficient > previous else {
                    throw failure("the indices of layer \(index) do not ascend from 0 on")
                }
                previous = coefficient
            }
            guard previous < count else {
                throw failure("layer \(index) has no coefficient \(previous), only 0 to \(count - 1)")
            }
            guard layer.values.map({ $0.count == layer.indices.count }) ?? true else {
                throw failure("layer \(index) has not as many values as indices")
            }
        }
    }
}

/// The overwritten coefficients of one layer.
public struct LayerSurgery: Sendable, Equatable {
    /// Which coefficients, ascending.
    public var indices: [Int32]
    /// What each of them becomes; nil: zero.
    public var values: [Float]?

    /// Creates a layer's surgery.
    public init(indices: [Int32], values: [Float]? = nil) {
        self.indices = indices
        self.values = values
    }

    /// Overwrites coefficients of one position.
    ///
    /// - Parameters:
    ///   - coefficients: successive ones.
    ///   - first: the number of the first of them in the layer.
    func apply(to coefficients: UnsafeMutableBufferPointer<Float>, first: Int = 0) {
        let end = first + coefficients.count
        for place in firstPlace(from: first)..<firstPlace(from: end) {
            coefficients[Int(indices[place]) - first] = values?[place] ?? 0
        }
    }

    /// Copies the coefficients of this surgery from one position; all others become 0.
    ///
    /// - Parameters:
    ///   - coefficients: successive ones.
    ///   - first: the number of the first of them in the layer.
    func select(
        from coefficients: UnsafeMutableBufferPointer<Float>, first: Int,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        target.update(repeating: 0)
        let end = first + coefficients.count
        for place in firstPlace(from: first)..<firstPlace(from: end) {
            let index = Int(indices[place]) - first
            target[index] = coefficients[index]
        }
    }

    /// The units of an MLP of `count` that are computed when the zeroed ones are left out: all others, and as many of them as
    /// make a number that products run well with. Nil where too few are zeroed to be worth it.
    func computedUnits(of count: Int) -> ComputedUnits? {
        guard values == nil, indices.count * 16 >= count else { return nil }
        let multiple = 32
        let rounded = (count - indices.count + multiple - 1) / multiple * multiple
        let computed = min(count, max(multiple, rounded))
        let filling = indices.prefix(computed - (count - indices.count))
        var units = ComputedUnits()
        units.indices.reserveCapacity(computed)
        var (next, nextFilling) = (0, 0)
        for unit in 0..<Int32(count) {
            if next < indices.count, indices[next] == unit {
                next += 1
                guard nextFilling < filling.count else { continue }
                nextFilling += 1
                units.zeroed.append(units.indices.count)
            }
            units.indices.append(unit)
        }
        return units
    }

    /// The place of the first index that is at least `coefficient`.
    private func firstPlace(from coefficient: Int) -> Int {
        var (low, high) = (0, indices.count)
        while low < high {
            let middle = (low + high) / 2
            if indices[middle] < coefficient { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The units of an MLP that are computed although others are left out.
struct ComputedUnits {
    /// Which, ascending.
    var indices: [Int32] = []
    /// Places among them whose coefficients become zero all the same.
    var zeroed: [Int] = []
}
