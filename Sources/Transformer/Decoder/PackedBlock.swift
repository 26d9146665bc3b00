import Tokenization

/// What a caller wants from one sequence.
public struct SequenceInput: Sendable {
    /// Its tokens, at least one, at most the model's context length.
    public var tokens: [TokenID]
    /// Coefficients to overwrite, or nil.
    public var surgery: Surgery?
    /// The positions whose logits are wanted.
    public var logits: LogitPositions

    /// Creates an input.
    public init(tokens: [TokenID], surgery: Surgery? = nil, logits: LogitPositions) {
        self.tokens = tokens
        self.surgery = surgery
        self.logits = logits
    }
}

/// Positions whose logits are computed; logits of a large vocabulary are expensive, so say `last` where that is enough.
public enum LogitPositions: Sendable, Equatable {
    /// No logits: the sequence runs for its coefficients.
    case none
    /// The last position.
    case last
    /// All positions.
    case all
}

/// What one sequence gives.
public struct SequenceOutput: Sendable, Equatable {
    /// [positions, vocabulary] row by row, for the positions asked for.
    public var logits: [Float]
}

/// A part of a sequence that runs through the layers in one piece: a whole prompt, or the newest token of a generation.
struct SequencePart {
    /// The caller's number of the sequence.
    var index: Int
    var tokens: [TokenID]
    /// Position of the first of these tokens.
    var firstPosition = 0
    var surgery: Surgery?
    var logits: LogitPositions
    /// Where the sequence stands in the cache, if there is one.
    var cacheSlot = 0

    /// Number of positions that get logits.
    var readCount: Int {
        switch logits {
        case .none: return 0
        case .last: return 1
        case .all: return tokens.count
        }
    }
}

/// Sequences packed end to end into the rows of one matrix, small enough for a processor's cache.
struct PackedBlock {
    /// A sequence with its rows.
    struct Member {
        var part: SequencePart
        var rows: Range<Int>
    }

    var members: [Member] = []
    var rowCount = 0
    /// Rows of the matrix of read positions where this block's begin, and how many they are.
    var readStart = 0
    var readCount = 0

    /// Products of queries and keys, all heads as one.
    var attentionPairs: Int {
        members.reduce(0) { $0 + $1.part.tokens.count * ($1.part.firstPosition + $1.part.tokens.count) }
    }

    /// Distributes sequences over blocks, in order; depends on nothing but their lengths.
    static func pack(_ parts: [SequencePart]) -> [PackedBlock] {
        var blocks: [PackedBlock] = []
        var reads = 0
        for part in parts {
            let count = part.tokens.count
            if let last = blocks.last, last.rowCount + count <= maximumRows {
                blocks[blocks.count - 1].rowCount += count
            } else {
                blocks.append(PackedBlock(rowCount: count, readStart: reads))
            }
            let end = blocks[blocks.count - 1].rowCount
            blocks[blocks.count - 1].members.append(Member(part: part, rows: end - count..<end))
            blocks[blocks.count - 1].readCount += part.readCount
            reads += part.readCount
        }
        return blocks
    }

    /// Rows of a block, unless one sequence alone is longer: enough to keep the multiply units busy, few enough for the
    /// activations of a small model to stay in the second-level cache.
    static let maximumRows = 384
}
