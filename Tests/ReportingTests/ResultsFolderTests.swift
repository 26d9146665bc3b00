import Diagnostics
import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing

@testable import Reporting

@Suite struct ResultsFolderTests {
    private func write(
        _ names: [String], masks: Bool = false, into folder: URL, then check: (URL) throws -> Void = { _ in }
    ) throws {
        let output = folder.appendingPathComponent("results")
        let runs = try names.map { try SampleRun.evaluated($0) }
        try ResultsFolder.write(
            runs.map(\.record), runs.map(\.results), questionLines: SampleRun.questionLines(), to: output.path,
            masks: masks)
        try check(output)
    }

    private func names(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func everyFileOfTheContractIsThere() throws {
        try TestData.withTemporaryFolder { folder in
            try write(["llama"], into: folder) { output in
                let expected = [
                    "README.txt", "answers.csv", "concepts.csv", "figures", "plan.jsonl", "questions.jsonl",
                    "results.json",
                ]
                let found = try names(output)
                #expect(found == expected)
                for name in ["plan.jsonl", "questions.jsonl"] {
                    let ours = try JSONLines.decode(JSONValue.self, from: output.appendingPathComponent(name).path)
                    let theirs = try JSONLines.decode(JSONValue.self, from: TestData.fixture("Oracle/\(name)").path)
                    #expect(ours == theirs, "\(name)")
                }
            }
        }
    }

    @Test func resultsHaveEveryKeyOfTheReference() throws {
        try TestData.withTemporaryFolder { folder in
            try write(["llama"], into: folder) { output in
                let data = try Data(contentsOf: output.appendingPathComponent("results.json"))
                let ours = try JSONDecoder().decode(JSONValue.self, from: data)
                let theirs = try JSONDecoder().decode(
                    JSONValue.self, from: Data(contentsOf: TestData.fixture("Oracle/results.llama.json")))
                #expect(theirs.keys(except: ["versions", "seconds"]).isSubset(of: ours.keys()))
                #expect(data.last == UInt8(ascii: "\n"))
            }
        }
    }

    @Test func undefinedFiguresAreNullsAndEmptyCells() throws {
        try TestData.withTemporaryFolder { folder in
            try write(["no right answer"], into: folder) { output in
                let json = try String(contentsOf: output.appendingPathComponent("results.json"), encoding: .utf8)
                #expect(json.contains("\"pss\" : null"))
                let table = try CSVTable(output.appendingPathComponent("concepts.csv"))
                #expect(table["selective_drop_0.05", 0] == "")
                #expect(table["accuracy_mcq", 0] == "0.0")
            }
        }
    }

    @Test func severalRunsAreAListAndShareAPlan() throws {
        try TestData.withTemporaryFolder { folder in
            try write(["llama", "gpt2"], masks: true, into: folder) { output in
                let list = try JSONDecoder().decode(
                    [EvaluationResults].self, from: Data(contentsOf: output.appendingPathComponent("results.json")))
                #expect(list.map(\.model) == ["llama", "gpt2"])
                let found = try names(output)
                #expect(found.filter { $0.hasPrefix("plan") } == ["plan.jsonl"])
                #expect(found.filter { $0.hasPrefix("masks") } == ["masks-1.jsonl", "masks-2.jsonl"])
                let concepts = try CSVTable(output.appendingPathComponent("concepts.csv"))
                #expect(concepts.rows.count == 12)
                // 0.72 is a ratio of the first run, 0.7 of the second.
                #expect(concepts["specific_0.72", 0] != "" && concepts["specific_0.72", 6] == "")
                #expect(concepts["specific_0.7", 0] == "" && concepts["specific_0.7", 6] != "")
            }
        }
    }

    @Test func runsWithOtherPlansHaveTheirOwnFilesAndStaleOnesGo() throws {
        let (first, results) = try SampleRun.evaluated("llama")
        var other = first
        other.plan.swapAt(0, 1)
        try TestData.withTemporaryFolder { folder in
            let output = folder.appendingPathComponent("results")
            try ResultsFolder.write(
                [first, other], [results, results], questionLines: [], to: output.path, masks: true)
            let found = try names(output)
            #expect(found.filter { $0.hasPrefix("plan") } == ["plan-1.jsonl", "plan-2.jsonl"])
            let readMe = try String(contentsOf: output.appendingPathComponent("README.txt"), encoding: .utf8)
            #expect(readMe.contains("run 2  llama (2)\n  concepts  6, with masks 6\n  plan      plan-2.jsonl"))
            try Data("mine".utf8).write(to: output.appendingPathComponent("plan-b.jsonl"))
            try write(["llama"], into: folder) { output in
                let left = try names(output).filter { $0.hasPrefix("plan") || $0.hasPrefix("masks") }
                #expect(left == ["plan-b.jsonl", "plan.jsonl"])
            }
        }
    }

    @Test(arguments: ["llama", "gpt2"])
    func masksAreByteForByteTheReferences(_ name: String) throws {
        try TestData.withTemporaryFolder { folder in
            try write([name], masks: true, into: folder) { output in
                let ours = try Data(contentsOf: output.appendingPathComponent("masks.jsonl"))
                let theirs = try Data(contentsOf: TestData.fixture("Oracle/masks.\(name).jsonl"))
                #expect(ours == theirs)
            }
        }
    }

    @Test func answersHoldTheRawOutcomes() throws {
        let (record, results) = try SampleRun.evaluated("llama")
        try TestData.withTemporaryFolder { folder in
            try write(["llama"], into: folder) { output in
                let table = try CSVTable(output.appendingPathComponent("answers.csv"))
                #expect(table.rows.count == 60)
                #expect(table["question_id", 0] == "300" && table["concept", 0] == "Wolfgang Amadeus Mozart")
                #expect(table["prediction", 0] == "C" && table["answer", 0] == "A" && table["correct", 0] == "0")
                #expect(Float(table["score_C", 0]) == record.answers[0].scores[2])
                #expect(Float(table["margin", 0]) == record.answers[0].margin)
                let right = table["correct"].count { $0 == "1" }
                #expect(Double(right) / 60 == results.original)
                #expect(table["generated", 0] == record.answers[0].generated)
            }
        }
    }

    @Test func hostileTextsComeBackFromTheTables() throws {
        let record = try SampleRun.evaluated("hostile").record
        try TestData.withTemporaryFolder { folder in
            try write(["hostile"], into: folder) { output in
                for name in ["answers.csv", "concepts.csv"] {
                    let table = try CSVTable(output.appendingPathComponent(name))
                    #expect(table.rows.allSatisfy { $0.count == table.header.count }, "\(name)")
                    #expect(Set(table["concept"]) == Set(record.concepts.map(\.title)), "\(name)")
                    #expect(Set(table["run"]) == [record.settings.label], "\(name)")
                }
            }
        }
    }

    @Test func anUnfinishedRunKeepsItsAccuracies() throws {
        var record = SampleRun.shortened(try SampleRun.oracle())
        record.results.removeLast(4)
        try TestData.withTemporaryFolder { folder in
            let output = folder.appendingPathComponent("results")
            try ResultsFolder.write([record], questionLines: [], to: output.path, masks: false)
            let table = try CSVTable(output.appendingPathComponent("concepts.csv"))
            #expect(table.rows.count == 6)
            #expect(table["accuracy_mcq"].allSatisfy { !$0.isEmpty })
            #expect(table["specific_0"].count { $0.isEmpty } == 4)
            let readMe = try String(contentsOf: output.appendingPathComponent("README.txt"), encoding: .utf8)
            #expect(readMe.contains("6, with masks 2 (unfinished)"))
        }
    }

    @Test func theSameRunsGiveTheSameBytes() throws {
        let record = SampleRun.shortened(try SampleRun.oracle(nulls: true))
        var shuffled = record
        shuffled.concepts.reverse()
        shuffled.answers.reverse()
        shuffled.results.reverse()
        try TestData.withTemporaryFolder { folder in
            let one = folder.appendingPathComponent("1")
            let two = folder.appendingPathComponent("2")
            try ResultsFolder.write([record], questionLines: [], to: one.path, masks: true)
            try ResultsFolder.write([shuffled], questionLines: [], to: two.path, masks: true)
            for name in try names(one) where name != "figures" {
                let first = try Data(contentsOf: one.appendingPathComponent(name))
                let second = try Data(contentsOf: two.appendingPathComponent(name))
                #expect(first == second, "\(name)")
            }
        }
    }

    @Test func everyFigureHasItsNumbers() throws {
        try TestData.withTemporaryFolder { folder in
            try write(SampleRun.models, into: folder) { output in
                let figures = output.appendingPathComponent("figures")
                let found = try names(figures)
                let known = Set(FigureFiles.known.map { "\($0).csv" })
                #expect(found.count == 16 && Set(found).isSubset(of: known), "\(found)")
                for name in found {
                    let table = try CSVTable(figures.appendingPathComponent(name))
                    #expect(!table.rows.isEmpty && table.rows.allSatisfy { $0.count == table.header.count }, "\(name)")
                    #expect(!table.rows.joined().contains { $0 == "nan" || $0 == "inf" }, "\(name)")
                }
                let steps = try CSVTable(figures.appendingPathComponent("accuracy_over_training.csv"))
                #expect(steps["step"].prefix(3) == ["1000", "2000", "64000"])
                let scatter = try CSVTable(figures.appendingPathComponent("accuracy_against_pss.csv"))
                #expect(scatter["run"] == ["tiny-1m", "tiny-4m", "tiny-1.5b", "other@step64000"])
                let sizes = try CSVTable(figures.appendingPathComponent("model_sizes.csv"))
                #expect(sizes.rows.count == 6 && sizes["tokens", 0] == "4000000000.0")
            }
            // One run of one model leaves no figure of several.
            try write(["llama"], into: folder) { output in
                let found = try names(output.appendingPathComponent("figures"))
                #expect(found.contains("pss_by_ratio.csv") && !found.contains("comparisons.csv"))
            }
        }
    }

    @Test func whatDenominatorsDoToTheOrderStandsWithEachRun() throws {
        try TestData.withTemporaryFolder { folder in
            try write(SampleRun.models, into: folder) { output in
                let list = try JSONDecoder().decode(
                    [EvaluationResults].self, from: Data(contentsOf: output.appendingPathComponent("results.json")))
                let orders = list.map { ($0.denominatorOrder ?? []).filter { $0.ratio == 0.3 } }
                #expect(
                    orders.allSatisfy { $0.map(\.denominator) == ["all", "controls", "none"] && $0[0].models == 6 })
                // The gap is the same in all of them: without a denominator they share the first place.
                #expect(orders.allSatisfy { $0[2].placePSS == 1 })
                // The more are right without masks, the larger the denominator.
                let byAll = list.map(\.original).map { own in list.count { $0.original < own } + 1 }
                let isPositive = (list[0].pss.first { $0.ratio == 0.3 }?.pssSigned ?? 0) > 0
                if isPositive { #expect(orders.map { $0[0].placePSS } == byAll) }
            }
            try write(["llama"], into: folder) { output in
                let json = try String(contentsOf: output.appendingPathComponent("results.json"), encoding: .utf8)
                #expect(!json.contains("denominator_order"))
            }
        }
    }

    @Test func aStoreWithoutRunsIsBadData() throws {
        try TestData.withTemporaryFolder { folder in
            let error = #expect(throws: Failure.self) { try write([], into: folder) }
            #expect(error?.kind == .badData)
            #expect(error?.description.contains("the store holds no run") == true)
            let left = try names(folder)
            #expect(left.isEmpty)
        }
    }

    @Test func aValueThatIsNotFiniteIsNamed() throws {
        var record = SampleRun.shortened(try SampleRun.oracle())
        record.answers[3].scores[1] = .nan
        try TestData.withTemporaryFolder { folder in
            let output = folder.appendingPathComponent("results").path
            let error = #expect(throws: Failure.self) {
                try ResultsFolder.write([record], questionLines: [], to: output, masks: false)
            }
            #expect(error?.kind == .badData)
            #expect(error?.place?.contains("per_question.3.scores") == true)
            let left = try names(folder)
            #expect(left.isEmpty)
        }
    }
}

/// Any JSON, compared by content.
enum JSONValue: Decodable, Equatable {
    case object([String: JSONValue]), array([JSONValue]), number(Double), text(String), flag(Bool), null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// All paths of keys, positions in arrays left out.
    func keys(except: Set<String> = [], under path: String = "") -> Set<String> {
        switch self {
        case .object(let members):
            members.filter { !except.contains($0.key) }.reduce(into: []) { keys, member in
                keys.insert("\(path)/\(member.key)")
                keys.formUnion(member.value.keys(under: "\(path)/\(member.key)"))
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion($1.keys(under: path)) }
        default: []
        }
    }
}

/// A table read back after RFC 4180.
struct CSVTable {
    let header: [String]
    let rows: [[String]]

    init(_ file: URL) throws {
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        let bytes = [UInt8](try Data(contentsOf: file))
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            index += 1
            switch (byte, isQuoted) {
            case (0x22, true) where next == 0x22:
                cell.append(byte)
                index += 1
            case (0x22, _): isQuoted.toggle()
            case (0x2C, false):
                row.append(String(decoding: cell, as: UTF8.self))
                cell = []
            case (0x0D, false) where next == 0x0A:
                row.append(String(decoding: cell, as: UTF8.self))
                rows.append(row)
                (row, cell) = ([], [])
                index += 1
            default: cell.append(byte)
            }
        }
        header = rows.first ?? []
        self.rows = Array(rows.dropFirst())
    }

    subscript(_ column: String) -> [String] {
        let index = header.firstIndex(of: column)
        return rows.map { row in index.map { row.indices.contains($0) ? row[$0] : "?" } ?? "?" }
    }

    subscript(_ column: String, _ row: Int) -> String { self[column][row] }
}
