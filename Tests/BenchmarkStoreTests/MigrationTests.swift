import BenchmarkStore
import Diagnostics
import Foundation
import GRDB
import QuestionSet
import Scores
import TestSupport
import Testing

/// A store that a program of version 1 wrote, with a run that was stopped half way:
/// `generate Dumps/sample.xml.bz2 --pageviews ... --concepts 6 --seed 4`, then `run --model Tests/Fixtures/Models/llama
/// --name "tiny llama" --ratios 0.1,0.3 --localization-controls 6 --evaluation-controls 6 --null-concepts 2 --shard 1/2`.
@Suite struct MigrationTests {
    private static let fixture = TestData.fixture("Store/version1.db")

    private func withCopy(_ body: (String) throws -> Void) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            try FileManager.default.copyItem(atPath: Self.fixture.path, toPath: path)
            try body(path)
        }
    }

    /// Every row of version 1's tables, by column, as any program of that version would read it.
    private func rowsOfVersion1(_ path: String) throws -> [String] {
        let columns = try DatabaseQueue(path: Self.fixture.path, configuration: Self.readOnly).read { db in
            try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map {
                (table: $0, names: try db.columns(in: $0).map(\.name).joined(separator: ", "))
            }
        }
        return try DatabaseQueue(path: path, configuration: Self.readOnly).read { db in
            try columns.flatMap { table, names in
                try Row.fetchAll(db, sql: "SELECT \(names) FROM \(table) ORDER BY \(names)").map { "\(table): \($0)" }
            }
        }
    }

    private static var readOnly: Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        return configuration
    }

    private func number(_ sql: String, _ path: String) throws -> Int? {
        try DatabaseQueue(path: path, configuration: Self.readOnly).read { try Int.fetchOne($0, sql: sql) }
    }

    // MARK: - Reading

    @Test func anOldStoreIsReadAsItIsAndStaysWhatItWas() throws {
        try withCopy { path in
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let store = try BenchmarkStore.open(path)
            #expect(store.schemaVersion == 1)
            #expect(store.migratedFrom == nil)
            #expect(try store.concepts().count == 6)
            let questions = try store.questions()
            #expect(questions.count == 60)
            #expect(questions.allSatisfy { $0.provenance != nil && $0.provenance?.page == nil })
            let run = try #require(try store.runs().first)
            // The run's settings hold the hash that the old program computed.
            #expect(try store.questionsHash() == run.settings.questionsHash)
            #expect(try store.record(of: run).results.count == 3)
            #expect(try store.overview().contains("6 concepts, 60 questions"))
            #expect(try store.description(of: "Nile").contains("Nile"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            let folder = (path as NSString).deletingLastPathComponent
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        }
    }

    @Test func anOldStoreIsMergedIntoANewOne() throws {
        try withCopy { path in
            let output = path + ".merged"
            try BenchmarkStore.merge([path], into: output, replacing: false)
            let merged = try BenchmarkStore.open(output)
            #expect(merged.schemaVersion == 5)
            #expect(try merged.questions() == BenchmarkStore.open(path).questions())
            #expect(try merged.questionsHash() == BenchmarkStore.open(path).questionsHash())
        }
    }

    // MARK: - Migration

    @Test func openedForWritingItIsBroughtUpToDateWithTheSameContent() throws {
        try withCopy { path in
            let old = try BenchmarkStore.open(Self.fixture.path)
            let rows = try rowsOfVersion1(path)
            #expect(rows.count > 150)
            let store = try BenchmarkStore.open(path, .readWrite)
            #expect(store.migratedFrom == 1)
            #expect(store.schemaVersion == 5)
            #expect(try number("PRAGMA user_version", path) == 5)
            #expect(try number("PRAGMA application_id", path) == 0x5370_576B)
            #expect(try rowsOfVersion1(path) == rows)
            #expect(try JSONLines.encode(store.questionLines()) == JSONLines.encode(old.questionLines()))
            #expect(try store.concepts() == old.concepts())
            #expect(try store.metadata() == old.metadata())
            let (run, oldRun) = (try #require(try store.runs().first), try #require(try old.runs().first))
            #expect(run.settings == oldRun.settings)
            let (record, oldRecord) = (try store.record(of: run), try old.record(of: oldRun))
            #expect(record.plan == oldRecord.plan)
            #expect(record.answers == oldRecord.answers)
            #expect(record.results == oldRecord.results)
            #expect(record.coefficientCounts == oldRecord.coefficientCounts)

            let again = try BenchmarkStore.open(path, .readWrite)
            #expect(again.migratedFrom == nil)
            #expect(try BenchmarkStore.open(path).schemaVersion == 5)
        }
    }

    @Test func whatTheOldStoreKnewOfItsFactsIsInTheNewTables() throws {
        try withCopy { path in
            let store = try BenchmarkStore.open(path, .readWrite)
            #expect(try number("SELECT count(*) FROM question JOIN fact ON fact.id = fact_id", path) == 60)
            #expect(try number("SELECT count(*) FROM page JOIN dump ON dump.id = dump_id", path) == 6)
            #expect(try number("SELECT count(*) FROM fact JOIN page ON page.id = page_id", path) != 0)
            for question in try store.questions() {
                let provenance = try #require(question.provenance)
                let (page, fact) = (try #require(provenance.page), try #require(provenance.fact))
                #expect(page.dump?.file == "sample.xml.bz2")
                #expect(!page.title.isEmpty && page.byteOffset == nil && provenance.wording == nil)
                switch provenance.source {
                case .parameter:
                    #expect("\(fact.infobox ?? ""): \(fact.parameter ?? "")" == provenance.detail)
                    #expect(fact.infobox?.hasPrefix("Infobox ") == true && fact.sentence == nil)
                case .lead, .cloze: #expect(fact.sentence == provenance.detail && fact.infobox == nil)
                case .category: #expect(fact.category == provenance.detail)
                }
            }
        }
    }

    @Test func aMigratedStoreHasTheTablesOfANewOne() throws {
        try withCopy { path in
            _ = try BenchmarkStore.open(path, .readWrite)
            let new = path + ".new"
            try BenchmarkStore.create(at: new, replacing: false, .init(concepts: [], questions: [], metadata: [:]))
            let schemas = try [path, new].map { path in
                try DatabaseQueue(path: path).read {
                    try String.fetchAll(
                        $0, sql: "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master")
                }.sorted()
            }
            #expect(schemas[0] == schemas[1])
            #expect(schemas[0].count > 20)
        }
    }

    @Test func aRunOfAnOldStoreGoesOnAndIsExported() throws {
        try withCopy { path in
            let store = try BenchmarkStore.open(path, .readWrite)
            let entry = try #require(try store.runs().first)
            let record = try store.record(of: entry)
            let journal = try store.journal(
                entry.settings, coefficientCounts: record.coefficientCounts, plan: record.plan, fresh: false)
            let done = try journal.committedConcepts()
            #expect(done.count == 3)
            for plan in record.plan where !done.contains(plan.conceptID) {
                let ratios = entry.settings.ratios.map {
                    RatioResult(
                        ratio: $0, relatedPredictions: plan.related.map { _ in 1 },
                        controlPredictions: plan.evaluationControls.map { _ in 2 }, minimumMargin: 0.5,
                        mask: record.coefficientCounts.map { _ in [0] },
                        boundaryMargins: record.coefficientCounts.map { _ in nil })
                }
                try journal.commit(result: ConceptResult(conceptID: plan.conceptID, ratios: ratios, nulls: []))
            }
            #expect(try store.runs().count == 1)
            let whole = try store.record(of: journal.entry())
            #expect(whole.isComplete)
            #expect(try EvaluationResults(of: whole).perConcept.count == 6)
        }
    }

    @Test func aStoreWithoutProvenanceIsMigratedWithoutIt() throws {
        try withCopy { path in
            try DatabaseQueue(path: path).write {
                try $0.execute(
                    sql: """
                        UPDATE question SET source = NULL, source_detail = NULL, page_id = NULL, revision_id = NULL,
                            value_type = NULL, precision = NULL;
                        DELETE FROM metadata
                        """)
            }
            let store = try BenchmarkStore.open(path, .readWrite)
            #expect(try store.questions().allSatisfy { $0.provenance == nil })
            for table in ["fact", "page", "dump", "wording", "template_pack"] {
                #expect(try number("SELECT count(*) FROM \(table)", path) == 0)
            }
            #expect(try number("SELECT count(*) FROM questions", path) == 60)
            #expect(try number("SELECT count(*) FROM provenance", path) == 60)
        }
    }

    @Test func aMigrationThatFailsChangesNothing() throws {
        try withCopy { path in
            // A table of the user's own that is in the way of the last of ours.
            try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE run_scores (x)") }
            let rows = try rowsOfVersion1(path)
            #expect {
                try BenchmarkStore.open(path, .readWrite)
            } throws: { error in
                (error as? Failure)?.file == path && "\(error)".contains("run_scores")
            }
            #expect(try number("PRAGMA user_version", path) == 1)
            #expect(try number("SELECT count(*) FROM sqlite_master WHERE name IN ('page', 'questions')", path) == 0)
            #expect(try rowsOfVersion1(path) == rows)
            #expect(try BenchmarkStore.open(path).questions().count == 60)
        }
    }

    @Test func aStoreOfVersion2GetsTheColumnOfVersion3() throws {
        try withCopy { path in
            let new = try BenchmarkStore.open(path, .readWrite)
            let questions = try new.questions()
            try DatabaseQueue(path: path).write { db in
                try db.execute(sql: "DROP VIEW provenance; ALTER TABLE question DROP COLUMN options_from")
                try Self.takeBackVersion4(db)
                try db.execute(sql: "PRAGMA user_version = 2")
            }
            #expect(try BenchmarkStore.open(path).questions() == questions)
            let store = try BenchmarkStore.open(path, .readWrite)
            #expect(store.migratedFrom == 2 && store.schemaVersion == 5)
            #expect(try number("SELECT count(*) FROM provenance WHERE options_from IS NULL", path) == 60)
            #expect(try store.questions() == questions)
        }
    }

    /// What came to the settings later is left out where it is the default: a run from before is found again.
    @Test func theSettingsOfAnOldRunHaveTheirOldIdentity() throws {
        let stored = try DatabaseQueue(path: Self.fixture.path, configuration: Self.readOnly).read {
            try String.fetchOne($0, sql: "SELECT identity FROM run")
        }
        let run = try #require(try BenchmarkStore.open(Self.fixture.path).runs().first)
        #expect(try run.settings.identity() == stored)
    }

    private static func takeBackVersion5(_ db: Database) throws {
        try db.execute(sql: "DROP TABLE concept_link; ALTER TABLE concept DROP COLUMN link_count")
    }

    private static func takeBackVersion4(_ db: Database) throws {
        try takeBackVersion5(db)
        try db.execute(
            sql: """
                DROP VIEW run_scores; DROP VIEW concept_scores;
                ALTER TABLE masked_result DROP COLUMN top;
                ALTER TABLE null_result DROP COLUMN origin;
                DROP TABLE study_result;
                """)
    }

    @Test func aStoreOfVersion3GetsTheTableAndColumnsOfVersion4() throws {
        try withCopy { path in
            let new = try BenchmarkStore.open(path, .readWrite)
            let record = try new.record(of: #require(try new.runs().first))
            try DatabaseQueue(path: path).write { db in
                try Self.takeBackVersion4(db)
                try db.execute(sql: "PRAGMA user_version = 3")
            }
            let old = try BenchmarkStore.open(path)
            #expect(old.schemaVersion == 3)
            #expect(try old.record(of: #require(try old.runs().first)).results == record.results)
            let store = try BenchmarkStore.open(path, .readWrite)
            #expect(store.migratedFrom == 3 && store.schemaVersion == 5)
            #expect(try store.record(of: #require(try store.runs().first)).results == record.results)
            #expect(try number("SELECT count(*) FROM concept_scores WHERE top IS NULL", path) == 6)
            #expect(try number("SELECT count(*) FROM study_result", path) == 0)
        }
    }

    @Test func aStoreOfVersion4GetsLinksThatAreNotKnown() throws {
        try withCopy { path in
            let concepts = try BenchmarkStore.open(path, .readWrite).concepts()
            #expect(concepts.count == 6 && concepts.allSatisfy { $0.links == nil })
            try DatabaseQueue(path: path).write { db in
                try Self.takeBackVersion5(db)
                try db.execute(sql: "PRAGMA user_version = 4")
            }
            let old = try BenchmarkStore.open(path)
            #expect(old.schemaVersion == 4)
            #expect(try old.concepts() == concepts)
            #expect(try old.linksHash() == nil)
            let store = try BenchmarkStore.open(path, .readWrite)
            #expect(store.migratedFrom == 4 && store.schemaVersion == 5)
            #expect(try store.concepts() == concepts)
            #expect(try store.linksHash() == nil)
            #expect(try number("SELECT count(*) FROM concept WHERE link_count IS NULL", path) == 6)
            #expect(try number("SELECT count(*) FROM concept_link", path) == 0)
            #expect(try !store.overview().contains("between concepts"))
        }
    }

    @Test(arguments: [BenchmarkStore.Access.readOnly, .readWrite])
    func aStoreOfANewerProgramIsAnErrorThatSaysSo(_ access: BenchmarkStore.Access) throws {
        try withCopy { path in
            try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 6") }
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect {
                try BenchmarkStore.open(path, access)
            } throws: { error in
                (error as? Failure)?.kind == .badData
                    && "\(error)" == "\(path): is a store of schema version 6; this program reads versions up to 5; "
                        + "use the newer program that wrote it"
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 0") }
            #expect {
                try BenchmarkStore.open(path, access)
            } throws: { "\($0)".contains("schema version 0") }
        }
    }
}
