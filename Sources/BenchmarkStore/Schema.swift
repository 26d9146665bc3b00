import Diagnostics
import GRDB

/// The store's tables and their versions (Benchmark/README.md describes them for readers of the file).
///
/// A new store is made by taking every step, so that it is the same as an old one that was brought up to date.
enum Schema {
    /// A step from one version to the next. What a released step does is never changed: stores have taken it.
    struct Step: Sendable {
        /// The version that the store has afterwards.
        var version: Int
        var apply: @Sendable (Database) throws -> Void
    }

    /// All steps, in order.
    static let steps = [
        Step(version: 1, apply: createTables),
        Step(version: 2, apply: addProvenance),
        Step(version: 3, apply: addOptionSources),
        Step(version: 4, apply: addStudies),
        Step(version: 5, apply: addLinks),
    ]

    /// What stores of this program have in `PRAGMA user_version`.
    static let version = steps.map(\.version).max() ?? 0
    /// "SpWk": marks the file as a SpecWiki store, in `PRAGMA application_id`.
    static let applicationID = 0x5370_576B

    /// Creates all tables and views in an empty database.
    static func create(_ db: Database) throws {
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try takeSteps(db, from: 0)
    }

    /// Brings a store up to date. To be called inside a transaction: it becomes new as a whole or stays what it was.
    ///
    /// - Returns: the version that it had.
    @discardableResult
    static func migrate(_ db: Database, path: String) throws -> Int {
        // Another program may have done it since the store was opened.
        let found = try check(db, path: path)
        if found < version { try takeSteps(db, from: found) }
        return found
    }

    /// Version 3: where each question's wrong options come from, which older stores do not know.
    @Sendable private static func addOptionSources(_ db: Database) throws {
        try db.execute(sql: "ALTER TABLE question ADD COLUMN options_from TEXT")
    }

    /// Version 4: masks asked for as counts, what null masks were made from, and measurements beside the scores.
    @Sendable private static func addStudies(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE masked_result ADD COLUMN top INTEGER;
                ALTER TABLE null_result ADD COLUMN origin TEXT;
                CREATE TABLE study_result (
                    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    concept_id INTEGER NOT NULL REFERENCES concept (id),
                    position INTEGER NOT NULL,
                    study TEXT NOT NULL,
                    ratio REAL NOT NULL,
                    variant TEXT NOT NULL,
                    draw INTEGER NOT NULL,
                    other_concept_id INTEGER REFERENCES concept (id),
                    specific REAL,
                    general REAL,
                    jaccard REAL,
                    layer_jaccards TEXT,
                    questions TEXT,
                    PRIMARY KEY (run_id, concept_id, position)
                ) WITHOUT ROWID;
                """)
    }

    /// Version 5: which concepts' articles link to which, which older stores do not know.
    @Sendable private static func addLinks(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE concept ADD COLUMN link_count INTEGER CHECK (link_count >= 0);
                CREATE TABLE concept_link (
                    concept_id INTEGER NOT NULL REFERENCES concept (id),
                    linked_id INTEGER NOT NULL REFERENCES concept (id) CHECK (linked_id <> concept_id),
                    PRIMARY KEY (concept_id, linked_id)
                ) WITHOUT ROWID;
                CREATE INDEX link_to_concept ON concept_link (linked_id);
                """)
    }

    private static func takeSteps(_ db: Database, from found: Int) throws {
        for step in steps where step.version > found {
            try step.apply(db)
            try db.execute(sql: "PRAGMA user_version = \(step.version)")
        }
        try Views.replaceAll(db)
    }

    /// Checks that a database is a store that can be read, and returns its version.
    static func check(_ db: Database, path: String) throws -> Int {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard application == applicationID else {
            throw Failure(.badData, file: path, "is an SQLite database but not a SpecWiki store")
        }
        guard found <= version else {
            throw Failure(
                .badData, file: path,
                "is a store of schema version \(found); this program reads versions up to \(version)",
                remedy: "use the newer program that wrote it")
        }
        guard found >= 1 else {
            throw Failure(.badData, file: path, "is a store of schema version \(found), which there never was")
        }
        return found
    }
}
