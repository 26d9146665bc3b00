import QuestionSet
import Scores

/// Everything that decided a run's numbers.
struct SettingsTable {
    private let results: EvaluationResults

    init(_ results: EvaluationResults) {
        self.results = results
    }

    /// Names and values.
    func html() -> String {
        let settings = results.settings
        var rows: [(String, String)] = [
            ("Model", settings.label), ("Checkpoint, SHA-256", settings.modelHash),
            ("Tokenizer, SHA-256", settings.tokenizerHash),
            ("Questions, SHA-256", settings.questionsHash),
            ("Plan", settings.planHash.map { "given, SHA-256 \($0)" } ?? "drawn with the seed"),
            ("Seed", String(settings.seed)),
            ("Formats", settings.formats.map(\.rawValue).joined(separator: ", ")),
            ("Mask ratios", settings.ratios.map(NumberFormat.ratio).joined(separator: ", ")),
            ("Coefficients", layers), ("Pooling", settings.pooling.rawValue), ("Ablation", settings.ablation.rawValue),
            ("Localisation controls", "\(settings.localizationControls) asked for per concept"),
            ("Evaluation controls", "\(settings.evaluationControls) asked for per concept"),
            (
                "Null masks",
                settings.nulls > 0 && settings.nullConcepts > 0
                    ? "\(settings.nulls) per ratio, on \(settings.nullConcepts) concepts asked for" : "none"
            ),
            ("Solved examples", String(settings.shots)), ("Precision", settings.precision),
        ]
        let counts = settings.ratios.indices.compactMap { index in
            settings.top(at: index).map { "\($0) (k = \(NumberFormat.ratio(settings.ratios[index])))" }
        }
        if !counts.isEmpty { rows.append(("Mask sizes given as counts", counts.joined(separator: ", "))) }
        if let special = settings.poolSpecial { rows.append(("Special tokens in pooling", special.rawValue)) }
        if let noise = settings.noise {
            rows.append(("Noise on value vectors", "\(noise.draws) draws, times \(noise.scale)"))
        }
        if settings.crossFit == true { rows.append(("Cross-fitting", "yes")) }
        if let kinds = settings.nullKinds {
            rows.append(("Kinds of nulls", kinds.map(\.rawValue).joined(separator: ", ")))
        }
        if let studies = settings.studies {
            let names = studies.map(\.rawValue).joined(separator: ", ")
            rows.append(("Studies", studies.isEmpty ? "none" : names))
        }
        if let hash = settings.linksHash { rows.append(("Links between concepts, SHA-256", hash)) }
        if let template = settings.chatTemplate {
            let day = template.day.map { ", told the day \($0)" } ?? ""
            rows.append(("Prompts", "in the chat template, SHA-256 \(template.hash)\(day)"))
        }
        if let ends = settings.endOfSequence {
            rows.append(("End of open answers", "tokens \(ends.map(String.init).joined(separator: ", "))"))
        }
        if let facts = settings.checkpoint {
            if let count = facts.parameters { rows.append(("Parameters", NumberFormat.typographic.count(count))) }
            if let series = facts.series { rows.append(("Training series", series)) }
            if let step = facts.step { rows.append(("Training step", NumberFormat.typographic.count(step))) }
        }
        if let limit = settings.limit { rows.append(("Limit", "the first \(limit) concepts by id")) }
        return DefinitionTable.html("Settings of the run", rows)
    }

    private var layers: String {
        let counts = results.dFF
        guard let first = counts.first else { return NumberFormat.undefined }
        if counts.allSatisfy({ $0 == first }) {
            return "\(counts.count) layers of \(NumberFormat.typographic.count(first))"
        }
        return "\(counts.count) layers of \(counts.map { NumberFormat.typographic.count($0) }.joined(separator: ", "))"
    }
}

/// A table of names and values that may be long.
enum DefinitionTable {
    static func html(_ title: String, _ rows: [(String, String)]) -> String {
        let body = rows.map { name, value in
            let shown = value.isEmpty ? NumberFormat.undefined : HTMLText.name(value)
            return "<tr><th scope=\"row\">\(HTMLText.name(name))</th><td class=\"value\">\(shown)</td></tr>\n"
        }
        return """
            <table class="definitions" aria-label="\(HTMLText.plain(title))">
            <tbody>
            \(body.joined())</tbody></table>

            """
    }
}
