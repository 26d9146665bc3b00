import Foundation

/// A page's wikitext and the constructs that ``WikitextScanner`` found in it, as a flat list in order of their beginnings.
///
/// Nothing is copied: every construct is a range of `bytes`. A construct's descendants follow it immediately in `nodes`,
/// up to (not including) `subtreeEnd`. Only what MediaWiki's preprocessor knows is here: templates, arguments, links,
/// comments and extension tags. Quotes, HTML tags, tables, lists, headings and external links are plain bytes at this
/// level; ``PlainTextRenderer`` deals with them.
public struct WikitextDocument: Sendable {
    /// One construct.
    public struct Node: Sendable, Equatable {
        /// What it is.
        public enum Kind: Sendable, Equatable {
            /// `{{name|...}}`; parser functions and variables look the same.
            case template
            /// `{{{name|default}}}`
            case argument
            /// `[[target|label]]`
            case link
            /// `<!-- ... -->`, to the end of the page if it is not closed.
            case comment
            /// `<ref>...</ref>`, `<nowiki/>`: a tag whose content is not part of the surrounding text.
            case tag(ExtensionTag)
        }

        /// What it is.
        public var kind: Kind
        /// The whole construct with its delimiters.
        public var range: Range<Int>
        /// A template's or argument's name, a link's target, a tag's content; empty for comments.
        public var name: Range<Int>
        /// Indices into `parameters`: a template's parameters in order, a link's label if it has one.
        public var parameters: Range<Int>
        /// The index in `nodes` of the first node that is not inside this one.
        public var subtreeEnd: Int
    }

    /// What stands between two pipes of a template (or after the pipe of a link).
    public struct Parameter: Sendable, Equatable {
        /// Before the first `=`; nil if there is none, and the parameter is positional.
        public var name: Range<Int>?
        /// After the first `=`, or everything; not trimmed.
        public var value: Range<Int>
    }

    /// The text, UTF-8 (not necessarily valid).
    public let bytes: [UInt8]
    /// All constructs, by beginning.
    public let nodes: [Node]
    /// The parameters of all templates and the labels of all links.
    public let parameters: [Parameter]

    /// Scans a text, in time linear in its length.
    public init(_ bytes: [UInt8]) {
        var scanner = WikitextScanner(bytes)
        (nodes, parameters) = scanner.scan()
        self.bytes = bytes
    }

    /// The index of the first node that begins at or after a byte offset.
    public func firstNode(from offset: Int) -> Int {
        var low = 0
        var high = nodes.count
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle].range.lowerBound < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A range without blanks at its ends.
    public func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, bytes[start].isWikitextBlank { start += 1 }
        while end > start, bytes[end - 1].isWikitextBlank { end -= 1 }
        return start..<end
    }

    /// The bytes of a range with comments left out.
    public func withoutComments(_ range: Range<Int>) -> ArraySlice<UInt8> {
        guard bytes.firstPlace(of: UInt8(ascii: "<"), in: range) != nil else { return bytes[range] }
        var result: [UInt8] = []
        var position = range.lowerBound
        var index = firstNode(from: range.lowerBound)
        while index < nodes.count, nodes[index].range.lowerBound < range.upperBound {
            if nodes[index].kind == .comment, nodes[index].range.lowerBound >= position {
                result += bytes[position..<nodes[index].range.lowerBound]
                position = min(nodes[index].range.upperBound, range.upperBound)
            }
            index += 1
        }
        result += bytes[position..<max(position, range.upperBound)]
        return result[...]
    }

    /// The target of a link as written, without comments.
    public func linkTarget(_ node: Node, at index: Int) -> ArraySlice<UInt8> {
        node.subtreeEnd == index + 1 ? bytes[node.name] : withoutComments(node.name)
    }
}

extension [UInt8] {
    /// Where a byte stands for the first time in a range.
    func firstPlace(of byte: UInt8, in range: Range<Int>) -> Int? {
        withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[range])
            guard let start = part.baseAddress, let hit = memchr(start, Int32(byte), part.count) else { return nil }
            return range.lowerBound + (UnsafeRawPointer(hit) - start)
        }
    }
}

extension UInt8 {
    /// Blank, tab, line feed, carriage return, form feed or vertical tab.
    var isWikitextBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

    /// An ASCII letter.
    var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

    /// An ASCII digit.
    var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }

    /// An ASCII letter in lower case; any other byte as it is.
    var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
