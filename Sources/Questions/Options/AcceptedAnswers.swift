import Knowledge
import QuestionSet

/// What counts as right in open generation: the option and spellings of it that mean the same.
enum AcceptedAnswers {
    /// The option first, then spellings of it, without repetitions.
    static func spellings(_ candidate: Candidate) -> [String] {
        var answers = [candidate.answer.text]
        switch candidate.answer.content {
        case .date(let date):
            if let day = date.day, let month = date.month {
                let name = DateValue(year: 1, month: month).text.split(separator: " ")[0]
                let year = date.year < 0 ? "\(-date.year) BC" : String(date.year)
                answers.append("\(name) \(day), \(year)")
            }
        case .quantity(let quantity):
            var ungrouped = quantity
            ungrouped.isGrouped = false
            if let text = QuantityFormat(ungrouped).text(quantity.value) { answers.append(text) }
            for name in unitNames[quantity.unit] ?? [] {
                var spelled = ungrouped
                spelled.unit = name
                if let text = QuantityFormat(spelled).text(quantity.value) { answers.append(text) }
            }
        case .link(let article):
            let title = TextRules.withoutParenthesis(article)
            // [[Provinces of Mongolia|Municipality]] is no other name of it; [[Warsaw, Poland|Warsaw]] and [[Indian Standard Time|IST]] are.
            // [[History of Libya under Muammar Gaddafi|Libya]] neither.
            let isLonger = TextRules.words(title).count > TextRules.words(candidate.answer.text).count + 2
            if Stems.share(title, candidate.answer.text) && !isLonger || isInitialism(candidate.answer.text, of: title)
            {
                answers.append(title)
            }
        case .text: break
        }
        var seen: Set<String> = []
        return answers.filter { TextRules.defect(of: $0) == nil && seen.insert($0.lowercased()).inserted }
    }

    /// Other values of the same list and other categories: in open generation they are as right.
    static func others(_ candidate: Candidate) -> [String] {
        guard candidate.relation.source == .parameter || candidate.relation.source == .category else { return [] }
        return candidate.trueValues.map(\.text).filter {
            $0 != candidate.answer.text && TextRules.defect(of: $0) == nil && !$0.hasPrefix("...") && !$0.hasPrefix("…")
        }
    }

    private static func isInitialism(_ text: String, of title: String) -> Bool {
        let initials = title.split(separator: " ").filter { $0.first?.isUppercase == true }.compactMap(\.first)
        return initials.count > 1 && String(initials) == text.replacing(".", with: "")
    }

    private static let unitNames: [String: [String]] = [
        "km": ["kilometres", "kilometers"], "m": ["metres", "meters"],
        "km²": ["square kilometres", "square kilometers"],
        "km2": ["square kilometres", "square kilometers"], "mi": ["miles"], "ft": ["feet"], "kg": ["kilograms"],
        "g": ["grams"], "°C": ["degrees Celsius"], "K": ["kelvin"], "%": ["percent", "per cent"], "min": ["minutes"],
    ]
}
