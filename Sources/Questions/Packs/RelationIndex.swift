import Knowledge
import MediaWiki

/// The relations that can be asked of an article of one pack, found by the facts they are about.
final class RelationIndex: Sendable {
    /// The pack's own relations, then the general ones.
    let relations: [TemplatePack.Relation]

    private let needsQualifier: [Bool]
    /// Which are asked for a year only.
    let needsYear: [Bool]
    /// Properties, one of which an article must have; none: no matter.
    private let requires: [Set<String>]
    /// All possible answers, where there are only a few.
    private let choices: [[String]]
    /// Which take any parameter.
    let isGeneral: [Bool]
    /// These of relations for parameters.
    private let general: [Int]
    /// By the hashes of parameters, and of their names before a number (`leader_name` of `leader_name#`): indices in `coverages`.
    private let ofParameter: [UInt64: Int]
    private let coverages: [Coverage]
    /// Relations, where coverages refer to.
    private let listed: [Int]
    private let takesNumbers: Bool
    private let ofDefinition: [Int]
    private let ofCloze: [Int]
    private let ofCategory: [Int]
    /// Where wrong options come from.
    let pools: PackPools
    /// How many of the relations are the pack's own.
    private let ownCount: Int

    /// What is known of the name of a parameter. Ranges are places in `listed`.
    private struct Coverage {
        /// Relations that ask for it with a number behind it or none.
        var numbered: Range<Int>
        /// These and those that ask for it as it is, each once.
        var all: Range<Int>
        /// The same without those that need a qualifier.
        var unqualified: Range<Int>
        /// Whether one of them is the pack's own.
        var isOwn: Bool
        /// Whether it is never asked otherwise.
        var isIgnored: Bool
    }

    /// What asks for a parameter, while it is gathered.
    private struct Askers {
        var named: [Int] = []
        var numbered: [Int] = []
        var isIgnored = false
    }

    init(
        _ own: [TemplatePack.Relation], ignored: Set<String> = [], general others: [TemplatePack.Relation] = [],
        family: String = "", levels: [String] = []
    ) {
        let relations = own + others
        self.relations = relations
        pools = PackPools(relations, family: family, levels: levels)
        ownCount = own.count
        needsQualifier = relations.map(\.needsQualifier)
        needsYear = relations.map(\.needsYear)
        requires = relations.map { Set($0.requires) }
        choices = relations.map(\.choices)
        isGeneral = relations.map(\.takesAnyParameter)
        func indices(_ source: TemplatePack.Source) -> [Int] {
            relations.indices.filter { relations[$0].source == source }
        }
        (ofDefinition, ofCloze, ofCategory) = (indices(.definition), indices(.cloze), indices(.category))
        general = indices(.parameter).filter { relations[$0].takesAnyParameter }
        var known: [String: Askers] = [:]
        for index in indices(.parameter) where !relations[index].takesAnyParameter {
            for name in relations[index].parameters {
                if name.utf8.last == UInt8(ascii: "#") {
                    known[String(name.dropLast()), default: Askers()].numbered.append(index)
                } else {
                    known[name, default: Askers()].named.append(index)
                }
            }
        }
        takesNumbers = known.values.contains { !$0.numbered.isEmpty }
        for name in ignored { known[name, default: Askers()].isIgnored = true }
        var (ofParameter, coverages, listed): ([UInt64: Int], [Coverage], [Int]) = ([:], [], [])
        func list(_ relations: [Int]) -> Range<Int> {
            listed += relations
            return listed.count - relations.count..<listed.count
        }
        for (name, askers) in known {
            let all = askers.named + askers.numbered.filter { !askers.named.contains($0) }
            ofParameter[TitleHash(name).value] = coverages.count
            coverages.append(
                Coverage(
                    numbered: list(askers.numbered), all: list(all),
                    unqualified: list(all.filter { !relations[$0].needsQualifier }),
                    isOwn: all.contains { $0 < own.count }, isIgnored: askers.isIgnored))
        }
        (self.ofParameter, self.coverages, self.listed) = (ofParameter, coverages, listed)
    }

    /// Calls `body` with the indices of the relations that a fact may answer. No array is handed out: counting the references to
    /// what all threads share takes long.
    func forEachRelation(of fact: Fact, _ body: (Int) -> Void) {
        switch fact.source {
        case .definition: for relation in ofDefinition { body(relation) }
        case .cloze: for relation in ofCloze { body(relation) }
        case .category: for relation in ofCategory { body(relation) }
        case .parameter:
            let known = ofParameter[TitleHash(fact.property).value]
            if takesNumbers, let last = fact.property.utf8.last, Self.isDigit(last) {
                // No general relation asks for it.
                for relation in relations(numbered: fact.property, known.map { Array(listed[coverages[$0].all]) } ?? [])
                where fact.qualifier != nil || !needsQualifier[relation] { body(relation) }
                return
            }
            if let known {
                let places = fact.qualifier == nil ? coverages[known].unqualified : coverages[known].all
                for place in places { body(listed[place]) }
                // What the pack knows is asked in the pack's way or not at all.
                if coverages[known].isOwn || coverages[known].isIgnored { return }
            }
            if Self.isTelling(fact.property) { for relation in general { body(relation) } }
        }
    }

    /// Whether an article with these facts has what it must have for a relation to be asked of it.
    func isRequirementMet(_ index: Int, by facts: [Fact]) -> Bool {
        requires[index].isEmpty || facts.contains { requires[index].contains($0.property) }
    }

    /// Whether a text may answer a relation: where only a few may, one of these.
    func mayAnswer(_ index: Int, _ text: String) -> Bool {
        choices[index].isEmpty || choices[index].contains(text)
    }

    /// The relations that ask for "leader_name12" itself, and those for it without one, two or no digits of its end.
    private func relations(numbered property: String, _ named: [Int]) -> [Int] {
        var property = property
        return property.withUTF8 { bytes in
            var result = named
            var end = bytes.count
            while end > 0, Self.isDigit(bytes[end - 1]) {
                end -= 1
                let stem = TitleHash(UnsafeBufferPointer(rebasing: bytes[..<end])).value
                guard let known = ofParameter[stem] else { continue }
                result += listed[coverages[known].numbered].filter { !result.contains($0) }
            }
            return result
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Whether a parameter's name says what its value is: numbered ones ("leader_title1") and abbreviations do not, and a
    /// measure in other units or a rank repeats what is asked elsewhere.
    private static func isTelling(_ property: String) -> Bool {
        var property = property
        return property.withUTF8 { bytes in
            guard bytes.count >= 4, bytes.first != 0x5F, bytes.last != 0x5F else { return false }
            var word = TitleHash()
            var isFirst = true
            for byte in bytes {
                switch byte {
                case 0x61...0x7A: word.add(byte)
                case 0x5F:
                    if ageing.contains(word.value) || (isFirst && word.value == blank) { return false }
                    (word, isFirst) = (TitleHash(), false)
                default: return false
                }
            }
            return !ageing.contains(word.value) && (isFirst || !repeating.contains(word.value))
        }
    }

    /// First word of parameters that are only numbered.
    private static let blank = TitleHash("blank").value

    /// Last words, behind others, that show something again or tell of something else.
    private static let repeating = FewHashes(
        ["mi", "sqmi", "ft", "lb", "acre", "f", "rank", "year", "note", "type", "title"].map { TitleHash($0).value })

    /// Words of what changes from year to year: only a pack knows where its year stands.
    private static let ageing = FewHashes(
        [
            "population", "pop", "gdp", "revenue", "income", "profit", "assets", "equity", "employees", "members",
            "membership", "leader", "leaders", "circulation", "students", "staff", "passengers", "hdi", "gini",
            "incumbent", "current", "budget", "density", "percent",
        ].map { TitleHash($0).value })
}
