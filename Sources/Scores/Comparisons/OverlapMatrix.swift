public import QuestionSet
import Statistics

/// How much the masks of any two concepts share, at one ratio.
public struct OverlapMatrix: Hashable, Sendable {
    /// The ratio.
    public let ratio: Double
    /// The concepts with a result, by id: rows and columns.
    public let concepts: [Concept]
    /// Jaccard indices of their masks, all layers together; nil where both masks are empty.
    public let jaccards: [[Double?]]

    /// From the stored masks of a run.
    ///
    /// - Parameter position: which of the run's ratios; by default the one that concepts are compared at.
    public init?(_ run: RunRecord, position: Int? = nil) {
        guard let position = position ?? run.settings.comparedMask, run.settings.ratios.indices.contains(position)
        else {
            return nil
        }
        let known = Dictionary(run.concepts.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        let rows = run.results.sorted { $0.conceptID < $1.conceptID }.compactMap { result -> (Concept, BitMask)? in
            guard let concept = known[result.conceptID], result.ratios.indices.contains(position) else { return nil }
            return (concept, BitMask(result.ratios[position].mask, run.coefficientCounts))
        }
        ratio = run.settings.ratios[position]
        concepts = rows.map(\.0)
        var jaccards = rows.map { _ in [Double?](repeating: nil, count: rows.count) }
        for i in rows.indices {
            for j in i..<rows.count {
                let value = rows[i].1.jaccard(rows[j].1)
                jaccards[i][j] = value
                jaccards[j][i] = value
            }
        }
        self.jaccards = jaccards
    }

    /// The mean over pairs of different concepts that satisfy a condition; nil for none.
    func mean(where isCounted: (Concept, Concept) -> Bool) -> Double? {
        var values: [Double] = []
        for i in concepts.indices {
            for j in 0..<i where isCounted(concepts[i], concepts[j]) {
                if let value = jaccards[i][j] { values.append(value) }
            }
        }
        return Statistics.mean(values)
    }

    /// The means.
    public var summary: OverlapFigures {
        OverlapFigures(
            ratio: ratio, concepts: concepts.count, mean: mean { _, _ in true },
            sameKind: mean { $0.kind != nil && $0.kind == $1.kind }, sameTier: mean { $0.tier == $1.tier },
            chance: ratio / (2 - ratio))
    }
}

/// Means of an `OverlapMatrix` over pairs of different concepts.
public struct OverlapFigures: Codable, Hashable, Sendable {
    /// The ratio.
    public var ratio: Double
    /// Number of concepts.
    public var concepts: Int
    /// Mean Jaccard index of all pairs.
    public var mean: Double?
    /// Of pairs of the same kind.
    public var sameKind: Double?
    /// Of pairs of the same tier.
    public var sameTier: Double?
    /// What independent masks of that size share: k / (2 - k).
    public var chance: Double

    private enum CodingKeys: String, CodingKey {
        case ratio, concepts, mean, chance
        case sameKind = "same_kind"
        case sameTier = "same_tier"
    }
}

/// A mask with a bit for each coefficient, all layers one after the other.
private struct BitMask {
    private var words: [UInt64]
    private var count = 0

    init(_ mask: [[Int32]], _ widths: [Int]) {
        words = [UInt64](repeating: 0, count: (widths.reduce(0, +) + 63) / 64)
        var start = 0
        for (layer, width) in zip(mask, widths) {
            // A mask from a store may be damaged: what is out of range belongs to no layer.
            for index in layer where index >= 0 && Int(index) < width {
                words[(start + Int(index)) / 64] |= 1 << UInt64((start + Int(index)) % 64)
                count += 1
            }
            start += width
        }
    }

    func jaccard(_ other: BitMask) -> Double? {
        var shared = 0
        for index in words.indices { shared += (words[index] & other.words[index]).nonzeroBitCount }
        let either = count + other.count - shared
        return either > 0 ? Double(shared) / Double(either) : nil
    }
}
