/// The tables of a data set card.
extension QuestionExport {
    /// Most relations that are listed; the rest is counted.
    private static let listedRelations = 40

    static func statistics(_ lines: [QuestionLine]) -> String {
        var text = tiers(lines)
        text += counts("kind of thing", lines.compactMap(\.concept.kind))
        text += counts("source", lines.compactMap { $0.question.provenance?.source.rawValue })
        text += counts("value type", lines.compactMap { $0.question.valueType?.rawValue })
        text += counts("right option", lines.map { ["A", "B", "C", "D"][$0.question.answerIndex] }, byName: true)
        text += counts("relation", lines.map(\.question.relation), limit: listedRelations)
        return String(text.dropLast())
    }

    private static func tiers(_ lines: [QuestionLine]) -> String {
        struct Tier {
            var concepts: Set<ConceptID> = []
            var questions = 0
            var popularity: ClosedRange<Int64>
        }
        var tiers: [String: Tier] = [:]
        for line in lines {
            let popularity = line.concept.popularity
            var tier = tiers[line.concept.tier] ?? Tier(popularity: popularity...popularity)
            tier.concepts.insert(line.concept.id)
            tier.questions += 1
            tier.popularity = min(tier.popularity.lowerBound, popularity)...max(tier.popularity.upperBound, popularity)
            tiers[line.concept.tier] = tier
        }
        let rows = tiers.sorted {
            ($0.value.popularity.upperBound, $1.key) > ($1.value.popularity.upperBound, $0.key)
        }.map { name, tier in
            [
                Markdown.escaped(name), Counting.grouped(tier.concepts.count), Counting.grouped(tier.questions),
                "\(Counting.grouped(tier.popularity.lowerBound)) to \(Counting.grouped(tier.popularity.upperBound))",
            ]
        }
        return table(["tier", "concepts", "questions", "popularity"], rows)
    }

    /// Questions per value, the most frequent first; nothing without values.
    private static func counts(
        _ label: String, _ values: [String], byName: Bool = false, limit: Int = .max
    ) -> String {
        guard !values.isEmpty else { return "" }
        let counts = values.reduce(into: [:]) { $0[$1, default: 0] += 1 }.sorted {
            byName ? $0.key < $1.key : ($0.value, $1.key) > ($1.value, $0.key)
        }
        var rows = counts.prefix(limit).map { [Markdown.escaped($0.key), Counting.grouped($0.value)] }
        if counts.count > limit {
            let rest = counts.dropFirst(limit)
            rows.append(["\(rest.count) others", Counting.grouped(rest.reduce(0) { $0 + $1.value })])
        }
        return table([label, "questions"], rows)
    }

    /// A table of Markdown, its first column text and the others numbers, and an empty line.
    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        let rule = ["---"] + header.dropFirst().map { _ in "---:" }
        return ([header, rule] + rows).map { "| \($0.joined(separator: " | ")) |\n" }.joined() + "\n"
    }
}
