import BenchmarkStore
import Diagnostics
import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing

/// What belongs to one run, and what only looks like it.
extension BenchmarkStoreTests {
    /// A copy of a store with a run that has the results of some of the plan's concepts.
    private func part(
        of store: BenchmarkStore, _ folder: URL, _ name: String, _ concepts: [Int],
        _ edit: (inout RunSettings) -> Void = { _ in }
    ) throws -> String {
        let path = folder.appendingPathComponent("\(name).sqlite").path
        try FileManager.default.copyItem(atPath: store.path, toPath: path)
        var settings = settings()
        edit(&settings)
        let plan = try plan()
        let journal = try BenchmarkStore.open(path, .readWrite)
            .journal(settings, coefficientCounts: [1], plan: plan, fresh: false)
        for index in concepts {
            try journal.commit(result: result(plan[index].conceptID))
            try journal.commit(answers: [
                UnmaskedAnswer(questionID: plan[index].related[0], tokenCount: 3, scores: [1, 2, 3, 4])
            ])
        }
        return path
    }

    private func records(_ path: String) throws -> [RunRecord] {
        let store = try BenchmarkStore.open(path)
        return try store.runs().map { try store.record(of: $0) }
    }

    @Test func mergingAgainChangesNothing() throws {
        try withStore { store, folder in
            let parts = [
                try part(of: store, folder, "a", [0, 2, 4]), try part(of: store, folder, "b", [1, 3, 5]),
                // A shard that was done twice.
                try part(of: store, folder, "c", [1, 3, 5]),
            ]
            let once = folder.appendingPathComponent("once.sqlite").path
            try BenchmarkStore.merge(Array(parts.prefix(2)), into: once, replacing: false)
            let more = folder.appendingPathComponent("more.sqlite").path
            try BenchmarkStore.merge([parts[0], parts[0]] + parts + [once, once], into: more, replacing: false)
            let (one, other) = (try records(once), try records(more))
            #expect(one.count == 1 && one[0].isComplete && one[0].results.count == 6 && one[0].answers.count == 6)
            #expect(other.count == 1)
            #expect(other[0].results == one[0].results && other[0].answers == one[0].answers)
            #expect(other[0].plan == one[0].plan && other[0].settings == one[0].settings)
            #expect(try Data(contentsOf: URL(fileURLWithPath: more)) == Data(contentsOf: URL(fileURLWithPath: once)))
        }
    }

    @Test(arguments: [
        "other weights", "another tokenizer.json", "another generation_config.json", "other links between concepts",
        "another plan",
    ])
    func partsOfDifferentRunsOfOneNameAreRefused(_ change: String) throws {
        func edit(_ settings: inout RunSettings) {
            switch change {
            case "other weights": settings.modelHash = "n"
            case "another tokenizer.json": settings.tokenizerHash = "u"
            case "another generation_config.json": settings.endOfSequence = [3]
            case "another plan": settings.planHash = "p"
            default: settings.linksHash = "l"
            }
        }
        try withStore { store, folder in
            let parts = [
                try part(of: store, folder, "a", [0, 2, 4]), try part(of: store, folder, "b", [1, 3, 5], edit),
            ]
            for order in [parts, parts.reversed()] {
                let output = folder.appendingPathComponent("merged.sqlite").path
                #expect {
                    try BenchmarkStore.merge(order, into: output, replacing: false)
                } throws: {
                    ($0 as? Failure)?.kind == .badData
                        && "\($0)".contains("run llama: its parts do not belong together")
                        && "\($0)".contains(change)
                }
                #expect(!FileManager.default.fileExists(atPath: output))
            }
        }
    }

    /// They are two models that happen to be called alike: both stay, each for itself.
    @Test func finishedRunsOfOneNameStayTwo() throws {
        try withStore { store, folder in
            let all = Array(try plan().indices)
            let parts = [
                try part(of: store, folder, "a", all), try part(of: store, folder, "b", all) { $0.modelHash = "n" },
            ]
            let output = folder.appendingPathComponent("merged.sqlite").path
            try BenchmarkStore.merge(parts + parts, into: output, replacing: false)
            let runs = try records(output)
            #expect(runs.map(\.settings.label) == ["llama", "llama"])
            #expect(Set(runs.map(\.settings.modelHash)) == ["m", "n"])
            #expect(runs.allSatisfy { $0.results.count == 6 && $0.isComplete })
        }
    }

    @Test func whatIsKnownOfTheCheckpointIsNoPartOfTheIdentity() throws {
        var known = settings()
        known.checkpoint = CheckpointFacts(series: "s", step: 5, parameters: 7)
        #expect(try known.identity() == settings().identity())
        try withStore { store, folder in
            let plan = try plan()
            func journal(_ facts: CheckpointFacts?) throws -> CheckpointFacts? {
                var settings = settings()
                settings.checkpoint = facts
                return try store.journal(settings, coefficientCounts: [1], plan: plan, fresh: false).entry().settings
                    .checkpoint
            }
            // What is said later is added, and what is not said again stays.
            #expect(try journal(nil) == nil)
            #expect(try journal(CheckpointFacts(parameters: 7)) == CheckpointFacts(parameters: 7))
            #expect(
                try journal(CheckpointFacts(series: "s", step: 5))
                    == CheckpointFacts(series: "s", step: 5, parameters: 7))
            #expect(try journal(CheckpointFacts(step: 6))?.step == 6)
            #expect(try journal(nil) == CheckpointFacts(series: "s", step: 6, parameters: 7))
            #expect(try store.runs().count == 1)

            let parts = try [nil, CheckpointFacts(series: "s"), CheckpointFacts(series: "t")].enumerated().map {
                facts in
                try part(of: store, folder, "part\(facts.offset)", [facts.offset]) {
                    $0.seed = 9
                    $0.checkpoint = facts.element
                }
            }
            let output = folder.appendingPathComponent("merged.sqlite").path
            try BenchmarkStore.merge([parts[0], parts[1]], into: output, replacing: false)
            let joined = try records(output).first { $0.settings.seed == 9 }
            #expect(joined?.settings.checkpoint == CheckpointFacts(series: "s") && joined?.results.count == 2)
            #expect {
                try BenchmarkStore.merge([parts[1], parts[2]], into: output, replacing: true)
            } throws: { "\($0)".contains("disagrees with another store about the series or step") }
        }
    }

    @Test func aStoppedRunOfAnotherCheckpointIsNotMixedIn() throws {
        try withStore { store, _ in
            let plan = try plan()
            func journal(fresh: Bool = false, _ edit: (inout RunSettings) -> Void) throws -> StoreJournal {
                var settings = settings()
                edit(&settings)
                return try store.journal(settings, coefficientCounts: [1], plan: plan, fresh: fresh)
            }
            try journal { _ in }.commit(result: result(plan[0].conceptID))
            #expect {
                try journal { $0.modelHash = "n" }
            } throws: {
                "\($0)".contains(
                    "run 1, llama: was begun with other weights or another config.json and is unfinished"
                )
            }
            // Another command is another run.
            _ = try journal {
                $0.modelHash = "n"
                $0.seed = 2
            }
            #expect(try store.runs().count == 2)
            _ = try journal(fresh: true) { $0.modelHash = "n" }
            #expect(try store.runs().map(\.settings.modelHash) == ["n", "n"])
            // A finished run is in nobody's way.
            for entry in plan {
                try journal { $0.modelHash = "n" }.commit(result: result(entry.conceptID))
            }
            _ = try journal { _ in }
            #expect(try store.runs().count == 3)
        }
    }
}
