import QuestionSet
import Scores

/// Kinds of null masks in words.
enum NullNames {
    /// The kinds of a run in the order of its rows, random ones first.
    static func kinds(_ results: EvaluationResults) -> [String] {
        var kinds: [String] = []
        for null in results.nulls where !kinds.contains(null.kind) { kinds.append(null.kind) }
        return kinds
    }

    /// The rows that headline figures are compared with: random masks, or else the first kind.
    static func first(_ results: EvaluationResults) -> [EvaluationResults.NullScores] {
        let kind = kinds(results).first
        return results.nulls.filter { $0.kind == kind }
    }

    /// A kind as a table's rows and a chart's legend name it; one that is not known keeps its own name.
    static func name(_ kind: String) -> String {
        switch kind {
        case "random": "random masks"
        case "other_concept": "another concept’s masks"
        case "shuffled_labels": "shuffled labels"
        default: kind.replacing("_", with: " ")
        }
    }

    /// The mark of the n-th kind.
    static func shape(_ index: Int) -> MarkShape {
        let shapes: [MarkShape] = [.diamond, .square, .triangle, .nabla, .cross]
        return shapes[index % shapes.count]
    }

    /// What the masks of a kind are, in a sentence.
    static func meaning(_ kind: String) -> String {
        switch kind {
        case "random":
            "As many coefficients, drawn at random in each layer: what is above these is not a matter of the masks’ size."
        case "other_concept":
            "The masks of another concept of the same kind and tier: what is above these belongs to the concept, not to its kind "
                + "of question."
        case "shuffled_labels":
            "Masks located after a concept’s own questions and its controls were mixed at random: what is above these comes from "
                + "knowing which questions are the concept’s."
        default: "Masks of the same size."
        }
    }
}
