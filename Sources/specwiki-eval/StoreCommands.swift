import ArgumentParser
import BenchmarkStore
import CommandLine
import Reporting
import Scores

/// `specwiki-eval export`: results as files.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write results.json, answers.csv, concepts.csv, plan.jsonl, questions.jsonl and figures/*.csv.",
        discussion: "specwiki-eval export sample.sqlite --output results")

    @Argument(help: ArgumentHelp("Store with finished runs.", valueName: "store"))
    var store: String

    @Option(name: .long, help: ArgumentHelp("Folder to write; created when missing.", valueName: "dir"))
    var output: String

    @Flag(name: .long, help: "Write masks.jsonl as well.")
    var masks = false

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        let store = try BenchmarkStore.open(store)
        let records = try store.runs().map { try store.record(of: $0) }
        try ResultsFolder.write(records, questionLines: store.questionLines(), to: output, masks: masks)
    }
}

/// `specwiki-eval report`: one HTML file.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write one self-contained HTML file with tables and charts.",
        discussion: "specwiki-eval report sample.sqlite --output report.html")

    @Argument(help: ArgumentHelp("Store with finished runs.", valueName: "store"))
    var store: String

    @Option(name: .long, help: ArgumentHelp("The HTML file.", valueName: "file.html"))
    var output: String

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        let store = try BenchmarkStore.open(store)
        let records = try store.runs().map { try store.record(of: $0) }
        try HTMLReport(
            results: records.map { try EvaluationResults(of: $0) }, overlaps: records.map { OverlapMatrix($0) },
            metadata: store.metadata(), storeName: store.path, programVersion: specWikiVersion
        ).write(to: output)
    }
}

/// `specwiki-eval merge`: several stores into one.
struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Join shards of one run, or runs of several models, into one store.",
        discussion: "specwiki-eval merge part1.sqlite part2.sqlite --output whole.sqlite")

    @Argument(help: ArgumentHelp("Stores with the same questions.", valueName: "store"))
    var stores: [String]

    @Option(name: .long, help: ArgumentHelp("The joined store.", valueName: "store"))
    var output: String

    @Flag(name: .long, help: "Replace the output if it exists.")
    var force = false

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        try BenchmarkStore.merge(stores, into: output, replacing: force)
    }
}
