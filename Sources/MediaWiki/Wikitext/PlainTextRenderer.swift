/// Renders wikitext as plain text.
///
/// Templates are known by ``ValueTemplates`` only; any other leaves a gap with its name. Nothing is expanded twice, the
/// depth of nesting and the amount of work are bounded, and what exceeds them leaves a gap as well.
struct PlainTextRenderer {
    /// What the text is for.
    enum Purpose {
        /// A value of an infobox: what cannot be shown makes it unusable.
        case value
        /// Running text: tables, pictures and boxes stand beside it and are passed over.
        case prose
    }

    /// MediaWiki's old limit; templates in real values are nested 3 or 4 deep.
    private static let maximumDepth = 40
    /// Bytes that may be read for one text, nested parts counted again at each level.
    private static let maximumWork = 1 << 20

    let document: WikitextDocument
    let links: LinkResolver
    let purpose: Purpose
    var output = MarkedText()
    private var depth = 0
    private var work = 0
    private var openExternalLinks = 0
    private var openScripts: [(start: Int, isSuperscript: Bool)] = []

    init(document: WikitextDocument, links: LinkResolver, purpose: Purpose) {
        self.document = document
        self.links = links
        self.purpose = purpose
    }

    /// The text of a range, one piece for each list item or paragraph.
    static func items(
        of range: Range<Int>, in document: WikitextDocument, links: LinkResolver, purpose: Purpose
    ) -> [PlainText] {
        var renderer = PlainTextRenderer(document: document, links: links, purpose: purpose)
        renderer.render(document.trimmed(range))
        return PlainTextComposer(renderer.output).items(removingAsides: purpose == .prose)
    }

    /// Appends the text of a range.
    mutating func render(_ range: Range<Int>) {
        work += range.count
        guard depth < Self.maximumDepth, work < Self.maximumWork else {
            output.noteGap(depth < Self.maximumDepth ? "too long" : "nested too deeply")
            return
        }
        depth += 1
        defer { depth -= 1 }
        var position = range.lowerBound
        var index = document.firstNode(from: position)
        var isLineStart = true
        while position < range.upperBound {
            // Nodes that were passed over inside a tag or table.
            while index < document.nodes.count, document.nodes[index].range.lowerBound < position {
                position = max(position, min(document.nodes[index].range.upperBound, range.upperBound))
                index = document.nodes[index].subtreeEnd
            }
            guard position < range.upperBound else { break }
            if index < document.nodes.count, document.nodes[index].range.lowerBound == position {
                let node = document.nodes[index]
                render(node, at: index)
                position = node.range.upperBound
                if case .link = node.kind { position = appendTrail(after: position, upTo: range.upperBound) }
                if node.kind != .comment { isLineStart = false }
                index = node.subtreeEnd
                continue
            }
            let textEnd =
                index < document.nodes.count
                ? min(range.upperBound, document.nodes[index].range.lowerBound) : range.upperBound
            position = renderText(position, upTo: textEnd, limit: range.upperBound, isLineStart: &isLineStart)
        }
    }

    // MARK: - Nodes

    private mutating func render(_ node: WikitextDocument.Node, at index: Int) {
        switch node.kind {
        case .comment: break
        case .argument: output.noteGap("template argument")
        case .template: renderTemplate(index)
        case .link: renderLink(node)
        case .tag(let tag):
            switch tag {
            case .ref, .references, .indicator, .templatedata, .categorytree: break
            case .nowiki: appendLiterally(node.name)
            case .poem: render(node.name)
            case .math, .chem, .ce: output.noteGap("formula")
            case .gallery, .timeline, .imagemap, .graph, .mapframe, .maplink, .inputbox, .score, .hiero:
                if purpose == .value { output.noteGap("picture") }
            case .pre, .source, .syntaxhighlight, .charinsert: output.noteGap("code")
            }
        }
    }

    private mutating func renderLink(_ node: WikitextDocument.Node) {
        let target = document.withoutComments(node.name)
        switch links.resolve(target) {
        case .category, .file, .language: break
        case .invalid: output.noteGap("markup left")
        case .elsewhere: appendLabel(of: node, target: target)
        case .article(let title):
            let hasStarted = output.startLink(title)
            appendLabel(of: node, target: target)
            if hasStarted { output.mark(MarkedText.linkEnd) }
        }
    }

    private mutating func appendLabel(of node: WikitextDocument.Node, target: ArraySlice<UInt8>) {
        if let label = node.parameters.first {
            let range = document.parameters[label].value
            if !document.trimmed(range).isEmpty { return render(range) }
        }
        // Most are plain words.
        if target.first != UInt8(ascii: ":"), target.first != 0x20, target.last != 0x20,
            target.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "&") })
        {
            return output.append(target)
        }
        var shown = String(decoding: target, as: UTF8.self).trimmingPythonBlanks()
        if shown.utf8.first == UInt8(ascii: ":") { shown.removeFirst() }
        appendLiterally(HTMLEntities.decode(shown))
    }

    /// Letters right after a link belong to its label: `[[bus]]es`.
    private mutating func appendTrail(after position: Int, upTo limit: Int) -> Int {
        guard output.bytes.last == MarkedText.linkEnd else { return position }
        var end = position
        while end < limit, document.bytes[end] >= UInt8(ascii: "a"), document.bytes[end] <= UInt8(ascii: "z") {
            end += 1
        }
        if end > position { output.insertBeforeLinkEnd(document.bytes[position..<end]) }
        return end
    }

    private mutating func appendLiterally(_ range: Range<Int>) {
        appendLiterally(HTMLEntities.decode(String(decoding: document.bytes[range], as: UTF8.self)))
    }

    /// Text without any markup; control characters become blanks.
    mutating func appendLiterally(_ text: String) {
        for byte in text.utf8 { output.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
    }

    // MARK: - Bytes

    /// Whether a byte needs a look.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "_"), 0x7F:
            true
        default: false
        }
    }

    /// Renders text without nodes from a position to `end`; a tag may reach farther, up to `limit`. Returns where to go on.
    private mutating func renderText(_ start: Int, upTo end: Int, limit: Int, isLineStart: inout Bool) -> Int {
        let bytes = document.bytes
        var position = start
        while position < end {
            if isLineStart {
                let next = renderLineStart(position, limit: limit, isFirst: position == start)
                if next > position {
                    position = next
                    if position >= end { return position }
                }
                isLineStart = false
                continue
            }
            var plainEnd = position
            while plainEnd < end, !Self.isSpecial(bytes[plainEnd]) { plainEnd += 1 }
            if plainEnd > position {
                output.append(bytes[position..<plainEnd])
                position = plainEnd
                continue
            }
            switch bytes[position] {
            case UInt8(ascii: "\n"):
                output.mark(MarkedText.lineEnd)
                isLineStart = true
                position += 1
            case UInt8(ascii: "'"):
                var runEnd = position
                while runEnd < end, bytes[runEnd] == UInt8(ascii: "'") { runEnd += 1 }
                let isQuote = runEnd - position >= 2
                for _ in position..<runEnd { output.append(isQuote ? MarkedText.quote : UInt8(ascii: "'")) }
                position = runEnd
            case UInt8(ascii: "<"): position = renderTag(position, limit: limit)
            case UInt8(ascii: "&"): position = renderEntity(position, limit: end)
            case UInt8(ascii: "["): position = renderOpeningBracket(position, limit: limit)
            case UInt8(ascii: "]"):
                if openExternalLinks > 0 { openExternalLinks -= 1 } else { output.append(bytes[position]) }
                position += 1
            case UInt8(ascii: "_"): position = renderUnderscores(position, limit: end)
            default:
                output.append(0x20)
                position += 1
            }
        }
        return position
    }

    /// Lists, indents, tables and rules. Returns where the text of the line begins.
    private mutating func renderLineStart(_ start: Int, limit: Int, isFirst: Bool) -> Int {
        let bytes = document.bytes
        var position = start
        var blankEnd = position
        while blankEnd < limit, bytes[blankEnd] == 0x20 || bytes[blankEnd] == UInt8(ascii: ":") { blankEnd += 1 }
        if blankEnd + 1 < limit, bytes[blankEnd] == UInt8(ascii: "{"), bytes[blankEnd + 1] == UInt8(ascii: "|") {
            if purpose == .value { output.noteGap("table") }
            output.mark(MarkedText.itemBreak)
            return tableEnd(from: blankEnd, limit: limit)
        }
        // At the very beginning of a value "#1" is a number and ":" text.
        let isAtBeginning = isFirst && output.bytes.isEmpty
        while position < limit {
            switch bytes[position] {
            case UInt8(ascii: "*"): break
            case UInt8(ascii: "#") where !isAtBeginning: break
            case UInt8(ascii: ":") where !isAtBeginning, UInt8(ascii: ";") where !isAtBeginning: break
            default:
                if position > start { output.mark(MarkedText.itemBreak) }
                return position
            }
            position += 1
        }
        return position
    }

    /// The end of a table that begins at `start`, with the tables inside it; the limit if it has none.
    private func tableEnd(from start: Int, limit: Int) -> Int {
        let bytes = document.bytes
        var open = 0
        var position = start
        while position < limit {
            while position < limit, bytes[position] == 0x20 || bytes[position] == UInt8(ascii: ":") { position += 1 }
            if position + 1 < limit {
                if bytes[position] == UInt8(ascii: "{"), bytes[position + 1] == UInt8(ascii: "|") {
                    open += 1
                } else if bytes[position] == UInt8(ascii: "|"), bytes[position + 1] == UInt8(ascii: "}") {
                    open -= 1
                    if open == 0 { return position + 2 }
                }
            }
            while position < limit, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            position += 1
        }
        return limit
    }

    private mutating func renderEntity(_ position: Int, limit: Int) -> Int {
        let bytes = document.bytes
        let horizon = min(limit, position + HTMLEntities.longestReference + 2)
        if let end = bytes[position + 1..<max(position + 1, horizon)].firstIndex(of: UInt8(ascii: ";")),
            let scalar = HTMLEntities.scalar(String(decoding: bytes[position + 1..<end], as: UTF8.self))
        {
            appendLiterally(String(Character(scalar)))
            return end + 1
        }
        output.append(bytes[position])
        return position + 1
    }

    /// `[http://example.org label]` is its label; any other bracket is itself.
    private mutating func renderOpeningBracket(_ position: Int, limit: Int) -> Int {
        let bytes = document.bytes
        let rest = bytes[position + 1..<min(limit, position + 12)]
        guard Self.schemes.contains(where: { rest.starts(with: $0) }) else {
            output.append(bytes[position])
            return position + 1
        }
        var end = position + 1
        while end < limit, !bytes[end].isWikitextBlank, bytes[end] != UInt8(ascii: "]"),
            bytes[end] != UInt8(ascii: "["), bytes[end] != UInt8(ascii: "<")
        {
            end += 1
        }
        if end < limit, bytes[end] == UInt8(ascii: "]") { return end + 1 }
        openExternalLinks += 1
        return end
    }

    private static let schemes = ["http://", "https://", "//", "ftp://", "mailto:", "news:", "irc://", "gopher://"]
        .map { Array($0.utf8) }

    /// `__NOTOC__` and its like show nothing.
    private mutating func renderUnderscores(_ position: Int, limit: Int) -> Int {
        let bytes = document.bytes
        if position + 1 < limit, bytes[position + 1] == UInt8(ascii: "_") {
            var end = position + 2
            while end < limit, end - position < 32, bytes[end] >= UInt8(ascii: "A"), bytes[end] <= UInt8(ascii: "Z") {
                end += 1
            }
            if end > position + 2, end + 1 < limit, bytes[end] == UInt8(ascii: "_"), bytes[end + 1] == bytes[end] {
                return end + 2
            }
        }
        output.append(bytes[position])
        return position + 1
    }

    // MARK: - HTML

    private mutating func renderTag(_ position: Int, limit: Int) -> Int {
        let bytes = document.bytes
        var nameStart = position + 1
        let isClosing = nameStart < limit && bytes[nameStart] == UInt8(ascii: "/")
        if isClosing { nameStart += 1 }
        var nameEnd = nameStart
        while nameEnd < limit, nameEnd - nameStart < 16, bytes[nameEnd].isASCIILetter || bytes[nameEnd].isASCIIDigit {
            nameEnd += 1
        }
        let name = String(decoding: bytes[nameStart..<nameEnd].map(\.lowercasedASCII), as: UTF8.self)
        guard let effect = HTMLTags.effects[name] else {
            output.append(bytes[position])
            return position + 1
        }
        let horizon = min(limit, nameEnd + 1024)
        guard let end = bytes[nameEnd..<horizon].firstIndex(of: UInt8(ascii: ">")) else {
            output.append(bytes[position])
            return position + 1
        }
        if !isClosing, HTMLTags.isHiding(bytes[nameEnd..<end]) { output.noteGap("hidden text") }
        switch effect {
        case .nothing: break
        case .bold: for _ in 0..<3 { output.mark(MarkedText.quote) }
        case .lineBreak: output.mark(MarkedText.itemBreak)
        case .quotation: output.append(UInt8(ascii: "\""))
        case .gap(let reason): if !isClosing { output.noteGap(reason) }
        case .script(let isSuperscript):
            if !isClosing {
                openScripts.append((output.bytes.count, isSuperscript))
            } else if let script = openScripts.popLast() {
                output.script(from: script.start, isSuperscript: script.isSuperscript)
            }
        }
        return end + 1
    }
}

/// What HTML tags do to plain text.
enum HTMLTags {
    enum Effect {
        case nothing, bold, lineBreak, quotation
        case script(isSuperscript: Bool)
        case gap(String)
    }

    /// By name in lower case. Anything else in angle brackets is text.
    static let effects: [String: Effect] = {
        var effects: [String: Effect] = [
            "q": .quotation, "b": .bold, "sup": .script(isSuperscript: true), "sub": .script(isSuperscript: false),
        ]
        for name in [
            "i", "em", "strong", "small", "big", "span", "font", "u", "abbr", "cite", "dfn", "tt", "code", "kbd",
            "samp", "var", "bdi", "bdo", "center", "nobr", "nowiki", "ins", "mark", "time", "data", "wbr", "noinclude",
            "onlyinclude", "section", "templatestyles", "ref", "references", "a", "tbody",
        ] {
            effects[name] = .nothing
        }
        for name in ["br", "hr", "div", "p", "blockquote", "ul", "ol", "li", "dl", "dd", "dt", "poem"] {
            effects[name] = .lineBreak
        }
        for name in ["s", "strike", "del"] { effects[name] = .gap("struck text") }
        for name in ["table", "tr", "td", "th", "caption"] { effects[name] = .gap("table") }
        for name in ["ruby", "rt", "rp", "rb", "includeonly", "gallery", "math", "pre", "timeline", "score"] {
            effects[name] = .gap("markup left")
        }
        return effects
    }()

    /// Whether a tag's attributes keep its content from being shown.
    static func isHiding(_ attributes: ArraySlice<UInt8>) -> Bool {
        guard attributes.count > 12 else { return false }
        let style = String(decoding: attributes.filter { !$0.isWikitextBlank }.map(\.lowercasedASCII), as: UTF8.self)
        return style.contains("display:none") || style.contains("visibility:hidden")
    }
}
