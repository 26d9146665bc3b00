import ArgumentParser
import CommandLine
import Foundation
import LinearAlgebra
import Transformer

/// `specwiki-eval speed`: tokens per second of a model on this machine.
struct Speed: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how fast a model runs on this machine.",
        discussion: """
            Tokens per second of prompts (with and without masks) and of greedy decoding, one stream and several; beside \
            them the bare products of the same shapes, which no forward pass can exceed.

              specwiki-eval speed Benchmark/Demo/model
            """)

    @Argument(help: "A Hugging Face checkpoint folder: config.json and *.safetensors.")
    var model: String

    @Option(help: "Arithmetic of products with weights; auto as in `run`.")
    var precision: Run.Precision = .auto

    @Option(help: ArgumentHelp("Number of prompts.", valueName: "n"))
    var prompts = 16

    @Option(help: ArgumentHelp("Tokens of a prompt.", valueName: "n"))
    var length = 80

    @Option(help: ArgumentHelp("New tokens of a stream.", valueName: "n"))
    var newTokens = 32

    @Option(help: ArgumentHelp("Streams that are continued together.", valueName: "n"))
    var streams = 16

    @Option(help: ArgumentHelp("Passes over the prompts; the fastest counts.", valueName: "n"))
    var repetitions = 1

    @Option(help: ArgumentHelp("Threads. Default: all cores.", valueName: "n"))
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    @OptionGroup(title: "Logging") var common: CommonOptions

    func validate() throws {
        guard [prompts, length, newTokens, streams, repetitions].allSatisfy({ (1...100_000).contains($0) }) else {
            throw ValidationError(
                "--prompts, --length, --new-tokens, --streams and --repetitions must be between 1 and 100000.")
        }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be between 1 and 256.") }
    }

    func run() throws {
        let checkpoint = try Checkpoint(folder: model)
        let decoder = try Decoder(
            checkpoint, threads: threads, arithmetic: precision.arithmetic ?? checkpoint.customaryArithmetic)
        var shape = SpeedMeasurement.Shape()
        shape.prompts = prompts
        shape.length = length
        shape.newTokens = newTokens
        shape.streams = streams
        shape.repetitions = repetitions
        let speed = try SpeedMeasurement(decoder, shape)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            print(String(decoding: try encoder.encode(speed), as: UTF8.self))
            return
        }
        let lines = [
            ("prompts", speed.prefill, "\(prompts) of \(length) tokens"),
            ("prompts, masked", speed.maskedPrefill, "a fifth of each layer, others in every prompt"),
            ("bare products", speed.bareMultiply, "of the same layers and nothing else"),
            ("decoding", speed.decoding, "one stream, \(newTokens) new tokens"),
            ("decoding together", speed.decodingTogether, "\(streams) streams"),
        ]
        print("tokens per second, \(speed.arithmetic), \(threads) threads")
        for (name, rate, remark) in lines {
            let digits = rate < 100 ? 1 : 0
            let number = String(format: "%10.\(digits)f", rate)
            print("  " + name.padding(toLength: 18, withPad: " ", startingAt: 0) + number + "   " + remark)
        }
    }
}
