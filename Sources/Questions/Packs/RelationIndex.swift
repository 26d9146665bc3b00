import Knowledge
import MediaWiki

/// The relations that can be asked of an article of one pack, found by the facts they are about.
struct RelationIndex: Sendable {
    /// The pack's own relations, then the general ones.
    let relations: [TemplatePack.Relation]

    private var needsQualifier: [Bool] = []
    /// Which are asked for a year only.
    private(set) var needsYear: [Bool] = []
    /// Properties, one of which an article must have; none: no matter.
    private var requires: [Set<String>] = []
    /// Relations that take any parameter.
    private var general: [Int] = []
    private var byProperty: [String: [Int]] = [:]
    /// By the part of the name before a number: `leader_name#`.
    private var byStem: [String: [Int]] = [:]
    private var ofDefinition: [Int] = []
    private var ofCloze: [Int] = []
    private var ofCategory: [Int] = []
    /// Where wrong options come from.
    let pools: PackPools
    /// How many of the relations are the pack's own.
    private let ownCount: Int
    /// Parameters that are never asked.
    private let ignored: Set<String>

    init(
        _ own: [TemplatePack.Relation], ignored: Set<String> = [], general others: [TemplatePack.Relation] = [],
        family: String = "", levels: [String] = []
    ) {
        relations = own + others
        pools = PackPools(relations, family: family, levels: levels)
        self.ignored = ignored
        ownCount = own.count
        for (index, relation) in relations.enumerated() {
            needsQualifier.append(relation.needsQualifier)
            needsYear.append(relation.needsYear)
            requires.append(Set(relation.requires))
            switch relation.source {
            case .parameter:
                if relation.takesAnyParameter { general.append(index) } else { add(relation.parameters, index) }
            case .definition: ofDefinition.append(index)
            case .cloze: ofCloze.append(index)
            case .category: ofCategory.append(index)
            }
        }
    }

    private mutating func add(_ parameters: [String], _ index: Int) {
        for name in parameters {
            if name.utf8.last == UInt8(ascii: "#") {
                byStem[String(name.dropLast()), default: []].append(index)
            } else {
                byProperty[name, default: []].append(index)
            }
        }
    }

    /// The indices of the relations that a fact may answer.
    func relations(for fact: Fact) -> [Int] {
        switch fact.source {
        case .definition: return ofDefinition
        case .cloze: return ofCloze
        case .category: return ofCategory
        case .parameter:
            let covering = relations(covering: fact.property)
            var result = covering.filter { fact.qualifier != nil || !needsQualifier[$0] }
            // What the pack knows is asked in the pack's way or not at all.
            if !covering.contains(where: { $0 < ownCount }), !ignored.contains(fact.property),
                Self.isTelling(fact.property)
            {
                result += general
            }
            return result
        }
    }

    /// Whether an article with these facts has what it must have for a relation to be asked of it.
    func isRequirementMet(_ index: Int, by facts: [Fact]) -> Bool {
        requires[index].isEmpty || facts.contains { requires[index].contains($0.property) }
    }

    private func relations(covering property: String) -> [Int] {
        var result = byProperty[property] ?? []
        guard !byStem.isEmpty else { return result }
        // "leader_name12" without one, two or no digits of its end.
        var stem = property.utf8[...]
        while true {
            result += (byStem[String(Substring(stem))] ?? []).filter { !result.contains($0) }
            guard let last = stem.last, last >= 0x30, last <= 0x39 else { break }
            stem.removeLast()
        }
        return result
    }

    /// Whether a parameter's name says what its value is: numbered ones ("leader_title1") and abbreviations do not, and a
    /// measure in other units or a rank repeats what is asked elsewhere.
    private static func isTelling(_ property: String) -> Bool {
        property.utf8.count >= 4 && property.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F }
            && property.utf8.first != 0x5F && property.utf8.last != 0x5F
            && !property.hasPrefix("blank_") && !repeatingEnds.contains { property.hasSuffix($0) }
            && !isAgeing(property)
    }

    /// Whether it changes from year to year: only a pack knows where its year stands.
    private static func isAgeing(_ property: String) -> Bool {
        var property = property
        return property.withUTF8 { bytes in
            bytes.split(separator: UInt8(ascii: "_")).contains {
                ageing.contains(TitleHash(UnsafeBufferPointer(rebasing: $0)).value)
            }
        }
    }

    /// Words of such names, as hashes.
    private static let ageing = Set(
        [
            "population", "pop", "gdp", "revenue", "income", "profit", "assets", "equity", "employees", "members",
            "membership", "leader", "leaders", "circulation", "students", "staff", "passengers", "hdi", "gini",
            "incumbent", "current", "budget", "density", "percent",
        ].map { TitleHash($0).value })

    private static let repeatingEnds = [
        "_mi", "_sqmi", "_ft", "_lb", "_acre", "_f", "_rank", "_year", "_note", "_type", "_title",
    ]
}
