/// The tags that MediaWiki's preprocessor takes out of the text before it looks at braces and brackets.
///
/// To know a further tag, add it here; nothing else names them.
public enum ExtensionTag: String, Sendable, CaseIterable {
    // Their content is wikitext of its own: templates and links inside are found, but cannot reach over its ends.
    case ref, references, poem, indicator
    // Titles and descriptions in their GeoJSON are wikitext.
    case mapframe, maplink
    case charinsert
    // Their content is not wikitext, or is hidden in attributes; nothing inside is found.
    case nowiki, pre, math, chem, ce, source, syntaxhighlight, gallery, timeline, score, hiero, graph, imagemap,
        inputbox
    case templatedata, categorytree

    /// Whether links and templates inside are looked for.
    public var hasWikitextContent: Bool {
        switch self {
        case .ref, .references, .poem, .indicator, .mapframe, .maplink, .charinsert: true
        default: false
        }
    }

    /// All tags, kept: `allCases` makes a new list each time.
    static let all = allCases
    /// The bytes of their names, by position in `all`.
    static let names = all.map { Array($0.rawValue.utf8) }
    static let longestName = names.map(\.count).max() ?? 0
    private static let byFirstLetter: [[(name: [UInt8], index: Int)]] = (0..<256).map { byte in
        names.enumerated().filter { $1.first.map(Int.init) == byte }.map { ($1, $0) }
    }

    /// The position in `all` of the tag of this name in any case.
    static func index(lowercasing name: ArraySlice<UInt8>) -> Int? {
        guard let first = name.first else { return nil }
        return byFirstLetter[Int(first.lowercasedASCII)].first { known, _ in
            known.count == name.count && zip(known, name).allSatisfy { $0 == $1.lowercasedASCII }
        }?.index
    }
}
