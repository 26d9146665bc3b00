import Statistics
import Testing

@testable import MediaWiki

struct LinkResolverTests {
    private let resolver = LinkResolver(
        siteInfo: SiteInfo(namespaces: [0: "", 4: "Vikipedeja", 6: "Fails", 14: "Kategoreja"]))

    @Test(
        "link targets are normalised and sorted by what they lead to",
        arguments: [
            ("foo_bar ", LinkTarget.article("Foo bar")), ("éa", .article("Éa")), ("Foo#Bar", .article("Foo")),
            ("#Bar", .elsewhere),
            ("A%20B", .article("A B")), ("AT&amp;T", .article("AT&T")), ("a\u{200E}b", .article("Ab")),
            ("x\u{A0} y", .article("X y")),
            (":Category:X", .elsewhere), ("Category:x|", .invalid), ("category : x", .category("X")),
            ("Kategoreja:Y", .category("Y")),
            ("File:X.jpg", .file), ("fails:X.jpg", .file), (":File:X.jpg", .elsewhere), ("Wikipedia:X", .elsewhere),
            ("vikipedeja:x", .elsewhere),
            ("fr:France", .language), (":fr:France", .elsewhere), ("wikt:foo", .elsewhere),
            ("Alien: Covenant", .article("Alien: Covenant")),
            ("IT:x", .article("IT:x")), ("", .invalid), ("a[b", .invalid), ("a\nb", .article("A b")),
            ("ß", .article("ß")), ("100%", .article("100%")),
            ("http://example.org", .invalid), ("HTTPS://example.org/a label", .invalid), ("//example.org", .invalid),
            ("mailto:a@example.org", .invalid), ("urn:x", .invalid),
            (":http://example.org", .article("Http://example.org")),
            ("News: a film", .article("News: a film")), ("News:", .article("News:")), ("http:x", .article("Http:x")),
            ("food://x", .article("Food://x")), ("/sub", .article("/sub")), ("// x", .article("// x")),
            // A combining mark is not part of the colon or blank before it.
            (":\u{301}a", .article("\u{301}a")), ("#x", .elsewhere), ("x_\u{301}", .article("X \u{301}")),
        ])
    func targets(raw: String, expected: LinkTarget) {
        let bytes = Array(raw.utf8)[...]
        #expect(resolver.resolve(bytes) == expected)
        // Counting takes a short cut, to the same end.
        let counted: CountedTarget =
            switch expected {
            case .article(let title): .article(TitleHash(title).value)
            case .category(let name): .category(name)
            default: .other
            }
        #expect(resolver.countedTarget(bytes) == counted)
    }

    @Test("targets without anything unusual take a short cut, to the same end", arguments: [false, true])
    func shortCuts(isCaseSensitive: Bool) {
        let parts = [
            "File", "image", "CATEGORY", "Fails", "News", "http", "fr", "zh-min", "wikt", "User  talk", "x", "Xy", "é",
            "–", "\u{2010}", "\u{2027}", "\u{2028}",
            "\u{200E}", "\u{A0}", "東", ":", ":", ":", " ", "_", "#", "/", "//", "&amp;", "%41", "|", "[", "\u{301}",
            "1",
        ]
        let resolver = LinkResolver(
            siteInfo: SiteInfo(
                isCaseSensitive: isCaseSensitive, namespaces: [0: "", 6: "Fails", 7: "News", 14: "News", 15: "Новости"])
        )
        var generator = SeededGenerator(seed: 3, "targets", isCaseSensitive ? 1 : 0)
        for _ in 0..<20_000 {
            let raw = (0..<1 + generator.below(6)).map { _ in parts[generator.below(parts.count)] }.joined()
            // Not at the beginning of its array, as in a page.
            let bytes = Array(("[[" + raw).utf8)[2...]
            let expected = resolver.unusualTarget(bytes)
            #expect(resolver.resolve(bytes) == expected, "\(raw)")
            let counted: CountedTarget =
                switch expected {
                case .article(let title): .article(TitleHash(title).value)
                case .category(let name): .category(name)
                default: .other
                }
            #expect(resolver.countedTarget(bytes) == counted, "\(raw)")
        }
    }

    @Test("characters of any script take the short cut to the same end", arguments: [false, true])
    func scripts(isCaseSensitive: Bool) {
        let resolver = LinkResolver(siteInfo: SiteInfo(isCaseSensitive: isCaseSensitive))
        var wrong: [String] = []
        for scalar in (0..<0x1_1000).compactMap({ Unicode.Scalar($0 as UInt32) }) {
            for text in ["\(scalar)", "\(scalar)bc", "a\(scalar)", "a\(scalar) bc", "a:\(scalar)x", "a#\(scalar)"] {
                let bytes = Array(text.utf8)[...]
                let counted: CountedTarget =
                    switch resolver.unusualTarget(bytes) {
                    case .article(let title): .article(TitleHash(title).value)
                    case .category(let name): .category(name)
                    default: .other
                    }
                if resolver.countedTarget(bytes) != counted || resolver.resolve(bytes) != resolver.unusualTarget(bytes)
                {
                    wrong.append(text)
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(20))")
    }

    @Test("a first letter that is cut off is read by all rules")
    func brokenLetter() {
        let resolver = LinkResolver(siteInfo: SiteInfo())
        for bytes in [[0xC3, 0x61, 0x62], [0xC3], [0xD0, 0x5F, 0xB6], [0xE3, 0x41], [0xC3, 0xC3, 0xA9]] as [[UInt8]] {
            #expect(resolver.resolve(bytes[...]) == resolver.unusualTarget(bytes[...]))
        }
    }

    @Test("titles keep their case on a wiki that says so")
    func caseSensitive() {
        let resolver = LinkResolver(siteInfo: SiteInfo(isCaseSensitive: true))
        #expect(resolver.resolve(Array("iPod".utf8)[...]) == .article("iPod"))
    }

    @Test("the namespaces of siteinfo are trimmed, and the wiki's own name for one counts before a canonical one")
    func siteNamespaces() {
        let resolver = LinkResolver(siteInfo: SiteInfo(namespaces: [14: " Luokka ", 100: "Book"]))
        #expect(resolver.resolve(Array("luokka:x".utf8)[...]) == .category("X"))
        #expect(resolver.resolve(Array("Book:x".utf8)[...]) == .elsewhere)
    }

    @Test(
        "blanks and underscores are single blanks, in whatever script",
        arguments: [
            ("  Łódź__x ", "Łódź x"), ("_Ж_", "Ж"), ("東京 _ タワー", "東京 タワー"), ("a\u{A0}b\u{2003} c", "A b c"),
            ("A\u{200E}b\u{202A}", "Ab"), ("L’Aquila – x", "L’Aquila – x"), ("caf&eacute; %41", "Café A"),
            ("é_%C3%A9", "É é"),
        ])
    func blanks(raw: String, expected: String) {
        #expect(LinkResolver(siteInfo: SiteInfo()).resolve(Array(raw.utf8)[...]) == .article(expected))
    }

    @Test(
        "former names of namespaces count on a wiki of their language, but not in records",
        arguments: [
            ("https://de.wikipedia.org/wiki/X", "", "Bild:A.jpg", LinkTarget.file),
            ("", "dewiktionary", "bild:A.jpg", .file), ("https://fr.wikipedia.org/", "", "Bild:A.jpg", nil),
            ("https://ru.wikipedia.org/", "", "К:А", .category("А")), ("", "zh_yuewiki", "图像:A.jpg", nil),
            ("https://commons.wikimedia.org/", "commonswiki", "Bild:A.jpg", nil), ("", "", "Bild:A.jpg", nil),
        ] as [(String, String, String, LinkTarget?)])
    func aliases(base: String, databaseName: String, raw: String, expected: LinkTarget?) {
        let site = SiteInfo(databaseName: databaseName, base: base)
        let bytes = Array(raw.utf8)[...]
        let article = LinkTarget.article(Titles.capitalized(raw))
        #expect(LinkResolver(siteInfo: site).resolve(bytes) == expected ?? article)
        #expect(LinkResolver(siteInfo: site, knowsAliases: false).resolve(bytes) == article)
    }

    @Test("all namespace aliases are in lower case, and none is that of another namespace in English")
    func aliasTable() {
        for (language, names) in NamespaceAliases.byLanguage {
            for (name, number) in names {
                #expect(name == name.lowercased(), "\(language): \(name)")
                #expect(Namespaces.canonical[name] ?? number == number, "\(language): \(name)")
            }
        }
    }

    @Test(
        "redirects are known by the English word in any case",
        arguments: [
            ("#REDIRECT [[Foo bar]]", "Foo bar"), ("  #redirect: [[foo#x|y]]", "Foo"),
            ("#REDIRECT [[foo<!-- c -->bar]]", "Foobar"), ("#REDIRECT [[A&amp;b#c]]", "A&b"),
            ("#REDIRECT [[:Category:X]]", ":Category:X"),
            ("#redirect to a page that is so many words away that no limit would ever have thought of it [[X]]", "X"),
            ("# REDIRECT [[Foo]]", nil), ("#REDIRECT\n[[Foo]]", nil), ("#REDIRECT [[]]", nil),
            ("x #REDIRECT [[Foo]]", nil), ("#REDIRECT [[Foo", nil), ("#REDIRECT [Foo]", nil), ("#REDIRECT", nil),
            ("#WEITERLEITUNG [[Ä]]", nil), ("", nil), ("#", nil), ("#REDIRECT [[#x]]", nil),
        ] as [(String, String?)])
    func redirects(text: String, expected: String?) {
        #expect(resolver.redirectTarget(inText: Array(text.utf8)) == expected)
    }

    @Test(
        "dumps that do not mark redirects have them in any language, those that do by any word",
        arguments: [
            ("#WEITERLEITUNG [[Ä]]", "Ä", "Ä"), ("#ПЕРЕНАПРАВЛЕНИЕ[[я]]", "Я", "Я"), ("#転送 [[東京]]", "東京", "東京"),
            ("＃転送 [[東京]]", "東京", "東京"), ("#İSTİQAMƏTLƏNDİRMƏ [[B]]", "B", "B"), ("#redirect[[c]]", "C", "C"),
            ("#nowhere [[a]]", nil, "A"), ("* [[a]]", nil, nil), ("＃\n[[a]]", nil, nil),
        ] as [(String, String?, String?)])
    func localRedirects(text: String, byWord: String?, marked: String?) {
        #expect(resolver.redirectTarget(inText: Array(text.utf8), words: .allLanguages) == byWord)
        #expect(resolver.redirectTarget(inText: Array(text.utf8), words: .any) == marked)
    }

    @Test("a glance at the ends of a name as it is written passes over no infobox")
    func writtenNames() {
        let parts = [
            "infobox", "INFOBOX", "Taxobox", "oobox", "sportivo", "ficha d'", "x", "an", "ш", "Карточка", "정보",
            " infobox", "_infobox", "template:",
            "Template :", "\u{200E}", "\u{A0}", "\u{1F}", "\u{212A}otak info", " ", "\n", "_", "<!-- c -->", "<!--",
            "é", ":", "1",
        ]
        var generator = SeededGenerator(seed: 4, "names")
        var found = 0
        for _ in 0..<20_000 {
            let raw = (0..<1 + generator.below(4)).map { _ in parts[generator.below(parts.count)] }.joined()
            let document = WikitextDocument(Array("{{\(raw)|a=1}}".utf8))
            for index in document.nodes.indices where document.nodes[index].kind == .template {
                let isInfobox = document.templateName(index).map { InfoboxNames.contains($0) } ?? false
                #expect(document.isInfobox(index) == isInfobox, "\(raw)")
                if isInfobox { found += 1 }
            }
        }
        #expect(found > 1000)
    }

    @Test(
        "infoboxes of several languages are known",
        arguments: [
            "Infobox person", "INFOBOX", "Taxobox", "Infoskreine Upe", "Ship infobox", "Карточка река", "КАРТКА",
            "Ficha de persona", "Info/Cidade", "Infotaula persona", "基礎情報 国", "Starbox begin", "صندوق معلومات شخص",
        ])
    func infoboxes(name: String) {
        #expect(InfoboxNames.contains(name))
        #expect(InfoboxNames.isRecorded(name))
        #expect(!InfoboxNames.contains("Cite \(name) x"))
    }

    @Test(
        "templates that do not say so are no infoboxes, or only to the reader",
        arguments: [
            ("Starbox", false), ("Starbox begin 2", false), ("Infobo", false), (" infobox", false), ("Sportivo", true),
            ("Ülke bilgi kutusu", true), ("Box", false), ("", false), ("Navbox", false), ("축구 선수 정보", true),
        ])
    func otherTemplates(name: String, isKnownToReader: Bool) {
        #expect(InfoboxNames.contains(name) == isKnownToReader)
        #expect(!InfoboxNames.isRecorded(name))
    }
}
