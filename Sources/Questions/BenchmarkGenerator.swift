import Diagnostics
import Foundation
import Knowledge
public import Logging
public import MediaWiki
public import QuestionSet
import Statistics

/// From a dump to questions: one pass over the dump in bounded memory, then tiers, selection and writing.
///
/// What grows with the number of articles is one compact entry each (id, title, number of candidates, offset into a temporary
/// file that holds the facts); distractor pools are bounded samples. The result does not depend on `jobs`.
public struct BenchmarkGenerator: Sendable {
    /// What decides the questions.
    public struct Configuration: Sendable {
        /// Dump files, in order.
        public var dumps: [String]
        /// Page-view files; empty: inbound links are the measure of popularity.
        public var pageviews: [String]
        /// The packs in use.
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

        /// Creates a configuration.
        public init(
            dumps: [String], pageviews: [String], packs: [TemplatePack], project: String?, tierCuts: [Int64]?,
            concepts: Int,
            questionsPerConcept: Int, tiers: [String], seed: UInt64, jobs: Int, damagePolicy: DamagePolicy
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
        }
    }

    /// What is known of an article after the pass.
    struct Entry: Sendable {
        var id: Int64
        var title: String
        var candidateCount: Int
        var spool: FactSpool.Position
    }

    /// What one page becomes on a worker thread.
    private enum Reading: Sendable {
        case setAside(reason: String, redirect: (title: String, target: String)?)
        case article(Article, pack: TemplatePack?, candidates: [Candidate], links: [String])
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
        let reader = CandidateReader(library: library)
        var census = PopularityCensus(countsLinks: configuration.pageviews.isEmpty)
        var pools = DistractorPools(seed: configuration.seed)
        var entries: [Entry] = []
        var knownIDs: Set<Int64> = []
        let packIndex = Dictionary(
            uniqueKeysWithValues: library.packs.enumerated().map { ($1.name, UInt8(clamping: $0)) })
        // Every article by the hash of its title, with the pack that covers it.
        var packOfTitle: [UInt64: UInt8?] = [:]
        var ledger = GenerationLedger()
        var site = SiteInfo()
        let spool = try FactSpool()

        let dump = DumpReader(paths: configuration.dumps, damagePolicy: configuration.damagePolicy)
        let dumpLedger = try dump.mapPages(
            jobs: configuration.jobs, progress: progress,
            onSiteInfo: { if site.databaseName.isEmpty { site = $0 } },
            transform: { page, siteInfo in Self.read(page, siteInfo, reader) },
            consume: { reading in
                switch reading {
                case .setAside(let reason, let redirect):
                    ledger.rejected[reason, default: 0] += 1
                    if let redirect { census.add(redirect: redirect.title, to: redirect.target) }
                case .article(let article, let pack, let candidates, let links):
                    let title = PopularityCensus.hash(article.title)
                    guard packOfTitle[title] == nil, knownIDs.insert(article.id).inserted else {
                        ledger.rejected["id or title seen before", default: 0] += 1
                        return
                    }
                    packOfTitle[title] = .some(pack.flatMap { packIndex[$0.name] })
                    ledger.articles += 1
                    for (reason, count) in article.dropped { ledger.dropped[reason, default: 0] += count }
                    census.add(links: links, of: article.title)
                    guard pack != nil else {
                        ledger.rejected["no template pack covers it", default: 0] += 1
                        return
                    }
                    for candidate in candidates { pools.offer(candidate) }
                    guard candidates.count >= configuration.questionsPerConcept else {
                        ledger.rejected["fewer facts than questions", default: 0] += 1
                        return
                    }
                    entries.append(
                        Entry(
                            id: article.id, title: article.title, candidateCount: candidates.count,
                            spool: try spool.append(article)))
                }
            })
        for warning in dumpLedger.warnings { log.warning("\(warning)") }
        ledger.pagesRead = dumpLedger.pagesRead
        for (reason, count) in dumpLedger.skipped where reason.concernsOnePage {
            ledger.rejected[reason.rawValue] = count
        }
        ledger.eligible = entries.count

        let (popularity, measure) = try popularity(of: entries, census, site, &ledger)
        let tiers = try tiers(popularity)
        let kinds = ThingKinds(
            packs: packOfTitle.compactMapValues { $0 }, pools: pools, resolve: { [census] in census.resolved($0) })
        let writer = QuestionWriter(options: OptionWriter(pools: pools, kinds: kinds), seed: configuration.seed)
        var benchmark = try write(entries, popularity, tiers, reader, writer, spool, &ledger)
        benchmark.metadata = metadata(site, tiers, measure, ledger)
        benchmark.ledger = ledger
        return benchmark
    }

    // MARK: - One page

    private static func read(_ page: Page, _ siteInfo: SiteInfo, _ reader: CandidateReader) -> Reading {
        guard page.namespace == 0 else { return .setAside(reason: "not in the article namespace", redirect: nil) }
        if let target = page.redirectTarget { return .setAside(reason: "redirect", redirect: (page.title, target)) }
        let reading = ArticleReader(siteInfo: siteInfo).read(page)
        switch reading.kind {
        case .setAside(let reason): return .setAside(reason: reason, redirect: nil)
        case .article(let article):
            guard let pack = reader.pack(for: article) else {
                return .article(article, pack: nil, candidates: [], links: reading.links)
            }
            return .article(
                article, pack: pack, candidates: reader.candidates(article, pack: pack), links: reading.links)
        }
    }

    // MARK: - Popularity and tiers

    private func popularity(
        of entries: [Entry], _ census: PopularityCensus, _ site: SiteInfo, _ ledger: inout GenerationLedger
    ) throws -> (counts: [Int64], measure: String) {
        let titles = entries.map(\.title)
        guard !configuration.pageviews.isEmpty else {
            return (census.popularity(of: titles, views: nil).counts, "inbound links")
        }
        let project = configuration.project ?? site.pageviewProject ?? "en.wikipedia"
        let counter = try PageviewCounter(
            paths: configuration.pageviews, project: project, isCaseSensitive: site.isCaseSensitive,
            jobs: configuration.jobs,
            notify: { $0.isWarning ? log.warning("\($0.text)") : log.info("\($0.text)") })
        let (counts, withoutRow) = census.popularity(of: titles, views: counter.views(of:))
        ledger.withoutViews = withoutRow
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

    private func write(
        _ entries: [Entry], _ popularity: [Int64], _ tiers: PopularityTiers, _ reader: CandidateReader,
        _ writer: QuestionWriter, _ spool: FactSpool, _ ledger: inout GenerationLedger
    ) throws -> GeneratedBenchmark {
        let tierOf = popularity.map(tiers.tier(of:))
        for (tier, name) in tiers.names.enumerated() where !tierOf.contains(tier) {
            log.warning(
                "tier \(name) is empty: equal popularity is never split; give --tier-cuts, or view files that tell more apart"
            )
        }
        let selection = ConceptSelection(
            tiers: tierOf, ids: entries.map(\.id), tierCount: tiers.names.count, seed: configuration.seed)
        // A concept whose questions cannot be written is replaced by the next of its tier; when a tier is used up, the
        // others give more, so what each tier can give is found out first.
        var written: [[(concept: Concept, questions: [Question])]] = tiers.names.map { _ in [] }
        var next = [Int](repeating: 0, count: tiers.names.count)
        var open = Set(tiers.names.indices)
        var total = 0
        while total < configuration.concepts, !open.isEmpty {
            for tier in tiers.names.indices where open.contains(tier) && total < configuration.concepts {
                var found = false
                while !found, next[tier] < selection.queues[tier].count {
                    try Interruption.check()
                    let index = selection.queues[tier][next[tier]]
                    next[tier] += 1
                    let article = try spool.article(at: entries[index].spool)
                    guard let pack = reader.pack(for: article),
                        let questions = writer.questions(
                            for: article, candidates: reader.candidates(article, pack: pack),
                            count: configuration.questionsPerConcept)
                    else {
                        ledger.notWritable += 1
                        continue
                    }
                    let concept = Concept(
                        id: ConceptID(rawValue: article.id), title: article.title, tier: tiers.names[tier],
                        popularity: popularity[index], kind: pack.name)
                    written[tier].append((concept, questions))
                    found = true
                    total += 1
                }
                if !found { open.remove(tier) }
            }
        }
        let all = written.flatMap { $0 }.sorted { $0.concept.id < $1.concept.id }
        guard all.count >= 3 else {
            throw Failure(
                .badData, file: configuration.dumps.first,
                "questions could be written for \(all.count) concepts only, and at least 3 are needed",
                remedy: "wrong options come from other articles: use a larger dump")
        }
        ledger.concepts = all.count
        if all.count < configuration.concepts {
            let unwritten =
                ledger.notWritable > 0 ? ", for \(ledger.notWritable) of them not enough wrong options were found" : ""
            log.warning(
                "\(all.count) concepts of \(configuration.concepts) asked for: \(ledger.eligible) are eligible\(unwritten)"
            )
        }
        return GeneratedBenchmark(
            concepts: all.map(\.concept), questions: all.flatMap(\.questions), metadata: [:], ledger: ledger)
    }

    private func metadata(
        _ site: SiteInfo, _ tiers: PopularityTiers, _ measure: String, _ ledger: GenerationLedger
    ) -> [String: String] {
        func names(_ paths: [String]) -> String {
            paths.map { ($0 as NSString).lastPathComponent }.joined(separator: ", ")
        }
        let thresholds = tiers.thresholds.map { "\($0)" }
        let packs = configuration.packs.map { "\($0.name) \($0.hash.prefix(12))" }
        var result: [String: String] = [
            "origin": "generated", "dump": names(configuration.dumps), "pageviews": names(configuration.pageviews),
            "site": [site.siteName, site.databaseName].filter { !$0.isEmpty }.joined(separator: ", "),
            "popularity": measure, "seed": String(configuration.seed),
            "questions per concept": String(configuration.questionsPerConcept),
            "tiers": tiers.names.joined(separator: ","),
            "tier thresholds": thresholds.joined(separator: ","),
            "packs": packs.joined(separator: ", "),
            "pages read": String(ledger.pagesRead), "articles": String(ledger.articles),
            "eligible concepts": String(ledger.eligible), "articles without views": String(ledger.withoutViews),
            "concepts not writable": String(ledger.notWritable),
        ]
        for (reason, count) in ledger.rejected { result["pages rejected: \(reason)"] = String(count) }
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
        var rows: [(String, String)] = [
            ("pages read", String(ledger.pagesRead)), ("eligible concepts", String(ledger.eligible)),
        ]
        rows += ledger.rejected.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map {
            ("  \($0.key)", String($0.value))
        }
        rows.append(("popularity", metadata["popularity"] ?? ""))
        for tier in (metadata["tiers"] ?? "").split(separator: ",").map(String.init) {
            let members = concepts.filter { $0.tier == tier }.map(\.popularity)
            let range = members.isEmpty ? "" : ", popularity \(members.min() ?? 0) to \(members.max() ?? 0)"
            rows.append(("tier \(tier)", "\(members.count) concepts\(range)"))
        }
        for source in Provenance.Source.allCases {
            let count = questions.count { $0.provenance?.source == source }
            rows.append(("questions from \(source.rawValue)", "\(count)"))
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { row in
            let blanks = String(repeating: " ", count: width - row.0.count)
            return "  \(row.0)\(blanks)  \(row.1)"
        }.joined(separator: "\n")
    }
}

/// The account of a generation: pages read = kept + rejected by reason.
public struct GenerationLedger: Sendable, Equatable {
    /// Pages of the dump.
    public var pagesRead = 0
    /// Articles: pages that are neither set aside nor damaged nor repeated.
    public var articles = 0
    /// Articles with enough facts.
    public var eligible = 0
    /// Eligible articles without a row in the view files.
    public var withoutViews = 0
    /// Concepts that were drawn and could not be written.
    public var notWritable = 0
    /// Concepts in the result.
    public var concepts = 0
    /// Pages by the reason why they are not eligible.
    public var rejected: [String: Int] = [:]
    /// Values of infoboxes and leads that could not be read with certainty, by reason.
    public var dropped: [String: Int] = [:]
}
