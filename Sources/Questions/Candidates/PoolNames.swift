import Knowledge
import QuestionSet

/// Which pools of wrong options a candidate's value goes into and takes from, the most specific first.
enum PoolNames {
    /// For a parameter's value.
    static func parameter(
        _ relation: TemplatePack.Relation, _ fact: Fact, _ type: ValueType, pack: String
    ) -> [String] {
        if relation.parameters == ["*"] { return ["*|\(fact.property)|\(type.rawValue)"] }
        var pools: [String] = []
        if let qualifier = fact.qualifier {
            pools.append("\(pack)|\(relation.pool)|?\(Qualifier.key(qualifier))|\(type.rawValue)")
            // "Norway" is no wrong answer to "Which region ...?".
            if relation.distractors == .sameRelation { return pools }
        }
        pools.append("\(pack)|\(relation.pool)|\(type.rawValue)")
        if relation.distractors == .sameType {
            pools.append("*|\(relation.pool)|\(type.rawValue)")
            if [.person, .place, .organisation, .work].contains(type) { pools.append("\(pack)|\(type.rawValue)") }
        }
        return pools
    }

    /// For what the first sentence calls the subject: others of the same noun, then of the same pack.
    static func definition(_ phrase: String, pack: String) -> [String] {
        let nouns = TemplateLibrary.headNouns(of: phrase).sorted { $0.utf8.count > $1.utf8.count }
        return (nouns.last.map { ["\(pack)|definition|\($0)"] } ?? []) + ["\(pack)|definition"]
    }

    /// For a gap in a sentence: gaps in like places.
    static func cloze(_ gap: Gap, _ type: ValueType, pack: String) -> [String] {
        ["\(pack)|cloze|\(gap.cue)|\(type.rawValue)", "cloze|\(gap.cue)|\(type.rawValue)", "cloze|\(type.rawValue)"]
    }

    /// For a category: others that begin or end alike ("Rivers of ...", "... births"), then of the same pack.
    static func category(_ name: String, pack: String) -> [String] {
        let head = TemplateLibrary.headNouns(of: name).min { $0.utf8.count < $1.utf8.count }
        return (head.map { ["category|\($0)"] } ?? []) + ["\(pack)|category", "category"]
    }
}

/// A sentence with `_____` in place of a value.
struct Gap {
    /// The sentence.
    let text: String
    /// The two words before the gap as far as they say what can fill it.
    let cue: String

    /// - Parameters:
    ///   - start: UTF-8 offset of the value.
    ///   - end: UTF-8 offset behind it.
    init(_ sentence: String, _ start: Int, _ end: Int) {
        let bytes = Array(sentence.utf8)
        guard start >= 0, start < end, end <= bytes.count else {
            text = sentence
            cue = ""
            return
        }
        let before = String(decoding: bytes[..<start], as: UTF8.self)
        text = "\(before)_____\(String(decoding: bytes[end...], as: UTF8.self))"
        let words = before.split(separator: " ").suffix(2).map { $0.lowercased() }
        let last = words.last.map { Self.cues.contains($0) ? $0 : "-" } ?? "^"
        // "in the" and "the" are followed by other things than "in" and nothing.
        cue = last == "the" && words.count == 2 && Self.cues.contains(words[0]) ? "\(words[0]) the" : last
    }

    private static let cues: Set<String> = [
        "in", "at", "of", "by", "from", "to", "with", "for", "on", "near", "into", "after", "between", "and", "the",
        "a", "an",
        "as", "under", "during", "against", "through", "called", "named",
    ]
}
