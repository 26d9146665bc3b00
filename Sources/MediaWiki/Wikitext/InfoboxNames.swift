/// Which templates are infoboxes: the one place to name further ones.
///
/// All names are in lower case; a template's name is compared in lower case. A word of any language counts on every
/// wiki: wikis copy articles from one another together with their templates.
enum InfoboxNames {
    /// Beginnings of names in English; they are also used in many other languages.
    private static let prefixes = ["infobox", "taxobox", "chembox", "geobox", "speciesbox", "drugbox"]

    /// Beginnings of names in other languages: their word for an infobox, and nothing that means less.
    private static let localPrefixes = [
        // Latgalian, Latvian, Estonian, Lithuanian
        "infoskreine", "infokaste", "infokast", "infolentelė",
        // Norwegian, Danish, Swedish, Faroese, Icelandic
        "infoboks", "faktaboks", "faktamall", "infokassi", "infosnið",
        // Spanish, Galician, Asturian, Portuguese, Catalan, Basque, Romanian
        "ficha de ", "ficha d'", "info/", "infotaula", "infocaixa", "infokutxa", "infocaseta", "infocasetă",
        // Croatian, Bosnian, Serbian, Macedonian, Bulgarian, Slovenian
        "infokutija", "infopolje", "инфокутија", "инфобокс",
        // Russian, Ukrainian, Belarusian, Kazakh, Tatar, Armenian, Georgian
        "карточка", "картка", "універсальна картка", "тасымал", "տեղեկաքարտ", "ინფოდაფა",
        // Hungarian, Esperanto, Indonesian, Malay, Vietnamese, Thai
        "infodoboz", "informkesto", "kotak info", "kotak maklumat", "hộp thông tin", "กล่องข้อมูล",
        // Greek, Arabic, Persian, Urdu, Hindi, Bengali, Tamil, Telugu
        "πληροφορίες ", "κουτί πληροφοριών", "صندوق معلومات", "جعبه اطلاعات", "خانہ معلومات", "ज्ञानसन्दूक",
        "তথ্যছক", "தகவற்சட்டம்", "సమాచారపెట్టె",
        // Japanese, Chinese
        "基礎情報", "信息框", "資訊框",
    ]

    /// Whole names in English that say something else.
    private static let names = [
        "automatic taxobox", "subspeciesbox", "infraspeciesbox", "hybridbox", "virusbox", "ichnobox", "oobox",
        "elementbox", "starbox begin", "planetbox begin", "mycomorphbox", "paraphyletic group",
    ]

    /// Ends of names, with a blank before them.
    private static let suffixes = [" infobox"]

    // MARK: - What only the reader of articles knows

    /// Beginnings of names: Vietnamese.
    private static let topicPrefixes = ["tiểu sử"]

    /// Ends of names: Turkish, Finnish, Korean.
    private static let localSuffixes = [" bilgi kutusu", " infoboksi", " 정보"]

    /// Whole names: Italian.
    private static let localNames = ["divisione amministrativa", "sportivo", "tassobox"]

    // MARK: - Looking up

    /// Whether a template's normalised name is that of an infobox.
    static func contains(_ name: String) -> Bool { all.contains(name) }

    /// The same by the name's UTF-8.
    static func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool { all.contains(name) }

    /// Whether a name as it is written may be one of an infobox: by its ends, which say of nearly all others that they are not.
    static func mayContain(_ written: ArraySlice<UInt8>) -> Bool { all.mayContain(written) }

    /// Whether `extract` records it: English names and the words for infoboxes of other languages, which is what the
    /// reference records go by. A name that says what the box is about, but not that it is one, does not count there.
    static func isRecorded(_ name: String) -> Bool { recorded.contains(name) }

    private static let recorded = NameTable(prefixes: prefixes + localPrefixes, suffixes: suffixes, names: names)
    private static let all = NameTable(
        prefixes: prefixes + localPrefixes + topicPrefixes, suffixes: suffixes + localSuffixes,
        names: names + localNames)
}

/// Names, beginnings and ends of names, found by their first or last byte: every template of a dump is looked up.
private struct NameTable {
    private var prefixes = [[[UInt8]]](repeating: [], count: 256)
    private var suffixes = [[[UInt8]]](repeating: [], count: 256)
    private var names = [[[UInt8]]](repeating: [], count: 256)
    /// For each first byte a bit for the lower six bits of each second one, of beginnings and names; the same for the last byte and the
    /// one before it, of ends.
    private var firstPairs = [UInt64](repeating: 0, count: 256)
    private var lastPairs = [UInt64](repeating: 0, count: 256)

    /// All in lower case, with two bytes or more.
    init(prefixes: [String], suffixes: [String], names: [String]) {
        for text in prefixes.map({ Array($0.utf8) }) { self.prefixes[Int(text[0])].append(text) }
        for text in suffixes.map({ Array($0.utf8) }) { self.suffixes[Int(text[text.count - 1])].append(text) }
        for text in names.map({ Array($0.utf8) }) { self.names[Int(text[0])].append(text) }
        // `Template:` may stand before any.
        for text in (prefixes + names + ["template:"]).map({ Array($0.utf8) }) {
            firstPairs[Int(text[0])] |= Self.bit(of: text[1])
        }
        for text in suffixes.map({ Array($0.utf8) }) {
            lastPairs[Int(text[text.count - 1])] |= Self.bit(of: text[text.count - 2])
        }
    }

    private static func bit(of byte: UInt8) -> UInt64 { 1 << UInt64(byte & 63) }

    /// Whether a name that is not normalised may be in the table.
    func mayContain(_ written: ArraySlice<UInt8>) -> Bool {
        var (start, end) = (written.startIndex, written.endIndex)
        while start < end, written[start].isWikitextBlank { start += 1 }
        while start < end, written[end - 1].isWikitextBlank { end -= 1 }
        guard end - start > 1 else { return false }
        let ends = (written[start], written[start + 1], written[end - 2], written[end - 1])
        // Comments, underscores, other scripts and odd blanks need a look.
        guard Self.isPlain(ends.0), Self.isPlain(ends.1), Self.isPlain(ends.2), Self.isPlain(ends.3) else {
            return true
        }
        return firstPairs[Int(ends.0.lowercasedASCII)] & Self.bit(of: ends.1.lowercasedASCII) != 0
            || lastPairs[Int(ends.3.lowercasedASCII)] & Self.bit(of: ends.2.lowercasedASCII) != 0
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "<")
            && byte != UInt8(ascii: ">")
    }

    func contains(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { contains($0) }
    }

    func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        if name.allSatisfy({ $0 < 0x80 }) { return containsLowercased(name) }
        var lowercased = String(decoding: name, as: UTF8.self).lowercased()
        return lowercased.withUTF8 { containsLowercased($0) }
    }

    /// Looks up a name that is in lower case, but for letters of ASCII.
    private func containsLowercased(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first?.lowercasedASCII, let last = bytes.last?.lowercasedASCII else { return false }
        return prefixes[Int(first)].contains { Self.stands($0, in: bytes, at: 0) }
            || names[Int(first)].contains { $0.count == bytes.count && Self.stands($0, in: bytes, at: 0) }
            || suffixes[Int(last)].contains {
                bytes.count > $0.count && Self.stands($0, in: bytes, at: bytes.count - $0.count)
            }
    }

    /// Whether a text in lower case stands at an offset, whatever the case of ASCII there.
    private static func stands(_ text: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        start + text.count <= bytes.count && text.indices.allSatisfy { bytes[start + $0].lowercasedASCII == text[$0] }
    }
}
