import ArgumentParser
import BenchmarkStore
import CommandLine
import Diagnostics
import Foundation
import Logging
import QuestionSet

extension QuestionExport.Format: ExpressibleByArgument {}

/// `specwiki-build import`: a store from questions.jsonl.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a store from a file of questions.",
        discussion: """
            Each line is a JSON object with question_id, concept_id, concept, bucket, popularity, relation, question, options \
            (4 different texts), answer_index (0 to 3) and answers (accepted in open generation). Ids are unique whole numbers \
            below 2^53, and all lines of a concept_id agree on concept, bucket and popularity. Every bad line is reported with \
            its number; the exit status is then 65, and no store is written. Other keys are left out with a warning.

            specwiki-build import questions.jsonl --output questions.sqlite
            specwiki-build import questions.jsonl --output questions.sqlite \\
              --licence "CC BY-SA 4.0" --source "enwiki-20240401"
            """)

    @Argument(help: ArgumentHelp("Questions, one JSON object per line.", valueName: "questions.jsonl"))
    var questions: String

    @Option(name: .long, help: ArgumentHelp("The store to write.", valueName: "store"))
    var output: String

    @Flag(name: .long, help: "Replace the output if it exists.")
    var force = false

    @Option(
        name: [.long, .customLong("license")],
        help: ArgumentHelp("Licence of the texts, kept in the store and named in its exports.", valueName: "name"))
    var licence: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where the questions come from, kept in the store and named in its exports.", valueName: "text"))
    var source: String?

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        let log = common.logger
        try BenchmarkStore.checkIsFree(output, replacing: force)
        var metadata: [String: String] = [:]
        metadata["licence"] = licence
        metadata["source"] = source
        var listed = LineReport(file: questions)
        defer { listed.finish() }
        let contents = try BenchmarkStore.Contents(questionsFile: questions, metadata: metadata) { listed.add($0, log) }
        try BenchmarkStore.create(at: output, replacing: force, contents)
        log.info("\(output): \(contents.concepts.count) concepts, \(contents.questions.count) questions")
    }

    /// Prints what is wrong with the lines of a file, one by one up to a limit, and counts the rest.
    private struct LineReport {
        private static let limit = 200

        let file: String
        private var shown = 0
        private var others = 0

        init(file: String) {
            self.file = file
        }

        mutating func add(_ remark: BenchmarkStore.Contents.ImportRemark, _ log: Logger) {
            guard shown < Self.limit else {
                others += 1
                return
            }
            shown += 1
            switch remark {
            // Bad lines are printed whatever --log-level says: they are why the command fails.
            case .problem(let line): print("\(file):\(line.line): \(line.clause)")
            case .warning(let line): log.warning("\(file):\(line.line): \(line.clause)")
            }
        }

        func finish() {
            if others > 0 { print("\(file): \(others) more lines like these") }
        }

        private func print(_ line: String) {
            StandardError.write("\(line.singleLine)\n")
        }
    }
}

/// `specwiki-build export`: the questions of a store for other programs.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a store's questions as jsonl, csv, or for lm-evaluation-harness or Hugging Face.",
        discussion: """
            jsonl        one JSON object per question, as import reads it
            csv          one table, with article, revision and licence of each question
            lm-eval      a folder for lm_eval --include_path, with two tasks
            huggingface  a folder for datasets.load_dataset, with a data set card

            All but jsonl, whose keys are fixed, carry licence and attribution.

            specwiki-build export sample.sqlite --format jsonl --output questions.jsonl
            specwiki-build export sample.sqlite --format lm-eval --output specwiki-tasks
            """)

    @Argument(help: ArgumentHelp("Store with questions.", valueName: "store"))
    var store: String

    @Option(name: .long, help: "Format; lm-eval and huggingface write a folder.")
    var format: QuestionExport.Format = .jsonl

    @Option(name: .long, help: ArgumentHelp("File or folder to write.", valueName: "path"))
    var output: String

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        let store = try BenchmarkStore.open(store)
        let metadata = try store.metadata()
        let lines = try store.questionLines()
        try QuestionExport.write(lines, as: format, to: output, metadata: metadata)
        if format == .jsonl, let licence = TextOrigin(metadata: metadata, questions: lines.map(\.question)).licence {
            common.logger.info(
                "\(output): texts under \(licence.name); the format has no place for it, so pass it on yourself")
        }
    }
}

/// `specwiki-build inspect`: what is in a store.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what is in a store, or the questions of one concept.",
        discussion: """
            Of a store: origin, licence, tiers, kinds, relations, what was left out, runs. Of a concept: its article, and each \
            question with its options (* marks the right one), the accepted answers, and the infobox parameter, sentence or \
            category that the fact was read from, the words of a gap in brackets.

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
