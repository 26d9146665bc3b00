import GRDB

extension Schema {
    /// Version 1: questions, and the runs of models on them.
    @Sendable static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE metadata (
                    key TEXT PRIMARY KEY NOT NULL,
                    value TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE TABLE concept (
                    id INTEGER PRIMARY KEY,
                    title TEXT NOT NULL,
                    tier TEXT NOT NULL,
                    popularity INTEGER NOT NULL CHECK (popularity >= 0),
                    kind TEXT
                );
                CREATE TABLE question (
                    id INTEGER PRIMARY KEY,
                    concept_id INTEGER NOT NULL REFERENCES concept (id),
                    relation TEXT NOT NULL,
                    text TEXT NOT NULL,
                    options TEXT NOT NULL,
                    answer_index INTEGER NOT NULL CHECK (answer_index BETWEEN 0 AND 3),
                    answers TEXT NOT NULL,
                    value_type TEXT,
                    precision TEXT,
                    source TEXT,
                    source_detail TEXT,
                    page_id INTEGER,
                    revision_id INTEGER
                );
                CREATE INDEX question_of_concept ON question (concept_id);
                CREATE TABLE run (
                    id INTEGER PRIMARY KEY,
                    identity TEXT NOT NULL UNIQUE,
                    label TEXT NOT NULL,
                    settings TEXT NOT NULL,
                    coefficient_counts TEXT NOT NULL
                );
                CREATE TABLE plan (
                    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    concept_id INTEGER NOT NULL REFERENCES concept (id),
                    related TEXT NOT NULL,
                    localization_controls TEXT NOT NULL,
                    evaluation_controls TEXT NOT NULL,
                    PRIMARY KEY (run_id, concept_id)
                ) WITHOUT ROWID;
                CREATE TABLE answer (
                    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    question_id INTEGER NOT NULL REFERENCES question (id),
                    token_count INTEGER NOT NULL,
                    score_a REAL NOT NULL,
                    score_b REAL NOT NULL,
                    score_c REAL NOT NULL,
                    score_d REAL NOT NULL,
                    generated_tokens TEXT,
                    generated TEXT,
                    generation_correct INTEGER,
                    PRIMARY KEY (run_id, question_id)
                ) WITHOUT ROWID;
                CREATE TABLE masked_result (
                    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    concept_id INTEGER NOT NULL REFERENCES concept (id),
                    position INTEGER NOT NULL,
                    ratio REAL NOT NULL,
                    related_predictions TEXT NOT NULL,
                    control_predictions TEXT NOT NULL,
                    minimum_margin REAL NOT NULL,
                    boundary_margins TEXT NOT NULL,
                    mask BLOB NOT NULL,
                    PRIMARY KEY (run_id, concept_id, position)
                );
                CREATE TABLE null_result (
                    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    concept_id INTEGER NOT NULL REFERENCES concept (id),
                    ratio REAL NOT NULL,
                    kind TEXT NOT NULL,
                    draw INTEGER NOT NULL,
                    specific REAL NOT NULL,
                    general REAL NOT NULL,
                    PRIMARY KEY (run_id, concept_id, ratio, kind, draw)
                ) WITHOUT ROWID;
                """)
    }
}
