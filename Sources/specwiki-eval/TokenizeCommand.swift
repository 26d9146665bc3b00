import ArgumentParser
import CommandLine
import Diagnostics
import Foundation
import Tokenization

/// `specwiki-eval tokenize`: texts to ids and back, line by line.
struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn texts into token ids and back.",
        discussion: """
            Shows the tokens of a text, or reads JSON lines {"text": "...", "add_special_tokens": true}, or {"ids": [...]} to \
            decode only, and writes lines {"ids": [...], "decoded": "..."} with special tokens kept.

              specwiki-eval tokenize Benchmark/Demo/model --text "Hello world"
              echo '{"text": "Hello world"}' | specwiki-eval tokenize Benchmark/Demo/model --input - --output -
            """)

    @Argument(help: "A folder with a tokenizer.json, such as a Hugging Face checkpoint.")
    var model: String

    @Option(help: "A text whose tokens are shown, one to a line.")
    var text: String?

    @Option(help: ArgumentHelp("The JSON lines to read. Use '-' for standard input.", valueName: "file"))
    var input: String?

    @Option(help: ArgumentHelp("The JSON lines to write. Use '-' for standard output.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            """
            First encode all texts so many times, one after the other on one thread, and say on standard error how fast \
            each pass was, without reading, decoding and writing. The first pass begins with an empty cache of words.
            """,
            valueName: "passes"))
    var timing: Int?

    @OptionGroup(title: "Logging") var common: CommonOptions

    func validate() throws {
        let isFile = input != nil && output != nil
        guard isFile != (text != nil), isFile || (input == nil && output == nil) else {
            throw ValidationError("Give either --text, or --input and --output.")
        }
        if let timing, !(1...1000).contains(timing) { throw ValidationError("'--timing' must be from 1 to 1000.") }
        if timing != nil, input == "-" {
            throw ValidationError("'--timing' reads the input twice, which standard input does not allow.")
        }
    }

    func run() throws {
        let tokenizer = try Tokenizer(folder: model)
        if let text {
            for token in try tokenizer.encode(text) {
                let piece = Forward.quoted(tokenizer.decode([token], skipSpecialTokens: false))
                print(String(format: "%8d  %@", token, piece))
            }
            return
        }
        guard let input, let output else { return }
        if let timing {
            for line in try TokenizeLines(tokenizer).speed(input: input, passes: timing).lines {
                StandardError.write("timing: \(line)\n")
            }
        }
        let bar = Progress("tokenizing", total: nil, unit: "MB", style: common.progressStyle)
        defer { bar.finish() }
        try TokenizeLines(tokenizer).run(input: input, output: output) { bar.update($0 / 1e6) }
    }
}
