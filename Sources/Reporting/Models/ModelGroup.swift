import QuestionSet
import Scores

/// Runs of different models that were measured in the same way, so that their figures may stand in one picture.
struct ModelGroup {
    /// A run among others.
    struct Member {
        /// Its name, unique in the report.
        var name: String
        /// The name as pictures have room for it: of a checkpoint its series and step.
        var shortName: String
        /// Its number from 1, as the page's anchors have it.
        var number: Int
        var label: ModelLabel
        var results: EvaluationResults
    }

    /// In the order of the store.
    let members: [Member]

    /// The groups of at least two runs, in the order of their first run.
    static func groups(_ runs: [EvaluationResults], names: [String]) -> [ModelGroup] {
        var groups: [(settings: RunSettings, members: [Member])] = []
        let short = shortNames(runs, names)
        for (index, run) in runs.enumerated() {
            let settings = comparable(run.settings)
            let label = ModelLabel(run.settings)
            let member = Member(
                name: names[index], shortName: short[index], number: index + 1, label: label, results: run)
            if let place = groups.firstIndex(where: { $0.settings == settings }) {
                groups[place].members.append(member)
            } else {
                groups.append((settings, [member]))
            }
        }
        return groups.filter { $0.members.count > 1 }.map { ModelGroup(members: $0.members) }
    }

    /// The runs with what denominators do to their order among those measured alike.
    static func withDenominatorOrder(_ runs: [EvaluationResults], names: [String]) -> [EvaluationResults] {
        var runs = runs
        for group in groups(runs, names: names) {
            for (member, order) in zip(group.members, group.denominatorOrders) {
                runs[member.number - 1].denominatorOrder = order
            }
        }
        return runs
    }

    /// What denominators do to the order of the members, member by member.
    var denominatorOrders: [[DenominatorOrder]] {
        DenominatorOrder.compare(members.map(\.results.comparisons.denominators))
    }

    private static func shortNames(_ runs: [EvaluationResults], _ names: [String]) -> [String] {
        let short = zip(runs, names).map { run, name in
            let label = ModelLabel(run.settings)
            guard let series = label.series, let step = label.step else { return name }
            return "\(series) @\(NumberFormat.compact(Double(step)))"
        }
        return Set(short.map { Array($0.utf8) }).count == short.count ? short : names
    }

    /// The settings without what tells models apart and what only adds figures beside the score.
    private static func comparable(_ settings: RunSettings) -> RunSettings {
        var settings = settings
        settings.label = ""
        settings.modelHash = ""
        settings.tokenizerHash = ""
        settings.precision = ""
        settings.formats = []
        settings.nulls = 0
        settings.nullConcepts = 0
        settings.chatTemplate = nil
        settings.endOfSequence = nil
        settings.checkpoint = nil
        return settings
    }

    /// The ratio at which models are compared: the middle one, the larger of two.
    var ratio: Double? {
        let ratios = members[0].results.ratios
        return ratios.isEmpty ? nil : ratios[ratios.count / 2]
    }

    /// Checkpoints by series, in the order of their steps; series with at least two.
    var series: [(name: String, members: [Member])] {
        grouped(members.filter { $0.label.step != nil }) { $0.label.series ?? "" }
            .map { ($0.name, $0.members.sorted { ($0.label.step ?? 0, $0.number) < ($1.label.step ?? 0, $1.number) }) }
            .filter { $0.members.count > 1 }
    }

    /// One run of each model: of a series its last checkpoint. Checkpoints of one run of training are no sample of models.
    var models: [Member] {
        let later = series.flatMap { $0.members.dropLast().map(\.number) }
        return members.filter { !later.contains($0.number) }
    }

    /// The same without runs of one checkpoint under several names or in several ways: each counts once, its first run.
    var distinctModels: [Member] {
        var seen: Set<[String]> = []
        return models.filter { member in
            let settings = member.results.settings
            return seen.insert([settings.modelHash, settings.tokenizerHash]).inserted
        }
    }

    /// Models by family, in the order of their sizes; families with at least two.
    var families: [(name: String, members: [Member])] {
        grouped(models) { $0.label.family }
            .map { name, members in
                let key = { (member: Member) in (member.label.parameters ?? 0, member.number) }
                return (name, members.sorted { key($0) < key($1) })
            }
            .filter { $0.members.count > 1 }
    }

    private func grouped(_ members: [Member], by name: (Member) -> String) -> [(name: String, members: [Member])] {
        var groups: [(name: String, members: [Member])] = []
        for member in members {
            let name = name(member)
            // By UTF-8: String's == takes canonically equivalent names for one.
            if let place = groups.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                groups[place].members.append(member)
            } else {
                groups.append((name, [member]))
            }
        }
        return groups
    }
}
