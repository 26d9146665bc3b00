/// The text before the first heading of an article: what everybody reads of it.
public struct LeadSection: Sendable {
    /// Bytes of a lead that are read; the longest real ones have a tenth of that.
    private static let maximumLength = 64 << 10

    /// Where the first heading begins, or the text ends: a byte offset.
    public let end: Int
    /// The paragraphs of running text in order: no boxes, hatnotes, tables or pictures.
    public let paragraphs: [PlainText]

    /// Reads the lead of a page.
    public init(document: WikitextDocument, links: LinkResolver) {
        end = Self.end(of: document)
        paragraphs = PlainTextRenderer.items(of: 0..<end, in: document, links: links, purpose: .prose)
            .map(Self.withoutLeadingGaps).filter { !$0.text.isEmpty }
    }

    /// Where the first heading begins, or the page ends.
    private static func end(of document: WikitextDocument) -> Int {
        let bytes = document.bytes
        let limit = min(bytes.count, maximumLength)
        var position = 0
        var node = 0
        var isLineStart = true
        while position < limit {
            if node < document.nodes.count, document.nodes[node].range.lowerBound == position {
                position = document.nodes[node].range.upperBound
                if document.nodes[node].kind != .comment { isLineStart = false }
                node = document.nodes[node].subtreeEnd
                continue
            }
            if isLineStart, bytes[position] == UInt8(ascii: "="), isHeading(bytes, at: position) { return position }
            // On to the next line or construct.
            var stop = limit
            if node < document.nodes.count, document.nodes[node].range.lowerBound > position {
                stop = min(limit, document.nodes[node].range.lowerBound)
            }
            let lineEnd = bytes.firstPlace(of: UInt8(ascii: "\n"), in: position..<stop)
            isLineStart = lineEnd != nil
            position = lineEnd.map { $0 + 1 } ?? stop
        }
        return min(position, bytes.count)
    }

    private static func isHeading(_ bytes: [UInt8], at start: Int) -> Bool {
        guard start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "=") else { return false }
        let horizon = min(bytes.count, start + 512)
        let end = bytes[start..<horizon].firstIndex(of: UInt8(ascii: "\n")) ?? horizon
        return bytes[start + 2..<max(end, start + 2)].contains(UInt8(ascii: "="))
    }

    /// Unknown templates before the first word of a paragraph are maintenance notices and the like, not words of it.
    private static func withoutLeadingGaps(_ paragraph: PlainText) -> PlainText {
        guard paragraph.gaps.first?.offset == 0, let first = paragraph.text.unicodeScalars.first,
            paragraph.bold.first?.lowerBound == 0 || first.properties.isUppercase || first == "\""
        else { return paragraph }
        var result = paragraph
        result.gaps.removeAll { $0.offset == 0 }
        return result
    }
}
