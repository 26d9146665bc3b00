import Foundation
import Scores

/// What a run's label says about the model's place among others: its training series and step, its family and size.
///
/// Labels are folder names unless `--name` says otherwise, so this reads the names under which checkpoints are published:
/// `step1000-tokens4B`, `checkpoint-2000`, `stage1-step5000`, `pythia-160m@step1000`, `Qwen2.5-0.5B`.
struct ModelLabel: Hashable {
    /// The training run that the checkpoint belongs to; nil where the label names no step.
    private(set) var series: String?
    /// Training steps.
    private(set) var step: Int?
    /// Training tokens, where the label names them.
    private(set) var tokens: Double?
    /// The label without step and size.
    private(set) var family: String
    /// The size as it is written, "160m" or "1B-7B"; nil where the label names none.
    private(set) var size: String?
    /// The number of parameters, or the first of the sizes, for the order.
    private(set) var parameters: Double?

    /// Reads the label of a run, and what else is known of its checkpoint.
    init(_ settings: RunSettings) {
        let facts = settings.checkpoint
        self.init(settings.label, series: facts?.series, step: facts?.step)
        if let count = facts?.parameters { parameters = Double(count) }
    }

    /// Reads a label; a series and a step that were given for the run win over those in its label.
    init(_ label: String, series givenSeries: String? = nil, step givenStep: Int? = nil) {
        var rest = label
        if let match = rest.firstMatch(
            of: /(?i)(?:^|[-_@\/. ])(?:global[-_]?)?(?:step|checkpoint|iter)[-_]?(\d{1,15})(?!\d)/)
        {
            step = Int(match.output.1)
            rest.removeSubrange(match.range)
            if let match = rest.firstMatch(of: /(?i)(?:^|[-_@\/. ])tokens[-_]?(\d+(?:\.\d+)?)([KMBT]?)(?![A-Za-z0-9])/)
            {
                tokens = Double(match.output.1).map { $0 * Self.factor(match.output.2) }
                rest.removeSubrange(match.range)
            }
        }
        rest = Self.trimmed(rest)
        if let givenStep { step = givenStep }
        series = givenSeries ?? (step == nil ? nil : rest.isEmpty ? "checkpoints" : rest)

        var sizes: [String] = []
        var name = givenSeries ?? rest
        while let match = name.firstMatch(of: /(?i)(?:^|[-_@ ])(\d+(?:\.\d+)?)([MBT])(?=$|[-_@\/. ])/) {
            sizes.append(String(match.output.1) + String(match.output.2))
            if parameters == nil { parameters = Double(match.output.1).map { $0 * Self.factor(match.output.2) } }
            name.removeSubrange(match.range)
        }
        size = sizes.isEmpty ? nil : sizes.joined(separator: "-")
        let family = Self.trimmed(name)
        self.family = family.isEmpty ? label : family
    }

    private static func factor(_ unit: Substring) -> Double {
        switch unit.uppercased() {
        case "K": 1e3
        case "M": 1e6
        case "B": 1e9
        case "T": 1e12
        default: 1
        }
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: CharacterSet(charactersIn: "-_@/. "))
    }
}
