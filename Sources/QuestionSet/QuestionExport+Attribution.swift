/// What an export says of a question beyond contract 2.2: its kind, where its fact was read, and the licence.
struct ExportedSource {
    /// Columns of csv and keys of the data set, in this order.
    static let names = [
        "kind", "value_type", "precision", "source", "source_detail", "source_title", "page_id", "revision_id",
        "source_url", "licence",
    ]

    /// The template pack; nil in imported stores.
    var kind: String?
    /// Type of the options.
    var valueType: String?
    /// Precision of the options.
    var precision: String?
    /// parameter, lead, category or cloze.
    var source: String?
    /// The parameter, category or sentence.
    var detail: String?
    /// The article's title.
    var title: String
    /// The article's page id.
    var pageID: Int64?
    /// The revision that was read.
    var revisionID: Int64?
    /// Where that revision stands.
    var url: String?
    /// Licence of the text.
    var licence: String?

    init(_ line: QuestionLine, _ origin: TextOrigin) {
        let provenance = line.question.provenance
        kind = line.concept.kind
        valueType = line.question.valueType?.rawValue
        precision = line.question.precision
        source = provenance?.source.rawValue
        detail = provenance?.detail
        title = provenance?.page?.title ?? line.concept.title
        pageID = provenance?.pageID
        revisionID = provenance?.revisionID
        url = provenance.flatMap { origin.url(of: $0) }
        licence = origin.licence?.name
    }

    /// The values in the order of `names`.
    var texts: [String?] {
        [
            kind, valueType, precision, source, detail, title, pageID.map { String($0) }, revisionID.map { String($0) },
            url, licence,
        ]
    }
}

extension QuestionExport {
    /// ATTRIBUTION.md: whose texts these are, under which licence, and each article with the revision that was read.
    static func attribution(_ lines: [QuestionLine], _ origin: TextOrigin) -> String {
        var text = "# Attribution\n\n\(attributionText(origin))\n"
        text += "\n| article | page id | revision id |\n| --- | --- | --- |\n"
        // Once each, in the order of the concepts: nearly always one article a concept.
        var listed: Set<[String]> = []
        for line in lines.sorted(by: { ($0.concept.id, $0.question.id) < ($1.concept.id, $1.question.id) }) {
            let source = ExportedSource(line, origin)
            let title = Markdown.escaped(source.title)
            let row = [
                source.url.map { "[\(title)](\($0))" } ?? title, source.pageID.map { String($0) } ?? "not recorded",
                source.revisionID.map { String($0) } ?? "not recorded",
            ]
            if listed.insert(row).inserted { text += "| \(row.joined(separator: " | ")) |\n" }
        }
        return text
    }

    /// The paragraphs on authors, licence and changes.
    static func attributionText(_ origin: TextOrigin) -> String {
        let site = origin.site.map { " of \(Markdown.escaped($0))" } ?? ""
        let source = origin.source.map { " (\(Markdown.escaped($0)))" } ?? ""
        var paragraphs: [String] = []
        if let licence = origin.licence {
            let link = licence.url.map { "[\(licence.name)](\($0))" } ?? Markdown.escaped(licence.name)
            paragraphs.append(
                "The texts are by the authors of the articles\(site)\(source), under \(link). \(origin.licenceReason)")
            paragraphs.append(
                """
                Whoever passes them on, changed or not, names the authors, for which a link to each article is enough \
                (its history lists them), keeps the licence where it asks for that, and says what was changed.
                """)
        } else {
            paragraphs.append(
                """
                The questions come from\(site.isEmpty ? " a source that is not recorded" : " articles\(site)")\(source). \
                \(origin.licenceReason) Find out about it before you pass them on.
                """)
        }
        paragraphs.append(
            """
            What was changed: a program took facts and single sentences out of the articles and wrote questions about them; \
            the wrong options are answers to the same kind of question about other articles.
            """)
        if origin.isBundledSample {
            paragraphs.append(
                """
                This is the sample that comes with SpecWiki: its articles were written for it in the form of Wikipedia's, \
                and its page and revision ids, and so the links, are made up.
                """)
        }
        return paragraphs.joined(separator: "\n\n")
    }
}

/// Text in Markdown.
enum Markdown {
    /// The text with every character that Markdown could read as markup escaped, on one line.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "|", "#", "~", "$":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case "&": result += "&amp;"
            case "\n", "\r", "\t", "\0": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
