import Foundation
import Statistics

/// Maps values to coordinates, linearly.
struct Scale {
    /// The values at the ends of `range`.
    let domain: ClosedRange<Double>
    /// The coordinates at the ends of `domain`; the first may be the larger one, as on a y axis.
    let range: (start: Double, end: Double)

    /// A scale over a domain; an empty one is widened, so that a single value has a place.
    init(_ domain: ClosedRange<Double>, _ start: Double, _ end: Double) {
        self.domain =
            domain.upperBound > domain.lowerBound ? domain : domain.lowerBound - 0.5...domain.upperBound + 0.5
        range = (start, end)
    }

    /// The coordinate of a value; values outside the domain are set at its end.
    func callAsFunction(_ value: Double) -> Double {
        let clamped = min(max(value, domain.lowerBound), domain.upperBound)
        return range.start + (clamped - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
            * (range.end - range.start)
    }
}

/// A marked place of an axis.
struct Tick {
    var value: Double
    var label: String
}

/// Choosing round places for ticks.
enum Ticks {
    /// A domain around the values that ends at multiples of 1, 2 or 5 powers of ten, with about `count` ticks.
    static func nice(_ values: [Double], count: Int = 5) -> (domain: ClosedRange<Double>, ticks: [Double]) {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return (0...1, [0, 1]) }
        let span = high > low ? high - low : max(abs(high), 1)
        let rough = span / Double(count)
        let magnitude = pow(10, floor(log10(rough)))
        let step = magnitude * ([1, 2, 5].first { $0 * magnitude >= rough * 0.999 } ?? 10)
        let first = floor(low / step + 1e-9)
        let last = max(ceil(high / step - 1e-9), first + 1)
        let ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        return (first * step...last * step, ticks)
    }

    /// Decimals that tell neighbouring ticks apart.
    static func decimals(_ ticks: [Double]) -> Int {
        guard ticks.count > 1 else { return 1 }
        return min(6, max(0, Int(ceil(-log10(abs(ticks[1] - ticks[0])) - 1e-9))))
    }

    /// Ticks on log10(1 + popularity): 0 and powers of ten; between them 2 and 5 where the range is short.
    static func popularity(_ domain: ClosedRange<Double>) -> [Tick] {
        let span = domain.upperBound - domain.lowerBound
        var counts: [Double] = [0]
        for power in 0...19 {
            let unit = pow(10, Double(power))
            counts += span < 2 ? [unit, 2 * unit, 5 * unit] : [unit]
        }
        return counts.map { Tick(value: log10OnePlus($0), label: NumberFormat.compact($0)) }
            .filter { domain.contains($0.value) }
    }

    /// The ticks whose labels do not touch: first and last are kept, then from left to right.
    static func spaced(_ ticks: [Tick], _ scale: Scale, minimum distance: Double) -> [Tick] {
        guard let last = ticks.last else { return [] }
        var kept: [Tick] = []
        for tick in ticks.dropLast() {
            let isFree = kept.last.map { abs(scale(tick.value) - scale($0.value)) >= distance } ?? true
            if isFree, abs(scale(last.value) - scale(tick.value)) >= distance { kept.append(tick) }
        }
        return kept + [last]
    }
}
