/// Finds templates, arguments, links, comments and extension tags in one pass, like MediaWiki's preprocessor.
///
/// An opening run of braces or brackets is pushed on a stack; a closing run closes the innermost open construct of its
/// kind. What is never closed stays plain text. Where MediaWiki would let an unclosed link swallow the end of the
/// template around it (`{{Infobox|a=[[x|y}}`), the link gives way, as its author meant: its pipes are the template's.
///
/// Time and memory are linear in the length of the text: every byte is passed once, each search for the end of a
/// comment or tag remembers how far it looked, and nothing recurses. Constructs nested deeper than `maximumDepth` are
/// matched, but not reported: to the rest of the program they are text with braces in it.
struct WikitextScanner {
    /// MediaWiki's own limit is 40, since 1.39 it is 100.
    static let maximumDepth = 100

    /// An opening run that waits for its end.
    private struct OpenConstruct {
        var isLink: Bool
        /// The first brace or bracket of the run.
        var start: Int
        /// How many of the run are not used up yet.
        var count: Int
        /// First and last of its pipes in `pipes`, or -1.
        var firstPipe = -1
        var lastPipe = -1
        /// The first equals sign before its pipes, or -1: it matters if this turns out to be no construct.
        var equalsSign = -1
        /// A single `[` was seen in the label: `[[a|[b]]]`.
        var hasSingleBracket = false
    }

    /// A pipe of an open construct; those of one construct are linked backwards.
    private struct Pipe {
        var position: Int
        var equalsSign: Int
        var previous: Int
    }

    /// The content of a `<ref>` or the like: constructs inside cannot reach over its end. With what held outside of it.
    private struct Frame {
        var tag: ExtensionTag
        var start: Int
        var contentStart: Int
        var limit: Int
        var end: Int
        var stackBase: Int
        var openTemplates: Int
        var openLinks: Int
    }

    /// How far a search for one thing has looked: searching again never reads the same bytes twice.
    private struct Lookahead {
        var found = -1
        var isExhausted = false
    }

    private let bytes: [UInt8]
    private var nodes: [WikitextDocument.Node] = []
    private var parameters: [WikitextDocument.Parameter] = []
    private var stack: [OpenConstruct] = []
    /// Where those of the current frame begin.
    private var stackBase = 0
    private var pipes: [Pipe] = []
    private var frames: [Frame] = []
    private var limit: Int
    private var openTemplates = 0
    private var openLinks = 0
    private var commentEnd = Lookahead()
    private var greaterThan = Lookahead()
    private var closingTags = [Lookahead](repeating: Lookahead(), count: ExtensionTag.all.count)

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        limit = bytes.count
        // Articles have a construct for every 70 bytes or so.
        nodes.reserveCapacity(bytes.count / 96)
        parameters.reserveCapacity(bytes.count / 96)
    }

    /// The first byte at or after a position that may mean something at this level, or the limit.
    ///
    /// Pipes, equals signs and line ends matter inside a construct only, and most of an article stands outside.
    private func nextSpecial(from start: Int) -> Int {
        let isOutside = stack.isEmpty
        let limit = limit
        return bytes.withUnsafeBytes { bytes in
            var position = start
            // Eight bytes at a time: nothing special is in most of them.
            while position + 8 <= limit {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                // `[` and `{`, `]` and `}` differ in one bit.
                let folded = word | 0x2020_2020_2020_2020
                var found =
                    Self.zeroBytes(folded ^ 0x7B7B_7B7B_7B7B_7B7B) | Self.zeroBytes(folded ^ 0x7D7D_7D7D_7D7D_7D7D)
                    | Self.zeroBytes(word ^ 0x3C3C_3C3C_3C3C_3C3C)
                if !isOutside {
                    found |=
                        Self.zeroBytes(word ^ 0x7C7C_7C7C_7C7C_7C7C) | Self.zeroBytes(word ^ 0x3D3D_3D3D_3D3D_3D3D)
                        | Self.zeroBytes(word ^ 0x0A0A_0A0A_0A0A_0A0A)
                }
                if found != 0 { return position + found.trailingZeroBitCount / 8 }
                position += 8
            }
            while position < limit {
                switch bytes[position] {
                case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "<"):
                    return position
                case UInt8(ascii: "|"), UInt8(ascii: "="), UInt8(ascii: "\n"):
                    if !isOutside { return position }
                default: break
                }
                position += 1
            }
            return limit
        }
    }

    /// The highest bit of each byte that is zero; of bytes above such a one perhaps too (Mycroft), so that only the lowest counts.
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    mutating func scan() -> ([WikitextDocument.Node], [WikitextDocument.Parameter]) {
        var position = 0
        while true {
            if position >= limit {
                guard let frame = frames.popLast() else { break }
                close(frame)
                position = frame.end
                continue
            }
            position = nextSpecial(from: position)
            guard position < limit else { continue }
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "{"): position = openRun(at: position, isLink: false)
            case UInt8(ascii: "["): position = openRun(at: position, isLink: true)
            case UInt8(ascii: "}"): position = closeTemplate(at: position)
            case UInt8(ascii: "]"): position = closeLink(at: position)
            case UInt8(ascii: "|"):
                notePipe(at: position)
                position += 1
            case UInt8(ascii: "="):
                noteEqualsSign(at: position)
                position += 1
            case UInt8(ascii: "<"): position = openTag(at: position)
            default:
                // A link's target cannot hold a line end.
                while let top, stack[top].isLink, stack[top].lastPipe < 0 { giveUpTop() }
                position += 1
            }
        }
        return (inOrder(), parameters)
    }

    // MARK: - Braces and brackets

    /// The index of the innermost open construct of the current frame.
    private var top: Int? { stack.count > stackBase ? stack.count - 1 : nil }

    private mutating func popTop() {
        if let gone = stack.popLast() {
            if gone.isLink { openLinks -= 1 } else { openTemplates -= 1 }
        }
    }

    /// No template's name holds a single brace: `{{Infobox|a={{USA}|b=c}}` has lost one, and the template it began is
    /// none.
    private mutating func noteSingleBrace() {
        if let top, !stack[top].isLink, stack[top].count == 2, stack[top].firstPipe < 0 { giveUpTop() }
    }

    /// Makes text of an unclosed construct: what separates parameters in it does so for the construct around it.
    private mutating func giveUpTop() {
        guard let top else { return }
        let gone = stack[top]
        popTop()
        guard let parent = self.top else { return }
        if gone.equalsSign >= 0 { noteEqualsSign(at: gone.equalsSign) }
        if gone.lastPipe >= 0 {
            pipes[gone.firstPipe].previous = stack[parent].lastPipe
            if stack[parent].firstPipe < 0 { stack[parent].firstPipe = gone.firstPipe }
            stack[parent].lastPipe = gone.lastPipe
        }
    }

    /// The length of the run of one byte, at most `most`: a long closing run is visited once per construct it closes.
    private func runLength(at position: Int, atMost most: Int = .max) -> Int {
        var end = position + 1
        while end < limit, end - position < most, bytes[end] == bytes[position] { end += 1 }
        return end - position
    }

    private mutating func openRun(at position: Int, isLink: Bool) -> Int {
        let count = runLength(at: position)
        if count >= 2 {
            stack.append(OpenConstruct(isLink: isLink, start: position, count: count))
            if isLink { openLinks += 1 } else { openTemplates += 1 }
        } else if !isLink {
            noteSingleBrace()
        } else if let top, stack[top].isLink {
            stack[top].hasSingleBracket = true
        }
        return position + count
    }

    private mutating func closeTemplate(at position: Int) -> Int {
        let count = runLength(at: position, atMost: 3)
        if count == 1 { noteSingleBrace() }
        guard count >= 2, openTemplates > 0 else { return position + count }
        while let top, stack[top].isLink { giveUpTop() }
        guard let top else { return position + count }
        let taken = count >= 3 && stack[top].count >= 3 ? 3 : 2
        finishTop(kind: taken == 3 ? .argument : .template, taken: taken, closedAt: position, end: position + taken)
        return position + taken
    }

    private mutating func closeLink(at position: Int) -> Int {
        let count = runLength(at: position, atMost: 4)
        guard count >= 2, openLinks > 0, let top, stack[top].isLink else { return position + count }
        // `[[a|[b]]]`: the first of three brackets belongs to the label.
        let closing = count == 3 && stack[top].hasSingleBracket && stack[top].lastPipe >= 0 ? position + 1 : position
        finishTop(kind: .link, taken: 2, closedAt: closing, end: closing + 2)
        return closing + 2
    }

    private mutating func notePipe(at position: Int) {
        guard let top else { return }
        let previous = stack[top].lastPipe
        if stack[top].firstPipe < 0 { stack[top].firstPipe = pipes.count }
        stack[top].lastPipe = pipes.count
        pipes.append(Pipe(position: position, equalsSign: -1, previous: previous))
    }

    private mutating func noteEqualsSign(at position: Int) {
        guard let top else { return }
        let pipe = stack[top].lastPipe
        if pipe >= 0 {
            if pipes[pipe].equalsSign < 0 { pipes[pipe].equalsSign = position }
        } else if stack[top].equalsSign < 0 {
            stack[top].equalsSign = position
        }
    }

    /// Turns the innermost open construct into a node; what is left of its opening run stays open if it can.
    private mutating func finishTop(kind: WikitextDocument.Node.Kind, taken: Int, closedAt closing: Int, end: Int) {
        guard let top = stack.last else { return }
        let remaining = top.count - taken
        let start = top.start + remaining
        let first = parameters.count
        // A link has one label; further pipes are part of it.
        var last = kind == .link ? top.firstPipe : top.lastPipe
        var valueEnd = closing
        while last >= 0 {
            let pipe = pipes[last]
            if kind == .template, pipe.equalsSign >= 0 {
                parameters.append(
                    .init(name: pipe.position + 1..<pipe.equalsSign, value: pipe.equalsSign + 1..<valueEnd))
            } else {
                parameters.append(.init(name: nil, value: pipe.position + 1..<valueEnd))
            }
            valueEnd = pipe.position
            last = pipe.previous
        }
        // They were collected from the last to the first.
        var (low, high) = (first, parameters.count - 1)
        while low < high {
            parameters.swapAt(low, high)
            (low, high) = (low + 1, high - 1)
        }
        nodes.append(
            .init(
                kind: kind, range: start..<end, name: start + taken..<valueEnd,
                parameters: first..<parameters.count, subtreeEnd: 0))
        // The pipes of a closed construct are not needed any more; those of open ones all lie before them.
        if top.firstPipe >= 0 { pipes.removeLast(pipes.count - top.firstPipe) }
        if remaining >= 2 {
            stack[stack.count - 1] = OpenConstruct(isLink: top.isLink, start: top.start, count: remaining)
        } else {
            popTop()
        }
    }

    // MARK: - Comments and tags

    private mutating func openTag(at position: Int) -> Int {
        if starts(with: "<!--", at: position) {
            let found = Self.find("-->", in: bytes, upTo: limit, from: position + 4, &commentEnd)
            let end = found.map { $0 + 3 } ?? limit
            nodes.append(
                .init(
                    kind: .comment, range: position..<end, name: position..<position,
                    parameters: parameters.count..<parameters.count, subtreeEnd: 0))
            return end
        }
        var nameEnd = position + 1
        while nameEnd < limit, nameEnd - position <= ExtensionTag.longestName, bytes[nameEnd].isASCIILetter {
            nameEnd += 1
        }
        guard nameEnd < limit, bytes[nameEnd].isWikitextBlank || bytes[nameEnd] == 0x2F || bytes[nameEnd] == 0x3E,
            let index = ExtensionTag.index(lowercasing: bytes[position + 1..<nameEnd]),
            let bracket = Self.find(">", in: bytes, upTo: limit, from: nameEnd, &greaterThan)
        else { return position + 1 }
        let tag = ExtensionTag.all[index]
        let contentStart = bracket + 1
        if bytes[bracket - 1] == 0x2F {
            appendTag(tag, range: position..<contentStart, content: contentStart..<contentStart)
            return contentStart
        }
        guard let closing = findClosing(index, from: contentStart) else { return position + 1 }
        // Not by `greaterThan`: tags inside the content still need what it remembers.
        var end = closing
        while bytes[end] != 0x3E { end += 1 }
        guard end < limit else { return position + 1 }
        guard tag.hasWikitextContent else {
            appendTag(tag, range: position..<end + 1, content: contentStart..<closing)
            return end + 1
        }
        frames.append(
            Frame(
                tag: tag, start: position, contentStart: contentStart, limit: limit, end: end + 1,
                stackBase: stackBase, openTemplates: openTemplates, openLinks: openLinks))
        limit = closing
        stackBase = stack.count
        openTemplates = 0
        openLinks = 0
        return contentStart
    }

    private mutating func close(_ frame: Frame) {
        appendTag(frame.tag, range: frame.start..<frame.end, content: frame.contentStart..<limit)
        stack.removeSubrange(stackBase...)
        stackBase = frame.stackBase
        limit = frame.limit
        openTemplates = frame.openTemplates
        openLinks = frame.openLinks
    }

    private mutating func appendTag(_ tag: ExtensionTag, range: Range<Int>, content: Range<Int>) {
        nodes.append(
            .init(
                kind: .tag(tag), range: range, name: content, parameters: parameters.count..<parameters.count,
                subtreeEnd: 0))
    }

    private func starts(with text: StaticString, at position: Int) -> Bool {
        guard position + text.utf8CodeUnitCount <= limit else { return false }
        for offset in 0..<text.utf8CodeUnitCount where bytes[position + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The next place of `text` in the current frame. Looks beyond the frame if it must, and remembers what it found.
    private static func find(
        _ text: StaticString, in bytes: [UInt8], upTo limit: Int, from start: Int, _ lookahead: inout Lookahead
    ) -> Int? {
        let length = text.utf8CodeUnitCount
        if lookahead.found < start, !lookahead.isExhausted {
            var position = start
            let last = bytes.count - length
            search: while position <= last {
                for offset in 0..<length where bytes[position + offset] != text.utf8Start[offset] {
                    position += 1
                    continue search
                }
                break
            }
            if position <= last { lookahead.found = position } else { lookahead.isExhausted = true }
        }
        return lookahead.found >= start && lookahead.found + length <= limit ? lookahead.found : nil
    }

    /// The next `</tag>` in the current frame, by the tag's index; blanks may stand before its `>`.
    private mutating func findClosing(_ index: Int, from start: Int) -> Int? {
        if closingTags[index].found < start, !closingTags[index].isExhausted {
            let name = ExtensionTag.names[index]
            var position = start
            let last = bytes.count - name.count - 2
            search: while true {
                guard let opening = bytes.firstPlace(of: UInt8(ascii: "<"), in: position..<max(position, last)) else {
                    closingTags[index].isExhausted = true
                    break
                }
                position = opening + 1
                guard bytes[position] == 0x2F else { continue }
                for offset in 0..<name.count where bytes[position + 1 + offset].lowercasedASCII != name[offset] {
                    continue search
                }
                var after = position + 1 + name.count
                while after < bytes.count, bytes[after].isWikitextBlank { after += 1 }
                guard after < bytes.count, bytes[after] == 0x3E else { continue }
                closingTags[index].found = position - 1
                break
            }
        }
        let found = closingTags[index].found
        return found >= start && found < limit ? found : nil
    }

    // MARK: - Order

    /// Nodes are found by their ends; readers want them by their beginnings, parents first, and not too deep.
    private mutating func inOrder() -> [WikitextDocument.Node] {
        nodes.sort { $0.range.lowerBound < $1.range.lowerBound }
        // Those that stay move to the front.
        var count = 0
        var open: [Int] = []
        for index in nodes.indices {
            let node = nodes[index]
            while let last = open.last, nodes[last].range.upperBound <= node.range.lowerBound {
                nodes[last].subtreeEnd = count
                open.removeLast()
            }
            // Inside an innermost node that is deep enough, everything is text.
            guard open.count < Self.maximumDepth else { continue }
            open.append(count)
            nodes[count] = node
            count += 1
        }
        for index in open { nodes[index].subtreeEnd = count }
        nodes.removeLast(nodes.count - count)
        return nodes
    }
}
