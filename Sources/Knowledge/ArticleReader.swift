import MediaWiki

/// What was read from a page: what it is, and where its links lead.
public struct ReadPage: Sendable, Equatable {
    /// An article with its facts, or why it is none.
    public var kind: PageKind
    /// The articles it links to, each once, as the hashes of their normalised titles (see `TitleHash`); none for a redirect.
    public var links: [UInt64]
    /// Its links with what stands around them, where they were asked for.
    public var mentions: [LinkMention]

    /// Creates a result.
    public init(kind: PageKind, links: [UInt64], mentions: [LinkMention] = []) {
        self.kind = kind
        self.links = links
        self.mentions = mentions
    }
}

/// Reads articles of one wiki: their facts, names, categories and links, in one scan of their text.
public struct ArticleReader: Sendable {
    /// Facts that are kept of one article at most; the longest real ones have a quarter of that.
    static let maximumFacts = 600

    private let links: LinkResolver

    /// Prepares for a wiki.
    public init(siteInfo: SiteInfo) {
        links = LinkResolver(siteInfo: siteInfo)
    }

    /// Reads a page of namespace 0.
    ///
    /// - Parameters:
    ///   - document: its text, if that has been scanned already.
    ///   - withMentions: whether its links are wanted with what stands around them.
    public func read(_ page: Page, scanned document: WikitextDocument? = nil, withMentions: Bool = false) -> ReadPage {
        if page.redirectTarget != nil { return setAside("redirect") }
        if let model = page.revision?.model, model != "wikitext" { return setAside("not wikitext") }
        guard let text = page.revision?.text,
            text.contains(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 })
        else {
            return setAside("no text")
        }
        if links.redirectTarget(inText: text) != nil { return setAside("redirect") }
        let document = document ?? WikitextDocument(text)
        let links = linkTargets(document)
        if let reason = PageClassifier.reason(title: page.title) ?? PageClassifier.reason(templatesOf: document) {
            return ReadPage(kind: .setAside(reason: reason), links: links.articles)
        }
        guard let id = page.id else { return ReadPage(kind: .setAside(reason: "no page id"), links: links.articles) }
        var reader = SingleArticleReader(
            document: document, links: self.links, title: page.title, categories: links.categories)
        reader.readAll()
        let article = Article(
            id: id, title: page.title, revisionID: page.revision?.id, names: reader.names.all, boxes: reader.boxes,
            categories: reader.categories, facts: reader.facts, sentences: reader.sentences, years: reader.years,
            revisionYear: page.revision?.timestamp.flatMap { Int($0.prefix(4)) }, dropped: reader.dropped)
        return ReadPage(
            kind: .article(article), links: links.articles,
            mentions: withMentions ? LinkMention.all(in: document, links: self.links) : [])
    }

    private func setAside(_ reason: String) -> ReadPage { ReadPage(kind: .setAside(reason: reason), links: []) }

    private func linkTargets(_ document: WikitextDocument) -> (articles: [UInt64], categories: [String]) {
        var articles: [UInt64] = []
        var categories: [String] = []
        for (index, node) in document.nodes.enumerated() where node.kind == .link {
            switch links.countedTarget(document.linkTarget(node, at: index)) {
            case .article(let hash): articles.append(hash)
            case .category(let name): categories.append(name)
            case .other: continue
            }
        }
        articles.removeRepeated()
        var seen: Set<String> = []
        return (articles, categories.filter { seen.insert($0).inserted })
    }
}

/// An infobox with what the names of its parameters say.
struct Infobox {
    let template: Template
    /// One for each parameter.
    let names: [ParameterName]
    /// Whether it is seen at a glance that no two parameters have one property.
    let areDistinct: Bool

    init(_ template: Template) {
        self.template = template
        names = template.parameters.map { ParameterName($0.name) }
        let hashes = names.compactMap(\.hash).sorted()
        areDistinct =
            hashes.count == names.count && hashes.indices.dropFirst().allSatisfy { hashes[$0] != hashes[$0 - 1] }
    }

    /// Whether it says when or where somebody was born or died.
    func isOfPerson(_ document: WikitextDocument) -> Bool {
        ["birth_date", "birth_place", "birth_name", "death_date"].contains { name in
            template.value(name).map { !document.trimmed($0).isEmpty } ?? false
        }
    }

    /// For each parameter whether no later one has its name: of repeated names the last one counts.
    var areLast: [Bool] {
        if areDistinct { return [Bool](repeating: true, count: names.count) }
        var seen = Set<String>(minimumCapacity: template.parameters.count)
        return template.parameters.reversed().map { seen.insert($0.name).inserted }.reversed()
    }
}

/// Reads one article.
private struct SingleArticleReader {
    private let document: WikitextDocument
    private let links: LinkResolver
    private let title: String
    private let lead: [PlainText]
    private let infoboxes: [Infobox]
    /// How many boxes are about something else.
    private let isElsewhere: Int
    private let isPerson: Bool

    let names: SubjectNames
    let boxes: [String]
    let categories: [String]
    private(set) var facts: [Fact] = []
    private(set) var sentences: [String] = []
    private(set) var years: [String: Int] = [:]
    private(set) var dropped: [String: Int] = [:]

    init(document: WikitextDocument, links: LinkResolver, title: String, categories all: [String]) {
        self.document = document
        self.links = links
        self.title = title
        let section = LeadSection(document: document, links: links)
        lead = section.paragraphs
        let allBoxes = document.infoboxes()
        lazy var plainNames = SubjectNames(title: title, parameters: [], lead: section.paragraphs, isPerson: false)
        (infoboxes, isElsewhere) = Self.boxesOfSubject(allBoxes, document: document, lead: section.end) { infobox in
            let given = Self.names(in: infobox, document: document, links: links)
            return given.isEmpty || given.contains { plainNames.contains($0) }
        }
        boxes = allBoxes.map(\.template.name)
        categories = all.filter { !CategoryRules.isMaintenance($0) }
        isPerson =
            categories.contains(where: CategoryRules.isOfPersons) || infoboxes.contains { $0.isOfPerson(document) }
        let given = infoboxes.flatMap { Self.names(in: $0, document: document, links: links) }
        names = SubjectNames(title: title, parameters: given, lead: lead, isPerson: isPerson)
    }

    mutating func readAll() {
        if isElsewhere > 0 { dropped["box of another subject"] = isElsewhere }
        facts.reserveCapacity(min(ArticleReader.maximumFacts, infoboxes.reduce(16) { $0 + $1.names.count }))
        for infobox in infoboxes { read(infobox) }
        dropContradictions()
        readLead()
        for category in categories where Markup.reason(category) == nil && !names.contains(category) {
            add(Fact(property: "category", values: [Value(.text, text: category)], source: .category(category)))
        }
    }

    private mutating func add(_ fact: consuming Fact) {
        if facts.count < ArticleReader.maximumFacts {
            facts.append(fact)
        } else {
            dropped["too many facts", default: 0] += 1
        }
    }

    // MARK: - Infoboxes

    /// The boxes that are about the subject: the first one, those inside it, and further ones of the lead that do not
    /// name somebody else. Later sections have boxes of their own, of songs of the album and wives of the king.
    private static func boxesOfSubject(
        _ boxes: [Infobox], document: WikitextDocument, lead end: Int, isOfSubject: (Infobox) -> Bool
    ) -> (kept: [Infobox], elsewhere: Int) {
        guard let first = boxes.first else { return ([], 0) }
        let inside = document.nodes[first.template.node].range
        let kept = boxes.filter { box in
            let start = document.nodes[box.template.node].range.lowerBound
            return inside.contains(start) || (start < end && isOfSubject(box))
        }
        return (kept, boxes.count - kept.count)
    }

    private static func names(in infobox: Infobox, document: WikitextDocument, links: LinkResolver) -> [String] {
        var result: [String] = []
        for (parameter, name) in zip(infobox.template.parameters, infobox.names) where name.isName {
            for item in document.plainText(of: parameter.value, links: links) where item.gaps.isEmpty {
                let text = ValueReader.withoutRemarks(item).text
                result += name.isListOfNames ? text.split(separator: ",").map(String.init) : [text]
            }
        }
        return result
    }

    /// Of two boxes that say different things of one property, none is believed: each may be about a part of the
    /// subject (a series and its film). The same said twice counts once.
    private mutating func dropContradictions() {
        // Most articles have one box, with different properties.
        if infoboxes.count == 1, infoboxes[0].areDistinct { return }
        var seen = Set<String>(minimumCapacity: facts.count)
        guard facts.contains(where: { !seen.insert($0.property).inserted }) else { return }
        var first: [String: Int] = [:]
        var contradicted: Set<String> = []
        var repeated: Set<Int> = []
        for (index, fact) in facts.enumerated() {
            if let other = first[fact.property] {
                if facts[other].values == fact.values {
                    repeated.insert(index)
                } else {
                    contradicted.insert(fact.property)
                }
            } else {
                first[fact.property] = index
            }
        }
        let kept = facts.indices.filter { !repeated.contains($0) }.map { facts[$0] }
        facts = kept.filter { !contradicted.contains($0.property) }
        if kept.count > facts.count { dropped["boxes differ"] = kept.count - facts.count }
    }

    private mutating func read(_ infobox: Infobox) {
        let template = infobox.template
        let labels = ParameterLabels(infobox, document: document, links: links)
        let areLast = infobox.areLast
        var layoutCount = 0
        for (index, parameter) in template.parameters.enumerated() where areLast[index] {
            let name = infobox.names[index]
            guard !document.trimmed(parameter.value).isEmpty else { continue }
            if name.isYear, let year = document.bytes[parameter.value].firstYear { years[name.property] = year }
            // `revenue_year` says when `revenue` was so much.
            let isNote = name.propertyOfYear.map { year in infobox.names.contains { $0.property == year } } ?? false
            if name.isLayout || isNote || labels.isLabel(name.property) {
                layoutCount += 1
                continue
            }
            let label = labels.label(of: name.property)
            if label == nil, labels.needsLabel(name.property) {
                dropped["no label", default: 0] += 1
                continue
            }
            let items = document.plainText(of: parameter.value, links: links)
            switch ValueReader(parameter: name).read(items) {
            case .empty: continue
            case .dropped(let reason): dropped[reason, default: 0] += 1
            case .values(let values):
                if values.allSatisfy({ names.contains($0.text) }) {
                    dropped["names the subject", default: 0] += 1
                } else {
                    add(
                        Fact(
                            property: name.property, values: values,
                            source: .parameter(box: template.name, name: parameter.name), qualifier: label))
                }
            }
        }
        if layoutCount > 0 { dropped["layout parameter", default: 0] += layoutCount }
    }

    // MARK: - Lead

    private mutating func readLead() {
        let cloze = ClozeReader(title: title, names: names, isPerson: isPerson)
        var isFirst = true
        for paragraph in lead {
            var previous: PlainText?
            for sentence in paragraph.sentences() {
                sentences.append(sentence.text)
                var start = 0
                if isFirst {
                    isFirst = false
                    start = readDefinition(sentence)
                }
                read(sentence, after: previous, cloze, from: start)
                previous = sentence
            }
        }
    }

    /// Adds the gaps of a sentence behind the subject's part of it.
    private mutating func read(_ sentence: PlainText, after previous: PlainText?, _ cloze: ClozeReader, from start: Int)
    {
        if let reason = cloze.reasonAgainst(sentence) {
            dropped[reason, default: 0] += 1
            return
        }
        let words = SentenceWords(sentence.text)
        if cloze.refersElsewhere(words, after: previous) {
            dropped["refers to another sentence", default: 0] += 1
            return
        }
        for gap in cloze.gaps(in: words, links: sentence.links, from: start) {
            add(
                Fact(
                    property: "cloze", values: [gap.value],
                    source: .cloze(sentence: sentence.text, start: gap.range.lowerBound, end: gap.range.upperBound)))
        }
    }

    /// Adds the definition, and says where the subject's part of the first sentence ends.
    private mutating func readDefinition(_ sentence: PlainText) -> Int {
        if let reason = Markup.reason(sentence.text) {
            dropped[reason, default: 0] += 1
            return 0
        }
        switch DefinitionReader.read(sentence, names: names) {
        case .definition(let phrase, let end):
            add(
                Fact(
                    property: "definition", values: [Value(.text, text: phrase)],
                    source: .definition(sentence: sentence.text)))
            return end
        case .dropped(let reason, let end):
            dropped[reason, default: 0] += 1
            return end ?? 0
        }
    }
}

extension WikitextDocument {
    /// All infoboxes but those inside footnotes, where most templates of an article are.
    fileprivate func infoboxes() -> [Infobox] {
        var result: [Infobox] = []
        var index = 0
        while index < nodes.count {
            if nodes[index].kind == .tag(.ref) {
                index = nodes[index].subtreeEnd
                continue
            }
            if isInfobox(index), let template = template(index) { result.append(Infobox(template)) }
            index += 1
        }
        return result
    }
}

extension ArraySlice<UInt8> {
    /// The first four digits in a row that may be a year of our time.
    fileprivate var firstYear: Int? {
        var digits = 0
        var value = 0
        for (index, byte) in zip(indices, self) {
            guard byte.isASCIIDigit else {
                (digits, value) = (0, 0)
                continue
            }
            digits += 1
            value = digits > 4 ? 0 : value * 10 + Int(byte - 0x30)
            let isLast = index + 1 == endIndex || !self[index + 1].isASCIIDigit
            if digits == 4, isLast, (1500...2100).contains(value) { return value }
        }
        return nil
    }
}
