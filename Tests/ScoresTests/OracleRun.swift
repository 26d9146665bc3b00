import Foundation
import QuestionSet
import Scores
import TestSupport

/// A run put together from the reference implementation's results: its predictions and letter scores are the input, its
/// accuracies and scores what our computation must give.
struct OracleRun {
    let record: RunRecord
    /// results.json as the reference wrote it.
    let expected: [String: Any]

    init(_ name: String) throws {
        let data = try Data(contentsOf: TestData.fixture("Oracle/results.\(name).json"))
        guard let expected = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw CocoaError(.fileReadCorruptFile)
        }
        self.expected = expected
        let lines = try JSONLines.decode(QuestionLine.self, from: TestData.fixture("Oracle/questions.jsonl").path)
        let plan = try JSONLines.decode(ConceptPlan.self, from: TestData.fixture("Oracle/plan.jsonl").path)
        var concepts: [ConceptID: Concept] = [:]
        for line in lines { concepts[line.concept.id] = line.concept }

        func list(_ key: String, in object: [String: Any]) -> [[String: Any]] { object[key] as? [[String: Any]] ?? [] }
        func number(_ key: String, in object: [String: Any]) -> Double {
            (object[key] as? NSNumber)?.doubleValue ?? .nan
        }

        let answers = list("per_question", in: expected).map { entry in
            UnmaskedAnswer(
                questionID: QuestionID(rawValue: Int64(number("question_id", in: entry))),
                tokenCount: Int(number("tokens", in: entry)),
                scores: (entry["scores"] as? [NSNumber] ?? []).map(\.floatValue),
                generatedTokens: (entry["generated_tokens"] as? [NSNumber] ?? []).map(\.int32Value),
                generated: entry["generated"] as? String, generationIsCorrect: entry["generation_correct"] as? Bool)
        }
        let plans = Dictionary(uniqueKeysWithValues: plan.map { ($0.conceptID, $0) })
        let results = list("per_concept", in: expected).map { entry in
            let id = ConceptID(rawValue: Int64(number("concept_id", in: entry)))
            let ratios = list("ratios", in: entry).map { ratio in
                let predictions = ratio["predictions"] as? [String: Int] ?? [:]
                return RatioResult(
                    ratio: number("ratio", in: ratio),
                    relatedPredictions: plans[id]?.related.map { predictions[$0.description] ?? -1 } ?? [],
                    controlPredictions: plans[id]?.evaluationControls.map { predictions[$0.description] ?? -1 } ?? [],
                    minimumMargin: Float(number("min_margin", in: ratio)), mask: [], boundaryMargins: [])
            }
            return ConceptResult(conceptID: id, ratios: ratios, nulls: [])
        }
        record = RunRecord(
            settings: RunSettings(
                label: name, modelHash: "", tokenizerHash: "", questionsHash: "", planHash: nil,
                formats: [.multipleChoice, .generation],
                ratios: (expected["ratios"] as? [NSNumber] ?? []).map(\.doubleValue), pooling: .mean, ablation: .zero,
                localizationControls: 12, evaluationControls: 10, nulls: 0, nullConcepts: 0, shots: 0, limit: nil,
                seed: 1,
                precision: "float32"),
            coefficientCounts: (expected["d_ff"] as? [NSNumber] ?? []).map(\.intValue),
            concepts: Array(concepts.values),
            questions: lines.map(\.question), plan: plan, answers: answers, results: results)
    }
}
