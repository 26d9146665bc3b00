import Diagnostics
import Foundation
import GRDB
public import QuestionSet
import Scores

/// The SQLite file that joins both programs: concepts and questions, and the runs of models on them.
public final class BenchmarkStore {
    /// What a new store holds.
    public struct Contents: Sendable {
        /// Concepts, any order.
        public var concepts: [Concept]
        /// Questions, any order; each of one of the concepts.
        public var questions: [Question]
        /// Where the questions come from: dump, page views, seed, thresholds, counts.
        public var metadata: [String: String]

        /// Joins the parts.
        public init(concepts: [Concept], questions: [Question], metadata: [String: String]) {
            self.concepts = concepts
            self.questions = questions
            self.metadata = metadata
        }
    }

    /// Whether a store is only read.
    public enum Access: Sendable {
        case readOnly
        case readWrite
    }

    /// The file, as named by the user.
    public let path: String
    /// The version of the tables, in a store that is only read perhaps an old one.
    public let schemaVersion: Int
    /// The version that the store had before it was brought up to date by being opened; nil if it was up to date or is only read.
    public let migratedFrom: Int?
    let database: DatabaseQueue

    private init(path: String, schemaVersion: Int, migratedFrom: Int?, database: DatabaseQueue) {
        self.path = path
        self.schemaVersion = schemaVersion
        self.migratedFrom = migratedFrom
        self.database = database
    }

    // MARK: - Creating and opening

    /// Writes a new store; the file appears whole or not at all.
    ///
    /// - Parameter replacing: whether a file of that name may be replaced.
    /// - Throws: `Failure` 73 when the file exists or cannot be created, 65 when ids collide or a question belongs to no concept.
    public static func create(at path: String, replacing: Bool, _ contents: Contents) throws {
        try checkIsFree(path, replacing: replacing)
        try OutputFile.create(at: path) { temporary in
            try write(to: temporary, reportedAs: path) { db in
                try insert(contents, db)
            }
        }
    }

    /// Throws when `path` exists and may not be replaced. Call before long work that ends in `create`.
    public static func checkIsFree(_ path: String, replacing: Bool) throws {
        guard replacing || !FileManager.default.fileExists(atPath: path) else {
            throw Failure(.outputUnavailable, file: path, "exists already", remedy: "pass --force to replace it")
        }
    }

    /// Opens a store and checks its version.
    ///
    /// A store of an older version is brought up to date in one transaction when it is opened for writing. When it is only read it is
    /// read as it is, and the file stays what it was.
    /// - Throws: `Failure` 66 when it cannot be opened, 65 when it is no store or one of a newer program.
    public static func open(_ path: String, _ access: Access = .readOnly) throws -> BenchmarkStore {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw Failure(
                .inputUnavailable, file: path, "cannot be opened", remedy: "check the path and its permissions")
        }
        if access == .readWrite, !FileManager.default.isWritableFile(atPath: path) {
            throw Failure(
                .outputUnavailable, file: path, "is not writable",
                remedy: "results are kept in the store; copy it first")
        }
        return try translatingErrors(path) {
            guard access == .readWrite else {
                let (queue, version) = try openToRead(path)
                return BenchmarkStore(path: path, schemaVersion: version, migratedFrom: nil, database: queue)
            }
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let found = try queue.read { try Schema.check($0, path: path) }
            guard found < Schema.version else {
                return BenchmarkStore(path: path, schemaVersion: found, migratedFrom: nil, database: queue)
            }
            let old = try queue.write { try Schema.migrate($0, path: path) }
            return BenchmarkStore(path: path, schemaVersion: Schema.version, migratedFrom: old, database: queue)
        }
    }

    /// Opens a temporary file as a store, lets `body` fill it and closes it.
    static func write(to temporary: String, reportedAs path: String, _ body: (Database) throws -> Void) throws {
        try translatingErrors(path) {
            let queue = try DatabaseQueue(path: temporary)
            try queue.write { db in
                try Schema.create(db)
                try body(db)
            }
            try queue.close()
        }
    }

    /// Turns SQLite's errors into one line that names the file.
    static func translatingErrors<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_NOTADB, .SQLITE_CORRUPT:
                throw Failure(.badData, file: path, "is not a readable SQLite database: \(error.message ?? "damaged")")
            case .SQLITE_FULL:
                throw Failure(
                    .inputOutput, file: path, "cannot be written: \(error.message ?? "the disk is full")",
                    remedy: "make room there and give the same command again; what is in the store stays")
            case .SQLITE_IOERR:
                throw Failure(.inputOutput, file: path, "cannot be read or written: \(error.message ?? "I/O error")")
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
                throw Failure(
                    .outputUnavailable, file: path, "cannot be opened for writing: \(error.message ?? "")",
                    remedy: "the file and its folder must be writable; copy the store if need be")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                throw Failure(
                    .inputOutput, file: path, "is in use by another program", remedy: "wait for it, or copy the store")
            default:
                throw Failure(.badData, file: path, "SQLite: \(error.message ?? "\(error.resultCode)")")
            }
        }
    }

    // MARK: - Questions

    /// All concepts, by id.
    public func concepts() throws -> [Concept] {
        try read { db in
            let links = try Self.links(db)
            return try Row.fetchAll(db, sql: "SELECT * FROM concept ORDER BY id").map { row in
                let id = ConceptID(rawValue: row["id"])
                // The column is missing in stores of older versions.
                let linkCount: Int? = row["link_count"]
                let own = linkCount == nil ? nil : links[id] ?? []
                guard own?.count == linkCount else {
                    throw Failure(
                        .badData, file: path, at: "concept \(id)",
                        "has \(own?.count ?? 0) links instead of \(linkCount ?? 0)")
                }
                return Concept(
                    id: id, title: row["title"], tier: row["tier"], popularity: row["popularity"], kind: row["kind"],
                    links: own)
            }
        }
    }

    /// The concepts that each concept links to, ascending.
    private static func links(_ db: Database) throws -> [ConceptID: [ConceptID]] {
        guard try db.tableExists("concept_link") else { return [:] }
        return try Row.fetchAll(db, sql: "SELECT * FROM concept_link ORDER BY concept_id, linked_id").reduce(into: [:])
        {
            $0[ConceptID(rawValue: $1["concept_id"]), default: []].append(ConceptID(rawValue: $1["linked_id"]))
        }
    }

    /// SHA-256 of the links between all concepts; nil where none are known.
    public func linksHash() throws -> String? {
        let concepts = try concepts()
        guard concepts.contains(where: { $0.links != nil }) else { return nil }
        let lines = concepts.map { concept in
            "\(concept.id): \(concept.links.map { $0.map(\.description).joined(separator: " ") } ?? "not known")\n"
        }
        return ContentHash.of(lines.joined())
    }

    /// All questions, by id.
    public func questions() throws -> [Question] {
        try read { db in
            let sql = schemaVersion < 2 ? "SELECT * FROM question ORDER BY id" : Self.questionsWithProvenance
            return try Row.fetchAll(db, sql: sql).map { try Self.question($0, self.path) }
        }
    }

    /// Where the questions come from.
    public func metadata() throws -> [String: String] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT key, value FROM metadata").reduce(into: [:]) {
                $0[$1["key"]] = $1["value"]
            }
        }
    }

    /// Concepts and questions as lines of questions.jsonl, by question id.
    public func questionLines() throws -> [QuestionLine] {
        let concepts = Dictionary(try concepts().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return try questions().map { question in
            guard let concept = concepts[question.conceptID] else {
                throw Failure(.badData, file: path, at: "question \(question.id)", "belongs to no concept")
            }
            return QuestionLine(concept: concept, question: question)
        }
    }

    /// SHA-256 over all questions and concepts as exported: what a run depends on.
    public func questionsHash() throws -> String {
        try ContentHash.of(String(decoding: JSONLines.encode(questionLines()), as: UTF8.self))
    }

    // MARK: - Access

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try Self.translatingErrors(path) { try database.read(body) }
    }

    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try Self.translatingErrors(path) { try database.write(body) }
    }

    // MARK: - Rows

    static func insert(_ contents: Contents, _ db: Database) throws {
        for (key, value) in contents.metadata.sorted(by: { $0.key < $1.key }) {
            try db.execute(sql: "INSERT INTO metadata VALUES (?, ?)", arguments: [key, value])
        }
        let concepts = contents.concepts.sorted { $0.id < $1.id }
        let concept = try db.makeStatement(sql: "INSERT INTO concept VALUES (?, ?, ?, ?, ?, ?)")
        for entry in concepts {
            try concept.execute(arguments: [
                entry.id.rawValue, entry.title, entry.tier, entry.popularity, entry.kind, entry.links?.count,
            ])
        }
        let link = try db.makeStatement(sql: "INSERT INTO concept_link VALUES (?, ?)")
        for entry in concepts {
            for linked in entry.links ?? [] { try link.execute(arguments: [entry.id.rawValue, linked.rawValue]) }
        }
        let question = try db.makeStatement(
            sql: "INSERT INTO question VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var origins = ProvenanceWriter()
        for entry in contents.questions.sorted(by: { $0.id < $1.id }) {
            let origin = try entry.provenance.map { try origins.insert($0, of: entry.id, db) }
            try question.execute(arguments: [
                entry.id.rawValue, entry.conceptID.rawValue, entry.relation, entry.text, try json(entry.options),
                entry.answerIndex, try json(entry.answers), entry.valueType?.rawValue, entry.precision,
                entry.provenance?.source.rawValue, entry.provenance?.detail, entry.provenance?.pageID,
                entry.provenance?.revisionID, origin?.fact, origin?.wording, entry.provenance?.options?.rawValue,
            ])
        }
    }

    private static func question(_ row: Row, _ path: String) throws -> Question {
        let id: Int64 = row["id"]
        let options: [String] = try decode(row["options"], path, "question \(id)")
        guard options.count == 4 else {
            throw Failure(.badData, file: path, at: "question \(id)", "has \(options.count) options instead of 4")
        }
        return Question(
            id: QuestionID(rawValue: id), conceptID: ConceptID(rawValue: row["concept_id"]), relation: row["relation"],
            text: row["text"], options: options, answerIndex: row["answer_index"],
            answers: try decode(row["answers"], path, "question \(id)"),
            valueType: try choice(row["value_type"], path, "question \(id)"), precision: row["precision"],
            provenance: try provenance(row, path, "question \(id)"))
    }

    /// A stored name of a case; nil where the column is null.
    static func choice<Choice: RawRepresentable>(
        _ name: String?, _ path: String, _ place: String
    ) throws -> Choice? where Choice.RawValue == String {
        guard let name else { return nil }
        guard let choice = Choice(rawValue: name) else {
            throw Failure(.badData, file: path, at: place, "has the unknown \(Choice.self) “\(name)”")
        }
        return choice
    }

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The same of texts, which nearly always are put between quotes as they are.
    static func json(_ texts: [String]) throws -> String {
        let isPlain = texts.allSatisfy { text in
            text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        }
        guard isPlain, !texts.isEmpty else { return String(decoding: try encoder.encode(texts), as: UTF8.self) }
        return "[\"\(texts.joined(separator: "\",\""))\"]"
    }

    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    static func decode<Value: Decodable>(_ text: String, _ path: String, _ place: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw Failure(.badData, file: path, at: place, "is damaged: \(JSONLines.clause(for: error))")
        }
    }
}
