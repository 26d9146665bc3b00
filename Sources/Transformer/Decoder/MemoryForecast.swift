import LinearAlgebra

/// The memory that running a model takes, from its shapes alone: what `describe` and a dry run foretell.
public struct MemoryForecast: Sendable {
    /// Bytes of the mapped files; resident once every weight has been read.
    public let weights: Int
    /// Bytes of activations, tiles and logits.
    public let work: Int
    /// Bytes of keys and values for each token of each sequence that is being continued.
    public let cachePerToken: Int
    /// Bytes beside the mapped files while the ten questions of a concept are answered and continued.
    public let beyondWeights: Int
    /// All of it.
    public var total: Int { weights + beyondWeights }

    /// Adds up the buffers of a decoder.
    public init(_ decoder: Decoder) {
        let configuration = decoder.configuration
        let attention = configuration.attention
        let hidden = configuration.hiddenSize
        let rows = PackedBlock.maximumRows
        let mlp = configuration.layers.map { Self.mlpWidth($0, configuration) }.max() ?? 0
        let activations =
            4 * rows * (4 * hidden + attention.projectionSize + attention.headCount * attention.headSize + mlp)
        let widest = configuration.layers.map(\.coefficientsPerExpert).max() ?? 0
        let tiles = WeightMatrix.workingBytes(
            rows: rows, inputs: max(hidden, widest), factors: configuration.isGated ? 2 : 1,
            arithmetic: decoder.arithmetic)
        let questions = 10
        let vocabulary = configuration.vocabularySize
        // One chunk of logits, and each question's own.
        let logits = 4 * vocabulary * (min(questions, max(1, (8 << 20) / vocabulary)) + questions)
        weights = decoder.checkpoint.byteCount
        work = decoder.team.count * (activations + tiles) + logits
        cachePerToken = KeyValueCache.bytesPerPosition(configuration)
        // The coefficients of the questions seen last, and the program with its tokenizer and store.
        let pooled = min(256 << 20, 8 * 60 * configuration.coefficientCounts.reduce(0, +))
        beyondWeights = work + min(1 << 30, questions * 116 * cachePerToken) + pooled + Self.program
    }

    /// The total, and how much of it is beside the mapped weights, for people.
    public var text: String { "\(Self.bytes(total)), \(Self.bytes(beyondWeights)) of it beside the weights" }

    /// A number of bytes for people.
    static func bytes(_ count: Int) -> String {
        let units: [(Int, String)] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        for (size, name) in units where count >= size {
            let tenths = (10 * count + size / 2) / size
            return "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(count) bytes"
    }

    /// Bytes of the program itself with a tokenizer, a store and its questions.
    private static let program = 60 << 20

    /// Values that the MLP of a layer needs for a row at most: when all rows go to the same expert, and a tap reads.
    private static func mlpWidth(_ layer: LayerConfiguration, _ configuration: DecoderConfiguration) -> Int {
        guard let experts = layer.experts else { return layer.coefficientCount }
        return experts.countPerToken * layer.coefficientsPerExpert + layer.coefficientCount + experts.count
            + 2 * configuration.hiddenSize
    }
}
