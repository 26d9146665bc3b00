import QuestionSet
import Scores
import Statistics

/// All that the page says about one run.
struct RunSection {
    let results: EvaluationResults
    /// The run's name, unique in the report.
    let name: String
    /// Its number from 1, for anchors.
    let number: Int
    /// How much the masks of its concepts share, where that is known.
    var overlap: OverlapMatrix?

    private let format = NumberFormat.typographic

    /// The section as HTML.
    func html() -> String {
        let cautions = Cautions(results, format)
        let charts = RunCharts(results)
        var html = """
            <section id="run-\(number)">
            <h2>\(HTMLText.name(name))</h2>
            <p class="quiet">\(summary)</p>

            """
        html += notes(cautions.warnings, style: "warning")
        html += tiles()
        html += headlineTable()
        html += notes(cautions.missing.map { "\(NumberFormat.undefined) " + $0 }, style: "missing")
        html +=
            "<h3>What the model knows</h3>\n" + figures(charts.knowledge, beside: FigureTables(results).accuracy())
            + FigureTables(results).correlations()
        html += "<h3>Where it keeps it: localisation and masks</h3>\n" + figures(charts.masks)
        html += HTMLText.folded("All scores under masks", FigureTables(results).masks())
        let shared = StudySection.charts(results, overlap: overlap)
        let studies = StudySection(results).html()
        if !shared.isEmpty || !studies.isEmpty {
            html += HTMLText.folded(
                "Is it specialization? What else was measured", (shared.isEmpty ? "" : figures(shared)) + studies)
        }
        html += HTMLText.folded("Most and least known concepts", ConceptTables(results).html())
        html += HTMLText.folded("Settings", SettingsTable(results).html())
        return html + "</section>\n"
    }

    private var summary: String {
        let settings = results.settings
        let shots =
            settings.shots > 0 ? "; \(format.counted(settings.shots, "solved example")) before each question" : ""
        let ablation =
            switch settings.ablation {
            case .zero: "zero"
            case .mean: "their means over the controls"
            case .noise: "noise"
            case .resample: "values resampled from the controls"
            }
        return
            "\(format.counted(results.concepts, "concept")), \(format.counted(results.questions, "question")); masks "
            + "set coefficients to \(ablation), \(settings.pooling.rawValue) pooling\(shots); seed \(settings.seed)."
    }

    private func notes(_ sentences: [String], style: String) -> String {
        guard !sentences.isEmpty else { return "" }
        return "<ul class=\"\(style)\">\n" + sentences.map { "<li>\(HTMLText.prose($0))</li>\n" }.joined() + "</ul>\n"
    }

    private func tiles() -> String {
        let tiles = Headline(results).tiles.map { tile in
            """
            <div class="tile"><p class="name">\(HTMLText.plain(tile.name))</p>
            <p class="big">\(HTMLText.plain(tile.figure))</p>
            <p>\(HTMLText.prose(tile.sentence))</p></div>

            """
        }
        return "<div class=\"tiles\">\n\(tiles.joined())</div>\n"
    }

    // MARK: - Headline table

    private func headlineTable() -> String {
        var table = HTMLTable(
            "Headline figures, with 95 % intervals", style: "stacked",
            [
                ("Ratio k", false), ("Specific, %", true), ("General, %", true), ("PSS", true), ("PSS, signed", true),
                ("Selective drop", true),
            ]
                + (results.nulls.isEmpty
                    ? [] : [("Random masks: PSS, signed", true), ("Random masks: selective drop", true)]))
        for (index, row) in ([results.unmasked] + results.pss).enumerated() {
            let isMasked = index > 0
            let null = isMasked ? NullNames.first(results).first { $0.ratio == row.ratio } : nil
            let isPeak = isMasked && row.ratio == results.curve.peakRatio
            var cells: [HTMLTable.Cell] = [
                .text(isMasked ? NumberFormat.ratio(row.ratio) : "0 (no mask)"),
                .figure(format.percent(row.specific), format.percentInterval(row.intervals["specific"])),
                .figure(format.percent(row.general), format.percentInterval(row.intervals["general"])),
                score(row.pss, row.intervals["pss"]), score(row.pssSigned, row.intervals["pss_signed"]),
                score(row.selectiveDrop, row.intervals["selective_drop"]),
            ]
            if !results.nulls.isEmpty {
                cells += [
                    null.map { score($0.pssSigned, $0.intervals["pss_signed"]) } ?? .text(""),
                    null.map { score($0.selectiveDrop, $0.intervals["selective_drop"]) } ?? .text(""),
                ]
            }
            table.append(cells, style: isPeak ? "peak" : nil)
        }
        return table.html
    }

    private func score(_ value: Double?, _ interval: FigureInterval?) -> HTMLTable.Cell {
        .figure(format.fixed(value, 3), format.interval(interval, 3))
    }

    // MARK: - Charts

    private func figures(_ charts: [Chart], beside tables: String = "") -> String {
        guard !charts.isEmpty else { return "<p class=\"quiet\">There is nothing to draw yet.</p>\n" + tables }
        let cell = tables.isEmpty ? "" : "<div>\n\(tables)</div>\n"
        return "<div class=\"charts\">\n\(charts.map(\.figure).joined())\(cell)</div>\n"
    }
}

extension Chart {
    /// The chart as an element of a page.
    var figure: String {
        let entries = legend.map { "<li>\($0.key.picture)\(HTMLText.name($0.label))</li>" }
        let list = entries.isEmpty ? "" : "<ul class=\"legend\">\(entries.joined())</ul>\n"
        return """
            <figure><figcaption><strong>\(HTMLText.plain(title))</strong> \(HTMLText.prose(caption))</figcaption>
            \(list)\(svg)</figure>

            """
    }
}

extension LegendEntry.Key {
    /// A sample of the series.
    fileprivate var picture: String {
        let sample =
            switch self {
            case .mark(let shape, let style): "<path class=\"\(style)\" d=\"\(shape.outline(6, 6, 4))\"/>"
            case .line(let style): "<path class=\"\(style)\" d=\"M0 6L12 6\"/>"
            case .bar(let style): "<rect class=\"\(style)\" x=\"1\" y=\"2\" width=\"10\" height=\"8\"/>"
            }
        return "<svg class=\"key\" viewBox=\"0 0 12 12\" aria-hidden=\"true\">\(sample)</svg>"
    }
}
