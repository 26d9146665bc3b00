import Diagnostics
import Foundation
import QuestionSet
import Yams

extension TemplatePack {
    /// Threads that prepare packs; more would hardly have anything to do.
    static let loadingJobs = 4

    /// Reads all packs of a folder. If some are named, only these and the special cases of them are in use.
    ///
    /// - Throws: `Failure` 66 when the folder cannot be read, 64 for a name that is not there, 65 naming file and line of what
    ///   is wrong in a pack.
    public static func load(folder: String, named names: [String] = []) throws -> [TemplatePack] {
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw Failure(.inputUnavailable, file: folder, "cannot be read", remedy: "name a folder of template packs")
        }
        let packs = try parallelMap(files.filter { $0.hasSuffix(".yaml") }.sorted(), jobs: loadingJobs) {
            try TemplatePack(file: "\(folder)/\($0)")
        }
        guard !packs.isEmpty else {
            throw Failure(.badData, file: folder, "holds no template pack (*.yaml)")
        }
        var seen: Set<String> = []
        for pack in packs where !seen.insert(pack.name).inserted {
            throw Failure(.badData, file: folder, "has two packs named \(pack.name)")
        }
        let families = try joined(packs)
        try checkCoverage(packs)
        for name in names where !packs.contains(where: { $0.name == name }) {
            throw Failure(
                .usage, file: folder, "has no pack “\(name)”",
                remedy: "packs are \(packs.map(\.name).joined(separator: ", "))")
        }
        return families.map { pack in
            var pack = pack
            pack.isInUse = names.isEmpty || names.contains(pack.name) || names.contains(pack.family)
            return pack
        }
    }

    /// An infobox or a noun in two packs would be covered by the one whose name comes first: surely not meant.
    private static func checkCoverage(_ packs: [TemplatePack]) throws {
        var owners: [String: TemplatePack] = [:]
        for pack in packs {
            for word in pack.infoboxes.sorted() + pack.definitions.sorted().map({ "definition \($0)" }) {
                // A special case may take what its family's head has.
                if let other = owners[word], other.kindOf != pack.name, pack.kindOf != other.name {
                    throw pack.failure(
                        word, "the packs \(other.name) and \(pack.name) both cover “\(word)”",
                        remedy: "take it out of one of them, or let one be a special case of the other by kind_of")
                }
                owners[word] = pack
            }
        }
    }

    /// The packs with the relations of those that they are special cases of.
    private static func joined(_ packs: [TemplatePack]) throws -> [TemplatePack] {
        try packs.map { pack in
            guard let family = pack.kindOf else { return pack }
            guard let head = packs.first(where: { $0.name == family }), head.kindOf == nil, !head.isGeneral else {
                throw pack.failure(
                    "kind_of", "kind_of: “\(family)” is no pack that others can be special cases of",
                    remedy: "name another pack of the folder, which has no kind_of itself")
            }
            return pack.joined(to: head)
        }
    }

    /// The pack with what it takes over: the relations that it does not name itself, without the parameters that it knows.
    private func joined(to head: TemplatePack) -> TemplatePack {
        var result = self
        let names = Set(relations.map(\.name))
        let known = ignored.union(relations.flatMap(\.parameters))
        for var relation in head.relations where !names.contains(relation.name) {
            relation.parameters.removeAll(where: known.contains)
            if relation.source != .parameter || !relation.parameters.isEmpty { result.relations.append(relation) }
        }
        result.ignored.formUnion(head.ignored.subtracting(known))
        return result
    }

    private func failure(_ word: String, _ problem: String, remedy: String = "see Templates/README.md") -> Failure {
        Failure(.badData, file: place.file, at: place.lines[word].map { "line \($0)" }, problem, remedy: remedy)
    }

    /// The folder of the packs that come with the program: installed beside it, or in the checkout it was built in.
    public static func bundledFolder() throws -> String {
        let executable = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath()
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map(
            URL.init(fileURLWithPath:))
        var folder = (own ?? executable).deletingLastPathComponent()
        let installed = folder.deletingLastPathComponent().appendingPathComponent("share/specwiki/Templates").path
        if FileManager.default.fileExists(atPath: installed) { return installed }
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("Templates").path
            if FileManager.default.fileExists(atPath: candidate + "/general.yaml") { return candidate }
            folder.deleteLastPathComponent()
        }
        throw Failure(
            .inputUnavailable, file: "Templates", "the template packs are not beside the program",
            remedy: "pass --templates DIR, or install with make install")
    }

    /// Reads one pack.
    init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file), data.count < 4 << 20 else {
            throw Failure(.inputUnavailable, file: file, "cannot be read")
        }
        let text = String(decoding: data, as: UTF8.self)
        let root: Node
        do {
            // Everything is read as text, so that nothing need be tried against the patterns of numbers and dates.
            guard let node = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                throw Failure(.badData, file: file, "is empty")
            }
            root = node
        } catch let error as YamlError {
            throw Failure(.badData, file: file, "is not YAML: \(error)".replacing("\n", with: " "))
        }
        try self.init(PackNode(root, file: file, path: ""), hash: ContentHash.of(text))
    }

    private init(_ node: PackNode, hash: String) throws {
        let keys = try node.mapping([
            "name", "noun", "kind_of", "type", "takes_article", "common_nouns", "infoboxes", "categories",
            "definitions",
            "titles", "ignored", "relations",
        ])
        name = try keys.required("name").text()
        noun = try keys.required("noun").text()
        takesArticle = try keys.optional("takes_article")?.truth() ?? false
        hasCommonNouns = try keys.optional("common_nouns")?.truth() ?? false
        infoboxes = Set(try keys.optional("infoboxes")?.texts().map { $0.lowercased() } ?? [])
        categories = try keys.optional("categories")?.list().map { try $0.pattern(isLowercased: true) } ?? []
        titles = try keys.optional("titles")?.list().map { try $0.pattern() } ?? []
        definitions = Set(try keys.optional("definitions")?.texts().map { $0.lowercased() } ?? [])
        type = try keys.optional("type")?.choice(ValueType.self)
        kindOf = try keys.optional("kind_of")?.text()
        ignored = Set(try keys.optional("ignored")?.texts().map(Relation.normalised) ?? [])
        let origin = Origin(pack: name, hash: hash)
        let nodes = try keys.optional("relations")?.list() ?? []
        relations = try nodes.map { try Relation($0, of: origin) }
        var seen: Set<String> = []
        for (relation, node) in zip(relations, nodes) where !seen.insert(relation.name).inserted {
            throw node.failure("the relation \(relation.name) is defined twice")
        }
        self.hash = hash
        place = Place(file: node.file, lines: try Self.lines(keys))
        guard !infoboxes.isEmpty || !categories.isEmpty || !definitions.isEmpty || !titles.isEmpty else {
            throw node.failure("covers nothing: give infoboxes, categories, definitions or titles")
        }
    }

    /// The lines of what may clash with other packs.
    private static func lines(_ keys: PackNode.Keys) throws -> [String: Int] {
        var lines: [String: Int] = [:]
        func add(_ nodes: [PackNode]?, _ prefix: String) throws {
            for node in nodes ?? [] { lines[prefix + (try node.text().lowercased())] = node.node.mark?.line }
        }
        try add(keys.optional("infoboxes")?.list(), "")
        try add(keys.optional("definitions")?.list(), "definition ")
        lines["kind_of"] = keys.optional("kind_of")?.node.mark?.line
        return lines
    }
}

extension TemplatePack.Relation {
    fileprivate init(_ node: PackNode, of origin: TemplatePack.Origin) throws {
        self.origin = origin
        let keys = try node.mapping([
            "name", "source", "parameters", "type", "pool", "distractors", "choices", "range", "as_of", "requires",
            "questions", "list_questions",
        ])
        name = try keys.required("name").text()
        source = try keys.optional("source")?.choice(TemplatePack.Source.self) ?? .parameter
        parameters = try keys.optional("parameters")?.texts().map(Self.normalised) ?? []
        type = try keys.optional("type")?.choice(ValueType.self)
        pool = try keys.optional("pool")?.text() ?? name
        distractors = try keys.optional("distractors")?.choice(TemplatePack.Distractors.self) ?? .sameType
        choices = try keys.optional("choices")?.texts() ?? []
        requires = try keys.optional("requires")?.texts().map(Self.normalised) ?? []
        asOf = try keys.optional("as_of")?.texts().map(Self.normalised) ?? []
        range = try keys.optional("range")?.range()
        wordings = try keys.required("questions").list().map { try $0.wording() }
        listWordings = try keys.optional("list_questions")?.list().map { try $0.wording() } ?? []
        guard !wordings.isEmpty else { throw node.failure("relation \(name) has no questions") }
        guard choices.isEmpty || Set(choices).count >= 4 else {
            throw node.failure("relation \(name): choices must be at least 4 different texts")
        }
        guard range == nil || type == .quantity else {
            throw node.failure("relation \(name): a range goes with type quantity only")
        }
        guard asOf.isEmpty || needsYear else {
            throw node.failure("relation \(name): as_of goes with wordings that use {{year}}")
        }
        guard !needsYear || (wordings + listWordings).allSatisfy({ $0.names.contains("year") }) else {
            throw node.failure("relation \(name): either all of its wordings use {{year}} or none")
        }
        guard (source == .parameter) == !parameters.isEmpty else {
            throw node.failure("relation \(name): parameters go with source parameter, and only with it")
        }
    }

    fileprivate static func normalised(_ parameter: String) -> String {
        String(decoding: parameter.lowercased().utf8.map { $0 == 0x20 || $0 == 0x2D ? 0x5F : $0 }, as: UTF8.self)
    }
}

/// A YAML node with its file, so that every complaint names its line.
private struct PackNode {
    let node: Node
    let file: String
    let path: String

    init(_ node: Node, file: String, path: String) {
        self.node = node
        self.file = file
        self.path = path
    }

    struct Keys {
        let owner: PackNode
        let values: [String: PackNode]

        func required(_ key: String) throws -> PackNode {
            guard let value = values[key] else { throw owner.failure("the key \(key) is missing") }
            return value
        }

        func optional(_ key: String) -> PackNode? { values[key] }
    }

    func failure(_ problem: String) -> Failure {
        Failure(
            .badData, file: file, at: node.mark.map { "line \($0.line)" }, problem, remedy: "see Templates/README.md")
    }

    func mapping(_ known: Set<String>) throws -> Keys {
        guard case .mapping(let mapping) = node else { throw failure("a mapping is expected here") }
        var values: [String: PackNode] = [:]
        for (key, value) in mapping {
            guard let name = key.string, known.contains(name) else {
                throw PackNode(key, file: file, path: path).failure(
                    "unknown key \(key.string ?? "?"); keys here are \(known.sorted().joined(separator: ", "))")
            }
            values[name] = PackNode(value, file: file, path: name)
        }
        return Keys(owner: self, values: values)
    }

    func list() throws -> [PackNode] {
        guard case .sequence(let sequence) = node else { throw failure("\(path) must be a list") }
        return sequence.map { PackNode($0, file: file, path: path) }
    }

    func text() throws -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw failure("\(path) must be a text") }
        return scalar.string
    }

    func texts() throws -> [String] { try list().map { try $0.text() } }

    func truth() throws -> Bool {
        switch try text() {
        case "true": true
        case "false": false
        default: throw failure("\(path) must be true or false")
        }
    }

    /// A text with at most one `*`.
    func pattern(isLowercased: Bool = false) throws -> TextPattern {
        let text = try text()
        guard let pattern = TextPattern(isLowercased ? text.lowercased() : text) else {
            throw failure("\(path): a pattern has at most one * and other text besides")
        }
        return pattern
    }

    /// Two numbers, the lower one first.
    func range() throws -> ClosedRange<Double> {
        let bounds = try list().map { node -> Double in
            guard let number = Double(try node.text()), number.isFinite else {
                throw node.failure("\(path) must hold numbers")
            }
            return number
        }
        guard bounds.count == 2, bounds[0] < bounds[1] else { throw failure("\(path) must be [lowest, highest]") }
        return bounds[0]...bounds[1]
    }

    func wording() throws -> Wording {
        do {
            return try Wording(text())
        } catch let error as Failure where error.file == nil {
            throw failure(error.problem)
        }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) throws -> Choice
    where Choice.RawValue == String {
        guard let value = Choice(rawValue: try text()) else {
            throw failure("\(path) must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
