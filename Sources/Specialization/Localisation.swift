import Statistics

/// Coefficients of all layers as one vector per layer: [layer][d_ff].
public typealias LayerVectors = [[Double]]

/// Finding the coefficients that respond to a concept (contract, section 3).
public enum Localisation {
    /// S: the mean of the pooled coefficients over the related questions less their mean over the localisation controls.
    ///
    /// Sums run in the order given, in double precision.
    public static func scores(related: [LayerVectors], controls: [LayerVectors]) -> LayerVectors {
        let concept = mean(of: related)
        let rest = mean(of: controls)
        return zip(concept, rest).map { zip($0, $1).map { $0 - $1 } }
    }

    /// Element-wise mean of vectors of equal shape; empty for none.
    public static func mean(of vectors: [LayerVectors]) -> LayerVectors {
        guard var sum = vectors.first else { return [] }
        for vector in vectors.dropFirst() {
            for layer in sum.indices {
                for index in sum[layer].indices { sum[layer][index] += vector[layer][index] }
            }
        }
        let count = Double(vectors.count)
        return sum.map { $0.map { $0 / count } }
    }

    /// ceil(ratio * size - 1e-9), between 0 and `size`: the number of masked coefficients of a layer.
    public static func maskSize(ratio: Double, of size: Int) -> Int {
        min(size, max(0, Int((ratio * Double(size) - 1e-9).rounded(.up))))
    }

    /// A layer's mask and how clear its boundary is.
    public struct LayerMask: Sendable, Equatable {
        /// Sorted indices.
        public var indices: [Int32]
        /// Distance in S between the last chosen and the first rejected; nil when none or all are chosen.
        public var boundaryMargin: Double?
    }

    /// The largest S of each layer at each ratio, ties to the lower index: [ratio][layer].
    public static func masks(_ scores: LayerVectors, ratios: [Double]) -> [[LayerMask]] {
        masks(scores, sizes: ratios.map { ratio in scores.map { maskSize(ratio: ratio, of: $0.count) } })
    }

    /// The largest S of each layer, as many as said for each mask and layer, ties to the lower index: [mask][layer].
    public static func masks(_ scores: LayerVectors, sizes: [[Int]]) -> [[LayerMask]] {
        let orders = scores.map { layer in
            layer.indices.sorted { layer[$0] > layer[$1] || (layer[$0] == layer[$1] && $0 < $1) }
        }
        return sizes.map { sizes in
            sizes.indices.map { index in
                let (layer, order, size) = (scores[index], orders[index], sizes[index])
                let margin = size > 0 && size < layer.count ? layer[order[size - 1]] - layer[order[size]] : nil
                return LayerMask(indices: order[..<size].map(Int32.init).sorted(), boundaryMargin: margin)
            }
        }
    }

    /// A mask of the same size drawn uniformly among each layer's coefficients: the null of a located mask.
    public static func randomMask(sizes: [Int], among counts: [Int], _ generator: inout SeededGenerator) -> [[Int32]] {
        zip(sizes, counts).map { size, count in
            Array(generator.shuffled(0..<Int32(count)).prefix(size)).sorted()
        }
    }
}
