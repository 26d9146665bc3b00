import ArgumentParser
import CommandLine

/// `specwiki-build`: from a Wikipedia dump to a store of questions.
struct SpecWikiBuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "specwiki-build",
        abstract: "Make a benchmark of what language models know from a Wikipedia dump.",
        discussion: """
            Reads a MediaWiki XML dump (also packed), sorts its articles into tiers by page views, and writes ten \
            questions per concept into an SQLite store that specwiki-eval reads.

            On the bundled sample:
              specwiki-build generate Dumps/sample.xml.bz2 \\
                --pageviews Dumps/sample-pageviews-201905-user.bz2 --output sample.sqlite
              specwiki-build inspect sample.sqlite "Marie Curie"
            """,
        version: specWikiVersion,
        subcommands: [
            Generate.self, Extract.self, Pageviews.self, Import.self, Export.self, Inspect.self, Audit.self,
        ],
        defaultSubcommand: Generate.self)
}

Program.run(SpecWikiBuild.self, name: "specwiki-build")
