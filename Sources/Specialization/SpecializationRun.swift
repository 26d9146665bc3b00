import Diagnostics
import Foundation
public import QuestionSet
public import Scores
import Statistics
public import Tokenization
public import Transformer

/// A run: unmasked answers to every question, then for each concept of the plan its localisation, masks and masked answers.
///
/// Work is done and committed concept by concept, in the order of their ids. A concept's coefficients are always computed
/// in the same batches of its own questions, so that every figure is the same whether the run was stopped, sharded or not.
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

    let settings: RunSettings
    let concepts: [Concept]
    let questions: [QuestionID: Question]
    private let questionsOfConcept: [ConceptID: [Question]]
    let plan: [ConceptPlan]
    private let shard: Shard
    let decoder: Decoder
    let scorer: QuestionScorer
    private let journal: any RunJournal
    /// Concepts with null masks.
    let nullConcepts: Set<ConceptID>
    /// The first of them, which are studied further, in the order chosen.
    let studyConcepts: [ConceptID]
    /// Masked coefficients of each layer, mask by mask, in the order of the settings' ratios.
    let maskSizes: [[Int]]
    private var pooledCache: PooledCache
    /// What draws the controls that studies need.
    private(set) lazy var controlDrawing = ControlDrawing(
        concepts: concepts, questions: Array(questions.values), seed: settings.seed)
    var noises: [Int: ValueNoise] = [:]

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - concepts: all concepts of the run (after `--limit`).
    ///   - questions: their questions.
    ///   - chatTemplate: what prompts are rendered with; the settings must name it. Nil for plain prompts.
    ///   - plan: the question sets of the concepts to localise; every id among `questions`.
    ///   - cacheBytes: memory for pooled coefficients that several concepts need; less makes a run slower and changes no result.
    ///   - cacheFolder: where those that memory has no room for are kept.
    ///   - warn: told what makes a run slower than it need be.
    public init(
        settings: RunSettings, concepts: [Concept], questions: [Question], plan: [ConceptPlan], shard: Shard,
        decoder: Decoder, tokenizer: Tokenizer, chatTemplate: ChatTemplate? = nil, journal: any RunJournal,
        cacheBytes: Int = 256 << 20, cacheFolder: String = NSTemporaryDirectory(),
        warn: @escaping (String) -> Void = { _ in }
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
            decoder: decoder, tokenizer: tokenizer, chatTemplate: chatTemplate, pooling: Self.pooling(of: settings),
            examples: examples.examples(for:))
        let sample = Self.sampleConcepts(concepts, plan: plan, settings: settings)
        nullConcepts = settings.nulls > 0 ? Set(sample) : []
        studyConcepts = Array(sample.prefix(settings.studyConcepts ?? Study.standardConcepts))
        maskSizes = MaskSizes.sizes(settings, coefficientCounts: decoder.configuration.coefficientCounts)
        pooledCache = PooledCache(
            capacity: max(1, cacheBytes / max(1, 8 * decoder.configuration.coefficientCounts.reduce(0, +))),
            folder: cacheFolder, report: warn)
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
            tokens += try tokensToMask(
                entry, related: try length(entry.related), controls: try length(entry.evaluationControls))
        }
        return Workload(
            answerConcepts: needed.count, answerConceptsDone: done, maskConcepts: toMask.count,
            maskConceptsDone: toMask.count { finished.contains($0.conceptID) }, tokensLeft: tokens)
    }

    /// Does all work that the journal does not hold yet.
    ///
    /// - Parameter progress: called after each piece of work with the number of units of `workload()` that are finished, and the tokens
    ///   that this call has sent through the decoder.
    /// - Throws: `Failure` 75 when interrupted; what was committed stays.
    public func execute(progress: (_ finishedUnits: Int, _ tokens: Int, _ concept: String) -> Void = { _, _, _ in })
        throws
    {
        var finishedUnits = 0
        var answered = Set(try journal.committedAnswers().map(\.questionID))
        for concept in conceptsToAnswer() {
            for batch in batches(concept.id) where !batch.allSatisfy({ answered.contains($0.id) }) {
                try Interruption.check(.interruptedResumable)
                try journal.commit(answers: try answer(batch, openly: isOwn(concept)))
                answered.formUnion(batch.map(\.id))
                progress(finishedUnits, scorer.tokensDone, concept.title)
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

    /// The questions of a concept as they are asked without masks: together, but the run's first question alone, so that whoever
    /// waits soon sees that model and questions go together.
    private func batches(_ concept: ConceptID) -> [[Question]] {
        let own = questionsOfConcept[concept] ?? []
        guard concept == concepts.first?.id, own.count > 1 else { return [own] }
        return [Array(own[..<1]), Array(own[1...])]
    }

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
    func pooled(_ ids: [QuestionID]) throws -> [LayerVectors] {
        var missing: [ConceptID] = []
        var found: [QuestionID: LayerVectors] = [:]
        for id in ids {
            if let vectors = pooledCache[id] {
                found[id] = vectors
            } else if let concept = questions[id]?.conceptID, !missing.contains(concept) {
                missing.append(concept)
            }
        }
        for batch in missing.flatMap(batches) {
            let (_, vectors) = try scorer.letterScoresAndCoefficients(batch)
            for (question, vector) in zip(batch, vectors) {
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

    /// `nullConcepts` concepts of the plan, one tier after the other, the same for every shard; in the order chosen.
    static func sampleConcepts(_ concepts: [Concept], plan: [ConceptPlan], settings: RunSettings) -> [ConceptID] {
        let planned = Set(plan.map(\.conceptID))
        var generator = SeededGenerator(seed: settings.seed, "null concepts")
        var queues = Set(concepts.map(\.tier)).sorted().map { tier in
            generator.shuffled(concepts.filter { $0.tier == tier && planned.contains($0.id) }.map(\.id).sorted())
        }
        var chosen: [ConceptID] = []
        while chosen.count < settings.nullConcepts, queues.contains(where: { !$0.isEmpty }) {
            for tier in queues.indices where chosen.count < settings.nullConcepts {
                if let next = queues[tier].popLast() { chosen.append(next) }
            }
        }
        return chosen
    }
}
