import ArgumentParser
import BenchmarkStore
import CommandLine
import Diagnostics
import Foundation
import Logging
import MediaWiki
import Questions

/// `specwiki-build generate`: from a dump to a store.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read a Wikipedia dump and write a store of questions (the default).",
        discussion: """
            specwiki-build generate Dumps/sample.xml.bz2 \\
              --pageviews Dumps/sample-pageviews-201905-user.bz2 --output sample.sqlite
            specwiki-build generate enwiki-20190101-pages-articles-multistream.xml.bz2 \\
              --pageviews pageviews-2018*-user.bz2 --output specwiki-2019.sqlite
            """)

    /// Two or more thresholds.
    struct Cuts: ExpressibleByArgument {
        var values: [Int64]

        init?(argument: String) {
            let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int64($0) }
            guard parts.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
            values = parts.compactMap { $0 }
        }
    }

    /// Names separated by commas.
    struct Names: ExpressibleByArgument {
        var values: [String]

        init(_ values: [String]) {
            self.values = values
        }

        init?(argument: String) {
            values = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }

        var defaultValueDescription: String { values.joined(separator: ",") }
    }

    @Argument(help: ArgumentHelp("Dump files, plain or compressed; - for standard input.", valueName: "dump"))
    var dumps: [String]

    @Option(name: .long, help: ArgumentHelp("The store to write.", valueName: "store"))
    var output: String

    @Flag(name: .long, help: "Replace the output if it exists.")
    var force = false

    @OptionGroup(title: "Input")
    var input: InputOptions

    @OptionGroup(title: "Selection")
    var selection: SelectionOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Threads, two at least (default: all cores). Changes no result.", valueName: "n"))
    var jobs: Int = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    /// What is read.
    struct InputOptions: ParsableArguments {
        @Option(
            name: .long, parsing: .upToNextOption,
            help: ArgumentHelp(
                "Wikimedia page-view files; without them inbound links are the measure of popularity.",
                valueName: "file"))
        var pageviews: [String] = []

        @Option(
            name: .long,
            help: ArgumentHelp(
                "Project to take from the view files (default: the dump's, else en.wikipedia).", valueName: "name"))
        var project: String?

        @Option(
            name: .long,
            help: ArgumentHelp("Folder of template packs (default: those of the program).", valueName: "dir"))
        var templates: String?

        @Option(
            name: .long, parsing: .upToNextOption, help: ArgumentHelp("Only these template packs.", valueName: "name"))
        var domain: [String] = []

        @Option(name: .long, help: "What a damaged page or block does.")
        var onError: DamagePolicy = .stop
    }

    /// What is chosen.
    struct SelectionOptions: ParsableArguments {
        @Option(name: .long, help: ArgumentHelp("Concepts in all.", valueName: "n"))
        var concepts = 525

        @Option(name: .long, help: ArgumentHelp("Questions for each concept.", valueName: "n"))
        var questionsPerConcept = 10

        @Option(name: .long, help: ArgumentHelp("Tiers from the most popular down.", valueName: "names"))
        var tiers = Names(["high", "medium", "low"])

        @Option(
            name: .long,
            help: ArgumentHelp(
                "Absolute view thresholds in place of equal-count ranks, e.g. 100000,1000.", valueName: "a,b"))
        var tierCuts: Cuts?

        @Option(
            name: .long, parsing: .upToNextOption,
            help: ArgumentHelp("Choose among these articles only: files with a title on each line.", valueName: "file"))
        var include: [String] = []

        @Option(
            name: .long, parsing: .upToNextOption,
            help: ArgumentHelp("Never choose these: files with a title on each line.", valueName: "file"))
        var exclude: [String] = []

        @Option(name: .long, help: ArgumentHelp("Seed of every random decision.", valueName: "n"))
        var seed: UInt64 = 2019
    }

    func validate() throws {
        guard !dumps.isEmpty else { throw ValidationError("Name at least one dump.") }
        guard selection.concepts >= 3 else { throw ValidationError("--concepts must be 3 or more.") }
        guard (1...500).contains(selection.questionsPerConcept) else {
            throw ValidationError("--questions-per-concept must be from 1 to 500.")
        }
        guard jobs >= 1 else { throw ValidationError("--jobs must be 1 or more.") }
        let tiers = selection.tiers.values
        guard !tiers.contains(""), Set(tiers).count == tiers.count else {
            throw ValidationError("--tiers needs different names.")
        }
        if let cuts = selection.tierCuts {
            guard cuts.values.count == tiers.count - 1 else {
                throw ValidationError("--tier-cuts needs \(tiers.count - 1) numbers for \(tiers.count) tiers.")
            }
        }
    }

    func run() throws {
        let log = common.logger
        try BenchmarkStore.checkIsFree(output, replacing: force)
        let packs = try TemplatePack.load(folder: input.templates ?? TemplatePack.bundledFolder(), named: input.domain)
        let titles = try TitleLists(include: selection.include, exclude: selection.exclude)
        let generator = BenchmarkGenerator(
            .init(
                dumps: dumps, pageviews: input.pageviews, packs: packs, project: input.project,
                tierCuts: selection.tierCuts?.values, concepts: selection.concepts,
                questionsPerConcept: selection.questionsPerConcept, tiers: selection.tiers.values, seed: selection.seed,
                jobs: jobs, damagePolicy: input.onError,
                titles: titles), log: log)
        let total = try DumpReader(paths: dumps).totalBytes().map { Double($0) / 1e6 }
        let progress = Progress("reading", total: total, unit: "MB", style: common.progressStyle)
        defer { progress.finish() }
        let benchmark = try generator.run { position in
            progress.update(Double(position.storedBytes) / 1e6, counted: (position.pages, "pages"))
        }
        progress.finish()
        try BenchmarkStore.create(
            at: output, replacing: force,
            .init(concepts: benchmark.concepts, questions: benchmark.questions, metadata: benchmark.metadata))
        log.info("\(output): \(benchmark.concepts.count) concepts, \(benchmark.questions.count) questions")
        for line in benchmark.summary.split(separator: "\n") { log.info("\(line)") }
    }
}
