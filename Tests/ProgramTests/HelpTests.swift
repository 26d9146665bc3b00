import Foundation
import Testing

/// The commands and options that other programs rely on (contract, section 1) exist under their names.
@Suite struct HelpTests {
    @Test(arguments: [
        ("specwiki-build", ["generate", "extract", "pageviews", "import", "export", "inspect", "audit"]),
        ("specwiki-eval", ["run", "export", "report", "merge", "describe", "tokenize", "forward", "speed"]),
    ])
    func everyCommandIsListedAndTakesTheCommonOptions(_ program: String, _ commands: [String]) throws {
        let help = try ProgramRun.start(program, ["--help"]).wait()
        #expect(help.status == 0)
        for command in commands {
            #expect(help.output.contains("\n  \(command)"), "\(command)")
            let own = try ProgramRun.start(program, [command, "--help"]).wait()
            #expect(own.status == 0)
            #expect(own.output.contains("--quiet") && own.output.contains("--log-level"), "\(command)")
        }
    }

    @Test(arguments: [
        (
            "specwiki-build", "generate",
            [
                "--output", "--pageviews", "--templates", "--domain", "--project", "--tier-cuts", "--concepts",
                "--questions-per-concept", "--tiers", "--seed", "--jobs", "--force", "--on-error",
            ]
        ),
        (
            "specwiki-eval", "run",
            [
                "--model", "--name", "--formats", "--ratios", "--pooling", "--ablation", "--localization-controls",
                "--evaluation-controls", "--nulls", "--null-concepts", "--plan", "--shots", "--limit", "--seed",
                "--precision", "--chat-template", "--chat-date", "--top", "--pool-special", "--noise-draws",
                "--noise-scale",
                "--null-kinds", "--cross-fit", "--studies", "--study-concepts",
                "--threads", "--shard", "--fresh", "--dry-run",
            ]
        ),
    ])
    func everyOptionOfTheContractIsThere(_ program: String, _ command: String, _ options: [String]) throws {
        let help = try ProgramRun.start(program, [command, "--help"]).wait().output
        for option in options { #expect(help.contains("  \(option)") || help.contains("[\(option)"), "\(option)") }
    }
}
