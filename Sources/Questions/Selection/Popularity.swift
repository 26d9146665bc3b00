/// How popular articles are: page views folded through redirects, or inbound links where no view file is given.
///
/// Titles are kept as 64-bit hashes: 16 bytes for each article and redirect of the dump. Among ten million titles the chance that any
/// two share a hash is about 3 in a million.
struct PopularityCensus: Sendable {
    private var redirects: [UInt64: UInt64] = [:]
    private var redirectTitles: [String] = []
    private var inbound: [UInt64: Int64] = [:]
    private let countsLinks: Bool

    /// - Parameter countsLinks: whether inbound links are the measure.
    init(countsLinks: Bool) {
        self.countsLinks = countsLinks
    }

    /// Takes note of a redirect.
    mutating func add(redirect title: String, to target: String) {
        redirects[Self.hash(title)] = Self.hash(target)
        if !countsLinks { redirectTitles.append(title) }
    }

    /// Counts an article's links: each target once per article, none to itself.
    mutating func add(links: [String], of title: String) {
        guard countsLinks else { return }
        let own = Self.hash(title)
        for target in Set(links.map(Self.hash)) where target != own { inbound[target, default: 0] += 1 }
    }

    /// Popularity by title hash.
    ///
    /// - Parameters:
    ///   - views: views of a title as requested; nil for inbound links.
    ///   - titles: the articles.
    func popularity(of titles: [String], views: ((String) -> Int64?)?) -> (counts: [Int64], withoutRow: Int) {
        var folded: [UInt64: Int64] = [:]
        if let views {
            for title in redirectTitles {
                if let count = views(title) { folded[resolved(Self.hash(title)), default: 0] += count }
            }
        } else {
            for (target, count) in inbound { folded[resolved(target), default: 0] += count }
        }
        var withoutRow = 0
        let counts = titles.map { title in
            let own = views?(title)
            let total = (own ?? 0) + (folded[Self.hash(title)] ?? 0)
            if views != nil, own == nil, total == 0 { withoutRow += 1 }
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

    /// FNV-1a over the UTF-8 of a title with underscores as blanks.
    static func hash(_ title: String) -> UInt64 {
        title.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1 == 0x5F ? 0x20 : $1)) &* 0x100_0000_01B3 }
    }
}
