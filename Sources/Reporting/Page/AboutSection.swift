import QuestionSet
import Scores

/// What stands at the end of the page: the store, definitions, how to cite and how to get the same numbers again.
struct AboutSection {
    let results: [EvaluationResults]
    let metadata: [String: String]
    /// File name of the store.
    let storeName: String
    let programVersion: String

    func html() -> String { store() + definitions() + reproduction() }

    private func store() -> String {
        guard !metadata.isEmpty else { return "" }
        let rows = metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let table = DefinitionTable.html("Where the questions come from", rows)
        let folded = HTMLText.folded("What was read, kept and left out", table)
        return "<section id=\"store\">\n<h2>The store</h2>\n\(folded)</section>\n"
    }

    private func definitions() -> String {
        let list = Definitions.terms.map { "<div><dt>\(HTMLText.plain($0))</dt><dd>\(HTMLText.prose($1))</dd></div>\n" }
        return "<section id=\"definitions\">\n<h2>Definitions</h2>\n<dl>\n\(list.joined())</dl>\n</section>\n"
    }

    private func reproduction() -> String {
        let names = RunNames(labels: results.map(\.settings.label)).names
        var html = """
            <section id="reproduce">
            <h2>Citing and repeating</h2>
            <p>The Parameter Specialization Score is from arXiv:2505.17260. Cite the figures with the model, the number of
            concepts, the seed and the hashes under Settings; they decide every number of a run. The figures here were
            computed by specwiki-eval \(HTMLText.plain(programVersion)).</p>
            <p>On the same store and checkpoint these commands give the same results (put the checkpoint’s folder for
            MODEL_FOLDER):</p>

            """
        for (name, run) in zip(names, results) {
            html += "<pre tabindex=\"0\" aria-label=\"Command of \(HTMLText.plain(name))\"><code>"
            html += HTMLText.plain(RunCommandLine(run.settings, storeName: storeName).text) + "</code></pre>\n"
        }
        let export = HTMLText.plain("specwiki-eval export \(RunCommandLine.quoted(storeName)) --output results")
        return html + """
            <p>All figures, predictions and question sets as files:</p>
            <pre tabindex="0" aria-label="Command to export"><code>\(export)</code></pre>
            </section>

            """
    }
}

/// The command that makes a run with given settings.
struct RunCommandLine {
    /// The command on one line, quoted for a POSIX shell.
    let text: String

    init(_ settings: RunSettings, storeName: String) {
        var words = [
            "specwiki-eval", "run", Self.quoted(storeName), "--model", "MODEL_FOLDER", "--name",
            Self.quoted(settings.label),
        ]
        if let series = settings.checkpoint?.series { words += ["--series", Self.quoted(series)] }
        if let step = settings.checkpoint?.step { words += ["--step", String(step)] }
        words += ["--formats", settings.formats.map(\.rawValue).joined(separator: ",")]
        let ratios = settings.ratios.indices.filter { settings.top(at: $0) == nil }.map { settings.ratios[$0] }
        if !ratios.isEmpty { words += ["--ratios", ratios.map(Self.exact).joined(separator: ",")] }
        let counts = settings.ratios.indices.compactMap { settings.top(at: $0).map(String.init) }
        if !counts.isEmpty { words += ["--top", counts.joined(separator: ",")] }
        words += ["--pooling", settings.pooling.rawValue, "--ablation", settings.ablation.rawValue]
        words += ["--localization-controls", String(settings.localizationControls)]
        words += ["--evaluation-controls", String(settings.evaluationControls)]
        words += ["--nulls", String(settings.nulls), "--null-concepts", String(settings.nullConcepts)]
        words += Self.studyWords(settings)
        if settings.planHash != nil { words += ["--plan", "plan.jsonl"] }
        if settings.shots > 0 { words += ["--shots", String(settings.shots)] }
        if let template = settings.chatTemplate {
            words.append("--chat-template")
            if let day = template.day { words += ["--chat-date", Self.quoted(day)] }
        }
        if let limit = settings.limit { words += ["--limit", String(limit)] }
        words += ["--seed", String(settings.seed), "--precision", Self.quoted(settings.precision)]
        text = words.joined(separator: " ")
    }

    /// Options that are left out where they have their default.
    private static func studyWords(_ settings: RunSettings) -> [String] {
        var words: [String] = []
        if let special = settings.poolSpecial { words += ["--pool-special", special.rawValue] }
        if let noise = settings.noise {
            words += ["--noise-draws", String(noise.draws), "--noise-scale", exact(noise.scale)]
        }
        if settings.crossFit == true { words.append("--cross-fit") }
        if let kinds = settings.nullKinds { words += ["--null-kinds", kinds.map(\.rawValue).joined(separator: ",")] }
        if let studies = settings.studies {
            words += ["--studies", studies.isEmpty ? "none" : studies.map(\.rawValue).joined(separator: ",")]
        }
        if let concepts = settings.studyConcepts { words += ["--study-concepts", String(concepts)] }
        return words
    }

    /// All digits of a number.
    private static func exact(_ value: Double) -> String {
        value.description.hasSuffix(".0") ? String(value.description.dropLast(2)) : value.description
    }

    /// A word that the shell takes as it stands.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty && !word.hasPrefix("-")
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "/"), UInt8(ascii: "+"):
                    true
                default: false
                }
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
