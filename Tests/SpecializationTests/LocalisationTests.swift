import Statistics
import Testing

@testable import Specialization

@Suite struct LocalisationTests {
    @Test(arguments: [
        (0.07, 100, 7), (0.1, 140, 14), (0.0, 10, 0), (1.0, 10, 10), (0.05, 132, 7), (0.3, 7, 3), (0.5, 1, 1),
    ])
    func maskSizesFollowTheContract(_ ratio: Double, _ size: Int, _ expected: Int) {
        #expect(Localisation.maskSize(ratio: ratio, of: size) == expected)
    }

    @Test func scoresAreTheDifferenceOfMeans() {
        let scores = Localisation.scores(related: [[[1, 2], [3]], [[3, 6], [5]]], controls: [[[1, 1], [1]]])
        #expect(scores == [[1, 3], [3]])
    }

    @Test func masksTakeTheLargestAndTiesGoToTheLowerIndex() {
        let masks = Localisation.masks([[0, 5, 5, -1, 5, 0], [1, 1]], ratios: [0.34, 0.5, 1])
        #expect(masks[0][0].indices == [1, 2, 4])
        #expect(masks[0][0].boundaryMargin == 5)
        #expect(masks[1][0].indices == [1, 2, 4])
        #expect(masks[0][1].indices == [0])
        #expect(masks[0][1].boundaryMargin == 0)
        #expect(masks[2][0].indices == [0, 1, 2, 3, 4, 5])
        #expect(masks[2][0].boundaryMargin == nil)
    }

    /// Against the definition written out: sort all pairs, take the first.
    @Test(arguments: [1, 2, 3, 7, 64, 131])
    func masksAgreeWithTheNaiveSelection(_ size: Int) {
        var generator = SeededGenerator(seed: 5, size)
        let layer = (0..<size).map { _ in Double(generator.below(9)) - 4 }
        for ratio in [0.01, 0.1, 0.33, 0.5, 0.99] {
            let count = Localisation.maskSize(ratio: ratio, of: size)
            let naive = layer.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(count)
                .map { Int32($0.offset) }.sorted()
            #expect(Localisation.masks([layer], ratios: [ratio])[0][0].indices == naive)
        }
    }

    @Test func randomMasksHaveTheSizesAskedForAndFollowTheGenerator() {
        var one = SeededGenerator(seed: 1, "null")
        var two = SeededGenerator(seed: 1, "null")
        var other = SeededGenerator(seed: 2, "null")
        let mask = Localisation.randomMask(sizes: [3, 0, 5], among: [10, 4, 5], &one)
        #expect(mask.map(\.count) == [3, 0, 5])
        #expect(mask[2] == [0, 1, 2, 3, 4])
        #expect(Set(mask[0]).count == 3 && mask[0].allSatisfy { (0..<10).contains($0) })
        #expect(Localisation.randomMask(sizes: [3, 0, 5], among: [10, 4, 5], &two) == mask)
        let draws = (0..<20).map { _ in Localisation.randomMask(sizes: [3], among: [100], &other) }
        #expect(Set(draws).count > 10)
    }

    @Test func batchesAreCutAtAFixedNumberOfRows() {
        #expect(QuestionScorer.batches([]) == [])
        #expect(QuestionScorer.batches([5000]) == [0..<1])
        #expect(QuestionScorer.batches([1000, 1000, 48, 1, 3000, 2]) == [0..<3, 3..<4, 4..<5, 5..<6])
    }
}
