import Diagnostics
public import QuestionSet

/// How questions are asked.
public enum QuestionFormat: String, Codable, Sendable, CaseIterable {
    /// Four options, answered by a letter.
    case multipleChoice = "mcq"
    /// Open answer, decoded greedily.
    case generation
}

/// How coefficients are pooled over the tokens of a question's context.
public enum Pooling: String, Codable, Sendable, CaseIterable {
    /// The mean of |m| over all tokens.
    case mean
    /// |m| at the last token.
    case last
}

/// What the coefficients of a mask are set to, at every position.
public enum Ablation: String, Codable, Sendable, CaseIterable {
    /// 0, the paper's surgery.
    case zero
    /// Each coefficient's mean over the tokens of the localisation controls.
    case mean
    /// The coefficients stay; their value vectors get Gaussian noise, v_i + scale * e_i with e_i ~ N(0, I).
    case noise
    /// Each coefficient's value at one token of the localisation controls, drawn at random.
    case resample
}

/// Whether the tokens that a tokenizer puts around a text count among those that coefficients are pooled over.
public enum SpecialTokens: String, Codable, Sendable, CaseIterable {
    /// All tokens of the context.
    case include
    /// All but special tokens.
    case exclude
}

/// The chat template that prompts were rendered with.
public struct ChatTemplateSettings: Codable, Hashable, Sendable {
    /// SHA-256 of the template's text.
    public var hash: String
    /// The special tokens that the template names, by name.
    public var tokens: [String: String]
    /// The day that the template was told, "2026-11-21"; nil if none.
    public var day: String?

    /// Creates settings.
    public init(hash: String, tokens: [String: String], day: String?) {
        self.hash = hash
        self.tokens = tokens
        self.day = day
    }
}

/// Everything that decides the numbers of a run. Two runs with equal settings on equal stores give equal results.
///
/// Threads, shards and interruptions are left out on purpose: they change nothing.
public struct RunSettings: Codable, Hashable, Sendable {
    /// The label of the run, by default the name of the model's folder.
    public var label: String
    /// SHA-256 of the checkpoint: configuration and weights.
    public var modelHash: String
    /// SHA-256 of tokenizer.json.
    public var tokenizerHash: String
    /// SHA-256 of the questions of the run.
    public var questionsHash: String
    /// SHA-256 of a plan that was given; nil when the plan was drawn with `seed`.
    public var planHash: String?
    /// The formats asked, at least multiple choice.
    public var formats: [QuestionFormat]
    /// The mask ratios, ascending.
    public var ratios: [Double]
    /// Pooling of the coefficients.
    public var pooling: Pooling
    /// What masked coefficients become.
    public var ablation: Ablation
    /// Localisation controls asked for per concept.
    public var localizationControls: Int
    /// Evaluation controls asked for per concept.
    public var evaluationControls: Int
    /// Random masks per concept and ratio.
    public var nulls: Int
    /// Concepts for which random masks are drawn.
    public var nullConcepts: Int
    /// Solved examples before each question.
    public var shots: Int
    /// Only the first concepts by id; nil for all.
    public var limit: Int?
    /// Seed of every random decision.
    public var seed: UInt64
    /// "float32" or "bfloat16", as computed.
    public var precision: String
    /// The chat template; nil for plain prompts, and then left out of the stored settings and their identity, so that
    /// runs from before there were chat templates go on.
    public var chatTemplate: ChatTemplateSettings?

    // What follows came later: nil is the default and left out of the identity, for the same reason.

    /// For each of `ratios` the number of coefficients per layer that was asked for as a count; nil where the ratio was. Nil
    /// as a whole when no counts were asked for.
    public var tops: [Int?]?
    /// Whether special tokens are pooled; nil: they are.
    public var poolSpecial: SpecialTokens?
    /// Draws of the noise and what it is multiplied by; nil where no noise is used.
    public var noise: NoiseSettings?
    /// Whether masks are also located on one half of a concept's questions and scored on the other; nil: no.
    public var crossFit: Bool?
    /// Kinds of null masks; nil: all.
    public var nullKinds: [NullKind]?
    /// Further analyses of some null concepts; nil: `Study.standard`.
    public var studies: [Study]?
    /// For how many of the null concepts at most; nil: `Study.standardConcepts`.
    public var studyConcepts: Int?
    /// SHA-256 of the links between concepts; nil where none are known or no study asks for them.
    public var linksHash: String?
    /// Tokens that end an open answer, where generation_config.json names others than config.json, whose hash is that of the
    /// model; nil where it does not, or nothing is generated.
    public var endOfSequence: [Int]?
    /// What else is known of the checkpoint. Decides no number and is no part of the identity.
    public var checkpoint: CheckpointFacts?

    /// Creates settings.
    public init(
        label: String, modelHash: String, tokenizerHash: String, questionsHash: String, planHash: String?,
        formats: [QuestionFormat], ratios: [Double], pooling: Pooling, ablation: Ablation, localizationControls: Int,
        evaluationControls: Int, nulls: Int, nullConcepts: Int, shots: Int, limit: Int?, seed: UInt64,
        precision: String,
        chatTemplate: ChatTemplateSettings? = nil, tops: [Int?]? = nil, poolSpecial: SpecialTokens? = nil,
        noise: NoiseSettings? = nil, crossFit: Bool? = nil, nullKinds: [NullKind]? = nil, studies: [Study]? = nil,
        studyConcepts: Int? = nil, linksHash: String? = nil, endOfSequence: [Int]? = nil,
        checkpoint: CheckpointFacts? = nil
    ) {
        self.label = label
        self.modelHash = modelHash
        self.tokenizerHash = tokenizerHash
        self.questionsHash = questionsHash
        self.planHash = planHash
        self.formats = formats
        self.ratios = ratios
        self.pooling = pooling
        self.ablation = ablation
        self.localizationControls = localizationControls
        self.evaluationControls = evaluationControls
        self.nulls = nulls
        self.nullConcepts = nullConcepts
        self.shots = shots
        self.limit = limit
        self.seed = seed
        self.precision = precision
        self.chatTemplate = chatTemplate
        self.tops = tops
        self.poolSpecial = poolSpecial
        self.noise = noise
        self.crossFit = crossFit
        self.nullKinds = nullKinds
        self.studies = studies
        self.studyConcepts = studyConcepts
        self.linksHash = linksHash
        self.endOfSequence = endOfSequence
        self.checkpoint = checkpoint
    }

    /// The number of coefficients per layer of one of the masks, if it was asked for as a count.
    public func top(at position: Int) -> Int? {
        tops.flatMap { $0.indices.contains(position) ? $0[position] : nil }
    }

    /// Which mask concepts are compared at: the middle one, the larger of two; nil without masks.
    public var comparedMask: Int? { ratios.isEmpty ? nil : ratios.count / 2 }

    /// SHA-256 over all settings: the key under which a store keeps the run, and by which a stopped run is found again.
    public func identity() throws -> String {
        var deciding = self
        deciding.checkpoint = nil
        return try ContentHash.of(String(decoding: JSONLines.encode([deciding]), as: UTF8.self))
    }
}

/// The unmasked model's answers to one question.
public struct UnmaskedAnswer: Codable, Hashable, Sendable {
    /// The question.
    public var questionID: QuestionID
    /// Length of the scored context in tokens.
    public var tokenCount: Int
    /// The four letters' logits after the context.
    public var scores: [Float]
    /// New tokens of the open answer before the end of sequence; nil when the format was not asked.
    public var generatedTokens: [Int32]?
    /// The open answer, cut at the first newline.
    public var generated: String?
    /// Whether an accepted answer stands in it.
    public var generationIsCorrect: Bool?

    /// Creates an answer.
    public init(
        questionID: QuestionID, tokenCount: Int, scores: [Float], generatedTokens: [Int32]? = nil,
        generated: String? = nil, generationIsCorrect: Bool? = nil
    ) {
        self.questionID = questionID
        self.tokenCount = tokenCount
        self.scores = scores
        self.generatedTokens = generatedTokens
        self.generated = generated
        self.generationIsCorrect = generationIsCorrect
    }

    /// Index of the largest score, the first on a tie.
    public var prediction: Int { LetterScores.prediction(scores) }

    /// Distance between the largest and the second largest score.
    public var margin: Float { LetterScores.margin(scores) }
}

/// Reading a prediction from the four letters' logits (contract, section 3).
public enum LetterScores {
    /// Index of the largest score, the first on a tie.
    public static func prediction(_ scores: [Float]) -> Int {
        scores.indices.max { scores[$0] < scores[$1] || (scores[$0] == scores[$1] && $0 > $1) } ?? 0
    }

    /// Distance between the largest and the second largest score.
    public static func margin(_ scores: [Float]) -> Float {
        let sorted = scores.sorted(by: >)
        return sorted.count > 1 ? sorted[0] - sorted[1] : 0
    }
}

/// The masked model's answers to a concept's questions and controls at one ratio.
public struct RatioResult: Codable, Hashable, Sendable {
    /// Share of each layer's coefficients that was masked; for a count its share of all layers' coefficients.
    public var ratio: Double
    /// The number masked in each layer, where it was asked for as a count.
    public var top: Int?
    /// Predicted letters of the concept's own questions, in the plan's order.
    public var relatedPredictions: [Int]
    /// Predicted letters of the evaluation controls, in the plan's order.
    public var controlPredictions: [Int]
    /// Least distance between best and second letter among all of them.
    public var minimumMargin: Float
    /// The mask: sorted coefficient indices per layer.
    public var mask: [[Int32]]
    /// Per layer the distance in S between the last chosen and the first rejected coefficient; nil when none or all
    /// are chosen.
    public var boundaryMargins: [Double?]

    /// Creates a result.
    public init(
        ratio: Double, top: Int? = nil, relatedPredictions: [Int], controlPredictions: [Int], minimumMargin: Float,
        mask: [[Int32]], boundaryMargins: [Double?]
    ) {
        self.ratio = ratio
        self.top = top
        self.relatedPredictions = relatedPredictions
        self.controlPredictions = controlPredictions
        self.minimumMargin = minimumMargin
        self.mask = mask
        self.boundaryMargins = boundaryMargins
    }
}

/// Accuracies under one null mask: one of the same size that was not located from the concept's questions.
public struct NullResult: Codable, Hashable, Sendable {
    /// The ratio.
    public var ratio: Double
    /// How the mask was made: the raw value of a `NullKind`.
    public var kind: String
    /// Number of the draw, from 0.
    public var draw: Int
    /// Accuracy on the concept's own questions.
    public var specific: Double
    /// Accuracy on its evaluation controls.
    public var general: Double
    /// What was drawn; nil for random masks and in runs from before it was kept.
    public var origin: NullOrigin?

    /// Creates a result.
    public init(
        ratio: Double, kind: String, draw: Int, specific: Double, general: Double, origin: NullOrigin? = nil
    ) {
        self.ratio = ratio
        self.kind = kind
        self.draw = draw
        self.specific = specific
        self.general = general
        self.origin = origin
    }
}

/// All that a run computes for one concept with masks; committed to the store as a whole.
public struct ConceptResult: Codable, Hashable, Sendable {
    /// The concept.
    public var conceptID: ConceptID
    /// One per ratio, in the settings' order.
    public var ratios: [RatioResult]
    /// Null masks, where this concept is one of the null concepts; by ratio, kind and draw.
    public var nulls: [NullResult]
    /// Cross-fitting, draws of noise, and the studies of null concepts.
    public var studies: [StudyResult]

    /// Creates a result.
    public init(
        conceptID: ConceptID, ratios: [RatioResult], nulls: [NullResult], studies: [StudyResult] = []
    ) {
        self.conceptID = conceptID
        self.ratios = ratios
        self.nulls = nulls
        self.studies = studies
    }
}

/// A run as the store holds it: what `EvaluationResults` is computed from.
public struct RunRecord: Sendable {
    /// The settings.
    public var settings: RunSettings
    /// Number of coefficients of each layer.
    public var coefficientCounts: [Int]
    /// The concepts of the run, by id.
    public var concepts: [Concept]
    /// Their questions, by id.
    public var questions: [Question]
    /// The question sets, in the order of `concepts`.
    public var plan: [ConceptPlan]
    /// Unmasked answers, by question id.
    public var answers: [UnmaskedAnswer]
    /// Masked results of the concepts finished so far, by concept id.
    public var results: [ConceptResult]

    /// Joins the parts.
    public init(
        settings: RunSettings, coefficientCounts: [Int], concepts: [Concept], questions: [Question],
        plan: [ConceptPlan],
        answers: [UnmaskedAnswer], results: [ConceptResult]
    ) {
        self.settings = settings
        self.coefficientCounts = coefficientCounts
        self.concepts = concepts
        self.questions = questions
        self.plan = plan
        self.answers = answers
        self.results = results
    }

    /// Whether every concept of the plan has its result.
    public var isComplete: Bool { Set(plan.map(\.conceptID)) == Set(results.map(\.conceptID)) }
}
