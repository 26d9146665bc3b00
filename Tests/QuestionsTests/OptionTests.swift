import Diagnostics
import Foundation
import Knowledge
import QuestionSet
import Statistics
import Testing

@testable import Questions

@Suite struct OptionTests {
    private static let relation = try? Wording("What is it, {{concept}}?")

    /// An article with one fact.
    private func article(_ id: Int64, _ property: String, _ values: [Value], extra: [Fact] = []) -> Article {
        Article(
            id: id, title: "Thing \(id)", revisionID: id, names: [], boxes: ["Infobox settlement"], categories: [],
            facts: [
                Fact(property: property, values: values, source: .parameter(box: "Infobox settlement", name: property))
            ] + extra,
            dropped: [:])
    }

    private func text(_ text: String) -> Value { Value(.text, text: text) }

    /// The options of the first article's first candidate, the other articles giving wrong ones; nil if it cannot be asked.
    private func options(_ first: Article, _ others: [Article], seed: UInt64 = 1) throws -> (
        all: [String], right: String
    )? {
        let library = TemplateLibrary(try SmallWiki.packs(["settlements"]))
        let reader = CandidateReader(library: library)
        let pack = try #require(reader.pack(for: first))
        var pools = DistractorPools(seed: seed)
        for article in [first] + others {
            for offer in reader.offers(article, pack: pack).offers { pools.add(offer, of: article.id) }
        }
        let kinds = ThingKinds(pools: pools, library: library) { ($0, nil) }
        let writer = OptionWriter(pools: pools, kinds: kinds, profiles: LinkProfiles([], kinds: kinds))
        let candidates = reader.candidates(first, pack: pack)
        let candidate = try #require(candidates.first)
        var generator = SeededGenerator(seed: seed, "test")
        guard
            let result = writer.options(
                candidate, kind: kinds.kind(ofAnswerTo: candidates.outlines[0]),
                spellings: AcceptedAnswers.spellings(candidate),
                question: "Which nickname has Thing 1 in Norway?",
                context: writer.context(of: first, links: []),
                &generator)
        else { return nil }
        return (result.options, result.options[result.answerIndex])
    }

    @Test func wrongTextsComeFromTheSameRelation() throws {
        let others = ["Red Rock", "Blue Bay", "Green Gate"].enumerated().map {
            article(Int64($0 + 2), "nickname", [text($1)])
        }
        let result = try #require(try options(article(1, "nickname", [text("Old Oak")]), others))
        #expect(result.right == "Old Oak")
        #expect(Set(result.all) == ["Old Oak", "Red Rock", "Blue Bay", "Green Gate"])
        // Two are not enough, and other relations do not help.
        let motto = article(9, "motto", [text("White Wall")])
        #expect(try options(article(1, "nickname", [text("Old Oak")]), Array(others.prefix(2)) + [motto]) == nil)
    }

    @Test(arguments: [
        "old oak", "Old Oak City", "Oak", "Second True", "Mentioned Elsewhere", "Norway", "no capital", "Has 7 digits",
        "Thing 1",
        "red rock",
    ])
    func whatMayBeTrueOrStandsOutIsNoWrongOption(_ bad: String) throws {
        let extra = Fact(
            property: "cloze", values: [text("Mentioned")],
            source: .cloze(sentence: "It was also called Mentioned Elsewhere for a time.", start: 19, end: 28))
        let first = article(1, "nickname", [text("Old Oak"), text("Second True")], extra: [extra])
        let others = ["Red Rock", "Blue Bay", bad].enumerated().map { article(Int64($0 + 2), "nickname", [text($1)]) }
        #expect(try options(first, others) == nil)
        let good = article(9, "nickname", [text("Green Gate")])
        #expect(try options(first, others + [good])?.all.contains(bad) == false)
    }

    @Test func numbersShareTheFormatAndTakeEveryRank() throws {
        let quantity = QuantityValue(value: 12_345, decimals: 0, unit: "km²", isGrouped: true)
        var ranks = [0, 0, 0, 0]
        for id in 1...400 {
            let first = article(Int64(id), "area_total_km2", [Value(.quantity(quantity), text: "12,345 km²")])
            let result = try #require(try options(first, [], seed: UInt64(id)))
            #expect(result.right == "12,345 km²")
            #expect(Set(result.all.map { OptionFormat($0, type: .quantity) }).count == 1)
            let values = result.all.compactMap(OptionValue.number).sorted()
            ranks[try #require(values.firstIndex(of: 12_345))] += 1
        }
        #expect(try #require(chiSquaredUniformP(ranks)) > 0.01, "\(ranks)")
    }

    @Test func datesShareThePrecisionAndDoNotReachIntoTheFuture() throws {
        let newest = article(
            900, "established_date", [Value(.date(DateValue(year: 2019, month: 5, day: 31)), text: "31 May 2019")])
        for id in 1...60 {
            let date = DateValue(year: 1990, month: 2, day: 28)
            let first = article(Int64(id), "established_date", [Value(.date(date), text: date.text)])
            let result = try #require(try options(first, [newest], seed: UInt64(id)))
            let dates = result.all.compactMap(OptionValue.dateValue)
            #expect(
                dates.count == 4
                    && dates.allSatisfy { $0.precision == .day && $0 <= DateValue(year: 2019, month: 5, day: 31) })
        }
        // The newest one cannot be the earliest of four.
        let first = article(1, "established_date", [Value(.date(DateValue(year: 2019)), text: "2019")])
        #expect(try options(first, []) == nil)
    }

    @Test func aNumberThatTheArticleGivesElsewhereIsNoWrongOption() throws {
        let quantity = QuantityValue(value: 5, decimals: 0, unit: "m", isGrouped: false)
        let others = (1...12).filter { $0 != 5 }.map { Value(.text, text: "\($0) m") }
        let extra = Fact(
            property: "other", values: others, source: .parameter(box: "Infobox settlement", name: "other"))
        #expect(
            try options(article(1, "elevation_m", [Value(.quantity(quantity), text: "5 m")], extra: [extra]), []) == nil
        )
    }

    @Test(arguments: [
        DateValue(year: 2000, month: 2, day: 29), DateValue(year: 1900, month: 3, day: 1),
        DateValue(year: 1, month: 1, day: 1),
        DateValue(year: -44, month: 3, day: 15), DateValue(year: 1582, month: 10, day: 15),
        DateValue(year: 2019, month: 12, day: 31),
    ])
    func daysAreCountedAsInTheCalendar(_ date: DateValue) {
        #expect(Ordinal(date).date(.day) == date)
        #expect(Ordinal(value: Ordinal(date).value + 146_097).date(.day).year == date.year + 400)
    }

    @Test func poolsDoNotDependOnTheOrder() throws {
        let library = TemplateLibrary(try SmallWiki.packs(["settlements"]))
        let reader = CandidateReader(library: library)
        let articles = (1...4000).map { article(Int64($0), "nickname", [text("Name \($0 % 700)")]) }
        func entries(_ articles: [Article], isGated: Bool = false) throws -> [Int64] {
            var pools = DistractorPools(seed: 3)
            for article in articles {
                let pack = try #require(reader.pack(for: article))
                let given = reader.offers(article, pack: pack, gate: isGated ? pools.gate : nil)
                #expect(given.candidates == 1)
                for offer in given.offers { pools.add(offer, of: article.id) }
            }
            let pack = try #require(reader.pack(for: articles[0]))
            let key = try #require(reader.offers(articles[0], pack: pack).offers.first?.pools.first)
            return pools.entries(key).map(\.articleID)
        }
        let expected = try entries(articles)
        #expect(expected.count == DistractorPools.capacity)
        #expect(try entries(articles.reversed()) == expected)
        // Nor does it matter that values without a chance are not even offered.
        #expect(try entries(articles, isGated: true) == expected)
        #expect(try entries(articles.reversed(), isGated: true) == expected)
    }

    @Test func acceptedSpellings() throws {
        func spellings(_ value: Value, _ property: String) throws -> [String] {
            let reader = CandidateReader(library: TemplateLibrary(try SmallWiki.packs(["settlements"])))
            let article = article(1, property, [value])
            let pack = try #require(reader.pack(for: article))
            return AcceptedAnswers.spellings(try #require(reader.candidates(article, pack: pack).first))
        }
        let date = DateValue(year: 1867, month: 11, day: 7)
        #expect(
            try spellings(Value(.date(date), text: date.text), "established_date") == [
                "7 November 1867", "November 7, 1867",
            ])
        let area = QuantityValue(value: 1234.5, decimals: 1, unit: "km²", isGrouped: true)
        #expect(
            try spellings(Value(.quantity(area), text: "1,234.5 km²"), "area_total_km2")
                == ["1,234.5 km²", "1234.5 km²", "1234.5 square kilometres", "1234.5 square kilometers"])
        #expect(
            try spellings(Value(.link(article: "Mayor (title)"), text: "The Mayor"), "founder") == [
                "The Mayor", "Mayor",
            ])
        #expect(try spellings(Value(.link(article: "Provinces"), text: "Municipality"), "founder") == ["Municipality"])
        #expect(
            try spellings(Value(.link(article: "Indian Standard Time"), text: "IST"), "timezone") == [
                "IST", "Indian Standard Time",
            ])
    }

    @Test func valuesThatAgeAreAskedWithTheirYear() throws {
        let yaml = """
            name: firms
            noun: firm
            infoboxes: [Infobox firm]
            relations:
              - name: employees
                parameters: [employees]
                type: quantity
                as_of: [counted]
                questions: ["How many employees did {{concept}} have in {{year}}?"]
              - name: head
                parameters: [head]
                type: person
                as_of: [revision]
                questions: ["Who led {{concept}} in {{year}}?"]

            """
        let pack = try TemplatePackTests.pack(yaml)
        let reader = CandidateReader(library: TemplateLibrary([pack]))
        func years(_ years: [String: Int], revision: Int?) -> [String?] {
            var firm = article(
                1, "employees", [Value(.quantity(.init(value: 7, decimals: 0, unit: "", isGrouped: false)), text: "7")])
            firm.facts.append(
                Fact(property: "head", values: [text("Ann Lee")], source: .parameter(box: "Infobox firm", name: "head"))
            )
            firm.years = years
            firm.revisionYear = revision
            #expect(reader.offers(firm, pack: 0).candidates == reader.candidates(firm, pack: 0).count)
            return reader.candidates(firm, pack: 0).map { $0.wordingValues["year"] }
        }
        #expect(years(["employees_year": 2011, "counted": 2012], revision: 2019) == ["2011", "2019"])
        #expect(years(["counted": 2012], revision: nil) == ["2012"])
        #expect(years(["head_year": 2001], revision: 2019) == ["2001"])
        // Neither wording nor year may be missing.
        #expect(throws: Failure.self) { try TemplatePackTests.pack(yaml.replacing(" in {{year}}?", with: "?")) }
    }
}
