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

    private init(_ parts: String...) {
        for part in parts { add(part) }
    }

    static func == (left: PoolKey, right: PoolKey) -> Bool { left.hash == right.hash }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    private mutating func add(_ part: String) {
        for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }

    private func named(byText text: String) -> PoolKey {
        var key = self
        key.add(text)
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

    // MARK: - What goes where, the most specific pool first

    /// For a parameter's value: of the same relation, with the same label first, then of relations with the same pool's name anywhere,
    /// then of the same type in the family.
    static func parameter(
        _ relation: TemplatePack.Relation, _ fact: Fact, _ type: ValueType, family: String
    ) -> [PoolKey] {
        if relation.takesAnyParameter { return [PoolKey("any pack").named(byText: fact.property).of(type)] }
        var pools: [PoolKey] = []
        if let qualifier = fact.qualifier {
            pools.append(
                PoolKey("labelled", relation.origin.pack, relation.pool).named(byText: Qualifier.key(qualifier)).of(
                    type))
            // "Norway" is no wrong answer to "Which region ...?".
            if relation.distractors == .sameRelation { return pools }
        }
        pools.append(PoolKey("relation", relation.origin.pack, relation.pool).of(type))
        if relation.distractors == .sameType {
            // A family is of languages here and of beetles there: a pool that several packs share has a name of its own.
            if type != .string || relation.pool != relation.name {
                pools.append(PoolKey("any pack").named(byText: relation.pool).of(type).holding(.pool))
            }
            if type.saysKind { pools.append(PoolKey("type", family).of(type).holding(.type)) }
        }
        return pools
    }

    /// For what the first sentence calls the subject: others of the same noun, then of the same pack.
    static func definition(_ phrase: String, _ pack: TemplatePack) -> [PoolKey] {
        let noun = TemplateLibrary.headNouns(of: phrase).min { $0.utf8.count < $1.utf8.count }
        return (noun.map { [PoolKey("definition", pack.family).named(byText: $0)] } ?? []).map(\.ofClasses)
            + pack.levels.map { PoolKey("definition", $0).ofClasses }
    }

    /// For a gap in a sentence: gaps in like places.
    static func cloze(cue: String, _ type: ValueType, family: String) -> [PoolKey] {
        [
            PoolKey("cloze", family, cue), PoolKey("cloze", cue), PoolKey("cloze"),
        ].map { $0.of(type, tellsLinks: false).holding(.type) }
    }

    /// For a category: others that begin or end alike ("Rivers of ...", "... births"), then of the same pack, its family, of all.
    static func category(_ name: String, _ pack: TemplatePack) -> [PoolKey] {
        let head = TemplateLibrary.headNouns(of: name).min { $0.utf8.count < $1.utf8.count }
        let pools =
            (head.map { [PoolKey("category").named(byText: $0)] } ?? [])
            + pack.levels.map { PoolKey("category of", $0) } + [PoolKey("category").holding(.type)]
        return pools.map(\.ofClasses)
    }
}

extension TemplatePack {
    /// The pack and its family, if that is another.
    fileprivate var levels: [String] { kindOf.map { [name, $0] } ?? [name] }
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
