import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing
import Tokenization
import Transformer

@testable import Specialization

/// A whole run on the tiny reference models, against the reference implementation: letter scores, masks, predictions, PSS.
@Suite struct OracleRunTests {
    struct MaskLine: Decodable {
        var concept_id: Int64
        var ratio: Double
        var mask: [[Int32]]
    }

    static func run(
        model: String, ratios: [Double], ablation: Ablation = .zero, nulls: Int = 0, threads: Int = 2,
        journal: MemoryJournal = MemoryJournal(), shard: SpecializationRun.Shard = .whole, cacheBytes: Int = 2 << 30,
        formats: [QuestionFormat] = [.multipleChoice, .generation], stopAfter: Int = .max,
        folder: URL? = nil, cacheFolder: String? = nil, edit: (inout RunSettings) -> Void = { _ in },
        warn: @escaping (String) -> Void = { _ in }
    ) throws -> RunRecord {
        let folder = (folder ?? TestData.fixture("Models/\(model)")).path
        let lines = try JSONLines.decode(QuestionLine.self, from: TestData.fixture("Oracle/questions.jsonl").path)
        let concepts = Dictionary(lines.map { ($0.concept.id, $0.concept) }, uniquingKeysWith: { first, _ in first })
            .values.sorted { $0.id < $1.id }
        let questions = lines.map(\.question)
        let plan = try PlanFile.read(
            TestData.fixture("Oracle/plan.jsonl").path, concepts: concepts, questions: questions)
        var settings = RunSettings(
            label: model, modelHash: "", tokenizerHash: "", questionsHash: "", planHash: "", formats: formats,
            ratios: ratios, pooling: .mean, ablation: ablation, localizationControls: 12, evaluationControls: 10,
            nulls: nulls, nullConcepts: 3, shots: 0, limit: nil, seed: 1, precision: "float32")
        edit(&settings)
        let decoder = try Decoder(folder: folder, threads: threads)
        let run = SpecializationRun(
            settings: settings, concepts: concepts, questions: questions, plan: plan, shard: shard, decoder: decoder,
            tokenizer: try Tokenizer(folder: folder), journal: journal, cacheBytes: cacheBytes,
            cacheFolder: cacheFolder ?? NSTemporaryDirectory(), warn: warn)
        do {
            try run.execute { finished, _, _ in
                if finished == stopAfter { journal.isFull = true }
            }
        } catch is MemoryJournal.Full {}
        return RunRecord(
            settings: settings, coefficientCounts: decoder.configuration.coefficientCounts, concepts: concepts,
            questions: questions, plan: plan, answers: journal.answers.sorted { $0.questionID < $1.questionID },
            results: journal.results.sorted { $0.conceptID < $1.conceptID })
    }

    @Test(arguments: [("llama", [0.05, 0.1, 0.3, 0.5, 0.72]), ("gpt2", [0.05, 0.1, 0.3, 0.5, 0.7])])
    func agreesWithTheReference(_ model: String, _ ratios: [Double]) throws {
        let results = try EvaluationResults(of: Self.run(model: model, ratios: ratios))
        let expected = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: TestData.fixture("Oracle/results.\(model).json")))
        #expect(abs(results.original - expected.original) < 1e-12)
        #expect(abs((results.generationAccuracy ?? .nan) - expected.generation_accuracy) < 1e-12)
        var worst: Float = 0
        for (ours, theirs) in zip(results.perQuestion, expected.per_question.sorted { $0.question_id < $1.question_id })
        {
            #expect(ours.questionID.rawValue == theirs.question_id)
            #expect(ours.tokens == theirs.tokens)
            #expect(ours.prediction == theirs.prediction)
            #expect(ours.generatedTokens == theirs.generated_tokens)
            #expect(ours.generated == theirs.generated)
            for (a, b) in zip(ours.scores, theirs.scores) { worst = max(worst, abs(a - b)) }
        }
        print("\(model): letter scores max |Δ| \(worst)")
        #expect(worst < 5e-4)
        for (ours, theirs) in zip(results.pss, expected.pss) {
            #expect(abs((ours.specific ?? .nan) - theirs.specific) < 1e-9, "\(model) \(theirs.ratio)")
            #expect(abs((ours.general ?? .nan) - theirs.general) < 1e-9, "\(model) \(theirs.ratio)")
            #expect(abs((ours.pss ?? .nan) - theirs.pss) < 1e-9, "\(model) \(theirs.ratio)")
            #expect(abs((ours.selectiveDrop ?? .nan) - theirs.selective_drop) < 1e-9, "\(model) \(theirs.ratio)")
        }
    }

    struct ExampleRun: Decodable {
        var model: String
        var ratios: [Double]
        var pooling: Pooling
    }

    /// Every run of the reference implementation's example.
    @Test(
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: ["gpt2", "llama", "opt-last", "gemma2", "olmoe", "phi3_longrope"])
    func agreesWithEveryRunOfTheExample(_ name: String) throws {
        let example = TestData.shared("oracle/example")
        let runs = try JSONDecoder().decode(
            [String: ExampleRun].self, from: Data(contentsOf: example.appendingPathComponent("runs.json")))
        let settings = try #require(runs[name])
        let record = try Self.run(
            model: settings.model, ratios: settings.ratios, folder: TestData.shared("models/\(settings.model)")
        ) {
            $0.pooling = settings.pooling
            $0.studies = []
        }
        let results = try EvaluationResults(of: record)
        let expected = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: example.appendingPathComponent("results.\(name).json")))
        #expect(abs(results.original - expected.original) < 1e-12)
        #expect(abs((results.generationAccuracy ?? .nan) - expected.generation_accuracy) < 1e-12)
        let answers = expected.per_question.sorted { $0.question_id < $1.question_id }
        #expect(results.perQuestion.map(\.generated) == answers.map(\.generated))
        #expect(results.perQuestion.map(\.prediction) == answers.map(\.prediction))
        for (ours, theirs) in zip(results.pss, expected.pss) {
            #expect(abs((ours.specific ?? .nan) - theirs.specific) < 1e-9, "\(name) \(theirs.ratio)")
            #expect(abs((ours.general ?? .nan) - theirs.general) < 1e-9, "\(name) \(theirs.ratio)")
            #expect(abs((ours.pss ?? .nan) - theirs.pss) < 1e-9, "\(name) \(theirs.ratio)")
            #expect(abs((ours.selectiveDrop ?? .nan) - theirs.selective_drop) < 1e-9, "\(name) \(theirs.ratio)")
        }
        let lines = try JSONLines.decode(
            MaskLine.self, from: example.appendingPathComponent("masks.\(name).jsonl").path)
        let masks = Dictionary(
            lines.map { ("\($0.concept_id) \($0.ratio)", $0.mask) }, uniquingKeysWith: { first, _ in first })
        for result in record.results {
            for ratio in result.ratios {
                #expect(ratio.mask == masks["\(result.conceptID) \(ratio.ratio)"], "\(name) \(ratio.ratio)")
            }
        }
        #expect(lines.count == record.results.count * settings.ratios.count)
    }

    struct Reference: Decodable {
        struct Row: Decodable {
            var ratio: Double
            var specific: Double
            var general: Double
            var pss: Double
            var selective_drop: Double
        }
        struct Answer: Decodable {
            var question_id: Int64
            var tokens: Int
            var scores: [Float]
            var prediction: Int
            var generated_tokens: [Int32]
            var generated: String
        }
        var original: Double
        var generation_accuracy: Double
        var pss: [Row]
        var per_question: [Answer]
    }

    @Test(arguments: [("llama", [0.05, 0.1, 0.3, 0.5, 0.72]), ("gpt2", [0.05, 0.1, 0.3, 0.5, 0.7])])
    func masksAreTheReferences(_ model: String, _ ratios: [Double]) throws {
        let record = try Self.run(model: model, ratios: ratios, formats: [.multipleChoice])
        let lines = try JSONLines.decode(MaskLine.self, from: TestData.fixture("Oracle/masks.\(model).jsonl").path)
        let expected = Dictionary(
            lines.map { ("\($0.concept_id) \($0.ratio)", $0.mask) }, uniquingKeysWith: { a, _ in a })
        var compared = 0
        for result in record.results {
            for ratio in result.ratios {
                #expect(ratio.mask == expected["\(result.conceptID) \(ratio.ratio)"])
                compared += 1
            }
        }
        #expect(compared == lines.count)
    }

    @Test func aStoppedRunGoesOnToTheSameResult() throws {
        let whole = try Self.run(model: "llama", ratios: [0.1, 0.5], nulls: 2)
        for stop in [1, 5, 6, 8, 11] {
            let journal = MemoryJournal()
            let part = try Self.run(model: "llama", ratios: [0.1, 0.5], nulls: 2, journal: journal, stopAfter: stop)
            #expect(!part.isComplete)
            journal.isFull = false
            let resumed = try Self.run(model: "llama", ratios: [0.1, 0.5], nulls: 2, journal: journal)
            #expect(resumed.answers == whole.answers)
            #expect(resumed.results == whole.results)
        }
    }

    @Test func shardsTogetherAreTheWholeRun() throws {
        let whole = try Self.run(model: "llama", ratios: [0.3], nulls: 1)
        let parts = try (1...2).map {
            try Self.run(model: "llama", ratios: [0.3], nulls: 1, shard: .init(index: $0, count: 2))
        }
        #expect(parts.map(\.results.count) == [3, 3])
        #expect(parts.flatMap(\.results).sorted { $0.conceptID < $1.conceptID } == whole.results)
        for part in parts {
            for answer in part.answers {
                let same = try #require(whole.answers.first { $0.questionID == answer.questionID })
                #expect(same.scores == answer.scores)
            }
        }
    }

    @Test func threadsAndCacheChangeNothing() throws {
        let one = try Self.run(model: "gpt2", ratios: [0.1], threads: 1)
        let two = try Self.run(model: "gpt2", ratios: [0.1], threads: 2, cacheBytes: 1)
        #expect(one.answers == two.answers)
        #expect(one.results == two.results)
    }

    @Test func anEmptyMaskChangesNoPrediction() throws {
        let record = try Self.run(model: "llama", ratios: [0], formats: [.multipleChoice])
        let predictions = Dictionary(uniqueKeysWithValues: record.answers.map { ($0.questionID, $0.prediction) })
        for (entry, result) in zip(record.plan, record.results) {
            #expect(result.ratios[0].relatedPredictions == entry.related.map { predictions[$0] })
            #expect(result.ratios[0].controlPredictions == entry.evaluationControls.map { predictions[$0] })
            #expect(result.ratios[0].mask == [[], [], []])
        }
    }

    @Test(arguments: [Ablation.mean, .noise, .resample])
    func otherAblationsAreDeterministicAndDifferFromZero(_ ablation: Ablation) throws {
        let zero = try Self.run(model: "llama", ratios: [0.5], formats: [.multipleChoice])
        let one = try Self.run(model: "llama", ratios: [0.5], ablation: ablation, formats: [.multipleChoice])
        let two = try Self.run(
            model: "llama", ratios: [0.5], ablation: ablation, threads: 1, formats: [.multipleChoice])
        #expect(one.results == two.results)
        #expect(one.results.map { $0.ratios[0].mask } == zero.results.map { $0.ratios[0].mask })
        #expect(one.results.map { $0.ratios[0].minimumMargin } != zero.results.map { $0.ratios[0].minimumMargin })
    }

    @Test func nullConceptsAreSpreadOverTheTiers() throws {
        let record = try Self.run(model: "llama", ratios: [0.3], nulls: 2, formats: [.multipleChoice])
        let withNulls = record.results.filter { !$0.nulls.isEmpty }
        #expect(withNulls.count == 3)
        let tiers = withNulls.compactMap { result in record.concepts.first { $0.id == result.conceptID }?.tier }
        #expect(Set(tiers) == ["high", "medium", "low"])
        #expect(withNulls.allSatisfy { $0.nulls.map(\.draw) == [0, 1, 0, 1, 0, 1] })
        #expect(withNulls.allSatisfy { Set($0.nulls.map(\.kind)).count == 3 })
    }
}
