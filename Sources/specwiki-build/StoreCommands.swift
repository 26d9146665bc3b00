import ArgumentParser
import BenchmarkStore
import CommandLine
import Diagnostics
import Logging
import QuestionSet

extension QuestionExport.Format: ExpressibleByArgument {}

/// `specwiki-build import`: a store from questions.jsonl.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a store from a file of questions.",
        discussion: "specwiki-build import questions.jsonl --output questions.sqlite")

    @Argument(help: ArgumentHelp("Questions, one JSON object per line.", valueName: "questions.jsonl"))
    var questions: String

    @Option(name: .long, help: ArgumentHelp("The store to write.", valueName: "store"))
    var output: String

    @Flag(name: .long, help: "Replace the output if it exists.")
    var force = false

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        let contents = try BenchmarkStore.Contents(questionsFile: questions)
        try BenchmarkStore.create(at: output, replacing: force, contents)
        common.logger.info("\(output): \(contents.concepts.count) concepts, \(contents.questions.count) questions")
    }
}

/// `specwiki-build export`: the questions of a store for other programs.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a store's questions as jsonl, csv, or for lm-evaluation-harness or Hugging Face.",
        discussion: "specwiki-build export sample.sqlite --format jsonl --output questions.jsonl")

    @Argument(help: ArgumentHelp("Store with questions.", valueName: "store"))
    var store: String

    @Option(name: .long, help: "Format; lm-eval and huggingface write a folder.")
    var format: QuestionExport.Format = .jsonl

    @Option(name: .long, help: ArgumentHelp("File or folder to write.", valueName: "path"))
    var output: String

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        try QuestionExport.write(BenchmarkStore.open(store).questionLines(), as: format, to: output)
    }
}

/// `specwiki-build inspect`: what is in a store.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what is in a store, or the questions of one concept.",
        discussion: """
            specwiki-build inspect sample.sqlite
            specwiki-build inspect sample.sqlite "Marie Curie"
            """)

    @Argument(help: ArgumentHelp("Store with questions.", valueName: "store"))
    var store: String

    @Argument(help: ArgumentHelp("Title or id of a concept.", valueName: "concept"))
    var concept: String?

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        let store = try BenchmarkStore.open(store)
        print(try concept.map { try store.description(of: $0) } ?? store.overview(), terminator: "")
    }
}
