public import QuestionSet

/// The questions that can be asked about one kind of thing: a YAML file of `Templates/` (its README is the guide).
public struct TemplatePack: Sendable {
    /// Where a pack stands.
    struct Place: Sendable {
        var file: String
        /// Line numbers by what stands there: a name of an infobox, "definition …", "kind_of".
        var lines: [String: Int]
    }

    /// Where a relation's values come from.
    public enum Source: String, Sendable, CaseIterable {
        /// Parameters of an infobox.
        case parameter
        /// The definition in the first sentence.
        case definition
        /// A gap in a sentence of the lead.
        case cloze
        /// The article's categories.
        case category
    }

    /// Where wrong options that are neither numbers nor dates may come from.
    public enum Distractors: String, Sendable, CaseIterable {
        /// From the relation's own pool only; without enough of them the question is not asked.
        case sameRelation = "same-relation"
        /// From the relation's own pool, then from other things of the same type and kind.
        case sameType = "same-type"
    }

    /// A pack as it is named in provenance.
    public struct Origin: Sendable, Equatable {
        /// The pack's name.
        public var pack: String
        /// SHA-256 of its file.
        public var hash: String
    }

    /// One thing that can be asked.
    public struct Relation: Sendable {
        /// The pack that defines it: another one than that which asks it, where a pack takes over the relations of its family.
        public var origin: Origin
        /// Shown in stores and exports: "birth date".
        public var name: String
        /// Where its values come from.
        public var source: Source
        /// Normalised parameter names (lower case, underscores); empty for other sources. `["*"]` takes any parameter; a
        /// name that ends in `#` also takes its numbered forms.
        public var parameters: [String]
        /// What its answers are; nil lets each value decide.
        public var type: ValueType?
        /// Relations of one pool exchange wrong options; by default a relation's pool is its own name.
        public var pool: String
        /// What may fill up the wrong options.
        public var distractors: Distractors
        /// All possible answers, where there are only a few; empty: any value will do.
        public var choices: [String]
        /// Normalised names of the parameters that give the year of a value which ages, besides those named after the value's
        /// own (`revenue_year` for `revenue`); `revision` stands for the year of the article's revision.
        public var asOf: [String]
        /// Normalised names of parameters, one of which an article has to have: the number of someone's children is asked of the
        /// dead only. Empty: all may be asked.
        public var requires: [String]
        /// Bounds of wrong numbers; nil: only the right one decides.
        public var range: ClosedRange<Double>?
        /// Wordings for a single value, Mustache with the names of `Wording.variables`.
        public var wordings: [Wording]
        /// Wordings where the article gives several values, of which one is asked for; empty: `wordings` serve.
        public var listWordings: [Wording]

        /// Whether it asks for any parameter that no other relation knows.
        public var takesAnyParameter: Bool { parameters.contains("*") }

        /// Whether it is asked for a year only.
        public var needsYear: Bool { (wordings + listWordings).contains { $0.names.contains("year") } }

        /// Whether a wording needs to be told what the article calls the property (`Fact.qualifier`).
        public var needsQualifier: Bool {
            (wordings + listWordings).contains { !$0.names.isDisjoint(with: ["qualifier", "kind"]) }
        }
    }

    /// The pack's name: "people".
    public var name: String
    /// The kind in a sentence: "person".
    public var noun: String
    /// Normalised names of the infoboxes it covers, in lower case.
    public var infoboxes: Set<String>
    /// Category names that put an article without a known infobox into this pack.
    public var categories: [TextPattern]
    /// Nouns that do the same when the first sentence calls the article's subject so, in lower case.
    public var definitions: Set<String>
    /// How articles are called that it covers: for links to such that are not in the dump.
    public var titles: [TextPattern]
    /// Whether titles take "the" inside a sentence where the article does not show it: rivers do.
    public var takesArticle: Bool
    /// Whether titles are common nouns, with a small first letter inside a sentence: chemical elements are.
    public var hasCommonNouns: Bool
    /// The pack that this one is a special case of, as writers are of people: it asks that one's relations after its own, and
    /// things of both are of one kind.
    public var kindOf: String?
    /// What its things are as values of relations; nil where they may be several or none of these.
    public var type: ValueType?
    /// What can be asked, the most telling first.
    public var relations: [Relation]
    /// Normalised names of parameters that are known and never asked.
    public var ignored: Set<String>
    /// SHA-256 of the file.
    public var hash: String
    /// Whether its questions are wanted. The kinds of things that others are about are known all the same.
    public var isInUse = true
    /// The file, and the lines of what may clash with other packs.
    var place = Place(file: "", lines: [:])

    /// The family whose things are all of one kind: the pack that it is a special case of, or itself.
    public var family: String { kindOf ?? name }

    /// Whether the pack covers every article that no other pack covers.
    public var isGeneral: Bool { infoboxes.contains("*") }
}
