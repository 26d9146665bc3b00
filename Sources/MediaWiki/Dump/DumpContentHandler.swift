/// Turns the elements of a dump into pages and site information: what `DumpXMLParser` calls back.
///
/// Only the elements that matter are looked at, each under its own parent: `<id>` also occurs in `<contributor>`,
/// `<text>` and `<model>` also in the `<content>` of further slots. Names are compared as bytes; text stays bytes.
final class DumpContentHandler {
    /// Why reading this document must end, though it may be well-formed so far.
    enum Refusal: Error, Equatable {
        case root(name: String)
        case doctype(name: String)
        case nesting
        case pageInsidePage
    }

    /// A page that was read to its end.
    struct FinishedPage {
        var line: Int64
        var title: String?
        var result: Result<Page, PageDraft.Rejection>
    }

    private enum Section {
        case outside, siteInfo, namespaces, page, revision
    }

    private enum Field {
        case siteName, databaseName, base, caseRule, namespaceName
        case title, namespace, pageID
        case revisionID, timestamp, sha1, model, text
    }

    /// Deeper than any dump; libxml2's own limit is off together with its limit for the length of texts.
    private static let maximumDepth = 64
    private static let maximumNamespaces = 10_000

    /// The line at which the parser is; set by the parser before it calls.
    var currentLine: () -> Int64 = { 0 }
    /// The byte at which the tag begins that the parser is reading, if it can tell; set by the parser before it calls.
    var tagStart: () -> Int64? = { nil }

    private(set) var hasRoot = false
    private(set) var refusal: Refusal?
    /// The page that is open.
    private(set) var draft: PageDraft?
    /// Pages begun so far.
    private(set) var pagesBegun = 0
    /// Complete pages that were not taken yet.
    private var finished: [FinishedPage] = []
    private(set) var siteInfo: SiteInfo {
        didSet { linkResolver = nil }
    }
    /// Whether `</siteinfo>` was seen.
    private(set) var hasSiteInfo = false

    private var section = Section.outside
    private var depth = 0
    private var field: Field?
    private var fieldDepth = 0
    private var value = BoundedText()
    private var revision: RevisionDraft?
    /// Where the parser puts the text of a revision.
    let text: UnsafeMutablePointer<TextSink>
    private var namespaceKey: Int?
    private var linkResolver: LinkResolver?

    /// - Parameter siteInfo: that of the file so far, when reading goes on after damage.
    init(siteInfo: SiteInfo) {
        self.siteInfo = siteInfo
        text = .allocate(capacity: 1)
        text.initialize(to: TextSink())
    }

    deinit {
        text.deinitialize(count: 1)
        text.deallocate()
    }

    /// Hands over the pages that are complete.
    func takeFinished() -> [FinishedPage] {
        defer { finished.removeAll(keepingCapacity: true) }
        return finished
    }

    /// Made once per site, not per page.
    private var links: LinkResolver {
        if let linkResolver { return linkResolver }
        let resolver = LinkResolver(siteInfo: siteInfo)
        linkResolver = resolver
        return resolver
    }

    // MARK: - Events

    /// - Returns: false when the document is refused; then `refusal` is set.
    func startElement(_ name: ElementName, attribute: (_ name: StaticString) -> BoundedText?) -> Bool {
        depth += 1
        guard depth <= Self.maximumDepth else { return refuse(.nesting) }
        if depth == 1 {
            guard name == "mediawiki" else { return refuse(.root(name: name.string)) }
            hasRoot = true
        } else if draft != nil, name == "page" {
            return refuse(.pageInsidePage)
        } else if field == nil {
            startInside(name, attribute)
        }
        text.pointee.isOpen = field == .text && depth == fieldDepth
        return true
    }

    /// Characters outside the text of a revision, which goes into `text`.
    func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        if let field, field != .text, depth == fieldDepth { value.append(bytes) }
    }

    func endElement() {
        if field != nil, depth == fieldDepth {
            finishField()
        } else if field == nil {
            switch (section, depth) {
            case (.page, 2): finishPage()
            case (.revision, 3):
                if let revision { draft?.add(revision) }
                revision = nil
                section = .page
            case (.namespaces, 3): section = .siteInfo
            case (.siteInfo, 2):
                hasSiteInfo = true
                section = .outside
            default: break
            }
        }
        depth -= 1
        text.pointee.isOpen = field == .text && depth == fieldDepth
    }

    func doctype(_ name: ElementName) {
        _ = refuse(.doctype(name: name.string))
    }

    // MARK: - Elements

    private func startInside(_ name: ElementName, _ attribute: (StaticString) -> BoundedText?) {
        switch (section, depth) {
        case (.outside, 2):
            if name == "page" {
                draft = PageDraft(line: currentLine(), byte: tagStart())
                pagesBegun += 1
                section = .page
            } else if name == "siteinfo" {
                section = .siteInfo
            }
        case (.page, 3): startInPage(name, attribute)
        case (.revision, 4): startInRevision(name, attribute)
        case (.siteInfo, 3):
            if name == "namespaces" {
                section = .namespaces
            } else if name == "sitename" {
                begin(.siteName)
            } else if name == "dbname" {
                begin(.databaseName)
            } else if name == "base" {
                begin(.base)
            } else if name == "case" {
                begin(.caseRule)
            }
        case (.namespaces, 4):
            if name == "namespace" {
                namespaceKey = attribute("key")?.integer.flatMap { Int(exactly: $0) }
                begin(.namespaceName)
            }
        default: break
        }
    }

    private func startInPage(_ name: ElementName, _ attribute: (StaticString) -> BoundedText?) {
        if name == "revision" {
            revision = RevisionDraft()
            section = .revision
        } else if name == "title" {
            if draft?.title == nil { begin(.title) }
        } else if name == "ns" {
            if draft?.namespace == nil { begin(.namespace) }
        } else if name == "id" {
            if draft?.id == nil { begin(.pageID) }
        } else if name == "redirect" {
            draft?.isMarkedRedirect = true
            draft?.redirectTarget = attribute("title")
        }
    }

    private func startInRevision(_ name: ElementName, _ attribute: (StaticString) -> BoundedText?) {
        if name == "text" {
            guard revision?.hasText == false else { return }
            revision?.hasText = true
            revision?.isDeleted = attribute("deleted") != nil
            begin(.text)
            text.pointee.begin(sizeHint: attribute("bytes")?.integer)
        } else if name == "id" {
            begin(.revisionID)
        } else if name == "timestamp" {
            begin(.timestamp)
        } else if name == "sha1" {
            begin(.sha1)
        } else if name == "model" {
            begin(.model)
        }
    }

    private func begin(_ newField: Field) {
        field = newField
        fieldDepth = depth
        value.removeAll()
    }

    private func finishField() {
        let string: String? = value.bytes.isEmpty || value.isTooLong ? nil : value.string
        switch field {
        case .siteName: siteInfo.siteName = string ?? ""
        case .databaseName: siteInfo.databaseName = string ?? ""
        case .base: siteInfo.base = string ?? ""
        case .caseRule: siteInfo.isCaseSensitive = value.trimmed.elementsEqual("case-sensitive".utf8)
        case .namespaceName:
            if let namespaceKey, let string, siteInfo.namespaces.count < Self.maximumNamespaces {
                siteInfo.namespaces[namespaceKey] = string
            }
        case .title: draft?.title = value
        case .namespace: draft?.namespace = value
        case .pageID: draft?.id = value
        case .revisionID: revision?.id = value.integer
        case .timestamp: revision?.timestamp = string
        case .sha1: revision?.sha1 = string
        case .model: revision?.model = string
        case .text:
            revision?.isTextTooLong = text.pointee.isTooLong
            revision?.text = text.pointee.take()
        case nil: break
        }
        field = nil
    }

    private func finishPage() {
        if let draft {
            let result = draft.finish(siteInfo: siteInfo) { links.redirectTarget(inText: $0, words: $1) }
            finished.append(FinishedPage(line: draft.line, title: draft.shownTitle, result: result))
        }
        draft = nil
        section = .outside
    }

    private func refuse(_ reason: Refusal) -> Bool {
        refusal = refusal ?? reason
        return false
    }
}

/// The text of a revision while it comes in: often in pieces of a few bytes, so that they go straight here, past the handler.
struct TextSink {
    /// Whether characters belong here.
    var isOpen = false
    private(set) var isTooLong = false
    private var bytes: [UInt8] = []

    /// What is set aside for a text on the word of the dump.
    private static let maximumReservation = 1 << 16

    /// - Parameter sizeHint: the size that the dump gives, if it gives one.
    mutating func begin(sizeHint: Int64?) {
        isTooLong = false
        bytes = []
        if let sizeHint, sizeHint > 0 { bytes.reserveCapacity(Int(min(sizeHint, Int64(Self.maximumReservation)))) }
    }

    mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
        guard !isTooLong else { return }
        if bytes.count + more.count > PageDraft.textLimit {
            isTooLong = true
            bytes = []
        } else {
            bytes.append(contentsOf: more)
        }
    }

    /// The same without a copy, if nothing came before.
    mutating func append(_ more: [UInt8]) {
        if bytes.isEmpty, !isTooLong, more.count <= PageDraft.textLimit {
            bytes = more
        } else {
            more.withUnsafeBufferPointer { append($0) }
        }
    }

    /// Hands over the text.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}
