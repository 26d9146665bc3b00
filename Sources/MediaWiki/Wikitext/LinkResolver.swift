/// Where a wikilink leads.
public enum LinkTarget: Equatable, Sendable {
    /// An article of this wiki: its normalised title without fragment.
    case article(String)
    /// Puts the page into a category, and shows nothing: the name without prefix and sort key.
    case category(String)
    /// An image or other file, shown in place.
    case file
    /// The same article in another language: shown in the margin, not in the text.
    case language
    /// A page that is not an article (another namespace or project, a section of the page itself); the label is shown.
    case elsewhere
    /// Not a link: the brackets are text.
    case invalid
}

/// Where a wikilink leads, as far as counting needs it.
public enum CountedTarget: Equatable, Sendable {
    /// An article, by the hash of its normalised title (see `TitleHash`).
    case article(UInt64)
    /// A category, by name.
    case category(String)
    /// Something else.
    case other
}

/// Reads link targets with the namespaces of one wiki.
public struct LinkResolver: Sendable {
    private let namespaces: [String: Int]
    /// Those of files and categories in ASCII: nearly all prefixes in articles.
    private let plainPrefixes: [(bytes: [UInt8], isOfFiles: Bool)]
    private let isCaseSensitive: Bool

    /// Prepares for a wiki: the names in its `<siteinfo>`, the canonical ones, and further ones of its language.
    ///
    /// - Parameter knowsAliases: whether names count that MediaWiki knows in the wiki's language, but `<siteinfo>` does
    ///   not list, such as `Bild:` for files in German. The reference records go without them.
    public init(siteInfo: SiteInfo, knowsAliases: Bool = true) {
        var names = Namespaces.canonical
        if knowsAliases, let language = siteInfo.language {
            names.merge(NamespaceAliases.byLanguage[language] ?? [:]) { canonical, _ in canonical }
        }
        for number in siteInfo.namespaces.keys.sorted() {
            let name = (siteInfo.namespaces[number] ?? "").trimmingPythonBlanks()
            if !name.isEmpty { names[name.lowercased()] = number }
        }
        namespaces = names
        plainPrefixes = names.sorted { $0.key < $1.key }.compactMap { name, number in
            let isPlain = name.utf8.allSatisfy(\.isASCIILetter) && !ExternalProtocols.contains(name)
            guard isPlain, number == Namespaces.file || number == Namespaces.category else { return nil }
            return (Array(name.utf8), number == Namespaces.file)
        }
        isCaseSensitive = siteInfo.isCaseSensitive
    }

    /// Resolves the target of a link as written, comments already out.
    public func resolve(_ raw: ArraySlice<UInt8>) -> LinkTarget {
        if let title = plainTitle(raw) { return .article(title) }
        return plainPrefixedTarget(raw) ?? unusualTarget(raw)
    }

    /// The same of any target, by all rules.
    func unusualTarget(_ raw: ArraySlice<UInt8>) -> LinkTarget {
        guard !ExternalProtocols.begin(raw) else { return .invalid }
        var text = Titles.normalized(raw)
        let hasColon = text.utf8.first == UInt8(ascii: ":")
        if hasColon { text = Titles.trimmingBlanks(String(text.unicodeScalars.dropFirst())) }
        let isFragment = text.utf8.first == UInt8(ascii: "#")
        text = Titles.withoutFragment(text)
        guard !text.isEmpty else { return isFragment ? .elsewhere : .invalid }
        let (isForbidden, hasPrefix) = text.withUTF8 { bytes in
            (bytes.contains(where: Self.isForbidden), bytes.contains(UInt8(ascii: ":")))
        }
        guard !isForbidden else { return .invalid }
        if hasPrefix, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let prefix = Titles.trimmingBlanks(String(text[..<colon]))
            let lowercased = prefix.lowercased()
            if let namespace = namespaces[lowercased] {
                switch namespace {
                case Namespaces.category where !hasColon:
                    let name = Titles.trimmingBlanks(String(text[text.utf8.index(after: colon)...]))
                    return name.isEmpty ? .invalid : .category(capitalized(name))
                case Namespaces.file where !hasColon: return .file
                case 0: break
                default: return .elsewhere
                }
            }
            if Namespaces.interwikiPrefixes.contains(lowercased) { return .elsewhere }
            if prefix == lowercased, Namespaces.isLanguageCode(prefix) { return hasColon ? .elsewhere : .language }
        }
        return .article(capitalized(text))
    }

    /// What a link leads to as far as counting needs it; the same as `resolve`, but for most links no text is made.
    public func countedTarget(_ raw: ArraySlice<UInt8>) -> CountedTarget {
        var hash = TitleHash()
        if addPlainTitle(raw, { hash.add($0) }) { return .article(hash.value) }
        return switch plainPrefixedTarget(raw) ?? unusualTarget(raw) {
        case .article(let title): .article(TitleHash(title).value)
        case .category(let name): .category(name)
        default: .other
        }
    }

    /// A file or a category, if nothing behind its prefix needs a look.
    private func plainPrefixedTarget(_ raw: ArraySlice<UInt8>) -> LinkTarget? {
        for prefix in plainPrefixes where raw.count > prefix.bytes.count {
            let colon = raw.startIndex + prefix.bytes.count
            guard raw[colon] == UInt8(ascii: ":"), zip(raw, prefix.bytes).allSatisfy({ $0.lowercasedASCII == $1 })
            else { continue }
            let name = raw[(colon + 1)...]
            if prefix.isOfFiles { return addPlainTitle(name) { _ in } ? .file : nil }
            return plainTitle(name).map { .category($0) }
        }
        return nil
    }

    /// The title of an article without anything that needs a look.
    private func plainTitle(_ raw: ArraySlice<UInt8>) -> String? {
        var isPlain = false
        let title = String(unsafeUninitializedCapacity: raw.count) { target in
            var count = 0
            isPlain = addPlainTitle(raw) { byte in
                target.initializeElement(at: count, to: byte)
                count += 1
            }
            return isPlain ? count : 0
        }
        return isPlain ? title : nil
    }

    /// Calls `add` with the bytes of the normalised title, if nothing in it needs a look: no prefix, no fragment, no
    /// entity, no unusual blank. Says whether it came to the end.
    @inline(__always)
    private func addPlainTitle(_ raw: ArraySlice<UInt8>, _ add: (UInt8) -> Void) -> Bool {
        raw.withUnsafeBufferPointer { raw in
            let needsLook = Self.needsLook
            var position = 0
            while position < raw.count, raw[position] == 0x20 || raw[position] == UInt8(ascii: "_") { position += 1 }
            // The capital of a letter beyond ASCII is a matter for Unicode, and slashes may begin a URL.
            guard position < raw.count, raw[position] < 0x80, raw[0] != UInt8(ascii: "/"),
                !needsLook[Int(raw[position])]
            else { return false }
            let isSmall = raw[position] >= UInt8(ascii: "a") && raw[position] <= UInt8(ascii: "z")
            add(isSmall && !isCaseSensitive ? raw[position] & ~0x20 : raw[position])
            var blankIsDue = false
            for byte in raw[(position + 1)...] {
                if byte == 0x20 || byte == UInt8(ascii: "_") {
                    blankIsDue = true
                    continue
                }
                if needsLook[Int(byte)] { return false }
                if blankIsDue {
                    add(0x20)
                    blankIsDue = false
                }
                add(byte)
            }
            return true
        }
    }

    /// By byte, whether more than the case of the first letter has to be looked at in a title that holds it.
    private static let needsLook = (0...255).map { (byte: UInt8) in
        switch byte {
        case 0x00..<0x20, 0x7F, UInt8(ascii: "#"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: ":"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "|"), UInt8(ascii: "}"), 0xC2, 0xE1...0xE3:
            true
        default: false
        }
    }

    /// The target of a redirect's text, `#REDIRECT [[target]]`, without fragment; nil if the text is no redirect.
    public func redirectTarget(inText text: [UInt8]) -> String? { redirectTarget(inText: text, words: .english) }

    /// The same by other words than the English one.
    func redirectTarget(inText text: [UInt8], words: RedirectText.Words) -> String? {
        guard let raw = RedirectText.target(in: text, words: words) else { return nil }
        let title = capitalized(Titles.withoutFragment(Titles.normalized(raw)))
        return title.isEmpty ? nil : title
    }

    private func capitalized(_ title: String) -> String { isCaseSensitive ? title : Titles.capitalized(title) }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\n"):
            true
        default: false
        }
    }
}
