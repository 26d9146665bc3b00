import ArgumentParser
import BenchmarkStore
import CommandLine
import Diagnostics
import Foundation
import Questions

/// `specwiki-build audit`: quality figures of a store.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a store's hard rules and show what guessers get that never see a question.",
        discussion: """
            specwiki-build audit sample.sqlite

            The exit status is 65 if a hard rule is broken. Rules that need what an imported store does not hold (value types, the \
            account of pages) are shown as not checkable.
            """)

    @Argument(help: ArgumentHelp("Store with questions.", valueName: "store"))
    var store: String

    @Flag(name: .long, help: "Print JSON instead of text.")
    var json = false

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        let store = try BenchmarkStore.open(store)
        let report = QuestionAudit.run(
            concepts: try store.concepts(), questions: try store.questions(), metadata: try store.metadata())
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report.text, terminator: "")
        }
        guard report.isAccepted else {
            let broken = report.rules.filter { $0.outcome == .broken }
            throw Failure(
                .badData, file: store.path, "breaks \(broken.count) hard rules, first: \(broken.first?.rule ?? "")",
                remedy: "see the report")
        }
    }
}
