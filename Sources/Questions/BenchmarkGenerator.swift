import Diagnostics
import Foundation
import Knowledge
public import Logging
public import MediaWiki
public import QuestionSet
import Statistics

/// From a dump to questions: one pass over the dump in bounded memory, then tiers, selection and writing.
///
/// What grows with the number of articles are a few numbers each (see `ArticleCensus`), while the eligible pages wait in a temporary file;
/// distractor pools are bounded samples. The result does not depend on `jobs`.
public struct BenchmarkGenerator: Sendable {
    /// What decides the questions.
    public struct Configuration: Sendable {
        /// Dump files, in order.
        public var dumps: [String]
        /// Page-view files; empty: inbound links are the measure of popularity.
        public var pageviews: [String]
        /// All packs; see `TemplatePack.isInUse`.
        public var packs: [TemplatePack]
        /// Project whose views count; nil: by the dump's site information, else en.wikipedia.
        public var project: String?
        /// Thresholds in place of equal-count ranks.
        public var tierCuts: [Int64]?
        /// Concepts wanted in all.
        public var concepts: Int
        /// Questions for each.
        public var questionsPerConcept: Int
        /// Names from the most popular tier to the least.
        public var tiers: [String]
        /// Seed of every random decision.
        public var seed: UInt64
        /// Threads.
        public var jobs: Int
        /// What damage does.
        public var damagePolicy: DamagePolicy
        /// Which articles may be concepts.
        public var titles: TitleLists

        /// Creates a configuration.
        public init(
            dumps: [String], pageviews: [String], packs: [TemplatePack], project: String?, tierCuts: [Int64]?,
            concepts: Int,
            questionsPerConcept: Int, tiers: [String], seed: UInt64, jobs: Int, damagePolicy: DamagePolicy,
            titles: TitleLists = TitleLists()
        ) {
            self.dumps = dumps
            self.pageviews = pageviews
            self.packs = packs
            self.project = project
            self.tierCuts = tierCuts
            self.concepts = concepts
            self.questionsPerConcept = questionsPerConcept
            self.tiers = tiers
            self.seed = seed
            self.jobs = jobs
            self.damagePolicy = damagePolicy
            self.titles = titles
        }
    }

    private let configuration: Configuration
    private let log: Logger

    /// Prepares a generator.
    public init(_ configuration: Configuration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Reads the dump and writes the questions.
    ///
    /// - Parameter progress: called with the position reached in the dump, now and then.
    /// - Throws: `Failure` 65 with fewer eligible concepts than tiers (three at least); errors of the dump and view files.
    public func run(progress: (DumpReader.Position) -> Void = { _ in }) throws -> GeneratedBenchmark {
        let library = TemplateLibrary(configuration.packs)
        var census = try ArticleCensus(
            library: library, countsLinks: configuration.pageviews.isEmpty, seed: configuration.seed,
            questionsPerConcept: configuration.questionsPerConcept,
            dumps: configuration.dumps.map { ($0 as NSString).lastPathComponent }, titles: configuration.titles)
        let dump = DumpReader(paths: configuration.dumps, damagePolicy: configuration.damagePolicy)
        let dumpLedger = try dump.mapPages(
            jobs: configuration.jobs, progress: progress,
            onSiteInfo: { census.add($0) },
            prepare: { [census] in census.reader(for: $0) },
            transform: { page, reader in reader.read(page) },
            consume: { try census.add($0) })
        for warning in dumpLedger.warnings { log.warning("\(warning)") }
        try census.finish(dumpLedger)
        let missing = configuration.titles.missing(census.entries.lazy.map(\.title))
        if !missing.isEmpty {
            log.warning(
                "\(missing.count) included titles are no eligible articles: \(missing.prefix(20).joined(separator: ", "))\(missing.count > 20 ? " ..." : "")"
            )
        }
        let (popularity, measure) = try popularity(of: &census)
        let tiers = try tiers(popularity)
        let writer = QuestionWriter(
            options: census.optionWriter(jobs: configuration.jobs), seed: configuration.seed)
        var ledger = census.ledger
        var benchmark = try write(census, popularity, tiers, writer, &ledger)
        benchmark.metadata = metadata(census.site, tiers, measure, ledger)
        benchmark.ledger = ledger
        // Freeing a million small things takes a while, and nobody needs to wait for it.
        DispatchQueue.global().async { [census, writer] in withExtendedLifetime((census, writer)) {} }
        return benchmark
    }

    // MARK: - Popularity and tiers

    private func popularity(of census: inout ArticleCensus) throws -> (counts: [Int64], measure: String) {
        let articles = census.entries.map(\.title)
        guard !configuration.pageviews.isEmpty else {
            return (census.takeInboundLinks(of: articles), "inbound links")
        }
        let project = configuration.project ?? census.site.pageviewProject ?? "en.wikipedia"
        let titles = census.popularity.titlesToCount(articles)
        let views = try PageviewCounter.counts(
            ofTitles: titles, in: configuration.pageviews, project: project,
            isCaseSensitive: census.site.isCaseSensitive, jobs: configuration.jobs,
            notify: { notice in
                notice.isWarning ? log.warning("\(notice.text)") : log.info("\(notice.text)")
                census.ledger.viewFiles.append(notice.text)
            })
        let (counts, withoutRow) = census.popularity.views(of: articles, titles: titles, views: views)
        census.ledger.withoutViews = withoutRow
        if withoutRow > 0 {
            log.info("\(withoutRow) eligible articles have no row in the view files and count as 0 views")
        }
        return (counts, "page views of \(project)")
    }

    private func tiers(_ popularity: [Int64]) throws -> PopularityTiers {
        let needed = max(3, configuration.tiers.count)
        guard popularity.count >= needed else {
            throw Failure(
                .badData, file: configuration.dumps.first,
                "\(popularity.count) concepts can carry \(configuration.questionsPerConcept) questions, and at least \(needed) are needed",
                remedy: "use a larger dump, fewer --questions-per-concept, or a template pack for its kind of article")
        }
        if let cuts = configuration.tierCuts { return try PopularityTiers(names: configuration.tiers, cuts: cuts) }
        return try PopularityTiers(names: configuration.tiers, equalCountsOf: popularity)
    }

    // MARK: - Writing

    private struct Written: Sendable {
        var concept: Concept
        var questions: [Question]
        /// What the answer of each names.
        var things: [UInt64?]
        /// Hashes of its article's title and of the titles that it links to, through redirects.
        var title: UInt64
        var links: [UInt64]

        /// The questions with other names of their answers.
        func questions(with aliases: AnswerAliases) -> [Question] {
            zip(questions, things).map { aliases.accepted(by: $0, thing: $1, of: concept) }
        }
    }

    private func write(
        _ census: ArticleCensus, _ popularity: [Int64], _ tiers: PopularityTiers, _ writer: QuestionWriter,
        _ ledger: inout GenerationLedger
    ) throws -> GeneratedBenchmark {
        let tierOf = popularity.map { UInt8(tiers.tier(of: $0)) }
        for (tier, name) in tiers.names.enumerated() where !tierOf.contains(UInt8(tier)) {
            log.warning(
                "tier \(name) is empty: equal popularity is never split; give --tier-cuts, or view files that tell more apart"
            )
        }
        let selection = ConceptSelection(
            tiers: tierOf, kinds: census.kindsOfEntries, ids: census.entries.lazy.map(\.id),
            tierCount: tiers.names.count, seed: configuration.seed)
        // A concept whose questions cannot be written is replaced by the next of its tier; when a tier is used up, the
        // others give more, so what each tier can give is found out first.
        var written: [Written] = []
        var next = [Int](repeating: 0, count: tiers.names.count)
        var open = Set(tiers.names.indices)
        // What was tried ahead of its turn, on several threads.
        var ahead: [[Written?]] = tiers.names.map { _ in [] }
        while written.count < configuration.concepts, !open.isEmpty {
            for tier in tiers.names.indices where open.contains(tier) && written.count < configuration.concepts {
                var found = false
                while !found {
                    if ahead[tier].isEmpty {
                        try Interruption.check()
                        let wanted = max(16, (configuration.concepts - written.count) / open.count)
                        let indices = Array(selection.queues[tier].dropFirst(next[tier]).prefix(wanted))
                        guard !indices.isEmpty else { break }
                        next[tier] += indices.count
                        ahead[tier] = try parallelMap(indices, jobs: configuration.jobs) { index in
                            try Self.write(
                                census, Int(index), tier: tiers.names[tier], popularity: popularity[Int(index)], writer,
                                count: configuration.questionsPerConcept)
                        }.reversed()
                    }
                    guard let concept = ahead[tier].removeLast() else {
                        ledger.notWritable += 1
                        continue
                    }
                    written.append(concept)
                    found = true
                }
                if !found { open.remove(tier) }
            }
        }
        written.sort { $0.concept.id < $1.concept.id }
        guard written.count >= 3 else {
            throw Failure(
                .badData, file: configuration.dumps.first,
                "questions could be written for \(written.count) concepts only, and at least 3 are needed",
                remedy: "wrong options come from other articles: use a larger dump")
        }
        ledger.concepts = written.count
        if written.count < configuration.concepts {
            let unwritten =
                ledger.notWritable > 0
                ? ", for \(ledger.notWritable) of them not enough wrong options of the right kinds were found" : ""
            log.warning(
                "\(written.count) concepts of \(configuration.concepts) asked for: \(ledger.eligible) are eligible\(unwritten)"
            )
        }
        let things = Set(written.flatMap(\.things).compactMap { $0 })
        let aliases = try census.aliases(of: things, labels: writer.options.profiles.namesOfPersons)
        return GeneratedBenchmark(
            concepts: Self.linked(written), questions: written.flatMap { $0.questions(with: aliases) }, metadata: [:],
            ledger: ledger)
    }

    /// The concepts with the links between them.
    private static func linked(_ written: [Written]) -> [Concept] {
        let ids = Dictionary(written.map { ($0.title, $0.concept.id) }, uniquingKeysWith: { first, _ in first })
        return written.map { entry in
            var concept = entry.concept
            // A redirect and its target may both be linked to.
            concept.links = Set(entry.links.compactMap { ids[$0] }).subtracting([concept.id]).sorted()
            return concept
        }
    }

    /// One concept with its questions; nil if they cannot be written.
    private static func write(
        _ census: ArticleCensus, _ index: Int, tier: String, popularity: Int64, _ writer: QuestionWriter, count: Int
    ) throws -> Written? {
        guard let (article, links, candidates, pack, provenance) = try census.candidates(ofEntry: index),
            let questions = writer.questions(for: article, links: links, candidates: candidates, count: count)
        else { return nil }
        let concept = Concept(
            id: ConceptID(rawValue: article.id), title: article.title, tier: tier, popularity: popularity,
            kind: pack.name)
        return Written(
            concept: concept, questions: provenance.completed(questions.map(\.question)),
            things: questions.map(\.thing), title: census.entries[index].title, links: links)
    }

    private func metadata(
        _ site: SiteInfo, _ tiers: PopularityTiers, _ measure: String, _ ledger: GenerationLedger
    ) -> [String: String] {
        func names(_ paths: [String]) -> String {
            paths.map { ($0 as NSString).lastPathComponent }.joined(separator: ", ")
        }
        let thresholds = tiers.thresholds.map { "\($0)" }
        let packs = configuration.packs.filter(\.isInUse).map { "\($0.name) \($0.hash.prefix(12))" }
        var result: [String: String] = [
            "origin": "generated", "dump": names(configuration.dumps), "pageviews": names(configuration.pageviews),
            "site": [site.siteName, site.databaseName].filter { !$0.isEmpty }.joined(separator: ", "),
            "popularity": measure, "seed": String(configuration.seed),
            "questions per concept": String(configuration.questionsPerConcept),
            "tiers": tiers.names.joined(separator: ","),
            "tier thresholds": thresholds.joined(separator: ","),
            "packs": packs.joined(separator: ", "),
        ]
        result.merge(ledger.metadata) { first, _ in first }
        result.merge(TextOrigin(metadata: result).metadata) { first, _ in first }
        return result
    }
}

/// The product of a generation.
public struct GeneratedBenchmark: Sendable {
    /// By id.
    public var concepts: [Concept]
    /// By id.
    public var questions: [Question]
    /// Where it comes from.
    public var metadata: [String: String]
    /// What was read and left out.
    public var ledger: GenerationLedger

    /// The account and the tiers as text: aligned lines.
    public var summary: String {
        var rows = ledger.rows
        rows.append(("popularity", metadata["popularity"] ?? ""))
        for tier in (metadata["tiers"] ?? "").split(separator: ",").map(String.init) {
            let members = concepts.filter { $0.tier == tier }.map(\.popularity)
            let range = members.isEmpty ? "" : ", popularity \(members.min() ?? 0) to \(members.max() ?? 0)"
            rows.append(("tier \(tier)", "\(members.count) concepts\(range)"))
        }
        let sources = questions.map { $0.provenance?.source }
        for source in Provenance.Source.allCases {
            rows.append(("questions from \(source.rawValue)", "\(sources.count { $0 == source })"))
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { row in
            let blanks = String(repeating: " ", count: width - row.0.count)
            return "  \(row.0)\(blanks)  \(row.1)"
        }.joined(separator: "\n")
    }
}
