import Knowledge
import QuestionSet

/// Where the wrong options for the answers of one pack are looked for, and where these answers go: for each answer the most
/// specific pool first. What does not depend on the article is put together once. An object, for all threads share it.
final class PackPools: Sendable {
    private let family: String
    private let relations: [TemplatePack.Relation]
    private let takesAnyParameter: [Bool]
    /// For each relation the few types that its values have, and their pools as places in `keys`: side by side, for every array
    /// that is looked into is counted by all threads.
    private let types: [ValueType?]
    private let ofRelation: [Range<Int>]
    private let keys: [PoolKey]
    private static let typesPerRelation = 3
    private let gaps: PoolKey
    private let definitions: [PoolKey]
    private let categories: [PoolKey]

    /// - Parameters:
    ///   - relations: what is asked in the pack.
    ///   - levels: the pack and its family, if that is another.
    init(_ relations: [TemplatePack.Relation], family: String, levels: [String]) {
        self.family = family
        self.relations = relations
        takesAnyParameter = relations.map(\.takesAnyParameter)
        gaps = PoolKey.gaps(of: family)
        definitions = levels.map(PoolKey.definitions)
        categories = levels.map(PoolKey.categories) + [PoolKey.categories]
        var (allTypes, ofRelation, keys): ([ValueType?], [Range<Int>], [PoolKey]) = ([], [], [])
        for relation in relations {
            // Without a type of its own a relation takes that of the value.
            let types: [ValueType?] = relation.type.map { [$0, nil, nil] } ?? [.date, .quantity, .string]
            allTypes += types
            for type in types {
                let pools = type.map { PoolKey.relation(relation, $0, family: family) } ?? []
                ofRelation.append(keys.count..<keys.count + pools.count)
                keys += pools
            }
        }
        (types, self.ofRelation, self.keys) = (allTypes, ofRelation, keys)
    }

    /// For a parameter's value: with the same label first, then of the same relation and of others.
    ///
    /// - Parameters:
    ///   - index: that of the relation.
    ///   - isWanted: which pools are.
    func parameter(
        _ index: Int, _ fact: Fact, _ type: ValueType, where isWanted: (PoolKey) -> Bool
    ) -> [PoolKey] {
        if takesAnyParameter[index] { return [PoolKey.property(fact.property, type)].filter(isWanted) }
        if fact.qualifier == nil {
            let first = index * Self.typesPerRelation
            for place in first..<first + Self.typesPerRelation where types[place] == type {
                var pools: [PoolKey] = []
                for key in ofRelation[place] where isWanted(keys[key]) { pools.append(keys[key]) }
                return pools
            }
        }
        let relation = relations[index]
        let pools = PoolKey.relation(relation, type, family: family)
        guard let qualifier = fact.qualifier else { return pools.filter(isWanted) }
        let labelled = PoolKey.labelled(relation, qualifier, type)
        // "Norway" is no wrong answer to "Which region ...?".
        return (relation.distractors == .sameRelation ? [labelled] : [labelled] + pools).filter(isWanted)
    }

    /// For what the first sentence calls the subject: others of the same noun, then of the same pack.
    func definition(_ phrase: String) -> [PoolKey] {
        guard let noun = TemplateLibrary.headNoun(of: phrase) else { return definitions }
        return [PoolKey.definition(noun: noun, family: family)] + definitions
    }

    /// For a gap in a sentence: gaps in like places.
    func cloze(cue: String, _ type: ValueType) -> [PoolKey] { PoolKey.cloze(cue: cue, type, ofFamily: gaps) }

    /// For a category: others that begin or end alike, then of the same pack, its family, of all.
    func category(_ name: String) -> [PoolKey] {
        guard let head = TemplateLibrary.headNoun(of: name) else { return categories }
        return [PoolKey.category(head: head)] + categories
    }
}
