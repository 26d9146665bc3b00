import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Tokenization

@testable import Transformer

/// Numbers against transformers, for tiny random checkpoints. Tolerances: float32 with another order of summation comes
/// within 6e-5 of these values; leaving out any one peculiarity of an architecture moves them by more than 1. What this
/// cannot show: that weights of published sizes load and fit.
@Suite struct GoldenTests {
    @Test(arguments: GoldenModel.fixtures)
    func `Fixtures give the values of transformers`(_ model: GoldenModel) throws {
        try check(model)
    }

    @Test(.enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"), arguments: GoldenModel.shared)
    func `Shared models give the values of transformers`(_ name: String) throws {
        try check(GoldenModel(folder: TestData.shared("models/\(name)")))
    }

    @Test(.enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))
    func `No shared model is left out`() throws {
        let folder = TestData.shared("models")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            FileManager.default.fileExists(atPath: folder.appendingPathComponent("\($0)/golden.json").path)
        }
        #expect(names.sorted() == GoldenModel.shared)
    }

    private func check(_ model: GoldenModel) throws {
        let facts = try model.facts()
        let golden = try model.tensors()
        let decoder = try model.decoder()
        #expect(decoder.configuration.coefficientCounts == facts.dFf)
        let prompts = facts.prompts.map(\.ids)

        let last = try decoder.forward(prompts.map { SequenceInput(tokens: $0, logits: .last) }, tap: nil)
        var largest: Float = 0
        for (index, output) in last.enumerated() {
            largest = max(largest, largestDifference(output.logits, golden["logits_last.\(index)"]))
        }

        let recorded = RecordedCoefficients()
        let full = SequenceInput(tokens: prompts[facts.fullPrompt], logits: .all)
        let all = try decoder.forward([full], tap: recorded.tap)
        let allDifference = largestDifference(all[0].logits, golden["logits_all"])
        let coefficientDifference =
            facts.dFf.indices
            .map { largestDifference(recorded[$0, 0], golden["coef.\($0)"]) }.max() ?? .infinity

        let maskedDifference =
            try [false, true].flatMap { leavingOut in
                let surgery = Surgery(zeroing: facts.mask, leavingOut: leavingOut)
                return try decoder.forward(
                    prompts.map { SequenceInput(tokens: $0, surgery: surgery, logits: .last) }, tap: nil
                ).enumerated()
                    .map { largestDifference($1.logits, golden["masked_logits_last.\($0)"]) }
            }.max() ?? .infinity

        var hidden: [Int: [Float]] = [:]
        _ = try decoder.forward(
            [SequenceInput(tokens: prompts[facts.hiddenPrompt], logits: .all)], tap: nil,
            hiddenTap: { layer, _, states in hidden[layer] = Array(states.values) })
        let hiddenDifference =
            (0...decoder.configuration.layerCount)
            .map { largestDifference(hidden[$0], golden["hidden.\($0)"]) }.max() ?? .infinity

        let greedy = try decoder.generate(
            prompts, maximumNewTokens: 12, surgery: nil, ignoringEndOfSequence: true, shouldStop: nil)
        print(
            "\(model.testDescription): max |Δ| last \(largest), all \(allDifference), coefficients \(coefficientDifference),",
            "masked \(maskedDifference), hidden \(hiddenDifference)")
        #expect(largest < 5e-4)
        #expect(allDifference < 5e-4)
        #expect(coefficientDifference < 5e-4)
        #expect(maskedDifference < 5e-4)
        #expect(hiddenDifference < 2e-4)
        #expect(greedy == facts.prompts.map(\.greedyIds))
    }
}
