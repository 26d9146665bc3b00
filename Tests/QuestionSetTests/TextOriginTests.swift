import QuestionSet
import Testing

@Suite struct TextOriginTests {
    @Test(arguments: [
        ("enwiki-20190101-pages-articles-multistream.xml.bz2", "CC BY-SA 3.0"),
        ("enwiki-20230606-pages-articles.xml.bz2", "CC BY-SA 3.0"),
        ("enwiki-20230607-pages-articles.xml.bz2", "CC BY-SA 4.0"),
        ("enwiki-20260101-pages-articles1.xml.bz2, enwiki-20260101-pages-articles2.xml.bz2", "CC BY-SA 4.0"),
        ("enwiki-2016-slice.xml.bz2", "CC BY-SA 3.0"),
        // What the name does not tell: 4.0, which 3.0 allows.
        ("enwiki-latest-pages-articles.xml.bz2", "CC BY-SA 4.0"),
        ("enwiki-2023-slice.xml.bz2", "CC BY-SA 4.0"),
        ("enwiki-20160101.xml.bz2, enwiki-20240101.xml.bz2", "CC BY-SA 4.0"),
        ("-", "CC BY-SA 4.0"),
    ])
    func theLicenceOfWikimediasTextsDependsOnTheDateOfTheDump(_ dump: String, _ licence: String) {
        let origin = TextOrigin(metadata: ["dump": dump, "site": "Wikipedia, enwiki"])
        #expect(origin.licence?.name == licence)
        #expect(origin.licence?.identifier == licence.lowercased().replacing(" ", with: "-"))
    }

    @Test(arguments: [
        ("Wikipedia, enwiki", "https://en.wikipedia.org/w/index.php?oldid=5", "en"),
        ("Vikipedeja, ltgwiki", "https://ltg.wikipedia.org/w/index.php?oldid=5", "ltg"),
        ("Wikipedia, simplewiki", "https://simple.wikipedia.org/w/index.php?oldid=5", "en"),
        ("維基百科, zh_yuewiki", "https://zh-yue.wikipedia.org/w/index.php?oldid=5", "zh-yue"),
        ("Wikivoyage, dewikivoyage", "https://de.wikivoyage.org/w/index.php?oldid=5", "de"),
        ("Wikimedia Commons, commonswiki", "https://commons.wikimedia.org/w/index.php?oldid=5", nil),
    ])
    func revisionsAreLinkedOnTheWikiOfTheDatabase(_ site: String, _ url: String, _ language: String?) {
        let origin = TextOrigin(metadata: ["dump": "x.xml", "site": site])
        #expect(origin.url(of: Self.provenance()) == url)
        #expect(origin.url(of: Self.provenance(revision: nil))?.hasSuffix("/?curid=3") == true)
        #expect(origin.language == language)
    }

    private static func provenance(revision: Int64? = 5, base: String? = nil, database: String = "") -> Provenance {
        let dump = base.map { Provenance.Dump(number: 1, file: "d.xml", databaseName: database, base: $0) }
        return Provenance(
            source: .category, detail: "x", pageID: 3, revisionID: revision,
            page: dump.map { Provenance.Page(title: "X", dump: $0) })
    }

    @Test(arguments: [
        ("https://en.wikipedia.org/wiki/Main_Page", "https://en.wikipedia.org/w/index.php?oldid=5"),
        ("http://wiki.example:8080/index.php/Main_Page", "http://wiki.example:8080/index.php/Special:PermanentLink/5"),
        ("https://wiki.example/Main_Page", "https://wiki.example/Special:PermanentLink/5"),
        ("https://wikipedia.org.example/wiki/Main", "https://wikipedia.org.example/wiki/Special:PermanentLink/5"),
        // No address that titles could be appended to: the name of the database counts.
        ("https://wiki.example/index.php?title=Main", "https://fr.wikipedia.org/w/index.php?oldid=5"),
        ("javascript:alert(1)", "https://fr.wikipedia.org/w/index.php?oldid=5"),
        ("", "https://fr.wikipedia.org/w/index.php?oldid=5"),
    ])
    func theAddressOfTheMainPageDecidesWherePagesAre(_ base: String, _ url: String) {
        let provenance = Self.provenance(base: base, database: "frwiki")
        #expect(TextOrigin(metadata: ["site": "Wikipedia, enwiki"]).url(of: provenance) == url)
    }

    @Test func aDumpsNameTellsItsWikiWhereNothingElseDoes() {
        let slice = TextOrigin(metadata: ["dump": "enwiki-2016-slice.xml.bz2", "site": ""])
        #expect(slice.url(of: Self.provenance()) == "https://en.wikipedia.org/w/index.php?oldid=5")
        #expect(slice.licence?.name == "CC BY-SA 3.0")
    }

    @Test func theReasonIsKeptWithTheLicence() {
        let origin = TextOrigin(metadata: ["dump": "enwiki-20190101.xml", "site": "Wikipedia, enwiki"])
        #expect(
            origin.metadata.filter { $0.key != "licence reason" } == [
                "licence": "CC BY-SA 3.0", "licence url": "https://creativecommons.org/licenses/by-sa/3.0/",
            ])
        let again = TextOrigin(metadata: origin.metadata)
        #expect(again.licence == origin.licence && again.licenceReason == origin.licenceReason)
        #expect(TextOrigin(metadata: [:]).metadata.isEmpty)
    }

    @Test func pagesTellTheDumpAndTheWikiWhereTheMetadataDoesNot() {
        let dump = Provenance.Dump(
            number: 1, file: "ltgwiki-20170901.xml", siteName: "Vikipedeja", databaseName: "ltgwiki",
            base: "https://ltg.wikipedia.org/wiki/X")
        let question = Question(
            id: QuestionID(rawValue: 1), conceptID: ConceptID(rawValue: 3), relation: "r", text: "?",
            options: ["a", "b", "c", "d"], answerIndex: 0, answers: ["a"],
            provenance: Provenance(
                source: .category, detail: "x", pageID: 3, revisionID: 5, page: Provenance.Page(title: "X", dump: dump))
        )
        let origin = TextOrigin(metadata: [:], questions: [question])
        #expect(origin.licence?.name == "CC BY-SA 3.0")
        #expect(origin.site == "Vikipedeja, ltgwiki" && origin.source == dump.file && origin.language == "ltg")
        #expect(origin.url(of: Self.provenance()) == "https://ltg.wikipedia.org/w/index.php?oldid=5")
    }

    @Test(arguments: ["Wikinews, enwikinews", "Wikidata, wikidatawiki", "Memory, memory", ""])
    func noLicenceIsMadeUp(_ site: String) {
        let origin = TextOrigin(metadata: ["dump": "pages.xml", "site": site])
        #expect(origin.licence == nil)
        #expect(!origin.licenceReason.isEmpty)
        #expect(TextOrigin(metadata: ["origin": "imported"]).url(of: Self.provenance()) == nil)
    }

    @Test func aStatedLicenceStandsAboveTheRule() {
        let origin = TextOrigin(metadata: ["origin": "imported", "licence": "CC BY 4.0", "source": "our own"])
        #expect(origin.licence?.identifier == "cc-by-4.0")
        #expect(origin.licence?.url == "https://creativecommons.org/licenses/by/4.0/")
        #expect(origin.source == "our own")
        #expect(TextOrigin(metadata: origin.metadata).licence == origin.licence)
        let own = TextOrigin.Licence(named: "house rules")
        #expect(own.identifier == nil && own.url == nil)
    }
}
