import Diagnostics
import GRDB
import QuestionSet
import Scores

extension BenchmarkStore {
    /// Joins the runs of several stores with the same questions: shards of one run, or runs of several models.
    ///
    /// Runs with equal settings become one, whatever stands in several stores counts once, and the order of the stores does not
    /// matter. Stores of older versions are read as they are. Of the questions' provenance the most detailed account is taken,
    /// and links between concepts from whichever store knows them.
    /// - Throws: `Failure` 65 when the questions differ, two stores disagree about the same result, or unfinished runs of one
    ///   label have different checkpoints or plans.
    public static func merge(_ paths: [String], into output: String, replacing: Bool) throws {
        try checkIsFree(output, replacing: replacing)
        let stores = try paths.map { try open($0) }
        guard let first = stores.first else { throw Failure(.usage, "there is nothing to merge") }
        let hash = try first.questionsHash()
        var merged: [String: RunRecord] = [:]
        for store in stores {
            guard try store.questionsHash() == hash else {
                throw Failure(.badData, file: store.path, "holds other questions than \(first.path)")
            }
            for entry in try store.runs() {
                let identity = try entry.settings.identity()
                let record = try store.record(of: entry)
                merged[identity] = try merged[identity].map { try join($0, record, path: store.path) } ?? record
            }
        }
        try checkParts(merged.sorted { $0.key < $1.key }.map(\.value), stores: paths)
        let contents = try contents(of: stores)
        try OutputFile.create(at: output) { temporary in
            try write(to: temporary, reportedAs: output) { db in
                try insert(contents, db)
                for (identity, record) in merged.sorted(by: {
                    ($0.value.settings.label, $0.key) < ($1.value.settings.label, $1.key)
                }) {
                    try insert(record, identity: identity, db)
                }
            }
        }
    }

    /// Throws when unfinished runs that should have become one did not: shards of other weights, or of another plan.
    private static func checkParts(_ runs: [RunRecord], stores: [String]) throws {
        func parts(_ run: RunRecord) -> RunSettings {
            var settings = run.settings.withoutCheckpoint
            settings.planHash = nil
            settings.linksHash = nil
            return settings
        }
        let unfinished = Dictionary(grouping: runs.filter { !$0.isComplete }, by: parts)
        for (settings, group) in unfinished.sorted(by: { $0.key.label < $1.key.label }) where group.count > 1 {
            let (one, other) = (group[0].settings, group[1].settings)
            let change = other.checkpointChange(since: one)
            let choice = one.planHash == other.planHash ? "other links between concepts" : "another plan"
            throw Failure(
                .badData, file: stores.joined(separator: ", "), at: "run \(settings.label)",
                "its parts do not belong together: some have \(change.isEmpty ? choice : change)",
                remedy: "merge shards of one checkpoint and plan; give other runs a --name of their own")
        }
    }

    /// The questions of stores with equal questions. Stores of version 1, and questions that went through a file, say less of where
    /// they come from.
    private static func contents(of stores: [BenchmarkStore]) throws -> Contents {
        var best = Contents(concepts: [], questions: [], metadata: [:])
        var bestDetail = -1
        for store in stores {
            let questions = try store.questions()
            let detail = questions.reduce(0) { sum, question in
                let provenance = question.provenance
                return sum + (provenance == nil ? 0 : 1) + (provenance?.page == nil ? 0 : 1)
                    + (provenance?.page?.byteOffset == nil ? 0 : 1) + (provenance?.wording == nil ? 0 : 1)
            }
            guard detail > bestDetail else { continue }
            best = Contents(concepts: try store.concepts(), questions: questions, metadata: try store.metadata())
            bestDetail = detail
        }
        best.concepts = try linked(best.concepts, by: stores)
        return best
    }

    /// Concepts with the links that some of the stores know.
    private static func linked(_ concepts: [Concept], by stores: [BenchmarkStore]) throws -> [Concept] {
        var known: [ConceptID: [ConceptID]] = [:]
        for store in stores {
            for concept in try store.concepts() {
                guard let links = concept.links else { continue }
                guard known[concept.id, default: links] == links else {
                    throw Failure(
                        .badData, file: store.path, at: "concept \(concept.id)",
                        "disagrees with another store about its links")
                }
                known[concept.id] = links
            }
        }
        return concepts.map { concept in
            var concept = concept
            concept.links = known[concept.id]
            return concept
        }
    }

    private static func insert(_ record: RunRecord, identity: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO run (identity, label, settings, coefficient_counts) VALUES (?, ?, ?, ?)",
            arguments: [identity, record.settings.label, try json(record.settings), try json(record.coefficientCounts)])
        let run = db.lastInsertedRowID
        for entry in record.plan { try insert(entry, run: run, db) }
        for answer in record.answers { try insert(answer, run: run, db) }
        for result in record.results { try insert(result, run: run, db) }
    }

    private static func join(_ left: RunRecord, _ right: RunRecord, path: String) throws -> RunRecord {
        func disagreement(_ what: String) -> Failure {
            Failure(
                .badData, file: path, at: "run \(right.settings.label)", "disagrees with another store about \(what)")
        }
        guard left.plan == right.plan else { throw disagreement("the plan") }
        var joined = left
        let (one, other) = (left.settings.checkpoint, right.settings.checkpoint)
        let facts = one?.completed(by: other) ?? other
        guard facts == other?.completed(by: one) ?? one else {
            throw disagreement("the series or step of the checkpoint")
        }
        joined.settings.checkpoint = facts
        var answers = Dictionary(left.answers.map { ($0.questionID, $0) }, uniquingKeysWith: { first, _ in first })
        for answer in right.answers {
            guard let known = answers[answer.questionID] else {
                answers[answer.questionID] = answer
                continue
            }
            guard known.scores == answer.scores else { throw disagreement("question \(answer.questionID)") }
            if known.generated == nil { answers[answer.questionID] = answer }
        }
        joined.answers = answers.values.sorted { $0.questionID < $1.questionID }
        var results = Dictionary(left.results.map { ($0.conceptID, $0) }, uniquingKeysWith: { first, _ in first })
        for result in right.results {
            if let known = results[result.conceptID], known != result {
                throw disagreement("concept \(result.conceptID)")
            }
            results[result.conceptID] = result
        }
        joined.results = results.values.sorted { $0.conceptID < $1.conceptID }
        return joined
    }
}
