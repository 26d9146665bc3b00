/// What a split looks for.
enum Delimiter: Sendable {
    /// This text, which is not empty.
    case literal([UInt8])
    /// The matches of a regular expression.
    case pattern(Pattern)
    /// Single scalars of a class.
    case scalars(CharacterClass)

    /// Cuts `text[range]` into matches and what lies between them, from left to right.
    @inline(__always)
    func forEachPart(
        in text: [UInt8], _ range: Range<Int>, _ body: (_ part: Range<Int>, _ isMatch: Bool) -> Void
    ) throws {
        var end = range.lowerBound
        func emit(_ match: Range<Int>) {
            if match.lowerBound > end { body(end..<match.lowerBound, false) }
            body(match, true)
            end = match.upperBound
        }
        switch self {
        case .literal(let literal):
            var position = range.lowerBound
            let first = literal[0]
            while position < range.upperBound {
                if text[position] == first, UTF8Text.matches(literal, in: text, at: position, end: range.upperBound) {
                    emit(position..<position + literal.count)
                    position += literal.count
                } else {
                    position += 1
                }
            }
        case .pattern(let pattern):
            try pattern.forEachMatch(in: text, range, emit)
        case .scalars(let characters):
            let ascii = characters.ascii
            var position = range.lowerBound
            while position < range.upperBound {
                let byte = text[position]
                if byte < 0x80 {
                    if ascii[Int(byte)] { emit(position..<position + 1) }
                    position += 1
                } else {
                    let (value, length) = UTF8Text.scalar(in: text, at: position)
                    if let scalar = Unicode.Scalar(value), characters.contains(scalar) {
                        emit(position..<position + length)
                    }
                    position += length
                }
            }
        }
        if end < range.upperBound { body(end..<range.upperBound, false) }
    }
}

/// What a split does with the delimiters it found. The names are those of tokenizer.json.
enum SplitBehavior: String, Sendable, CaseIterable {
    /// They disappear.
    case removed = "Removed"
    /// Each becomes a piece.
    case isolated = "Isolated"
    /// Each belongs to the piece before it; of several in a row only the first does, the others are pieces.
    case mergedWithPrevious = "MergedWithPrevious"
    /// Each belongs to the piece behind it; of several in a row only the last does, the others are pieces.
    case mergedWithNext = "MergedWithNext"
    /// Several in a row become one piece.
    case contiguous = "Contiguous"
}

/// A split at delimiters.
struct Splitter: Sendable {
    var delimiter: Delimiter
    var behavior: SplitBehavior
    /// Whether the delimiters are what lies between the matches.
    var isInverted = false

    /// Cuts every piece.
    func split(_ pieces: inout Pieces) throws {
        switch behavior {
        // The common behaviours without the detour over the others.
        case .isolated:
            try pieces.split { text, range, emit in try delimiter.forEachPart(in: text, range) { part, _ in emit(part) }
            }
        case .removed:
            try pieces.split { text, range, emit in
                try delimiter.forEachPart(in: text, range) { part, isMatch in
                    if isMatch == isInverted { emit(part) }
                }
            }
        case .contiguous, .mergedWithPrevious, .mergedWithNext:
            try pieces.split { text, range, emit in try split(text, range, emit) }
        }
    }

    /// Reports the pieces of `text[range]`, from left to right; some may be empty.
    private func split(_ text: [UInt8], _ range: Range<Int>, _ emit: (Range<Int>) -> Void) throws {
        switch behavior {
        case .isolated, .removed:
            try delimiter.forEachPart(in: text, range) { part, isMatch in
                if behavior == .isolated || isMatch == isInverted { emit(part) }
            }
        case .contiguous:
            var current: Range<Int>?
            var wasMatch = false
            try delimiter.forEachPart(in: text, range) { part, isMatch in
                if let open = current, isMatch == wasMatch {
                    current = open.lowerBound..<part.upperBound
                } else {
                    if let current { emit(current) }
                    current = part
                }
                wasMatch = isMatch
            }
            if let current { emit(current) }
        case .mergedWithPrevious, .mergedWithNext:
            var parts: [(range: Range<Int>, isMatch: Bool)] = []
            try delimiter.forEachPart(in: text, range) { part, isMatch in
                parts.append((part, isMatch != isInverted))
            }
            for part in behavior == .mergedWithPrevious ? Self.mergedWithPrevious(parts) : Self.mergedWithNext(parts) {
                emit(part)
            }
        }
    }

    private static func mergedWithPrevious(_ parts: [(range: Range<Int>, isMatch: Bool)]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var wasMatch = false
        for (range, isMatch) in parts {
            if isMatch, !wasMatch, let last = result.last {
                result[result.count - 1] = last.lowerBound..<range.upperBound
            } else {
                result.append(range)
            }
            wasMatch = isMatch
        }
        return result
    }

    private static func mergedWithNext(_ parts: [(range: Range<Int>, isMatch: Bool)]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var wasMatch = false
        for (range, isMatch) in parts.reversed() {
            if isMatch, !wasMatch, let next = result.last {
                result[result.count - 1] = range.lowerBound..<next.upperBound
            } else {
                result.append(range)
            }
            wasMatch = isMatch
        }
        return result.reversed()
    }
}
