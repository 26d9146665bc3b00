import Foundation
import Knowledge
import Logging
import MediaWiki
import TestSupport

@testable import Questions

/// A wiki of invented towns and people, as a dump or as articles.
enum SmallWiki {
    static let towns = [
        "Arvik", "Borsa", "Cendal", "Dorvik", "Elmora", "Farsund", "Gelmar", "Hovdal", "Istera", "Jorvang", "Kelmet",
        "Lundal",
        "Mervik", "Nordal", "Orvella", "Pelmar",
    ]
    private static let regions = ["Westmark", "Eastfold", "Northreach", "Southvale", "Midland"]
    private static let founders = [
        "Anna Holt", "Bela Krone", "Carl Dunn", "Dora Finch", "Edda Voss", "Finn Moor", "Greta Lund", "Hugo Blom",
        "Ida Stern",
        "Jan Wolff", "Karla Rehn", "Lars Quist", "Mona Falk", "Nils Thorn", "Olga Zorn", "Paul Marsh",
    ]

    /// The wikitext of a town.
    static func text(_ index: Int) -> String {
        """
        {{Infobox settlement
        | name = \(towns[index])
        | settlement_type = Town
        | subdivision_type = Region
        | subdivision_name = [[\(regions[index % regions.count])]]
        | founder = [[\(founders[index])]]
        | established_title = Founded
        | established_date = \(index % 27 + 1) May \(1400 + 13 * index)
        | population_total = \(12_000 + 1_357 * index)
        | population_as_of = \(1990 + index)
        | area_total_km2 = \(20 + 3 * index).\(index % 9 + 1)
        | elevation_m = \(100 + 17 * index)
        | nickname = The \(["Red", "Blue", "Old", "New", "Green", "Grey", "White", "Black"][index % 8]) Town \(index)
        | motto = Forward \(["with", "by", "for", "in"][index % 4]) \(founders[(index + 3) % 16].split(separator: " ")[0])
        }}
        '''\(towns[index])''' is a town in the region of [[\(regions[index % regions.count])]]. It was burnt in \(1500 + 7 * index) by the \
        army of [[\(founders[(index + 5) % 16])]]. The river [[Stream \(founders[(index + 7) % 16])]] runs through it. \
        It had \(40 + index) mills in \(1700 + 3 * index).

        [[Category:Towns in \(regions[index % regions.count])]]
        [[Category:Places on the Stream \(founders[(index + 7) % 16])]]
        """
    }

    /// A dump of towns in a given order; a redirect follows each third town.
    ///
    /// - Parameter more: text that is added to towns.
    static func dump(_ order: [Int], adding more: [Int: String] = [:]) -> String {
        var xml = "<mediawiki><siteinfo><dbname>smallwiki</dbname><base>https://en.wikipedia.org/wiki/Main_Page</base>"
        xml += "<case>first-letter</case><namespaces><namespace key=\"0\" /><namespace key=\"14\">Category</namespace>"
        xml += "</namespaces></siteinfo>\n"
        func page(_ id: Int, _ title: String, _ text: String, _ redirect: String = "") -> String {
            """
            <page><title>\(title)</title><ns>0</ns><id>\(id)</id>\(redirect)<revision><id>\(id + 1000)</id>\
            <model>wikitext</model><text>\(text)</text></revision></page>

            """
        }
        for index in order {
            xml += page(index + 1, towns[index], text(index) + (more[index] ?? ""))
            if index % 3 == 0 {
                xml += page(
                    index + 101, "Old \(towns[index])", "#REDIRECT [[\(towns[index])]]",
                    "<redirect title=\"\(towns[index])\" />")
            }
        }
        return xml + "</mediawiki>\n"
    }

    /// View counts: town i has 100 * (i + 1), its redirect 5 more.
    static var views: String {
        towns.indices.map { "\(towns[$0])\t\(100 * ($0 + 1))\n" + ($0 % 3 == 0 ? "Old \(towns[$0])\t5\n" : "") }
            .joined()
    }

    /// The bundled packs, read once: reading them takes most of a second in a debug build.
    private static let bundled = Result {
        try TemplatePack.load(folder: TestData.root.appendingPathComponent("Templates").path)
    }

    /// The bundled packs, or those named.
    static func packs(_ names: [String] = []) throws -> [TemplatePack] {
        try bundled.get().filter { names.isEmpty || names.contains($0.name) }
    }

    /// Runs the generator on a dump of the towns.
    static func generate(
        _ order: [Int] = Array(towns.indices), adding more: [Int: String] = [:],
        change: (inout BenchmarkGenerator.Configuration) -> Void = { _ in }
    ) throws -> GeneratedBenchmark {
        try TestData.withTemporaryFolder { folder in
            let dump = folder.appendingPathComponent("small.xml")
            let views = folder.appendingPathComponent("views.tsv")
            try Data(Self.dump(order, adding: more).utf8).write(to: dump)
            try Data(Self.views.utf8).write(to: views)
            var configuration = BenchmarkGenerator.Configuration(
                dumps: [dump.path], pageviews: [views.path], packs: try packs(), project: nil, tierCuts: nil,
                concepts: 9,
                questionsPerConcept: 8, tiers: ["high", "medium", "low"], seed: 2019, jobs: 2, damagePolicy: .stop)
            change(&configuration)
            let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return try BenchmarkGenerator(configuration, log: quiet).run()
        }
    }
}
