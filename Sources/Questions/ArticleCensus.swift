import Knowledge
import MediaWiki
import QuestionSet

/// What the pass over a dump leaves: the eligible articles, what measures their popularity, and the pools of wrong options.
///
/// What grows with the dump is 8 bytes per article id, 12 per title, 24 per eligible article, 21 per redirect and, without view
/// files, 16 per linked title (with the empty places of its tables; see `TitleTable`). Pools are bounded samples, texts are on disk.
struct ArticleCensus: Sendable {
    /// An eligible article.
    struct Entry: Sendable {
        var id: Int64
        /// Hash of its title.
        var title: UInt64
        /// Where its page is.
        var place: PageSpool.Place
    }

    /// Eligible articles in the order of the dump.
    private(set) var entries = ChunkedArray<Entry>()
    /// Links, redirects.
    private(set) var popularity: PopularityCensus
    /// The site information of the first file that has any.
    private(set) var site = SiteInfo()
    /// The account so far.
    var ledger = GenerationLedger()

    private let candidateReader: CandidateReader
    private let countsLinks: Bool
    private let questionsPerConcept: Int
    private let library: TemplateLibrary
    private let titles: TitleLists
    private var pools: DistractorPools
    private var linkSample: LinkSample
    private var ids = ArticleIDs()
    /// Every article by its title, with the index of the pack that covers it.
    private var packOfTitle = TitleTable<UInt8>(empty: Self.noPack)
    private let spool: PageSpool
    private let redirects: RedirectSpool
    /// The site information of each file, and what reads its articles.
    private var sites: [SiteInfo] = []
    private var articleReaders: [ArticleReader] = []
    /// The names of the files, for the provenance of questions.
    private let dumps: [String]

    private static let noPack = UInt8.max

    init(
        library: TemplateLibrary, countsLinks: Bool, seed: UInt64, questionsPerConcept: Int, dumps: [String],
        titles: TitleLists = TitleLists()
    ) throws {
        self.dumps = dumps
        self.titles = titles
        candidateReader = CandidateReader(library: library)
        popularity = PopularityCensus(countsLinks: countsLinks)
        self.countsLinks = countsLinks
        self.questionsPerConcept = questionsPerConcept
        self.library = library
        pools = DistractorPools(seed: seed)
        linkSample = LinkSample(seed: seed)
        spool = try PageSpool()
        redirects = try RedirectSpool()
    }

    // MARK: - One page

    /// What one page becomes on a worker thread.
    enum Reading: Sendable {
        case setAside(reason: String)
        /// The title it leads to as a hash; nothing of it if it leads to a section, which is another thing.
        case redirect(title: String, to: UInt64, isWhole: Bool)
        case article(ArticleReading)
    }

    /// What is kept of an article.
    struct ArticleReading: Sendable {
        var id: Int64
        /// Hashes of its title and of the titles it links to, each once.
        var title: UInt64
        var links: [UInt64]
        var dropped: [String: Int]
        /// Index of the pack that covers it; nil if none does.
        var pack: UInt8?
        /// Values of questions that could be asked, if they may stay in a pool.
        var offers: [DistractorPools.Offer]
        /// Its links with what stands around them, if it may be among the sample.
        var mentions: [LinkMention]
        /// The page itself, if it has enough questions.
        var page: Page?
    }

    /// Reads pages of one file; used by several threads.
    struct Reader: Sendable {
        fileprivate let articles: ArticleReader
        fileprivate let candidates: CandidateReader
        fileprivate let countsLinks: Bool
        fileprivate let questionsPerConcept: Int
        fileprivate let linkGate: LinkSample.Gate
        fileprivate let poolGate: DistractorPools.Gate

        func read(_ page: Page) -> Reading {
            guard page.namespace == 0 else { return .setAside(reason: "not in the article namespace") }
            if let target = page.redirectTarget {
                return .redirect(
                    title: page.title, to: TitleHash(target).value, isWhole: !Self.leadsToSection(page))
            }
            let reading = articles.read(page, withMentions: page.id.map(linkGate.admits) ?? false)
            switch reading.kind {
            case .setAside(let reason): return .setAside(reason: reason)
            case .article(let article):
                let pack = candidates.pack(for: article)
                let (offers, count) = pack.map { candidates.offers(article, pack: $0, gate: poolGate) } ?? ([], 0)
                return .article(
                    ArticleReading(
                        id: article.id, title: TitleHash(article.title).value,
                        links: countsLinks ? reading.links : [],
                        dropped: article.dropped,
                        pack: pack.map { UInt8(min($0, 254)) }, offers: offers,
                        mentions: reading.mentions,
                        page: pack != nil && count >= questionsPerConcept ? page : nil))
            }
        }

        /// Whether a redirect's link has a `#`.
        private static func leadsToSection(_ page: Page) -> Bool {
            let text = page.revision?.text ?? []
            guard let start = text.firstIndex(of: UInt8(ascii: "[")) else { return false }
            return text[start...].prefix { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "|") }.contains(
                UInt8(ascii: "#"))
        }
    }

    /// The reader for a file of this wiki.
    func reader(for site: SiteInfo) -> Reader {
        Reader(
            articles: ArticleReader(siteInfo: site), candidates: candidateReader, countsLinks: countsLinks,
            questionsPerConcept: questionsPerConcept, linkGate: linkSample.gate, poolGate: pools.gate)
    }

    // MARK: - All pages

    /// Takes the site information of a file, before its pages.
    mutating func add(_ siteInfo: SiteInfo) {
        sites.append(siteInfo)
        articleReaders.append(ArticleReader(siteInfo: siteInfo))
        if site.databaseName.isEmpty { site = siteInfo }
    }

    /// Takes what was read from the next page of the dump.
    mutating func add(_ reading: Reading) throws {
        switch reading {
        case .setAside(let reason): ledger.rejected[reason, default: 0] += 1
        case .redirect(let title, let target, let isWhole):
            ledger.rejected["redirect", default: 0] += 1
            popularity.add(redirect: TitleHash(title).value, to: target)
            if isWhole { try redirects.append(title, to: target) }
        case .article(let article): try add(article)
        }
    }

    private mutating func add(_ article: ArticleReading) throws {
        guard packOfTitle[article.title] == nil, ids.insert(article.id) else {
            ledger.rejected["id or title seen before", default: 0] += 1
            return
        }
        packOfTitle.set(article.title, to: article.pack ?? Self.noPack)
        ledger.articles += 1
        ledger.add(dropped: article.dropped)
        popularity.add(links: article.links, of: article.title)
        linkSample.add(article.mentions, of: article.id)
        guard article.pack != nil else {
            ledger.rejected["no template pack covers it", default: 0] += 1
            return
        }
        for index in article.offers.indices { pools.add(article.offers[index], of: article.id) }
        guard let page = article.page else {
            ledger.rejected["fewer facts than questions", default: 0] += 1
            return
        }
        if let reason = titles.reason(against: article.title) {
            ledger.rejected[reason, default: 0] += 1
            return
        }
        entries.append(
            Entry(id: article.id, title: article.title, place: try spool.append(page, file: sites.count - 1)))
    }

    /// Ends the pass.
    mutating func finish(_ dumpLedger: DumpLedger) throws {
        try spool.finish()
        try redirects.finish()
        ledger.add(dumpLedger)
        ledger.eligible = entries.count
    }

    // MARK: - After the pass

    /// Inbound links of articles; once.
    mutating func takeInboundLinks(of articles: [UInt64]) -> [Int64] { popularity.takeInboundLinks(of: articles) }

    /// The index of the pack that covers each entry.
    var kindsOfEntries: [UInt8] { entries.map { packOfTitle[$0.title] ?? Self.noPack } }

    /// What writes options from the pools.
    ///
    /// - Parameter jobs: threads.
    mutating func optionWriter(jobs: Int) -> OptionWriter {
        let kinds = ThingKinds(pools: pools, library: library) { [packOfTitle, popularity] title in
            let title = popularity.resolved(title)
            let pack = packOfTitle[title].flatMap { $0 == Self.noPack ? nil : $0 }
            return (title, pack)
        }
        let profiles = LinkProfiles(linkSample.finish(), kinds: kinds, jobs: jobs)
        return OptionWriter(pools: pools, kinds: kinds, profiles: profiles)
    }

    /// Other names of things, given by the hashes of their titles.
    ///
    /// - Parameter labels: how links to titles call them.
    func aliases(of things: Set<UInt64>, labels: [UInt64: [String]]) throws -> AnswerAliases {
        let titles = try redirects.titles { things.contains(popularity.resolved($0)) }
        return AnswerAliases(
            redirects: titles.map { ($0.title, popularity.resolved($0.target)) },
            labels: labels.filter { things.contains($0.key) })
    }

    /// A dump file by its number from 0; each has its site information.
    private func dump(_ index: Int) -> Provenance.Dump {
        let site = sites[index]
        return Provenance.Dump(
            number: index + 1, file: dumps.indices.contains(index) ? dumps[index] : "", siteName: site.siteName,
            databaseName: site.databaseName, base: site.base)
    }

    /// Reads an eligible article again, with the hashes of the titles it links to, through redirects, and all that can be asked of
    /// it. Safe to call from several threads.
    func candidates(
        ofEntry index: Int
    ) throws -> (
        article: Article, links: [UInt64], candidates: ArticleCandidates, pack: TemplatePack, provenance: PageProvenance
    )? {
        let (page, site) = try spool.page(at: entries[index].place)
        let document = WikitextDocument(page.revision?.text ?? [])
        let reading = articleReaders[site].read(page, scanned: document)
        guard case .article(let article) = reading.kind, let pack = candidateReader.pack(for: article)
        else { return nil }
        return (
            article, reading.links.map(popularity.resolved), candidateReader.candidates(article, pack: pack),
            library.packs[pack],
            PageProvenance(page, document, dump: dump(site))
        )
    }
}

/// The ids of articles seen so far. Dumps are in the order of their ids, so that nearly all are greater than the last.
private struct ArticleIDs: Sendable {
    private var ascending = ChunkedArray<Int64>()
    private var others: Set<Int64> = []

    /// Adds an id; false if it was there.
    mutating func insert(_ id: Int64) -> Bool {
        guard let last = ascending.last, id <= last else {
            ascending.append(id)
            return true
        }
        var low = 0
        var high = ascending.count
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < id { low = middle + 1 } else { high = middle }
        }
        return ascending[low] != id && others.insert(id).inserted
    }
}
