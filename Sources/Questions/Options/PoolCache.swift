import Knowledge
import MediaWiki
import Synchronization

/// Pools in their final order with what is compared of their texts, each made once when it is first needed.
final class PoolCache: Sendable {
    /// A value that may be a wrong option.
    final class Entry: Sendable {
        let value: Value
        /// Folded words of the name of a class; of other values they are not asked for.
        let words: [String]
        /// Hashes of the words of its text.
        let hashes: [UInt64]
        /// Hash of its key.
        let key: UInt64
        let shape: TextShape
        /// `hashes` without little words.
        let heavyHashes: [UInt64]
        /// Hashes of names and numbers in the name of a class; of other values they are not asked for.
        let tellingWords: [UInt64]
        /// Hashes of the words of a class's name, each once.
        let distinctWords: Set<UInt64>
        /// The year that a class's name begins with.
        let year: Int?

        init(_ value: Value, isClass: Bool = false) {
            self.value = value
            tellingWords = isClass ? OptionWriter.Context.tellingWords(value.text) : []
            words = isClass ? TextRules.words(value.text) : []
            hashes = TextRules.wordHashes(value.text)
            heavyHashes = TextOptionRules.withoutLittleWords(hashes)
            distinctWords = Set(words.map { TitleHash($0).value })
            year = TextOptionRules.year(words)
            key = TextRules.keyHash(value.text)
            shape = TextShape(value)
        }
    }

    /// The values of a pool, in an order that depends on nothing but the values and the seed. Most are passed over by a look at
    /// the numbers.
    final class Pool: Sendable {
        let entries: [Entry]
        /// For each the index of the first one of the same value.
        let firsts: [Int]
        /// The article that has each.
        let articleIDs: [Int64]
        /// Where these articles stand in the sample of `LinkProfiles`.
        let sampleIndices: [Int32?]
        /// What each looks like.
        let traits: [TextShape.Traits]
        /// What kind of thing each names.
        let kinds: [ThingKinds.Kind]
        /// The quantity or, as an `Ordinal`, the date that each is; not a number for others.
        let numbers: [Double]

        fileprivate init(
            _ given: [DistractorPools.Entry], key: PoolKey, kinds: ThingKinds, profiles: LinkProfiles
        ) {
            var entries: [Entry] = []
            var kindsOfEntries: [ThingKinds.Kind] = []
            var firsts: [Int] = []
            var indexOfValue: [Value: Int] = [:]
            for value in given.lazy.map(\.value) {
                let first = indexOfValue[value, default: entries.count]
                firsts.append(first)
                if first < entries.count {
                    entries.append(entries[first])
                    kindsOfEntries.append(kindsOfEntries[first])
                } else {
                    indexOfValue[value] = first
                    entries.append(Entry(value, isClass: key.holdsClasses))
                    kindsOfEntries.append(key.holdsClasses ? kinds.kind(ofClass: value.text) : kinds.kind(of: value))
                }
            }
            self.entries = entries
            self.firsts = firsts
            articleIDs = given.map(\.articleID)
            sampleIndices = articleIDs.map(profiles.index(ofArticle:))
            traits = entries.map(\.shape.traits)
            self.kinds = kindsOfEntries
            numbers = entries.map { entry in
                switch entry.value.content {
                case .date(let date): Ordinal(date).value
                case .quantity(let quantity): quantity.value
                case .link, .text: .nan
                }
            }
        }
    }

    private let pools: DistractorPools
    private let kinds: ThingKinds
    private let profiles: LinkProfiles
    private let made = Mutex<[PoolKey: Pool]>([:])

    init(_ pools: DistractorPools, kinds: ThingKinds, profiles: LinkProfiles) {
        self.pools = pools
        self.kinds = kinds
        self.profiles = profiles
    }

    /// The pool of a name; empty if there is none.
    func pool(_ key: PoolKey) -> Pool {
        if let known = made.withLock({ $0[key] }) { return known }
        let pool = Pool(pools.entries(key), key: key, kinds: kinds, profiles: profiles)
        made.withLock { $0[key] = pool }
        return pool
    }
}

/// What options share at a glance.
struct TextShape: Equatable, Sendable {
    struct Traits: OptionSet, Sendable {
        let rawValue: UInt8
        static let beginsUpperCase = Traits(rawValue: 1)
        static let hasDigits = Traits(rawValue: 2)
        static let isList = Traits(rawValue: 4)
        static let isPlural = Traits(rawValue: 8)
        static let hasLetters = Traits(rawValue: 16)
    }

    private(set) var traits: Traits = []
    /// Signs in a text without letters: "+2" beside "−5", but not beside "+02:00".
    private var signs: Set<Character> = []

    /// The shape of a value; links tell that "Muses" are several.
    init(_ value: Value) {
        self.init(value.text)
        guard case .link(let article) = value.content, value.text.utf8.count > article.utf8.count else { return }
        let ends = ["s", "es"].map { article + $0 }
        if ends.contains(value.text) || ends.contains(value.text.capitalisedFirst) { traits.insert(.isPlural) }
    }

    init(_ text: String) {
        guard !initialise(ascii: text) else { return }
        if Self.irregularPlurals.contains(where: text.hasSuffix) { traits.insert(.isPlural) }
        if text.first?.isUppercase == true { traits.insert(.beginsUpperCase) }
        if text.contains(where: \.isNumber) { traits.insert(.hasDigits) }
        if text.contains(", ") || text.contains(";") { traits.insert(.isList) }
        if text.first?.isLowercase == true && text.hasSuffix("s") { traits.insert(.isPlural) }
        if text.contains(where: \.isLetter) {
            traits.insert(.hasLetters)
        } else {
            signs = Set(text.filter { !$0.isNumber && !$0.isWhitespace && !"+-−".contains($0) })
        }
    }

    /// The same for a text of ASCII with letters, as nearly all are; false for others.
    private mutating func initialise(ascii text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var traits: Traits = []
            for (index, byte) in bytes.enumerated() {
                switch byte {
                case 0x41...0x5A, 0x61...0x7A: traits.insert(.hasLetters)
                case 0x30...0x39: traits.insert(.hasDigits)
                case UInt8(ascii: ";"): traits.insert(.isList)
                case UInt8(ascii: ","):
                    if index + 1 < bytes.count, bytes[index + 1] == 0x20 { traits.insert(.isList) }
                case 0x80...: return false
                default: break
                }
            }
            guard traits.contains(.hasLetters), let first = bytes.first, let last = bytes.last else { return false }
            if (0x41...0x5A).contains(first) { traits.insert(.beginsUpperCase) }
            if (0x61...0x7A).contains(first), last == UInt8(ascii: "s") { traits.insert(.isPlural) }
            let isIrregular = Self.irregularPlurals.contains { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
            if isIrregular { traits.insert(.isPlural) }
            self.traits.formUnion(traits)
            return true
        }
    }

    /// Ends of words in the plural that no singular has.
    private static let irregularPlurals = [
        "bacteria", "algae", "fungi", "people", "genera", "larvae", "phenomena", "nuclei", " men", " women",
    ]

    /// Whether two texts look alike, as far as it matters for values from a source.
    func isLike(_ other: TextShape, source: TemplatePack.Source) -> Bool {
        mayBeLike(other.traits, source: source) && signs == other.signs
    }

    /// Whether they may, by the traits alone.
    func mayBeLike(_ other: Traits, source: TemplatePack.Source) -> Bool {
        // Definitions begin with an adjective of a country or without one, and many hold commas.
        let ignored: Traits =
            switch source {
            case .definition: [.beginsUpperCase, .isList, .isPlural]
            case .cloze: []
            case .parameter, .category: [.isPlural]
            }
        return traits.union(ignored) == other.union(ignored)
    }
}

extension String {
    /// With its first letter in upper case, as titles have it.
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
