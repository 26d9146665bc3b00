import BenchmarkStore
import CommandLine
import Diagnostics
import Foundation
import LinearAlgebra
import Logging
import QuestionSet
import Reporting
import Scores
import Specialization
import Tokenization
import Transformer

/// One model on one store: puts the libraries together in the order of the work.
struct Evaluation {
    /// What the command line says.
    struct Options {
        var label: String
        var series: String?
        var step: Int?
        var formats: [QuestionFormat]
        var ratios: [Double]
        var tops: [Int]
        var pooling: Pooling
        var poolSpecial: SpecialTokens?
        var ablation: Ablation
        var noise: NoiseSettings?
        var localizationControls: Int
        var evaluationControls: Int
        var nulls: Int
        var nullConcepts: Int
        var nullKinds: [NullKind]?
        var crossFit: Bool?
        var studies: [Study]?
        var studyConcepts: Int?
        var planPath: String?
        var shots: Int
        var usesChatTemplate: Bool
        var chatDay: ChatTemplate.Day?
        var limit: Int?
        var seed: UInt64
        /// Nil: the checkpoint's customary one.
        var arithmetic: Arithmetic?
        var threads: Int
        var shard: SpecializationRun.Shard
        var fresh: Bool
        var isDryRun: Bool
    }

    let storePath: String
    let modelFolder: String
    let options: Options
    let common: CommonOptions

    func run() throws {
        let log = common.logger
        let store = try BenchmarkStore.open(storePath, options.isDryRun ? .readOnly : .readWrite)
        if let old = store.migratedFrom {
            log.info("\(storePath): brought from schema version \(old) to \(store.schemaVersion)")
        }
        var concepts = try store.concepts()
        if let limit = options.limit { concepts = Array(concepts.prefix(limit)) }
        let members = Set(concepts.map(\.id))
        let questions = try store.questions().filter { members.contains($0.conceptID) }
        guard options.shots < max(1, Set(questions.map(\.conceptID)).count) else {
            throw Failure(
                .usage, at: "--shots \(options.shots)", "needs more than \(options.shots) concepts in the run")
        }

        let checkpoint = try Checkpoint(folder: modelFolder)
        // Reads every weight once: meanwhile the rest is prepared.
        let modelHash = BackgroundResult { try checkpoint.contentHash(isCancelled: $0) }
        defer { modelHash.cancel() }
        let tokenizer = try Tokenizer(folder: modelFolder)
        let chatTemplate =
            options.usesChatTemplate ? try ChatTemplate(folder: modelFolder, day: options.chatDay) : nil
        let arithmetic = options.arithmetic ?? checkpoint.customaryArithmetic
        if arithmetic == .bfloat16, !Arithmetic.isBFloat16Native {
            log.warning("this processor does not multiply bfloat16: the same rounding, at the speed of float32")
        }
        let decoder = try Decoder(
            checkpoint, threads: options.threads, arithmetic: arithmetic, interruption: .interruptedResumable)
        let plan = try questionSets(concepts, questions, log)
        let masks = try MaskSizes.ratiosAndTops(
            ratios: options.ratios, tops: options.tops, coefficientCounts: decoder.configuration.coefficientCounts)
        let settings = RunSettings(
            label: options.label, modelHash: try modelHash.get(),
            tokenizerHash: try ContentHash.ofFile("\(modelFolder)/tokenizer.json"),
            questionsHash: try store.questionsHash(),
            planHash: try options.planPath.map { _ in
                try ContentHash.of(String(decoding: JSONLines.encode(plan), as: UTF8.self))
            },
            formats: options.formats, ratios: masks.ratios, pooling: options.pooling, ablation: options.ablation,
            localizationControls: options.localizationControls, evaluationControls: options.evaluationControls,
            nulls: options.nulls, nullConcepts: options.nullConcepts, shots: options.shots, limit: options.limit,
            seed: options.seed, precision: arithmetic.rawValue,
            chatTemplate: chatTemplate.map {
                ChatTemplateSettings(hash: $0.hash, tokens: $0.tokens, day: $0.day?.description)
            }, tops: masks.tops, poolSpecial: options.poolSpecial, noise: options.noise, crossFit: options.crossFit,
            nullKinds: options.nullKinds, studies: options.studies, studyConcepts: options.studyConcepts,
            linksHash: try linksHash(store, log),
            endOfSequence: options.formats.contains(.generation) ? checkpoint.generationEndOfSequence : nil,
            checkpoint: CheckpointFacts(
                series: options.series, step: options.step, parameters: decoder.parameterCount))

        if let noise = options.noise {
            let bytes = noise.draws * ValueNoise.byteCount(decoder.configuration)
            log.info("the noise of \(noise.draws) draws takes \((bytes + (1 << 20) - 1) >> 20) MB of memory")
        }
        if options.isDryRun {
            let run = SpecializationRun(
                settings: settings, concepts: concepts, questions: questions, plan: plan, shard: options.shard,
                decoder: decoder, tokenizer: tokenizer, chatTemplate: chatTemplate, journal: MemoryJournal())
            try announce(run, decoder, log)
            return
        }
        let journal = try store.journal(
            settings, coefficientCounts: decoder.configuration.coefficientCounts, plan: plan, fresh: options.fresh)
        let run = SpecializationRun(
            settings: settings, concepts: concepts, questions: questions, plan: plan, shard: options.shard,
            decoder: decoder, tokenizer: tokenizer, chatTemplate: chatTemplate, journal: journal,
            warn: { log.warning("\($0)") })
        let work = try run.workload()
        let done = work.answerConceptsDone + work.maskConceptsDone
        let units = work.answerConcepts + work.maskConcepts
        log.info(
            "\(options.label): \(concepts.count) concepts, \(questions.count) questions, \(masks.ratios.count) ratios\(done > 0 ? "; continuing after \(done) of \(units) steps" : "")"
        )
        let progress = Progress(
            options.label, total: Double(work.tokensLeft) / 1000, unit: "k tokens", style: common.progressStyle)
        defer { progress.finish() }
        try run.execute { finished, tokens, concept in
            progress.update(Double(tokens) / 1000, detail: "step \(finished) of \(units)  \(concept)")
        }
        progress.finish()

        print(TextReport.table(of: try EvaluationResults(of: store.record(of: journal.entry()))), terminator: "")
    }

    /// What the study of selectivity depends on beside the questions; nil without that study.
    private func linksHash(_ store: BenchmarkStore, _ log: Logger) throws -> String? {
        guard (options.studies ?? Study.standard).contains(.selectivity) else { return nil }
        let hash = try store.linksHash()
        if hash == nil {
            log.warning(
                "\(storePath) does not know the links between its concepts: near controls are of the same kind only")
        }
        return hash
    }

    private func questionSets(_ concepts: [Concept], _ questions: [Question], _ log: Logger) throws -> [ConceptPlan] {
        if let path = options.planPath { return try PlanFile.read(path, concepts: concepts, questions: questions) }
        let outcome = try ControlDrawing(concepts: concepts, questions: questions, seed: options.seed)
            .draw(localization: options.localizationControls, evaluation: options.evaluationControls)
        if let least = outcome.shrunkTo {
            log.warning(
                "the store is small: controls shrink to as few as \(least.localization) for localisation and \(least.evaluation) for evaluation, of \(options.localizationControls) and \(options.evaluationControls) asked for"
            )
        }
        if outcome.conceptsWithSharedControls > 0 {
            log.info(
                "\(outcome.conceptsWithSharedControls) concepts have localisation and evaluation controls from the same other concepts; the questions differ"
            )
        }
        return outcome.plan
    }

    /// What a dry run says: the work, and the time from the speed of a few hundred tokens.
    private func announce(_ run: SpecializationRun, _ decoder: Decoder, _ log: Logger) throws {
        let work = try run.workload()
        let probe = SequenceInput(
            tokens: [TokenID](repeating: 0, count: min(64, decoder.configuration.contextLength)), surgery: nil,
            logits: .last)
        let batch = [SequenceInput](repeating: probe, count: 8)
        _ = try decoder.forward(batch, tap: nil)
        let start = DispatchTime.now().uptimeNanoseconds
        _ = try decoder.forward(batch, tap: nil)
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        let rate = Double(batch.count * probe.tokens.count) / seconds
        print(
            """
            \(options.label) on \(storePath)
              concepts to answer   \(work.answerConcepts)
              concepts to mask     \(work.maskConcepts)
              tokens               \(work.tokensLeft)
              speed measured       \(Int(rate)) tokens/s on \(options.threads) threads
              time                 about \(Int((Double(work.tokensLeft) / rate).rounded(.up))) s
              memory               about \(MemoryForecast(decoder).text)
            """)
    }
}
