import BenchmarkStore
import Diagnostics
import Foundation
import GRDB
import QuestionSet
import Scores
import TestSupport
import Testing

@Suite struct BenchmarkStoreTests {
    private static let questionsPath = TestData.fixture("Oracle/questions.jsonl").path

    @Test func textsAreStoredAsTheEncoderWritesThem() throws {
        let parts = [
            "a", "/", "\"", "\\", "\u{0}", "\u{1F}", "\n", "\u{7F}", "\u{2028}", "é", "東", "😀", " ", "'", "],[",
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var generator = SystemRandomNumberGenerator()
        let questions = (0..<400).map { number in
            // Half of them without anything that is escaped.
            let parts = number % 2 == 0 ? parts : parts.filter { !["\"", "\\", "\u{0}", "\u{1F}", "\n"].contains($0) }
            func text() -> String {
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in parts.randomElement() ?? "" }.joined()
            }
            return Question(
                id: QuestionID(rawValue: Int64(number)), conceptID: ConceptID(rawValue: 1), relation: "r", text: "?",
                options: (0..<4).map { _ in text() }, answerIndex: 0, answers: (0..<number % 3).map { _ in text() })
        }
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            let concept = Concept(id: ConceptID(rawValue: 1), title: "x", tier: "high", popularity: 1, kind: nil)
            try BenchmarkStore.create(
                at: path, replacing: false, .init(concepts: [concept], questions: questions, metadata: [:]))
            let rows = try DatabaseQueue(path: path).read {
                try Row.fetchAll($0, sql: "SELECT options, answers FROM question ORDER BY id")
            }
            #expect(rows.count == questions.count)
            for (row, question) in zip(rows, questions) {
                #expect(Data((row["options"] as String).utf8) == (try encoder.encode(question.options)))
                #expect(Data((row["answers"] as String).utf8) == (try encoder.encode(question.answers)))
            }
        }
    }

    func settings(label: String = "llama", seed: UInt64 = 1) -> RunSettings {
        RunSettings(
            label: label, modelHash: "m", tokenizerHash: "t", questionsHash: "q", planHash: nil,
            formats: [.multipleChoice],
            ratios: [0.1, 0.5], pooling: .mean, ablation: .zero, localizationControls: 12, evaluationControls: 10,
            nulls: 1,
            nullConcepts: 3, shots: 0, limit: nil, seed: seed, precision: "float32")
    }

    func withStore(_ body: (BenchmarkStore, URL) throws -> Void) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            try BenchmarkStore.create(at: path, replacing: false, .init(questionsFile: Self.questionsPath))
            try body(BenchmarkStore.open(path, .readWrite), folder)
        }
    }

    func plan() throws -> [ConceptPlan] {
        try JSONLines.decode(ConceptPlan.self, from: TestData.fixture("Oracle/plan.jsonl").path)
    }

    func result(_ concept: ConceptID) -> ConceptResult {
        ConceptResult(
            conceptID: concept,
            ratios: [0.1, 0.5].map {
                RatioResult(
                    ratio: $0, top: $0 == 0.5 ? 7 : nil, relatedPredictions: [0, 1, 2], controlPredictions: [3, 3],
                    minimumMargin: 0.25,
                    mask: [[1, 5, 9], [], [0]], boundaryMargins: [0.5, nil, 1e-9])
            },
            nulls: [
                NullResult(
                    ratio: 0.1, kind: "other_concept", draw: 0, specific: 0.1, general: 0.2,
                    origin: NullOrigin(conceptID: concept, match: .tier)),
                NullResult(ratio: 0.1, kind: "random", draw: 0, specific: 0.3, general: 0.4),
                NullResult(
                    ratio: 0.1, kind: "shuffled_labels", draw: 0, specific: 0.3, general: 0.4,
                    origin: NullOrigin(questions: [QuestionID(rawValue: 5), QuestionID(rawValue: 2)])),
            ],
            studies: [
                StudyResult(.pooling, ratio: 0.1, variant: "last", jaccard: 0.25, layerJaccards: [0.5, nil, 0]),
                StudyResult(
                    .crossFit, ratio: 0.1, variant: "halves", specific: 0.5, general: 1 / 3,
                    questions: [QuestionID(rawValue: 9)]),
                StudyResult(.effects, ratio: 0.5, variant: "x", draw: 2, otherConceptID: concept, specific: 0.1),
            ])
    }

    // MARK: - Questions

    @Test func exportOfAnImportedStoreIsImportedAndExportedToTheSameBytes() throws {
        try withStore { store, folder in
            let first = try JSONLines.encode(store.questionLines())
            let path = folder.appendingPathComponent("questions.jsonl").path
            try OutputFile.write(first, to: path)
            let second = folder.appendingPathComponent("second.sqlite").path
            try BenchmarkStore.create(at: second, replacing: false, .init(questionsFile: path))
            #expect(try JSONLines.encode(BenchmarkStore.open(second).questionLines()) == first)
            #expect(try store.questions().count == 60)
            #expect(try store.concepts().count == 6)
        }
    }

    @Test func everyFieldOfAQuestionSurvives() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            let concept = Concept(
                id: ConceptID(rawValue: 7), title: "Ångström “x”", tier: "low", popularity: 3, kind: "people")
            let question = Question(
                id: QuestionID(rawValue: 7001), conceptID: concept.id, relation: "birth date", text: "When?\u{301}",
                options: ["1", "2", "3", "4"], answerIndex: 2, answers: ["3", "drei"], valueType: .date,
                precision: "year",
                provenance: Provenance(source: .parameter, detail: "Infobox x: y", pageID: 7, revisionID: nil))
            try BenchmarkStore.create(
                at: path, replacing: false,
                .init(concepts: [concept], questions: [question], metadata: ["seed": "2019"]))
            let store = try BenchmarkStore.open(path)
            #expect(try store.concepts() == [concept])
            #expect(try store.questions() == [question])
            #expect(try store.metadata() == ["seed": "2019"])
        }
    }

    @Test(arguments: [
        ("{\"question_id\": 1}", "line 1", "the key concept_id is missing"),
        ("not json", "line 1", "is not valid JSON"),
        ("", nil, "holds no questions"),
    ])
    func damagedQuestionFilesAreNamed(_ text: String, _ place: String?, _ problem: String) throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("questions.jsonl").path
            try OutputFile.write(Data(text.utf8), to: path)
            #expect {
                try BenchmarkStore.Contents(questionsFile: path)
            } throws: { error in
                let failure = error as? Failure
                return failure?.kind == .badData && failure?.file == path && failure?.place == place
                    && failure?.problem == problem
            }
        }
    }

    @Test func aRepeatedQuestionIDIsRefused() throws {
        try TestData.withTemporaryFolder { folder in
            let line = try #require(try JSONLines.decode(QuestionLine.self, from: Self.questionsPath).first)
            let path = folder.appendingPathComponent("twice.jsonl").path
            try OutputFile.write(JSONLines.encode([line, line]), to: path)
            #expect(throws: Failure.self) { try BenchmarkStore.Contents(questionsFile: path) }
        }
    }

    // MARK: - Files

    @Test func anExistingFileIsKeptWithoutForce() throws {
        try withStore { store, _ in
            #expect {
                try BenchmarkStore.create(at: store.path, replacing: false, .init(questionsFile: Self.questionsPath))
            } throws: { ($0 as? Failure)?.kind == .outputUnavailable }
            try BenchmarkStore.create(at: store.path, replacing: true, .init(questionsFile: Self.questionsPath))
        }
    }

    @Test func aMissingFolderIsAnErrorThatLeavesNothing() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("no/such/store.sqlite").path
            #expect {
                try BenchmarkStore.create(at: path, replacing: false, .init(questionsFile: Self.questionsPath))
            } throws: { ($0 as? Failure)?.kind == .outputUnavailable }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    @Test func aFailedWriteLeavesNothing() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("store.sqlite").path
            let concept = Concept(id: ConceptID(rawValue: 1), title: "x", tier: "t", popularity: 0)
            #expect(throws: Failure.self) {
                try BenchmarkStore.create(
                    at: path, replacing: false, .init(concepts: [concept, concept], questions: [], metadata: [:]))
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    @Test func filesThatAreNoStoreAreRefused() throws {
        try withStore { store, folder in
            let text = folder.appendingPathComponent("text").path
            try OutputFile.write(Data(repeating: 65, count: 4096), to: text)
            let other = folder.appendingPathComponent("other.sqlite").path
            try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE t (x)") }
            let newer = folder.appendingPathComponent("newer.sqlite").path
            try FileManager.default.copyItem(atPath: store.path, toPath: newer)
            try DatabaseQueue(path: newer).write { try $0.execute(sql: "PRAGMA user_version = 99") }
            for (path, part) in [
                (text, "not a readable SQLite"), (other, "not a SpecWiki store"), (newer, "version 99"),
            ] {
                #expect {
                    try BenchmarkStore.open(path)
                } throws: { error in
                    (error as? Failure)?.kind == .badData && "\(error)".contains(part)
                }
            }
            #expect {
                try BenchmarkStore.open(folder.appendingPathComponent("none").path)
            } throws: { ($0 as? Failure)?.kind == .inputUnavailable }
        }
    }

    @Test(arguments: [("value_type", "ValueType"), ("source", "Source")])
    func anUnknownNameInAColumnIsAnError(_ column: String, _ type: String) throws {
        try withStore { store, _ in
            try DatabaseQueue(path: store.path).write {
                try $0.execute(sql: "UPDATE question SET \(column) = 'odd' WHERE id = 301")
            }
            #expect {
                try store.questions()
            } throws: { error in
                let text = "\(error)"
                return text.contains("question 301") && text.contains("\(type) “odd”")
            }
        }
    }

    // MARK: - Runs

    @Test func aJournalGivesBackWhatWasCommitted() throws {
        try withStore { store, _ in
            let plan = try plan()
            let journal = try store.journal(settings(), coefficientCounts: [10, 20, 30], plan: plan, fresh: false)
            let answer = UnmaskedAnswer(
                questionID: plan[0].related[0], tokenCount: 33, scores: [1.1, -2.2, 3.3e-7, 4],
                generatedTokens: [5, 6],
                generated: "Vienna", generationIsCorrect: true)
            try journal.commit(answers: [answer])
            try journal.commit(result: result(plan[1].conceptID))
            let record = try store.record(of: journal.entry())
            #expect(record.settings == settings())
            #expect(record.coefficientCounts == [10, 20, 30])
            #expect(record.plan == plan.sorted { $0.conceptID < $1.conceptID })
            #expect(record.answers == [answer])
            #expect(record.results == [result(plan[1].conceptID)])
            #expect(try journal.committedConcepts() == [plan[1].conceptID])
        }
    }

    @Test func theSameSettingsContinueARunAndFreshForgetsIt() throws {
        try withStore { store, _ in
            let plan = try plan()
            try store.journal(settings(), coefficientCounts: [1], plan: plan, fresh: false)
                .commit(result: result(plan[0].conceptID))
            do {
                let again = try store.journal(settings(), coefficientCounts: [1], plan: plan, fresh: false)
                #expect(try again.committedConcepts() == [plan[0].conceptID])
                // One at a time, from whichever process.
                #expect {
                    try store.journal(settings(), coefficientCounts: [1], plan: plan, fresh: true)
                } throws: { ($0 as? Failure)?.kind == .inputOutput }
                #expect(try again.committedConcepts() == [plan[0].conceptID])
            }
            #expect {
                try store.journal(settings(), coefficientCounts: [1], plan: Array(plan.dropLast()), fresh: false)
            } throws: { ($0 as? Failure)?.kind == .badData }
            let other = try store.journal(settings(seed: 2), coefficientCounts: [1], plan: plan, fresh: false)
            #expect(try other.committedConcepts().isEmpty)
            #expect(try store.runs().count == 2)
            let fresh = try store.journal(settings(), coefficientCounts: [1], plan: plan, fresh: true)
            #expect(try fresh.committedConcepts().isEmpty)
            #expect(try store.runs().count == 2)
        }
    }

    @Test func mergedShardsAreTheWholeRunWhateverTheirOrder() throws {
        try withStore { store, folder in
            let plan = try plan()
            let paths = ["a", "b"].map { folder.appendingPathComponent("\($0).sqlite").path }
            for (index, path) in paths.enumerated() {
                try FileManager.default.copyItem(atPath: store.path, toPath: path)
                let journal = try BenchmarkStore.open(path, .readWrite)
                    .journal(settings(), coefficientCounts: [1], plan: plan, fresh: false)
                for entry in plan.enumerated().filter({ $0.offset % 2 == index }) {
                    try journal.commit(result: result(entry.element.conceptID))
                }
                // A control's answer without and with its open answer: the fuller one stays.
                try journal.commit(answers: [
                    UnmaskedAnswer(
                        questionID: plan[0].related[0], tokenCount: 3, scores: [1, 2, 3, 4],
                        generated: index == 0 ? nil : "x", generationIsCorrect: index == 0 ? nil : false)
                ])
            }
            let records = try [paths, paths.reversed()].enumerated().map { index, order in
                let output = folder.appendingPathComponent("merged\(index).sqlite").path
                try BenchmarkStore.merge(order, into: output, replacing: false)
                let merged = try BenchmarkStore.open(output)
                let entry = try #require(try merged.runs().first)
                return try merged.record(of: entry)
            }
            #expect(records[0].isComplete)
            #expect(records[0].results == records[1].results)
            #expect(records[0].answers == records[1].answers)
            #expect(records[0].answers.first?.generated == "x")
        }
    }

    @Test func storesThatDisagreeAreNotMerged() throws {
        try withStore { store, folder in
            let plan = try plan()
            let other = folder.appendingPathComponent("other.sqlite").path
            try FileManager.default.copyItem(atPath: store.path, toPath: other)
            let journals = try [store, BenchmarkStore.open(other, .readWrite)].map {
                try $0.journal(settings(), coefficientCounts: [1], plan: plan, fresh: false)
            }
            try journals[0].commit(result: result(plan[0].conceptID))
            var different = result(plan[0].conceptID)
            different.ratios[0].relatedPredictions[0] = 3
            try journals[1].commit(result: different)
            let output = folder.appendingPathComponent("merged.sqlite").path
            #expect {
                try BenchmarkStore.merge([store.path, other], into: output, replacing: false)
            } throws: { "\($0)".contains("disagrees") }
            #expect(!FileManager.default.fileExists(atPath: output))
        }
    }

    @Test func descriptionsNameConceptsAndNearTitles() throws {
        try withStore { store, _ in
            let overview = try store.overview()
            #expect(overview.contains("6 concepts, 60 questions"))
            let text = try store.description(of: "wolfgang amadeus mozart")
            #expect(text.contains(" 1. In which city was Mozart born?"))
            #expect(text.contains("* A. Salzburg"))
            #expect {
                try store.description(of: "Mozart")
            } throws: { "\($0)".contains("near: Wolfgang Amadeus Mozart") }
        }
    }
}
