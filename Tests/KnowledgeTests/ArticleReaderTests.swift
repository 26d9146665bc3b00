import Foundation
import MediaWiki
import TestSupport
import Testing

@testable import Knowledge

struct ArticleReaderTests {
    private let reader = ArticleReader(siteInfo: SiteInfo())

    private func kind(_ text: String?, title: String = "T", model: String? = "wikitext", redirect: String? = nil)
        -> PageKind
    {
        reader.read(
            ReaderFixtureTests.page(text.map { Array($0.utf8) }, title: title, model: model, redirect: redirect)
        ).kind
    }

    private func article(_ text: String, title: String = "T") -> Article? {
        if case .article(let article) = kind(text, title: title) { article } else { nil }
    }

    @Test(
        "pages that are no articles are set aside",
        arguments: [
            ("x", "T", "wikitext", "A", "redirect"), ("#REDIRECT [[A]]", "T", "wikitext", nil, "redirect"),
            ("{}", "T", "json", nil, "not wikitext"), (nil, "T", "wikitext", nil, "no text"),
            ("\n ", "T", "wikitext", nil, "no text"),
            ("x", "T (disambiguation)", "wikitext", nil, "disambiguation page"),
            ("x {{disambig}}", "T", "wikitext", nil, "disambiguation page"),
            ("{{hndis|x}}", "T", "wikitext", nil, "disambiguation page"),
            ("{{School disambiguation}}", "T", nil, nil, "disambiguation page"),
            ("{{surname}}", "T", "wikitext", nil, "disambiguation page"),
            ("x", "List of rivers", "wikitext", nil, "list page"),
            ("x", "Outline of physics", "wikitext", nil, "list page"),
        ] as [(String?, String, String?, String?, String)])
    func setAside(text: String?, title: String, model: String?, redirect: String?, reason: String) {
        #expect(kind(text, title: title, model: model, redirect: redirect) == .setAside(reason: reason))
    }

    @Test("articles are articles", arguments: ["Colon: a real article", "Lists in computing", "Listeria"])
    func articles(title: String) {
        #expect(article("'''X''' [[Y]]", title: title) != nil)
    }

    @Test("labels name what a parameter stands for")
    func labels() {
        let text = """
            {{Infobox settlement|leader_title=Mayor|leader_name=[[Ann Lee]]|leader_name1=Bob|established_title2=Founded
            |established_date2=1 May 1901|blank_name_sec1=GDP|blank_info_sec1=€5 billion|data3=x|label4=Motto|data4=Onwards}}
            """
        let facts = article(text)?.facts.map { "\($0.property) \($0.qualifier ?? "-") \($0.values.map(\.text))" }
        #expect(
            facts == [
                "leader_name Mayor [\"Ann Lee\"]", "established_date2 Founded [\"1 May 1901\"]",
                "blank_info_sec1 GDP [\"€5 billion\"]",
                "data4 Motto [\"Onwards\"]",
            ])
    }

    @Test("of boxes that differ none is believed, what both say counts once")
    func contradiction() {
        let text =
            "{{Infobox a|director=[[Xan]]|writer=[[Wim]]}}{{Infobox b|director=[[Yul]]|writer=[[Wim]]|runtime=5 minutes}}"
        #expect(article(text)?.facts.map(\.property) == ["writer", "runtime"])
        #expect(article(text)?.dropped["boxes differ"] == 2)
    }

    @Test("the last of repeated parameters counts")
    func repeated() {
        #expect(
            article("{{Infobox a|capital=[[Xville]]|capital=[[Yville]]}}")?.facts.map { $0.values[0].text } == [
                "Yville"
            ])
    }

    @Test("sentences that cannot stand alone give no gaps")
    func standingAlone() {
        let text = """
            '''Foo''' is a river in [[Examplia]] and flows through [[Big City]] to the sea. This made [[Ann Lee]] famous all over the world.
            They built [[Big Bridge]] over it in the year of 1901. However, [[Bob Lee]] did not like the bridge at all. It was
            sold to [[Cleo Lee]] in the end.
            """
        let clozes = article(text, title: "Foo")?.facts.filter { $0.property == "cloze" }.map { $0.values[0].text }
        #expect(clozes == ["Examplia", "Big City"])
    }

    @Test("numbers and years are only gaps where they are numbers and years")
    func numbers() {
        let text = """
            '''Foo''' is a tower of [[Examplia]]. The tower has 1,665 steps and 3 lifts and weighs 10,100 tonnes in all. Apollo 11 saw it,
            and chapter 7 of the book of 1950 says so. Old c. 1450 stones, 20–30 beams and the 19th floor were replaced in 1986 by [[Ann Lee]].
            It sold in 1500 shops.
            """
        let clozes = article(text, title: "Foo")?.facts.filter { $0.property == "cloze" }.map { $0.values[0].text }
        #expect(clozes == ["1,665", "10,100 tonnes", "1986", "Ann Lee"])
    }

    @Test(
        "no text of any fact holds markup, whatever the wikitext",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: ["bad/unclosed.xml", "bad/deep-templates.xml", "tinywiki.xml", "enwiki-2021-minidump.xml.bz2"])
    func noMarkup(file: String) throws {
        var articles: [Article] = []
        var reader = reader
        _ = try DumpReader(paths: [TestData.shared("dumps/\(file)").path]).read(onSiteInfo: {
            reader = ArticleReader(siteInfo: $0)
        }) { page in
            if page.namespace == 0, case .article(let article) = reader.read(page).kind { articles.append(article) }
        }
        #expect(!articles.isEmpty)
        for article in articles {
            for fact in article.facts {
                for text in Self.texts(fact) {
                    #expect(Markup.reason(text) == nil && !text.contains("[["), "\(article.title): \(text)")
                    #expect(text == text.trimmingCharacters(in: .whitespaces) && !text.isEmpty)
                }
                if case .cloze(let sentence, let start, let end) = fact.source {
                    #expect(start < end && end <= sentence.utf8.count)
                    #expect(ClozeReader.lengths.contains(sentence.count))
                }
                for value in fact.values {
                    if case .quantity(let quantity) = value.content { #expect(quantity.value.isFinite) }
                    if fact.property != "category" { #expect(value.text.count <= ValueReader.maximumLength) }
                }
            }
        }
        if file.hasPrefix("bad/") {
            // The good pages among the bad ones.
            for article in articles where ["Alphaville", "Gammaburg"].contains(article.title) {
                #expect(
                    Set(article.facts.map(\.property)).isSuperset(of: [
                        "country", "population_total", "established_date",
                    ]))
            }
        }
    }

    private static func texts(_ fact: Fact) -> [String] {
        let texts = fact.values.map(\.text) + [fact.property] + (fact.qualifier.map { [$0] } ?? [])
        switch fact.source {
        case .cloze(let sentence, _, _): return texts + [sentence]
        case .definition(let sentence): return texts + [sentence].filter { !$0.contains("[") }
        case .category(let name): return texts + [name]
        case .parameter: return texts
        }
    }

    @Test(
        "about four in five articles can carry ten facts",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))
    func coverage() throws {
        var counts: [Int] = []
        for file in ["enwiki-2021-minidump.xml.bz2", "enwiki-table-markup.xml.bz2", "tinywiki.xml"] {
            var reader = reader
            _ = try DumpReader(paths: [TestData.shared("dumps/\(file)").path]).read(onSiteInfo: {
                reader = ArticleReader(siteInfo: $0)
            }) {
                if $0.namespace == 0, case .article(let article) = reader.read($0).kind {
                    counts.append(article.facts.count)
                }
            }
        }
        // Measured with enwiki-2016-slice, which takes too long here: 103 of 129.
        #expect(counts.count { $0 >= 10 } * 5 >= counts.count * 4)
    }

    @Test("what is read is the same every time")
    func determinism() throws {
        let text = try Data(contentsOf: TestData.fixture("Knowledge/article.wiki"))
        let page = ReaderFixtureTests.page(Array(text))
        let first = reader.read(page)
        #expect(reader.read(page) == first)
        #expect(!first.links.isEmpty)
    }

    @Test("parameters that date others are read as years, and all sentences of the lead are kept")
    func yearsAndSentences() throws {
        let firm = try #require(
            article(
                """
                {{Infobox firm
                | revenue = 7
                | revenue_year = FY 2011/12
                | population_as_of = 1 January 2020
                | census_date = 123456
                | old_year = 44 BC
                }}
                T is a firm. This one stands alone.
                """))
        #expect(firm.years == ["revenue_year": 2011, "population_as_of": 2020])
        #expect(firm.sentences == ["T is a firm.", "This one stands alone."])
    }
}
