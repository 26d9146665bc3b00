public import QuestionSet

/// The questions that can be asked about one kind of thing: a YAML file of `Templates/` (its README is the guide).
public struct TemplatePack: Sendable {
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
        /// From the relation's own pool, then from other values of the same type in the pack.
        case sameType = "same-type"
    }

    /// One thing that can be asked.
    public struct Relation: Sendable {
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
        /// Bounds of wrong numbers; nil: only the right one decides.
        public var range: ClosedRange<Double>?
        /// Wordings for a single value, Mustache with the names of `Wording.variables`.
        public var wordings: [Wording]
        /// Wordings where the article gives several values, of which one is asked for; empty: `wordings` serve.
        public var listWordings: [Wording]

        /// Whether it asks for any parameter that no other relation knows.
        public var takesAnyParameter: Bool { parameters.contains("*") }

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
    public var categories: [CategoryPattern]
    /// Nouns that do the same when the first sentence calls the article's subject so, in lower case.
    public var definitions: Set<String>
    /// Whether titles take "the" inside a sentence where the article does not show it: rivers do.
    public var takesArticle: Bool
    /// Whether titles are common nouns, with a small first letter inside a sentence: chemical elements are.
    public var hasCommonNouns: Bool
    /// What can be asked, the most telling first.
    public var relations: [Relation]
    /// SHA-256 of the file.
    public var hash: String

    /// Whether the pack covers every article that no other pack covers.
    public var isGeneral: Bool { infoboxes.contains("*") }
}

/// A category name with at most one `*` that stands for anything: "* births", "Rivers of *", "Living people".
public struct CategoryPattern: Sendable, Equatable {
    private let start: String
    private let end: String
    private let isOpen: Bool

    /// Reads a pattern; nil if it has more than one `*`, or nothing else.
    init?(_ text: String) {
        let parts = text.lowercased().split(separator: "*", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }) else { return nil }
        start = String(parts[0])
        end = parts.count == 2 ? String(parts[1]) : ""
        isOpen = parts.count == 2
    }

    /// Whether a category's name, in lower case, is meant.
    func matches(_ category: String) -> Bool {
        guard isOpen else { return category == start }
        return category.utf8.count > start.utf8.count + end.utf8.count && category.hasPrefix(start)
            && category.hasSuffix(end)
    }
}
