import Diagnostics
import QuestionSet
import Scores

extension BenchmarkStore {
    /// What is in the store, as text: tiers, kinds, sources, origin, runs.
    public func overview() throws -> String {
        let concepts = try concepts()
        let questions = try questions()
        var text = "\(path): \(concepts.count) concepts, \(questions.count) questions\n"

        text += "\nTiers\n"
        let tiers = Dictionary(grouping: concepts, by: \.tier).sorted {
            ($0.value.map(\.popularity).max() ?? 0, $1.key) > ($1.value.map(\.popularity).max() ?? 0, $0.key)
        }
        text += Self.aligned(
            tiers.map { tier, members in
                let popularity = members.map(\.popularity)
                return [
                    tier, "\(members.count) concepts",
                    "popularity \(popularity.min() ?? 0) to \(popularity.max() ?? 0)",
                ]
            })
        text += Self.section("Kinds", concepts.compactMap(\.kind))
        text += Self.section("Sources of questions", questions.compactMap { $0.provenance?.source.rawValue })
        text += Self.section("Relations (the 20 most frequent)", questions.map(\.relation), limit: 20)

        let metadata = try metadata()
        if !metadata.isEmpty {
            text += "\nOrigin\n" + Self.aligned(metadata.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
        }
        let runs = try runs()
        if !runs.isEmpty {
            text += "\nRuns\n"
            text += Self.aligned(
                try runs.map { entry in
                    let record = try record(of: entry)
                    let state =
                        record.isComplete ? "complete" : "\(record.results.count) of \(record.plan.count) concepts"
                    return [
                        entry.settings.label, state, "seed \(entry.settings.seed)", "ratios \(entry.settings.ratios)",
                    ]
                })
        }
        return text
    }

    /// A concept's questions with options, accepted answers and origin, as text.
    ///
    /// - Parameter name: its title or id.
    /// - Throws: `Failure` 65 when there is no such concept, with titles that are near.
    public func description(of name: String) throws -> String {
        let concepts = try concepts()
        let wanted = name.lowercased()
        guard
            let concept = concepts.first(where: { $0.title == name || $0.id.description == name })
                ?? concepts.first(where: { $0.title.lowercased() == wanted })
        else {
            let near = concepts.map(\.title).filter { $0.lowercased().contains(wanted) }.sorted().prefix(5)
            throw Failure(
                .badData, file: path, at: "concept “\(name)”", "is not in the store",
                remedy: near.isEmpty
                    ? "list the titles with export --format csv" : "near: \(near.joined(separator: ", "))")
        }
        var text = "\(concept.title) (id \(concept.id)): tier \(concept.tier), popularity \(concept.popularity)"
        text += concept.kind.map { ", \($0)\n" } ?? "\n"
        for question in try questions() where question.conceptID == concept.id {
            text += "\n\(question.id)  \(question.text)\n"
            for (index, option) in question.options.enumerated() {
                text += "  \(index == question.answerIndex ? "*" : " ") \(["A", "B", "C", "D"][index]). \(option)\n"
            }
            text += "    accepted: \(question.answers.joined(separator: " | "))\n"
            if let provenance = question.provenance {
                let revision = provenance.revisionID.map { ", revision \($0)" } ?? ""
                text +=
                    "    from \(provenance.source.rawValue): \(provenance.detail) (page \(provenance.pageID)\(revision))\n"
            }
        }
        return text
    }

    private static func section(_ title: String, _ values: [String], limit: Int = .max) -> String {
        guard !values.isEmpty else { return "" }
        let counts = Dictionary(grouping: values, by: { $0 }).mapValues(\.count)
            .sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return "\n\(title)\n" + aligned(counts.prefix(limit).map { [$0.key, String($0.value)] })
    }

    /// Rows of texts as indented columns.
    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return "  " + cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}
