import Foundation
import QuestionSet
import Scores
import TestSupport

/// Runs to report on, put together from the reference implementation's results without a model.
enum SampleRun {
    /// The reference's run of a fixture model, masks included; `nulls` adds random masks of our own making.
    static func oracle(_ name: String = "llama", nulls: Bool = false) throws -> RunRecord {
        let expected = try JSONDecoder().decode(
            Results.self, from: Data(contentsOf: TestData.fixture("Oracle/results.\(name).json")))
        let lines = try questionLines()
        let plan = try JSONLines.decode(ConceptPlan.self, from: TestData.fixture("Oracle/plan.jsonl").path)
        let masks = try JSONLines.decode(Mask.self, from: TestData.fixture("Oracle/masks.\(name).jsonl").path)
        var concepts: [ConceptID: Concept] = [:]
        for line in lines { concepts[line.concept.id] = line.concept }
        let answers = expected.per_question.map { entry in
            UnmaskedAnswer(
                questionID: QuestionID(rawValue: entry.question_id), tokenCount: entry.tokens, scores: entry.scores,
                generatedTokens: entry.generated_tokens, generated: entry.generated,
                generationIsCorrect: entry.generation_correct)
        }
        let results = expected.per_concept.map { entry in
            let own = plan.first { $0.conceptID.rawValue == entry.concept_id }
            let ratios = entry.ratios.map { ratio in
                let mask = masks.first { $0.concept_id == entry.concept_id && $0.ratio == ratio.ratio }
                return RatioResult(
                    ratio: ratio.ratio, relatedPredictions: own?.related.map { ratio.predictions["\($0)"] ?? -1 } ?? [],
                    controlPredictions: own?.evaluationControls.map { ratio.predictions["\($0)"] ?? -1 } ?? [],
                    minimumMargin: Float(ratio.min_margin), mask: mask?.mask ?? [], boundaryMargins: mask?.margins ?? []
                )
            }
            let drawn = entry.ratios.map {
                NullResult(ratio: $0.ratio, kind: "random", draw: 0, specific: 0.25, general: 0.3 - 0.1 * $0.ratio)
            }
            return ConceptResult(
                conceptID: ConceptID(rawValue: entry.concept_id), ratios: ratios, nulls: nulls ? drawn : [])
        }
        return RunRecord(
            settings: RunSettings(
                label: name, modelHash: "aa", tokenizerHash: "bb", questionsHash: "cc", planHash: nil,
                formats: [.multipleChoice, .generation], ratios: expected.ratios, pooling: .mean, ablation: .zero,
                localizationControls: 12, evaluationControls: 10, nulls: nulls ? 1 : 0, nullConcepts: nulls ? 6 : 0,
                shots: 0,
                limit: nil, seed: 1, precision: "float32"),
            coefficientCounts: expected.d_ff, concepts: concepts.values.sorted { $0.id < $1.id },
            questions: lines.map(\.question), plan: plan, answers: answers, results: results)
    }

    static func questionLines() throws -> [QuestionLine] {
        try JSONLines.decode(QuestionLine.self, from: TestData.fixture("Oracle/questions.jsonl").path)
    }

    /// Runs with their figures, computed once: the bootstrap is slow without optimisation.
    static func evaluated(_ name: String) throws -> (record: RunRecord, results: EvaluationResults) {
        guard let run = try all.get()[name] else { throw CocoaError(.keyValueValidation) }
        return run
    }

    /// Names of runs in which one thing or another is undefined.
    static let undefined = [
        "no right answer", "no generation", "one concept", "no masks yet", "constant popularity", "ratio 0 alone",
    ]

    /// Names of runs of several models and checkpoints, all measured alike.
    static let models = [
        "tiny-1m", "tiny-4m", "tiny-1.5b", "other@step1000-tokens4B", "other@step2000-tokens8B", "other@step64000",
    ]

    /// The reference's run under other labels, each with some more answers right.
    private static func modelRecords() throws -> [RunRecord] {
        try models.enumerated().map { index, name in
            var record = try oracle("llama", nulls: true)
            record.settings.label = name
            record.settings.modelHash = name
            let rights = Dictionary(uniqueKeysWithValues: record.questions.map { ($0.id, $0.answerIndex) })
            record.answers = record.answers.enumerated().map { place, answer in
                guard place % 7 < index, let right = rights[answer.questionID] else { return answer }
                var answer = answer
                answer.scores = (0..<4).map { $0 == right ? 5 : 1 }
                answer.generationIsCorrect = place % 3 < 2
                return answer
            }
            return record
        }
    }

    private static let all = Result {
        var records = Dictionary(uniqueKeysWithValues: try undefinedRecords().map { ($0.name, $0.record) })
        records["llama"] = try oracle("llama")
        records["gpt2"] = try oracle("gpt2")
        records["nulls"] = try oracle("llama", nulls: true)
        records["hostile"] = try hostile()
        for record in try modelRecords() { records[record.settings.label] = record }
        return try records.mapValues { (record: $0, results: try EvaluationResults(of: $0)) }
    }

    /// The same run with only the first ratio.
    static func shortened(_ record: RunRecord) -> RunRecord {
        var record = record
        record.settings.ratios = Array(record.settings.ratios.prefix(1))
        record.results = record.results.map { result in
            ConceptResult(
                conceptID: result.conceptID, ratios: Array(result.ratios.prefix(1)),
                nulls: Array(result.nulls.prefix(1)))
        }
        return record
    }

    private static func undefinedRecords() throws -> [(name: String, record: RunRecord)] {
        let whole = shortened(try oracle(nulls: true))

        var allWrong = whole
        allWrong.answers = whole.answers.map { answer in
            var answer = answer
            let right = whole.questions.first { $0.id == answer.questionID }?.answerIndex ?? 0
            answer.scores = (0..<4).map { $0 == right ? -1 : Float($0) }
            return answer
        }

        var mcqOnly = shortened(try oracle())
        mcqOnly.settings.formats = [.multipleChoice]
        mcqOnly.answers = mcqOnly.answers.map {
            UnmaskedAnswer(questionID: $0.questionID, tokenCount: $0.tokenCount, scores: $0.scores)
        }

        var oneConcept = whole
        oneConcept.concepts = [whole.concepts[0]]
        oneConcept.results = whole.results.filter { $0.conceptID == whole.concepts[0].id }
        oneConcept.plan = whole.plan.filter { $0.conceptID == whole.concepts[0].id }

        var unmasked = whole
        unmasked.results = []

        var unpopular = whole
        unpopular.concepts = whole.concepts.map { Concept(id: $0.id, title: $0.title, tier: "only", popularity: 0) }

        var emptyMask = whole
        emptyMask.settings.ratios = [0]
        emptyMask.results = whole.results.map { result in
            var result = result
            result.ratios = [result.ratios[0]]
            result.ratios[0].ratio = 0
            result.nulls = []
            return result
        }
        return [
            ("no right answer", allWrong), ("no generation", mcqOnly), ("one concept", oneConcept),
            ("no masks yet", unmasked),
            ("constant popularity", unpopular), ("ratio 0 alone", emptyMask),
        ]
    }

    /// A run whose every text tries to break out of the page or the table.
    static func hostile() throws -> RunRecord {
        var record = shortened(try oracle(nulls: true))
        let texts = [
            "<script>alert(1)</script>", "\"><img src=http://evil.example/x onerror=alert(1)>",
            "'); DROP TABLE concept; --",
            "</title></svg></style>\u{202E}dlrow\u{2066}", "line\nbreak, \"quotes\"\r\u{0}\u{1B}[2J",
            "&amp; &#60; مرحبا ]]>",
        ]
        record.concepts = zip(record.concepts, texts).map { concept, text in
            Concept(
                id: concept.id, title: text, tier: "<b>\(concept.tier)\u{202E}\u{1B}[31m",
                popularity: concept.popularity)
        }
        record.settings.label = "<script src=\"https://evil.example\"></script>'\u{1B}]0;x\u{7}"
        return record
    }

    private struct Results: Decodable {
        struct Concept: Decodable {
            var concept_id: Int64
            var ratios: [Ratio]
        }
        struct Ratio: Decodable {
            var ratio: Double
            var predictions: [String: Int]
            var min_margin: Double
        }
        struct Question: Decodable {
            var question_id: Int64
            var tokens: Int
            var scores: [Float]
            var generated_tokens: [Int32]
            var generated: String
            var generation_correct: Bool
        }
        var ratios: [Double]
        var d_ff: [Int]
        var per_concept: [Concept]
        var per_question: [Question]
    }

    private struct Mask: Decodable {
        var concept_id: Int64
        var ratio: Double
        var mask: [[Int32]]
        var margins: [Double?]
    }
}
