import Foundation
import Knowledge
import MediaWiki
import QuestionSet

/// What things are like by the links that lead to them: their names, what stands around them, and the articles that mention
/// them. Two things that follow "native to", stand in rows with the same others, and end in "languages" are alike.
///
/// A thing is a vector of features weighted by tf-idf, (1 + ln count) ln(things / things with the feature), scaled to
/// length 1 (less where little is known of a thing); two things are as alike as the product of their vectors. Made once from a `LinkSample`, then only read.
struct LinkProfiles: Sendable {
    /// Something that articles link to.
    struct Thing: Sendable {
        /// Hash of the title of its article, through redirects.
        var title: UInt64
        /// Its name, as a value to choose.
        var entry: PoolCache.Entry
        /// Title of its article, without the parenthesis.
        var name: String
        /// How links call it.
        var names: [String]
        /// Links that lead to it.
        var mentions: Int32
    }

    /// In the order of their titles' hashes.
    private(set) var things: [Thing] = []
    /// What kind of thing each is.
    private var kinds: [ThingKinds.Kind] = []
    /// What the name of each looks like.
    private var traits: [TextShape.Traits] = []
    /// Characters of the name of each.
    private var lengths: [Int] = []
    /// Those of each kind, as `ThingKinds.Kind.isLike` tells kinds apart.
    private var thingsOfPack: [UInt8: [Int]] = [:]
    private var thingsOfTypeAlone: [ValueType: [Int]] = [:]
    private var persons: [Int] = []
    private var thingsUnknown: [Int] = []
    /// ln(mentions) of each.
    private var fames: [Float] = []
    private var indexOfTitle: [UInt64: Int32] = [:]
    /// Features by their hashes.
    private var indexOfFeature: [UInt64: Int32] = [:]
    /// ln(things / things with the feature), weighted by kind of feature.
    private var weights: [Float] = []
    /// What features each thing has.
    private var features = SparseRows()
    /// What things have each feature.
    private var postings = SparseRows()
    /// The things that each article of the sample links to, and the articles by id.
    private var linked = SparseRows()
    private var linking = SparseRows()
    private var articleIDs: [Int64] = []
    private var indexOfArticle: [Int64: Int32] = [:]
    /// Square roots of the numbers of things that the articles link to.
    private var linkedRoots: [Float] = []
    /// What it counts that two articles link to a thing.
    private var linkWeights: [Float] = []

    /// - Parameters:
    ///   - donors: the sample.
    ///   - kinds: what links lead to.
    ///   - jobs: threads.
    init(_ donors: [LinkSample.Donor], kinds: ThingKinds, jobs: Int = 1) {
        var drafts: [UInt64: Draft] = [:]
        var linkedTitles: [[UInt64]] = []
        var ofPacks = 0
        for donor in donors {
            articleIDs.append(donor.articleID)
            var titles: Set<UInt64> = []
            for mention in donor.mentions where PageClassifier.namesThing(mention.article) {
                let title = kinds.resolved(mention.article)
                titles.insert(title)
                drafts[title, default: Draft(article: mention.article)].add(mention)
            }
            linkedTitles.append(titles.sorted())
        }
        let titles = drafts.keys.sorted()
        var counts: [[(feature: Int32, count: Int32)]] = []
        // By pieces: their features need more memory than what becomes of them.
        for start in stride(from: 0, to: titles.count, by: Self.titlesAtATime) {
            let piece = Array(titles[start..<min(start + Self.titlesAtATime, titles.count)])
            let made = parallelMap(piece, jobs: jobs) { [drafts] title in
                drafts[title].map { draft in
                    let name = draft.name
                    let thing = Thing(
                        title: title, entry: PoolCache.Entry(Value(.link(article: draft.article), text: name)),
                        name: TextRules.withoutParenthesis(draft.article), names: draft.names,
                        mentions: Int32(clamping: draft.mentions))
                    let features = Feature.counted(
                        Feature.all(draft.surroundings, article: draft.article, label: name))
                    return (thing: thing, kind: kinds.kind(of: thing.entry.value), features: features)
                }
            }
            for (thing, kind, features) in made.compactMap({ $0 }) {
                indexOfTitle[thing.title] = Int32(things.count)
                if kind.pack != nil { ofPacks += 1 }
                note(kind, of: things.count)
                things.append(thing)
                self.kinds.append(kind)
                fames.append(Float(log(Double(thing.mentions))))
                traits.append(thing.entry.shape.traits)
                lengths.append(thing.entry.value.text.count)
                counts.append(numbered(features))
            }
        }
        knowsKinds = ofPacks * 3 >= titles.count
        weigh(counts)
        for titles in linkedTitles { linked.append(titles.compactMap { title in indexOfTitle[title].map { ($0, 1) } }) }
        linking = linked.transposed(columns: things.count)
        linkedRoots = (0..<linked.count).map { Float(max(1, linked[$0].count)).squareRoot() }
        linkWeights = (0..<linking.count).map { thing in
            let weight = Float(log(Double(linked.count + 1) / Double(max(1, linking[thing].count))))
            return weight * weight
        }
        for (index, id) in articleIDs.enumerated() { indexOfArticle[id] = Int32(index) }
    }

    private mutating func note(_ kind: ThingKinds.Kind, of thing: Int) {
        if let pack = kind.pack { thingsOfPack[pack, default: []].append(thing) }
        if kind.type == .person { persons.append(thing) }
        guard kind.pack == nil else { return }
        if let type = kind.type {
            thingsOfTypeAlone[type, default: []].append(thing)
        } else {
            thingsUnknown.append(thing)
        }
    }

    private static let titlesAtATime = 1024

    /// Whether the packs know what kind of thing most links lead to. They do not in a wiki of another language than theirs.
    private(set) var knowsKinds = false

    /// How links call persons by their last names, by the hashes of their titles. Other parts of names are those of other things
    /// elsewhere: "Berlin" for its university, "William" for some king.
    var namesOfPersons: [UInt64: [String]] {
        var result: [UInt64: [String]] = [:]
        for (thing, kind) in zip(things, kinds) where kind.type == .person {
            let last = TextRules.words(thing.name).last
            let names = thing.names.filter { last != nil && TextRules.words($0).last == last }
            if !names.isEmpty { result[thing.title] = names }
        }
        return result
    }

    /// Added to the square of each length: a thing that is mentioned once is not very like another because of one word.
    private static let priorSquare: Float = 600

    // MARK: - Making

    /// What is known of a thing while links are gathered.
    private struct Draft: Sendable {
        let article: String
        var mentions = 0
        var surroundings: [UInt64] = []
        private var labels: [String: Int] = [:]

        init(article: String) { self.article = article }

        mutating func add(_ mention: LinkMention) {
            mentions += 1
            surroundings += mention.surroundings
            if let label = mention.label { labels[label, default: 0] += 1 }
        }

        /// All its labels.
        var names: [String] { labels.keys.sorted() }

        /// Its most frequent label; without any the title.
        var name: String {
            labels.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? TextRules.withoutParenthesis(article)
        }
    }

    private mutating func numbered(_ features: [(hash: UInt64, count: Int32)]) -> [(feature: Int32, count: Int32)] {
        let numbered = features.map { hash, count in
            let next = Int32(indexOfFeature.count)
            let feature = indexOfFeature[hash] ?? next
            if feature == next { indexOfFeature[hash] = next }
            return (feature: feature, count: count)
        }
        return numbered.sorted { $0.feature < $1.feature }
    }

    private mutating func weigh(_ counts: [[(feature: Int32, count: Int32)]]) {
        var frequencies = [Int](repeating: 0, count: indexOfFeature.count)
        for row in counts { for entry in row { frequencies[Int(entry.feature)] += 1 } }
        // What only one thing has tells nothing; what a quarter of all have hardly anything.
        weights = [Float](repeating: 0, count: frequencies.count)
        for (hash, index) in indexOfFeature {
            let frequency = frequencies[Int(index)]
            let kind = Feature.Kind(of: hash)
            guard frequency >= kind.leastFrequency, frequency * 4 <= things.count else { continue }
            weights[Int(index)] = kind.weight * Float(log(Double(things.count) / Double(frequency)))
        }
        for row in counts {
            var vector = row.compactMap { entry -> (Int32, Float)? in
                let weight = weights[Int(entry.feature)]
                return weight > 0 ? (entry.feature, weight * Float(1 + log(Double(entry.count)))) : nil
            }
            let length = vector.reduce(Self.priorSquare) { $0 + $1.1 * $1.1 }.squareRoot()
            for index in vector.indices { vector[index].1 /= length }
            features.append(vector)
        }
        postings = features.transposed(columns: weights.count)
    }

    // MARK: - Asking

    /// What an article is about, by the things it links to.
    struct Topic: Sendable {
        /// The things it links to, by the hashes of their titles.
        let links: Set<UInt64>
        /// How like it the articles of the sample are, 0 to 1; empty where none is.
        fileprivate var articles: [Float] = []
        /// How near each thing is to it, 0 to 1; empty where nothing is.
        fileprivate var things: [Float] = []

        /// How like it an article of the sample is, by its index; 0 for others.
        func likeness(ofArticle index: Int32?) -> Float { articles.isEmpty ? 0 : index.map { articles[Int($0)] } ?? 0 }
    }

    /// Where an article stands in the sample; nil if it is none of it.
    func index(ofArticle id: Int64) -> Int32? { indexOfArticle[id] }

    /// Articles of the sample that count as near.
    private static let nearArticles = 12

    /// The topic of an article.
    ///
    /// - Parameter titles: hashes of the titles it links to, through redirects.
    func topic(of titles: Set<UInt64>, articleID: Int64) -> Topic {
        var topic = Topic(links: titles)
        var likeness = [Float](repeating: 0, count: linked.count)
        for thing in titles.compactMap({ indexOfTitle[$0] }).sorted() {
            linking.add(row: Int(thing), times: linkWeights[Int(thing)], to: &likeness)
        }
        if let own = indexOfArticle[articleID] { likeness[Int(own)] = 0 }
        // The nearest first, of equals the first.
        var near: [Int] = []
        for index in likeness.indices where likeness[index] > 0 {
            likeness[index] /= linkedRoots[index]
            guard near.count < Self.nearArticles || likeness[index] > likeness[near[near.count - 1]] else { continue }
            if near.count == Self.nearArticles { near.removeLast() }
            let place = near.firstIndex { likeness[$0] < likeness[index] } ?? near.count
            near.insert(index, at: place)
        }
        guard let nearest = near.first, likeness[nearest] > 0 else { return topic }
        let most = likeness[nearest]
        topic.things = [Float](repeating: 0, count: things.count)
        for article in near {
            linked.add(row: article, times: likeness[article], to: &topic.things)
        }
        let largest = topic.things.reduce(0) { $1 > $0 ? $1 : $0 }
        if largest > 0 { topic.things = topic.things.map { $0 / largest } }
        topic.articles = likeness.map { $0 / most }
        return topic
    }

    /// A thing to which likes are wanted.
    struct Wanted {
        var value: Value
        /// Hash of the title it links to, through redirects; nil where it links to nothing.
        var title: UInt64?
        var kind: ThingKinds.Kind
        /// What stands around it in its own article.
        var surroundings: [UInt64]
    }

    /// Things like a wanted one and of its kind, the most alike first; those that the article itself links to left out.
    ///
    /// - Parameter mayAllow: whether a name that looks so may be an option.
    func things(
        like wanted: Wanted, topic: Topic, where mayAllow: (TextShape.Traits) -> Bool
    ) -> [(entry: PoolCache.Entry, likeness: Float)] {
        let index = wanted.title.flatMap { indexOfTitle[$0] }
        var scores = [Float](repeating: 0, count: things.count)
        for (feature, weight) in vector(of: wanted, index) {
            postings.add(row: Int(feature), times: weight, to: &scores)
        }
        let length = wanted.value.text.count
        let fame = index.map { fames[Int($0)] } ?? 0
        let kind = wanted.kind
        var result: [(index: Int, likeness: Float)] = []
        result.reserveCapacity(Self.likesTried + 1)
        // What is less like it than this is not among the best.
        var least = -Float.infinity
        for others in things(of: kind) {
            for other in others where kind.isKnown || scores[other] > Self.leastCosine {
                var score = scores[other] + (topic.things.isEmpty ? 0 : 0.3 * topic.things[other])
                // What follows makes it smaller only: most are known at a glance.
                guard score >= least, mayAllow(traits[other]) else { continue }
                // Of two things that are alike the one as well known and as long is the better one.
                score -= 0.04 * abs(fames[other] - fame)
                score -= 0.2 * Float(abs(lengths[other] - length)) / Float(max(8, length))
                // Only the best are kept, in order.
                let like = (index: other, likeness: score)
                guard result.count < Self.likesTried || Self.isBefore(like, result[result.count - 1]),
                    !topic.links.contains(things[other].title)
                else { continue }
                var place = result.count
                while place > 0, Self.isBefore(like, result[place - 1]) { place -= 1 }
                result.insert(like, at: place)
                if result.count > Self.likesTried { result.removeLast() }
                if result.count == Self.likesTried { least = result[Self.likesTried - 1].likeness }
            }
        }
        return result.map { (things[$0.index].entry, $0.likeness) }
    }

    private static let likesTried = 60

    private static func isBefore(_ like: (index: Int, likeness: Float), _ other: (index: Int, likeness: Float)) -> Bool
    {
        (other.likeness, like.index) < (like.likeness, other.index)
    }

    /// The things of a kind; where that is not known, those of which it is not known either.
    private func things(of kind: ThingKinds.Kind) -> [[Int]] {
        let ofTypeAlone = kind.type.flatMap { thingsOfTypeAlone[$0] } ?? []
        if let pack = kind.pack { return [thingsOfPack[pack] ?? [], kind.type == .person ? ofTypeAlone : []] }
        return [kind.type == .person ? persons : kind.isKnown ? ofTypeAlone : thingsUnknown]
    }

    /// Likeness that two things of unknown kind have in common at least.
    private static let leastCosine: Float = 0.02

    private func vector(of wanted: Wanted, _ index: Int32?) -> [(feature: Int32, weight: Float)] {
        var vector: [Int32: Float] = [:]
        if let index { for entry in features[Int(index)] { vector[entry.index] = entry.weight } }
        let text = wanted.value.text
        let own: [UInt64]
        if index != nil {
            own = Feature.all(wanted.surroundings)
        } else if case .link(let article) = wanted.value.content {
            own = Feature.all(wanted.surroundings, article: article, label: text)
        } else {
            own = Feature.all(wanted.surroundings, article: text, label: text)
        }
        var added: [Int32: Float] = [:]
        for hash in own {
            guard let feature = indexOfFeature[hash], weights[Int(feature)] > 0 else { continue }
            added[feature] = weights[Int(feature)]
        }
        let length = added.values.sorted().reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        if length > 0 { for (feature, weight) in added { vector[feature, default: 0] += weight / length } }
        return vector.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// Features of things, as hashes that end in what kind of feature they are.
private enum Feature {
    enum Kind: UInt64 {
        /// What stands around a link, what the parenthesis of a title says, how many words a name has.
        case plain
        /// The last letters of a name.
        case end
        /// The first and the last word of a name.
        case word

        init(of hash: UInt64) { self = Kind(rawValue: hash & 3) ?? .plain }

        /// How much it counts.
        var weight: Float {
            switch self {
            case .plain: 1
            case .end: 0.5
            case .word: 0.7
            }
        }

        /// Things that must have it: "-logy" says something when a dozen have it, not when two names happen to end alike.
        var leastFrequency: Int { self == .end ? 12 : 2 }
    }

    static func all(_ surroundings: [UInt64]) -> [UInt64] { surroundings.map { $0 & ~3 } }

    /// Each once, with its number, in the order in which they come first.
    static func counted(_ hashes: [UInt64]) -> [(hash: UInt64, count: Int32)] {
        var places: [UInt64: Int] = [:]
        var result: [(hash: UInt64, count: Int32)] = []
        for hash in hashes {
            if let place = places[hash] {
                result[place].count += 1
            } else {
                places[hash] = result.count
                result.append((hash, 1))
            }
        }
        return result
    }

    static func all(_ surroundings: [UInt64], article: String, label: String) -> [UInt64] {
        var result = all(surroundings)
        let base = TextRules.withoutParenthesis(article)
        let words = base.lowercased().split(separator: " ")
        guard var head = words.last, let first = words.first else { return result }
        if let place = words.dropFirst().firstIndex(where: { ["of", "in", "for", "at", "de", "by"].contains($0) }) {
            head = words[place - 1]
        }
        // What a thing is called counts as much as if two links had stood alike.
        result += [hash("head", head, .word), hash("head", head, .word)]
        let letters = Array(head)
        for count in [3, 4] where letters.count > count + 1 {
            result.append(hash("end", String(letters.suffix(count)), .end))
        }
        if words.count > 1 { result.append(hash("first", first, .word)) }
        if base.count < article.count, let last = article.dropLast().split(separator: " ").last {
            result += [hash("parenthesis", last, .plain), hash("parenthesis", last, .plain)]
        }
        let shape = label.split(separator: " ").prefix(4).map { word in
            word.first?.isUppercase == true ? "A" : word.first?.isNumber == true ? "1" : "a"
        }
        return result + [hash("shape", shape.joined(), .plain)]
    }

    private static func hash(_ name: String, _ text: some StringProtocol, _ kind: Kind) -> UInt64 {
        TitleHash("\(name)\u{0}\(text)").value & ~3 | kind.rawValue
    }
}

/// Rows of a sparse matrix, one after the other.
struct SparseRows: Sendable {
    struct Entry: Sendable {
        var index: Int32
        var weight: Float
    }

    private var starts: [Int] = [0]
    private var entries: [Entry] = []

    /// Number of rows.
    var count: Int { starts.count - 1 }

    subscript(row: Int) -> ArraySlice<Entry> { entries[starts[row]..<starts[row + 1]] }

    mutating func append(_ row: [(Int32, Float)]) {
        entries += row.map { Entry(index: $0.0, weight: $0.1) }
        starts.append(entries.count)
    }

    /// Adds a multiple of a row to sums, one for each column.
    func add(row: Int, times factor: Float, to sums: inout [Float]) {
        entries[starts[row]..<starts[row + 1]].withUnsafeBufferPointer { entries in
            sums.withUnsafeMutableBufferPointer { sums in
                for entry in entries { sums[Int(entry.index)] += factor * entry.weight }
            }
        }
    }

    /// The columns as rows.
    func transposed(columns: Int) -> SparseRows {
        var result = SparseRows()
        result.starts = [Int](repeating: 0, count: columns + 1)
        for entry in entries { result.starts[Int(entry.index) + 1] += 1 }
        for column in 0..<columns { result.starts[column + 1] += result.starts[column] }
        var next = result.starts
        result.entries = [Entry](repeating: Entry(index: 0, weight: 0), count: entries.count)
        for row in 0..<count {
            for entry in self[row] {
                result.entries[next[Int(entry.index)]] = Entry(index: Int32(row), weight: entry.weight)
                next[Int(entry.index)] += 1
            }
        }
        return result
    }
}
