import Testing

@testable import MediaWiki

/// Where texts of other wikis differ from those of the English Wikipedia, and texts with mistakes from sound ones.
struct ExtractRecordTests {
    private static func content(_ text: String, _ site: SiteInfo = SiteInfo()) throws -> ExtractRecord.Content {
        let revision = Revision(id: 1, timestamp: nil, sha1: nil, model: nil, text: Array(text.utf8))
        let page = Page(id: 1, namespace: 0, title: "T", redirectTarget: nil, revision: revision)
        return try #require(ExtractRecord(page: page, siteInfo: site).content)
    }

    @Test(
        "namespaces are those of the wiki and the canonical ones",
        arguments: [
            ("Kategorie", "kategorie:Öl"), ("Категория", "КАТЕГОРИЯ : Öl"), ("تصنيف", "تصنيف:Öl"),
            ("Κατηγορία", "κατηγορία:öl"),
            ("Catégorie", "Category:Öl"), ("Kategori", "KATEGORI:_öl_|x"), ("分类", "分类:\u{3000}Öl#x"),
        ])
    func categories(localName: String, link: String) throws {
        let content = try Self.content("[[\(link)]] [[:\(link)]] [[Öl]]", SiteInfo(namespaces: [14: localName, 0: ""]))
        #expect(content.categories == ["Öl"])
        #expect(content.links == ["Öl"])
    }

    @Test("links that are files by an alias of the language only count, as in the reference")
    func aliases() throws {
        let site = SiteInfo(base: "https://de.wikipedia.org/wiki/X", namespaces: [6: "Datei"])
        #expect(
            try Self.content("[[Bild:A.jpg|[[B]]]] [[Datei:C.jpg]] [[Image:D.jpg]]", site).links == ["Bild:A.jpg", "B"])
    }

    @Test("categories are told apart by their bytes")
    func equivalentNames() throws {
        let content = try Self.content("[[Category:\u{E9}]] [[Category:e\u{301}]] [[Category:\u{E9}]]")
        #expect(content.categories.map { Array($0.utf8) } == ["\u{C9}", "E\u{301}"].map { Array($0.utf8) })
    }

    @Test("a box keeps marks of writing direction in its name, and one that begins with such a mark is none")
    func directionMarks() throws {
        let content = try Self.content(
            "{{Infobox person\u{200F}|a=\u{200E}b}} {{\u{200E}Infobox x}} {{infobox_\u{A0}y}}")
        #expect(content.infoboxes.map(\.name) == ["Infobox person\u{200F}", "Infobox y"])
        #expect(content.infoboxes.first?.parameters.map(\.value) == ["\u{200E}b"])
    }

    @Test("an external link in double brackets is no link to an article")
    func externalLinks() throws {
        #expect(
            try Self.content("[[http://example.org Label]] [[//example.org]] [[A|http://example.org]]").links == ["A"])
    }

    @Test("one mistake in a value costs that value, not the rest of the box")
    func mistakes() throws {
        let content = try Self.content(
            "{{Infobox place|name=A|seat=[[B|C\n|region={{flag}\n|map=[[D]\n|river={{E|x}}|lake=[[F]]}} [[G]]")
        let box = try #require(content.infoboxes.first)
        #expect(box.parameters.map(\.name) == ["name", "seat", "1", "region", "map", "river", "lake"])
        #expect(box.parameters.map(\.value) == ["A", "[[B", "C", "{{flag}", "[[D]", "{{E|x}}", "[[F]]"])
        #expect(content.links == ["F", "G"])
    }

    @Test("links inside nowiki do not count, even if that stands in a reference")
    func nowikiInReference() throws {
        #expect(
            try Self.content("<ref>[[A]] <nowiki>[[B]]</nowiki> <math>[[C]]</math></ref> [[D]]").links == ["A", "D"])
    }
}
