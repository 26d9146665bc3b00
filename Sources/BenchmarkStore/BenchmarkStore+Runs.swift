import Diagnostics
import Foundation
import GRDB
public import QuestionSet
public import Scores

extension BenchmarkStore {
    /// A run as listed: its number in this store and its settings.
    public struct RunEntry: Sendable {
        /// Number in this store.
        public var id: Int64
        /// What decides its numbers.
        public var settings: RunSettings
    }

    /// All runs, in the order they were started.
    public func runs() throws -> [RunEntry] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT id, settings FROM run ORDER BY id").map { row in
                RunEntry(
                    id: row["id"], settings: try Self.decode(row["settings"], self.path, "run \(row["id"] as Int64)"))
            }
        }
    }

    /// Everything stored of a run.
    public func record(of run: RunEntry) throws -> RunRecord {
        var concepts = try concepts()
        if let limit = run.settings.limit { concepts = Array(concepts.prefix(limit)) }
        let members = Set(concepts.map(\.id))
        let questions = try questions().filter { members.contains($0.conceptID) }
        return try read { db in
            let place = "run \(run.id)"
            let counts = try String.fetchOne(
                db, sql: "SELECT coefficient_counts FROM run WHERE id = ?", arguments: [run.id])
            return RunRecord(
                settings: run.settings, coefficientCounts: try Self.decode(counts ?? "[]", self.path, place),
                concepts: concepts, questions: questions, plan: try Self.plan(run.id, db, self.path),
                answers: try Self.answers(run.id, db, self.path), results: try Self.results(run.id, db, self.path))
        }
    }

    /// Begins a run, or finds the one with the same settings to continue it.
    ///
    /// While the journal lives no other process can have one for the same run.
    /// - Parameter fresh: whether to forget what an earlier run with these settings has finished, and what a stopped one of the
    ///   same settings with another checkpoint has.
    /// - Throws: `Failure` 65 when the stored plan of that run differs from `plan`, or when a run of the same settings was
    ///   stopped and the checkpoint has changed since; 74 when another process is at it.
    public func journal(
        _ settings: RunSettings, coefficientCounts: [Int], plan: [ConceptPlan], fresh: Bool
    ) throws -> StoreJournal {
        let identity = try settings.identity()
        let lock = try RunLock(store: path, identity: identity)
        let id = try write { db in
            if fresh { try db.execute(sql: "DELETE FROM run WHERE identity = ?", arguments: [identity]) }
            if let known = try Int64.fetchOne(db, sql: "SELECT id FROM run WHERE identity = ?", arguments: [identity]) {
                guard try Self.plan(known, db, self.path) == plan.sorted(by: { $0.conceptID < $1.conceptID }) else {
                    throw Failure(
                        .badData, file: self.path, at: "run \(known)", "was begun with another plan",
                        remedy: "pass --fresh to start again")
                }
                try self.complete(known, with: settings, db)
                return known
            }
            for (stopped, change) in try self.stoppedRuns(like: settings, db) {
                guard fresh else {
                    throw Failure(
                        .badData, file: self.path, at: "run \(stopped), \(settings.label)",
                        "was begun with \(change) and is unfinished",
                        remedy: "put back what it was begun with, pass another --name, or --fresh to forget that run")
                }
                try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [stopped])
            }
            try db.execute(
                sql: "INSERT INTO run (identity, label, settings, coefficient_counts) VALUES (?, ?, ?, ?)",
                arguments: [identity, settings.label, try Self.json(settings), try Self.json(coefficientCounts)])
            let id = db.lastInsertedRowID
            for entry in plan { try Self.insert(entry, run: id, db) }
            return id
        }
        return StoreJournal(store: self, run: id, lock: lock)
    }

    /// Adds to a stored run what is newly known of its checkpoint.
    private func complete(_ run: Int64, with settings: RunSettings, _ db: Database) throws {
        guard let text = try String.fetchOne(db, sql: "SELECT settings FROM run WHERE id = ?", arguments: [run]) else {
            return
        }
        var stored: RunSettings = try Self.decode(text, path, "run \(run)")
        let facts = settings.checkpoint?.completed(by: stored.checkpoint) ?? stored.checkpoint
        guard facts != stored.checkpoint else { return }
        stored.checkpoint = facts
        try db.execute(
            sql: "UPDATE run SET settings = ? WHERE id = ?", arguments: [try Self.json(stored), run])
    }

    /// Unfinished runs that the same command began on a checkpoint that is not what it was, and what is different.
    private func stoppedRuns(like settings: RunSettings, _ db: Database) throws -> [(run: Int64, change: String)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, settings FROM run
                WHERE (SELECT count(*) FROM plan WHERE run_id = id)
                    > (SELECT count(DISTINCT concept_id) FROM masked_result WHERE run_id = id)
                ORDER BY id
                """)
        return try rows.compactMap { row in
            let id: Int64 = row["id"]
            let other: RunSettings = try Self.decode(row["settings"], self.path, "run \(id)")
            guard other.withoutCheckpoint == settings.withoutCheckpoint else { return nil }
            return (id, settings.checkpointChange(since: other))
        }
    }

    // MARK: - Rows of a run

    static func plan(_ run: Int64, _ db: Database, _ path: String) throws -> [ConceptPlan] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM plan WHERE run_id = ? ORDER BY concept_id", arguments: [run])
        return try rows.map { row in
            let place = "plan of concept \(row["concept_id"] as Int64)"
            return ConceptPlan(
                conceptID: ConceptID(rawValue: row["concept_id"]), related: try decode(row["related"], path, place),
                localizationControls: try decode(row["localization_controls"], path, place),
                evaluationControls: try decode(row["evaluation_controls"], path, place))
        }
    }

    static func insert(_ entry: ConceptPlan, run: Int64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO plan VALUES (?, ?, ?, ?, ?)",
            arguments: [
                run, entry.conceptID.rawValue, try json(entry.related), try json(entry.localizationControls),
                try json(entry.evaluationControls),
            ])
    }

    static func answers(_ run: Int64, _ db: Database, _ path: String) throws -> [UnmaskedAnswer] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM answer WHERE run_id = ? ORDER BY question_id", arguments: [run])
        return try rows.map { row in
            let tokens: [Int32]? = try (row["generated_tokens"] as String?).map {
                try decode($0, path, "answer to question \(row["question_id"] as Int64)")
            }
            return UnmaskedAnswer(
                questionID: QuestionID(rawValue: row["question_id"]), tokenCount: row["token_count"],
                scores: ["score_a", "score_b", "score_c", "score_d"].map { Float(row[$0] as Double) },
                generatedTokens: tokens, generated: row["generated"], generationIsCorrect: row["generation_correct"])
        }
    }

    /// Keeps the answer that is there, unless the new one adds the open answer to it.
    static func insert(_ answer: UnmaskedAnswer, run: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (run_id, question_id) DO UPDATE SET
                    generated_tokens = coalesce(generated_tokens, excluded.generated_tokens),
                    generated = coalesce(generated, excluded.generated),
                    generation_correct = coalesce(generation_correct, excluded.generation_correct)
                """,
            arguments: [
                run, answer.questionID.rawValue, answer.tokenCount, Double(answer.scores[0]), Double(answer.scores[1]),
                Double(answer.scores[2]), Double(answer.scores[3]), try answer.generatedTokens.map { try json($0) },
                answer.generated, answer.generationIsCorrect,
            ])
    }

    static func results(_ run: Int64, _ db: Database, _ path: String) throws -> [ConceptResult] {
        var nulls: [Int64: [NullResult]] = [:]
        let nullRows = try Row.fetchAll(
            db, sql: "SELECT * FROM null_result WHERE run_id = ? ORDER BY concept_id, ratio, kind, draw",
            arguments: [run])
        for row in nullRows {
            nulls[row["concept_id"], default: []].append(
                NullResult(
                    ratio: row["ratio"], kind: row["kind"], draw: row["draw"], specific: row["specific"],
                    general: row["general"],
                    // The column is missing in stores of older versions.
                    origin: try (row["origin"] as String?).map {
                        try decode($0, path, "null of concept \(row["concept_id"] as Int64)")
                    }))
        }
        let studies = try studies(run, db, path)
        var results: [ConceptResult] = []
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM masked_result WHERE run_id = ? ORDER BY concept_id, position", arguments: [run])
        for row in rows {
            let concept: Int64 = row["concept_id"]
            let place = "result of concept \(concept)"
            let ratio = RatioResult(
                ratio: row["ratio"], top: row["top"],
                relatedPredictions: try decode(row["related_predictions"], path, place),
                controlPredictions: try decode(row["control_predictions"], path, place),
                minimumMargin: Float(row["minimum_margin"] as Double),
                mask: try MaskCoding.decode(row["mask"], path: path, place: place),
                boundaryMargins: try decode(row["boundary_margins"], path, place))
            if results.last?.conceptID.rawValue == concept {
                results[results.count - 1].ratios.append(ratio)
            } else {
                results.append(
                    ConceptResult(
                        conceptID: ConceptID(rawValue: concept), ratios: [ratio], nulls: nulls[concept] ?? [],
                        studies: studies[concept] ?? []))
            }
        }
        return results
    }

    private static func studies(_ run: Int64, _ db: Database, _ path: String) throws -> [Int64: [StudyResult]] {
        // Stores of older versions have no such table.
        guard try db.tableExists("study_result") else { return [:] }
        var studies: [Int64: [StudyResult]] = [:]
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM study_result WHERE run_id = ? ORDER BY concept_id, position", arguments: [run])
        for row in rows {
            let concept: Int64 = row["concept_id"]
            let place = "study of concept \(concept)"
            let name: String = row["study"]
            guard let study = StudyResult.Kind(rawValue: name) else {
                throw Failure(.badData, file: path, at: place, "there is no study “\(name)”")
            }
            studies[concept, default: []].append(
                StudyResult(
                    study, ratio: row["ratio"], variant: row["variant"], draw: row["draw"],
                    otherConceptID: (row["other_concept_id"] as Int64?).map(ConceptID.init(rawValue:)),
                    specific: row["specific"], general: row["general"], jaccard: row["jaccard"],
                    layerJaccards: try (row["layer_jaccards"] as String?).map { try decode($0, path, place) },
                    questions: try (row["questions"] as String?).map { try decode($0, path, place) }))
        }
        return studies
    }

    static func insert(_ result: ConceptResult, run: Int64, _ db: Database) throws {
        for (position, ratio) in result.ratios.enumerated() {
            try db.execute(
                sql: "INSERT OR REPLACE INTO masked_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    run, result.conceptID.rawValue, position, ratio.ratio, try json(ratio.relatedPredictions),
                    try json(ratio.controlPredictions), Double(ratio.minimumMargin), try json(ratio.boundaryMargins),
                    MaskCoding.encode(ratio.mask), ratio.top,
                ])
        }
        for null in result.nulls {
            try db.execute(
                sql: "INSERT OR REPLACE INTO null_result VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    run, result.conceptID.rawValue, null.ratio, null.kind, null.draw, null.specific, null.general,
                    try null.origin.map { try json($0) },
                ])
        }
        for (position, study) in result.studies.enumerated() {
            try db.execute(
                sql: "INSERT OR REPLACE INTO study_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    run, result.conceptID.rawValue, position, study.study.rawValue, study.ratio, study.variant,
                    study.draw, study.otherConceptID?.rawValue, study.specific, study.general, study.jaccard,
                    try study.layerJaccards.map { try json($0) }, try study.questions.map { try json($0) },
                ])
        }
    }
}

/// A run's journal in a store: one transaction per concept, so that a killed run has lost nothing but the concept at work.
public final class StoreJournal: RunJournal {
    private let store: BenchmarkStore
    private let run: Int64
    private let lock: RunLock

    init(store: BenchmarkStore, run: Int64, lock: RunLock) {
        self.store = store
        self.run = run
        self.lock = lock
    }

    /// The run's entry in its store.
    public func entry() throws -> BenchmarkStore.RunEntry {
        guard let entry = try store.runs().first(where: { $0.id == run }) else {
            throw Failure(.badData, file: store.path, "run \(run) has disappeared")
        }
        return entry
    }

    /// See `RunJournal`.
    public func committedAnswers() throws -> [UnmaskedAnswer] {
        try store.read { try BenchmarkStore.answers(run, $0, store.path) }
    }

    /// See `RunJournal`.
    public func committedConcepts() throws -> Set<ConceptID> {
        try store.read { db in
            let ids = try Int64.fetchAll(
                db, sql: "SELECT DISTINCT concept_id FROM masked_result WHERE run_id = ?", arguments: [run])
            return Set(ids.map(ConceptID.init(rawValue:)))
        }
    }

    /// See `RunJournal`.
    public func commit(answers: [UnmaskedAnswer]) throws {
        try store.write { db in
            for answer in answers { try BenchmarkStore.insert(answer, run: run, db) }
        }
    }

    /// See `RunJournal`.
    public func commit(result: ConceptResult) throws {
        try store.write { try BenchmarkStore.insert(result, run: run, $0) }
    }
}
