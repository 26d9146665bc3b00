import BenchmarkStore
import Foundation
import GRDB
import TestSupport
import Testing

/// Benchmark/README.md says what is true of the stores that this program writes.
@Suite struct DocumentationTests {
    private func readme() throws -> String {
        try String(contentsOf: TestData.root.appendingPathComponent("Benchmark/README.md"), encoding: .utf8)
    }

    /// A store with questions and a run.
    private func withStore(_ body: (Database) throws -> Void) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            try FileManager.default.copyItem(atPath: TestData.fixture("Store/version1.db").path, toPath: path)
            _ = try BenchmarkStore.open(path, .readWrite)
            try DatabaseQueue(path: path).read(body)
        }
    }

    /// The rows of the README's tables: the name, and everything in backticks in the last column.
    private func documented() throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for line in try readme().split(separator: "\n") {
            guard let match = line.wholeMatch(of: /\| `(\w+)` \| .* \| (.*) \|/) else { continue }
            result[String(match.1)] = match.2.matches(of: /`(\w+)`/).map { String($0.1) }
        }
        return result
    }

    @Test func everyTableAndViewIsDescribedWithAllItsColumns() throws {
        let documented = try documented()
        try withStore { db in
            let names = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            #expect(Set(names) == Set(documented.keys))
            for name in names {
                let columns = try db.columns(in: name).map(\.name)
                var missing = Set(columns).subtracting(documented[name] ?? [])
                // "`A` to `D`", "`score_a` to `score_d`": the ends stand for all.
                missing.subtract(["B", "C", "score_b", "score_c"])
                #expect(missing.isEmpty, "\(name) lacks \(missing.sorted())")
                let unknown = Set(documented[name] ?? []).subtracting(columns)
                #expect(unknown.isEmpty, "\(name) does not have \(unknown.sorted())")
            }
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            let text = try readme()
            #expect(text.contains("the version of the schema, \(version)."))
            #expect(text.contains("| \(version) | ") && !text.contains("| \(version + 1) | "))
        }
    }

    @Test func theExamplesWorkAsPrinted() throws {
        let queries = try readme().components(separatedBy: "```sql\n").dropFirst().map {
            $0.components(separatedBy: "\n```")[0]
        }
        #expect(queries.count >= 8)
        let shell = try readme().matches(of: /sqlite3 demo\/demo.sqlite "(.*)"/).map { String($0.1) }
        #expect(!shell.isEmpty)
        try withStore { db in
            for query in queries + shell {
                let rows = try Row.fetchAll(db, sql: query)
                // A store that was migrated has no wordings.
                #expect(!rows.isEmpty || query.contains("FROM wording"), "\(query)")
            }
        }
    }
}
