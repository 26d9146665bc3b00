import MediaWiki
import QuestionSet

/// The packs of a run: which one covers an article, and what can be asked about everything. An object, for all threads share it.
public final class TemplateLibrary: Sendable {
    /// By name.
    public let packs: [TemplatePack]
    /// Index of the general pack, if it is in use.
    private let general: Int?
    private let byInfobox: [String: Int]
    /// What can be asked of an article of each pack: the pack's relations, then those of the general pack.
    let relations: [RelationIndex]
    private let titles: PatternIndex
    private let categories: PatternIndex
    private let byNoun: [String: Int]
    /// For each pack, the index of the first of its family.
    private let families: [Int]

    /// Joins packs.
    public init(_ packs: [TemplatePack]) {
        self.packs = packs.sorted { $0.name < $1.name }
        general = self.packs.firstIndex { $0.isGeneral && $0.isInUse }
        // Special cases before the heads of their families.
        let numbered = packs.sorted { $0.name < $1.name }.enumerated()
        let order = numbered.filter { $0.element.kindOf != nil } + numbered.filter { $0.element.kindOf == nil }
        var byInfobox: [String: Int] = [:]
        for (index, pack) in order {
            for box in pack.infoboxes where byInfobox[box] == nil { byInfobox[box] = index }
        }
        self.byInfobox = byInfobox
        var (titles, categories) = (PatternIndex(), PatternIndex())
        var byNoun: [String: Int] = [:]
        for (index, pack) in order {
            for pattern in pack.titles { titles.add(pattern, number: index) }
            for pattern in pack.categories { categories.add(pattern, number: index) }
            for noun in pack.definitions { byNoun[noun] = byNoun[noun] ?? index }
        }
        families = self.packs.map { [packs = self.packs] pack in
            packs.firstIndex { $0.family == pack.family } ?? 0
        }
        self.titles = titles
        self.categories = categories
        self.byNoun = byNoun
        let generalRelations = general.map { [packs = self.packs] in packs[$0].relations } ?? []
        relations = parallelMap(self.packs, jobs: TemplatePack.loadingJobs) { pack in
            RelationIndex(
                pack.relations, ignored: pack.ignored, general: pack.isGeneral ? [] : generalRelations,
                family: pack.family, levels: pack.kindOf.map { [pack.name, $0] } ?? [pack.name])
        }
    }

    /// The pack that covers an article: by its first known infobox, or the special case of it that the first sentence names,
    /// else by what its first sentence calls it, else by category, else the general one; nil when the packs in use do not
    /// cover it. What a pack covers that is not in use is left to the general one, too.
    ///
    /// - Parameter definition: what the first sentence says the subject is: "river in Norway".
    public func pack(boxes: [String], categories: [String], definition: String? = nil) -> TemplatePack? {
        packIndex(boxes: boxes, categories: categories, definition: definition).map { packs[$0] }
    }

    /// The index of the same.
    func packIndex(boxes: [String], categories: [String], definition: String? = nil) -> Int? {
        let boxed = boxes.lazy.compactMap { self.byInfobox[$0.lowercased()] }.first
        let defined = definition.flatMap { packIndex(ofNoun: $0) }
        // Who has the infobox of persons and is called a poet is a writer.
        let isSpecial =
            defined.map { packs[$0].kindOf != nil && packs[$0].kindOf == boxed.map { packs[$0].name } } ?? false
        let index = (isSpecial ? defined : boxed ?? defined) ?? packIndex(ofCategories: categories)
        guard let index, packs[index].isInUse else { return general }
        return index
    }

    /// The pack that most categories point to, a special case before the head of its family, the first by name of equals.
    private func packIndex(ofCategories names: [String]) -> Int? {
        var votes: [Int: Int] = [:]
        for name in names {
            if let index = categories.match(name.lowercased())?.number { votes[index, default: 0] += 1 }
        }
        let special = votes.keys.filter { packs[$0].kindOf != nil }
        for index in votes.keys where special.contains(where: { packs[$0].kindOf == packs[index].name }) {
            votes[index] = nil
        }
        return votes.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
    }

    /// Whether a pack is the general one.
    func isGeneral(pack index: Int) -> Bool { packs.indices.contains(index) && packs[index].isGeneral }

    /// The family of a pack, given by their indices: what is of one family is of one kind.
    func family(ofPack index: Int) -> Int { families.indices.contains(index) ? families[index] : index }

    /// The index of the pack that would cover an article as far as its title tells: by its parenthesis ("Titanic (1997 film)"), by
    /// the patterns of the packs ("John *"), by the noun it ends in ("Trojan War"); nil where it tells nothing.
    func packIndex(ofTitle title: String) -> Int? {
        let base = TextRules.withoutParenthesis(title)
        if base.utf8.count < title.utf8.count {
            let parenthesis = title.dropFirst(base.count + 2).dropLast()
            // "Republican Party (United States)" is no state.
            let isClass = parenthesis.lastWord.first?.isUppercase == false
            if isClass, let index = packIndex(ofNoun: String(parenthesis)) { return index }
        }
        let match = titles.match(base)
        if let match, !match.isFirstWord { return match.number }
        // "Georg August University of ..." is called after someone, "Georg Bridge" more likely someone.
        let words = base.utf8.count { $0 == UInt8(ascii: " ") } + 1
        let isOwned = base.holds("'s ".utf8)
        let endsInName = base.lastWord.first?.isLowercase == false
        // "Halley's Comet" is a comet, "Earth's surface" no surface of mathematics.
        let isNamed = words > (match == nil ? 1 : 2) && (endsInName || !isOwned)
        let named = isNamed ? packIndex(ofNoun: base, inName: true) : nil
        // "Scott catalogue" and "Ford's Theatre" are nobody.
        return named ?? (endsInName && !isOwned ? match?.number : nil)
    }

    /// The index of the pack of the things that a category or a definition comprises.
    func packIndex(ofClass name: String) -> Int? {
        categories.match(name.lowercased())?.number ?? packIndex(ofNoun: name)
    }

    /// The pack that has the noun of a phrase among its definitions.
    ///
    /// - Parameter inName: whether the phrase is a name: where things have names of their own, "Automobile engineer" is none of them.
    private func packIndex(ofNoun phrase: String, inName: Bool = false) -> Int? {
        // Two words say more than one: "film festival".
        guard let head = Self.head(of: phrase) else { return nil }
        let last = head.last
        guard let index = head.both.flatMap({ byNoun[$0] }) ?? byNoun[last] else { return nil }
        guard inName, let type = packs[index].type else { return index }
        // "A Man on the Moon" is no man, and nobody is called "Automobile Engineer".
        return type == .person || phrase.hasSuffix(last) ? nil : index
    }

    /// The last one and the last two words of a definition before its first preposition, comma or relative clause, in lower
    /// case: "city" and "largest city" for "the largest city of Norway".
    static func headNouns(of definition: String) -> Set<String> {
        guard let head = head(of: definition) else { return [] }
        return head.both.map { [$0, head.last] } ?? [head.last]
    }

    private static func head(of definition: String) -> (both: String?, last: String)? {
        var small = definition.lowercased()
        return small.withUTF8 { bytes in
            headWords(bytes).map { head in
                let last = String(decoding: bytes[head.last], as: UTF8.self)
                return (head.previous.map { String(decoding: bytes[$0], as: UTF8.self) + " " + last }, last)
            }
        }
    }

    /// The last word alone.
    static func headNoun(of definition: String) -> String? {
        var small = definition.lowercased()
        return small.withUTF8 { bytes in headWords(bytes).map { String(decoding: bytes[$0.last], as: UTF8.self) } }
    }

    /// Where the two words stand in a text in lower case.
    private static func headWords(_ bytes: UnsafeBufferPointer<UInt8>) -> (previous: Range<Int>?, last: Range<Int>)? {
        var (previous, last): (Range<Int>?, Range<Int>?)
        var start = 0
        while start < bytes.count {
            let stop = bytes[start...].firstIndex(of: UInt8(ascii: " ")) ?? bytes.count
            let word = start..<stop
            start = stop + 1
            guard !word.isEmpty else { continue }
            if isEnd(bytes[word]) { break }
            previous = last
            let isLast = endsWithMark(bytes[word])
            last = isLast ? word.dropLast() : word
            if isLast { break }
        }
        return last.map { (previous, $0) }
    }

    private static func endsWithMark(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        switch word.last {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ":"): true
        default: false
        }
    }

    /// Whether a word is one before which the noun stands.
    private static func isEnd(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard word.count <= longestEnd else { return false }
        var hash = TitleHash()
        for byte in word { hash.add(byte) }
        return ends.contains(hash.value)
    }

    /// Hashes of these words.
    private static let ends = FewHashes(endWords.map { TitleHash($0).value })
    private static let longestEnd = endWords.map(\.utf8.count).max() ?? 0

    private static let endWords = [
        "of", "in", "at", "on", "from", "by", "for", "with", "to", "that", "which", "who", "whose", "and", "or",
        "between", "near",
        "located", "situated", "written", "directed", "produced", "released", "founded", "based", "published", "known",
        "as",
    ]
}
