/// Text as a reader sees it, with what the markup said about it. Offsets count UTF-8 bytes of `text`.
///
/// The text has no markup, no control characters, single blanks between words and none at its ends.
public struct PlainText: Sendable, Equatable {
    /// A linked part.
    public struct Link: Sendable, Equatable {
        /// Where the label stands.
        public var range: Range<Int>
        /// Normalised title of the article it leads to, without fragment.
        public var article: String

        /// Creates a link.
        public init(range: Range<Int>, article: String) {
            self.range = range
            self.article = article
        }
    }

    /// Something that could not be turned into text, and so is missing.
    public struct Gap: Sendable, Equatable {
        /// Where it would stand.
        public var offset: Int
        /// Why: "unknown template Foo", "formula". One of a bounded set but for the template's name.
        public var reason: String

        /// Creates a gap.
        public init(offset: Int, reason: String) {
            self.offset = offset
            self.reason = reason
        }
    }

    /// The text.
    public var text: String
    /// Links to articles, in order.
    public var links: [Link]
    /// Parts in bold type.
    public var bold: [Range<Int>]
    /// What is missing, in order. A text with gaps says less, or something else, than the article.
    public var gaps: [Gap]

    /// Creates a text.
    public init(text: String, links: [Link] = [], bold: [Range<Int>] = [], gaps: [Gap] = []) {
        self.text = text
        self.links = links
        self.bold = bold
        self.gaps = gaps
    }

    /// Whether nothing is there, not even a gap.
    public var isEmpty: Bool { text.isEmpty && gaps.isEmpty }

    /// The part in a range of UTF-8 offsets, without blanks at its ends. Links and bold parts that reach over an end are
    /// left out.
    public func slice(_ range: Range<Int>) -> PlainText { slice(range, of: Array(text.utf8)) }

    /// The same, with the bytes of the text at hand.
    func slice(_ range: Range<Int>, of bytes: [UInt8]) -> PlainText {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, bytes[start] == 0x20 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        let kept = start..<end
        func moved(_ part: Range<Int>) -> Range<Int> { part.lowerBound - start..<part.upperBound - start }
        func isInside(_ part: Range<Int>) -> Bool { part.lowerBound >= start && part.upperBound <= end }
        return PlainText(
            text: String(decoding: bytes[kept], as: UTF8.self),
            links: links.filter { isInside($0.range) }.map { Link(range: moved($0.range), article: $0.article) },
            bold: bold.filter(isInside).map(moved),
            gaps: gaps.filter { $0.offset >= start && $0.offset <= end }
                .map { Gap(offset: $0.offset - start, reason: $0.reason) })
    }

    /// The text in a range of UTF-8 offsets.
    public func string(_ range: Range<Int>) -> String {
        String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }
}
