import Foundation
import Knowledge
import QuestionSet
import Statistics

/// Wrong numbers and dates. The right one takes a rank among the four that is drawn first, uniformly, and the wrong ones are
/// found around it: so neither the middle nor an end, neither the earliest nor the latest, is more often right. A value that
/// cannot take every rank (1 where nothing lies below 0, a date of last year) is not asked for: among those that remain all ranks
/// are equally frequent.
extension OptionWriter {
    func wrongQuantities(
        _ candidate: Candidate, _ quantity: QuantityValue, _ context: Context, _ generator: inout SeededGenerator
    ) -> [String]? {
        let format = QuantityFormat(quantity)
        guard format.text(quantity.value) == candidate.answer.text else {
            // The article writes it in a way that wrong options could not share.
            return nil
        }
        let step = pow(10, Double(-quantity.decimals))
        if let range = candidate.relation.range, (range.upperBound - range.lowerBound) / step <= 200 {
            return fewNumbers(in: range, step: step, format, right: candidate.answer.text, context, &generator)
        }
        let isNear = { (other: Double) in
            let ratio = abs(quantity.value) > 0 ? other / quantity.value : 0
            return (0.2...5).contains(ratio) && abs(ratio - 1) > 0.02
        }
        let near = valuesOfOthers(candidate, where: isNear) { value in
            guard case .quantity(let other) = value.content else { return false }
            return QuantityFormat(other) == format
        }
        let coarseStep = step * pow(10, Double(trailingZeros(quantity)))
        let range =
            candidate.relation.range ?? (quantity.unit == "%" && (0...100).contains(quantity.value) ? 0...100 : nil)
        let values = Values(
            right: quantity.value, near: near,
            make: { direction, generator in
                // 6 % to 45 % away, with as many significant digits as the right value.
                let share = 0.06 + 0.39 * generator.unit()
                let other =
                    ((quantity.value + abs(quantity.value) * Double(direction) * share) / coarseStep).rounded()
                    * coarseStep
                return other == quantity.value ? other + Double(direction) * coarseStep : other
            },
            isPossible: { (quantity.value < 0 || $0 >= 0) && (range?.contains($0) ?? true) },
            text: { format.text($0) })
        return around(values, context, &generator)
    }

    func wrongDates(
        _ candidate: Candidate, _ date: DateValue, _ context: Context, _ generator: inout SeededGenerator
    ) -> [String]? {
        guard date.text == candidate.answer.text else { return nil }
        let right = Ordinal(date).value
        let isNear = { (other: Double) in abs(other - right) <= 42 * Ordinal.daysPerYear }
        let near = valuesOfOthers(candidate, where: isNear) { value in
            guard case .date(let other) = value.content else { return false }
            return other.precision == date.precision && (other.year < 0) == (date.year < 0)
                && abs(other.year - date.year) <= 40 && other.year != date.year
        }
        let values = Values(
            right: right, near: near,
            make: { direction, generator in
                let years = Double(direction * (1 + generator.below(25)))
                let days = date.precision == .day ? Double(generator.below(300)) : 0
                let other = Ordinal(value: right + years * Ordinal.daysPerYear + Double(direction) * days)
                return Ordinal(other.date(date.precision)).value
            },
            isPossible: { [newestDay] other in
                let year = Ordinal(value: other).date(.year).year
                return (year < 0) == (date.year < 0) && year != 0 && other <= newestDay
            },
            text: { Ordinal(value: $0).date(date.precision).text })
        return around(values, context, &generator)
    }

    /// What other articles give to the pools of a candidate, as far as it is wanted.
    ///
    /// - Parameter isNear: what most are told by.
    private func valuesOfOthers(
        _ candidate: Candidate, where isNear: (Double) -> Bool, isWanted: (Value) -> Bool
    ) -> [Double] {
        var values: [Double] = []
        for key in candidate.pools {
            let pool = pools.pool(key)
            for (index, number) in pool.numbers.enumerated()
            where isNear(number) && pool.articleIDs[index] != candidate.provenance.pageID {
                if isWanted(pool.entries[index].value) { values.append(number) }
            }
        }
        return values
    }

    /// A right value and where wrong ones come from.
    private struct Values {
        var right: Double
        /// Real values of other articles.
        var near: [Double]
        /// Makes a value below (-1) or above (1) the right one.
        var make: (_ direction: Int, inout SeededGenerator) -> Double
        var isPossible: (Double) -> Bool
        var text: (Double) -> String?
    }

    /// Three values around the right one, so that it has the rank drawn: real ones of the pool where there are enough, else made.
    private func around(_ values: Values, _ context: Context, _ generator: inout SeededGenerator) -> [String]? {
        guard let right = values.text(values.right) else { return nil }
        let below = wrong(values, direction: -1, besides: [right], context, &generator)
        let above = wrong(values, direction: 1, besides: [right], context, &generator)
        guard below.count == 3, above.count == 3 else { return nil }
        let rank = generator.below(4)
        return Array(below.prefix(rank) + above.prefix(3 - rank))
    }

    /// Up to three different values on one side of the right one.
    private func wrong(
        _ values: Values, direction: Int, besides taken: [String], _ context: Context,
        _ generator: inout SeededGenerator
    ) -> [String] {
        var real = generator.shuffled(values.near.filter { ($0 - values.right) * Double(direction) > 0 })
        var chosen: [String] = []
        var tries = 0
        while chosen.count < 3, tries < 60 {
            tries += 1
            // Every other wrong value is made, so that a real value is no sign of anything.
            let made = values.make(direction, &generator)
            let value = tries % 2 == 1 ? real.popLast() ?? made : made
            guard (value - values.right) * Double(direction) > 0, values.isPossible(value),
                let text = values.text(value),
                !taken.contains(text), !chosen.contains(text), !context.values.contains(text)
            else { continue }
            chosen.append(text)
        }
        return chosen
    }

    /// Any three others where there are only so many values, as in the groups of the periodic table.
    private func fewNumbers(
        in range: ClosedRange<Double>, step: Double, _ format: QuantityFormat, right: String, _ context: Context,
        _ generator: inout SeededGenerator
    ) -> [String]? {
        let all = stride(from: range.lowerBound, through: range.upperBound + step / 2, by: step).compactMap {
            format.text($0)
        }
        guard all.contains(right) else { return nil }
        let chosen = generator.shuffled(all.filter { $0 != right }).prefix(3)
        return chosen.count == 3 ? Array(chosen) : nil
    }

    /// How many zeros end the written number: 1,200,000 has five and its wrong neighbours get as many.
    private func trailingZeros(_ quantity: QuantityValue) -> Int {
        guard quantity.value != 0 else { return 0 }
        var scaled = (abs(quantity.value) * pow(10, Double(quantity.decimals))).rounded()
        var zeros = 0
        while zeros < 12, scaled >= 20, scaled.truncatingRemainder(dividingBy: 10) == 0 {
            scaled /= 10
            zeros += 1
        }
        return zeros
    }
}

/// A date as a number of days of the Gregorian calendar, for going forward and back.
struct Ordinal {
    static let daysPerYear = 365.2425

    var value: Double

    init(value: Double) {
        self.value = value
    }

    /// Days since 1 March of the year 0 (Hinnant, "chrono-compatible low-level date algorithms"); an unknown month or day counts
    /// as the first.
    init(_ date: DateValue) {
        let month = date.month ?? 1
        let year = month <= 2 ? date.year - 1 : date.year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + (date.day ?? 1) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        value = Double(era * 146_097 + dayOfEra)
    }

    /// The date it stands for.
    func date(_ precision: DateValue.Precision) -> DateValue {
        let days = Int(value.rounded(.down))
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return DateValue(
            year: year, month: precision == .year ? nil : month, day: precision == .day ? day : nil)
    }
}
