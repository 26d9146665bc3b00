import ArgumentParser
import CommandLine
import Diagnostics
import Logging
import MediaWiki

extension DamagePolicy: ExpressibleByArgument {}

/// `specwiki-build extract`: what is in a dump, page by page.
struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write one JSON line per page of a dump: titles, infoboxes, links, categories.",
        discussion: """
            specwiki-build extract Dumps/sample.xml.bz2 --output pages.jsonl
            bzcat enwiki-latest-pages-articles.xml.bz2 | specwiki-build extract - --on-error skip > pages.jsonl
            """)

    @Argument(
        help: ArgumentHelp(
            "MediaWiki XML dumps: plain, bzip2, gzip or Zstandard, recognised by content. Use '-' for standard input.",
            valueName: "dump"))
    var dumps: [String]

    @Option(name: .long, help: ArgumentHelp("The file to write. Default: standard output.", valueName: "file"))
    var output: String?

    @Option(name: .long, help: "What a damaged page or block does: stop, or skip it, count it and go on.")
    var onError: DamagePolicy = .stop

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Threads, two at least. Default: all cores. The output does not depend on it.", valueName: "n"))
    var jobs: Int?

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func validate() throws {
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs must be between 1 and 256.") }
        if dumps.isEmpty { throw ValidationError("Name a dump file, or '-' for standard input.") }
    }

    func run() throws {
        let reader = DumpReader(paths: dumps, damagePolicy: onError)
        let ledger = try Extraction(reader: reader, output: output, jobs: jobs).run(
            progressStyle: common.progressStyle, prepare: ExtractRecord.links,
            line: { ExtractRecord(page: $0, links: $1).jsonLine })
        ledger.warnings.forEach { common.logger.warning("\($0)") }
        common.logger.info("\(ledger.summary)")
    }
}
