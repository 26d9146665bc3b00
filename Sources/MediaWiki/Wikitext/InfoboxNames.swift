/// Which templates are infoboxes, in all languages: the one place to name further ones.
///
/// All names are in lower case; a template's name is compared in lower case.
enum InfoboxNames {
    /// Beginnings of names.
    private static let prefixes = [
        // English, and many others
        "infobox", "taxobox", "chembox", "geobox", "speciesbox", "drugbox",
        // Latgalian, Latvian
        "infoskreine", "infokaste",
        // Spanish, Galician, Asturian, Catalan, Portuguese, Basque
        "ficha de ", "infotaula", "info/", "infokutxa",
        // Russian, Ukrainian, Belarusian, Bulgarian, Serbian
        "карточка", "картка", "инфокутија", "инфобокс",
        // Scandinavian, Estonian, Indonesian, Turkish, Polish, Vietnamese, Romanian
        "faktamall", "infoboks", "faktaboks", "infokast", "kotak info", "tiểu sử", "hộp thông tin", "infocaseta",
        // Greek, Hebrew, Arabic, Persian, Hindi, Chinese
        "πληροφορίες ", "صندوق معلومات", "جعبه ", "ज्ञानसन्दूक", "基礎情報", "信息框",
    ]

    /// Ends of names, with a blank before them.
    private static let suffixes = [" infobox", " bilgi kutusu", " infoboksi", " 정보"]

    /// Whole names.
    private static let names: Set<String> = [
        "automatic taxobox", "subspeciesbox", "infraspeciesbox", "hybridbox", "virusbox", "ichnobox", "oobox",
        "elementbox", "starbox begin", "planetbox begin", "mycomorphbox", "paraphyletic group",
        // Italian
        "divisione amministrativa", "sportivo", "tassobox",
    ]

    private static let prefixBytes = prefixes.map { Array($0.utf8) }
    private static let suffixBytes = suffixes.map { Array($0.utf8) }

    /// Whether a template's normalised name is that of an infobox.
    static func contains(_ name: String) -> Bool {
        let lowercased = name.lowercased()
        let bytes = Array(lowercased.utf8)
        return prefixBytes.contains { bytes.starts(with: $0) } || names.contains(lowercased)
            || suffixBytes.contains { bytes.count > $0.count && bytes[(bytes.count - $0.count)...].elementsEqual($0) }
    }
}
