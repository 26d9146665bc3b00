import MediaWiki

/// Makes typed values of the plain text of a parameter, or says why it cannot.
struct ValueReader {
    /// The longest text of a value, in characters.
    static let maximumLength = 80

    /// What a parameter gave.
    enum Outcome: Equatable {
        case values([Value])
        case dropped(reason: String)
        /// Nothing was there.
        case empty
    }

    let parameter: ParameterName

    /// Reads the items of a parameter. Either all of them become values or none: half of a list says something else.
    func read(_ items: [PlainText]) -> Outcome {
        for item in items { if let gap = item.gaps.first { return .dropped(reason: gap.reason) } }
        var parts = Self.joiningFragments(items)
        guard !parts.isEmpty else { return .empty }
        if parameter.isSinglePlace, parts.count > 1 { parts = [Self.joined(parts, by: ", ")] }
        if parts.contains(where: Self.areLinksInARow) { return .dropped(reason: "links in a row") }
        if parts.contains(where: Self.mayHoldItems) { parts = parts.flatMap { splittingItems($0) } }
        var values: [Value] = []
        for part in parts {
            switch readItem(part) {
            case .value(let value): values.append(value)
            case .dropped(let reason):
                // A place or a remark after the date does not make the date less certain.
                if parameter.isSingleDate, values.count == 1, case .date = values[0].content { return .values(values) }
                return .dropped(reason: reason)
            }
        }
        return checked(values)
    }

    private func checked(_ values: [Value]) -> Outcome {
        guard let first = values.first else { return .empty }
        if values.count == 1 { return .values(values) }
        if parameter.isSingleDate, values.count > 1, case .date = first.content {
            let dates = values.filter { if case .date = $0.content { true } else { false } }
            return dates.count == 1 ? .values([first]) : .dropped(reason: "several dates")
        }
        guard values.allSatisfy({ Self.kind($0) == Self.kind(first) }) else { return .dropped(reason: "mixed values") }
        // The same quantity once more in another unit is no second value.
        if values.count > 1, Self.areQuantities(values), Set(values.map(Self.unit)).count > 1 {
            return .values([first])
        }
        if values.count > 40 { return .dropped(reason: "long list") }
        var seen: Set<String> = []
        return .values(values.filter { seen.insert($0.text).inserted })
    }

    /// Links and texts may stand in one list; dates and quantities only among their like.
    private static func kind(_ value: Value) -> Int {
        switch value.content {
        case .date: 0
        case .quantity: 1
        case .link, .text: 2
        }
    }

    private static func areQuantities(_ values: [Value]) -> Bool {
        var isFirst = true
        return values.allSatisfy { value in
            defer { isFirst = false }
            if case .quantity = value.content { return true }
            // "36% Ovimbundu" and "25% Ambundu" are no measures of one thing.
            if isFirst, !scientific.isFound(in: value.text) { return false }
            return value.content == .text && value.text.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
        }
    }

    private static let scientific: PhraseSet = ["×10"]

    private static func unit(_ value: Value) -> String {
        if case .quantity(let quantity) = value.content { return quantity.unit }
        return value.text.split(separator: " ").dropFirst().joined(separator: " ")
    }

    // MARK: - Items

    /// Line breaks inside a phrase do not part items: "Member of the Bundestag" / "for Mecklenburg", "Ada" / "(engineer)".
    private static func joiningFragments(_ items: [PlainText]) -> [PlainText] {
        // Most parameters have one item.
        if items.count == 1, !items[0].text.isEmpty { return items }
        var result: [PlainText] = []
        for item in items where !item.text.isEmpty {
            if let last = result.last, belongs(item.text, behind: last.text), let previous = result.popLast() {
                result.append(joined([previous, item], by: " "))
            } else {
                result.append(item)
            }
        }
        return result
    }

    private static func belongs(_ text: String, behind previous: String) -> Bool {
        let begins = text.withBytes { bytes in
            guard let first = bytes.first else { return false }
            if first == UInt8(ascii: "(") || first == UInt8(ascii: "[") { return true }
            let end = bytes.firstIndex(of: 0x20) ?? bytes.count
            return first.isASCIILetter && !first.isASCIICapital && joiners.contains(bytes, 0..<end)
        }
        return begins
            || previous.withLowercasedBytes { bytes in
                var end = bytes.count
                while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
                let start = bytes[..<end].lastIndex(of: 0x20).map { $0 + 1 } ?? 0
                guard start < end else { return false }
                return bytes[end - 1] == UInt8(ascii: ",") || bytes[end - 1] == UInt8(ascii: ":")
                    || joiners.contains(bytes, start..<end)
            }
    }

    private static let joiners: WordSet = [
        "of", "for", "in", "and", "the", "from", "at", "on", "by", "to", "with", "de", "von", "a", "an", "or", "as",
        "&", "near",
    ]

    private static func joined(_ items: [PlainText], by separator: String) -> PlainText {
        var result = PlainText(text: "")
        for (index, item) in items.enumerated() {
            if index > 0 {
                while separator.hasPrefix(","), result.text.hasSuffix(",") { result.text.removeLast() }
                result.text += separator
            }
            let offset = result.text.utf8.count
            result.text += item.text
            result.links += item.links.map {
                .init(range: $0.range.lowerBound + offset..<$0.range.upperBound + offset, article: $0.article)
            }
        }
        return result
    }

    /// Whether a text has a sign that may part items, or links that may be items.
    private static func mayHoldItems(_ item: PlainText) -> Bool {
        item.links.count > 1
            || item.text.withBytes { $0.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") } }
    }

    /// Cuts at semicolons, and at commas where they part items: between links, and in parameters that are lists.
    private func splittingItems(_ item: PlainText) -> [PlainText] {
        let bytes = Array(item.text.utf8)
        if bytes.contains(UInt8(ascii: ";")) {
            let pieces = Self.pieces(item, at: UInt8(ascii: ";"))
            if pieces.count > 1 { return pieces.flatMap { splittingItems($0) } }
        }
        if let links = Self.linksJoinedByWords(item, bytes) { return links }
        guard bytes.contains(UInt8(ascii: ",")), !parameter.isPlace, !parameter.isDate else { return [item] }
        let pieces = Self.pieces(item, at: UInt8(ascii: ","))
        guard pieces.count > 1, !pieces.contains(where: { Self.nameSuffixes.contains($0.text) }) else { return [item] }
        let areLinks = pieces.allSatisfy { piece in
            piece.links.count == 1 && piece.links[0].range == 0..<piece.text.utf8.count
        }
        let areWords =
            parameter.isList
            && pieces.allSatisfy { piece in
                piece.text.split(separator: " ").count <= 4 && !piece.text.isEmpty
                    && !piece.text.split(separator: " ").contains { $0 == "and" || $0 == "or" || $0 == "&" }
            }
        return areLinks || areWords ? pieces : [item]
    }

    /// "Zeus and Leto", "Austria / Hungary": the links, if there is nothing but links and such words between them.
    private static func linksJoinedByWords(_ item: PlainText, _ bytes: [UInt8]) -> [PlainText]? {
        guard item.links.count > 1, between(item.links, bytes, areAmong: linkJoiners) else { return nil }
        return item.links.map { item.slice($0.range) }
    }

    /// "Baku Ganja", where nothing says whether that is one name.
    private static func areLinksInARow(_ item: PlainText) -> Bool {
        item.links.count > 1 && between(item.links, Array(item.text.utf8), areAmong: nil)
    }

    private static let linkJoiners: WordSet = ["and", "&", "/"]

    /// Whether a text consists of links, and one of some words between any two of them; nil: nothing but a blank.
    private static func between(_ links: [PlainText.Link], _ bytes: [UInt8], areAmong words: WordSet?) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var end = 0
            for (index, link) in links.enumerated() {
                var (start, stop) = (end, link.range.lowerBound)
                guard stop >= start, index > 0 || start == stop else { return false }
                end = link.range.upperBound
                if index == 0 { continue }
                if start < stop, bytes[start] == 0x20 { start += 1 }
                while stop > start, bytes[stop - 1] == 0x20 { stop -= 1 }
                guard words.map({ $0.contains(bytes, start..<stop) }) ?? (start == stop) else { return false }
            }
            return end == bytes.count
        }
    }

    private static let nameSuffixes: Set<String> = [
        "Jr.", "Sr.", "Jr", "Sr", "Inc.", "Inc", "Ltd.", "Ltd", "LLC", "II", "III", "PhD",
    ]

    /// The parts between separators that stand outside brackets and links.
    private static func pieces(_ item: PlainText, at separator: UInt8) -> [PlainText] {
        let bytes = Array(item.text.utf8)
        var result: [PlainText] = []
        var start = 0
        var depth = 0
        for (position, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            guard byte == separator, depth <= 0, !item.links.contains(where: { $0.range.contains(position) }) else {
                continue
            }
            // "1,234" is no list.
            let isInNumber = position > 0 && position + 1 < bytes.count && bytes[position + 1] != 0x20
            if isInNumber { continue }
            result.append(item.slice(start..<position))
            start = position + 1
        }
        result.append(item.slice(start..<bytes.count))
        return result.filter { !$0.text.isEmpty }
    }

    // MARK: - One item

    /// What one item gave.
    private enum Reading {
        case value(Value)
        case dropped(reason: String)
    }

    private func readItem(_ item: PlainText) -> Reading {
        if let reason = Uncertainty.reason(item.text) { return .dropped(reason: reason) }
        let whole = item.text
        let item = Self.withoutRemarks(item)
        guard !item.text.isEmpty else { return .dropped(reason: "only a remark") }
        let text = item.text
        guard text.hasLetterOrNumber else { return .dropped(reason: "no letters or digits") }
        if text.utf8.count < whole.utf8.count, let reason = Uncertainty.reason(text) {
            return .dropped(reason: reason)
        }
        if let reason = Markup.reason(text) { return .dropped(reason: reason) }
        if text.hasASCIIDigit, let reading = readDigits(text) { return reading }
        guard text.utf8.count <= Self.maximumLength || text.characterCount <= Self.maximumLength else {
            return .dropped(reason: "too long")
        }
        // "Saloon: 2,040 mm" says more than the parameter's name; only a linked title has a colon of its own.
        if Self.labels.isFound(in: text), item.links.first?.range != 0..<text.utf8.count {
            return .dropped(reason: "labelled value")
        }
        return .value(textValue(item))
    }

    private static let labels: PhraseSet = [": "]

    /// Reads a text with digits as a date or a quantity; nil if it is neither.
    private func readDigits(_ text: String) -> Reading? {
        if let date = DateReader.date(text) { return .value(Value(.date(date), text: date.text)) }
        if parameter.isDate {
            if let year = DateReader.year(text) { return .value(Value(.date(year), text: year.text)) }
            if Self.looksLikeDate(text, isDateOnly: parameter.isSingleDate) {
                return .dropped(reason: "unreadable date")
            }
        }
        switch QuantityReader.read(text) {
        case .none: return nil
        case .tooLong: return parameter.isCode ? nil : .dropped(reason: "number too long")
        case .quantity(let quantity):
            guard !parameter.isCode, let value = quantityValue(quantity) else { return nil }
            return .value(value)
        }
    }

    private func quantityValue(_ quantity: QuantityValue) -> Value? {
        if quantity.unit.isEmpty, quantity.prefix.isEmpty {
            if let unit = parameter.unit {
                var withUnit = quantity.grouped
                withUnit.unit = unit
                return Value(.quantity(withUnit), text: withUnit.text)
            }
            // "1867" may be a year, "3" a name of a line: the parameter must say that it is a number.
            let isPlainYear = !quantity.isGrouped && quantity.decimals == 0 && (1000...2200).contains(quantity.value)
            if isPlainYear, !parameter.isQuantity { return nil }
        }
        let grouped = quantity.grouped
        return Value(.quantity(grouped), text: grouped.text)
    }

    private func textValue(_ item: PlainText) -> Value {
        let whole = 0..<item.text.utf8.count
        guard let link = item.links.first, link.range.lowerBound == 0 else { return Value(.text, text: item.text) }
        // "Warsaw, Poland": the first place is meant, the others say where it is.
        let isChain = link.range != whole && item.text.withBytes { $0.has(", ", at: link.range.upperBound) }
        guard link.range == whole || (isChain && parameter.isPlace) else { return Value(.text, text: item.text) }
        return Value(.link(article: link.article), text: item.text)
    }

    /// A date of some kind that was not understood must not pass as text. The text has a digit.
    private static func looksLikeDate(_ text: String, isDateOnly: Bool) -> Bool {
        isDateOnly
            || text.split { $0 == " " || $0 == "," }.contains { Months.number($0) != nil }
            || text.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x20 || $0 == 0x2D || $0 == 0x2F || $0 == 0x2E
            }
    }

    /// Without remarks in brackets at the end, marks before the text and punctuation around it.
    static func withoutRemarks(_ item: PlainText) -> PlainText {
        var item = item
        while let kept = withoutOneRemark(&item) { item = item.slice(kept) }
        return item
    }

    /// What is left of a text without one remark; nil if it has none.
    private static func withoutOneRemark(_ item: inout PlainText) -> Range<Int>? {
        let text = item.text
        return text.withBytes { withoutOneRemark(&item, $0) }
    }

    private static func withoutOneRemark(_ item: inout PlainText, _ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var start = 0
        var end = bytes.count
        if bytes.last == UInt8(ascii: ")"), let open = openingBracket(bytes), open > 0 {
            // "Mercury (planet)", linked as a whole: the bracket is part of the title, not of the name.
            if let link = item.links.firstIndex(where: { $0.range.contains(open) && $0.range.lowerBound < open }) {
                item.links[link].range = item.links[link].range.lowerBound..<trimmedEnd(bytes, before: open)
            }
            end = open
        } else if let remark = remarkBehind(item, bytes) {
            end = remark
        } else if let asOf = bytes.indices.first(where: { bytes[$0] == 0x20 && bytes.has(" as of ", at: $0) }) {
            end = asOf
        } else {
            while start < end, firstOfLeadingMarks[Int(bytes[start])],
                let mark = leadingMarks.first(where: { bytes[start...].starts(with: $0) })
            {
                start += mark.count
            }
            while end > start, isTrailingMark(bytes[end - 1]) { end -= 1 }
            let isQuoted = end - start > 2 && bytes[start] == 0x22 && bytes[end - 1] == 0x22
            if isQuoted, !bytes[(start + 1)..<(end - 1)].contains(0x22) {
                start += 1
                end -= 1
            }
        }
        return start > 0 || end < bytes.count ? start..<max(start, end) : nil
    }

    /// Where a share ("English 89.7%") or what someone is ("[[Ferry Porsche]] - uncle") begins.
    private static func remarkBehind(_ item: PlainText, _ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        if bytes.last == UInt8(ascii: "%") {
            let start = bytes.lastIndex {
                !($0 >= 0x30 && $0 <= 0x39) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "%")
            }
            if let start, start > 1, bytes[start] == 0x20, bytes[start - 1].isASCIILetter { return start }
        }
        if let link = item.links.first, link.range.lowerBound == 0 {
            let end = link.range.upperBound
            if bytes.has(" - ", at: end) || bytes.has(" – ", at: end) || bytes.has(" — ", at: end) { return end }
        }
        return nil
    }

    private static func isTrailingMark(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x2C || byte == 0x3B || byte == 0x3A || byte == 0x2A
    }

    private static func trimmedEnd(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
        var end = end
        while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
        return end
    }

    private static let leadingMarks = ["†", "‡", "•", "·", "– ", "— ", "- ", ",", ";", ":", "*", "→"].map {
        Array($0.utf8)
    }

    private static let firstOfLeadingMarks: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for mark in leadingMarks { table[Int(mark[0])] = true }
        return table
    }()

    /// Where the bracket begins that the last byte closes.
    private static func openingBracket(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var depth = 0
        for position in bytes.indices.reversed() {
            if bytes[position] == UInt8(ascii: ")") { depth += 1 }
            if bytes[position] == UInt8(ascii: "(") {
                depth -= 1
                if depth == 0 { return position }
            }
        }
        return nil
    }
}
