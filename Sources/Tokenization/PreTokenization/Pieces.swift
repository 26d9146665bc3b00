/// A text cut into pieces, the words that a model gets one by one.
///
/// Most pre-tokenisers only cut; those that rewrite the text (`rewrite`) make a new one and move the cuts along.
struct Pieces {
    /// A part of the text that is not empty.
    struct Piece: Equatable {
        var start: Int
        var end: Int
        /// Whether it starts where the whole input text starts: what the prepend scheme "first" asks for.
        var isFirst: Bool
    }

    private(set) var text: [UInt8]
    private(set) var pieces: [Piece]
    /// Whether each byte of the text still stands for its character of `ByteAlphabet`, which the model is to see.
    var isByteLevel = false

    /// The whole of `text` as one piece, or no piece if it is empty.
    init(_ text: [UInt8], isFirst: Bool) {
        self.text = text
        pieces = text.isEmpty ? [] : [Piece(start: 0, end: text.count, isFirst: isFirst)]
    }

    /// Replaces each piece by the ranges that `cut` reports for it, in order; empty ranges are dropped.
    @inline(__always)
    mutating func split(_ cut: (_ text: [UInt8], _ range: Range<Int>, _ emit: (Range<Int>) -> Void) throws -> Void)
        rethrows
    {
        var result: [Piece] = []
        result.reserveCapacity(pieces.count == 1 ? text.count / 4 + 4 : pieces.count * 2)
        for piece in pieces {
            try cut(text, piece.start..<piece.end) { range in
                guard !range.isEmpty else { return }
                let isFirst = piece.isFirst && range.lowerBound == piece.start
                result.append(Piece(start: range.lowerBound, end: range.upperBound, isFirst: isFirst))
            }
        }
        pieces = result
    }

    /// Rewrites each piece: `append` appends what stands for it, at least one byte, to the new text.
    mutating func rewrite(_ append: (_ text: [UInt8], _ piece: Piece, _ result: inout [UInt8]) -> Void) {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 4 + 8)
        for index in pieces.indices {
            let start = result.count
            append(text, pieces[index], &result)
            pieces[index].start = start
            pieces[index].end = result.count
        }
        text = result
    }
}
