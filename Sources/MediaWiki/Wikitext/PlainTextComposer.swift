/// Turns marked text into plain text: one piece per paragraph or list item.
struct PlainTextComposer {
    private let marked: MarkedText

    init(_ marked: MarkedText) { self.marked = marked }

    /// All items that hold anything.
    func items(removingAsides: Bool) -> [PlainText] {
        blocks().map { block in
            var piece = PieceComposer(marked)
            return piece.compose(removingAsides ? Self.withoutAsides(block) : Self.withoutMarks(block))
        }.filter { !$0.isEmpty }
    }

    /// Cut at item breaks and empty lines.
    private func blocks() -> [ArraySlice<UInt8>] {
        var blocks: [ArraySlice<UInt8>] = []
        var start = 0
        var lineIsEmpty = true
        func cut(_ end: Int) {
            if end > start { blocks.append(marked.bytes[start..<end]) }
        }
        marked.bytes.withUnsafeBufferPointer { bytes in
            for position in bytes.indices {
                let byte = bytes[position]
                if byte > 0x20 {
                    lineIsEmpty = false
                    continue
                }
                switch byte {
                case 0x20: continue
                case MarkedText.lineEnd where !lineIsEmpty: lineIsEmpty = true
                case MarkedText.itemBreak, MarkedText.lineEnd:
                    cut(position)
                    start = position + 1
                    lineIsEmpty = true
                default: lineIsEmpty = false
                }
            }
        }
        cut(marked.bytes.count)
        return blocks
    }

    /// Without the marks of asides.
    private static func withoutMarks(_ block: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        block.contains(MarkedText.aside) ? block.filter { $0 != MarkedText.aside }[...] : block
    }

    /// Without brackets that hold a gap or an aside, or nothing: "Foo (/fuː/; lit. ...) is" becomes "Foo is".
    private static func withoutAsides(_ block: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard block.contains(UInt8(ascii: "(")) else { return withoutMarks(block) }
        var result: [UInt8] = []
        result.reserveCapacity(block.count)
        // What was seen so far, kept at each opening bracket, so that a closing one need not look back.
        struct Seen {
            var start = 0
            var openLinks = 0
            var asides = 0
            var words = 0
        }
        var open: [Seen] = []
        var seen = Seen()
        var position = block.startIndex
        while position < block.endIndex {
            let start = position
            var hasWord = false
            while position < block.endIndex, block[position] > MarkedText.aside, !Self.isBracket(block[position]) {
                hasWord = hasWord || Self.isOfWord(block[position])
                position += 1
            }
            if position > start {
                result += block[start..<position]
                if hasWord { seen.words += 1 }
                continue
            }
            let byte = block[position]
            position += 1
            switch byte {
            case MarkedText.linkStart: seen.openLinks += 1
            case MarkedText.linkEnd: seen.openLinks -= 1
            case MarkedText.aside, MarkedText.gap: seen.asides += 1
            case UInt8(ascii: "("):
                seen.start = result.count
                open.append(seen)
            case UInt8(ascii: ")"):
                guard let bracket = open.popLast(), bracket.openLinks == seen.openLinks,
                    seen.asides > bracket.asides || seen.words == bracket.words
                else { break }
                let kept = Self.usefulParts(result[(bracket.start + 1)...])
                seen = bracket
                result.removeSubrange(bracket.start...)
                if !kept.isEmpty {
                    seen.words += 1
                    result += [UInt8(ascii: "(")] + kept + [UInt8(ascii: ")")]
                    continue
                }
                while result.last == 0x20, position < block.endIndex, Self.needsNoBlankBefore(block[position]) {
                    result.removeLast()
                }
                continue
            default: break
            }
            result.append(byte)
        }
        return withoutMarks(result[...])
    }

    /// What stands between semicolons in a bracket, as far as it holds words and no gap or aside.
    private static func usefulParts(_ inside: ArraySlice<UInt8>) -> [UInt8] {
        let parts = inside.split(separator: UInt8(ascii: ";")).filter { part in
            !part.contains { $0 == MarkedText.aside || $0 == MarkedText.gap }
                && part.contains(where: isOfWord)
                && part.count { $0 == MarkedText.linkStart } == part.count { $0 == MarkedText.linkEnd }
        }
        return Array(parts.map { $0.drop { $0 == 0x20 } }.joined(separator: [UInt8(ascii: ";"), 0x20]))
    }

    private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") }

    private static func isOfWord(_ byte: UInt8) -> Bool { byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit }

    private static func needsNoBlankBefore(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ";")
    }
}

/// Composes one paragraph or item.
private struct PieceComposer {
    private let marked: MarkedText
    private var text: [UInt8] = []
    private var links: [PlainText.Link] = []
    private var bold: [Range<Int>] = []
    private var gaps: [PlainText.Gap] = []

    init(_ marked: MarkedText) { self.marked = marked }

    mutating func compose(_ block: ArraySlice<UInt8>) -> PlainText {
        let quotes = block.contains(MarkedText.quote) ? QuoteResolver.resolve(block) : []
        text.reserveCapacity(block.count)
        var nextQuote = 0
        var boldStart: Int?
        var openLink: (start: Int, target: Int)?
        var position = block.startIndex
        let isPlain = Self.isPlain
        while position < block.endIndex {
            let start = position
            while position < block.endIndex {
                if isPlain[Int(block[position])] {
                    position += 1
                } else if block[position] == 0x20, position > start, position + 1 < block.endIndex,
                    isPlain[Int(block[position + 1])]
                {
                    // A single blank between words.
                    position += 2
                } else {
                    break
                }
            }
            if position > start {
                text += block[start..<position]
                continue
            }
            let byte = block[position]
            switch byte {
            case MarkedText.quote:
                let run = quotes[nextQuote]
                nextQuote += 1
                for _ in 0..<run.apostrophes { text.append(UInt8(ascii: "'")) }
                if run.togglesBold {
                    if let start = boldStart {
                        if text.count > start { bold.append(start..<text.count) }
                        boldStart = nil
                    } else {
                        boldStart = text.count
                    }
                }
                position += run.length
                continue
            case MarkedText.linkStart:
                openLink = (text.count, MarkedText.number(block[position + 1..<position + 5]))
                position += 5
                continue
            case MarkedText.linkEnd:
                if let link = openLink, text.count > link.start {
                    links.append(.init(range: link.start..<text.count, article: marked.targets[link.target]))
                }
                openLink = nil
            case MarkedText.gap:
                let reason = marked.reasons[MarkedText.number(block[position + 1..<position + 5])]
                gaps.append(.init(offset: text.count, reason: reason))
                position += 5
                continue
            case MarkedText.lineEnd:
                if let start = boldStart, text.count > start { bold.append(start..<text.count) }
                boldStart = nil
                appendBlank()
            case 0x20: appendBlank()
            case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ")"):
                // A blank that something left out was standing behind: "diagnosed{{as of|2014}} , a rise".
                if text.last == 0x20, position + 1 >= block.endIndex || block[position + 1] <= 0x20 {
                    text.removeLast()
                }
                text.append(byte)
            case 0xC2...0xEF where Self.isSpecialLead(byte):
                position += appendSpecial(block[position...])
                continue
            default: break
            }
            position += 1
        }
        if let start = boldStart, text.count > start { bold.append(start..<text.count) }
        return finish()
    }

    private mutating func appendBlank() {
        if let last = text.last, last != 0x20 { text.append(0x20) }
    }

    /// Bytes that are taken as they are.
    private static let isPlain = (0...255).map { (byte: UInt8) in
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ")"): false
        case 0x21...0x7E: true
        case 0x80...0xFF: !isSpecialLead(byte)
        default: false
        }
    }

    /// First bytes of characters that are blanks or invisible.
    private static func isSpecialLead(_ byte: UInt8) -> Bool {
        byte == 0xC2 || byte == 0xE2 || byte == 0xE3 || byte == 0xEF || byte == 0xE1
    }

    /// Appends the character at the beginning of `rest`, a blank for any kind of blank, nothing for invisible ones.
    /// Returns its length.
    private mutating func appendSpecial(_ rest: ArraySlice<UInt8>) -> Int {
        let first = rest.startIndex
        let second = first + 1 < rest.endIndex ? rest[first + 1] : 0
        let third = first + 2 < rest.endIndex ? rest[first + 2] : 0
        switch (rest[first], second, third) {
        case (0xC2, 0xA0, _):
            appendBlank()
            return 2
        case (0xC2, 0xAD, _), (0xC2, 0x80...0x9F, _): return 2
        case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F),
            (0xE3, 0x80, 0x80), (0xE1, 0x9A, 0x80):
            appendBlank()
            return 3
        // Zero-width blank, direction marks and isolates, word joiner, byte order mark.
        case (0xE2, 0x80, 0x8B), (0xE2, 0x80, 0x8E), (0xE2, 0x80, 0x8F), (0xE2, 0x80, 0xAA...0xAE),
            (0xE2, 0x81, 0xA0...0xA9), (0xEF, 0xBB, 0xBF):
            return 3
        default:
            text.append(rest[first])
            return 1
        }
    }

    private mutating func finish() -> PlainText {
        if text.last == 0x20 { text.removeLast() }
        let end = text.count
        func tightened(_ range: Range<Int>) -> Range<Int>? {
            var start = range.lowerBound
            var upper = min(range.upperBound, end)
            while start < upper, text[start] == 0x20 { start += 1 }
            while upper > start, text[upper - 1] == 0x20 { upper -= 1 }
            return start < upper ? start..<upper : nil
        }
        return PlainText(
            text: String(decoding: text, as: UTF8.self),
            links: links.compactMap { link in tightened(link.range).map { .init(range: $0, article: link.article) } },
            bold: bold.compactMap(tightened),
            gaps: gaps.map { .init(offset: min($0.offset, end), reason: $0.reason) })
    }
}

/// What runs of apostrophes mean, line by line, as MediaWiki's `doQuotes` decides it.
enum QuoteResolver {
    struct Run: Equatable {
        /// Apostrophes in the source.
        var length: Int
        /// How many of them stay.
        var apostrophes: Int
        var togglesBold: Bool
        var togglesItalics: Bool
    }

    static func resolve(_ block: ArraySlice<UInt8>) -> [Run] {
        var runs: [Run] = []
        var lineStart = 0
        // Where those of the line begin.
        var starts: [Int] = []
        var position = block.startIndex
        while position < block.endIndex {
            if block[position] > MarkedText.lineEnd {
                position += 1
                continue
            }
            if block[position] == MarkedText.quote {
                let start = position
                while position < block.endIndex, block[position] == MarkedText.quote { position += 1 }
                runs.append(run(length: position - start))
                starts.append(start)
                continue
            }
            if block[position] == MarkedText.lineEnd {
                balance(&runs, from: lineStart, starts, in: block)
                lineStart = runs.count
                starts = []
            }
            position += 1
        }
        balance(&runs, from: lineStart, starts, in: block)
        return runs
    }

    private static func run(length: Int) -> Run {
        switch length {
        case 2: Run(length: 2, apostrophes: 0, togglesBold: false, togglesItalics: true)
        case 3: Run(length: 3, apostrophes: 0, togglesBold: true, togglesItalics: false)
        case 4: Run(length: 4, apostrophes: 1, togglesBold: true, togglesItalics: false)
        default:
            length < 2
                ? Run(length: length, apostrophes: length, togglesBold: false, togglesItalics: false)
                : Run(length: length, apostrophes: length - 5, togglesBold: true, togglesItalics: true)
        }
    }

    /// With an odd number of bold and of italic marks, one bold mark is an apostrophe and an italic mark:
    /// after a single letter ("L'''amour''"), else after a word, else after a blank.
    private static func balance(
        _ runs: inout [Run], from start: Int, _ starts: [Int], in block: ArraySlice<UInt8>
    ) {
        let line = runs[start...]
        guard line.count(where: \.togglesBold) % 2 == 1, line.count(where: \.togglesItalics) % 2 == 1 else { return }
        var choice: (rank: Int, index: Int)?
        for index in line.indices where runs[index].length == 3 || runs[index].length == 4 {
            let two = block[..<starts[index - start]].suffix(2)
            let rank = two.last == 0x20 ? 2 : two.count == 2 && two.first == 0x20 ? 0 : 1
            if choice.map({ rank < $0.rank }) ?? true { choice = (rank, index) }
        }
        guard let index = choice?.index else { return }
        runs[index].apostrophes += 1
        runs[index].togglesBold = false
        runs[index].togglesItalics = true
    }
}
