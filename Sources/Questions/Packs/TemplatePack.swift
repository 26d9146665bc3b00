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
        /// Normalised names of the parameters that give the year of a value which ages, besides those named after the value's
        /// own (`revenue_year` for `revenue`); `revision` stands for the year of the article's revision.
        public var asOf: [String]
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
    /// What can be asked, the most telling first.
    public var relations: [Relation]
    /// SHA-256 of the file.
    public var hash: String

    /// Whether the pack covers every article that no other pack covers.
    public var isGeneral: Bool { infoboxes.contains("*") }
}

/// A text with at most one `*` that stands for anything: "* births", "Rivers of *", "Living people".
public struct TextPattern: Sendable, Equatable {
    /// What stands before the `*`, or everything.
    let start: String
    /// What stands behind it.
    let end: String
    let isOpen: Bool

    /// Reads a pattern; nil if it has more than one `*`, or nothing else.
    init?(_ text: String) {
        let parts = text.split(separator: "*", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }) else { return nil }
        start = String(parts[0])
        end = parts.count == 2 ? String(parts[1]) : ""
        isOpen = parts.count == 2
    }

    /// Whether a text is meant; case counts.
    func matches(_ text: String) -> Bool {
        guard isOpen else { return text == start }
        return text.utf8.count > start.utf8.count + end.utf8.count && text.hasPrefix(start) && text.hasSuffix(end)
    }
}

/// Many patterns, each with a number: the first that matches a text is found without trying all.
struct PatternIndex: Sendable {
    private var whole: [String: Int] = [:]
    /// By the first word: "John *".
    private var byFirstWord: [String: Int] = [:]
    private var others: [(pattern: TextPattern, number: Int)] = []

    /// Adds a pattern; of equal ones the first counts.
    mutating func add(_ pattern: TextPattern, number: Int) {
        if !pattern.isOpen {
            whole[pattern.start] = whole[pattern.start] ?? number
        } else if pattern.end.isEmpty, pattern.start.hasSuffix(" "), !pattern.start.dropLast().contains(" ") {
            let word = String(pattern.start.dropLast())
            byFirstWord[word] = byFirstWord[word] ?? number
        } else {
            others.append((pattern, number))
        }
    }

    /// The number of a pattern that matches: a whole text before patterns with a `*`, and those with an end before first words.
    func number(of text: String) -> Int? {
        if let number = whole[text] { return number }
        if let other = others.first(where: { $0.pattern.matches(text) }) { return other.number }
        guard let blank = text.firstIndex(of: " ") else { return nil }
        return byFirstWord[String(text[..<blank])]
    }
}
