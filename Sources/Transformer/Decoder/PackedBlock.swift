import LinearAlgebra
import Tokenization

/// What a caller wants from one sequence.
public struct SequenceInput: Sendable {
    /// Its tokens, at least one, at most the model's context length.
    public var tokens: [TokenID]
    /// Coefficients to overwrite, or nil.
    public var surgery: Surgery?
    /// The positions whose logits are wanted.
    public var logits: LogitPositions
    /// The tokens whose logits are wanted there; nil: all.
    public var vocabulary: [TokenID]?

    /// Creates an input.
    public init(
        tokens: [TokenID], surgery: Surgery? = nil, logits: LogitPositions, of vocabulary: [TokenID]? = nil
    ) {
        self.tokens = tokens
        self.surgery = surgery
        self.logits = logits
        self.vocabulary = vocabulary
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
    /// [positions, vocabulary] row by row, for the positions and tokens asked for.
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

    /// Its surgery if that leaves units out.
    var surgeryThatLeavesOut: Surgery? { surgery.flatMap { $0.leavesOut ? $0 : nil } }

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
    /// The surgery of all its sequences, if they share one that leaves units out.
    var surgery: Surgery?

    /// Products of queries and keys, all heads as one.
    var attentionPairs: Int {
        members.reduce(0) { $0 + $1.part.tokens.count * ($1.part.firstPosition + $1.part.tokens.count) }
    }

    /// Distributes sequences over blocks, in order; those that leave units out stand with their like only. Depends on nothing
    /// but the sequences.
    static func pack(_ parts: [SequencePart]) -> [PackedBlock] {
        var blocks: [PackedBlock] = []
        var reads = 0
        var start = 0
        while start < parts.count {
            let surgery = parts[start].surgeryThatLeavesOut
            let end = parts[start...].firstIndex { $0.surgeryThatLeavesOut != surgery } ?? parts.count
            let group = parts[start..<end]
            let total = group.reduce(0) { $0 + $1.tokens.count }
            // Blocks of about the same size, an even number of them: then two or four threads end together.
            let wanted = (total + maximumRows - 1) / maximumRows
            let count = total >= 2 * minimumRows ? (wanted + 1) / 2 * 2 : wanted
            var (before, last) = (0, -1)
            for part in group {
                let place = (2 * before + part.tokens.count) * count / (2 * total)
                before += part.tokens.count
                if place > last {
                    blocks.append(PackedBlock(readStart: reads, surgery: surgery))
                    last = place
                }
                let rows = blocks[blocks.count - 1].rowCount
                blocks[blocks.count - 1].rowCount += part.tokens.count
                blocks[blocks.count - 1].members.append(Member(part: part, rows: rows..<rows + part.tokens.count))
                blocks[blocks.count - 1].readCount += part.readCount
                reads += part.readCount
            }
            start = end
        }
        return blocks
    }

    /// The block of the positions that are read alone: what the last layer needs once attention has mixed the others in.
    var readPositions: PackedBlock {
        var result = self
        result.members = []
        result.rowCount = 0
        for member in members where member.part.readCount > 0 {
            let rows = result.rowCount..<result.rowCount + member.part.readCount
            result.members.append(Member(part: member.part, rows: rows))
            result.rowCount = rows.upperBound
        }
        return result
    }

    /// Copies the rows of the positions that are read.
    func copyReads(of all: MatrixView, into reads: MatrixView) {
        var target = 0
        for member in members {
            let source = all.rows(member.rows.suffix(member.part.readCount))
            Kernel.copy(source, into: reads.rows(target..<target + source.rows))
            target += source.rows
        }
    }

    /// Rows of a block, about, unless one sequence alone is longer: enough to keep the multiply units busy, few enough for the
    /// activations of a small model to stay near them.
    static let maximumRows = 768
    /// Fewer are not worth a block of their own.
    private static let minimumRows = 128
}
