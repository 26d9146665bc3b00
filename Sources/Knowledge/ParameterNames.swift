import MediaWiki

/// What the names of infobox parameters say about their values.
struct ParameterName {
    /// Lower case, blanks and hyphens as underscores.
    let property: String
    /// A hash of the property; nil if not all of it is ASCII, so that other bytes may be the same text.
    let hash: UInt64?

    init(_ name: String) {
        property = name.withLowercasedBytes { bytes in
            String(unsafeUninitializedCapacity: bytes.count) { target in
                for (index, byte) in bytes.enumerated() {
                    let isBlank = byte == 0x20 || byte == 0x2D || byte == 0x0A || byte == 0x09
                    target[index] = isBlank ? UInt8(ascii: "_") : byte
                }
                return bytes.count
            }
        }
        hash = property.withBytes { bytes in bytes.allSatisfy { $0 < 0x80 } ? TitleHash(bytes).value : nil }
    }

    /// Whether one of its words is in a set, numbers at their ends left out: "leader_name1" has "leader" and "name".
    private func has(_ set: WordSet) -> Bool { property.withBytes { Self.has($0, set) } }

    private static func has(_ bytes: UnsafeBufferPointer<UInt8>, _ set: WordSet) -> Bool {
        var words = ByteWords(bytes) { $0 == 0x5F }
        while let word = words.next() {
            var end = word.upperBound
            while end > word.lowerBound, bytes[end - 1].isASCIIDigit { end -= 1 }
            if set.contains(bytes, word.lowerBound..<end) { return true }
        }
        return false
    }

    private func ends(_ suffix: StaticString) -> Bool { property.withBytes { $0.isEnd(suffix) } }

    /// Whether it is there for looks or links: its value says nothing about the subject.
    var isLayout: Bool {
        property.withBytes { bytes in
            bytes.count > 60 || bytes.allSatisfy(\.isASCIIDigit) || Self.layoutParts.isFound(in: bytes)
                || Self.has(bytes, Self.layoutWords) || Self.layoutSuffixes.ends(bytes)
        }
    }

    /// Whether a bare "1867" is a year here.
    var isDate: Bool { has(Self.dateWords) || ends("date") || ends("year") }

    /// Whether it says to what year another parameter belongs: `population_as_of`, `revenue_year`.
    var isYear: Bool { Self.yearSuffixes.ends(property) }

    /// The parameter whose year it says by its name: `revenue` for `revenue_year`.
    var propertyOfYear: Substring? { ends("_year") ? property.dropLast(5) : nil }

    /// Whether a bare "1867" is a number here.
    var isQuantity: Bool { has(Self.quantityWords) || unit != nil }

    /// Whether digits are no number here, but a name.
    var isCode: Bool { has(Self.codeWords) }

    /// Whether commas lead from a place to the larger one around it, instead of to the next item.
    var isPlace: Bool { has(Self.placeWords) }

    /// Whether there can only be one: line breaks are for looks then.
    var isSinglePlace: Bool { ends("_place") || property == "birthplace" || property == "deathplace" }

    /// Whether a date comes first, and what follows on the next line (a place, mostly) can be left out.
    var isSingleDate: Bool { ends("_date") || property == "born" || property == "died" || property == "founded" }

    /// Whether commas part items in it.
    var isList: Bool { has(Self.listWords) }

    /// Whether the value names the subject itself.
    var isName: Bool { Self.nameProperties.contains(property) }

    /// Whether commas part names in it.
    var isListOfNames: Bool { Self.listsOfNames.contains(property) }

    /// The unit that the name promises for a bare number: `elevation_m`.
    var unit: String? {
        property.withBytes { bytes in
            for (suffix, unit) in Self.temperatureSuffixes where bytes.isEnd(suffix) {
                return Self.temperatures.isFound(in: bytes) ? unit : nil
            }
            for (suffix, unit) in Self.unitSuffixes where bytes.isEnd(suffix) {
                let stem = UnsafeBufferPointer(rebasing: bytes.dropLast(suffix.utf8CodeUnitCount))
                if Self.densities.isFound(in: stem) { return "/" + unit }
                return Self.measures.isFound(in: stem) ? unit : nil
            }
            return nil
        }
    }

    // MARK: - Tables

    private static let yearSuffixes: PhraseSet = ["year", "as_of", "asof", "_date", "census", "year_end"]

    private static let layoutParts: PhraseSet = [
        "image", "img", "photo", "picture", "logo", "caption", "colour", "color", "pushpin", "background", "footnote",
        "signature", "embed", "coordinates", "wikidata", "upright", "website", "homepage", "footer", "width_",
        "_width",
        "imagesize", "imagewidth", "_size", "emblem", "coat_of", "shield_", "seal_", "flag_", "_flag", "thumb",
        "autocat",
        "fetch", "bodystyle", "labelstyle", "datastyle", "abovestyle", "alt_text", "tooltip", "pronunc", "audio",
        "skyline", "screenshot", "wgs", "latitude", "longitude", "show_", "hide_",
    ]

    private static let layoutWords: WordSet = [
        "alt", "size", "lat", "latd", "latm", "lats", "latns", "long", "longd", "longm", "longs", "longew", "lon",
        "coor",
        "coord", "coords", "ref", "refs", "reference", "references", "note", "notes", "display", "format", "nocat",
        "cat", "class",
        "url", "link", "blog", "email", "e-mail", "module", "child", "header", "style", "bodyclass", "map", "maps",
        "symbol", "seal", "shield", "flag", "icon", "cover", "video", "sound", "file", "files", "collapsed", "misc",
        "gallery", "commons", "sortkey", "above", "below", "subheader", "px", "portal", "border", "align", "italic",
        "titlestyle", "nationalmap", "mapsize", "mapframe", "zoom", "dot", "dots", "wikispecies",
        "autoconversion", "abbr", "suffix", "prefix", "sig", "web", "doi", "isbn", "oclc", "lccn", "issn", "pmid",
        "qid", "id",
        "auto", "fossil", "verticalposition",
    ]

    private static let layoutSuffixes: PhraseSet = [
        "_as_of", "_ref", "_article", "_auto", "_acronym", "_label", "_ranks", "_change", "_magnitude", "link", "hofid",
        "apsis", "sovereignty_type", "total_type", "_date_format",
        "status_system",
    ]

    private static let dateWords: WordSet = [
        "date", "dates", "born", "died", "birth", "death", "founded", "founding", "foundation", "established",
        "establishment",
        "formed", "formation", "opened", "opening", "built", "completed", "completion", "released", "release",
        "published",
        "pub", "publication", "launched", "launch", "aired", "airdate", "premiered", "premiere", "inaugurated",
        "dissolved",
        "dissolution", "abolished", "defunct", "closed", "closing", "start", "end", "began", "ended", "since",
        "introduced",
        "introduction", "discovered", "created", "constructed", "construction", "groundbreaking", "demolished",
        "renovated",
        "incorporated", "commissioned", "decommissioned", "fate", "first", "last", "flight", "debut", "debutyear",
        "yearpro",
        "turnedpro", "year", "recorded", "consecrated", "beatified", "canonized", "ordained", "signed", "retired",
        "inception",
        "designated", "added", "settled", "charter", "crowned", "married", "listed", "yearstart", "yearend",
        "birthdate", "deathdate", "openingdate", "erected", "unveiled", "disestablished", "extinct", "era",
    ]

    private static let quantityWords: WordSet = [
        "population", "pop", "area", "elevation", "length", "height", "width", "depth", "weight", "mass",
        "capacity", "number",
        "num", "count", "students", "employees", "members", "staff", "undergrad", "postgrad", "enrollment",
        "enrolment",
        "faculty", "rank", "density", "distance", "speed", "episodes", "seasons", "pages", "runtime", "budget",
        "gross",
        "revenue", "income", "assets", "equity", "attendance", "passengers", "floors", "stations", "caps", "goals",
        "points",
        "wins", "losses", "titles", "draws", "appearances", "households", "speakers", "followers", "prominence",
        "discharge",
        "volume", "power", "temperature", "strength", "casualties", "votes", "seats", "crew", "displacement", "beam",
        "draught", "hdi", "gini", "gdp", "matches", "runs", "wickets", "average", "medals", "children",
    ]

    private static let codeWords: WordSet = [
        "code", "codes", "zip", "phone", "isbn", "oclc", "lccn", "issn", "dewey", "asin", "ticker", "cas",
        "pubchem", "chebi",
        "chembl", "unii", "smiles", "inchi", "atc", "drugbank", "ensembl", "identifier", "route", "grid", "fips",
        "gnis", "iso",
        "nuts", "postal", "postcode", "plate", "designation", "hull", "registration", "pennant", "cctld", "iata",
        "icao",
        "utc", "offset", "geocode",
    ]

    private static let placeWords: WordSet = [
        "place", "resting", "restingplace", "buried", "garrison", "hideout", "abode", "assembly", "birthplace",
        "deathplace", "birth", "death", "location", "city", "residence", "hometown",
        "home",
        "headquarters", "headquarter", "hq", "origin", "burial", "venue", "site", "address", "country", "campus",
        "founded",
        "foundation", "mouth", "seat", "town", "region", "state", "province", "county", "district",
    ]

    private static let listWords: WordSet = [
        "occupation", "occupations", "profession", "fields", "field", "genre", "genres", "products", "services",
        "industry",
        "industries", "languages", "interests", "ideas", "influences", "influenced", "instrument", "instruments",
        "labels",
        "label", "subjects", "divisions", "subsid", "subsidiaries", "brands", "awards", "cities", "tributaries",
        "trenches",
        "religion", "religions", "ingredient", "ingredients", "symptoms", "works", "discipline", "subdiscipline",
    ]

    private static let nameProperties: WordSet = [
        "name", "native_name", "birth_name", "birthname", "official_name", "full_name", "fullname", "other_names",
        "othername",
        "other_name", "alias", "aliases", "also_known_as", "common_name", "conventional_long_name",
        "clubname", "ja_kanji", "ja_romaji", "hangul", "hanja", "rr", "mr", "kanji", "romaji", "kana", "pinyin",
        "romanized_name", "show_name", "company_name", "trade_name", "former_names", "former_name", "alternate_names",
        "alternative_names", "pseudonym", "pen_name", "stage_name", "original_name", "short_name", "english_name",
        "names", "othernames", "building_name",
        "conventional_name", "long_name", "book_name", "film_name", "artist_name", "playername", "player_name",
        "university_name",
        "bridge_name", "station_name", "acronym", "initialism", "abbreviation",
    ]

    private static let listsOfNames: WordSet = [
        "alias", "aliases", "other_names", "also_known_as", "othernames", "former_names",
    ]

    private static let unitSuffixes: [(StaticString, String)] = [
        ("_km2", "km²"), ("_sq_mi", "sq mi"), ("_sqmi", "sq mi"), ("_km", "km"), ("_mi", "mi"), ("_m", "m"),
        ("_ft", "ft"), ("_ha", "ha"), ("_acre", "acres"), ("_cm", "cm"), ("_in", "in"), ("_kg", "kg"), ("_lb", "lb"),
    ]

    private static let temperatureSuffixes: [(StaticString, String)] = [("_k", "K"), ("_c", "°C"), ("_f", "°F")]

    private static let temperatures: PhraseSet = ["point_", "temp"]

    private static let densities: PhraseSet = ["density"]

    private static let measures: PhraseSet = [
        "area", "elevation", "length", "height", "width", "depth", "altitude", "distance", "weight", "mass",
        "prominence",
        "diameter", "radius", "perimeter", "circumference",
    ]
}
