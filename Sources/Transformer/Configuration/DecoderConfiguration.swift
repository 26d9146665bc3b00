public import LinearAlgebra

/// Everything that decides what a decoder computes, except the weights: the description that the one forward pass follows.
///
/// It is read from config.json by the `ModelFamily` of its `model_type`. Names are those of the Hugging Face configurations
/// where they have one.
public struct DecoderConfiguration: Sendable, Equatable {
    /// `model_type` of config.json.
    public var modelType: String
    /// Width of the residual stream.
    public var hiddenSize: Int
    /// Width of the embeddings and of what the head reads, when it is not `hiddenSize`: matrices lead from the one to the
    /// other (OPT 350M).
    public var projectedEmbeddingSize: Int?
    /// Number of embedding rows, which may exceed the number of the tokenizer's tokens.
    public var vocabularySize: Int
    /// The longest sequence the model was made for.
    public var contextLength: Int
    /// The layers, first to last.
    public var layers: [LayerConfiguration]
    /// Shape of the attention, the same in all layers.
    public var attention: AttentionConfiguration
    /// Norm of every block and of the end.
    public var normalization: Normalization
    /// Whether there is a norm between the last layer and the head.
    public var hasFinalNorm = true
    /// How attention and MLP follow each other.
    public var residual: Residual = .serial
    /// What the MLP does between its matrices.
    public var activation: Activation
    /// Whether the MLP has a gate: coefficients are act(gate · x) * (up · x) then, act(in · x) otherwise.
    public var isGated: Bool
    /// Whether the MLP's matrices have biases.
    public var hasMLPBias = false
    /// Learned position embeddings, if any. Rotary ones are a matter of the layers.
    public var learnedPositions: LearnedPositions?
    /// What embeddings are multiplied by.
    public var embeddingScale: Float = 1
    /// Whether the embedding is the head as well.
    public var isHeadTied: Bool
    /// Whether the head has a bias.
    public var hasHeadBias = false
    /// Final logits are limit · tanh(logit / limit).
    public var logitSoftCap: Float?

    /// Number of layers.
    public var layerCount: Int { layers.count }

    /// Number of MLP coefficients (d_ff) of each layer.
    public var coefficientCounts: [Int] { layers.map(\.coefficientCount) }

    /// Width of the embeddings and of what the head reads.
    var embeddingSize: Int { projectedEmbeddingSize ?? hiddenSize }

    /// The sequence lengths at which a rotary encoding changes: longer sequences have other angles at all positions.
    var longSequenceThresholds: Set<Int> { Set(layers.compactMap { $0.rotary?.longSequenceThreshold }) }
}

/// What may differ between the layers of one model.
public struct LayerConfiguration: Sendable, Equatable {
    /// Number of MLP coefficients (d_ff), those of all experts together.
    public var coefficientCount: Int
    /// The experts among which the coefficients are divided evenly; nil: one MLP for all positions.
    public var experts: ExpertConfiguration?
    /// Position i attends to j with i - j < window; nil: to all before it.
    public var window: Int?
    /// Rotary position encoding of queries and keys, if any.
    public var rotary: RotaryEncoding?

    /// Number of coefficients of one expert; of the one MLP if there are no experts.
    var coefficientsPerExpert: Int { coefficientCount / (experts?.count ?? 1) }
}

/// A mixture of experts: MLPs of the same shape, some of which each position is routed to.
///
/// Unit i of expert e is coefficient e * d + i of the layer, d being the units of one expert. It is what enters the expert's
/// value matrix, before the routing weight, and 0 at positions that are not routed to e.
public struct ExpertConfiguration: Sendable, Equatable {
    /// Number of experts.
    public var count: Int
    /// Number of experts that a position is routed to, those with the largest softmax of the router's outputs.
    public var countPerToken: Int
    /// Whether the routing weights, the softmax over all experts, are divided by their sum over the chosen ones.
    public var areWeightsNormalized: Bool
}

/// The shape of an attention block.
public struct AttentionConfiguration: Sendable, Equatable {
    /// How the rows of the query, key and value projection are ordered, whether it is one tensor or three.
    public enum Layout: Sendable, Equatable {
        /// All queries, then all keys, then all values.
        case sections
        /// For each key/value head: its queries, its key, its value (GPT-NeoX, Falcon 40B).
        case grouped
    }

    /// Norm of queries and keys before the rotary encoding.
    public enum QueryKeyNorm: Sendable, Equatable {
        /// Over each head, with weights that all heads share (Qwen 3, Gemma 3).
        case sharedByHeads
        /// Over each head, with weights of its own (StableLM 12B).
        case ofEachHead
        /// Over all heads together (OLMo 2).
        case acrossHeads
    }

    /// Number of query heads.
    public var headCount: Int
    /// Number of key/value heads, a divisor of `headCount`.
    public var keyValueHeadCount: Int
    /// Values in a head.
    public var headSize: Int
    /// What scores are multiplied by.
    public var scale: Float
    /// Order of the projection's rows.
    public var layout: Layout = .sections
    /// Whether the query, key and value projections have biases.
    public var hasQueryKeyValueBias = false
    /// Whether the output projection has a bias.
    public var hasOutputBias = false
    /// Norm of queries and keys, if any.
    public var queryKeyNorm: QueryKeyNorm?
    /// Queries, keys and values are limited to -clip ... clip.
    public var clip: Float?
    /// Scores are limit · tanh(score / limit).
    public var softCap: Float?

    /// Values of a token's queries, keys and values together.
    var projectionSize: Int { (headCount + 2 * keyValueHeadCount) * headSize }

    private var groupSize: Int { headCount / keyValueHeadCount }

    /// The query heads that use a key/value head: they stand side by side in a row of the projection.
    func queryHeads(ofKeyValue head: Int) -> Range<Int> { head * groupSize..<(head + 1) * groupSize }

    /// The key/value head that a query head uses.
    func keyValueHead(ofQuery head: Int) -> Int { head / groupSize }

    /// Where the queries of a head stand in a row of the projection.
    func queryColumns(_ head: Int) -> Range<Int> {
        switch layout {
        case .sections: return columns(head)
        case .grouped: return columns(head / groupSize * (groupSize + 2) + head % groupSize)
        }
    }

    /// Where the keys of a key/value head stand.
    func keyColumns(_ head: Int) -> Range<Int> {
        switch layout {
        case .sections: return columns(headCount + head)
        case .grouped: return columns(head * (groupSize + 2) + groupSize)
        }
    }

    /// Where the values of a key/value head stand.
    func valueColumns(_ head: Int) -> Range<Int> {
        switch layout {
        case .sections: return columns(headCount + keyValueHeadCount + head)
        case .grouped: return columns(head * (groupSize + 2) + groupSize + 1)
        }
    }

    private func columns(_ slot: Int) -> Range<Int> { slot * headSize..<(slot + 1) * headSize }
}

/// The kind of norm, with its epsilon.
public enum Normalization: Sendable, Equatable {
    /// x / rms(x) * (weightOffset + weight); Gemma's offset is 1.
    case rms(epsilon: Float, weightOffset: Float)
    /// LayerNorm, with or without weight and bias.
    case layer(epsilon: Float, hasWeight: Bool, hasBias: Bool)
}

/// How the two blocks of a layer meet the residual stream. Which norms stand before and after a block is decided by the
/// names that the family gives them.
public enum Residual: Sendable, Equatable {
    /// x += attention(x), then x += mlp(x).
    case serial
    /// x = norm(x + attention(x)), then x = norm(x + mlp(x)) (OPT 350M).
    case serialNormedAfter
    /// x += attention(x) + mlp(x), each with its own norm.
    case parallel
    /// x += attention(n) + mlp(n) of one normed n.
    case parallelSharedNorm
}

/// A table of position embeddings.
public struct LearnedPositions: Sendable, Equatable {
    /// Position p uses row p + offset (OPT: 2).
    public var offset: Int
}
