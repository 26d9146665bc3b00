import MediaWiki

/// A link of an article with what stands around it: links that stand in like places lead to like things.
public struct LinkMention: Sendable, Equatable {
    /// Normalised title of the article it leads to.
    public var article: String
    /// Its label where that names the thing ("Chadic" for "Chadic languages"), and is not another form of its name.
    public var label: String?
    /// What stands around it, each as a hash: words before and after, the infobox parameter, neighbours in a row.
    public var surroundings: [UInt64]

    /// Creates a mention.
    public init(article: String, label: String?, surroundings: [UInt64]) {
        self.article = article
        self.label = label
        self.surroundings = surroundings
    }
}

extension LinkMention {
    /// Mentions that are taken from one article at most; the first ones.
    static let maximumPerArticle = 400

    /// Reads the links of an article, those in footnotes left out.
    static func all(in document: WikitextDocument, links: LinkResolver) -> [LinkMention] {
        document.bytes.withUnsafeBufferPointer { bytes in
            var mentions: [LinkMention] = []
            /// The last link: its place among `mentions`, and where it ends.
            var last: (index: Int, end: Int)?
            var index = 0
            while index < document.nodes.count, mentions.count < maximumPerArticle {
                let node = document.nodes[index]
                if node.kind == .tag(.ref) {
                    index = node.subtreeEnd
                    continue
                }
                let target = index
                index += 1
                guard node.kind == .link,
                    case .article(let article) = links.resolve(document.linkTarget(node, at: target))
                else { continue }
                var end = node.range.upperBound
                while end < bytes.count, bytes[end].isASCIILetter { end += 1 }
                mentions.append(
                    LinkMention(
                        article: article, label: label(of: node, until: end, article, bytes, document),
                        surroundings: LinkSurroundings.hashes(bytes, around: node.range.lowerBound..<end)))
                // A link inside another one's label ends before that.
                if let last, last.end < node.range.lowerBound,
                    LinkSurroundings.joins(bytes, last.end..<node.range.lowerBound)
                {
                    let other = mentions[last.index].article
                    mentions[last.index].surroundings.append(LinkSurroundings.neighbour(article))
                    mentions[mentions.count - 1].surroundings.append(LinkSurroundings.neighbour(other))
                }
                last = (mentions.count - 1, end)
            }
            return mentions
        }
    }

    /// The label of a link with the letters behind it, if it names the thing.
    private static func label(
        of node: WikitextDocument.Node, until end: Int, _ article: String, _ bytes: UnsafeBufferPointer<UInt8>,
        _ document: WikitextDocument
    ) -> String? {
        let label = node.parameters.first.map { document.parameters[$0].value } ?? node.name
        let text = String(decoding: bytes[label], as: UTF8.self)
        // Most links show the title itself.
        if end == node.range.upperBound, text == article { return text }
        let hasQuotes = UnsafeBufferPointer(rebasing: bytes[label]).has("''")
        var whole = hasQuotes ? text.replacing("''", with: "") : text
        if end > node.range.upperBound { whole += String(decoding: bytes[node.range.upperBound..<end], as: UTF8.self) }
        // "Earth" of "Earth's".
        let isPossessive =
            whole.utf8.last == UInt8(ascii: "s") && (whole.hasSuffix("'s") || whole.hasSuffix("’s"))
            && !article.hasSuffix(whole.suffix(2))
        let name = isPossessive ? String(whole.dropLast(2)) : whole
        return LinkLabel.names(article, name) ? name : nil
    }
}

/// Whether the label of a link names what the link leads to.
enum LinkLabel {
    /// "frogs" for "Frog" and "Chadic" for "Chadic languages", but not "French" for "France".
    static func names(_ article: String, _ text: String) -> Bool {
        text.withLowercasedBytes { names(article, lowercased: $0, isName: isName(text)) }
    }

    /// The same of a text in lower case.
    ///
    /// - Parameter isName: whether it has a capital letter as it is written.
    static func names(_ article: String, lowercased label: UnsafeBufferPointer<UInt8>, isName: Bool) -> Bool {
        SubjectNames.withoutParenthesis(article).withLowercasedBytes { base in
            let rest = label.count - base.count
            let isSame =
                label.starts(with: base)
                && (rest == 0 || (rest == 1 && label.has("s", at: base.count))
                    || (rest == 2 && label.has("es", at: base.count)))
            return isSame
                || (isName && (SubjectNames.isWhole(label, in: base) || SubjectNames.isWhole(base, in: label)))
        }
    }

    /// Whether a text has a capital letter.
    static func isName(_ text: String) -> Bool {
        text.withBytes {
            $0.contains(where: \.isASCIICapital) || $0.contains { $0 >= 0x80 } && text.contains(where: \.isUppercase)
        }
    }
}

/// What stands before and after a part of a text or of wikitext.
public enum LinkSurroundings {
    /// The surroundings of a part of a sentence.
    ///
    /// - Parameters:
    ///   - start: UTF-8 offset of the part.
    ///   - end: UTF-8 offset behind it.
    public static func hashes(in sentence: String, _ start: Int, _ end: Int) -> [UInt64] {
        let bytes = Array(sentence.utf8)
        guard start >= 0, start <= end, end <= bytes.count else { return [] }
        return bytes.withUnsafeBufferPointer { hashes($0, around: start..<end) }
    }

    /// The value of an infobox parameter, by its property name.
    public static func parameter(_ property: String) -> UInt64 { hash("parameter", property.utf8) }

    /// A neighbour in a row of links, by the title it leads to.
    static func neighbour(_ article: String) -> UInt64 { hash("neighbour", article.utf8) }

    static func hashes(_ bytes: UnsafeBufferPointer<UInt8>, around range: Range<Int>) -> [UInt64] {
        var position = range.lowerBound
        guard let first = tokenBefore(bytes, &position) else { return [hash("line", [])] }
        var hashes: [UInt64] = []
        // With those of its neighbours.
        hashes.reserveCapacity(5)
        if bytes[first.lowerBound] == UInt8(ascii: "=") {
            if let name = parameterName(bytes, before: first.lowerBound) { hashes.append(hash("parameter", name)) }
        } else {
            hashes.append(hash("before", words: bytes[first]))
            if let second = tokenBefore(bytes, &position) {
                hashes.append(hash("before", words: bytes[second], bytes[first]))
            }
        }
        if let next = tokenAfter(bytes, range.upperBound) { hashes.append(hash("after", words: bytes[next])) }
        return hashes
    }

    /// Whether two links with these bytes between them stand in a row.
    static func joins(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= 6 else { return false }
        let text = bytes[range].filter { $0 != 0x20 && $0 != UInt8(ascii: "'") }
        return joints.contains { text.elementsEqual($0.utf8) }
    }

    private static let joints = [",", "and", "or", ",and", ",or", "/", "&", "–"]

    // MARK: - Tokens

    /// The word or sign before a position on its line; markup is passed over.
    private static func tokenBefore(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Range<Int>? {
        while position > 0, isPassedOver(bytes[position - 1]) { position -= 1 }
        guard position > 0, bytes[position - 1] != 0x0A else { return nil }
        let end = position
        position -= 1
        guard isWord(bytes[position]) else { return position..<end }
        while position > 0, isWord(bytes[position - 1]), end - position < longestToken { position -= 1 }
        return position..<end
    }

    private static func tokenAfter(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Range<Int>? {
        var start = start
        while start < bytes.count, isPassedOver(bytes[start]) { start += 1 }
        guard start < bytes.count, bytes[start] != 0x0A else { return nil }
        var end = start + 1
        guard isWord(bytes[start]) else { return start..<end }
        while end < bytes.count, isWord(bytes[end]), end - start < longestToken { end += 1 }
        return start..<end
    }

    /// `| birth_place = ` before a value.
    private static func parameterName(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> [UInt8]? {
        var end = end
        while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
        var start = end
        while start > 0, isWord(bytes[start - 1]) || bytes[start - 1] == 0x20, end - start < longestToken { start -= 1 }
        while start < end, bytes[start] == 0x20 { start += 1 }
        var before = start
        while before > 0, bytes[before - 1] == 0x20 { before -= 1 }
        guard start < end, before > 0, bytes[before - 1] == UInt8(ascii: "|") else { return nil }
        return bytes[start..<end].map {
            $0 == 0x20 || $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0.lowercasedASCII
        }
    }

    private static let longestToken = 40

    private static func isWord(_ byte: UInt8) -> Bool {
        SubjectNames.isWordByte(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isPassedOver(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "'"),
            UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// The hash of one or two words with a blank between them, in lower case.
    private static func hash(
        _ kind: StaticString, words first: Slice<UnsafeBufferPointer<UInt8>>,
        _ second: Slice<UnsafeBufferPointer<UInt8>>? = nil
    ) -> UInt64 {
        var hash = begun(kind)
        for byte in first { hash.add(byte.lowercasedASCII) }
        if let second {
            hash.add(0x20)
            for byte in second { hash.add(byte.lowercasedASCII) }
        }
        return hash.value
    }

    private static func hash(_ kind: StaticString, _ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = begun(kind)
        for byte in bytes { hash.add(byte) }
        return hash.value
    }

    private static func begun(_ kind: StaticString) -> TitleHash {
        var hash = TitleHash()
        kind.withUTF8Buffer { for byte in $0 { hash.add(byte) } }
        hash.add(0xFF)
        return hash
    }
}
