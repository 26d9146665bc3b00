import Diagnostics
import QuestionSet
import Statistics

extension EvaluationResults {
    /// Computes all figures of a run (contract, section 3).
    ///
    /// Masked figures are over the concepts that have a result; a shard or an unfinished run gives the figures of its part.
    /// Means are sums in the order of concept ids divided by their count, in double precision.
    /// - Throws: `Failure` 65 when an answer that a figure needs is missing.
    public init(of run: RunRecord) throws {
        let sample = try Sample(run)
        let seed = run.settings.seed
        let all = Array(sample.concepts.indices)
        let measured = all.filter { sample.concepts[$0].result != nil }
        let asksGeneration = run.settings.formats.contains(.generation)

        model = run.settings.label
        pooling = run.settings.pooling
        dtype = run.settings.precision
        ratios = run.settings.ratios
        dFF = run.coefficientCounts
        questions = sample.concepts.reduce(0) { $0 + $1.mcq.count }
        concepts = sample.concepts.count
        settings = run.settings

        original = sample.original
        originalInterval = sample.accuracyInterval(all, \.mcq, seed: seed, "original")
        generationInterval = asksGeneration ? sample.accuracyInterval(all, \.generation, seed: seed, "generation") : nil

        let ratioIndices = run.settings.ratios.indices
        let tiers = Self.tiersByPopularity(run.concepts)
        buckets = tiers
        var accuracies: [String: TierAccuracy] = [:]
        var scoresByTier: [[RatioScores]] = []
        for tier in tiers {
            let members = all.filter { sample.concepts[$0].concept.tier == tier }
            accuracies[tier] = TierAccuracy(
                mcq: sample.accuracy(members, \.mcq),
                generation: asksGeneration ? sample.accuracy(members, \.generation) : nil,
                mcqInterval: sample.accuracyInterval(members, \.mcq, seed: seed, "mcq \(tier)"),
                generationInterval: asksGeneration
                    ? sample.accuracyInterval(members, \.generation, seed: seed, "generation \(tier)") : nil,
                concepts: members.count, questions: members.reduce(0) { $0 + sample.concepts[$1].mcq.count })
            let measuredMembers = measured.filter { sample.concepts[$0].concept.tier == tier }
            scoresByTier.append(ratioIndices.map { sample.scores(measuredMembers, ratioIndex: $0, seed: seed) })
        }
        // One family of tests over tiers and ratios, one over the ratios of all concepts.
        let adjustedByTier = Self.adjusted(scoresByTier.flatMap { $0 })
        scoresByTier = scoresByTier.indices.map { index in
            Array(adjustedByTier[(index * ratioIndices.count)..<((index + 1) * ratioIndices.count)])
        }

        accuracyByBucket = accuracies
        pssByBucket = Dictionary(zip(tiers, scoresByTier), uniquingKeysWith: { first, _ in first })
        let rows = Self.adjusted(ratioIndices.map { sample.scores(measured, ratioIndex: $0, seed: seed) })
        pss = rows
        unmasked = sample.scores(measured, ratioIndex: nil, seed: seed)
        let peak = rows.filter { $0.pss != nil }.max { ($0.pss ?? 0) < ($1.pss ?? 0) }
        curve = Curve(peak: peak?.pss, peakRatio: peak?.ratio, mean: mean(rows.compactMap(\.pss)))
        nulls = sample.nulls(seed: seed)

        func correlate(_ key: String, _ members: [Int], _ outcome: (Int) -> Double?) -> CorrelationPair {
            let pairs = members.compactMap { index in
                outcome(index).map { (views: Double(sample.concepts[index].concept.popularity), outcome: $0) }
            }
            return CorrelationPair(
                views: pairs.map(\.views), outcomes: pairs.map(\.outcome), seed: seed, key)
        }
        var correlations = [
            "accuracy_mcq": correlate("accuracy_mcq", all) { sample.accuracy([$0], \.mcq) },
            "selective_drop": correlate("selective_drop", measured) { sample.meanSelectiveDrop($0) },
        ]
        if asksGeneration {
            correlations["accuracy_generation"] = correlate("accuracy_generation", all) {
                sample.accuracy([$0], \.generation)
            }
        }
        correlation = correlations
        correlationByRatio = CorrelationPair.adjusted(
            ratioIndices.map { ratio in
                correlate("selective_drop \(ratio)", measured) { sample.selectiveDrop($0, ratioIndex: ratio) }
            })

        comparisons = try RunComparisons(of: run)
        perConcept = measured.map { sample.conceptScores($0) }
        perQuestion = sample.questionScores()
        generationAccuracy = asksGeneration ? sample.accuracy(all, \.generation) : nil
    }

    /// Rows that are tested together, with their p-values adjusted.
    private static func adjusted(_ rows: [RatioScores]) -> [RatioScores] {
        zip(rows, benjaminiHochberg(rows.map { $0.selectiveDropP?.p })).map { row, p in
            var row = row
            row.selectiveDropPAdjusted = p
            return row
        }
    }

    /// The tiers from the most popular to the least, by mean log popularity of their concepts.
    static func tiersByPopularity(_ concepts: [Concept]) -> [String] {
        let groups = Dictionary(grouping: concepts, by: \.tier)
        let level = groups.mapValues { mean($0.map { log10OnePlus(Double($0.popularity)) }) ?? 0 }
        return groups.keys.sorted { (level[$0] ?? 0, $1) > (level[$1] ?? 0, $0) }
    }
}

extension EvaluationResults.CorrelationPair {
    /// Both coefficients, or why there is none.
    init(views: [Double], outcomes: [Double], seed: UInt64, _ key: String) {
        func estimate(_ coefficient: CorrelationCoefficient, _ x: [Double]) throws(UndefinedFigure)
            -> PopularityCorrelation
        {
            PopularityCorrelation(try CorrelationEstimate(coefficient, x, outcomes, seed: seed, key))
        }
        do throws(UndefinedFigure) {
            pearson = try estimate(.pearson, views.map(log10OnePlus))
            spearman = try estimate(.spearman, views)
        } catch {
            undefined =
                switch error {
                case .constant(let name): "\(name == "x" ? "popularity" : "the outcome") does not vary"
                case .tooFew(let count, let needed):
                    "\(count) \(count == 1 ? "concept" : "concepts"), and \(needed) are needed"
                default: error.description
                }
        }
    }

    /// Pairs that are tested together, the p-values of each coefficient adjusted.
    static func adjusted(_ pairs: [Self]) -> [Self] {
        let pearson = benjaminiHochberg(pairs.map { $0.pearson?.p })
        let spearman = benjaminiHochberg(pairs.map { $0.spearman?.p })
        return pairs.indices.map { index in
            var pair = pairs[index]
            pair.pearson?.pAdjusted = pearson[index]
            pair.spearman?.pAdjusted = spearman[index]
            return pair
        }
    }
}
