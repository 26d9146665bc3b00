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

    @Test("titles keep their case on a wiki that says so")
    func caseSensitive() {
        let resolver = LinkResolver(siteInfo: SiteInfo(isCaseSensitive: true))
        #expect(resolver.resolve(Array("iPod".utf8)[...]) == .article("iPod"))
    }

    @Test(
        "redirects are known by their word in any language and case",
        arguments: [
            ("#REDIRECT [[Foo bar]]", "Foo bar"), ("  #redirect: [[foo#x|y]]", "Foo"), ("#WEITERLEITUNG [[Ä]]", "Ä"),
            ("#ПЕРЕНАПРАВЛЕНИЕ[[я]]", "Я"),
            ("# REDIRECT [[Foo]]", nil), ("#REDIRECT\n[[Foo]]", nil), ("#REDIRECT [[]]", nil),
            ("x #REDIRECT [[Foo]]", nil), ("#REDIRECT [[Foo", nil),
        ] as [(String, String?)])
    func redirects(text: String, expected: String?) {
        #expect(resolver.redirectTarget(inText: Array(text.utf8)) == expected)
    }

    @Test(
        "infoboxes of several languages are known",
        arguments: [
            "Infobox person", "Taxobox", "Infoskreine Upe", "Ship infobox", "Карточка река", "Ficha de persona",
        ])
    func infoboxes(name: String) {
        #expect(InfoboxNames.contains(name))
        #expect(!InfoboxNames.contains("Cite \(name) x"))
    }
}
