import Knowledge
import QuestionSet

/// A pool of wrong options, by the hash of what it is named after: there are as many as nouns, labels and parameters in the dump.
struct PoolKey: Hashable, Sendable {
    /// FNV-1a over the parts of the name.
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Whether it is named after something in the articles: of such pools there are many.
    private(set) var isNamedByText = false
    /// Whether its values name classes ("American novelists"), and not things.
    private(set) var holdsClasses = false
    /// What its values have in common with the answer.
    private(set) var source = Provenance.OptionSource.relation
    /// What the links of its values lead to; nil where the relation does not tell.
    private(set) var linkType: ValueType?

    private init(_ name: String) { add(name) }

    static func == (left: PoolKey, right: PoolKey) -> Bool { left.hash == right.hash }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    private mutating func add(_ part: String) {
        for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }

    private func of(_ part: String) -> PoolKey {
        var key = self
        key.add(part)
        return key
    }

    private func named(byText text: String) -> PoolKey {
        var key = of(text)
        key.isNamedByText = true
        return key
    }

    private func of(_ type: ValueType, tellsLinks: Bool = true) -> PoolKey {
        var key = self
        key.add(type.rawValue)
        if tellsLinks, type.saysKind { key.linkType = type }
        return key
    }

    private var ofClasses: PoolKey {
        var key = self
        key.holdsClasses = true
        return key
    }

    private func holding(_ source: Provenance.OptionSource) -> PoolKey {
        var key = self
        key.source = source
        return key
    }

    // MARK: - Names

    private static let anyPack = PoolKey("any pack")

    /// Of values of any parameter that no pack knows.
    static func property(_ name: String, _ type: ValueType) -> PoolKey { anyPack.named(byText: name).of(type) }

    /// Of values with the same label.
    static func labelled(_ relation: TemplatePack.Relation, _ qualifier: String, _ type: ValueType) -> PoolKey {
        PoolKey("labelled").of(relation.origin.pack).of(relation.pool).named(byText: Qualifier.key(qualifier)).of(type)
    }

    /// Of the values of a relation: its own, then those of relations with the same pool's name anywhere, then those of the same type
    /// in the family.
    static func relation(_ relation: TemplatePack.Relation, _ type: ValueType, family: String) -> [PoolKey] {
        var pools = [PoolKey("relation").of(relation.origin.pack).of(relation.pool).of(type)]
        if relation.distractors == .sameType {
            // A family is of languages here and of beetles there: a pool that several packs share has a name of its own.
            if type != .string || relation.pool != relation.name {
                pools.append(anyPack.named(byText: relation.pool).of(type).holding(.pool))
            }
            if type.saysKind { pools.append(PoolKey("type").of(family).of(type).holding(.type)) }
        }
        return pools
    }

    /// Of definitions with the same noun.
    static func definition(noun: String, family: String) -> PoolKey {
        PoolKey("definition").of(family).named(byText: noun).ofClasses
    }

    /// Of all definitions of a pack.
    static func definitions(_ pack: String) -> PoolKey { PoolKey("definition").of(pack).ofClasses }

    /// Of gaps in like places, of a family, then of all.
    static func cloze(cue: String, _ type: ValueType, family: String) -> [PoolKey] {
        let cloze = PoolKey("cloze")
        return [cloze.of(family).of(cue), cloze.of(cue), cloze].map { $0.of(type, tellsLinks: false).holding(.type) }
    }

    private static let category = PoolKey("category").ofClasses

    /// Of categories that begin or end alike: "Rivers of ...", "... births".
    static func category(head: String) -> PoolKey { category.named(byText: head) }

    /// Of the categories of a pack.
    static func categories(_ pack: String) -> PoolKey { PoolKey("category of").of(pack).ofClasses }

    /// Of all categories.
    static let categories = category.holding(.type)
}

/// A sentence with `_____` in place of a value.
struct Gap {
    /// The sentence.
    let text: String

    /// - Parameters:
    ///   - start: UTF-8 offset of the value.
    ///   - end: UTF-8 offset behind it.
    init(_ sentence: String, _ start: Int, _ end: Int) {
        let bytes = Array(sentence.utf8)
        guard start >= 0, start < end, end <= bytes.count else {
            text = sentence
            return
        }
        text =
            "\(String(decoding: bytes[..<start], as: UTF8.self))_____\(String(decoding: bytes[end...], as: UTF8.self))"
    }

    /// The two words before a gap as far as they say what can fill it: "in", "in the", "-" for any other word, "^" for none.
    static func cue(of sentence: String, _ start: Int, _ end: Int) -> String {
        let bytes = sentence.utf8
        guard start >= 0, start < end, end <= bytes.count else { return "" }
        var rest = bytes.prefix(start)
        func lastWord() -> String? {
            while rest.last == 0x20 { rest.removeLast() }
            guard !rest.isEmpty else { return nil }
            let word = rest.suffix(from: rest.lastIndex(of: 0x20).map { rest.index(after: $0) } ?? rest.startIndex)
            rest = rest.prefix(upTo: word.startIndex)
            return word.count > longestCue ? "-" : Substring(word).lowercased()
        }
        guard let last = lastWord() else { return "^" }
        guard cues.contains(last) else { return "-" }
        // "in the" and "the" are followed by other things than "in" and nothing.
        if last == "the", let before = lastWord(), cues.contains(before) { return "\(before) the" }
        return last
    }

    private static let longestCue = cues.map(\.utf8.count).max() ?? 0
    private static let cues: Set<String> = [
        "in", "at", "of", "by", "from", "to", "with", "for", "on", "near", "into", "after", "between", "and", "the",
        "a", "an",
        "as", "under", "during", "against", "through", "called", "named",
    ]
}
