import ArgumentParser
import CommandLine
import Foundation
import LinearAlgebra
import Tokenization
import Transformer

/// `specwiki-eval forward`: logits and MLP coefficients of one sequence.
struct Forward: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a model on one text: what comes next, and which coefficients respond.",
        discussion: """
            Prints the most probable next tokens and the largest coefficients of each layer at the last token. With \
            --output it writes all of it instead: a safetensors file with `logits` [tokens, vocabulary] and \
            `coefficients.{layer}` [tokens, d_ff], all float32. Coefficients are what enters the value matrix: 0 where the \
            mask sets them to 0.

              specwiki-eval forward Benchmark/Demo/model --text "Question: When was Ada born?"
              specwiki-eval forward Benchmark/Demo/model --tokens 1,2,3 --output out.safetensors
              specwiki-eval forward Benchmark/Demo/model --tokens 1,2,3 --mask mask.json --output out.safetensors
            """)

    @Argument(help: "A Hugging Face checkpoint folder: config.json and *.safetensors.")
    var model: String

    @Option(
        help: ArgumentHelp("Token ids, separated by commas.", valueName: "ids"),
        transform: { text in
            try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
                guard let token = TokenID(part) else { throw ValidationError("“\(part)” is not a token id.") }
                return token
            }
        })
    var tokens: [TokenID] = []

    @Option(help: "A text instead of token ids; special tokens are added as the tokenizer says.")
    var text: String?

    @Option(
        help: ArgumentHelp(
            "Coefficients to set to zero at every position. Format: {\"layers\": [[indices], ...]}.", valueName: "file")
    )
    var mask: String?

    @Option(help: ArgumentHelp("The safetensors file to write. Default: print a summary.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Tokens and coefficients to name in the summary.", valueName: "n"))
    var top = 5

    @Option(help: "Arithmetic of products with weights; auto is float32 here.")
    var precision: Run.Precision = .auto

    @Option(help: ArgumentHelp("Threads. Default: all cores. The output does not depend on it.", valueName: "n"))
    var threads: Int?

    @OptionGroup(title: "Logging") var common: CommonOptions

    func validate() throws {
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads must be between 1 and 256.") }
        guard tokens.isEmpty != (text == nil) else { throw ValidationError("Give either --tokens or --text.") }
        guard (1...1000).contains(top) else { throw ValidationError("--top must be between 1 and 1000.") }
    }

    func run() throws {
        let decoder = try Decoder(
            folder: model, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            arithmetic: precision.arithmetic ?? .float32)
        let surgery = try mask.map { try Surgery(maskFile: $0, decoder.configuration) }
        if let output {
            let tokens = try text.map { try Tokenizer(folder: model).encode($0) } ?? tokens
            try decoder.writeForward(tokens, surgery: surgery, to: output)
        } else {
            // Ids are shown as texts where there is a tokenizer; for a text there must be one.
            let hasTokenizer = text != nil || FileManager.default.fileExists(atPath: "\(model)/tokenizer.json")
            let tokenizer = hasTokenizer ? try Tokenizer(folder: model) : nil
            let tokens = try text.flatMap { try tokenizer?.encode($0) } ?? tokens
            let summary = try ForwardSummary(decoder, tokens, surgery: surgery, count: top)
            show(summary, tokens.count, tokenizer)
        }
    }

    private func show(_ summary: ForwardSummary, _ tokenCount: Int, _ tokenizer: Tokenizer?) {
        print("next token after \(tokenCount) tokens")
        for next in summary.next {
            let text = tokenizer.map { Self.quoted($0.decode([next.token], skipSpecialTokens: false)) } ?? ""
            print(String(format: "  %6.2f %%  %8d  %@", 100 * next.probability, next.token, text))
        }
        print("largest coefficients at the last token")
        for (layer, values) in summary.layers.enumerated() {
            let list = values.largest.map { String(format: "%d: %.3g", $0.index, $0.value) }.joined(separator: "  ")
            print(String(format: "  layer %3d  rms %8.3g  ", layer, values.rootMeanSquare) + list)
        }
    }

    /// A piece of text with its blanks and control characters visible.
    static func quoted(_ text: String) -> String {
        var result = "“"
        for scalar in text.unicodeScalars {
            let isShown =
                !scalar.properties.isDefaultIgnorableCodePoint && scalar.properties.generalCategory != .control
            result += isShown ? String(scalar) : scalar.escaped(asASCII: true)
        }
        return result + "”"
    }
}
