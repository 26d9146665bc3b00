import QuestionSet
public import Statistics

/// results.json: what a run says, in the format of the reference implementation (contract, 2.4) with intervals,
/// correlations and nulls beside it. Undefined figures are null.
public struct EvaluationResults: Codable, Sendable {
    /// Accuracies of one tier.
    public struct TierAccuracy: Codable, Sendable {
        /// Multiple choice.
        @Nullable public var mcq: Double?
        /// Open generation; null when it was not asked.
        @Nullable public var generation: Double?
        /// 95 % bootstrap interval of `mcq` over concepts.
        public var mcqInterval: FigureInterval?
        /// 95 % bootstrap interval of `generation` over concepts.
        public var generationInterval: FigureInterval?
        /// Number of concepts.
        public var concepts: Int
        /// Number of questions.
        public var questions: Int

        private enum CodingKeys: String, CodingKey {
            case mcq, generation, concepts, questions
            case mcqInterval = "mcq_interval"
            case generationInterval = "generation_interval"
        }
    }

    /// The scores of a set of concepts at one ratio.
    public struct RatioScores: Codable, Sendable {
        /// The ratio.
        public var ratio: Double
        /// The number of coefficients per layer, where the mask was asked for as a count.
        public var top: Int?
        /// Mean accuracy of the masked model on the concepts' own questions.
        @Nullable public var specific: Double?
        /// Mean accuracy of the masked model on the evaluation controls.
        @Nullable public var general: Double?
        /// |general - specific| / original, of the means.
        @Nullable public var pss: Double?
        /// (general - specific) / original, of the means.
        @Nullable public var pssSigned: Double?
        /// Mean of the concepts' own absolute differences over original; biased upwards.
        @Nullable public var pssMeanAbs: Double?
        /// Mean selective drop.
        @Nullable public var selectiveDrop: Double?
        /// 95 % bootstrap intervals over concepts, by the names of the figures above; that of `pss` is made from that of
        /// `pss_signed` (`FigureInterval.magnitude`).
        public var intervals: [String: FigureInterval]
        /// The smallest true signed PSS that so many concepts tell from 0 in four of five cases, two-sided at 5 %.
        public var pssDetectable: Double?
        /// The same for the selective drop.
        public var selectiveDropDetectable: Double?
        /// Sign-flip test over concepts that the mean selective drop is 0; absent where no concept's differs from 0.
        public var selectiveDropP: PermutationP?
        /// Its p adjusted after Benjamini and Hochberg: over the ratios, or over tiers and ratios.
        public var selectiveDropPAdjusted: Double?

        private enum CodingKeys: String, CodingKey {
            case ratio, top, specific, general, pss, intervals
            case pssSigned = "pss_signed"
            case pssMeanAbs = "pss_mean_abs"
            case selectiveDrop = "selective_drop"
            case pssDetectable = "pss_detectable"
            case selectiveDropDetectable = "selective_drop_detectable"
            case selectiveDropP = "selective_drop_p"
            case selectiveDropPAdjusted = "selective_drop_p_adjusted"
        }
    }

    /// One concept at one ratio.
    public struct ConceptRatio: Codable, Sendable {
        /// The ratio.
        public var ratio: Double
        /// Accuracy on the concept's own questions.
        public var specific: Double
        /// Accuracy on its evaluation controls.
        public var general: Double
        /// |general - specific| / original.
        @Nullable public var pss: Double?
        /// (general - specific) / original.
        @Nullable public var pssSigned: Double?
        /// ((specific_0 - specific) - (general_0 - general)) / original.
        @Nullable public var selectiveDrop: Double?
        /// Predicted letters by question id.
        public var predictions: [String: Int]
        /// Least distance between best and second letter.
        public var minMargin: Double

        private enum CodingKeys: String, CodingKey {
            case ratio, specific, general, pss, predictions
            case pssSigned = "pss_signed"
            case selectiveDrop = "selective_drop"
            case minMargin = "min_margin"
        }
    }

    /// One concept.
    public struct ConceptScores: Codable, Sendable {
        /// The concept's id.
        public var conceptID: ConceptID
        /// Its title.
        public var concept: String
        /// Its tier.
        public var bucket: String
        /// Its popularity.
        public var popularity: Int64
        /// Unmasked multiple-choice accuracy on its own questions.
        public var specific0: Double
        /// Unmasked multiple-choice accuracy on its evaluation controls.
        public var general0: Double
        /// Share of its open answers that are right; null when generation was not asked.
        @Nullable public var accuracyGeneration: Double?
        /// Mean selective drop over the ratios.
        @Nullable public var selectiveDrop: Double?
        /// One entry per ratio.
        public var ratios: [ConceptRatio]

        private enum CodingKeys: String, CodingKey {
            case concept, bucket, popularity, ratios
            case conceptID = "concept_id"
            case specific0 = "specific_0"
            case general0 = "general_0"
            case accuracyGeneration = "accuracy_generation"
            case selectiveDrop = "selective_drop"
        }
    }

    /// One question, unmasked.
    public struct QuestionScores: Codable, Sendable {
        /// The question's id.
        public var questionID: QuestionID
        /// Length of the scored context in tokens.
        public var tokens: Int
        /// The four letters' logits.
        public var scores: [Float]
        /// Index of the largest.
        public var prediction: Int
        /// Distance between largest and second largest.
        public var margin: Float
        /// Whether the prediction is right.
        public var mcqCorrect: Bool
        /// New tokens before the end of sequence; absent when generation was not asked.
        public var generatedTokens: [Int32]?
        /// The open answer, cut at the first newline.
        public var generated: String?
        /// Whether an accepted answer stands in it.
        public var generationCorrect: Bool?

        private enum CodingKeys: String, CodingKey {
            case tokens, scores, prediction, margin, generated
            case questionID = "question_id"
            case mcqCorrect = "mcq_correct"
            case generatedTokens = "generated_tokens"
            case generationCorrect = "generation_correct"
        }
    }

    /// Means over the null concepts and draws at one ratio.
    public struct NullScores: Codable, Sendable {
        /// The ratio.
        public var ratio: Double
        /// How the masks were drawn, "random" for instance.
        public var kind: String
        /// Mean accuracy on the concepts' own questions.
        public var specific: Double
        /// Mean accuracy on their evaluation controls.
        public var general: Double
        /// (general - specific) / original.
        @Nullable public var pssSigned: Double?
        /// ((specific_0 - specific) - (general_0 - general)) / original.
        @Nullable public var selectiveDrop: Double?
        /// 95 % bootstrap intervals over the null concepts, by the names of the figures.
        public var intervals: [String: FigureInterval]
        /// The same figures of the located masks on the same concepts, so that like is compared with like.
        public var located: RatioScores
        /// Sign-flip test over concepts that the located masks' mean excess over these (`comparisons`) is 0; absent where no
        /// concept has one.
        public var excessP: PermutationP?
        /// Its p adjusted after Benjamini and Hochberg over the ratios of this kind.
        public var excessPAdjusted: Double?
        /// Number of null concepts.
        public var concepts: Int
        /// Null masks per concept.
        public var draws: Int

        private enum CodingKeys: String, CodingKey {
            case ratio, kind, specific, general, intervals, located, concepts, draws
            case pssSigned = "pss_signed"
            case selectiveDrop = "selective_drop"
            case excessP = "excess_p"
            case excessPAdjusted = "excess_p_adjusted"
        }
    }

    /// Pearson on log10(1 + popularity) and Spearman on popularity, with one outcome.
    public struct CorrelationPair: Codable, Sendable {
        /// Pearson's r; absent when undefined (a constant variable or fewer than 3 concepts).
        public var pearson: PopularityCorrelation?
        /// Spearman's rho; absent when undefined.
        public var spearman: PopularityCorrelation?
        /// Why a coefficient is undefined.
        public var undefined: String?
    }

    /// The curve over the ratios.
    public struct Curve: Codable, Sendable {
        /// Largest PSS over the ratios.
        @Nullable public var peak: Double?
        /// The ratio at which it stands.
        @Nullable public var peakRatio: Double?
        /// Mean PSS over the ratios.
        @Nullable public var mean: Double?

        private enum CodingKeys: String, CodingKey {
            case peak, mean
            case peakRatio = "peak_ratio"
        }
    }

    /// The run's label.
    public var model: String
    /// "mean" or "last".
    public var pooling: Pooling
    /// "float32" or "bfloat16".
    public var dtype: String
    /// The mask ratios.
    public var ratios: [Double]
    /// Coefficients per layer.
    public var dFF: [Int]
    /// Number of questions.
    public var questions: Int
    /// Number of concepts.
    public var concepts: Int
    /// Unmasked multiple-choice accuracy over all questions.
    public var original: Double
    /// Its 95 % bootstrap interval over concepts.
    public var originalInterval: FigureInterval?
    /// Unmasked open accuracy over all questions; null when it was not asked.
    @Nullable public var generationAccuracy: Double?
    /// Its 95 % bootstrap interval over concepts.
    public var generationInterval: FigureInterval?
    /// By tier.
    public var accuracyByBucket: [String: TierAccuracy]
    /// The tiers from the most popular to the least.
    public var buckets: [String]
    /// k = 0: the unmasked model on the same sets.
    public var unmasked: RatioScores
    /// One row per ratio, over all concepts.
    public var pss: [RatioScores]
    /// The same over the concepts of each tier.
    public var pssByBucket: [String: [RatioScores]]
    /// Peak and mean of PSS over the ratios.
    public var curve: Curve
    /// Null masks of the same size by kind and ratio, random ones first.
    public var nulls: [NullScores]
    /// Popularity against "accuracy_mcq", "accuracy_generation", "selective_drop" (mean over the ratios).
    public var correlation: [String: CorrelationPair]
    /// Popularity against the selective drop at each ratio, in the order of `ratios`.
    public var correlationByRatio: [CorrelationPair]
    /// What stands beside the scores: excess over nulls, cross-fitting, redundancy, overlap, formats, denominators.
    public var comparisons: RunComparisons
    /// What denominators do to this run's place among the runs of a store that were measured alike; absent for a run alone.
    public var denominatorOrder: [DenominatorOrder]?
    /// One entry per concept, by id.
    public var perConcept: [ConceptScores]
    /// One entry per question, by id.
    public var perQuestion: [QuestionScores]
    /// Everything that decided the numbers.
    public var settings: RunSettings

    private enum CodingKeys: String, CodingKey {
        case model, pooling, dtype, ratios, questions, concepts, original, buckets, unmasked, pss, curve, nulls
        case correlation, comparisons, settings
        case dFF = "d_ff"
        case originalInterval = "original_interval"
        case generationAccuracy = "generation_accuracy"
        case generationInterval = "generation_interval"
        case accuracyByBucket = "accuracy_by_bucket"
        case pssByBucket = "pss_by_bucket"
        case correlationByRatio = "correlation_by_ratio"
        case denominatorOrder = "denominator_order"
        case perConcept = "per_concept"
        case perQuestion = "per_question"
    }
}

/// An optional that is written as `null` instead of being left out.
@propertyWrapper
public struct Nullable<Wrapped: Codable & Sendable>: Codable, Sendable {
    /// The value.
    public var wrappedValue: Wrapped?

    /// Wraps a value.
    public init(wrappedValue: Wrapped?) {
        self.wrappedValue = wrappedValue
    }

    /// Reads a value or null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Wrapped.self)
    }

    /// Writes the value or null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}
