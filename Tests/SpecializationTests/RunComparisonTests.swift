import Foundation
import QuestionSet
import Scores
import Statistics
import TestSupport
import Testing
import Tokenization
import Transformer

@testable import Specialization

/// Figures beside the scores: what theory says of the model made by hand, and what a random model must show.
@Suite struct RunComparisonTests {
    @Test func figuresOfTheKnownModelAreTheoretical() throws {
        let record = try KnownModel().run(tops: [1, KnownModel.units]) { settings in
            settings.crossFit = true
            settings.studies = Study.allCases
            settings.noise = NoiseSettings(draws: 2, scale: 0.01)
        }
        let figures = try RunComparisons(of: record)

        // No excess is larger than the score: other concepts' masks take nothing of this one and some of its controls.
        let other = try #require(figures.nullExcess.first { $0.kind == "other_concept" })
        #expect(other.draws == 2 && other.pssSigned?.value == 0.5 && other.pss == 0.5)
        #expect((other.pssSignedExcess?.value ?? 0) >= 0.5)
        #expect(other.conceptPercentile?.value == 1 && other.percentile == 1)
        #expect(other.matches == ["tier": 6, "none": 6])
        #expect(figures.nullExcess.map(\.kind).prefix(3) == ["other_concept", "random", "shuffled_labels"])
        // All units: nothing is left, with any mask.
        #expect(figures.nullExcess.suffix(3).allSatisfy { $0.pssSignedExcess?.value == 0 && $0.percentile == 0.5 })

        let fit = figures.crossFit[0]
        #expect(fit.specific == 0.5 && fit.general == 1 && fit.pss == 0.5)
        #expect(fit.optimism?.value == 0 && fit.halvesJaccard?.value == 1)

        // From 1 at 0 to 0.5 at 1/16 to 0 at 1: half of the loss has come with one unit.
        #expect(figures.redundancy.curve.map(\.specific) == [1, 0.5, 0])
        #expect(figures.redundancy.halfDropRatio == 1.0 / 16)
        let area = 0.75 / 16 + 0.25 * 15 / 16
        #expect(abs((figures.redundancy.meanDrop ?? 0) - (1 - area)) < 1e-12)
        let noise = try #require(figures.redundancy.zeroAgainstNoise)
        #expect(noise.draws == 2 && noise.zeroDrop?.value == 0.5 && noise.noiseDrop?.value == 0)
        #expect(noise.difference?.value == 0.5)

        // At the larger mask, all of it, masks are the same and take everything.
        #expect(figures.overlap?.mean == 1 && figures.overlap?.chance == 1)
        let effects = try #require(figures.effects)
        #expect(effects.concepts.count == 6 && effects.drops.allSatisfy { $0.allSatisfy { $0 == 1 } })
        #expect(figures.formats == nil)
        #expect(figures.denominators.values == ["all": 1, "controls": 1])
        #expect(figures.denominators.rows[0].pssSigned == ["all": 0.5, "controls": 0.5, "none": 0.5])
    }

    @Test func masksOfOneUnitShareNothingAndHurtOnlyTheirOwn() throws {
        let record = try KnownModel().run(tops: [1])
        let matrix = try #require(OverlapMatrix(record))
        for i in 0..<6 { for j in 0..<6 { #expect(matrix.jaccards[i][j] == (i == j ? 1 : 0)) } }
        #expect(matrix.summary.mean == 0 && matrix.summary.sameKind == 0 && matrix.summary.sameTier == 0)
        let effects = try #require(try RunComparisons(of: record).effects)
        for i in 0..<6 { for j in 0..<6 { #expect(effects.drops[i][j] == (i == j ? 0.5 : 0)) } }
        #expect(effects.own?.value == 0.5 && effects.others?.value == 0 && effects.difference?.value == 0.5)
    }

    /// The located masks of a model of random weights are no better than null ones: its answers have nothing to do with
    /// what is right.
    @Test(arguments: ["llama", "gpt2"])
    func theIntervalOfARandomModelHoldsItsNull(_ model: String) throws {
        var generator = SeededGenerator(seed: 3, "random questions")
        let concepts = (1...40).map { index in
            Concept(
                id: ConceptID(rawValue: index), title: "Thing \(index * 37)", tier: ["high", "low"][Int(index % 2)],
                popularity: index, kind: "thing")
        }
        let questions = concepts.flatMap { concept in
            (0..<5).map { number in
                let id = concept.id.rawValue * 10 + Int64(number)
                let answer = generator.below(4)
                let options = (0..<4).map { "\(id * 4 + Int64($0))" }
                return Question(
                    id: QuestionID(rawValue: id), conceptID: concept.id, relation: "number",
                    text: "What is number \(number) of \(concept.title)?", options: options, answerIndex: answer,
                    answers: [options[answer]])
            }
        }
        let plan = try ControlDrawing(concepts: concepts, questions: questions, seed: 1)
            .draw(localization: 10, evaluation: 10).plan
        let folder = TestData.fixture("Models/\(model)").path
        let decoder = try Decoder(folder: folder, threads: 2)
        let settings = RunSettings(
            label: model, modelHash: "", tokenizerHash: "", questionsHash: "", planHash: nil,
            formats: [.multipleChoice], ratios: [0.3], pooling: .mean, ablation: .zero, localizationControls: 10,
            evaluationControls: 10, nulls: 2, nullConcepts: 40, shots: 0, limit: nil, seed: 1, precision: "float32",
            studies: [])
        let journal = MemoryJournal()
        try SpecializationRun(
            settings: settings, concepts: concepts, questions: questions, plan: plan, shard: .whole, decoder: decoder,
            tokenizer: try Tokenizer(folder: folder), journal: journal
        ).execute()
        let figures = try RunComparisons(
            of: RunRecord(
                settings: settings, coefficientCounts: decoder.configuration.coefficientCounts, concepts: concepts,
                questions: questions, plan: plan, answers: journal.answers, results: journal.results))
        #expect(figures.nullExcess.count == 3)
        for null in figures.nullExcess {
            let interval = try #require(null.pssSignedExcess?.interval)
            #expect(interval.low <= 0 && interval.high >= 0, "\(model) \(null.kind): \(interval)")
            #expect(null.draws == 2 && null.pssSigned?.concepts == 40)
        }
    }

    @Test func withNoiseTheFiguresAreMeansOverItsDraws() throws {
        let record = try KnownModel().run(tops: [1]) { settings in
            settings.ablation = .noise
            settings.noise = NoiseSettings(draws: 3, scale: 30)
            settings.crossFit = true
        }
        let draws = record.results.flatMap(\.studies).filter { $0.study == .noise }.compactMap(\.specific)
        #expect(draws.count == 18 && Set(draws).count > 1)
        let figures = try RunComparisons(of: record)
        #expect(abs((figures.redundancy.curve.last?.specific ?? 9) - (mean(draws) ?? 0)) < 1e-12)
        // Nothing else to compare it with: the run itself is noise.
        #expect(figures.redundancy.zeroAgainstNoise == nil)
        // Null masks take the draws in turn; located ones of this model are the same for both halves.
        #expect(figures.crossFit.count == 1 && figures.crossFit[0].halvesJaccard?.value == 1)
    }

    @Test func formatsAreComparedInFourCells() throws {
        let record = try OracleRunTests.run(model: "llama", ratios: [0.1, 0.3]) { $0.studies = [.formats] }
        let formats = try #require(try RunComparisons(of: record).formats)
        #expect(formats.ratio == 0.3 && abs(formats.chanceJaccard - 0.3 / 1.7) < 1e-12)
        #expect(formats.cells.map { "\($0.mask) \($0.asked)" }.count == 4)
        #expect(formats.cells.allSatisfy { $0.drop?.concepts == 3 && $0.controlDrop?.concepts == 3 })
        #expect(formats.jaccard?.concepts == 3)
        // The cell that the score is made from.
        let scores = try EvaluationResults(of: record).perConcept.filter { score in
            record.results.contains { $0.conceptID == score.conceptID && !$0.studies.isEmpty }
        }
        let drops = scores.map { $0.specific0 - $0.ratios[1].specific }
        #expect(abs((formats.cells[0].drop?.value ?? 9) - drops.reduce(0, +) / 3) < 1e-12)
    }

    /// Division by one number keeps the order; by each model's own it may not.
    @Test func denominatorsMayChangeTheOrderOfModels() throws {
        func model(_ gap: Double, all: Double, controls: Double) -> DenominatorFigures {
            DenominatorFigures(
                values: ["all": all, "controls": controls],
                rows: [
                    .init(
                        ratio: 0.1, pssSigned: ["all": gap / all, "controls": gap / controls, "none": gap],
                        selectiveDrop: ["all": gap / all, "controls": gap / controls, "none": gap])
                ])
        }
        let models = [
            model(0.1, all: 0.25, controls: 0.5), model(0.2, all: 0.8, controls: 0.5),
            model(0.3, all: 0.9, controls: 0.5),
        ]
        let orders = DenominatorOrder.compare(models)
        #expect(orders.map { $0.map(\.denominator) } == Array(repeating: ["all", "controls", "none"], count: 3))
        // all: 0.4, 0.25, 0.333; others: 1 < 2 < 3.
        #expect(orders.map { $0.map(\.placePSS) } == [[1, 3, 3], [3, 2, 2], [2, 1, 1]])
        #expect(orders.map { $0.map(\.placeSelectiveDrop) } == orders.map { $0.map(\.placePSS) })
        for order in orders.joined() {
            #expect(order.models == 3)
            if order.denominator == "all" {
                #expect(order.kendallPSS == nil)
            } else {
                #expect(abs((order.kendallPSS ?? 9) + 1.0 / 3) < 1e-12)
            }
        }
        #expect(DenominatorOrder.compare(Array(models.prefix(1))) == [[]])
        #expect(DenominatorOrder.compare(Array(models.prefix(2))).joined().allSatisfy { $0.kendallPSS == nil })
        // A model without a right answer has no place, and takes none from the others.
        let mute = DenominatorFigures(
            values: [:], rows: [.init(ratio: 0.1, pssSigned: ["none": 9], selectiveDrop: [:])])
        let withMute = DenominatorOrder.compare(models + [mute])
        #expect(withMute.map { $0.map(\.placePSS) }.prefix(3) == orders.map { $0.map(\.placePSS) }.prefix(3))
        #expect(withMute[3].allSatisfy { $0.placePSS == nil && $0.models == 3 })
    }
}
