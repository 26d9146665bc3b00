import Diagnostics
public import QuestionSet

/// A plan given by the user (plan.jsonl; contract, 2.3).
public enum PlanFile {
    /// Reads and checks a plan against the questions of a run.
    ///
    /// - Throws: `Failure` 65 naming the concept whose line names an unknown question, repeats one, mixes concepts up, or
    ///   leaves a set empty.
    public static func read(_ path: String, concepts: [Concept], questions: [Question]) throws -> [ConceptPlan] {
        let plan = try JSONLines.decode(ConceptPlan.self, from: path)
        let owners = Dictionary(questions.map { ($0.id, $0.conceptID) }, uniquingKeysWith: { first, _ in first })
        let known = Set(concepts.map(\.id))
        var seen: Set<ConceptID> = []
        for entry in plan {
            func damaged(_ problem: String) -> Failure {
                Failure(.badData, file: path, at: "concept \(entry.conceptID)", problem)
            }
            guard known.contains(entry.conceptID) else { throw damaged("is not among the concepts of this run") }
            guard seen.insert(entry.conceptID).inserted else { throw damaged("has two lines") }
            let sets = [entry.related, entry.localizationControls, entry.evaluationControls]
            for ids in sets {
                guard !ids.isEmpty else { throw damaged("has an empty set") }
                for id in ids where owners[id] == nil {
                    throw damaged("names question \(id), which is not in this run")
                }
            }
            guard Set(sets.joined()).count == sets.reduce(0, { $0 + $1.count }) else {
                throw damaged("names a question twice")
            }
            guard entry.related.allSatisfy({ owners[$0] == entry.conceptID }) else {
                throw damaged("has a related question of another concept")
            }
            guard !(sets[1] + sets[2]).contains(where: { owners[$0] == entry.conceptID }) else {
                throw damaged("has one of its own questions among its controls")
            }
        }
        guard !plan.isEmpty else { throw Failure(.badData, file: path, "holds no plan") }
        return plan.sorted { $0.conceptID < $1.conceptID }
    }
}
