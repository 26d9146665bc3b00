import Diagnostics
import GRDB
import QuestionSet

extension BenchmarkStore {
    /// Questions with what is known of their facts; by id.
    static let questionsWithProvenance = """
        SELECT question.*, page.id AS known_page, page.title, page.namespace, page.timestamp, page.sha1,
            page.byte_offset, page.stream_offset, page.block_offset,
            dump.id AS dump_id, dump.file, dump.site_name, dump.database_name, dump.base,
            fact.infobox, fact.parameter, fact.qualifier, fact.raw_value, fact.sentence, fact.gap_start, fact.gap_end,
            fact.category, fact.all_values,
            wording.pack, template_pack.sha256, wording.relation AS pack_relation, wording.template
        FROM question
            LEFT JOIN page ON page.id = question.page_id
            LEFT JOIN dump ON dump.id = page.dump_id
            LEFT JOIN fact ON fact.id = question.fact_id
            LEFT JOIN wording ON wording.id = question.wording_id
            LEFT JOIN template_pack ON template_pack.name = wording.pack
        ORDER BY question.id
        """

    /// What a question's row says of its fact; a store of version 1 has fewer columns.
    static func provenance(_ row: Row, _ path: String, _ place: String) throws -> Provenance? {
        guard let source: Provenance.Source = try choice(row["source"], path, place) else { return nil }
        return Provenance(
            source: source, detail: row["source_detail"] ?? "", pageID: row["page_id"] ?? 0,
            revisionID: row["revision_id"], page: page(row), fact: try fact(row, path, place), wording: wording(row),
            options: try choice(row["options_from"], path, place))
    }

    private static func page(_ row: Row) -> Provenance.Page? {
        guard row["known_page"] as Int64? != nil else { return nil }
        let dump = (row["dump_id"] as Int?).map {
            Provenance.Dump(
                number: $0, file: row["file"] ?? "", siteName: row["site_name"] ?? "",
                databaseName: row["database_name"] ?? "", base: row["base"] ?? "")
        }
        return Provenance.Page(
            title: row["title"] ?? "", namespace: row["namespace"], timestamp: row["timestamp"], sha1: row["sha1"],
            dump: dump, byteOffset: row["byte_offset"], streamOffset: row["stream_offset"],
            blockOffset: row["block_offset"])
    }

    private static func fact(_ row: Row, _ path: String, _ place: String) throws -> Provenance.Fact? {
        guard row["fact_id"] as Int64? != nil else { return nil }
        var gap: Range<Int>?
        if let start = row["gap_start"] as Int?, let end = row["gap_end"] as Int? {
            guard start >= 0, start <= end else { throw Failure(.badData, file: path, at: place, "has a bad gap") }
            gap = start..<end
        }
        return Provenance.Fact(
            infobox: row["infobox"], parameter: row["parameter"], qualifier: row["qualifier"],
            rawValue: row["raw_value"], sentence: row["sentence"], gap: gap, category: row["category"],
            values: try (row["all_values"] as String?).map { try decode($0, path, place) } ?? [])
    }

    private static func wording(_ row: Row) -> Provenance.Wording? {
        guard let pack = row["pack"] as String? else { return nil }
        return Provenance.Wording(
            pack: pack, packHash: row["sha256"] ?? "", relation: row["pack_relation"] ?? "",
            template: row["template"] ?? "")
    }
}

/// Writes what questions share (dumps, pages, facts, packs, wordings) once each, before the questions.
struct ProvenanceWriter {
    private struct PageEntry: Equatable {
        var page: Provenance.Page
        var revisionID: Int64?
    }

    private struct FactKey: Hashable {
        var page: Int64
        var source: Provenance.Source
        var fact: Provenance.Fact
    }

    private var dumps: [Int: Provenance.Dump] = [:]
    private var pages: [Int64: PageEntry] = [:]
    private var facts: [FactKey: Int64] = [:]
    private var packs: [String: String] = [:]
    private var wordings: [Provenance.Wording: Int64] = [:]

    /// Writes what was not written yet, and returns the ids of the fact and the wording.
    ///
    /// - Throws: `Failure` 65 when two questions say different things of one page, dump or pack.
    mutating func insert(
        _ provenance: Provenance, of question: QuestionID, _ db: Database
    ) throws -> (fact: Int64?, wording: Int64?) {
        if let page = provenance.page {
            try insert(PageEntry(page: page, revisionID: provenance.revisionID), id: provenance.pageID, question, db)
        }
        let fact = try provenance.fact.map { fact in
            guard provenance.page != nil else { throw Self.contradiction(question, "a fact without its page") }
            return try insert(
                FactKey(page: provenance.pageID, source: provenance.source, fact: fact), firstOf: question, db)
        }
        return (fact, try provenance.wording.map { try insert($0, question, db) })
    }

    private mutating func insert(_ entry: PageEntry, id: Int64, _ question: QuestionID, _ db: Database) throws {
        if let known = pages[id] {
            guard known == entry else { throw Self.contradiction(question, "page \(id) otherwise") }
            return
        }
        pages[id] = entry
        let page = entry.page
        if let dump = page.dump { try insert(dump, question, db) }
        try db.cachedStatement(sql: "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                id, page.title, page.namespace, entry.revisionID, page.timestamp, page.sha1, page.dump?.number,
                page.byteOffset, page.streamOffset, page.blockOffset,
            ])
    }

    private mutating func insert(_ dump: Provenance.Dump, _ question: QuestionID, _ db: Database) throws {
        if let known = dumps[dump.number] {
            guard known == dump else { throw Self.contradiction(question, "dump file \(dump.number) otherwise") }
            return
        }
        dumps[dump.number] = dump
        try db.cachedStatement(sql: "INSERT INTO dump VALUES (?, ?, ?, ?, ?)").execute(
            arguments: [dump.number, dump.file, dump.siteName, dump.databaseName, dump.base])
    }

    private mutating func insert(_ key: FactKey, firstOf question: QuestionID, _ db: Database) throws -> Int64 {
        if let known = facts[key] { return known }
        facts[key] = question.rawValue
        let fact = key.fact
        try db.cachedStatement(sql: "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                question.rawValue, key.page, key.source.rawValue, fact.infobox, fact.parameter, fact.qualifier,
                fact.rawValue, fact.sentence, fact.gap?.lowerBound, fact.gap?.upperBound, fact.category,
                fact.values.isEmpty ? nil : try BenchmarkStore.json(fact.values),
            ])
        return question.rawValue
    }

    private mutating func insert(
        _ wording: Provenance.Wording, _ question: QuestionID, _ db: Database
    ) throws -> Int64 {
        if let known = wordings[wording] { return known }
        if let hash = packs[wording.pack] {
            guard hash == wording.packHash else {
                throw Self.contradiction(question, "template pack \(wording.pack) otherwise")
            }
        } else {
            packs[wording.pack] = wording.packHash
            try db.cachedStatement(sql: "INSERT INTO template_pack VALUES (?, ?)").execute(
                arguments: [wording.pack, wording.packHash])
        }
        let id = Int64(wordings.count + 1)
        wordings[wording] = id
        try db.cachedStatement(sql: "INSERT INTO wording VALUES (?, ?, ?, ?)").execute(
            arguments: [id, wording.pack, wording.relation, wording.template])
        return id
    }

    private static func contradiction(_ question: QuestionID, _ what: String) -> Failure {
        Failure(.badData, at: "question \(question)", "describes \(what)")
    }
}
