import Diagnostics
import Scores

/// Sizes of masks, asked for as shares of each layer's coefficients or as counts.
public enum MaskSizes {
    /// The masks of a run in ascending order: `ratios` and `tops` of its settings.
    ///
    /// A count stands among the ratios with its share of all layers' coefficients. One that masks just what a ratio masks
    /// joins it; a count above a layer's size takes the whole layer.
    /// - Throws: `Failure` 64 when a count has a ratio's share but masks other numbers, as can be where layers differ in
    ///   width.
    public static func ratiosAndTops(
        ratios: [Double], tops: [Int], coefficientCounts: [Int]
    ) throws -> (ratios: [Double], tops: [Int?]?) {
        guard !tops.isEmpty else { return (ratios.sorted(), nil) }
        let total = coefficientCounts.reduce(0, +)
        var masks = ratios.map { (ratio: $0, top: Int?.none) }
        for top in tops {
            let sizes = coefficientCounts.map { min(top, $0) }
            let share = Double(sizes.reduce(0, +)) / Double(max(1, total))
            guard let known = masks.firstIndex(where: { $0.ratio == share }) else {
                masks.append((share, top))
                continue
            }
            guard
                masks[known].top == nil,
                sizes == coefficientCounts.map({ Localisation.maskSize(ratio: share, of: $0) })
            else {
                throw Failure(
                    .usage, at: "--top \(top)", "masks the same share of the coefficients as another mask",
                    remedy: "leave one of them out")
            }
            masks[known].top = top
        }
        masks.sort { $0.ratio < $1.ratio }
        return (masks.map(\.ratio), masks.map(\.top))
    }

    /// How many coefficients each mask of a run takes of each layer: [mask][layer].
    static func sizes(_ settings: RunSettings, coefficientCounts: [Int]) -> [[Int]] {
        settings.ratios.enumerated().map { position, ratio in
            let top = settings.top(at: position)
            return coefficientCounts.map { count in
                top.map { min($0, count) } ?? Localisation.maskSize(ratio: ratio, of: count)
            }
        }
    }
}
