import MediaWiki

/// Parameters that say what other parameters of the same box are: `leader_title1 = Mayor` for `leader_name1`.
struct ParameterLabels {
    private var labelOf: [String: String] = [:]
    private var labels: Set<String> = []

    /// A label's name and the names it is for; `#` stands for the same number, or none, in both.
    private static let rules: [String: [String]] = [
        "leader_title#": ["leader_name#"], "subdivision_type#": ["subdivision_name#"],
        "established_title#": ["established_date#"], "established_event#": ["established_date#"],
        "extinct_title#": ["extinct_date#"], "blank_name_sec#": ["blank_info_sec#"], "blank#_name": ["blank#_info"],
        "blank_name#": ["blank_info#"],
        "parts_type#": ["parts#"], "membership_type#": ["membership#"],
        "blank#_name_sec1": ["blank#_info_sec1"], "blank#_name_sec2": ["blank#_info_sec2"],
        "1blankname#": ["1namedata#"], "2blankname#": ["2namedata#"], "label#": ["data#"], "free_label#": ["free#"],
        "population_blank#_title": ["population_blank#"],
        "area_blank#_title": ["area_blank#_km2", "area_blank#_sq_mi"],
        "postal_code_type#": ["postal_code#"], "demographics#_title1": ["demographics#_info1"],
        "demographics#_title2": ["demographics#_info2"], "demographics#_title3": ["demographics#_info3"],
        "custom_label#": ["custom_value#"], "custom_label_#": ["custom_data_#"], "event#": ["date_event#"],
        "bodyname#": ["body#"], "governing_body_type#": ["governing_body#"], "title_leader#": ["leader#"],
        "office#": [
            "term_start#", "term_end#", "predecessor#", "successor#", "monarch#", "president#", "primeminister#",
            "deputy#",
            "constituency#",
        ],
    ]

    /// How the names begin that fit a rule.
    private static let stems = PhraseSet(rules.keys.map { String($0.prefix { $0 != "#" }) })

    /// Names that fit a rule without a number: those that end in `#`, without it.
    private static let unnumbered = WordSet(rules.keys.filter { $0.hasSuffix("#") }.map { String($0.dropLast()) })

    /// Names that mean nothing without their label, numbers left out.
    private static let orphans: WordSet = [
        "leader_name", "subdivision_name", "blank_info_sec", "blank_info", "namedata", "data", "free", "custom_value",
        "custom_data_",
        "custom_data", "date_event", "demographics_info", "population_blank", "area_blank_km", "area_blank_sq_mi",
        "blank",
    ]

    /// Labels that say no more than the parameter's name.
    private static let emptyLabels: Set<String> = ["date", "event", "name", "title", "type"]

    init(_ infobox: Infobox, document: WikitextDocument, links: LinkResolver) {
        for (parameter, name) in zip(infobox.template.parameters, infobox.names) {
            let property = name.property
            guard let (pattern, number) = Self.pattern(of: property), let values = Self.rules[pattern] else { continue }
            if !pattern.hasPrefix("office") { labels.insert(property) }
            let items = document.plainText(of: parameter.value, links: links)
            guard items.count == 1, let item = items.first, item.gaps.isEmpty, !item.text.isEmpty,
                item.text.characterCount <= 60, !Self.emptyLabels.contains(item.text.lowercased()),
                Markup.reason(item.text) == nil
            else { continue }
            for value in values { labelOf[Self.filled(value, number)] = item.text }
        }
    }

    /// The key in `rules` that a name fits, with the number that `#` stands for.
    private static func pattern(of property: String) -> (pattern: String, number: String)? {
        guard stems.begins(property) else { return nil }
        if unnumbered.contains(property) { return (property + "#", "") }
        guard property.hasASCIIDigit else { return nil }
        // The number is the last run of digits, or the one before the last.
        let bytes = Array(property.utf8)
        var end = bytes.count
        while end > 0 {
            while end > 0, !Self.isDigit(bytes[end - 1]) { end -= 1 }
            var start = end
            while start > 0, Self.isDigit(bytes[start - 1]) { start -= 1 }
            guard start < end else { return nil }
            let pattern = String(decoding: bytes[..<start] + [UInt8(ascii: "#")] + bytes[end...], as: UTF8.self)
            if rules[pattern] != nil { return (pattern, String(decoding: bytes[start..<end], as: UTF8.self)) }
            end = start
        }
        return nil
    }

    private static func filled(_ pattern: String, _ number: String) -> String {
        String(decoding: pattern.utf8.flatMap { $0 == UInt8(ascii: "#") ? Array(number.utf8) : [$0] }, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// What a parameter is called by its label.
    func label(of property: String) -> String? { labelOf[property] }

    /// Whether a parameter is itself a label.
    func isLabel(_ property: String) -> Bool { labels.contains(property) }

    /// Whether a parameter says nothing without a label.
    func needsLabel(_ property: String) -> Bool {
        guard property.hasASCIIDigit else { return Self.orphans.contains(property) }
        let name = property.utf8.filter { !Self.isDigit($0) }
        return name.withUnsafeBufferPointer { Self.orphans.contains($0, 0..<$0.count) }
    }
}
