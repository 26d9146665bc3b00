import Knowledge
import MediaWiki
import Testing

@testable import Questions

@Suite struct LinkProfileTests {
    private static func mentions(_ text: String) -> [LinkMention] {
        let page = Page(
            id: 1, namespace: 0, title: "T", redirectTarget: nil,
            revision: .init(id: 1, timestamp: nil, sha1: nil, model: nil, text: Array(text.utf8)))
        return ArticleReader(siteInfo: SiteInfo()).read(page, withMentions: true).mentions
    }

    private static func kinds() throws -> ThingKinds {
        let library = TemplateLibrary(try SmallWiki.packs(["settlements", "people", "rivers"]))
        return ThingKinds(pools: DistractorPools(seed: 1), library: library) { ($0, nil) }
    }

    private static func sample(_ texts: [String]) -> [LinkSample.Donor] {
        var sample = LinkSample(seed: 1)
        for (index, text) in texts.enumerated() { sample.add(mentions(text), of: Int64(index + 1)) }
        return sample.finish()
    }

    private static func hashes(_ titles: [String]) -> Set<UInt64> { Set(titles.map { TitleHash($0).value }) }

    @Test func mentionsKeepWhatStandsAroundThem() {
        let mentions = Self.mentions(
            """
            | born = [[Oslo]]
            She spoke [[Berber languages|Berber]], [[Chadic]]s and [[France|French]].<ref>[[X]]</ref>
            """)
        #expect(mentions.map(\.article) == ["Oslo", "Berber languages", "Chadic", "France"])
        #expect(mentions.map(\.label) == ["Oslo", "Berber", "Chadics", nil])
        #expect(mentions[0].surroundings.contains(LinkSurroundings.parameter("born")))
        // One word, two words, the comma behind it; and a neighbour on the right, on both sides for the one in the middle.
        #expect(mentions[1].surroundings.count == 4 && mentions[2].surroundings.count == 5)
        let sentence = "She spoke Berber, and more."
        #expect(LinkSurroundings.hashes(in: sentence, 10, 16) == Array(mentions[1].surroundings.prefix(3)))
        #expect(LinkSurroundings.hashes(in: sentence, 16, 900).isEmpty)
    }

    @Test func linksInOddPlacesAreRead() {
        let texts = ["[[A|b [[B]], [[C]]]] [[D]]", "[[A]][[B]]", "=[[A]]", "[[A", "''[[Ångström]]''"]
        #expect(texts.map { Self.mentions($0).count } == [4, 2, 1, 0, 1])
    }

    @Test func theSampleDependsOnTheArticlesAlone() {
        let mentions = Self.mentions((0..<300).map { "[[Thing \($0)]] and" }.joined(separator: " "))
        func ids(_ order: some Sequence<Int64>, seed: UInt64 = 1) -> [Int64] {
            var sample = LinkSample(seed: seed)
            for id in order { sample.add(mentions, of: id) }
            return sample.finish().map(\.articleID)
        }
        let kept = ids(1...1000)
        #expect(kept.count == LinkSample.budget / 300)
        #expect(ids((1...1000).reversed()) == kept)
        #expect(ids(1...1000, seed: 2) != kept)
    }

    @Test func likeThingsAreFoundByNameAndPlace() throws {
        let texts = (0..<30).map { index in
            """
            It flows through [[Place \(index)]]. It was written by [[Writer \(index)]] in the year.
            They speak the [[Tongue \(index)]] language, and noise \(index) of [[Other thing \(index)]].
            """
        }
        let profiles = LinkProfiles(Self.sample(texts), kinds: try Self.kinds())
        func like(_ sentence: String, _ gap: String, links: [String] = []) throws -> [String] {
            let range = try #require(sentence.firstRange(of: gap))
            let start = sentence.utf8.distance(from: sentence.startIndex, to: range.lowerBound)
            let wanted = LinkProfiles.Wanted(
                value: Value(.link(article: gap), text: gap), title: TitleHash(gap).value, kind: .init(),
                surroundings: LinkSurroundings.hashes(in: sentence, start, start + gap.utf8.count))
            let topic = profiles.topic(of: Self.hashes(links), articleID: 99)
            return profiles.things(like: wanted, topic: topic) { _ in true }.map(\.entry.value.text)
        }
        let writers = try like("It was written by Jane Doe in winter.", "Jane Doe")
        #expect(writers.count >= 20 && writers.prefix(20).allSatisfy { $0.hasPrefix("Writer") })
        let places = try like("It flows through Oslo.", "Oslo", links: (0..<15).map { "Place \($0)" })
        #expect(places.first?.hasPrefix("Place") == true)
        // What the article links to itself may be true.
        #expect(!places.contains("Place 3") && places.contains("Place 20"))
        #expect(try like("It flows through Oslo.", "Oslo") == like("It flows through Oslo.", "Oslo"))
    }

    @Test func articlesAreAlikeByWhatTheyLinkTo() throws {
        let texts = ["[[A]] [[B]] [[C]]", "[[A]] [[B]] [[D]]", "[[X]] [[Y]] [[Z]]", "[[X]] [[Y]] [[W]]"]
        let profiles = LinkProfiles(Self.sample(texts), kinds: try Self.kinds())
        let topic = profiles.topic(of: Self.hashes(["A", "B", "E"]), articleID: 50)
        func likeness(_ id: Int64) -> Float { topic.likeness(ofArticle: profiles.index(ofArticle: id)) }
        #expect(likeness(1) == 1 && likeness(2) == 1)
        #expect(likeness(3) == 0 && likeness(77) == 0)
        // An article is not like itself.
        let own = profiles.topic(of: Self.hashes(["A", "B"]), articleID: 1)
        #expect(own.likeness(ofArticle: profiles.index(ofArticle: 1)) == 0)
    }

    @Test func titlesTellTheKind() throws {
        let names = ["settlements", "people", "rivers", "films", "conflicts", "bridges"]
        let library = TemplateLibrary(try SmallWiki.packs(names))
        func pack(_ title: String) -> String? { library.packIndex(ofTitle: title).map { library.packs[$0].name } }
        #expect(pack("Titanic (1997 film)") == "films")
        #expect(pack("Trojan War") == "conflicts")
        #expect(pack("Battle of Hastings") == "conflicts")
        #expect(pack("Rhubarb") == nil && pack("War") == nil)
        var index = PatternIndex()
        for (number, text) in ["John *", "* language", "Latin", "*ology", "John Deere"].enumerated() {
            index.add(try #require(TextPattern(text)), number: number)
        }
        #expect(index.match("John Keats")?.number == 0 && index.match("John")?.number == nil)
        #expect(index.match("Latin language")?.number == 1 && index.match("Latin")?.number == 2)
        #expect(index.match("Biology")?.number == 3 && index.match("ology")?.number == nil)
        #expect(index.match("John Deere")?.number == 4)
        #expect(TextPattern("*") == nil && TextPattern("a*b*") == nil)
    }

    @Test func rowsOfASparseMatrixTurnIntoColumns() {
        var rows = SparseRows()
        rows.append([(2, 0.5), (0, 1)])
        rows.append([])
        rows.append([(2, 0.25)])
        let columns = rows.transposed(columns: 4)
        #expect(columns.count == 4 && columns[1].isEmpty && columns[3].isEmpty)
        #expect(columns[2].map(\.index) == [0, 2] && columns[2].map(\.weight) == [0.5, 0.25])
        #expect(columns[0].map(\.index) == [0])
    }
}
