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

    /// Position in `allCases`, an index for the scanner's tables.
    var index: Int { Self.indices[self] ?? 0 }

    private static let indices = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
    /// For each first letter one bit for the length of each name.
    private static let lengths: [UInt64] = (0..<256).map { byte in
        allCases.map(\.rawValue.utf8).filter { $0.first.map(Int.init) == byte }.reduce(0) { $0 | 1 << $1.count }
    }
    static let longestName = allCases.map(\.rawValue.utf8.count).max() ?? 0

    /// The tag of this name in any case.
    init?(lowercasing name: ArraySlice<UInt8>) {
        guard let first = name.first, Self.lengths[Int(first.lowercasedASCII)] >> name.count & 1 != 0,
            let tag = Self.byName[String(decoding: name.map(\.lowercasedASCII), as: UTF8.self)]
        else { return nil }
        self = tag
    }
}
