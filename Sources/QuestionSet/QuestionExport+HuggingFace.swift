import Diagnostics
import Foundation

/// The folder for Hugging Face's `datasets`: the questions with their sources as JSON Lines, and a data set card.
extension QuestionExport {
    static func dataSetFiles(
        _ lines: [QuestionLine], _ origin: TextOrigin, _ metadata: [String: String]
    ) throws -> [(name: String, data: Data)] {
        // Of questions.jsonl, which tells whether two sets are the same, whatever is said of their sources.
        let hash = ContentHash.of(String(decoding: try JSONLines.encode(lines), as: UTF8.self))
        return [
            ("data/test.jsonl", try JSONLines.encode(lines.map { DataSetRow(line: $0, origin: origin) })),
            ("README.md", Data(card(lines, origin, metadata, hash: hash).utf8)),
            ("ATTRIBUTION.md", Data(attribution(lines, origin).utf8)),
        ]
    }

    /// A line of questions.jsonl and its source; every key in every row, null where nothing is known, so that a column has
    /// one type.
    private struct DataSetRow: Encodable {
        var line: QuestionLine
        var origin: TextOrigin

        private enum CodingKeys: String, CodingKey {
            case kind, precision, source, licence
            case valueType = "value_type"
            case detail = "source_detail"
            case title = "source_title"
            case pageID = "page_id"
            case revisionID = "revision_id"
            case url = "source_url"
        }

        func encode(to encoder: any Encoder) throws {
            try line.encode(to: encoder)
            let source = ExportedSource(line, origin)
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(source.kind, forKey: .kind)
            try values.encode(source.valueType, forKey: .valueType)
            try values.encode(source.precision, forKey: .precision)
            try values.encode(source.source, forKey: .source)
            try values.encode(source.detail, forKey: .detail)
            try values.encode(source.title, forKey: .title)
            try values.encode(source.pageID, forKey: .pageID)
            try values.encode(source.revisionID, forKey: .revisionID)
            try values.encode(source.url, forKey: .url)
            try values.encode(source.licence, forKey: .licence)
        }
    }

    // MARK: - The card

    private static func card(
        _ lines: [QuestionLine], _ origin: TextOrigin, _ metadata: [String: String], hash: String
    ) -> String {
        let concepts = Set(lines.map(\.concept.id)).count
        let measure = metadata["popularity"].map { " (\(Markdown.escaped($0)))" } ?? ""
        var text = """
            \(frontMatter(lines, origin))
            # SpecWiki questions

            \(Counting.grouped(lines.count)) questions about \(Counting.grouped(concepts)) things of a wiki, popular and obscure, \
            each with four options and the answers that are accepted in open generation. They measure how much a language model \
            knows in proportion to how much a thing is looked up, and where in its parameters that knowledge lies (the Parameter \
            Specialization Score, arXiv 2505.17260).

            ```python
            import datasets

            questions = datasets.load_dataset("PATH_OF_THIS_FOLDER", split="test")
            ```

            ## Fields

            | field | what it is |
            | --- | --- |
            | `question_id`, `concept_id` | whole numbers, unique; the concept's is the page id of its article in generated sets |
            | `concept`, `kind` | the thing asked about, and what kind of thing it is |
            | `bucket`, `popularity` | tier and measure of popularity\(measure) |
            | `relation`, `question` | what is asked for, and the wording |
            | `options`, `answer_index` | four texts, and which is right: 0 to 3 |
            | `answers` | texts accepted in open generation, the right option among them |
            | `value_type`, `precision` | what all four options are: date, quantity, person, place, organisation, work, string |
            | `source`, `source_detail` | infobox parameter, sentence of the lead (also as a cloze) or category that the fact was read from |
            | `source_title`, `page_id`, `revision_id`, `source_url` | the article and the revision that was read |
            | `licence` | that of the article's text |

            Fields that are null are not recorded for this set.

            ## Prompts

            Multiple choice ends in `Answer:` and is scored by the next token, A to D; open answers are greedy, at most 16 tokens, cut at the \
            first line end, and right if an accepted answer stands in them as whole words after SQuAD's normalisation:

            ```text
            Question: {question}
            A. {options[0]}
            B. {options[1]}
            C. {options[2]}
            D. {options[3]}
            Answer:
            ```

            ```text
            Question: {question}
            Answer:
            ```

            `specwiki-build export --format lm-eval` writes them as tasks of lm-evaluation-harness.

            ## Statistics

            \(statistics(lines))
            ## Where it comes from

            \(sources(metadata, origin))
            ## Licence and attribution

            \(attributionText(origin))

            [ATTRIBUTION.md](ATTRIBUTION.md) lists the articles; `source_url` links each question's.

            ## Limitations


            """
        text += limitations(origin, metadata).map { "* \($0)\n" }.joined()
        text += """

            ## Citation

            ```text
            \(citation(lines, origin, metadata, hash: hash))
            ```

            For the score cite *Parameter Specialization Score*, arXiv 2505.17260.

            """
        return text
    }

    private static func frontMatter(_ lines: [QuestionLine], _ origin: TextOrigin) -> String {
        var text = "---\npretty_name: SpecWiki questions\n"
        switch origin.licence {
        case .some(let licence):
            if let identifier = licence.identifier {
                text += "license: \(identifier)\n"
            } else {
                text += "license: other\nlicense_name: \(JSONText.quoted(licence.name))\n"
                text += "license_link: ATTRIBUTION.md\n"
            }
        case nil: text += "license: unknown\n"
        }
        // Codes of two or three letters only: the hub refuses others.
        if let language = origin.language, (2...3).contains(language.utf8.count) {
            text += "language:\n- \(language)\n"
        }
        text += """
            multilinguality:
            - monolingual
            annotations_creators:
            - machine-generated
            language_creators:
            - found
            task_categories:
            - question-answering
            - multiple-choice
            - text-generation
            size_categories:
            - \(sizeCategory(lines.count))
            tags:
            - wikipedia
            - factual-knowledge
            - specwiki
            configs:
            - config_name: default
              data_files:
              - split: test
                path: data/test.jsonl
            dataset_info:
              features:

            """
        for (name, type) in [
            ("answer_index", "int64"), ("answers", "[string]"), ("bucket", "string"), ("concept", "string"),
            ("concept_id", "int64"), ("kind", "string"), ("licence", "string"), ("options", "[string]"),
            ("page_id", "int64"), ("popularity", "int64"), ("precision", "string"), ("question", "string"),
            ("question_id", "int64"), ("relation", "string"), ("revision_id", "int64"), ("source", "string"),
            ("source_detail", "string"), ("source_title", "string"), ("source_url", "string"), ("value_type", "string"),
        ] {
            text += "  - name: \(name)\n"
            text += type == "[string]" ? "    sequence: string\n" : "    dtype: \(type)\n"
        }
        return text + "---\n"
    }

    private static func sizeCategory(_ count: Int) -> String {
        let steps = ["1K", "10K", "100K", "1M", "10M", "100M"]
        var limit = 1000
        for (index, step) in steps.enumerated() {
            if count < limit { return index == 0 ? "n<1K" : "\(steps[index - 1])<n<\(step)" }
            limit *= 10
        }
        return "n>100M"
    }

    private static func sources(_ metadata: [String: String], _ origin: TextOrigin) -> String {
        var rows: [(String, String)] = []
        func add(_ label: String, _ value: String?) {
            if let value, !value.isEmpty { rows.append((label, Markdown.escaped(value))) }
        }
        add("dump", metadata["dump"])
        add("wiki", origin.site)
        add("source", metadata["source"])
        add("page views", metadata["pageviews"])
        add("popularity", metadata["popularity"])
        add("tiers", metadata["tiers"].map { $0.replacing(",", with: ", ") })
        add(
            "lowest popularity of each tier but the last",
            metadata["tier thresholds"].map { $0.replacing(",", with: ", ") })
        add("questions per concept", metadata["questions per concept"])
        add("seed", metadata["seed"])
        add("pages read", metadata["pages read"])
        add("eligible concepts", metadata["eligible concepts"])
        guard !rows.isEmpty else { return "The store does not record it.\n" }
        return "| | |\n| --- | --- |\n" + rows.map { "| \($0.0) | \($0.1) |\n" }.joined()
    }

    private static func citation(
        _ lines: [QuestionLine], _ origin: TextOrigin, _ metadata: [String: String], hash: String
    ) -> String {
        let source = [origin.source, origin.site.map { "(\($0))" }].compactMap { $0 }.joined(separator: " ").singleLine
        let parts: [String?] = [
            "SpecWiki questions\(source.isEmpty ? "" : " from \(source)")", "\(lines.count) questions",
            metadata["seed"].map { "seed \($0.singleLine)" }, "SHA-256 of questions.jsonl \(hash)",
        ]
        var text = parts.compactMap { $0 }.joined(separator: ", ") + "."
        if let licence = origin.licence {
            text += "\nTexts by the authors of the articles, \(licence.name.singleLine)."
        }
        return text
    }

    private static func limitations(_ origin: TextOrigin, _ metadata: [String: String]) -> [String] {
        var limitations = [
            "The questions were written by a program and not checked one by one: some are clumsy, and what an article has wrong is wrong here.",
            "Facts are those of the article's revision; what has changed since is not known to them.",
            "Wrong options are drawn from the same dump: from a small one they are weaker. `specwiki-build audit` says how far "
                + "guessers come that never see the question.",
            "An open answer that is right in other words than those accepted counts as wrong.",
            "The articles are part of most language models' training texts; that is what is measured, and no question is new to them.",
        ]
        if metadata["popularity"] == "inbound links" {
            limitations.append("Popularity is the number of links from other articles of the dump, not of readers.")
        }
        if metadata["origin"] != "generated" {
            limitations.append("The set was imported: what is not recorded here has to be asked of its authors.")
        }
        return limitations
    }
}

/// Text as a JSON string, which is a quoted scalar of YAML as well.
private enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
