import ArgumentParser
import CommandLine
import Foundation
import Transformer

/// `specwiki-eval describe`: what a checkpoint is and what running it takes.
struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a model's architecture, sizes and the memory it will need.",
        discussion: """
            Reads config.json and the headers of the weight files, and checks that every tensor is there, has the right \
            shape and is accounted for.

              specwiki-eval describe Benchmark/Demo/model
            """)

    @Argument(help: "A Hugging Face checkpoint folder: config.json and *.safetensors.")
    var model: String

    @Option(help: ArgumentHelp("Threads that will run it. Default: all cores.", valueName: "n"))
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup(title: "Logging") var common: CommonOptions

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be between 1 and 256.") }
    }

    func run() throws {
        print(try ModelDescription(folder: model, threads: threads).text, terminator: "")
    }
}
