/// The packs of a run: which one covers an article, and what can be asked about everything.
public struct TemplateLibrary: Sendable {
    /// By name.
    public let packs: [TemplatePack]
    private let general: TemplatePack?
    private let byInfobox: [String: Int]
    private let relationsOf: [String: RelationIndex]
    private let titles: PatternIndex
    private let byNoun: [String: Int]

    /// Joins packs.
    public init(_ packs: [TemplatePack]) {
        self.packs = packs.sorted { $0.name < $1.name }
        general = self.packs.first(where: \.isGeneral)
        var byInfobox: [String: Int] = [:]
        for (index, pack) in self.packs.enumerated() {
            for box in pack.infoboxes where byInfobox[box] == nil { byInfobox[box] = index }
        }
        self.byInfobox = byInfobox
        var titles = PatternIndex()
        var byNoun: [String: Int] = [:]
        for (index, pack) in self.packs.enumerated() {
            for pattern in pack.titles { titles.add(pattern, number: index) }
            for noun in pack.definitions { byNoun[noun] = byNoun[noun] ?? index }
        }
        self.titles = titles
        self.byNoun = byNoun
        relationsOf = Dictionary(
            uniqueKeysWithValues: self.packs.map { [general] pack in
                (pack.name, RelationIndex(pack.relations, general: pack.isGeneral ? [] : general?.relations ?? []))
            })
    }

    /// The pack that covers an article: by its first known infobox, else by what its first sentence calls it, else by
    /// category, else the general one; nil when the packs in use do not cover it.
    ///
    /// - Parameter definition: what the first sentence says the subject is: "river in Norway".
    public func pack(boxes: [String], categories: [String], definition: String? = nil) -> TemplatePack? {
        for box in boxes {
            if let index = byInfobox[box.lowercased()] { return packs[index] }
        }
        if let definition {
            let nouns = Self.headNouns(of: definition)
            if let pack = packs.first(where: { !$0.definitions.isDisjoint(with: nouns) }) { return pack }
        }
        let names = categories.map { $0.lowercased() }
        for pack in packs where pack.categories.contains(where: { names.contains(where: $0.matches) }) { return pack }
        return general
    }

    /// The index of the pack that would cover an article as far as its title tells: by its parenthesis ("Titanic (1997 film)"), by
    /// the patterns of the packs ("John *"), by the noun it ends in ("Trojan War"); nil where it tells nothing.
    func packIndex(ofTitle title: String) -> Int? {
        let base = TextRules.withoutParenthesis(title)
        if base.utf8.count < title.utf8.count {
            let parenthesis = title.dropFirst(base.count + 2).dropLast()
            if let index = packIndex(ofNoun: String(parenthesis)) { return index }
        }
        if let index = titles.number(of: base) { return index }
        return base.contains(" ") ? packIndex(ofNoun: base) : nil
    }

    private func packIndex(ofNoun phrase: String) -> Int? {
        // Two words say more than one: "film festival".
        Self.headNouns(of: phrase).sorted { $0.utf8.count > $1.utf8.count }.lazy.compactMap { self.byNoun[$0] }.first
    }

    /// What can be asked of an article of a pack: the pack's relations, then those of the general pack.
    func relations(for pack: TemplatePack) -> RelationIndex { relationsOf[pack.name] ?? RelationIndex([]) }

    /// The last one and the last two words of a definition before its first preposition, comma or relative clause, in lower
    /// case: "city" and "largest city" for "the largest city of Norway".
    static func headNouns(of definition: String) -> Set<String> {
        var words: [String] = []
        for word in definition.lowercased().split(separator: " ") {
            if ends.contains(String(word)) { break }
            let isLast = [",", ";", "(", ":"].contains { word.hasSuffix($0) }
            words.append(isLast ? String(word.dropLast()) : String(word))
            if isLast { break }
        }
        guard let last = words.last else { return [] }
        return words.count > 1 ? [last, "\(words[words.count - 2]) \(last)"] : [last]
    }

    private static let ends: Set<String> = [
        "of", "in", "at", "on", "from", "by", "for", "with", "to", "that", "which", "who", "whose", "and", "or",
        "between", "near",
        "located", "situated", "written", "directed", "produced", "released", "founded", "based", "published", "known",
        "as",
    ]
}
