/// What stands beside a run's scores: nulls, cross-fitting, redundancy, overlap, selectivity, formats, pooling,
/// denominators.
///
/// Each part is there where it was measured; METHOD.md has the formulas and how to read them.
public struct RunComparisons: Codable, Sendable {
    /// The score against null masks, by ratio and kind.
    public var nullExcess: [NullExcess]
    /// Cross-fitting by ratio; empty if it was not asked for.
    public var crossFit: [CrossFitFigures]
    /// How the loss grows with the mask, and zero against noise.
    public var redundancy: RedundancyFigures
    /// Means of the concept-by-concept overlap of masks; absent without masks. `OverlapMatrix` has all of it.
    public var overlap: OverlapFigures?
    /// What masks do to other concepts' questions.
    public var effects: EffectFigures?
    /// What masks do to questions near and far.
    public var selectivity: SelectivityFigures?
    /// Masks by multiple choice and by open questions.
    public var formats: FormatFigures?
    /// Masks by other ways of pooling.
    public var pooling: [PoolingFigures]
    /// The score with other denominators.
    public var denominators: DenominatorFigures

    private enum CodingKeys: String, CodingKey {
        case redundancy, overlap, effects, selectivity, formats, pooling, denominators
        case nullExcess = "null_excess"
        case crossFit = "cross_fit"
    }

    /// Computes all of them.
    ///
    /// - Throws: `Failure` 65 when an answer that a figure needs is missing.
    public init(of run: RunRecord) throws {
        let outcomes = try Outcomes(run)
        nullExcess = outcomes.nullExcesses()
        crossFit = outcomes.crossFit()
        redundancy = outcomes.redundancy()
        overlap = OverlapMatrix(run)?.summary
        effects = outcomes.effects()
        selectivity = outcomes.selectivity()
        formats = outcomes.formats()
        pooling = outcomes.poolings()
        denominators = outcomes.denominators()
    }
}
