import Foundation
import Knowledge
import QuestionSet

/// How an option is written, as far as options of one question must agree: read from the text alone, not from what made it.
struct OptionFormat: Hashable {
    /// Words that differ for different formats.
    private let shape: String
    /// The precision it stands for, as `Question.precision` says it; nil where the type has none.
    private let precision: String?

    init(_ text: String, type: ValueType) {
        switch type {
        case .date:
            guard let date = OptionValue.dateValue(text) else {
                shape = "no date"
                precision = nil
                return
            }
            let name = date.precision.rawValue + (date.year < 0 ? " BC" : "")
            shape = "date: \(name)"
            precision = name
        case .quantity:
            guard let number = OptionValue.Number(text) else {
                shape = "no number"
                precision = nil
                return
            }
            let step =
                number.decimals == 0 ? "integer" : "0." + String(repeating: "0", count: number.decimals - 1) + "1"
            let name = [number.prefix, number.unit, step].filter { !$0.isEmpty }.joined(separator: " ")
            shape = "number: \(name)"
            precision = name
        case .person, .place, .organisation, .work, .string:
            shape = "text"
            precision = nil
        }
    }

    /// Whether it is the precision that a question states; a question need not state any.
    func agrees(with stated: String?) -> Bool {
        shape != "no date" && shape != "no number" && (stated == nil || stated == precision)
    }
}

/// Reading the number or date that an option shows.
enum OptionValue {
    /// A number with what stands around it.
    struct Number {
        /// Signs before the digits ("US$"), without a minus.
        let prefix: String
        /// What follows them.
        let unit: String
        /// Digits behind the decimal point.
        let decimals: Int
        /// The number.
        let value: Double

        /// Nil if the text has no number at its beginning, or a second one behind it (powers of units are none).
        init?(_ text: String) {
            let isNegative = text.hasPrefix("−") || text.hasPrefix("-")
            let unsigned = isNegative ? text.dropFirst() : text[...]
            let prefix = unsigned.prefix { !$0.isASCIIDigit }
            let digits = unsigned.dropFirst(prefix.count).prefix { $0.isASCIIDigit || $0 == "." || $0 == "," }
            let rest = unsigned.dropFirst(prefix.count + digits.count)
            guard prefix.count <= 4, !rest.contains(where: \.isASCIIDigit),
                let value = Double(digits.replacing(",", with: "")), value.isFinite
            else { return nil }
            self.prefix = String(prefix)
            unit = rest.trimmingCharacters(in: .whitespaces)
            decimals = digits.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
            self.value = isNegative ? -value : value
        }
    }

    /// The number of an option; nil if it is none.
    static func number(_ text: String) -> Double? { Number(text)?.value }

    /// Days of a date, in order of time; nil if the option is none.
    static func day(_ text: String) -> Double? { dateValue(text).map { Ordinal($0).value } }

    /// "7 November 1867", "November 1867", "1867", "44 BC".
    static func dateValue(_ text: String) -> DateValue? {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)
        let isBC = words.last == "BC"
        if isBC { words.removeLast() }
        guard let last = words.popLast(), (1...4).contains(last.count), last.allSatisfy(\.isASCIIDigit),
            let year = Int(last), year > 0
        else { return nil }
        var date = DateValue(year: isBC ? -year : year)
        if let name = words.popLast() {
            guard let month = (1...12).first(where: { DateValue(year: 1, month: $0).text == "\(name) 1" }) else {
                return nil
            }
            date.month = month
        }
        if let day = words.popLast() {
            guard day.count <= 2, day.allSatisfy(\.isASCIIDigit), let number = Int(day), (1...31).contains(number)
            else {
                return nil
            }
            date.day = number
        }
        return words.isEmpty ? date : nil
    }
}

extension Character {
    /// 0 to 9.
    fileprivate var isASCIIDigit: Bool { self >= "0" && self <= "9" && isASCII }
}
