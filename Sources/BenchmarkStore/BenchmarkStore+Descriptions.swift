import Diagnostics
import QuestionSet

extension BenchmarkStore {
    /// A concept and its questions as a person wants to read them: options, accepted answers, and where each fact stands.
    ///
    /// - Parameter name: its title, in any case, or its id. All concepts of that title are described.
    /// - Throws: `Failure` 65 when there is no such concept, with titles that are near.
    public func description(of name: String) throws -> String {
        let concepts = try concepts()
        let found = Self.concepts(called: name, in: concepts)
        guard !found.isEmpty else {
            let near = Self.titles(near: name, in: concepts)
            throw Failure(
                .badData, file: path, at: "concept “\(name)”", "is not in the store",
                remedy: near.isEmpty
                    ? "list the titles with export --format csv" : "near: \(near.joined(separator: ", "))")
        }
        let metadata = try metadata()
        let questions = Dictionary(grouping: try questions(), by: \.conceptID)
        return found.map { concept in
            let linking = concepts.count { $0.links?.contains(concept.id) ?? false }
            return Self.describe(concept, linkedFrom: linking, questions[concept.id] ?? [], metadata)
        }.joined(separator: "\n")
    }

    private static func concepts(called name: String, in concepts: [Concept]) -> [Concept] {
        let wanted = name.lowercased()
        for isWanted: (Concept) -> Bool in [
            { $0.title == name }, { $0.id.description == name }, { $0.title.lowercased() == wanted },
        ] {
            let found = concepts.filter(isWanted)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// Five titles at most that contain the name, or failing that a word of it.
    private static func titles(near name: String, in concepts: [Concept]) -> [String] {
        let wanted = name.lowercased()
        let words: [Substring] = wanted.split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 3 }
        for parts: [Substring] in [[wanted[...]], words] {
            let near = concepts.map(\.title).filter { title in parts.contains { title.lowercased().contains($0) } }
            if !near.isEmpty, !wanted.isEmpty { return Array(near.sorted().prefix(5)) }
        }
        return []
    }

    // MARK: - One concept

    private static func describe(
        _ concept: Concept, linkedFrom linking: Int, _ questions: [Question], _ metadata: [String: String]
    ) -> String {
        let origin = TextOrigin(metadata: metadata, questions: questions)
        let measure = metadata["popularity"].flatMap { $0.isEmpty ? nil : $0 }
        let popularity = TextLayout.grouped(concept.popularity)
        var text = TextLayout.paragraph("\(concept.title) (id \(concept.id))")
        text += TextLayout.paragraph(
            [
                concept.kind.map { "kind \($0)" }, "tier \(concept.tier)",
                measure.map { "\(popularity) \($0)" } ?? "popularity \(popularity)",
            ].compactMap { $0 }.joined(separator: ", "), first: "  ")
        let article = questions.lazy.compactMap(\.provenance).first { _ in true }
        if let article {
            if let url = origin.url(of: article) { text += TextLayout.paragraph(url, first: "  ") }
            let licence = origin.licence.map { ", text under \($0.name)" } ?? ""
            text += TextLayout.paragraph(Self.place(of: article) + licence, first: "  ")
            if let place = article.page.flatMap(Self.placeInDump) { text += TextLayout.paragraph(place, first: "  ") }
        }
        if let links = concept.links {
            text += TextLayout.paragraph(
                "links to \(TextLayout.grouped(links.count)) of the concepts, linked from \(TextLayout.grouped(linking))",
                first: "  ")
        }
        for (index, question) in questions.enumerated() {
            text += "\n" + describe(question, number: index + 1, article: article)
        }
        return text
    }

    private static func describe(_ question: Question, number: Int, article: Provenance?) -> String {
        let label = "\(number)."
        let blanks = String(repeating: " ", count: max(0, 3 - label.count))
        var text = TextLayout.paragraph(question.text, first: "\(blanks)\(label) ")
        for (index, option) in question.options.enumerated() {
            let mark = index == question.answerIndex ? "*" : " "
            text += TextLayout.paragraph(option, first: "  \(mark) \(["A", "B", "C", "D"][index]). ")
        }
        let type = [question.valueType?.rawValue, question.precision].compactMap { $0 }.joined(separator: ", ")
        var entries = [("accepted", question.answers.joined(separator: " | "))]
        entries += question.provenance.map { Self.source(of: $0, question) } ?? [("fact from", "not recorded")]
        if let own = question.provenance, let article, Self.place(of: own) != Self.place(of: article) {
            entries.append(("article", Self.place(of: own)))
        }
        let pack = question.provenance?.wording.map { ", asked by pack \($0.pack)" } ?? ""
        entries.append(("relation", question.relation + (type.isEmpty ? "" : " (\(type))") + pack))
        if let source = question.provenance?.options { entries.append(("options", "from \(source.meaning)")) }
        entries.append(("id", question.id.description))
        for (label, value) in entries { text += TextLayout.entry(label, value, labelWidth: 9, indent: 4) }
        return text
    }

    // MARK: - Where a fact stands

    /// "page 7 (Marie Curie), revision 42 of 2019-05-31"
    private static func place(of provenance: Provenance) -> String {
        let revision = provenance.revisionID.map { "revision \($0)" } ?? "revision not recorded"
        let date = provenance.page?.timestamp.map { " of \($0)" } ?? ""
        return "page \(provenance.pageID), \(revision)\(date)"
    }

    /// "byte 4711 of enwiki.xml.bz2, in the stream at byte 600"
    private static func placeInDump(_ page: Provenance.Page) -> String? {
        guard let offset = page.byteOffset else { return nil }
        let isPacked = page.streamOffset != nil || page.blockOffset != nil
        let parts: [String?] = [
            "byte \(offset) of \(page.dump?.file ?? "the dump")\(isPacked ? " unpacked" : "")",
            page.streamOffset.map { "stream at byte \($0)" }, page.blockOffset.map { "block at byte \($0)" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// The infobox parameter with its wikitext, the sentence with the gap in brackets, or the category.
    private static func source(of provenance: Provenance, _ question: Question) -> [(String, String)] {
        let fact = provenance.fact
        var entries: [(String, String)]
        switch provenance.source {
        case .parameter:
            let parts = provenance.detail.firstRange(of: ": ").map {
                (String(provenance.detail[..<$0.lowerBound]), String(provenance.detail[$0.upperBound...]))
            }
            let infobox = fact?.infobox ?? parts?.0 ?? "infobox"
            entries = [("fact from", "\(infobox), parameter \(fact?.parameter ?? parts?.1 ?? provenance.detail)")]
            if let qualifier = fact?.qualifier { entries[0].1 += ", there called “\(qualifier)”" }
            if let wikitext = fact?.rawValue, wikitext != question.answer {
                entries.append(("wikitext", shortened(wikitext)))
            }
        case .category: entries = [("fact from", "category “\(fact?.category ?? provenance.detail)”")]
        case .lead: entries = [("fact from", "sentence “\(fact?.sentence ?? provenance.detail)”")]
        case .cloze:
            let sentence = fact?.sentence ?? provenance.detail
            entries = [("fact from", "sentence “\(marked(sentence, gap: fact?.gap, question))”")]
        }
        // What the article says besides the answers.
        if let values = fact?.values, !values.allSatisfy(question.answers.contains) {
            entries.append(("all values", values.joined(separator: " | ")))
        }
        return entries
    }

    /// Wikitext as one line of at most 300 characters.
    private static func shortened(_ wikitext: String) -> String {
        let line = wikitext.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count <= 300 ? line : "\(line.prefix(300))…"
    }

    /// A sentence with the words of the gap in brackets; where the store does not tell, the occurrence of the answer that the
    /// question leaves out.
    private static func marked(_ sentence: String, gap: Range<Int>?, _ question: Question) -> String {
        let scalars = Array(sentence.unicodeScalars)
        if let gap, gap.upperBound <= scalars.count {
            func text(_ part: some Sequence<Unicode.Scalar>) -> String {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: part)
                return String(view)
            }
            return "\(text(scalars[..<gap.lowerBound]))[\(text(scalars[gap]))]\(text(scalars[gap.upperBound...]))"
        }
        for range in sentence.ranges(of: question.answer) {
            let gapped = sentence[..<range.lowerBound] + "_____" + sentence[range.upperBound...]
            if question.text.contains(gapped) {
                return sentence[..<range.lowerBound] + "[\(question.answer)]" + sentence[range.upperBound...]
            }
        }
        return sentence
    }
}
