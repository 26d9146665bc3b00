import Knowledge
import MediaWiki
import QuestionSet

extension Provenance.Fact {
    /// The parts of a fact, without the wikitext of a parameter.
    init(_ fact: Fact) {
        self.init(qualifier: fact.qualifier, values: fact.values.map(\.text))
        switch fact.source {
        case .parameter(let box, let name): (infobox, parameter) = (box, name)
        case .definition(let sentence): self.sentence = sentence
        case .cloze(let sentence, let start, let end):
            self.sentence = sentence
            gap = Self.scalars(of: sentence, start, end)
        case .category(let name): category = name
        }
    }

    /// UTF-8 offsets as numbers of Unicode scalars, which is how SQL counts.
    private static func scalars(of sentence: String, _ start: Int, _ end: Int) -> Range<Int> {
        let utf8 = sentence.utf8
        let before = utf8.prefix(start).count { $0 & 0xC0 != 0x80 }
        let inside = utf8.dropFirst(start).prefix(end - start).count { $0 & 0xC0 != 0x80 }
        return before..<before + inside
    }
}

extension Provenance.Wording {
    /// A relation of a pack, before one of its wordings is chosen.
    init(_ relation: TemplatePack.Relation) {
        self.init(pack: relation.origin.pack, packHash: relation.origin.hash, relation: relation.name, template: "")
    }
}

extension Candidate {
    /// Where the fact stands, the wording that was chosen, and where the wrong options come from.
    func provenance(askedBy wording: Wording, optionsFrom source: Provenance.OptionSource) -> Provenance {
        var provenance = provenance
        provenance.options = source
        provenance.wording?.template = wording.source
        return provenance
    }
}

/// Where the facts of a page come from: what questions are told once it is certain that they are asked.
struct PageProvenance: Sendable {
    private let page: Provenance.Page
    private let wikitext: WikitextDocument

    /// - Parameters:
    ///   - wikitext: the text of the page.
    ///   - dump: the file that the page was read from.
    init(_ page: Page, _ wikitext: WikitextDocument, dump: Provenance.Dump?) {
        self.page = Provenance.Page(
            title: page.title, namespace: page.namespace, timestamp: page.revision?.timestamp,
            sha1: page.revision?.sha1, dump: dump, byteOffset: page.place?.byteOffset,
            streamOffset: page.place?.streamOffset, blockOffset: page.place?.blockOffset)
        self.wikitext = wikitext
    }

    /// The questions of the page with what is known of it and, where they ask for a parameter, its wikitext.
    func completed(_ questions: [Question]) -> [Question] {
        let infoboxes = wikitext.nodes.indices.filter(wikitext.isInfobox).compactMap(wikitext.template)
        return questions.map { question in
            var question = question
            question.provenance?.page = page
            if let fact = question.provenance?.fact, let box = fact.infobox, let parameter = fact.parameter {
                question.provenance?.fact?.rawValue = Self.rawValue(
                    parameter, of: infoboxes.filter { $0.name == box }, in: wikitext)
            }
            return question
        }
    }

    /// What stands in the parameter; nil if several boxes say different things.
    private static func rawValue(
        _ parameter: String, of boxes: [Template], in wikitext: WikitextDocument
    ) -> String? {
        let texts = boxes.compactMap { $0.value(parameter) }
            .map { wikitext.bytes[wikitext.trimmed($0)] }.filter { !$0.isEmpty }
        guard let first = texts.first, texts.allSatisfy({ $0 == first }) else { return nil }
        let text = String(decoding: first, as: UTF8.self)
        let limit = Provenance.Fact.maximumRawValue
        return text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}
