/// How popular articles are: page views folded through redirects, or inbound links where no view file is given.
///
/// Titles are kept as hashes; see `TitleHash`.
struct PopularityCensus: Sendable {
    private var redirects = TitleTable<UInt64>(empty: 0)
    private var inbound = TitleTable<UInt32>(empty: 0)
    private let countsLinks: Bool

    /// - Parameter countsLinks: whether inbound links are the measure.
    init(countsLinks: Bool) {
        self.countsLinks = countsLinks
    }

    /// Takes note of a redirect, both titles as hashes.
    mutating func add(redirect title: UInt64, to target: UInt64) {
        redirects.set(title, to: target)
    }

    /// Counts the links of one article: hashes of their targets, each once.
    mutating func add(links: [UInt64], of title: UInt64) {
        guard countsLinks else { return }
        for target in links where target != title {
            inbound.update(target, from: 0) { $0 = $0 == .max ? $0 : $0 + 1 }
        }
    }

    /// The titles whose own views are needed, in ascending order: these articles and all redirects.
    func titlesToCount(_ articles: [UInt64]) -> [UInt64] {
        var titles = articles + redirects.all.map(\.hash)
        titles.sort()
        return titles
    }

    /// Inbound links of articles, those of redirects to them included. Frees the counts: asked once, behind the pass.
    mutating func takeInboundLinks(of articles: [UInt64]) -> [Int64] {
        defer { inbound = TitleTable(empty: 0) }
        var folded = TitleTable<Int64>(empty: 0)
        for (title, _) in redirects.all {
            if let count = inbound[title] { folded.update(resolved(title), from: 0) { $0 += Int64(count) } }
        }
        // A redirect that leads to itself is the end of its own chain: its links are in `folded` already.
        return articles.map { title in
            let own = redirects[title] == nil ? inbound[title].map(Int64.init) : nil
            return (own ?? 0) + (folded[title] ?? 0)
        }
    }

    /// Views of articles, those of redirects to them included, and how many articles have no row.
    ///
    /// - Parameters:
    ///   - titles: as from `titlesToCount`.
    ///   - views: of each of `titles` as requested; nil where the files have no row.
    func views(
        of articles: [UInt64], titles: [UInt64], views: some RandomAccessCollection<Int64?>
    ) -> (counts: [Int64], withoutRow: Int) {
        var folded = TitleTable<Int64>(empty: 0)
        for (title, count) in zip(titles, views) where redirects[title] != nil {
            if let count { folded.update(resolved(title), from: 0) { $0 += count } }
        }
        var withoutRow = 0
        let counts = articles.map { title in
            let own =
                redirects[title] == nil ? views[views.index(views.startIndex, offsetBy: titles.place(of: title))] : nil
            let total = (own ?? 0) + (folded[title] ?? 0)
            if own == nil, total == 0 { withoutRow += 1 }
            return total
        }
        return (counts, withoutRow)
    }

    /// The end of a chain of redirects; the start of a loop is its own end.
    func resolved(_ hash: UInt64) -> UInt64 {
        var current = hash
        for _ in 0..<8 {
            guard let next = redirects[current], next != hash else { return current }
            current = next
        }
        return current
    }
}

extension [UInt64] {
    /// Where the first element that is not less than a value stands; the elements are in ascending order.
    fileprivate func place(of value: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
