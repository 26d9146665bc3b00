import Scores

/// What the study of selectivity shows, in the same words everywhere.
struct SelectivityRows {
    private let figures: SelectivityFigures

    init(_ figures: SelectivityFigures) {
        self.figures = figures
    }

    /// Names for a reader and for files, and drops in accuracy.
    var all: [(name: String, key: String, figure: ComparedFigure?)] {
        var rows = [
            ("own", "own", figures.own), ("near", "near", figures.near),
            ("near, linked", "near: linked", figures.linked),
            ("near, of the same kind alone", "near: same_kind", figures.sameKind), ("far", "far", figures.far),
            ("own less near", "own_less_near", figures.ownLessNear),
            ("own less far", "own_less_far", figures.ownLessFar),
            ("near less far", "near_less_far", figures.nearLessFar),
        ]
        if !figures.linksKnown { rows.removeAll { $0.1 == "near: linked" || $0.1 == "near: same_kind" } }
        return rows
    }

    /// What a reader should know of the sets: one sentence each.
    func notes(_ format: NumberFormat) -> [String] {
        var notes: [String] = []
        if !figures.linksKnown {
            notes.append(
                "The store does not know the links between its concepts: near controls are of the same kind, far ones of "
                    + "other kinds.")
        }
        for (name, reasons) in [("near", figures.withoutNear), ("far", figures.withoutFar)] {
            for reason in SelectivityFigures.Reason.allCases {
                guard let count = reasons[reason.rawValue] else { continue }
                notes.append("No \(name) controls for \(format.counted(count, "concept")): \(Self.clause(reason)).")
            }
        }
        return notes
    }

    private static func clause(_ reason: SelectivityFigures.Reason) -> String {
        switch reason {
        case .noSuchConcept: "the run has no such concept"
        case .notKnown: "the store does not tell the kinds of its concepts"
        case .noQuestionLeft: "each question shares an answer with the concept, names it, or located its mask"
        case .notAnswered: "their questions have no unmasked answers yet"
        }
    }
}
