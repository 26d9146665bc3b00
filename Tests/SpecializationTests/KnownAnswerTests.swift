import QuestionSet
import Scores
import Testing

@testable import Specialization

/// A model whose units each hold one concept's answers gets the scores that theory says.
@Suite struct KnownAnswerTests {
    @Test func theScoreIsItsTheoreticalValue() throws {
        let record = try KnownModel().run(tops: [1, KnownModel.units])
        let results = try EvaluationResults(of: record)
        #expect(results.original == 1)
        #expect(results.ratios == [1.0 / 16, 1])
        // One unit per concept: its hard questions are lost, half of all, and nothing else.
        #expect(record.results.map { $0.ratios[0].mask } == (0..<6).map { [[Int32($0)]] })
        let row = results.pss[0]
        #expect(row.specific == 0.5 && row.general == 1)
        #expect(row.pss == 0.5 && row.pssSigned == 0.5 && row.selectiveDrop == 0.5)
        // All units: nothing is left of either.
        #expect(results.pss[1].specific == 0 && results.pss[1].general == 0 && results.pss[1].pss == 0)
        #expect(results.perConcept.allSatisfy { $0.ratios[0].selectiveDrop == 0.5 })
        #expect(record.results.map { $0.ratios.map(\.top) } == (0..<6).map { _ in [1, 16] })
    }

    /// The unit rests at the controls' tokens, so its mean and its value there are zero.
    @Test(arguments: [Ablation.mean, .resample])
    func meanAndResampledValuesOfAUnitThatRestsAreZero(_ ablation: Ablation) throws {
        let results = try EvaluationResults(of: KnownModel().run(tops: [1]) { $0.ablation = ablation })
        #expect(results.pss[0].specific == 0.5 && results.pss[0].general == 1)
    }

    /// A tenth of noise leaves the direction of the vector what it is, though the vector is the only one of its kind.
    @Test func littleNoiseTakesNothingAndMuchTakesSome() throws {
        func specific(_ scale: Double) throws -> [Double] {
            let record = try KnownModel().run(tops: [1]) {
                $0.ablation = .noise
                $0.noise = NoiseSettings(draws: 3, scale: scale)
            }
            let draws = record.results.flatMap { $0.studies.filter { $0.study == .noise } }
            #expect(draws.count == 18)
            return draws.compactMap(\.specific)
        }
        #expect(try specific(0.01).allSatisfy { $0 == 1 })
        let much = try specific(30)
        #expect(much.contains { $0 < 1 })
    }

    @Test func theMaskOfAnotherConceptTakesNothingOfThisOne() throws {
        let model = KnownModel()
        let record = try model.run(tops: [1])
        let concepts = Dictionary(uniqueKeysWithValues: model.concepts.map { ($0.id, $0) })
        let questions = Dictionary(uniqueKeysWithValues: model.questions.map { ($0.id, $0) })
        for (entry, result) in zip(record.plan, record.results) {
            let others = result.nulls.filter { $0.kind == "other_concept" }
            #expect(others.count == 2)
            for null in others {
                let origin = try #require(null.origin)
                let other = try #require(origin.conceptID.flatMap { concepts[$0] })
                let own = try #require(concepts[result.conceptID])
                #expect(other.id != own.id)
                // Each tier has one of each kind.
                #expect(origin.match == (other.tier == own.tier ? NullOrigin.Match.tier : NullOrigin.Match.none))
                #expect(null.specific == 1)
                let lost = entry.evaluationControls.compactMap { questions[$0] }.count {
                    $0.conceptID == other.id && $0.relation == "hard"
                }
                #expect(abs(null.general - (1 - Double(lost) / Double(entry.evaluationControls.count))) < 1e-12)
            }
            #expect(others.map(\.draw) == [0, 1] && others[0].origin != others[1].origin)
            let shuffled = result.nulls.filter { $0.kind == "shuffled_labels" }
            #expect(shuffled.count == 2)
            for null in shuffled {
                let drawn = try #require(null.origin?.questions)
                #expect(Set(drawn).count == entry.related.count)
                #expect(Set(drawn).isSubset(of: entry.related + entry.localizationControls))
            }
        }
    }

    @Test func halvesLocateTheSameUnit() throws {
        let record = try KnownModel().run(tops: [1]) { $0.crossFit = true }
        for (entry, result) in zip(record.plan, record.results) {
            let halves = result.studies.filter { $0.study == .crossFit }
            #expect(halves.count == 1)
            #expect(halves[0].specific == 0.5 && halves[0].general == 1 && halves[0].jaccard == 1)
            let first = try #require(halves[0].questions)
            #expect(first.count == 5 && Set(first).isSubset(of: entry.related))
            // Five hard and five easy ones: neither half has more than three of one kind.
            #expect((2...3).contains(first.count { $0.rawValue % 2 == 0 }))
        }
    }

    @Test func aMaskHasItsEffectOnItsOwnConceptOnly() throws {
        let record = try KnownModel().run(tops: [1])
        for result in record.results {
            let effects = result.studies.filter { $0.study == .effects }
            #expect(
                effects.compactMap(\.otherConceptID) == record.plan.map(\.conceptID).filter { $0 != result.conceptID })
            #expect(effects.allSatisfy { $0.specific == 1 })
            // No special tokens; the first token is no name.
            let poolings = result.studies.filter { $0.study == .pooling }
            #expect(poolings.map(\.variant) == ["without first token", "last"])
            #expect(poolings.allSatisfy { $0.jaccard == 1 && $0.layerJaccards == [1] })
        }
    }
}
