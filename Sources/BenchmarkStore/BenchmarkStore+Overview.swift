import Diagnostics
import QuestionSet
import Scores

extension BenchmarkStore {
    /// What is in the store, as text: origin and licence, tiers, kinds, sources, relations, the account of pages, runs.
    public func overview() throws -> String {
        let concepts = try concepts()
        let questions = try questions()
        var metadata = try metadata()
        var text = "\(path): \(TextLayout.grouped(concepts.count)) concepts, "
        text += "\(TextLayout.grouped(questions.count)) questions\n"
        text += Self.origin(&metadata, questions)
        text += Self.tiers(concepts, questions)
        text += Self.links(concepts)
        text += Self.counts("Kinds", "concepts", concepts.compactMap(\.kind))
        text += Self.counts("Sources", "questions", questions.compactMap { $0.provenance?.source.rawValue })
        text += Self.counts("Value types", "questions", questions.compactMap { $0.valueType?.rawValue })
        text += Self.counts("Relations", "questions", questions.map(\.relation), limit: 20)
        text += Self.account(&metadata)
        if !metadata.isEmpty {
            text += "\nSettings\n"
            text += TextLayout.entries(metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
        return text + (try runsText())
    }

    /// The lines under the heading; what they say is taken out of the metadata.
    private static func origin(_ metadata: inout [String: String], _ questions: [Question]) -> String {
        let origin = TextOrigin(metadata: metadata, questions: questions)
        func take(_ key: String) -> String? { metadata.removeValue(forKey: key).flatMap { $0.isEmpty ? nil : $0 } }
        var rows: [(label: String, text: String)] = []
        let isImported = take("origin") == "imported"
        let site = take("site").map { " (\($0))" } ?? ""
        if let dump = take("dump") {
            rows.append(("dump", dump + site))
        } else if isImported {
            rows.append(("imported", take("source") ?? "source not stated"))
        }
        let views = take("pageviews")
        if let measure = take("popularity") {
            rows.append(("popularity", measure + (views.map { ": \($0)" } ?? "")))
        }
        for key in origin.metadata.keys { metadata[key] = nil }
        rows.append(("licence", "\(origin.licence?.name ?? "not known"). \(origin.licenceReason)"))
        return TextLayout.entries(rows)
    }

    private static func tiers(_ concepts: [Concept], _ questions: [Question]) -> String {
        let counts = questions.reduce(into: [ConceptID: Int]()) { $0[$1.conceptID, default: 0] += 1 }
        let tiers = Dictionary(grouping: concepts, by: \.tier).sorted {
            ($0.value.map(\.popularity).max() ?? 0, $1.key) > ($1.value.map(\.popularity).max() ?? 0, $0.key)
        }
        let rows = tiers.map { tier, members in
            let popularity = members.map(\.popularity)
            return [
                tier, TextLayout.grouped(members.count),
                TextLayout.grouped(members.reduce(0) { $0 + (counts[$1.id] ?? 0) }),
                TextLayout.grouped(popularity.min() ?? 0), TextLayout.grouped(popularity.max() ?? 0),
            ]
        }
        return TextLayout.table(["Tiers", "concepts", "questions", "popularity from", "to"], rows)
    }

    /// How the concepts are linked with each other; empty where that is not known.
    private static func links(_ concepts: [Concept]) -> String {
        let known = concepts.compactMap { concept in concept.links.map { (id: concept.id, links: $0) } }
        guard !known.isEmpty else { return "" }
        let linked = Set(known.flatMap { $0.links.isEmpty ? [] : $0.links + [$0.id] })
        return TextLayout.table(
            ["Links", ""],
            [
                ["between concepts", TextLayout.grouped(known.reduce(0) { $0 + $1.links.count })],
                ["concepts without any", TextLayout.grouped(concepts.count { !linked.contains($0.id) })],
            ])
    }

    /// How often each value occurs, the most frequent first.
    private static func counts(_ title: String, _ unit: String, _ values: [String], limit: Int = .max) -> String {
        let counts = values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        return table(title, unit, counts, limit: limit, others: "others")
    }

    private static func table(
        _ title: String, _ unit: String, _ counts: [String: Int], limit: Int, others: String
    ) -> String {
        let sorted = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        // A single row more is shorter than the row that would count it.
        let shown = sorted.count - 1 > limit ? limit : sorted.count
        var rows = sorted.prefix(shown).map { [$0.key, TextLayout.grouped($0.value)] }
        if sorted.count > shown {
            let rest = sorted.dropFirst(shown)
            rows.append(["(\(rest.count) \(others))", TextLayout.grouped(rest.reduce(0) { $0 + $1.value })])
        }
        return TextLayout.table([title, unit], rows)
    }

    /// Pages by what became of them, and values that were left out; what is shown is taken out of the metadata.
    private static func account(_ metadata: inout [String: String]) -> String {
        func take(prefix: String) -> [String: Int] {
            var counts: [String: Int] = [:]
            for (key, value) in metadata where key.hasPrefix(prefix) {
                guard let count = Int(value) else { continue }
                counts[String(key.dropFirst(prefix.count))] = count
                metadata[key] = nil
            }
            return counts
        }
        var pages = take(prefix: "pages rejected: ")
        var text = ""
        if let read = metadata["pages read"].flatMap({ Int($0) }) {
            metadata["pages read"] = nil
            if let eligible = metadata.removeValue(forKey: "eligible concepts").flatMap({ Int($0) }) {
                pages["eligible"] = eligible
            }
            text += table("Pages: \(TextLayout.grouped(read)) read", "", pages, limit: .max, others: "")
        }
        text += table("Damage left out", "times", take(prefix: "damage skipped: "), limit: 20, others: "other reasons")
        let dropped = take(prefix: "values dropped: ")
        text += table("Values left out", "times", dropped, limit: 20, others: "other reasons, see the table metadata")
        return text
    }

    private func runsText() throws -> String {
        let runs = try runs()
        guard !runs.isEmpty else { return "" }
        let rows = try runs.map { entry in
            let record = try record(of: entry)
            let state =
                record.isComplete ? "complete" : "\(record.results.count) of \(record.plan.count) concepts"
            let ratios = entry.settings.ratios.map(\.description).joined(separator: ", ")
            return [entry.settings.label, state, String(entry.settings.seed), ratios]
        }
        return TextLayout.table(["Runs", "state", "seed", "ratios"], rows)
    }
}
