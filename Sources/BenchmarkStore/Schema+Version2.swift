import GRDB

extension Schema {
    /// Version 2: where each question's fact stands, and which template asked for it.
    @Sendable static func addProvenance(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE dump (
                    id INTEGER PRIMARY KEY,
                    file TEXT NOT NULL,
                    site_name TEXT NOT NULL,
                    database_name TEXT NOT NULL,
                    base TEXT NOT NULL
                );
                CREATE TABLE page (
                    id INTEGER PRIMARY KEY,
                    title TEXT NOT NULL,
                    namespace INTEGER,
                    revision_id INTEGER,
                    timestamp TEXT,
                    sha1 TEXT,
                    dump_id INTEGER REFERENCES dump (id),
                    byte_offset INTEGER CHECK (byte_offset >= 0),
                    stream_offset INTEGER CHECK (stream_offset >= 0),
                    block_offset INTEGER CHECK (block_offset >= 0)
                );
                CREATE TABLE fact (
                    id INTEGER PRIMARY KEY,
                    page_id INTEGER NOT NULL REFERENCES page (id),
                    source TEXT NOT NULL,
                    infobox TEXT,
                    parameter TEXT,
                    qualifier TEXT,
                    raw_value TEXT,
                    sentence TEXT,
                    gap_start INTEGER CHECK (gap_start >= 0),
                    gap_end INTEGER CHECK (gap_end >= gap_start),
                    category TEXT,
                    all_values TEXT
                );
                CREATE INDEX fact_of_page ON fact (page_id);
                CREATE TABLE template_pack (
                    name TEXT PRIMARY KEY NOT NULL,
                    sha256 TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE TABLE wording (
                    id INTEGER PRIMARY KEY,
                    pack TEXT NOT NULL REFERENCES template_pack (name),
                    relation TEXT NOT NULL,
                    template TEXT NOT NULL,
                    UNIQUE (pack, relation, template)
                );
                ALTER TABLE question ADD COLUMN fact_id INTEGER REFERENCES fact (id);
                ALTER TABLE question ADD COLUMN wording_id INTEGER REFERENCES wording (id);
                CREATE INDEX question_of_fact ON question (fact_id);
                """)
        try fillProvenance(db)
    }

    /// What a store of version 1 knows: the page, and the parameter, sentence or category; of which file only if there was one.
    ///
    /// A fact has the id of the first question that asks for it. The gaps of a sentence were not kept: they are one fact.
    private static func fillProvenance(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO dump
                SELECT 1, value, '', '', '' FROM metadata
                WHERE key = 'dump' AND value <> '' AND instr(value, ', ') = 0;
                INSERT INTO page (id, title, revision_id, dump_id)
                SELECT page_id, coalesce(concept.title, ''), max(revision_id), (SELECT id FROM dump)
                FROM question LEFT JOIN concept ON concept.id = page_id
                WHERE source IS NOT NULL AND page_id IS NOT NULL
                GROUP BY page_id;
                CREATE TEMP TABLE first_question AS
                SELECT id, min(id) OVER (PARTITION BY page_id, source, source_detail) AS first
                FROM question WHERE source IS NOT NULL AND page_id IS NOT NULL;
                INSERT INTO fact (id, page_id, source, infobox, parameter, sentence, category)
                SELECT question.id, page_id, source,
                    CASE WHEN source = 'parameter' AND colon > 0 THEN substr(source_detail, 1, colon - 1) END,
                    CASE WHEN source = 'parameter' AND colon > 0 THEN substr(source_detail, colon + 2) END,
                    CASE WHEN source IN ('lead', 'cloze') THEN source_detail END,
                    CASE WHEN source = 'category' THEN source_detail END
                FROM (SELECT *, instr(source_detail, ': ') AS colon FROM question) AS question
                JOIN first_question ON first_question.id = question.id
                WHERE first_question.id = first
                ORDER BY question.id;
                UPDATE question SET fact_id = first FROM first_question WHERE first_question.id = question.id;
                DROP TABLE first_question;
                """)
    }
}
