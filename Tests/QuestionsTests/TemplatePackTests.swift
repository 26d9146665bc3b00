import Diagnostics
import Foundation
import Knowledge
import QuestionSet
import TestSupport
import Testing

@testable import Questions

@Suite struct TemplatePackTests {
    private static let sound = """
        name: bridges
        noun: bridge
        infoboxes: [Infobox Bridge]
        categories: ["Bridges in *", "* viaducts", "Bridges"]
        definitions: [bridge, aqueduct]
        relations:
          - name: opening
            parameters: [Open Date, opened#]
            type: date
            questions: ["When was {{concept}} opened?"]
          - name: carries
            parameters: [carries]
            distractors: same-relation
            pool: traffic
            questions: ["What does {{concept}} carry?"]
            list_questions: ["What is one of the things that {{concept}} carries?"]

        """

    /// Loads one pack from a folder of its own.
    static func pack(_ text: String) throws -> TemplatePack {
        try TestData.withTemporaryFolder { folder in
            try Data(text.utf8).write(to: folder.appendingPathComponent("pack.yaml"))
            let packs = try TemplatePack.load(folder: folder.path)
            return try #require(packs.first)
        }
    }

    @Test func aPackIsReadAsWritten() throws {
        let pack = try Self.pack(Self.sound)
        #expect(pack.name == "bridges")
        #expect(pack.noun == "bridge")
        #expect(pack.infoboxes == ["infobox bridge"])
        #expect(pack.relations.map(\.name) == ["opening", "carries"])
        #expect(pack.relations[0].parameters == ["open_date", "opened#"])
        #expect(pack.relations[0].type == .date)
        #expect(pack.relations[1].pool == "traffic")
        #expect(pack.relations[1].distractors == .sameRelation)
        #expect(pack.relations[1].listWordings.count == 1)
        #expect(!pack.isGeneral)
    }

    @Test(arguments: [
        ("name: bridges", "name: bridges\nkolour: red", "line 2", "unknown key kolour"),
        ("type: date", "type: dat", "line 9", "must be one of date, quantity"),
        ("noun: bridge\n", "", "line 1", "the key noun is missing"),
        ("{{concept}} opened", "{{concpt}} opened", "line 10", "uses {{concpt}}"),
        ("{{concept}} opened", "{{concept}} {{.}} opened", "line 10", "has a tag that is no name"),
        ("{{concept}} opened", "it opened", "line 10", "does not name its subject"),
        ("{{concept}} opened", "{{concept opened", "line 10", "is not Mustache"),
        ("parameters: [carries]", "parameters: carries", "line 12", "must be a list"),
        ("pool: traffic", "pool: [traffic]", "line 14", "must be a text"),
        ("pool: traffic", "choices: [road, railway, road]", "line 11", "at least 4 different"),
        ("pool: traffic", "range: [1, 5]", "line 11", "type quantity only"),
        ("name: carries", "name: opening", "line 11", "defined twice"),
        ("[\"Bridges in *\"", "[\"*Bridges*\"", "line 4", "at most one *"),
        ("    questions: [\"When was {{concept}} opened?\"]\n", "    questions: []\n", "line 7", "has no questions"),
        (
            "    parameters: [carries]\n", "    source: cloze\n    parameters: [carries]\n", "line 11",
            "go with source parameter"
        ),
        ("    parameters: [carries]\n", "", "line 11", "go with source parameter"),
    ])
    func aMistakeIsAnErrorWithFileAndLine(_ part: String, _ mistake: String, _ line: String, _ problem: String) throws {
        let text = Self.sound.replacing(part, with: mistake)
        #expect(text != Self.sound)
        do {
            _ = try Self.pack(text)
            Issue.record("the mistake “\(mistake)” passed")
        } catch let failure as Failure {
            #expect(failure.kind == .badData)
            #expect(failure.file?.hasSuffix("pack.yaml") == true)
            #expect(failure.place == line, "\(failure)")
            #expect(failure.problem.contains(problem), "\(failure)")
        }
    }

    @Test func whatIsNotYAMLIsBadData() throws {
        for text in ["", "name: [", "- 1\n- 2", "\u{0}", "just text"] {
            #expect { try Self.pack(text) } throws: { ($0 as? Failure)?.kind == .badData }
        }
    }

    @Test func twoPacksMayNotCoverTheSame() throws {
        try TestData.withTemporaryFolder { folder in
            try Data(Self.sound.utf8).write(to: folder.appendingPathComponent("a.yaml"))
            let other = Self.sound.replacing("name: bridges", with: "name: viaducts")
            try Data(other.utf8).write(to: folder.appendingPathComponent("b.yaml"))
            #expect { try TemplatePack.load(folder: folder.path) } throws: { error in
                (error as? Failure)?.problem.contains("both cover") == true
            }
        }
    }

    @Test func folderAndNamesAreChecked() throws {
        #expect { try TemplatePack.load(folder: "/nonexistent") } throws: {
            ($0 as? Failure)?.kind == .inputUnavailable
        }
        try TestData.withTemporaryFolder { folder in
            #expect { try TemplatePack.load(folder: folder.path) } throws: { ($0 as? Failure)?.kind == .badData }
            try Data(Self.sound.utf8).write(to: folder.appendingPathComponent("a.yaml"))
            #expect { try TemplatePack.load(folder: folder.path, named: ["tunnels"]) } throws: { error in
                (error as? Failure)?.kind == .usage && (error as? Failure)?.remedy == "packs are bridges"
            }
            #expect(try TemplatePack.load(folder: folder.path, named: ["bridges"]).filter(\.isInUse).count == 1)
        }
    }

    @Test func `Plain wordings read as Mustache renders them`() throws {
        let values = ["concept": "AT&T \"<i>\" {{noun}} é", "noun": "", "sentence": "A }} b"]
        for source in [
            "{{concept}}", "What is {{concept}}?", "{{concept}}{{noun}}, {{concept}}: {{qualifier}}!",
            "{{sentence}} – {{concept}} }",
            "{ {{concept}} }", "Is it {{{concept}}}, {{concept}}?", "{{ concept }} or {{concept}}",
            "}} {{concept}} { }", "{{concept}}}} {x}", "\u{E9}{{concept}} \u{301}100 % =", "“{{concept}}”: {{noun}}é",
            "{{concept}}\u{A0}{ { }",
        ] {
            // An empty section shows nothing, and is a matter for Mustache.
            let slow = try Wording(source + "{{#year}}{{/year}}")
            #expect(try Wording(source).render(values) == slow.render(values), "\(source)")
        }
        #expect(try Wording("{{concept}} {").render(["concept": "{x"]) == "{x {")
        for source in ["{{concept}}\u{301} x", "\u{301}{{concept}}"] {
            #expect(throws: Failure.self, "a mark is one character with the bracket before it") { try Wording(source) }
        }
    }

    @Test func `Places of a text are those that the standard library finds`() {
        for text in ["", "aaa", "abcabc", "ab\r\nab", "Ärger ab", "a\u{301}b ab", "abab"] {
            for part in ["", "a", "ab", "aba", "\n", "r", "Ä", "abcabcabc"] {
                #expect(text.places(of: part) == text.ranges(of: part), "\(part) in \(text)")
            }
        }
    }

    @Test func questionsAreTextNotHTML() throws {
        let wording = try Wording("Who made {{concept}} & \"{{{qualifier}}}\"?")
        let text = wording.render(["concept": "Marks & Spencer's <X>", "qualifier": "\"A\" > B"])
        #expect(text == "Who made Marks & Spencer's <X> & \"\"A\" > B\"?")
        #expect(wording.names == ["concept", "qualifier"])
    }

    @Test(
        arguments: [
            ("{{concept}} {{^year}}x{{/year}}", ["concept", "year"]),
            ("{{ concept }}{{{kind}}}{{&noun}}", ["concept", "kind", "noun"]),
            ("{concept} {{sentence}} }}", ["sentence"]),
        ] as [(String, Set<String>)])
    func wordingsTellTheNamesTheyUse(_ source: String, _ names: Set<String>) throws {
        #expect(try Wording(source).names == names)
    }

    @Test(arguments: ["{{concept}} {{}}", "{{concept}} {{a b}}", "{{concept}} {{! remark}}", "{{concept}} {{1}}"])
    func tagsThatAreNoNamesAreRefused(_ source: String) {
        #expect(throws: Failure.self) { try Wording(source) }
    }

    @Test func numberedParametersAreCovered() throws {
        let index = RelationIndex(Array(try Self.pack(Self.sound).relations.prefix(1)))
        func isCovered(_ name: String) -> Bool {
            var isCovered = false
            let fact = Fact(property: name, values: [], source: .parameter(box: "B", name: name))
            index.forEachRelation(of: fact) { _ in isCovered = true }
            return isCovered
        }
        for name in ["open_date", "opened", "opened1", "opened12"] { #expect(isCovered(name), "\(name)") }
        for name in ["open_date1", "opened_1", "reopened", "openedx", "opene"] { #expect(!isCovered(name), "\(name)") }
    }

    @Test(arguments: [
        "", "abc", "area", "area_km", "area_mi", "mi", "x_mi", "area__mi", "_area", "area_", "title", "job_title",
        "titles",
        "blank_name", "blank", "blankets", "my_blank_x", "population", "pop_density", "crew_population_x",
        "populations",
        "leader_name", "area2", "Area", "flächen", "a b c d", "a-b-c", "note", "note_x", "x_note", "f", "temp_f",
        "year_built",
        "built_year", "__", "a__b", "ageing", "current",
    ])
    func generalRelationsTakeTellingParametersOnly(_ property: String) throws {
        var relation = try #require(try Self.pack(Self.sound).relations.last)
        relation.parameters = ["*"]
        let index = RelationIndex([], general: [relation])
        var isTaken = false
        index.forEachRelation(of: Fact(property: property, values: [], source: .parameter(box: "B", name: property))) {
            _ in isTaken = true
        }
        let ends = ["_mi", "_sqmi", "_ft", "_lb", "_acre", "_f", "_rank", "_year", "_note", "_type", "_title"]
        let ageing = ["population", "pop", "leader", "density", "current"]
        let isPlain = property.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz_".utf8.contains($0) }
        let isTelling =
            property.utf8.count >= 4 && isPlain && !property.hasPrefix("_") && !property.hasSuffix("_")
            && !property.hasPrefix("blank_") && !ends.contains(where: property.hasSuffix)
            && !property.split(separator: "_").contains { ageing.contains(String($0)) }
        #expect(isTaken == isTelling)
    }

    @Test func articlesFindTheirPack() throws {
        let pack = try Self.pack(Self.sound)
        var general = pack
        general.name = "general"
        general.infoboxes = ["*"]
        general.categories = []
        general.definitions = []
        let library = TemplateLibrary([general, pack])
        func name(_ boxes: [String] = [], _ categories: [String] = [], _ definition: String? = nil) -> String? {
            library.pack(boxes: boxes, categories: categories, definition: definition)?.name
        }
        #expect(name(["Infobox person", "Infobox bridge"]) == "bridges")
        #expect(name([], [], "cable-stayed bridge in Norway") == "bridges")
        #expect(name([], [], "Roman aqueduct") == "bridges")
        #expect(name([], [], "town with a bridge") == "general")
        #expect(name([], ["Bridges in Norway"]) == "bridges")
        #expect(name([], ["Stone viaducts"]) == "bridges")
        #expect(name([], ["bridges"]) == "bridges")
        #expect(name([], ["Bridges in "]) == "general")
        #expect(name([], ["Old bridges"]) == "general")
        #expect(TemplateLibrary([pack]).pack(boxes: [], categories: []) == nil)
    }

    // MARK: - Families

    private static let special = """
        name: viaducts
        noun: viaduct
        kind_of: bridges
        infoboxes: [Infobox Bridge]
        definitions: [viaduct]
        ignored: [opened1, Length]
        relations:
          - name: carries
            parameters: [railway]
            requires: [Open Date]
            questions: ["Which railway does {{concept}} carry?"]
          - name: arches
            parameters: [open_date, arches]
            type: quantity
            questions: ["How many arches has {{concept}}?"]

        """

    /// The packs of two files, by name.
    private static func packs(_ texts: String..., named names: [String] = []) throws -> [TemplatePack] {
        try TestData.withTemporaryFolder { folder in
            for (index, text) in texts.enumerated() {
                try Data(text.utf8).write(to: folder.appendingPathComponent("\(index).yaml"))
            }
            return try TemplatePack.load(folder: folder.path, named: names).sorted { $0.name < $1.name }
        }
    }

    @Test func aSpecialCaseTakesOverWhatItDoesNotSayItself() throws {
        let packs = try Self.packs(Self.sound, Self.special)
        let (head, pack) = (packs[0], packs[1])
        #expect(pack.family == "bridges" && head.family == "bridges" && head.relations.count == 2)
        #expect(pack.relations.map(\.name) == ["carries", "arches", "opening"])
        // "Open Date" is its own, "opened1" is ignored only as it stands.
        #expect(pack.relations.map(\.parameters) == [["railway"], ["open_date", "arches"], ["opened#"]])
        #expect(pack.relations.map(\.origin.pack) == ["viaducts", "viaducts", "bridges"])
        #expect(pack.relations.last?.origin.hash == head.hash && pack.hash != head.hash)
        #expect(pack.relations[0].requires == ["open_date"] && pack.ignored == ["opened1", "length"])
        let library = TemplateLibrary(packs)
        #expect(library.pack(boxes: ["Infobox bridge"], categories: [])?.name == "viaducts")
        #expect(library.pack(boxes: [], categories: [], definition: "bridge in Wales")?.name == "bridges")
        #expect(library.family(ofPack: 0) == library.family(ofPack: 1))
    }

    @Test func theDomainOfAFamilyHasItsSpecialCases() throws {
        func inUse(_ names: String...) throws -> [String] {
            try Self.packs(Self.sound, Self.special, named: names).filter(\.isInUse).map(\.name)
        }
        #expect(try inUse("bridges") == ["bridges", "viaducts"])
        #expect(try inUse("viaducts") == ["viaducts"])
        let library = TemplateLibrary(try Self.packs(Self.sound, Self.special, named: ["viaducts"]))
        // What other packs cover is still known as that, and not taken for something else.
        #expect(library.pack(boxes: [], categories: [], definition: "bridge in Wales") == nil)
        #expect(library.packIndex(ofTitle: "Pont (bridge)") == 0)
    }

    @Test(arguments: [("kind_of: bridges", "kind_of: tunnels"), ("kind_of: bridges", "kind_of: viaducts")])
    func aFamilyThatIsNoneIsAnErrorWithItsLine(_ part: String, _ mistake: String) throws {
        #expect {
            try Self.packs(Self.sound, Self.special.replacing(part, with: mistake))
        } throws: { error in
            let failure = error as? Failure
            return failure?.place == "line 3" && failure?.problem.contains("kind_of") == true
                && failure?.file?.hasSuffix("1.yaml") == true
        }
    }

    @Test func ignoredParametersAndThoseWithoutWhatTheyRequireAreNotAsked() throws {
        let anything = Self.sound.replacing("name: bridges", with: "name: general")
            .replacing("[Infobox Bridge]", with: "[\"*\"]").replacing("[bridge, aqueduct]", with: "[]")
            .replacing("[carries]", with: "[\"*\"]")
        let library = TemplateLibrary(try Self.packs(anything, Self.special.replacing("kind_of: bridges\n", with: "")))
        let reader = CandidateReader(library: library)
        func asked(_ properties: String...) throws -> [String] {
            let facts = properties.map {
                Fact(
                    property: $0, values: [Value(.text, text: "Value of \($0)")],
                    source: .parameter(box: "Infobox bridge", name: $0))
            }
            let article = Article(
                id: 1, title: "Ivel", revisionID: nil, names: [], boxes: ["Infobox Bridge"], categories: [],
                facts: facts,
                sentences: [], dropped: [:])
            let pack = try #require(reader.pack(for: article))
            return reader.candidates(article, pack: pack).map(\.relationName)
        }
        #expect(try asked("railway") == [])
        #expect(try asked("railway", "open_date") == ["carries"])
        #expect(try asked("length", "surface") == ["surface"])
    }

    @Test func mostCategoriesDecideAndSpecialCasesComeFirst() throws {
        let special = Self.special.replacing("definitions", with: "categories: [\"* arches\"]\ndefinitions")
        let towns = Self.sound.replacing("name: bridges", with: "name: towns").replacing(
            "[Infobox Bridge]", with: "[Town]"
        )
        .replacing("\"Bridges in *\", \"* viaducts\", \"Bridges\"", with: "\"Towns *\"")
        .replacing("[bridge, aqueduct]", with: "[town]")
        let library = TemplateLibrary(try Self.packs(Self.sound, special, towns))
        func name(_ categories: String...) -> String? { library.pack(boxes: [], categories: categories)?.name }
        #expect(name("Towns in Wales", "Bridges in Wales", "Towns of old") == "towns")
        #expect(name("Bridges in Wales", "Stone arches", "Bridges in England") == "viaducts")
        #expect(name("Bridges in Wales", "Towns in Wales") == "bridges")
        #expect(name("Rivers") == nil)
    }

    @Test func bundledPacksAreSound() throws {
        let packs = try TemplatePack.load(folder: TestData.root.appendingPathComponent("Templates").path)
        let names = Set(packs.map(\.name))
        for name in [
            "people", "countries", "settlements", "rivers", "elements", "planets", "films", "books", "companies",
            "species", "general",
        ] {
            #expect(names.contains(name), "\(name)")
        }
        #expect(packs.count { !$0.relations.isEmpty } >= 60)
        for pack in packs {
            let relations = pack.relations.filter { $0.source == .parameter }
            #expect(
                relations.count >= 9 || pack.isGeneral || pack.relations.isEmpty, "\(pack.name) has \(relations.count)")
            // No two relations may ask in the same words: their questions would be the same.
            let wordings = pack.relations.flatMap { $0.wordings + $0.listWordings }.map(\.source)
            #expect(Set(wordings).count == wordings.count, "\(pack.name)")
            for wording in wordings {
                #expect(
                    TextRules.defect(of: wording.replacing("{{", with: "").replacing("}}", with: "")) == nil,
                    "\(wording)")
                #expect(!wording.contains("hich of these"), "must also be answerable without options: \(wording)")
                let isQuestion =
                    wording.hasSuffix("?") || wording.hasSuffix("?'") || wording.hasSuffix("{{sentence}}\"")
                #expect(isQuestion, "\(wording)")
            }
        }
        let general = try #require(packs.first { $0.isGeneral })
        #expect(Set(general.relations.map(\.source)) == Set(TemplatePack.Source.allCases))
    }
}
