import Knowledge
import MediaWiki
import QuestionSet

/// What kind of thing a link leads to: so that a gap where a person was is not offered three rivers.
///
/// Known for articles of the dump by the pack that covers them, for others by their titles ("Trojan War" is a war) and by the
/// relations that name them: who is a doctoral advisor is a person.
struct ThingKinds: Sendable {
    /// A kind: a family of packs, or a value type, or both.
    struct Kind: Equatable, Sendable {
        /// Index of the family's first pack.
        var pack: UInt8?
        /// Type of the values that link to it.
        var type: ValueType?

        /// Whether anything is known of it.
        var isKnown: Bool { pack != nil || type != nil }

        /// Whether two things are of a kind: by their packs; where these are not known by type, which says enough of persons only if
        /// one of them is known. What is not known is like nothing.
        func isLike(_ other: Kind) -> Bool {
            if let pack, let otherPack = other.pack { return pack == otherPack }
            guard let type, let otherType = other.type else { return false }
            return type == otherType && (type == .person || (pack == nil && other.pack == nil))
        }

        /// Whether two things are surely not of a kind.
        func isUnlike(_ other: Kind) -> Bool {
            if let pack, let otherPack = other.pack { return pack != otherPack }
            if let type, let otherType = other.type { return type != otherType }
            // Of persons all is known: a pack that covers none of them covers something else.
            return (type == .person && other.pack != nil) || (other.type == .person && pack != nil)
        }
    }

    private let types: [UInt64: ValueType?]
    /// The article that a title leads to, through redirects, and its pack if it is known.
    private let lookUp: @Sendable (UInt64) -> (title: UInt64, pack: UInt8?)
    private let library: TemplateLibrary

    /// - Parameters:
    ///   - pools: whose typed values tell the kind of what they link to.
    ///   - library: whose packs know the titles of what they cover.
    ///   - lookUp: by the hash of a title: the article that it leads to, through redirects, and the index of its pack.
    init(
        pools: DistractorPools, library: TemplateLibrary,
        lookUp: @escaping @Sendable (UInt64) -> (title: UInt64, pack: UInt8?)
    ) {
        self.lookUp = lookUp
        self.library = library
        var types: [UInt64: ValueType?] = [:]
        for (type, article) in pools.typedLinks {
            let title = lookUp(TitleHash(article).value).title
            // A title with two types ("Casablanca") has none.
            if let known = types[title] { if known != type { types[title] = .some(nil) } } else { types[title] = type }
        }
        self.types = types
    }

    /// The hash of the title of the article that a title leads to, through redirects.
    func resolved(_ article: String) -> UInt64 { resolved(TitleHash(article).value) }

    func resolved(_ title: UInt64) -> UInt64 { lookUp(title).title }

    /// The hash of the title of the article that a value links to, through redirects; nil for one that links to nothing.
    func title(of value: Value) -> UInt64? {
        if case .link(let article) = value.content { resolved(article) } else { nil }
    }

    /// The same for an answer that may also be a plain text: of a person, place, organisation or work it is the title of an article
    /// or of a redirect; "Real" as a currency is none.
    func title(ofAnswerTo candidate: ArticleCandidates.Outline) -> UInt64? {
        switch candidate.answer.content {
        case .link(let article): resolved(article)
        case .text: candidate.type.saysKind ? resolved(candidate.answer.text) : nil
        case .date, .quantity: nil
        }
    }

    /// The kind of thing that a value names: by the article that it links to, else by its text ("Libya" for "History of Libya").
    func kind(of value: Value) -> Kind {
        guard case .link(let article) = value.content, article != value.text else { return kind(ofTitle: value.text) }
        var kind = kind(ofTitle: article)
        kind.pack = kind.pack ?? self.kind(ofTitle: value.text).pack
        return kind
    }

    private func kind(ofTitle text: String) -> Kind {
        let (title, pack) = lookUp(TitleHash(text).value)
        // What the general pack covers may be anything.
        let index =
            pack.map(Int.init).flatMap { library.isGeneral(pack: $0) ? nil : $0 } ?? library.packIndex(ofTitle: text)
        return Kind(
            pack: index.map(library.family(ofPack:)).flatMap { UInt8(exactly: $0) },
            type: index.map { library.packs[$0].type } ?? types[title] ?? nil)
    }

    /// The kind of the things that a category or a definition comprises: people for "American novelists".
    func kind(ofClass name: String) -> Kind {
        let index = library.packIndex(ofClass: name)
        return Kind(pack: index.map(library.family(ofPack:)).flatMap { UInt8(exactly: $0) })
    }

    /// The kind of thing that answers a question: of the answer itself, else what the relation asks for. Dates and numbers are of
    /// none.
    func kind(ofAnswerTo candidate: ArticleCandidates.Outline) -> Kind {
        switch candidate.answer.content {
        case .date, .quantity: return Kind()
        case .link, .text: break
        }
        if candidate.source == .category || candidate.source == .definition {
            return kind(ofClass: candidate.answer.text)
        }
        var kind = kind(of: candidate.answer)
        if kind.pack == nil, kind.type == nil, candidate.type.saysKind { kind.type = candidate.type }
        return kind
    }
}

extension ValueType {
    /// Whether it says what kind of thing a value is.
    var saysKind: Bool { [.person, .place, .organisation, .work].contains(self) }
}
