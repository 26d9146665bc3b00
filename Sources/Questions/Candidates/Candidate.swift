import Foundation
import Knowledge
import QuestionSet

/// A question that could be asked of an article: a relation with one of its values, before options are chosen.
struct Candidate: Sendable {
    /// What is asked.
    var relation: TemplatePack.Relation
    /// Name of the relation in the store; that of a parameter where the relation takes any.
    var relationName: String
    /// What the answer is.
    var type: ValueType
    /// The right answer.
    var answer: Value
    /// Everything the article says to the same question, the answer included: none of it may be a wrong option.
    var trueValues: [Value]
    /// What the wording may use besides the concept.
    var wordingValues: [String: String]
    /// What stands around the answer in its article (`LinkSurroundings`).
    var surroundings: [UInt64]
    /// Where wrong options are looked for, the most specific pool first.
    var pools: [PoolKey]
    /// Where the fact stands.
    var provenance: Provenance

    /// Precision shared by all options; nil where the type has none.
    var precision: String? {
        switch answer.content {
        case .date(let date): date.year < 0 ? "\(date.precision.rawValue) BC" : date.precision.rawValue
        case .quantity(let quantity): QuantityFormat(quantity).precision
        case .link, .text: nil
        }
    }
}

/// How a quantity is written: what all options of a question share.
struct QuantityFormat: Hashable {
    var unit: String
    var decimals: Int
    var isGrouped: Bool
    /// The currency sign.
    var prefix: String

    init(_ quantity: QuantityValue) {
        unit = quantity.unit
        decimals = quantity.decimals
        isGrouped = quantity.isGrouped
        prefix = quantity.prefix
    }

    /// "km 0.1", "0.01", "integer".
    var precision: String {
        let step = decimals == 0 ? "integer" : "0." + String(repeating: "0", count: decimals - 1) + "1"
        return [prefix, unit, step].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// A number in this format; nil when it cannot be written exactly enough.
    func text(_ value: Double) -> String? {
        guard value.isFinite, abs(value) < 1e15 else { return nil }
        // Whole numbers, as most are, are written sooner so, and rounded in the same way.
        var digits =
            decimals == 0
            ? String(Int64(abs(value).rounded(.toNearestOrEven))) : String(format: "%.\(decimals)f", abs(value))
        if isGrouped {
            let whole = digits.prefix { $0 != "." }
            var grouped = ""
            for (index, digit) in whole.enumerated() {
                if index > 0, (whole.count - index) % 3 == 0 { grouped += "," }
                grouped.append(digit)
            }
            digits = grouped + digits.dropFirst(whole.count)
        }
        let signed = (value < 0 ? "−" : "") + prefix + digits
        guard !unit.isEmpty else { return signed }
        return ["%", "°"].contains(unit) || unit.hasPrefix("/") ? signed + unit : "\(signed) \(unit)"
    }
}
