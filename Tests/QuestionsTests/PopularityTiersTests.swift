import Diagnostics
import Foundation
import MediaWiki
import Statistics
import TestSupport
import Testing

@testable import Questions

@Suite struct PopularityTiersTests {
    private let names = ["high", "medium", "low"]

    private func counts(_ popularity: [Int64]) throws -> [Int] {
        let tiers = try PopularityTiers(names: names, equalCountsOf: popularity)
        return names.indices.map { tier in popularity.count { tiers.tier(of: $0) == tier } }
    }

    @Test func equalCountsWhereAllDiffer() throws {
        #expect(try counts((1...9).map { Int64($0) }) == [3, 3, 3])
        #expect(try counts((1...10).map { Int64($0) }) == [3, 4, 3])
        #expect(try counts([5, 1, 9]) == [1, 1, 1])
    }

    @Test func equalPopularityIsNeverDivided() throws {
        #expect(try counts([9, 8, 7, 7, 7, 7, 7, 2, 1]) == [2, 5, 2])
        #expect(try counts([9, 9, 9, 9, 9, 9, 3, 3, 1]) == [6, 2, 1])
        // Nothing to cut: all in one tier.
        #expect(try counts([0, 0, 0, 0]) == [4, 0, 0])
    }

    @Test func thresholdsAreTheLeastPopularityOfATier() throws {
        let tiers = try PopularityTiers(names: names, equalCountsOf: [90, 80, 70, 60, 50, 40])
        #expect(tiers.thresholds == [80, 60])
        #expect(tiers.tier(of: 80) == 0)
        #expect(tiers.tier(of: 79) == 1)
        #expect(tiers.tier(of: 0) == 2)
    }

    @Test func absoluteCutsAreTakenInAnyOrder() throws {
        for cuts in [[1000, 10], [10, 1000]] as [[Int64]] {
            let tiers = try PopularityTiers(names: names, cuts: cuts)
            #expect([5000, 1000, 999, 10, 9].map { tiers.tier(of: $0) } == [0, 0, 1, 1, 2])
        }
        #expect(throws: Failure.self) { try PopularityTiers(names: names, cuts: [5]) }
        #expect(throws: Failure.self) { try PopularityTiers(names: names, cuts: [5, 5]) }
    }

    @Test func fewerConceptsThanTiersAreAnError() {
        #expect {
            try PopularityTiers(names: names, equalCountsOf: [1, 2])
        } throws: { ($0 as? Failure)?.kind == .badData }
    }

    @Test func everyConceptStandsInTheQueueOfItsTier() {
        let selection = ConceptSelection(
            tiers: [0, 1, 1, 1, 1, 2, 2, 2], kinds: [0, 1, 2, 3, 0, 1, 2, 3], ids: Array(1...8), tierCount: 3,
            seed: 1)
        #expect(selection.queues.map(\.count) == [1, 4, 3])
        #expect(selection.queues.flatMap { $0 }.sorted() == Array(0..<8))
    }

    @Test func aConceptsPlaceInTheQueueDependsOnItsIDAndTheSeed() {
        func order(_ ids: [Int64], seed: UInt64) -> [Int64] {
            let zeros = ids.map { _ in UInt8(0) }
            let selection = ConceptSelection(tiers: zeros, kinds: zeros, ids: ids, tierCount: 1, seed: seed)
            return selection.queues[0].map { ids[Int($0)] }
        }
        let ids = (1...50).map { Int64($0) }
        #expect(order(ids, seed: 1) == order(ids.reversed(), seed: 1))
        #expect(order(ids, seed: 1) != order(ids, seed: 2))
        // A concept that is missing does not change the order of the others.
        #expect(order(ids.filter { $0 != 7 }, seed: 1) == order(ids, seed: 1).filter { $0 != 7 })
    }

    @Test func kindsAreSpreadByTheRootsOfTheirSizes() {
        // 900 of one kind, 100 of another, 9 of a third: 30 to 10 to 3 among the first 43.
        let kinds = (0..<1009).map { UInt8($0 < 900 ? 0 : $0 < 1000 ? 1 : 2) }
        let selection = ConceptSelection(
            tiers: kinds.map { _ in 0 }, kinds: kinds, ids: kinds.indices.map { Int64($0) }, tierCount: 1, seed: 7)
        let first = selection.queues[0].prefix(43).map { kinds[Int($0)] }
        let counts = (0..<3).map { kind in first.count { $0 == kind } }
        #expect(
            (29...31).contains(counts[0]) && (9...11).contains(counts[1]) && (2...4).contains(counts[2]), "\(counts)")
    }

    @Test func listsOfTitlesDecideWhatMayBeAConcept() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("titles-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let list = folder.appendingPathComponent("titles.txt")
        try Data("# chosen\nMarie_Curie\n\n oslo \nNobody\n".utf8).write(to: list)
        func hash(_ title: String) -> UInt64 { TitleHash(title).value }
        let included = try TitleLists(include: [list.path], exclude: [])
        #expect(included.reason(against: hash("Marie Curie")) == nil)
        #expect(included.reason(against: hash("Oslo")) == nil)
        #expect(included.reason(against: hash("Bergen")) == "not on the list of included titles")
        #expect(included.missing([hash("Marie Curie"), hash("Oslo")]) == ["Nobody"])
        let excluded = try TitleLists(include: [], exclude: [list.path])
        #expect(excluded.reason(against: hash("Oslo")) == "on the list of excluded titles")
        #expect(excluded.reason(against: hash("Bergen")) == nil)
        try Data("#\n".utf8).write(to: list)
        #expect { try TitleLists(include: [list.path], exclude: []) } throws: { ($0 as? Failure)?.kind == .badData }
        #expect {
            try TitleLists(include: [folder.path + "/missing"], exclude: [])
        } throws: {
            ($0 as? Failure)?.kind == .inputUnavailable
        }
    }

    @Test(arguments: [0, 1, 8191, 8192, 8193, 30_000])
    func chunkedArraysHoldWhatWasAppended(count: Int) {
        var array = ChunkedArray<Int>()
        for element in 0..<count { array.append(element * 3) }
        #expect(array.count == count && array.elementsEqual((0..<count).map { $0 * 3 }))
        #expect(array.last == (count > 0 ? (count - 1) * 3 : nil))
    }

    private func hash(_ title: String) -> UInt64 { TitleHash(title).value }

    @Test func redirectsViewsGoToTheirTarget() {
        var census = PopularityCensus(countsLinks: false)
        for (title, target) in [("USA", "United States"), ("Usa", "USA"), ("A", "B"), ("B", "A")] {
            census.add(redirect: hash(title), to: hash(target))
        }
        let views: [UInt64: Int64] = [
            hash("United States"): 100, hash("USA"): 10, hash("Usa"): 1, hash("A"): 5,
        ]
        let articles = ["United States", "Nowhere"].map(hash)
        let titles = census.titlesToCount(articles)
        #expect(titles == Set(articles + ["USA", "Usa", "A", "B"].map(hash)).sorted())
        let (counts, withoutRow) = census.views(of: articles, titles: titles, views: titles.map { views[$0] })
        #expect(counts == [111, 0])
        #expect(withoutRow == 1)
    }

    @Test func inboundLinksCountOncePerArticleAndThroughRedirects() {
        var census = PopularityCensus(countsLinks: true)
        census.add(redirect: hash("USA"), to: hash("United States"))
        census.add(links: ["USA", "Paris", "Texas"].map(hash), of: hash("Texas"))
        census.add(links: ["United_States", "Paris"].map(hash), of: hash("Ohio"))
        #expect(census.takeInboundLinks(of: ["United States", "Paris", "Texas"].map(hash)) == [2, 2, 0])
    }

    @Test(arguments: [0, 1, 63, 64, 65, 1000, 20_000])
    func titleTablesHoldWhatADictionaryHolds(count: Int) {
        var table = TitleTable<Int64>(empty: -1)
        var reference: [UInt64: Int64] = [:]
        var generator = SeededGenerator(seed: 5, count)
        for index in 0..<count {
            // Small numbers too: keys need not be well mixed, and some come twice.
            let key = index % 3 == 0 ? UInt64(index / 2 + 1) : generator.next()
            table.update(key, from: 0) { $0 += Int64(index) }
            reference[key, default: 0] += Int64(index)
        }
        #expect(table.count == reference.count)
        #expect(reference.allSatisfy { table[$0.key] == $0.value })
        #expect(Dictionary(uniqueKeysWithValues: table.all.map { ($0.hash, $0.value) }) == reference)
        #expect(table[.max] == nil)
    }
}
