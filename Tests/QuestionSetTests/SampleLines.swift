import QuestionSet

/// A few questions with everything that an export can carry.
enum SampleLines {
    static let metadata = [
        "origin": "generated", "dump": "enwiki-20190101-pages-articles.xml.bz2", "site": "Wikipedia, enwiki",
        "popularity": "page views of en.wikipedia", "pageviews": "pageviews-2018.bz2", "tiers": "high,low",
        "tier thresholds": "1000", "seed": "2019",
    ]

    static let lines: [QuestionLine] = [
        line(
            7001, of: concept(7, "Marie Curie", "high", 144_788, kind: "people"), relation: "birth place",
            "Where was Marie Curie born?", ["Warsaw", "Paris", "Vienna", "Rome"], right: 0, ["Warsaw", "Warszawa"],
            .place,
            Provenance(source: .parameter, detail: "Infobox scientist: birth_place", pageID: 7, revisionID: 42)),
        line(
            7002, of: concept(7, "Marie Curie", "high", 144_788, kind: "people"), relation: "cloze",
            "Which words complete this sentence: \"She, a \"chemist\", worked in _____.\"",
            ["Rome", "Vienna", "Warsaw", "Paris"], right: 3, ["Paris"], .place,
            Provenance(source: .cloze, detail: "She, a \"chemist\", worked in Paris.", pageID: 7, revisionID: 42)),
        line(
            9000, of: concept(9, "A|B_[c]", "low", 12, kind: "films"), relation: "category", "Which?",
            ["w", "x", "y", "z"], right: 2, ["y"], .string,
            Provenance(source: .category, detail: "Films, \"of\" 1999", pageID: 9, revisionID: nil)),
    ]

    /// As an import knows them: without kind, type and origin.
    static let imported = lines.map { line in
        var bare = line
        bare.concept.kind = nil
        bare.question.valueType = nil
        bare.question.precision = nil
        bare.question.provenance = nil
        return bare
    }

    private static func concept(
        _ id: Int64, _ title: String, _ tier: String, _ popularity: Int64, kind: String
    ) -> Concept {
        Concept(id: ConceptID(rawValue: id), title: title, tier: tier, popularity: popularity, kind: kind)
    }

    private static func line(
        _ id: Int64, of concept: Concept, relation: String, _ text: String, _ options: [String], right: Int,
        _ answers: [String], _ type: ValueType, _ provenance: Provenance
    ) -> QuestionLine {
        QuestionLine(
            concept: concept,
            question: Question(
                id: QuestionID(rawValue: id), conceptID: concept.id, relation: relation, text: text, options: options,
                answerIndex: right, answers: answers, valueType: type, precision: nil, provenance: provenance))
    }
}
