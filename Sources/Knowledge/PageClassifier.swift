import MediaWiki

/// Tells articles from pages of namespace 0 that are no subject of questions.
public enum PageClassifier {
    /// Why a page is set aside; nil for an article. Needs no text.
    static func reason(title: String) -> String? {
        let kind: String? = title.withBytes { bytes in
            guard mayBeNoThing(bytes) else { return nil }
            return Lowercase.withBytes(of: bytes) { key in
                if key.has("(disambiguation)", at: key.count - 16) { return "disambiguation page" }
                return listPrefixes.begins(key) ? "list page" : nil
            }
        }
        if let kind { return kind }
        // Nobody could read "the film ?" in a question.
        let isReadable =
            title.utf8.first.map { $0.isASCIILetter || $0.isASCIIDigit } ?? false
            || SubjectNames.withoutParenthesis(title).hasLetterOrNumber
        return isReadable ? nil : "title without letters or digits"
    }

    /// Whether a title ends in a bracket or begins as those of lists do: most do neither.
    private static func mayBeNoThing(_ title: UnsafeBufferPointer<UInt8>) -> Bool {
        guard title.count > 1, title[0] < 0x80, title[1] < 0x80 else { return true }
        return title[title.count - 1] == UInt8(ascii: ")")
            || listPrefixes.mayBegin(title[0].lowercasedASCII, title[1].lowercasedASCII)
    }

    /// Whether a title names a thing, and not a list of things or of meanings.
    public static func namesThing(_ title: String) -> Bool { reason(title: title) == nil }

    /// Why a page with these outermost templates is set aside; nil for an article.
    static func reason(templatesOf document: WikitextDocument) -> String? {
        var index = 0
        while index < document.nodes.count {
            if let reason = document.withTemplateName(index, reason(template:)) { return reason }
            index = document.nodes[index].subtreeEnd
        }
        return nil
    }

    /// The same of one template by its normalised name.
    static func reason(template name: UnsafeBufferPointer<UInt8>) -> String? {
        guard mayTellNoArticle(name) else { return nil }
        return Lowercase.withBytes(of: name) { key in
            if disambiguation.contains(key, 0..<key.count) || key.has("disambig", at: 0)
                || key.isEnd(" disambiguation")
            {
                return "disambiguation page"
            }
            return redirects.contains(key, 0..<key.count) ? "redirect" : nil
        }
    }

    /// Whether a template's name begins or ends as one of those does: most do neither.
    private static func mayTellNoArticle(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count > 1, name[0] < 0x80, name[1] < 0x80 else { return true }
        return name[name.count - 1] | 0x20 == UInt8(ascii: "n")
            || beginnings.mayBegin(name[0].lowercasedASCII, name[1].lowercasedASCII)
    }

    /// How the names of templates begin that tell of no article.
    private static let beginnings = PhraseSet(redirectNames + disambiguationNames + ["disambig"])

    /// Templates that lead to a page of another wiki, in lower case.
    private static let redirectNames = ["soft redirect", "wiktionary redirect", "wi"]
    private static let redirects = WordSet(redirectNames)

    /// Beginnings of titles in lower case.
    private static let listPrefixes: PhraseSet = [
        "list of ", "lists of ", "outline of ", "index of ", "timeline of ", "glossary of ", "table of ",
        "comparison of ",
        "bibliography of ", "deaths in ", "liste des ", "liste der ", "liste von ", "liste de ", "lista de ",
        "lijst van ",
        "lista över ", "список ",
    ]

    /// Templates that mark a page as a list of meanings or of bearers of a name, in lower case.
    private static let disambiguation = WordSet(disambiguationNames)
    private static let disambiguationNames = [
        "dab", "hndis", "geodis", "surname", "surnames", "given name", "given names", "nickname", "sia",
        "set index article", "mil-unit-dis", "numberdis", "letter-numbercombdisambig",
        "letter-number combination disambiguation",
        "roaddis", "shipindex", "mountainindex", "plant common name", "lake index", "fungus common name", "hndisambig",
        "animal common name", "school dis", "hospitaldis", "airport dis", "callsigndis", "chinese title disambig",
        "phonetics dis",
        "sportindex", "storm index", "road index", "media set index", "chemistry index", "enzyme index",
        "molecular formula index",
        "name dis", "human name dab", "place name dab", "tropical cyclone disambig", "wp disambig", "mathdab",
        "math dab",
        // Other languages.
        "begriffsklärung", "homonymie", "desambiguación", "desambiguação", "disambigua", "неоднозначность",
        "багатозначність",
        "ujednoznacznienie", "dp", "förgrening", "grensida", "aimai", "曖昧さ回避", "消歧义", "동음이의", "täsmennyssivu",
        "rozcestník",
        "egyért", "anlam ayrımı", "zeimeibu škiršona", "cytys zeimeibys", "nozīmju atdalīšana",
    ]
}
