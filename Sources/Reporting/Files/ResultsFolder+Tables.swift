import QuestionSet
import Scores

/// answers.csv and concepts.csv: one row per run and question or concept, RFC 4180; figures in full precision, right
/// and wrong as 1 and 0, undefined figures empty.
extension ResultsFolder {
    private static let letters = ["A", "B", "C", "D"]

    static func answersTable(_ runs: some Sequence<(String, RunRecord)>) -> String {
        var table = row([
            "run", "question_id", "concept_id", "concept", "bucket", "popularity", "relation", "prediction", "answer",
            "correct",
            "margin", "score_A", "score_B", "score_C", "score_D", "generated", "generation_correct",
        ])
        for (name, record) in runs {
            let concepts = Dictionary(record.concepts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let questions = Dictionary(record.questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            for answer in record.answers.sorted(by: { $0.questionID < $1.questionID }) {
                // Answers to questions outside the run are no part of its figures.
                guard let question = questions[answer.questionID], let concept = concepts[question.conceptID] else {
                    continue
                }
                var cells = [name, question.id.description, concept.id.description, concept.title, concept.tier]
                cells += [String(concept.popularity), question.relation, letter(answer.prediction)]
                cells += [letter(question.answerIndex), flag(answer.prediction == question.answerIndex)]
                cells.append(answer.margin.description)
                for index in letters.indices {
                    cells.append(answer.scores.indices.contains(index) ? answer.scores[index].description : "")
                }
                cells += [answer.generated ?? "", answer.generationIsCorrect.map(flag) ?? ""]
                table += row(cells)
            }
        }
        return table
    }

    static func conceptsTable(_ runs: [(String, RunRecord, EvaluationResults)]) -> String {
        // Runs may differ in their ratios: columns for all, empty where a run has none.
        let ratios = Set(runs.flatMap { $0.2.ratios }).sorted()
        // "0" names the unmasked model; a ratio of 0, an empty mask, is "0.0".
        let perRatio = ratios.map { $0 == 0 ? "0.0" : NumberFormat.ratio($0) }
            .flatMap { ["specific_\($0)", "general_\($0)", "selective_drop_\($0)"] }
        var table = row(
            ["run", "concept_id", "concept", "bucket", "popularity", "accuracy_mcq", "accuracy_generation"]
                + ["specific_0", "general_0"] + perRatio)
        for (name, record, results) in runs {
            let accuracies = ConceptAccuracies(record)
            let scores = Dictionary(
                results.perConcept.map { ($0.conceptID, $0) }, uniquingKeysWith: { first, _ in first })
            for concept in record.concepts.sorted(by: { $0.id < $1.id }) {
                let score = scores[concept.id]
                var cells = [name, concept.id.description, concept.title, concept.tier, String(concept.popularity)]
                cells += [number(accuracies.mcq[concept.id]), number(accuracies.generation[concept.id])]
                cells += [number(score?.specific0), number(score?.general0)]
                for ratio in ratios {
                    let entry = score?.ratios.first { $0.ratio == ratio }
                    cells += [number(entry?.specific), number(entry?.general), number(entry?.selectiveDrop)]
                }
                table += row(cells)
            }
        }
        return table
    }

    private static func row(_ cells: [String]) -> String { cells.map(CSV.field).joined(separator: ",") + "\r\n" }

    private static func number(_ value: Double?) -> String { value?.description ?? "" }

    private static func flag(_ isRight: Bool) -> String { isRight ? "1" : "0" }

    private static func letter(_ index: Int) -> String { letters.indices.contains(index) ? letters[index] : "" }
}

/// Shares of right answers per concept, whether its masks are measured or not.
private struct ConceptAccuracies {
    private(set) var mcq: [ConceptID: Double] = [:]
    private(set) var generation: [ConceptID: Double] = [:]

    init(_ record: RunRecord) {
        let questions = Dictionary(record.questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var outcomes: [ConceptID: (mcq: [Bool], generation: [Bool])] = [:]
        for answer in record.answers {
            guard let question = questions[answer.questionID] else { continue }
            outcomes[question.conceptID, default: ([], [])].mcq.append(answer.prediction == question.answerIndex)
            if let isRight = answer.generationIsCorrect { outcomes[question.conceptID]?.generation.append(isRight) }
        }
        func share(_ flags: [Bool]) -> Double? {
            flags.isEmpty ? nil : Double(flags.count { $0 }) / Double(flags.count)
        }
        mcq = outcomes.compactMapValues { share($0.mcq) }
        generation = outcomes.compactMapValues { share($0.generation) }
    }
}
