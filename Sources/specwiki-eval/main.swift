import ArgumentParser
import CommandLine

/// `specwiki-eval`: from a store of questions and a checkpoint to scores.
struct SpecWikiEval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "specwiki-eval",
        abstract: "Measure what a language model knows and how specialised its parameters are.",
        discussion: """
            Loads a Hugging Face checkpoint (config.json, *.safetensors, tokenizer.json), runs it on the CPU on the \
            questions of a store, and computes accuracy, its correlation with popularity and the Parameter \
            Specialization Score.

            On the bundled sample and demo model:
              specwiki-eval run sample.sqlite --model Benchmark/Demo/model
              specwiki-eval report sample.sqlite --output report.html
            """,
        version: specWikiVersion,
        subcommands: [
            Run.self, Export.self, Report.self, Merge.self, Describe.self, Tokenize.self, Forward.self, Speed.self,
        ],
        defaultSubcommand: Run.self)
}

Program.run(SpecWikiEval.self, name: "specwiki-eval")
