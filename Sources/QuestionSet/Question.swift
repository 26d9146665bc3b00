/// A thing that questions are about: an article with its popularity and tier.
public struct Concept: Hashable, Codable, Sendable {
    /// Unique within the store.
    public var id: ConceptID
    /// The article's title, as questions show it.
    public var title: String
    /// The tier's name: "high", "medium", "low", or others when asked for (`bucket` in questions.jsonl).
    public var tier: String
    /// Page views, or inbound links where no view file was given.
    public var popularity: Int64
    /// The template pack that covers it; nil in imported stores.
    public var kind: String?
    /// The store's other concepts that its article links to, through redirects, ascending; nil where that is not known.
    public var links: [ConceptID]?

    /// Creates a concept.
    public init(
        id: ConceptID, title: String, tier: String, popularity: Int64, kind: String? = nil, links: [ConceptID]? = nil
    ) {
        self.id = id
        self.title = title
        self.tier = tier
        self.popularity = popularity
        self.kind = kind
        self.links = links
    }
}

/// What an answer is; options of one question share it.
public enum ValueType: String, Codable, Sendable, CaseIterable {
    /// A point in time; its precision (day, month, year, century) stands in `Question.precision`.
    case date
    /// A number with or without a unit; the unit and number of digits stand in `Question.precision`.
    case quantity
    /// A human being.
    case person
    /// A place.
    case place
    /// A company, institution, party, team.
    case organisation
    /// A book, film, piece of music, building.
    case work
    /// Any other short text.
    case string
}

/// One question, asked both as multiple choice (with its options) and as open generation (by its accepted answers).
public struct Question: Hashable, Codable, Sendable {
    /// Unique within the store.
    public var id: QuestionID
    /// The concept it is about.
    public var conceptID: ConceptID
    /// What it asks for: "birth place"; unique per concept together with the answer.
    public var relation: String
    /// The wording.
    public var text: String
    /// Four different texts.
    public var options: [String]
    /// Index of the right option, 0 to 3.
    public var answerIndex: Int
    /// Accepted texts in open generation, the right option among them.
    public var answers: [String]
    /// Type of all options; nil in imported stores.
    public var valueType: ValueType?
    /// Precision shared by all options ("day", "year", "integer", "km 0.1"); nil where the type has none.
    public var precision: String?
    /// Where the fact was read; nil in imported stores.
    public var provenance: Provenance?

    /// Creates a question.
    public init(
        id: QuestionID, conceptID: ConceptID, relation: String, text: String, options: [String], answerIndex: Int,
        answers: [String], valueType: ValueType? = nil, precision: String? = nil, provenance: Provenance? = nil
    ) {
        self.id = id
        self.conceptID = conceptID
        self.relation = relation
        self.text = text
        self.options = options
        self.answerIndex = answerIndex
        self.answers = answers
        self.valueType = valueType
        self.precision = precision
        self.provenance = provenance
    }

    /// The right option's text.
    public var answer: String { options[answerIndex] }
}

/// The question sets that the specialization score of one concept needs: a line of plan.jsonl (contract, 2.3).
public struct ConceptPlan: Hashable, Codable, Sendable {
    /// The concept.
    public var conceptID: ConceptID
    /// Its own questions.
    public var related: [QuestionID]
    /// Questions of other concepts that localisation subtracts.
    public var localizationControls: [QuestionID]
    /// Questions of other concepts that measure general ability; disjoint from the localisation controls.
    public var evaluationControls: [QuestionID]

    /// Creates the sets of one concept.
    public init(
        conceptID: ConceptID, related: [QuestionID], localizationControls: [QuestionID],
        evaluationControls: [QuestionID]
    ) {
        self.conceptID = conceptID
        self.related = related
        self.localizationControls = localizationControls
        self.evaluationControls = evaluationControls
    }

    private enum CodingKeys: String, CodingKey {
        case conceptID = "concept_id"
        case related
        case localizationControls = "localization_controls"
        case evaluationControls = "evaluation_controls"
    }
}
