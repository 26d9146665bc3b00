/// The text of a small element, bounded: a hostile dump must not fill the memory with a title.
struct BoundedText: Sendable {
    /// MediaWiki's limit for a title is 255 bytes without its namespace's name; everything else here is shorter.
    static let limit = 1024

    private(set) var bytes: [UInt8] = []
    private(set) var isTooLong = false

    mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
        guard bytes.count + more.count <= Self.limit else {
            isTooLong = true
            return
        }
        bytes.append(contentsOf: more)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isTooLong = false
    }

    /// Without white space around it.
    var trimmed: ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The trimmed text as a whole number; nil if it is none or does not fit.
    var integer: Int64? {
        guard !isTooLong else { return nil }
        let digits = trimmed.first == UInt8(ascii: "-") ? trimmed.dropFirst() : trimmed
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(String(decoding: trimmed, as: UTF8.self))
    }
}

/// A revision while it is read.
struct RevisionDraft: Sendable {
    var id: Int64?
    var timestamp: String?
    var sha1: String?
    var model: String?
    var text: [UInt8] = []
    var hasText = false
    var isDeleted = false
    var isTextTooLong = false

    var revision: Revision {
        Revision(id: id, timestamp: timestamp, sha1: sha1, model: model, text: isDeleted || !hasText ? nil : text)
    }
}

/// A page while it is read; the elements come in any order.
struct PageDraft: Sendable {
    /// A text no wiki can hold: MediaWiki stores at most 16 MiB, and allows 2 MiB.
    static let textLimit = 64 << 20

    /// The line of the file where the page begins.
    var line: Int64
    /// The byte of its `<` in the XML of the file; nil if the parser cannot tell.
    var byte: Int64?
    var title: BoundedText?
    var namespace: BoundedText?
    /// The first `<id>` that is a child of the page.
    var id: BoundedText?
    /// `title` of `<redirect>`; that element has none in the export schemas 0.4 and 0.5.
    var redirectTarget: BoundedText?
    /// Whether there is a `<redirect>`.
    var isMarkedRedirect = false
    /// The latest revision so far, by timestamp; among equals the later one in the file.
    var latest: RevisionDraft?

    mutating func add(_ revision: RevisionDraft) {
        // Timestamps are ISO 8601 in UTC: their order is that of their bytes. A revision without one counts as the
        // oldest.
        guard let latest else { return self.latest = revision }
        if (latest.timestamp ?? "").utf8.lexicographicallyPrecedes((revision.timestamp ?? "").utf8)
            || latest.timestamp == revision.timestamp
        {
            self.latest = revision
        }
    }

    /// The title for messages, shortened.
    var shownTitle: String? {
        guard let title, !title.trimmed.isEmpty else { return nil }
        return title.isTooLong ? String(title.string.prefix(40)) + "…" : title.string
    }

    /// The page, or why it cannot be used.
    ///
    /// - Parameter redirectInText: reads the target of a redirect from a text, for pages without `<redirect
    ///   title="...">`.
    func finish(
        siteInfo: SiteInfo, redirectInText: ([UInt8], RedirectText.Words) -> String?
    ) -> Result<Page, Rejection> {
        guard let title, !title.trimmed.isEmpty || title.isTooLong else { return .failure(.init(.missingTitle)) }
        guard let id else { return .failure(.init(.missingID)) }
        guard let number = id.integer, number >= 0 else { return .failure(.init(.badID)) }
        let text = Self.singleLine(title)
        var namespaceNumber = 0
        if let namespace {
            guard let value = namespace.integer, let value = Int32(exactly: value) else {
                return .failure(.init(.badNamespace))
            }
            namespaceNumber = Int(value)
        } else {
            namespaceNumber = siteInfo.namespace(ofTitle: text)
        }
        guard !title.isTooLong, Self.isLengthAllowed(text, namespace: namespaceNumber) else {
            return .failure(.init(.titleTooLong))
        }
        guard let latest else { return .failure(.init(.missingRevision)) }
        guard latest.hasText else { return .failure(.init(.missingText)) }
        guard !latest.isTextTooLong else { return .failure(.init(.textTooLong)) }
        let revision = latest.revision
        let target = redirectTarget.flatMap { $0.isTooLong || $0.bytes.isEmpty ? nil : $0.string }
        return .success(
            Page(
                id: number, namespace: namespaceNumber, title: text,
                redirectTarget: target ?? revision.text.flatMap { redirectInText($0, redirectWords) },
                revision: revision, place: PagePlace(byteOffset: byte)))
    }

    /// Dumps that mark redirects do so in all languages. Older ones do not have `<ns>` either.
    private var redirectWords: RedirectText.Words {
        if isMarkedRedirect { return .any }
        return namespace == nil ? .allLanguages : .english
    }

    /// Why a page cannot be used, as an error for `Result`.
    struct Rejection: Error {
        var reason: DamageReason
        init(_ reason: DamageReason) { self.reason = reason }
    }

    /// Line ends and tabs become blanks and runs of blanks one, as MediaWiki does; other titles stay as they are.
    private static func singleLine(_ title: BoundedText) -> String {
        guard title.bytes.contains(where: { (0x09...0x0D).contains($0) }) else { return title.string }
        return title.bytes.split(whereSeparator: { $0 == 0x20 || (0x09...0x0D).contains($0) })
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// MediaWiki counts 255 bytes without the name of the namespace.
    private static func isLengthAllowed(_ title: String, namespace: Int) -> Bool {
        let bytes = title.utf8
        guard bytes.count > 255 else { return true }
        guard namespace != 0, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return bytes.distance(from: colon, to: bytes.endIndex) - 1 <= 255
    }
}
