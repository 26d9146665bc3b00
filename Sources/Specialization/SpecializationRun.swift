import Diagnostics
public import Foundation
public import QuestionSet
public import Scores
import Statistics
public import Tokenization
public import Transformer

/// A run: unmasked answers to every question, then for each concept of the plan its localisation, masks and masked answers.
///
/// Work is done and committed concept by concept, in the order of their ids. A concept's coefficients are always computed
/// in one batch of its own questions, so that every figure is the same whether the run was stopped, sharded or not.
public final class SpecializationRun {
    /// One part of a run that was divided over machines: concepts index-1, index-1+count, ... by id.
    public struct Shard: Sendable, Equatable {
        /// From 1.
        public var index: Int
        /// How many there are.
        public var count: Int
        /// The whole run.
        public static let whole = Shard(index: 1, count: 1)

        /// Names a part.
        public init(index: Int, count: Int) {
            self.index = index
            self.count = count
        }
    }

    private let settings: RunSettings
    private let concepts: [Concept]
    private let questions: [QuestionID: Question]
    private let questionsOfConcept: [ConceptID: [Question]]
    private let plan: [ConceptPlan]
    private let shard: Shard
    private let decoder: Decoder
    private let scorer: QuestionScorer
    private let journal: any RunJournal
    private let nullConcepts: Set<ConceptID>
    private var pooledCache: PooledCache

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - concepts: all concepts of the run (after `--limit`).
    ///   - questions: their questions.
    ///   - chatTemplate: what prompts are rendered with; the settings must name it. Nil for plain prompts.
    ///   - plan: the question sets of the concepts to localise; every id among `questions`.
    ///   - cacheBytes: memory for pooled coefficients that several concepts need; less makes a run slower and changes no result.
    public init(
        settings: RunSettings, concepts: [Concept], questions: [Question], plan: [ConceptPlan], shard: Shard,
        decoder: Decoder, tokenizer: Tokenizer, chatTemplate: ChatTemplate? = nil, journal: any RunJournal,
        cacheBytes: Int = Int(ProcessInfo.processInfo.physicalMemory / 3)
    ) {
        self.settings = settings
        self.concepts = concepts.sorted { $0.id < $1.id }
        self.questions = Dictionary(questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let groups = Dictionary(grouping: questions.sorted { $0.id < $1.id }, by: \.conceptID)
        questionsOfConcept = groups
        self.plan = plan.sorted { $0.conceptID < $1.conceptID }
        self.shard = shard
        self.decoder = decoder
        self.journal = journal
        let examples = ShotDrawing(questions: questions, count: settings.shots, seed: settings.seed)
        scorer = QuestionScorer(
            decoder: decoder, tokenizer: tokenizer, chatTemplate: chatTemplate, pooling: settings.pooling,
            examples: examples.examples(for:))
        nullConcepts = Self.chooseNullConcepts(concepts, plan: plan, settings: settings)
        pooledCache = PooledCache(
            capacity: max(1, cacheBytes / max(1, 8 * decoder.configuration.coefficientCounts.reduce(0, +))))
    }

    /// How many units of work there are and how many are committed already.
    public struct Workload: Sendable {
        /// Concepts whose unmasked answers are needed.
        public var answerConcepts: Int
        /// Of these, committed.
        public var answerConceptsDone: Int
        /// Concepts to mask.
        public var maskConcepts: Int
        /// Of these, committed.
        public var maskConceptsDone: Int
        /// Tokens that are still to go through the decoder, generation counted at its longest.
        public var tokensLeft: Int
    }

    /// What is left to do.
    public func workload() throws -> Workload {
        let answered = Set(try journal.committedAnswers().map(\.questionID))
        let finished = try journal.committedConcepts()
        let needed = conceptsToAnswer()
        let toMask = plannedConcepts()
        var tokens = 0
        func length(_ ids: [QuestionID]) throws -> Int {
            try ids.reduce(0) { try $0 + (questions[$1].map { try scorer.encode($0).context.count } ?? 0) }
        }
        var done = 0
        for concept in needed {
            let own = (questionsOfConcept[concept.id] ?? []).map(\.id)
            if own.allSatisfy(answered.contains) {
                done += 1
                continue
            }
            tokens += try length(own) * (settings.formats.contains(.generation) && isOwn(concept) ? 2 : 1)
        }
        for entry in toMask where !finished.contains(entry.conceptID) {
            let masks = settings.ratios.count * (1 + (nullConcepts.contains(entry.conceptID) ? settings.nulls : 0))
            tokens += try length(entry.related + entry.evaluationControls) * masks
        }
        return Workload(
            answerConcepts: needed.count, answerConceptsDone: done, maskConcepts: toMask.count,
            maskConceptsDone: toMask.count { finished.contains($0.conceptID) }, tokensLeft: tokens)
    }

    /// Does all work that the journal does not hold yet.
    ///
    /// - Parameter progress: called after each concept with the number of units of `workload()` that are finished, and the tokens
    ///   that this call has sent through the decoder.
    /// - Throws: `Failure` 75 when interrupted; what was committed stays.
    public func execute(progress: (_ finishedUnits: Int, _ tokens: Int, _ concept: String) -> Void = { _, _, _ in })
        throws
    {
        var finishedUnits = 0
        var answered = Set(try journal.committedAnswers().map(\.questionID))
        for concept in conceptsToAnswer() {
            let own = questionsOfConcept[concept.id] ?? []
            if !own.allSatisfy({ answered.contains($0.id) }) {
                try Interruption.check(.interruptedResumable)
                try journal.commit(answers: try answer(own, openly: isOwn(concept)))
                answered.formUnion(own.map(\.id))
            }
            finishedUnits += 1
            progress(finishedUnits, scorer.tokensDone, concept.title)
        }
        let finished = try journal.committedConcepts()
        for entry in plannedConcepts() {
            if !finished.contains(entry.conceptID) {
                try Interruption.check(.interruptedResumable)
                try journal.commit(result: try mask(entry))
            }
            finishedUnits += 1
            progress(finishedUnits, scorer.tokensDone, concepts.first { $0.id == entry.conceptID }?.title ?? "")
        }
    }

    // MARK: - Unmasked

    private func answer(_ own: [Question], openly: Bool) throws -> [UnmaskedAnswer] {
        let (scores, pooled) = try scorer.letterScoresAndCoefficients(own)
        for (question, vectors) in zip(own, pooled) { pooledCache.insert(vectors, for: question.id) }
        let open = openly && settings.formats.contains(.generation) ? try scorer.generate(own) : nil
        return try own.enumerated().map { index, question in
            UnmaskedAnswer(
                questionID: question.id, tokenCount: try scorer.encode(question).context.count, scores: scores[index],
                generatedTokens: open?[index].tokens, generated: open?[index].text,
                generationIsCorrect: open.map { AnswerMatching.isCorrect($0[index].text, answers: question.answers) })
        }
    }

    /// Pooled coefficients of questions: from the cache, or again in the batch of their own concept.
    private func pooled(_ ids: [QuestionID]) throws -> [LayerVectors] {
        var missing: [ConceptID] = []
        var found: [QuestionID: LayerVectors] = [:]
        for id in ids {
            if let vectors = pooledCache[id] {
                found[id] = vectors
            } else if let concept = questions[id]?.conceptID, !missing.contains(concept) {
                missing.append(concept)
            }
        }
        for concept in missing {
            let own = questionsOfConcept[concept] ?? []
            let (_, vectors) = try scorer.letterScoresAndCoefficients(own)
            for (question, vector) in zip(own, vectors) {
                if ids.contains(question.id) { found[question.id] = vector }
                pooledCache.insert(vector, for: question.id)
            }
        }
        return try ids.map { id in
            guard let vectors = found[id] else {
                throw Failure(.badData, at: "question \(id)", "is in the plan and not in the store")
            }
            return vectors
        }
    }

    // MARK: - Masked

    private func mask(_ entry: ConceptPlan) throws -> ConceptResult {
        let scores = Localisation.scores(
            related: try pooled(entry.related), controls: try pooled(entry.localizationControls))
        let counts = decoder.configuration.coefficientCounts
        let masks = Localisation.masks(scores, ratios: settings.ratios)
        let ablation = try ablationValues(for: entry)
        let asked = (entry.related + entry.evaluationControls).compactMap { questions[$0] }
        var result = ConceptResult(conceptID: entry.conceptID, ratios: [], nulls: [])
        for (ratio, layers) in zip(settings.ratios, masks) {
            let letters = try scorer.letterScores(asked, surgery: ablation.surgery(layers.map(\.indices)))
            let predictions = letters.map(LetterScores.prediction)
            result.ratios.append(
                RatioResult(
                    ratio: ratio, relatedPredictions: Array(predictions.prefix(entry.related.count)),
                    controlPredictions: Array(predictions.dropFirst(entry.related.count)),
                    minimumMargin: letters.map(LetterScores.margin).min() ?? 0, mask: layers.map(\.indices),
                    boundaryMargins: layers.map(\.boundaryMargin)))
            guard nullConcepts.contains(entry.conceptID) else { continue }
            for draw in 0..<settings.nulls {
                var generator = SeededGenerator(
                    seed: settings.seed, "null", entry.conceptID.rawValue, "\(ratio)", draw)
                let mask = Localisation.randomMask(sizes: layers.map(\.indices.count), among: counts, &generator)
                let letters = try scorer.letterScores(asked, surgery: ablation.surgery(mask))
                let isRight = zip(letters, asked).map { LetterScores.prediction($0) == $1.answerIndex ? 1.0 : 0 }
                result.nulls.append(
                    NullResult(
                        ratio: ratio, kind: "random", draw: draw,
                        specific: mean(Array(isRight.prefix(entry.related.count))) ?? 0,
                        general: mean(Array(isRight.dropFirst(entry.related.count))) ?? 0))
            }
        }
        return result
    }

    private func ablationValues(for entry: ConceptPlan) throws -> AblationValues {
        guard settings.ablation != .zero else { return .zero }
        let controls = entry.localizationControls.compactMap { questions[$0] }
        var generator = SeededGenerator(seed: settings.seed, "ablation", entry.conceptID.rawValue)
        let question = generator.below(max(1, controls.count))
        let moments = try scorer.moments(controls, sampleQuestion: question, samplePosition: generator.unit())
        return AblationValues(settings.ablation, moments: moments, generator: &generator)
    }

    // MARK: - Which concepts

    private func isOwn(_ concept: Concept) -> Bool {
        guard let index = concepts.firstIndex(where: { $0.id == concept.id }) else { return false }
        return index % shard.count == shard.index - 1
    }

    private func plannedConcepts() -> [ConceptPlan] {
        let own = Set(concepts.enumerated().filter { $0.offset % shard.count == shard.index - 1 }.map(\.element.id))
        return plan.filter { own.contains($0.conceptID) }
    }

    /// This shard's concepts and those whose questions are its controls, by id.
    private func conceptsToAnswer() -> [Concept] {
        let own = concepts.enumerated().filter { $0.offset % shard.count == shard.index - 1 }.map(\.element.id)
        let controls = plannedConcepts().flatMap { $0.localizationControls + $0.evaluationControls }
            .compactMap { questions[$0]?.conceptID }
        let needed = Set(own).union(controls)
        return concepts.filter { needed.contains($0.id) && questionsOfConcept[$0.id] != nil }
    }

    /// `nullConcepts` concepts of the plan, spread over the tiers, the same for every shard.
    static func chooseNullConcepts(_ concepts: [Concept], plan: [ConceptPlan], settings: RunSettings) -> Set<ConceptID>
    {
        guard settings.nulls > 0 else { return [] }
        let planned = Set(plan.map(\.conceptID))
        var generator = SeededGenerator(seed: settings.seed, "null concepts")
        var queues = Set(concepts.map(\.tier)).sorted().map { tier in
            generator.shuffled(concepts.filter { $0.tier == tier && planned.contains($0.id) }.map(\.id).sorted())
        }
        var chosen: Set<ConceptID> = []
        while chosen.count < settings.nullConcepts, queues.contains(where: { !$0.isEmpty }) {
            for tier in queues.indices where chosen.count < settings.nullConcepts {
                if let next = queues[tier].popLast() { chosen.insert(next) }
            }
        }
        return chosen
    }
}
