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
    /// What is known of one wiki. One object, for every text that is rendered holds on to it.
    private final class Wiki: Sendable {
        let namespaces: [String: Int]
        /// Those of files and categories in ASCII: nearly all prefixes in articles.
        let plainPrefixes: [(bytes: [UInt8], isOfFiles: Bool)]
        /// Prefixes in ASCII that mean something, by the hashes of their names in lower case: whether they always lead to something
        /// that is no article and no category.
        let prefixes: [UInt64: Bool]
        let isCaseSensitive: Bool

        init(namespaces names: [String: Int], isCaseSensitive: Bool) {
            namespaces = names
            plainPrefixes = names.sorted { $0.key < $1.key }.compactMap { name, number in
                let isPlain = name.utf8.allSatisfy(\.isASCIILetter) && !ExternalProtocols.contains(name)
                guard isPlain, number == Namespaces.file || number == Namespaces.category else { return nil }
                return (Array(name.utf8), number == Namespaces.file)
            }
            var prefixes: [UInt64: Bool] = [:]
            for name in ExternalProtocols.allNames { prefixes[TitleHash(name).value] = false }
            for name in Namespaces.interwikiPrefixes { prefixes[TitleHash(name).value] = true }
            for (name, number) in names {
                prefixes[TitleHash(name).value] = number != 0 && number != Namespaces.category
            }
            self.prefixes = prefixes
            self.isCaseSensitive = isCaseSensitive
        }
    }

    private let wiki: Wiki
    private var isCaseSensitive: Bool { wiki.isCaseSensitive }

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
        wiki = Wiki(namespaces: names, isCaseSensitive: siteInfo.isCaseSensitive)
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
            if let namespace = wiki.namespaces[lowercased] {
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
            if Namespaces.isLanguageCode(prefix.utf8) { return hasColon ? .elsewhere : .language }
        }
        return .article(capitalized(text))
    }

    /// What a link leads to as far as counting needs it; the same as `resolve`, but for most links no text is made.
    public func countedTarget(_ raw: ArraySlice<UInt8>) -> CountedTarget {
        var hash = TitleHash()
        switch addPlainTitle(raw, { hash.add($0) }) {
        case .article: return .article(hash.value)
        case .elsewhere: return .other
        case .unknown: break
        }
        return switch plainPrefixedTarget(raw) ?? unusualTarget(raw) {
        case .article(let title): .article(TitleHash(title).value)
        case .category(let name): .category(name)
        default: .other
        }
    }

    /// A file or a category, if nothing behind its prefix needs a look.
    private func plainPrefixedTarget(_ raw: ArraySlice<UInt8>) -> LinkTarget? {
        for prefix in wiki.plainPrefixes where raw.count > prefix.bytes.count {
            let colon = raw.startIndex + prefix.bytes.count
            guard raw[colon] == UInt8(ascii: ":"), zip(raw, prefix.bytes).allSatisfy({ $0.lowercasedASCII == $1 })
            else { continue }
            let name = raw[(colon + 1)...]
            if prefix.isOfFiles { return addPlainTitle(name, { _ in }) == .article ? .file : nil }
            return plainTitle(name).map { .category($0) }
        }
        return nil
    }

    /// The title of an article without anything that needs a look.
    private func plainTitle(_ raw: ArraySlice<UInt8>) -> String? {
        var isPlain = false
        let title = String(unsafeUninitializedCapacity: raw.count) { target in
            var count = 0
            isPlain =
                addPlainTitle(raw) { byte in
                    target.initializeElement(at: count, to: byte)
                    count += 1
                } == .article
            return isPlain ? count : 0
        }
        return isPlain ? title : nil
    }

    /// What a glance at a target tells.
    private enum Glance {
        /// An article.
        case article
        /// No article and no category.
        case elsewhere
        /// It takes more than a glance.
        case unknown
    }

    /// Calls `add` with the bytes of the normalised title of an article, as far as nothing in it needs a look: no entity, no
    /// unusual blank, no letter whose capital is a matter for Unicode. Says what it came to.
    @inline(__always)
    private func addPlainTitle(_ raw: ArraySlice<UInt8>, _ add: (UInt8) -> Void) -> Glance {
        raw.withUnsafeBufferPointer { raw in
            var start = 0
            while start < raw.count, Self.isBlank(raw[start]) { start += 1 }
            // Slashes may begin a URL.
            guard start < raw.count, raw[0] != UInt8(ascii: "/") else { return .unknown }
            if raw[start] == UInt8(ascii: "#") { return .elsewhere }
            guard var position = addFirst(raw, start, add) else { return .unknown }
            let marks = Self.marks
            var blankIsDue = false
            var hasPrefix = false
            while position < raw.count {
                let byte = raw[position]
                if Self.isBlank(byte) {
                    blankIsDue = true
                    position += 1
                    continue
                }
                switch marks[Int(byte)] {
                case .none: break
                case .bad: return .unknown
                case .fragment: return .article
                case .lead: guard Self.isPlain(raw, position) else { return .unknown }
                case .colon:
                    // Only the first one ends a prefix.
                    if !hasPrefix {
                        let glance = glance(atPrefix: raw[start..<position])
                        guard glance == .article else { return glance }
                    }
                    hasPrefix = true
                }
                if blankIsDue {
                    add(0x20)
                    blankIsDue = false
                }
                add(byte)
                position += 1
            }
            return .article
        }
    }

    /// Adds the first character as titles have it, and says where the next one stands; nil if it needs a look.
    @inline(__always)
    private func addFirst(_ raw: UnsafeBufferPointer<UInt8>, _ start: Int, _ add: (UInt8) -> Void) -> Int? {
        let byte = raw[start]
        if byte < 0x80 {
            guard Self.marks[Int(byte)] == .none else { return nil }
            let isSmall = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            add(isSmall && !isCaseSensitive ? byte & ~0x20 : byte)
            return start + 1
        }
        // Kana and most ideographs have no capitals.
        if isCaseSensitive || (0xE3...0xE9).contains(byte) {
            guard Self.isPlain(raw, start) else { return nil }
            add(byte)
            return start + 1
        }
        guard (0xC3...0xDF).contains(byte), start + 1 < raw.count, raw[start + 1] & 0xC0 == 0x80 else { return nil }
        let capital = Self.capitals[Int(byte & 0x1F) << 6 | Int(raw[start + 1] & 0x3F)]
        guard capital != 0 else { return nil }
        add(UInt8(0xC0 | capital >> 6))
        add(UInt8(0x80 | capital & 0x3F))
        return start + 2
    }

    /// What text before the first colon makes of a target. `.article`: it is part of a title.
    private func glance(atPrefix text: Slice<UnsafeBufferPointer<UInt8>>) -> Glance {
        var end = text.endIndex
        while end > text.startIndex, Self.isBlank(text[end - 1]) { end -= 1 }
        let prefix = text[..<end]
        var hash = TitleHash()
        var isBlankBefore = false
        for byte in prefix {
            // The small letters of other scripts are a matter for Unicode.
            guard byte < 0x80 else { return .unknown }
            let isBlank = Self.isBlank(byte)
            if !isBlank || !isBlankBefore { hash.add(byte.lowercasedASCII) }
            isBlankBefore = isBlank
        }
        if let isElsewhere = wiki.prefixes[hash.value] { return isElsewhere ? .elsewhere : .unknown }
        return Namespaces.isLanguageCode(prefix) ? .elsewhere : .article
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == UInt8(ascii: "_") }

    /// What a byte may mean in a target.
    private enum Mark {
        /// Nothing.
        case none
        case colon
        case fragment
        /// It begins a character that may be a blank or a mark of writing direction.
        case lead
        /// All else that has to be looked at.
        case bad
    }

    private static let marks = (0...255).map { (byte: UInt8) -> Mark in
        switch byte {
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: "#"): .fragment
        case 0xC2, 0xE1...0xE3: .lead
        case 0x00..<0x20, 0x7F, UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            .bad
        default: .none
        }
    }

    /// Whether a character is neither a blank nor a mark of writing direction, as `Titles` has them.
    private static func isPlain(_ raw: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        guard position + 2 < raw.count else { return raw[position] > 0xE3 }
        let second = raw[position + 1]
        switch raw[position] {
        case 0xC2: return second != 0xA0
        case 0xE1: return second != 0x9A && second != 0xA0
        // Dashes and quotes are the most frequent characters beyond ASCII.
        case 0xE2: return second == 0x80 ? (0x90...0xA7).contains(raw[position + 2]) : second != 0x81
        case 0xE3: return second != 0x80
        default: return true
        }
    }

    /// The capitals of U+0000 to U+07FF; 0 where that is more than one of these.
    private static let capitals = (0..<0x800).map { (value: UInt32) -> UInt16 in
        guard let scalar = Unicode.Scalar(value), value >= 0x80 else { return 0 }
        let capital = scalar.properties.uppercaseMapping.unicodeScalars
        guard capital.count == 1, let first = capital.first, (0x80..<0x800).contains(first.value) else { return 0 }
        return UInt16(first.value)
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
