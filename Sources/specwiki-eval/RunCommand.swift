import ArgumentParser
import BenchmarkStore
import CommandLine
import Diagnostics
import Foundation
import LinearAlgebra
import QuestionSet
import Reporting
import Scores
import Specialization
import Tokenization
import Transformer

extension Pooling: ExpressibleByArgument {}
extension Ablation: ExpressibleByArgument {}
extension QuestionFormat: ExpressibleByArgument {}
extension SpecialTokens: ExpressibleByArgument {}
extension NullKind: ExpressibleByArgument {}
extension Study: ExpressibleByArgument {}

/// `specwiki-eval run`: evaluates models on a store.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate models on a store: accuracy, popularity correlations and specialization scores.",
        discussion: """
            Results are kept in STORE, concept by concept. A run that was stopped goes on where it was when the same \
            command is given again; --fresh starts again.

            specwiki-eval run sample.sqlite --model Benchmark/Demo/model
            specwiki-eval run sample.sqlite --model gpt2 --formats mcq --ratios 0.1,0.3 --limit 30
            """)

    enum Precision: String, CaseIterable, ExpressibleByArgument {
        case auto, float32, bfloat16

        /// The arithmetic named; nil for `auto`.
        var arithmetic: Arithmetic? { Arithmetic(rawValue: rawValue) }
    }

    struct List<Element: ExpressibleByArgument>: ExpressibleByArgument {
        var elements: [Element]

        init(_ elements: [Element]) {
            self.elements = elements
        }

        init?(argument: String) {
            let parts = argument.split(separator: ",").map { Element(argument: String($0)) }
            guard !parts.isEmpty, parts.allSatisfy({ $0 != nil }) else { return nil }
            elements = parts.compactMap { $0 }
        }

        var defaultValueDescription: String { elements.map(\.defaultValueDescription).joined(separator: ",") }
    }

    /// A list of studies, or `none`.
    struct StudyList: ExpressibleByArgument {
        var studies: [Study]

        init(_ studies: [Study]) {
            self.studies = studies
        }

        init?(argument: String) {
            if argument == "none" {
                studies = []
                return
            }
            guard let list = List<Study>(argument: argument) else { return nil }
            studies = Study.allCases.filter(list.elements.contains)
        }

        var defaultValueDescription: String { studies.map(\.rawValue).joined(separator: ",") }
    }

    struct ShardArgument: ExpressibleByArgument {
        var shard: SpecializationRun.Shard

        init?(argument: String) {
            let parts = argument.split(separator: "/").compactMap { Int($0) }
            guard parts.count == 2, parts[1] >= 1, (1...parts[1]).contains(parts[0]) else { return nil }
            shard = SpecializationRun.Shard(index: parts[0], count: parts[1])
        }

        /// The shard of a task of a Slurm job array; nil outside of one.
        ///
        /// - Throws: `Failure` 64 when the array's numbers are not consecutive.
        static func ofSlurmArray(_ environment: [String: String]) throws -> SpecializationRun.Shard? {
            func number(_ name: String) -> Int? { environment["SLURM_ARRAY_TASK_\(name)"].flatMap { Int($0) } }
            guard environment["SLURM_ARRAY_TASK_ID"] != nil else { return nil }
            guard let task = number("ID"), let first = number("MIN"), let count = number("COUNT"), count >= 1,
                (first..<first + count).contains(task)
            else {
                throw Failure(
                    .usage, at: "SLURM_ARRAY_TASK_ID", "does not tell a shard: the array's numbers are not consecutive",
                    remedy: "use an array such as --array=1-8, or give --shard I/N")
            }
            return SpecializationRun.Shard(index: task - first + 1, count: count)
        }
    }

    @Argument(help: ArgumentHelp("Store with questions; results are added to it.", valueName: "store"))
    var store: String

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp("Hugging Face checkpoint folders.", valueName: "dir"))
    var model: [String]

    @Option(name: .long, help: ArgumentHelp("Label of the run (default: the folder's name).", valueName: "label"))
    var name: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Training that the checkpoints belong to, for figures over its steps (default: the label without its step).",
            valueName: "name"))
    var series: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Training steps of the one checkpoint (default: read from a label such as step1000-tokens4B).",
            valueName: "n"))
    var step: Int?

    @OptionGroup(title: "Scoring")
    var scoring: ScoringOptions

    @OptionGroup(title: "Masking")
    var masking: MaskingOptions

    @OptionGroup(title: "Beside the scores")
    var comparison: ComparisonOptions

    @Option(name: .long, help: ArgumentHelp("Only the first concepts by id.", valueName: "n"))
    var limit: Int?

    @Option(name: .long, help: ArgumentHelp("Seed of every random decision.", valueName: "n"))
    var seed: UInt64 = 2019

    @Option(
        name: .long,
        help: """
            Arithmetic of products with weights. float32 is the reference. bfloat16 rounds both factors to bfloat16 and sums \
            in float32. auto: bfloat16 for weights stored so that take more than 512 MiB, else float32.
            """)
    var precision: Precision = .auto

    @Option(name: .long, help: ArgumentHelp("Threads (default: all cores). Changes no result.", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            Only part I of N of the concepts, I from 1, on a copy of the store; `merge` joins them. Default: the task's place in a \
            Slurm job array, else all.
            """, valueName: "i/n")
    )
    var shard: ShardArgument?

    @Flag(name: .long, help: "Forget what an earlier run with these settings has finished.")
    var fresh = false

    @Flag(name: .long, help: "Say what would be done, and how long it would take, and stop.")
    var dryRun = false

    @OptionGroup(title: "Logging")
    var common: CommonOptions

    /// Options of how questions are asked.
    struct ScoringOptions: ParsableArguments {
        @Option(name: .long, help: ArgumentHelp("Formats to ask: mcq, generation.", valueName: "list"))
        var formats = List<QuestionFormat>([.multipleChoice, .generation])

        @Option(name: .long, help: ArgumentHelp("Solved examples before each question.", valueName: "n"))
        var shots = 0

        @Flag(
            name: .long,
            help:
                "Ask through the checkpoint's own chat template: the prompt is one user message. Default: plain prompts."
        )
        var chatTemplate = false

        @Option(
            name: .long,
            help: ArgumentHelp(
                "Day that a chat template which asks for the date is told. Format: 'yyyy-mm-dd'. Default: none.",
                valueName: "day"))
        var chatDate: DayArgument?
    }

    struct DayArgument: ExpressibleByArgument {
        var day: ChatTemplate.Day

        init?(argument: String) {
            guard let day = ChatTemplate.Day(argument) else { return nil }
            self.day = day
        }
    }

    /// Options of localisation and surgery.
    struct MaskingOptions: ParsableArguments {
        @Option(
            name: .long,
            help: ArgumentHelp(
                "Shares of each layer's coefficients to mask (default: 0.1,0.2,0.3,0.4,0.5; none if --top is given).",
                valueName: "list"))
        var ratios: List<Double>?

        @Option(
            name: .long,
            help: ArgumentHelp("Numbers of coefficients to mask in each layer: 5,500.", valueName: "list"))
        var top: List<Int>?

        @Option(name: .long, help: "Pooling of coefficients over a question's tokens.")
        var pooling: Pooling = .mean

        @Option(name: .long, help: "Whether special tokens, such as a start-of-text token, are pooled too.")
        var poolSpecial: SpecialTokens = .include

        @Option(
            name: .long,
            help: """
                What masked coefficients become. noise: they stay, and their value vectors get Gaussian noise; the work on \
                masks is done once for each draw.
                """)
        var ablation: Ablation = .zero

        @Option(name: .long, help: ArgumentHelp("Draws of the noise.", valueName: "n"))
        var noiseDraws = NoiseSettings.standard.draws

        @Option(
            name: .long,
            help: ArgumentHelp("What the noise, of variance 1 in each component, is multiplied by.", valueName: "x"))
        var noiseScale = NoiseSettings.standard.scale

        @Option(name: .long, help: ArgumentHelp("Localisation controls per concept.", valueName: "n"))
        var localizationControls = 50

        @Option(name: .long, help: ArgumentHelp("Evaluation controls per concept.", valueName: "n"))
        var evaluationControls = 50

        @Option(
            name: .long, help: ArgumentHelp("Use these question sets instead of drawing them.", valueName: "plan.jsonl")
        )
        var plan: String?
    }

    /// Options of what the scores are compared with.
    struct ComparisonOptions: ParsableArguments {
        @Option(
            name: .long,
            help: ArgumentHelp(
                "Null masks of each kind per null concept and ratio; 0: none. Each costs as much as the concept's own.",
                valueName: "n"))
        var nulls = 1

        @Option(name: .long, help: ArgumentHelp("Concepts with null masks, spread over the tiers.", valueName: "n"))
        var nullConcepts = 30

        @Option(
            name: .long,
            help: ArgumentHelp(
                """
                Null masks of the same size: random ones, those of another concept of the same kind and tier, and those \
                located with shuffled labels.
                """, valueName: "list"))
        var nullKinds = List<NullKind>(NullKind.allCases)

        @Flag(
            name: .long,
            help: """
                Also locate masks on one half of a concept's questions and ask the other half, and the other way round. \
                Triples the work on masks, nearly.
                """)
        var crossFit = false

        @Option(
            name: .long,
            help: ArgumentHelp(
                """
                Studies of some null concepts, or none. pooling: masks without special tokens. noise: noise against zero on \
                the smallest mask; as much memory as the value matrices in float32, for each draw. formats: masks from open \
                questions. effects: masks on each other's questions. selectivity: masks on questions of near concepts \
                (linked, or of the same kind) and of far ones. Together they cost such a concept about what its masks do.
                """, valueName: "list"))
        var studies = StudyList(Study.standard)

        @Option(name: .long, help: ArgumentHelp("Null concepts that are studied, at most.", valueName: "n"))
        var studyConcepts = Study.standardConcepts
    }

    func validate() throws {
        guard !model.isEmpty else { throw ValidationError("--model names no folder.") }
        guard name == nil || model.count == 1 else { throw ValidationError("--name goes with one --model.") }
        guard step == nil || model.count == 1 else {
            throw ValidationError(
                "--step goes with one --model; of several the steps are read from the folders' names (step1000).")
        }
        guard step ?? 0 >= 0, series?.isEmpty != true else {
            throw ValidationError("--step must be 0 or more and --series a name.")
        }
        guard scoring.formats.elements.contains(.multipleChoice) else {
            throw ValidationError("--formats must contain mcq: localisation and scores are made from it.")
        }
        let ratios = masking.ratios?.elements ?? []
        guard ratios.allSatisfy({ (0...1).contains($0) }), Set(ratios).count == ratios.count else {
            throw ValidationError("--ratios must be different numbers from 0 to 1.")
        }
        let tops = masking.top?.elements ?? []
        guard tops.allSatisfy({ $0 >= 1 }), Set(tops).count == tops.count else {
            throw ValidationError("--top must be different numbers of 1 or more.")
        }
        guard masking.noiseDraws >= 1, masking.noiseScale.isFinite, masking.noiseScale > 0 else {
            throw ValidationError("--noise-draws must be 1 or more and --noise-scale above 0.")
        }
        guard masking.localizationControls >= 1, masking.evaluationControls >= 1 else {
            throw ValidationError("--localization-controls and --evaluation-controls must be 1 or more.")
        }
        guard comparison.nulls >= 0, comparison.nullConcepts >= 0, comparison.studyConcepts >= 0, scoring.shots >= 0
        else {
            throw ValidationError("--nulls, --null-concepts, --study-concepts and --shots must be 0 or more.")
        }
        guard scoring.chatDate == nil || scoring.chatTemplate else {
            throw ValidationError("--chat-date goes with --chat-template.")
        }
        guard limit ?? 1 >= 1 else { throw ValidationError("--limit must be 1 or more.") }
        guard threads >= 1 else { throw ValidationError("--threads must be 1 or more.") }
    }

    func run() throws {
        let shard = try shard?.shard ?? ShardArgument.ofSlurmArray(ProcessInfo.processInfo.environment) ?? .whole
        for folder in model {
            try Evaluation(
                storePath: store, modelFolder: folder, options: options(for: folder, shard), common: common
            ).run()
        }
    }

    private func options(for folder: String, _ shard: SpecializationRun.Shard) -> Evaluation.Options {
        let kinds = NullKind.allCases.filter(comparison.nullKinds.elements.contains)
        let studies = comparison.studies.studies
        let usesNoise = masking.ablation == .noise || studies.contains(.noise)
        return Evaluation.Options(
            label: name ?? URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent,
            series: series, step: step,
            formats: QuestionFormat.allCases.filter(scoring.formats.elements.contains),
            ratios: masking.ratios?.elements ?? (masking.top == nil ? [0.1, 0.2, 0.3, 0.4, 0.5] : []),
            tops: masking.top?.elements ?? [], pooling: masking.pooling,
            poolSpecial: masking.poolSpecial == .include ? nil : masking.poolSpecial, ablation: masking.ablation,
            noise: usesNoise ? NoiseSettings(draws: masking.noiseDraws, scale: masking.noiseScale) : nil,
            localizationControls: masking.localizationControls, evaluationControls: masking.evaluationControls,
            nulls: comparison.nulls, nullConcepts: comparison.nullConcepts,
            nullKinds: kinds == NullKind.allCases ? nil : kinds, crossFit: comparison.crossFit ? true : nil,
            studies: studies == Study.standard ? nil : studies,
            studyConcepts: comparison.studyConcepts == Study.standardConcepts ? nil : comparison.studyConcepts,
            planPath: masking.plan, shots: scoring.shots,
            usesChatTemplate: scoring.chatTemplate, chatDay: scoring.chatDate?.day, limit: limit, seed: seed,
            arithmetic: precision.arithmetic, threads: threads, shard: shard, fresh: fresh,
            isDryRun: dryRun)
    }
}
