public import QuestionSet

/// Noise on value vectors.
public struct NoiseSettings: Codable, Hashable, Sendable {
    /// How many draws.
    public var draws: Int
    /// What the drawn vectors are multiplied by.
    public var scale: Double

    /// The authors' rebuttal, drawn three times.
    public static let standard = NoiseSettings(draws: 3, scale: 0.1)

    /// Creates settings.
    public init(draws: Int, scale: Double) {
        self.draws = draws
        self.scale = scale
    }
}

/// Masks of the same size that a located mask is compared with.
public enum NullKind: String, Codable, Sendable, CaseIterable {
    /// Drawn uniformly among each layer's coefficients.
    case random
    /// Located for another concept of the same kind and tier, in the same way.
    case otherConcept = "other_concept"
    /// Located from a random division of the concept's own questions and its localisation controls together.
    case shuffledLabels = "shuffled_labels"
}

/// What the mask of a null was made from.
public struct NullOrigin: Codable, Hashable, Sendable {
    /// How alike the other concept is.
    public enum Match: String, Codable, Sendable {
        /// Of the same kind and tier.
        case kindAndTier = "kind_and_tier"
        /// Of the same tier only: there was no other of the same kind left.
        case tier
        /// Neither.
        case none
    }

    /// The concept whose mask it is.
    public var conceptID: ConceptID?
    /// How alike it is.
    public var match: Match?
    /// The questions that stood for the concept's own.
    public var questions: [QuestionID]?

    /// The mask of another concept.
    public init(conceptID: ConceptID, match: Match) {
        self.conceptID = conceptID
        self.match = match
    }

    /// The mask of a random division.
    public init(questions: [QuestionID]) {
        self.questions = questions
    }

    private enum CodingKeys: String, CodingKey {
        case match, questions
        case conceptID = "concept_id"
    }
}

/// An analysis of some null concepts beside the score.
public enum Study: String, Codable, Sendable, CaseIterable {
    /// How masks change with what coefficients are pooled over.
    case pooling
    /// Noise on the smallest mask's value vectors, against zero.
    case noise
    /// Masks located by open questions, against those by multiple choice.
    case formats
    /// What a concept's mask does to the questions of the other concepts studied.
    case effects
    /// What a concept's mask does to the questions of concepts near to it, and far from it.
    case selectivity

    /// What runs unless something else is asked for.
    public static let standard: [Study] = [.pooling, .formats, .effects]
    /// For how many concepts at most.
    public static let standardConcepts = 30
}

/// One measurement beside a concept's score.
public struct StudyResult: Codable, Hashable, Sendable {
    /// What was measured.
    public enum Kind: String, Codable, Sendable {
        /// Masks located on one half of the concept's questions, answers to the other half.
        case crossFit = "cross_fit"
        /// See `Study.noise`; with `Ablation.noise` the draws at every ratio.
        case noise
        /// See `Study`.
        case pooling, formats, effects, selectivity
    }

    /// What was measured.
    public var study: Kind
    /// The mask's ratio.
    public var ratio: Double
    /// Which of several masks or questions; see where the study is made.
    public var variant: String
    /// Number of the draw, from 0.
    public var draw: Int
    /// The concept whose questions were asked, if not this one.
    public var otherConceptID: ConceptID?
    /// Accuracy on the concept's own questions (or on the other concept's, or on those drawn).
    public var specific: Double?
    /// Accuracy on its evaluation controls.
    public var general: Double?
    /// Jaccard index of two masks: coefficients in both over coefficients in either, all layers together.
    public var jaccard: Double?
    /// The same layer by layer; nil in a layer where both are empty.
    public var layerJaccards: [Double?]?
    /// Questions that were drawn for it.
    public var questions: [QuestionID]?

    /// Creates a result.
    public init(
        _ study: Kind, ratio: Double, variant: String, draw: Int = 0, otherConceptID: ConceptID? = nil,
        specific: Double? = nil, general: Double? = nil, jaccard: Double? = nil, layerJaccards: [Double?]? = nil,
        questions: [QuestionID]? = nil
    ) {
        self.study = study
        self.ratio = ratio
        self.variant = variant
        self.draw = draw
        self.otherConceptID = otherConceptID
        self.specific = specific
        self.general = general
        self.jaccard = jaccard
        self.layerJaccards = layerJaccards
        self.questions = questions
    }
}

/// How much two masks share.
public enum MaskOverlap {
    /// Coefficients in both masks over coefficients in either, over all layers; nil when both are empty.
    public static func jaccard(_ one: [[Int32]], _ other: [[Int32]]) -> Double? {
        let shared = zip(one, other).reduce(0) { $0 + common($1.0, $1.1) }
        let either = one.reduce(0) { $0 + $1.count } + other.reduce(0) { $0 + $1.count } - shared
        return either > 0 ? Double(shared) / Double(either) : nil
    }

    /// The same layer by layer.
    public static func layerJaccards(_ one: [[Int32]], _ other: [[Int32]]) -> [Double?] {
        zip(one, other).map { jaccard([$0], [$1]) }
    }

    /// Number of common elements of two ascending lists.
    private static func common(_ one: [Int32], _ other: [Int32]) -> Int {
        var (i, j, count) = (0, 0, 0)
        while i < one.count, j < other.count {
            if one[i] == other[j] { count += 1 }
            let step = one[i] <= other[j]
            if one[i] >= other[j] { j += 1 }
            if step { i += 1 }
        }
        return count
    }
}

extension ConceptResult {
    /// The mean accuracies over the draws of noise at a ratio; nil where there are none.
    ///
    /// In a run whose ablation is noise these are the accuracies of a ratio: the predictions in `ratios` are those of the first
    /// draw. In other runs noise is measured at the smallest ratio of some concepts only, for comparison.
    public func meanOfNoise(ratio: Double) -> (specific: Double, general: Double)? {
        let draws = studies.filter { $0.study == .noise && $0.ratio == ratio }
        let (specific, general) = (draws.compactMap(\.specific), draws.compactMap(\.general))
        guard !specific.isEmpty, specific.count == general.count else { return nil }
        let count = Double(draws.count)
        return (specific.reduce(0, +) / count, general.reduce(0, +) / count)
    }
}
