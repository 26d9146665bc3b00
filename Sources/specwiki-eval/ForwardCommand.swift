import ArgumentParser
import CommandLine
import Foundation
import Tokenization
import Transformer

/// `specwiki-eval forward`: logits and MLP coefficients of one sequence.
struct Forward: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a model on token ids and write its logits and MLP coefficients.",
        discussion: """
            Writes a safetensors file with `logits` [tokens, vocabulary] and `coefficients.{layer}` [tokens, d_ff], all \
            float32. Coefficients are what enters the value matrix: 0 where the mask sets them to 0.

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
    var tokens: [TokenID]

    @Option(
        help: ArgumentHelp(
            "Coefficients to set to zero at every position. Format: {\"layers\": [[indices], ...]}.", valueName: "file")
    )
    var mask: String?

    @Option(help: ArgumentHelp("The safetensors file to write.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("Threads. Default: all cores. The output does not depend on it.", valueName: "n"))
    var threads: Int?

    @OptionGroup(title: "Logging") var common: CommonOptions

    func validate() throws {
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads must be between 1 and 256.") }
    }

    func run() throws {
        let decoder = try Decoder(
            folder: model, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let surgery = try mask.map { try Surgery(maskFile: $0, decoder.configuration) }
        try decoder.writeForward(tokens, surgery: surgery, to: output)
    }
}
