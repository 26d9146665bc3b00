import ArgumentParser
import CommandLine
import Diagnostics
import Tokenization

/// `specwiki-eval tokenize`: texts to ids and back, line by line.
struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn texts into token ids and back.",
        discussion: """
            Reads JSON lines {"text": "...", "add_special_tokens": true}, or {"ids": [...]} to decode only, and writes \
            lines {"ids": [...], "decoded": "..."} with special tokens kept.

              echo '{"text": "Hello world"}' | specwiki-eval tokenize Benchmark/Demo/model --input - --output -
            """)

    @Argument(help: "A folder with a tokenizer.json, such as a Hugging Face checkpoint.")
    var model: String

    @Option(help: ArgumentHelp("The JSON lines to read. Use '-' for standard input.", valueName: "file"))
    var input: String

    @Option(help: ArgumentHelp("The JSON lines to write. Use '-' for standard output.", valueName: "file"))
    var output: String

    @OptionGroup(title: "Logging") var common: CommonOptions

    func run() throws {
        let tokenizer = try Tokenizer(folder: model)
        let bar = Progress("tokenizing", total: nil, unit: "MB", style: common.progressStyle)
        defer { bar.finish() }
        try TokenizeLines(tokenizer).run(input: input, output: output) { bar.update($0 / 1e6) }
    }
}
