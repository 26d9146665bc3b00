import ArgumentParser
import CommandLine
import Logging
import MediaWiki

/// `specwiki-build pageviews`: the page views of one project as a table.
struct Pageviews: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add up page-view files: title, tab, views, sorted by title.",
        discussion: """
            specwiki-build pageviews pageviews-202105-user.bz2 --project en.wikipedia --output views.tsv

            Reads Wikimedia's pageview_complete, pageviews and pagecounts-raw, and lines of title,views; plain, bzip2, \
            gzip or Zstandard. Redirects are not counted to their targets here.
            """)

    @Argument(help: ArgumentHelp("Page-view files. Use '-' for standard input.", valueName: "file"))
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("The project to count, e.g. en.wikipedia; en is short for it.", valueName: "name"))
    var project: String

    @Option(name: .long, help: ArgumentHelp("The table to write. Use '-' for standard output.", valueName: "tsv"))
    var output: String

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    func run() throws {
        try PageviewFiles.writeTable(
            of: files, project: project, to: output, progressStyle: common.progressStyle
        ) { notice in
            common.logger.log(level: notice.isWarning ? .warning : .info, "\(notice.text)")
        }
    }
}
