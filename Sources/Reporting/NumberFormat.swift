import Foundation
import Scores
import Statistics

/// How numbers are written, in one place: fixed decimals, no locale, no negative zero.
struct NumberFormat {
    /// The sign of negative numbers.
    let minus: String

    /// For terminals and files: a hyphen, so that figures can be copied into other programs.
    static let plain = NumberFormat(minus: "-")
    /// For pages: U+2212, as wide as a digit.
    static let typographic = NumberFormat(minus: "\u{2212}")

    /// Stands where a figure is undefined.
    static let undefined = "–"

    /// A number with a fixed count of decimals; "–" for nil or a value that is not finite.
    func fixed(_ value: Double?, _ decimals: Int) -> String {
        guard let value, value.isFinite else { return Self.undefined }
        let digits = String(format: "%.\(decimals)f", abs(value))
        let isNegative = value < 0 && digits.contains { $0 != "0" && $0 != "." }
        return isNegative ? minus + digits : digits
    }

    /// A share in percent, without the sign: "23.3".
    func percent(_ share: Double?, _ decimals: Int = 1) -> String {
        fixed(share.map { $0 * 100 }, decimals)
    }

    /// "[0.123, 0.456]"; empty for nil.
    func interval(_ interval: Interval?, _ decimals: Int) -> String {
        guard let interval else { return "" }
        return "[\(fixed(interval.low, decimals)), \(fixed(interval.high, decimals))]"
    }

    /// An interval of shares in percent; empty for nil.
    func percentInterval(_ interval: Interval?, _ decimals: Int = 1) -> String {
        self.interval(interval.map { Interval(low: $0.low * 100, high: $0.high * 100) }, decimals)
    }

    /// The ends of a figure's interval; empty for nil.
    func interval(_ interval: FigureInterval?, _ decimals: Int) -> String { self.interval(interval?.ends, decimals) }

    /// The same of shares in percent.
    func percentInterval(_ interval: FigureInterval?, _ decimals: Int = 1) -> String {
        percentInterval(interval?.ends, decimals)
    }

    /// A p-value: three decimals, four where three would say 0, one digit and a power of ten where four would.
    func probability(_ p: Double) -> String {
        p > 0 && p < 0.00005 ? String(format: "%.0e", p) : fixed(p, p < 0.001 ? 4 : 3)
    }

    /// A whole number in groups of three digits: "12,345".
    func count(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value.magnitude))
        var result = value < 0 ? minus : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return result
    }

    /// A ratio as the user wrote it: "0.05", "1"; a long one, which is a count's share, with three digits: "0.00326".
    static func ratio(_ value: Double) -> String {
        let text = value.description
        if text.utf8.count > 7, value < 1 { return String(format: "%.3g", value) }
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A round number for an axis: "0", "500", "10k", "2M".
    static func compact(_ value: Double) -> String {
        for (unit, suffix) in [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")] where value >= unit {
            return ratio(value / unit) + suffix
        }
        return ratio(value)
    }

    /// "1 concept", "2 concepts".
    func counted(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }
}
