import Foundation

/// What `extract` writes for a page: one JSON object on one line (contract, section 2.1).
///
/// Infoboxes, links and categories are null for everything but the text of an article: other namespaces, redirects,
/// deleted texts.
public struct ExtractRecord: Sendable, Equatable {
    /// An infobox with its parameters in order, also empty, repeated and positional ones.
    public struct Infobox: Sendable, Equatable {
        /// Normalised: "Infobox person".
        public var name: String
        /// Name and raw wikitext, both trimmed.
        public var parameters: [(name: String, value: String)]

        /// Equal name and parameters.
        public static func == (left: Infobox, right: Infobox) -> Bool {
            left.name == right.name && left.parameters.elementsEqual(right.parameters) { $0 == $1 }
        }
    }

    /// What only the text of an article has.
    public struct Content: Sendable, Equatable {
        /// In the order of their beginnings, nested ones after their parents.
        public var infoboxes: [Infobox] = []
        /// Normalised targets of the links to articles, with repetitions, in order.
        public var links: [String] = []
        /// Names without prefix and sort key, each once.
        public var categories: [String] = []
    }

    /// Page id.
    public var id: Int64?
    /// Namespace number.
    public var namespace: Int
    /// Full title.
    public var title: String
    /// Target of a redirect.
    public var redirect: String?
    /// Revision id.
    public var revisionID: Int64?
    /// As in the dump.
    public var timestamp: String?
    /// As in the dump.
    public var sha1: String?
    /// Length of the text in UTF-8.
    public var byteCount: Int
    /// Nil unless the page is an article with a text.
    public var content: Content?

    /// Reads a page.
    public init(page: Page, siteInfo: SiteInfo) {
        self.init(page: page, links: Self.links(siteInfo))
    }

    /// The resolver for the pages of a dump: records know the names that the dump gives, and no aliases.
    public static func links(_ siteInfo: SiteInfo) -> LinkResolver {
        LinkResolver(siteInfo: siteInfo, knowsAliases: false)
    }

    /// Reads a page with a resolver that serves for all pages of a dump.
    public init(page: Page, links resolver: LinkResolver) {
        let text = page.revision?.text
        id = page.id
        namespace = page.namespace
        title = page.title
        redirect = page.redirectTarget ?? text.flatMap { resolver.redirectTarget(inText: $0) }
        revisionID = page.revision?.id
        timestamp = page.revision?.timestamp
        sha1 = page.revision?.sha1
        byteCount = text?.count ?? 0
        if namespace == 0, redirect == nil, let text {
            content = Content(document: WikitextDocument(text), links: resolver)
        }
    }

    /// The JSON object, without a line end. Keys always come in the same order.
    public var jsonLine: Data {
        var writer = JSONLineWriter()
        writer.field("id", id)
        writer.field("ns", Int64(namespace))
        writer.field("title", title)
        writer.field("redirect", redirect)
        writer.field("revid", revisionID)
        writer.field("timestamp", timestamp)
        writer.field("sha1", sha1)
        writer.field("bytes", Int64(byteCount))
        writer.key("infoboxes")
        if let content {
            writer.list(content.infoboxes) { writer, box in
                writer.raw("{\"name\": ")
                writer.string(box.name)
                writer.raw(", \"params\": ")
                writer.list(box.parameters) { writer, parameter in
                    writer.list([parameter.name, parameter.value]) { $0.string($1) }
                }
                writer.raw("}")
            }
        } else {
            writer.raw("null")
        }
        for (name, values) in [("links", content?.links), ("categories", content?.categories)] {
            writer.key(name)
            if let values { writer.list(values) { $0.string($1) } } else { writer.raw("null") }
        }
        return Data(writer.finish())
    }
}

extension ExtractRecord.Content {
    /// Reads a text.
    init(document: WikitextDocument, links resolver: LinkResolver) {
        // As bytes: texts that are canonically equivalent count as different.
        var seen: Set<[UInt8]> = []
        for (index, node) in document.nodes.enumerated() {
            switch node.kind {
            case .template:
                guard let name = document.templateName(index, keepsDirectionMarks: true), InfoboxNames.isRecorded(name),
                    let template = document.template(index)
                else { continue }
                let parameters = template.parameters.map { parameter in
                    let value = document.bytes[document.trimmed(parameter.value)]
                    return (parameter.name, String(decoding: value, as: UTF8.self).trimmingPythonBlanks())
                }
                infoboxes.append(.init(name: name, parameters: parameters))
            case .link:
                switch resolver.resolve(document.withoutComments(node.name)) {
                case .article(let title): links.append(title)
                case .category(let name): if seen.insert(Array(name.utf8)).inserted { categories.append(name) }
                default: continue
                }
            default: continue
            }
        }
    }
}

/// Writes one JSON object on one line, in the given order.
private struct JSONLineWriter {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    mutating func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func key(_ name: String) {
        if bytes.count > 1 { raw(", ") }
        string(name)
        raw(": ")
    }

    mutating func field(_ name: String, _ value: Int64?) {
        key(name)
        if let value { bytes += String(value).utf8 } else { raw("null") }
    }

    mutating func field(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { raw("null") }
    }

    mutating func list<Element>(_ elements: [Element], _ write: (inout Self, Element) -> Void) {
        raw("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { raw(", ") }
            write(&self, element)
        }
        raw("]")
    }

    mutating func string(_ text: String) {
        raw("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): raw("\\\"")
            case UInt8(ascii: "\\"): raw("\\\\")
            case 0x0A: raw("\\n")
            case 0x0D: raw("\\r")
            case 0x09: raw("\\t")
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                raw("\\u00")
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        raw("\"")
    }
}
