import Knowledge
import QuestionSet

/// A pool of wrong options, by the hash of what it is named after: there are as many as nouns, labels and parameters in the dump.
struct PoolKey: Hashable, Sendable {
    /// FNV-1a over the parts of the name.
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
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
        var part = part
        var sum = hash
        part.withUTF8 { for byte in $0 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 } }
        hash = (sum ^ 0xFF) &* 0x100_0000_01B3
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

    private static let gaps = PoolKey("cloze").holding(.type)

    /// Of all gaps in articles of a family.
    static func gaps(of family: String) -> PoolKey { gaps.of(family) }

    /// Of gaps in like places, of a family, then of all.
    ///
    /// - Parameter ofFamily: as from `gaps(of:)`.
    static func cloze(cue: String, _ type: ValueType, ofFamily: PoolKey) -> [PoolKey] {
        [
            ofFamily.of(cue).of(type, tellsLinks: false), gaps.of(cue).of(type, tellsLinks: false),
            gaps.of(type, tellsLinks: false),
        ]
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
        var sentence = sentence
        return sentence.withUTF8 { bytes in
            guard start >= 0, start < end, end <= bytes.count else { return "" }
            var rest = start
            /// The word before `rest`, its letters in lower case as one number; 0 for a long one, nil for none.
            func lastWord() -> UInt64? {
                while rest > 0, bytes[rest - 1] == 0x20 { rest -= 1 }
                guard rest > 0 else { return nil }
                let stop = rest
                while rest > 0, bytes[rest - 1] != 0x20 { rest -= 1 }
                return number(bytes[rest..<stop])
            }
            guard let last = lastWord() else { return "^" }
            guard let cue = cues[last] else { return "-" }
            // "in the" and "the" are followed by other things than "in" and nothing.
            if cue == "the", let before = lastWord().flatMap({ cues[$0] }) { return "\(before) the" }
            return cue
        }
    }

    private static func number(_ word: some Collection<UInt8>) -> UInt64 {
        guard word.count < 8 else { return 0 }
        return word.reduce(1) { $0 << 8 | UInt64((0x41...0x5A).contains($1) ? $1 | 0x20 : $1) }
    }

    /// By their letters as numbers.
    private static let cues: [UInt64: String] = Dictionary(
        uniqueKeysWithValues: [
            "in", "at", "of", "by", "from", "to", "with", "for", "on", "near", "into", "after", "between", "and", "the",
            "a", "an", "as", "under", "during", "against", "through", "called", "named",
        ].map { (number($0.utf8), $0) })
}
