extension PlainTextRenderer {
    /// Appends what a template shows.
    mutating func renderTemplate(_ index: Int) {
        // Before its parameters are read, which are many.
        if document.isInfobox(index) {
            return purpose == .value ? output.noteGap("box") : output.mark(MarkedText.itemBreak)
        }
        guard let template = document.template(index) else { return output.noteGap("markup left") }
        if let colon = template.name.utf8.firstIndex(of: UInt8(ascii: ":")) {
            return renderFunction(template, argument: template.name[template.name.utf8.index(after: colon)...])
        }
        guard let family = ValueTemplates.family(template.name) else {
            return output.noteGap(Self.unknownTemplate(template.name))
        }
        render(template, as: family)
    }

    /// The reason for a gap; names of absurd length are left out, so that the number of reasons stays bounded.
    private static func unknownTemplate(_ name: String) -> String {
        name.utf8.first == UInt8(ascii: "#")
            ? "parser function" : name.utf8.count > 60 ? "unknown template" : "unknown template \(name)"
    }

    private mutating func renderFunction(_ template: Template, argument: Substring) {
        let name = template.name.prefix { $0 != ":" }.lowercased()
        if name == "formatnum", template.parameters.isEmpty {
            appendNumber(String(argument))
        } else if name == "defaultsort" || name == "displaytitle" {
            return
        } else {
            output.noteGap("parser function")
        }
    }

    private mutating func render(_ template: Template, as family: ValueTemplates.Family) {
        switch family {
        case .nothing: break
        case .aside: output.mark(MarkedText.aside)
        case .text(let text): output.append(text)
        case .itemBreak: output.mark(MarkedText.itemBreak)
        case .argument(let names):
            guard let value = names.lazy.compactMap({ template.value($0) }).first else {
                return output.noteGap(Self.unknownTemplate(template.name))
            }
            render(value)
            if purpose == .prose, template.name.utf8.starts(with: "Lang-".utf8) { output.mark(MarkedText.aside) }
        case .lastArgument:
            guard let value = template.positional.last else {
                return output.noteGap(Self.unknownTemplate(template.name))
            }
            render(value)
        case .list:
            output.mark(MarkedText.itemBreak)
            for value in template.positional {
                render(document.trimmed(value))
                output.mark(MarkedText.itemBreak)
            }
        case .joined(let separator):
            for (number, value) in template.positional.enumerated() {
                if number > 0 { output.append(separator) }
                render(value)
            }
        case .country: renderCountry(template, isLinked: true)
        case .team: renderCountry(template, isLinked: false)
        case .date: renderDate(template.positional)
        case .dates: renderDates(template)
        case .dateText: renderDateText(template)
        case .conversion: renderConversion(template)
        case .height: renderHeight(template)
        case .number: renderNumber(template)
        case .scientificNumber: renderScientificNumber(template)
        case .currency(let sign):
            // Without an amount it is just the sign: `{{US$}}5 million`.
            output.append(sign)
            if let value = template.value("1") { render(document.trimmed(value)) }
        case .asOf: renderAsOf(template)
        case .sortName: renderSortName(template)
        case .fraction: renderFraction(template)
        case .circa:
            if purpose == .value { return output.noteGap("uncertain") }
            output.append("c. ")
            if let value = template.value("1") { render(document.trimmed(value)) }
        case .gap(let reason): output.noteGap(reason)
        }
    }

    /// A parameter as plain text, if it is nothing but that: no markup, no templates.
    func plainArgument(_ range: Range<Int>?) -> String? {
        guard let range else { return nil }
        let text = String(decoding: document.withoutComments(document.trimmed(range)), as: UTF8.self)
            .trimmingPythonBlanks()
        var decoded = HTMLEntities.decode(text)
        if decoded.utf8.contains(0xC2) { decoded = decoded.replacing("\u{A0}", with: " ") }
        return decoded.utf8.contains(where: { "{}[]<>|'\n".utf8.contains($0) }) ? nil : decoded
    }

    // MARK: - Names and countries

    private mutating func renderCountry(_ template: Template, isLinked: Bool) {
        let given = template.value("1").map { plainArgument($0) } ?? template.name
        guard let given, !given.isEmpty else { return output.noteGap("country") }
        let isCode = given.utf8.allSatisfy { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
        guard let name = isCode ? CountryCodes.name(given) : given else { return output.noteGap("country code") }
        let shown = plainArgument(template.value("name")) ?? name
        if isLinked, output.startLink(CountryCodes.article(Titles.capitalized(name))) {
            appendLiterally(shown)
            output.mark(MarkedText.linkEnd)
        } else {
            appendLiterally(shown)
        }
    }

    private mutating func renderSortName(_ template: Template) {
        guard let first = plainArgument(template.value("1")), let last = plainArgument(template.value("2")) else {
            return output.noteGap("name")
        }
        let name = [first, last].filter { !$0.isEmpty }.joined(separator: " ")
        let article = plainArgument(template.value("3") ?? template.value("link")) ?? ""
        let isLinked = template.value("nolink") == nil
        if isLinked, output.startLink(article.isEmpty ? name : Titles.capitalized(article)) {
            appendLiterally(name)
            output.mark(MarkedText.linkEnd)
        } else {
            appendLiterally(name)
        }
    }

    // MARK: - Dates

    /// "7 November 1867" from year, month and day; what is missing at the end is left out.
    private mutating func renderDate(_ values: some Collection<Range<Int>>) {
        let parts = values.prefix(3).map { plainArgument($0) }
        guard let text = Self.dateText(Array(parts)) else {
            // Some give the whole date in words.
            if let only = parts.first ?? nil, only.utf8.contains(where: \.isASCIILetter), only.utf8.count >= 6 {
                return appendLiterally(only)
            }
            return output.noteGap("date")
        }
        output.append(text)
    }

    private static func dateText(_ parts: [String?]) -> String? {
        guard let yearPart = parts.first, let yearText = yearPart, let year = Int(yearText), year != 0,
            (-10_000...3_000).contains(year)
        else { return nil }
        var text = year < 0 ? "\(-year) BC" : String(year)
        guard parts.count > 1, let monthText = parts[1] else { return parts.count > 1 ? nil : text }
        if monthText.isEmpty { return text }
        guard
            let month = Int(monthText).flatMap({ (1...12).contains($0) ? Months.names[$0 - 1] : nil })
                ?? Months.number(monthText).map({ Months.names[$0 - 1] })
        else { return nil }
        text = month + " " + text
        guard parts.count > 2, let dayText = parts[2] else { return parts.count > 2 ? nil : text }
        if dayText.isEmpty { return text }
        guard let day = Int(dayText), (1...31).contains(day) else { return nil }
        return "\(day) " + text
    }

    private mutating func renderDates(_ template: Template) {
        let values = template.positional
        for start in stride(from: 0, to: values.count, by: 4) {
            let group = values[start..<min(start + 4, values.count)]
            if document.trimmed(group[start]).isEmpty { continue }
            renderDate(group)
            if group.count == 4, !document.trimmed(group[start + 3]).isEmpty {
                output.append(" (")
                render(document.trimmed(group[start + 3]))
                output.append(")")
            }
            output.mark(MarkedText.itemBreak)
        }
    }

    /// `{{as of|2014|lc=y}}` is "as of 2014".
    private mutating func renderAsOf(_ template: Template) {
        if let alternative = template.value("alt") { return render(document.trimmed(alternative)) }
        let isLowercase = template.value("lc") != nil || template.value("Lc") != nil
        guard template.value("since") == nil else { return output.noteGap("date") }
        output.append(isLowercase ? "as of " : "As of ")
        renderDate(template.positional)
    }

    private mutating func renderDateText(_ template: Template) {
        let values = template.positional
        guard let first = values.first, let text = plainArgument(first) else { return output.noteGap("date") }
        let isNumber = !text.isEmpty && text.utf8.allSatisfy(\.isASCIIDigit)
        if isNumber, values.count > 1 { renderDate(values) } else { appendLiterally(text) }
    }
}
