import Scores
import Statistics

/// The tables that several runs make together.
struct ModelTables {
    let group: ModelGroup

    private let format = NumberFormat.typographic

    init(_ group: ModelGroup) {
        self.group = group
    }

    /// Sizes of the models with their figures.
    func sizes() -> String {
        var table = HTMLTable(
            "Sizes, with 95 % intervals over concepts\(ratioPhrase)", style: "stacked",
            [
                ("Model", false), ("Parameters", true), ("Step", true), ("Layers", true), ("Coefficients", true),
                ("Multiple choice, %", true), ("PSS, signed", true), ("Selective drop", true),
                ("Detectable drop", true),
            ])
        for member in ordered {
            let row = member.results.pss.first { $0.ratio == group.ratio }
            table.append([
                .text(HTMLText.name(member.name)), .figure(size(member)),
                .figure(member.label.step.map { format.count($0) } ?? NumberFormat.undefined),
                .figure(format.count(member.results.dFF.count)),
                .figure(format.count(member.results.dFF.reduce(0, +))),
                .figure(
                    format.percent(member.results.original), format.percentInterval(member.results.originalInterval)),
                .figure(format.fixed(row?.pssSigned, 3), format.interval(row?.intervals["pss_signed"], 3)),
                .figure(format.fixed(row?.selectiveDrop, 3), format.interval(row?.intervals["selective_drop"], 3)),
                .figure(format.fixed(row?.selectiveDropDetectable, 3)),
            ])
        }
        return table.html
    }

    /// The number of parameters; of a run from before it was kept the size in its name.
    private func size(_ member: ModelGroup.Member) -> String {
        member.results.settings.checkpoint?.parameters.map { format.count($0) } ?? member.label.size
            ?? NumberFormat.undefined
    }

    /// PSS with other denominators, and whether they change the order of the models.
    func denominators() -> String {
        let orders = zip(group.members, group.denominatorOrders).map { member, orders in
            (member.number, orders.filter { $0.ratio == group.ratio })
        }
        let byNumber = Dictionary(orders, uniquingKeysWith: { first, _ in first })
        let rows = ordered.filter { byNumber[$0.number]?.first?.placePSS != nil }
        guard rows.count > 1 else { return "" }
        var table = HTMLTable(
            "What the denominator does\(ratioPhrase); in brackets the place among the models",
            style: "wide",
            [
                ("Model", false), ("by Original over all questions (PSS)", true),
                ("by Original over the controls", true), ("by nothing, points", true),
            ])
        for member in rows {
            let scores = scores(member)
            table.append(
                [.text(HTMLText.name(member.name))]
                    + (byNumber[member.number] ?? []).map { order in
                        let score = scores[order.denominator]
                        return .figure(
                            order.denominator == "none" ? format.percent(score) : format.fixed(score, 3),
                            order.placePSS.map { "[\($0)]" } ?? "")
                    })
        }
        func tau(_ denominator: String) -> String {
            let order = orders.first?.1.first { $0.denominator == denominator }
            return format.fixed(order?.kendallPSS, 2)
        }
        let sentence =
            rows.count < 3
            ? ""
            : "<p class=\"quiet\">Kendall’s τ with the order by PSS: \(tau("controls")) over the controls, "
                + "\(tau("none")) without denominator; 1 says that the order is the same.</p>\n"
        return table.html + sentence
    }

    /// Signed gap at the compared ratio by the names of the denominators.
    private func scores(_ member: ModelGroup.Member) -> [String: Double] {
        member.results.comparisons.denominators.rows.first { $0.ratio == group.ratio }?.pssSigned ?? [:]
    }

    private var ratioPhrase: String { group.ratio.map { "; PSS and drop at k = \(NumberFormat.ratio($0))" } ?? "" }

    /// By family and size, series by step.
    private var ordered: [ModelGroup.Member] {
        group.members.sorted { left, right in
            let a = (left.label.parameters ?? 0, left.label.step ?? 0, left.number)
            let b = (right.label.parameters ?? 0, right.label.step ?? 0, right.number)
            return a < b
        }
    }

    // MARK: - Pairs

    /// Up to so many runs are compared each with each; of more, each with the first.
    private static let eachWithEach = 4

    /// The comparisons of a group: pairs of members and what they have in common.
    static func comparisons(_ group: ModelGroup)
        -> [(first: ModelGroup.Member, second: ModelGroup.Member, comparison: RunPair)]
    {
        let members = group.members
        var pairs: [(ModelGroup.Member, ModelGroup.Member)] = []
        for later in members.indices.dropFirst() {
            for earlier in members.indices[..<(members.count <= eachWithEach ? later : 1)] {
                pairs.append((members[earlier], members[later]))
            }
        }
        return pairs.compactMap { first, second in
            RunPair(first.results, second.results).map { (first, second, $0) }
        }
    }

    /// Two runs on one plan.
    func pairs(_ comparisons: [(first: ModelGroup.Member, second: ModelGroup.Member, comparison: RunPair)])
        -> String
    {
        guard !comparisons.isEmpty else { return "" }
        var table = HTMLTable(
            "Pairs of runs on the same questions: first less second over concepts, with 95 % interval; p by flipping the signs of "
                + "the concepts’ differences, adjusted over the ratios in brackets; Wilcoxon’s signed ranks; McNemar’s exact test on "
                + "the questions (it takes them as independent); the smallest difference that would be detected in four of five cases",
            style: "wide",
            [
                ("Runs", false), ("Figure", false), ("n", true), ("Difference", true), ("p", true),
                ("Wilcoxon p", true),
                ("McNemar p", true), ("Detectable", true),
            ])
        for pair in comparisons {
            for (index, row) in pair.comparison.rows.enumerated() {
                let isAccuracy = row.ratio == nil
                let compared = row.comparison
                func shown(_ value: Double?) -> String {
                    isAccuracy ? format.percent(value) : format.fixed(value, 3)
                }
                let interval = compared.interval.map { FigureInterval($0) }
                let bounds = isAccuracy ? format.percentInterval(interval) : format.interval(interval, 3)
                let mcnemar = pair.comparison.mcnemar[row.outcome].map { format.probability($0.p) }
                table.append(
                    [
                        .text("\(HTMLText.name(pair.first.name)) − \(HTMLText.name(pair.second.name))"),
                        .text(HTMLText.plain(Self.outcome(row))), .figure(format.count(compared.n)),
                        .figure(shown(compared.difference), bounds),
                        .figure(
                            format.probability(compared.signFlip.p),
                            row.pAdjusted.map { "[\(format.probability($0))]" } ?? ""),
                        .figure(compared.wilcoxon.map { format.probability($0.p) } ?? NumberFormat.undefined),
                        .figure(mcnemar ?? ""), .figure(shown(compared.smallestDetectable)),
                    ], style: index == 0 ? "first" : nil)
            }
        }
        return table.html
            + "<p class=\"quiet\">– stands where no concept differs: there is nothing to test.</p>\n"
    }

    private static func outcome(_ row: RunPair.Row) -> String {
        let place = row.ratio.map { ", k = \(NumberFormat.ratio($0))" } ?? ""
        switch row.outcome {
        case "accuracy_mcq": return "multiple choice, points"
        case "accuracy_generation": return "open generation, points"
        case "selective_drop": return "selective drop\(place)"
        default: return "PSS, signed\(place)"
        }
    }

    // MARK: - Files

    /// The numbers behind the tables.
    func numbers(_ comparisons: [(first: ModelGroup.Member, second: ModelGroup.Member, comparison: RunPair)])
        -> [FigureNumbers]
    {
        let cell = FigureNumbers.cell
        let sizes = FigureNumbers(
            file: "model_sizes",
            columns: [
                "run", "family", "size", "parameters", "series", "step", "tokens", "layers", "coefficients", "ratio",
                "accuracy_mcq", "pss_signed", "pss_by_controls", "gap", "selective_drop", "selective_drop_detectable",
            ],
            rows: ordered.map { member in
                let row = member.results.pss.first { $0.ratio == group.ratio }
                let others = scores(member)
                return [
                    member.name, member.label.family, member.label.size ?? "",
                    member.results.settings.checkpoint?.parameters.map(String.init) ?? "", member.label.series ?? "",
                    member.label.step.map(String.init) ?? "", cell(member.label.tokens),
                    String(member.results.dFF.count),
                    String(member.results.dFF.reduce(0, +)), cell(group.ratio), cell(member.results.original),
                    cell(row?.pssSigned), cell(others["controls"]), cell(others["none"]), cell(row?.selectiveDrop),
                    cell(row?.selectiveDropDetectable),
                ]
            })
        let pairs = FigureNumbers(
            file: "comparisons",
            columns: [
                "first", "second", "outcome", "ratio", "n", "first_mean", "second_mean", "difference",
            ] + FigureNumbers.intervalColumns + [
                "p_sign_flip", "p_exact", "p_adjusted", "p_wilcoxon", "p_mcnemar", "detectable",
            ],
            rows: comparisons.flatMap { pair in
                pair.comparison.rows.map { row in
                    let compared = row.comparison
                    return [
                        pair.first.name, pair.second.name, row.outcome, cell(row.ratio), String(compared.n),
                        cell(compared.firstMean), cell(compared.secondMean), cell(compared.difference),
                    ] + FigureNumbers.cells(compared.interval.map { FigureInterval($0) }) + [
                        cell(compared.signFlip.p), compared.signFlip.isExact ? "1" : "0", cell(row.pAdjusted),
                        cell(compared.wilcoxon?.p), cell(pair.comparison.mcnemar[row.outcome]?.p),
                        cell(compared.smallestDetectable),
                    ]
                }
            })
        return [sizes, pairs]
    }
}
