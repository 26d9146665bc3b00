import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing
import Tokenization
import Transformer

@testable import Specialization

/// Near and far concepts, the questions drawn of them, and what masks take from these.
@Suite struct SelectivityTests {
    private static func id(_ number: Int64) -> ConceptID { ConceptID(rawValue: number) }

    /// Twelve concepts in two tiers: 1 to 6 towns, 7 to 12 rivers. Town 1 links to town 2 and river 7, river 8 links to town 1,
    /// town 3 to river 9; all other links are between rivers.
    private static let concepts = (Int64(1)...12).map { number in
        let links: [Int64: [Int64]] = [1: [2, 7], 8: [1], 3: [9], 10: [11, 12]]
        return Concept(
            id: id(number), title: "Thing \(number * 37)", tier: number % 2 == 0 ? "high" : "low", popularity: number,
            kind: number <= 6 ? "town" : "river", links: (links[number] ?? []).map(id))
    }

    private static let questions = concepts.flatMap { concept in
        (0..<6).map { number in
            let id = concept.id.rawValue * 10 + Int64(number)
            let options = (0..<4).map { "\(id * 4 + Int64($0))" }
            let answer = Int(id * 7 % 4)
            return Question(
                id: QuestionID(rawValue: id), conceptID: concept.id, relation: "number",
                text: "What is number \(number) of \(concept.title)?", options: options, answerIndex: answer,
                answers: [options[answer]])
        }
    }

    private static func withoutLinks(_ concepts: [Concept]) -> [Concept] {
        concepts.map { Concept(id: $0.id, title: $0.title, tier: $0.tier, popularity: $0.popularity, kind: $0.kind) }
    }

    private static func withoutKinds(_ concepts: [Concept]) -> [Concept] {
        concepts.map { Concept(id: $0.id, title: $0.title, tier: $0.tier, popularity: $0.popularity, links: $0.links) }
    }

    // MARK: - Near and far

    @Test func linksInEitherDirectionAndKindsTellNearFromFar() throws {
        let own = Self.concepts[0]
        #expect(
            Self.concepts.dropFirst().map { own.nearness(of: $0) } == [
                .linked, .sameKind, .sameKind, .sameKind, .sameKind, .linked, .linked, .far, .far, .far, .far,
            ])
        for other in Self.concepts { #expect(own.nearness(of: other) == other.nearness(of: own)) }
    }

    @Test func whatIsNotKnownIsNeitherNearNorFar() throws {
        let unlinked = Self.withoutLinks(Self.concepts)
        let kinds = unlinked.dropFirst().map { unlinked[0].nearness(of: $0) }
        #expect(kinds == [Nearness?](repeating: .sameKind, count: 5) + [Nearness?](repeating: .far, count: 6))
        let kindless = Self.withoutKinds(Self.concepts)
        #expect(
            kindless.dropFirst().map { kindless[0].nearness(of: $0) } == [
                .linked, nil, nil, nil, nil, .linked, .linked, nil, nil, nil, nil,
            ])
        // One side's links are enough to know a link.
        #expect(unlinked[1].nearness(of: Self.concepts[0]) == .linked)
        #expect(Self.withoutKinds(unlinked)[0].nearness(of: Self.withoutKinds(unlinked)[1]) == nil)
    }

    // MARK: - Draws

    private func entry(_ localization: [Int64] = []) -> ConceptPlan {
        ConceptPlan(
            conceptID: Self.id(1), related: (10..<16).map { QuestionID(rawValue: $0) },
            localizationControls: localization.map { QuestionID(rawValue: $0) }, evaluationControls: [])
    }

    private func draw(
        _ count: Int, _ concepts: [Concept] = concepts, localization: [Int64] = [], seed: UInt64 = 1,
        edit: (inout [Question]) -> Void = { _ in }
    ) -> [Nearness: [Int64]] {
        var questions = Self.questions
        edit(&questions)
        return ControlDrawing(concepts: concepts, questions: questions, seed: seed)
            .neighbours(of: entry(localization), count: count).mapValues { $0.map(\.rawValue) }
    }

    private func owners(_ ids: [Int64]?) -> Set<Int64> { Set((ids ?? []).map { $0 / 10 }) }

    @Test func halfOfTheNearOnesAreLinkedAndAllAreBalancedOverTiers() {
        let drawn = draw(12)
        #expect(drawn.mapValues(\.count) == [.linked: 6, .sameKind: 6, .far: 12])
        #expect(owners(drawn[.linked]) == [2, 7, 8])
        #expect(owners(drawn[.sameKind]) == [3, 4, 5, 6])
        #expect(owners(drawn[.far]) == [9, 10, 11, 12])
        for ids in drawn.values {
            #expect(ids == ids.sorted() && Set(ids).count == ids.count)
            #expect(ids.count { $0 / 10 % 2 == 0 } == ids.count / 2)
        }
        #expect(draw(12) == drawn)
        #expect(draw(12, seed: 2) != drawn)
    }

    @Test func whereOnePartIsShortTheOtherFillsUp() {
        // 18 linked and 24 of the same kind.
        #expect(draw(30).mapValues(\.count) == [.linked: 15, .sameKind: 15, .far: 24])
        #expect(draw(40).mapValues(\.count) == [.linked: 18, .sameKind: 22, .far: 24])
        #expect(draw(100).mapValues(\.count) == [.linked: 18, .sameKind: 24, .far: 24])
        #expect(draw(7).mapValues(\.count) == [.linked: 3, .sameKind: 4, .far: 7])
        let unlinked = draw(12, Self.withoutLinks(Self.concepts))
        #expect(unlinked.mapValues(\.count) == [.linked: 0, .sameKind: 12, .far: 12])
        #expect(owners(unlinked[.far]).isSubset(of: 7...12))
        let kindless = draw(12, Self.withoutKinds(Self.concepts))
        #expect(kindless.mapValues(\.count) == [.linked: 12, .sameKind: 0, .far: 0])
        let unknown = draw(12, Self.withoutKinds(Self.withoutLinks(Self.concepts)))
        #expect(unknown.mapValues(\.count) == [.linked: 0, .sameKind: 0, .far: 0])
    }

    @Test func localisationControlsAreNotDrawnAndTheirConceptsLast() {
        let localization: [Int64] = [20, 21, 70, 90, 100]
        let few = draw(6, localization: localization)
        #expect(owners(few[.linked]) == [8])
        #expect(owners(few[.far]) == [11, 12])
        let all = draw(100, localization: localization)
        #expect(all.mapValues(\.count) == [.linked: 15, .sameKind: 24, .far: 22])
        for ids in all.values { #expect(Set(ids).isDisjoint(with: localization)) }
    }

    @Test func questionsThatShareAnAnswerOrNameTheConceptAreNotDrawn() {
        let drawn = draw(100) { questions in
            let answer = questions[0].answers
            for index in questions.indices {
                if questions[index].id.rawValue == 20 { questions[index].answers = answer }
                if questions[index].id.rawValue == 30 { questions[index].text = "Where is Thing 37?" }
                if questions[index].conceptID == Self.id(12) { questions[index].options[0] = "thing 37" }
            }
        }
        #expect(drawn[.linked]?.count == 17 && drawn[.linked]?.contains(20) == false)
        #expect(drawn[.sameKind]?.count == 23 && drawn[.sameKind]?.contains(30) == false)
        #expect(owners(drawn[.far]) == [9, 10, 11])
    }

    // MARK: - Runs

    private static let plan = Result {
        try ControlDrawing(concepts: concepts, questions: questions, seed: 3).draw(localization: 6, evaluation: 8).plan
    }

    private func run(
        concepts: [Concept] = concepts, plan: [ConceptPlan]? = nil, shard: SpecializationRun.Shard = .whole,
        journal: MemoryJournal = MemoryJournal(), stopAfter: Int = .max, edit: (inout RunSettings) -> Void = { _ in }
    ) throws -> RunRecord {
        let folder = TestData.fixture("Models/llama").path
        let decoder = try Decoder(folder: folder, threads: 2)
        let plan = try plan ?? Self.plan.get()
        var settings = RunSettings(
            label: "near", modelHash: "", tokenizerHash: "", questionsHash: "", planHash: nil,
            formats: [.multipleChoice], ratios: [0.1, 0.4, 0.9], pooling: .mean, ablation: .zero,
            localizationControls: 6, evaluationControls: 8, nulls: 0, nullConcepts: 12, shots: 0, limit: nil, seed: 3,
            precision: "float32", studies: [.selectivity],
            linksHash: concepts.contains { $0.links != nil } ? "links" : nil)
        edit(&settings)
        let run = SpecializationRun(
            settings: settings, concepts: concepts, questions: Self.questions, plan: plan, shard: shard,
            decoder: decoder, tokenizer: try Tokenizer(folder: folder), journal: journal)
        do {
            try run.execute { finished, _, _ in
                if finished == stopAfter { journal.isFull = true }
            }
        } catch is MemoryJournal.Full {}
        return RunRecord(
            settings: settings, coefficientCounts: decoder.configuration.coefficientCounts, concepts: concepts,
            questions: Self.questions, plan: plan, answers: journal.answers.sorted { $0.questionID < $1.questionID },
            results: journal.results.sorted { $0.conceptID < $1.conceptID })
    }

    /// The same sets as evaluation controls of plain runs, whose answers are stored one by one.
    @Test func figuresAreThoseOfPlainRunsWithTheDrawnSetsAsControls() throws {
        let record = try run()
        let rights = Dictionary(uniqueKeysWithValues: Self.questions.map { ($0.id, $0.answerIndex) })
        let unmasked = Dictionary(uniqueKeysWithValues: record.answers.map { ($0.questionID, $0.prediction) })
        func share(_ predictions: [Int?], _ ids: [QuestionID]) -> Double {
            Double(zip(predictions, ids).count { $0 == rights[$1] }) / Double(ids.count)
        }
        var drops: [Nearness: [(id: ConceptID, drop: Double, count: Int)]] = [:]
        for nearness in Nearness.allCases {
            let drawn = record.results.map { result in
                result.studies.first { $0.variant == nearness.rawValue }
            }
            #expect(drawn.allSatisfy { $0?.ratio == 0.4 })
            let plan = zip(record.plan, drawn).map { entry, study in
                var entry = entry
                entry.evaluationControls = study?.questions ?? []
                return entry
            }
            let plain = try run(plan: plan) { $0.studies = [] }
            for (result, study) in zip(plain.results, drawn) {
                let ids = try #require(study?.questions)
                guard !ids.isEmpty else {
                    #expect(study?.specific == nil)
                    continue
                }
                let masked = share(result.ratios[1].controlPredictions, ids)
                #expect(study?.specific == masked)
                drops[nearness, default: []].append(
                    (result.conceptID, share(ids.map { unmasked[$0] }, ids) - masked, ids.count))
            }
        }
        let own = Dictionary(
            uniqueKeysWithValues: zip(record.plan, record.results).map { entry, result in
                (
                    entry.conceptID,
                    share(entry.related.map { unmasked[$0] }, entry.related)
                        - share(result.ratios[1].relatedPredictions, entry.related)
                )
            })
        func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        func isNear(_ figure: ComparedFigure?, _ values: [Double]) -> Bool {
            figure?.concepts == values.count && abs((figure?.value ?? .nan) - average(values)) < 1e-12
        }
        let figures = try #require(try RunComparisons(of: record).selectivity)
        let far = drops[.far] ?? []
        let parts = Dictionary(grouping: (drops[.linked] ?? []) + (drops[.sameKind] ?? []), by: \.id)
        let near = parts.mapValues { sets in
            sets.reduce(0) { $0 + $1.drop * Double($1.count) } / Double(sets.reduce(0) { $0 + $1.count })
        }
        #expect(figures.ratio == 0.4 && figures.concepts == 12 && figures.linksKnown)
        #expect(isNear(figures.own, Array(own.values)))
        #expect(isNear(figures.linked, (drops[.linked] ?? []).map(\.drop)))
        #expect(isNear(figures.sameKind, (drops[.sameKind] ?? []).map(\.drop)))
        #expect(isNear(figures.near, Array(near.values)))
        #expect(isNear(figures.far, far.map(\.drop)))
        #expect(isNear(figures.ownLessNear, near.map { (own[$0] ?? .nan) - $1 }))
        #expect(isNear(figures.ownLessFar, far.map { (own[$0.id] ?? .nan) - $0.drop }))
        #expect(isNear(figures.nearLessFar, far.compactMap { set in near[set.id].map { $0 - set.drop } }))
        #expect(figures.withoutNear.isEmpty && figures.withoutFar.isEmpty)
        // Towns 4, 5 and 6 are linked with nothing.
        #expect(figures.linked?.concepts == 9 && figures.near?.concepts == 12)
        for (nearness, sets) in drops {
            #expect(figures.questions[nearness.rawValue] == sets.reduce(0) { $0 + $1.count })
        }
        // The random model's drops differ from concept to concept, or nothing would have been tested.
        #expect(Set(near.values).count > 3 && Set(far.map(\.drop)).count > 3)
    }

    @Test func shardsAndStoppedRunsEndWithTheSameResults() throws {
        let whole = try run()
        #expect(whole.results.allSatisfy { $0.studies.map(\.variant) == ["linked", "same_kind", "far"] })
        let parts = try (1...3).map { try run(shard: .init(index: $0, count: 3)) }
        var joined = whole
        joined.results = parts.flatMap(\.results).sorted { $0.conceptID < $1.conceptID }
        #expect(joined.results == whole.results)
        let journal = MemoryJournal()
        #expect(try !run(journal: journal, stopAfter: 15).isComplete)
        journal.isFull = false
        #expect(try run(journal: journal).results == whole.results)
        // A shard counts the sets of which it has no unmasked answers.
        let figures = try #require(try RunComparisons(of: parts[0]).selectivity)
        #expect(figures.concepts == 4)
        #expect((figures.far?.concepts ?? 0) + (figures.withoutFar["not_answered"] ?? 0) == 4)
        let without = try run { $0.studies = [] }
        #expect(without.results.map(\.ratios) == whole.results.map(\.ratios) && without.answers == whole.answers)
        #expect(try RunComparisons(of: without).selectivity == nil)
    }

    @Test func conceptsWithoutSuchControlsAreCountedByReason() throws {
        let unlinked = try run(concepts: Self.withoutLinks(Self.concepts))
        let byKind = try #require(try RunComparisons(of: unlinked).selectivity)
        #expect(!byKind.linksKnown && byKind.linked == nil && byKind.near?.value == byKind.sameKind?.value)
        #expect(byKind.near?.concepts == 12 && byKind.far?.concepts == 12)

        let unknown = try run(concepts: Self.withoutKinds(Self.withoutLinks(Self.concepts)))
        let nothing = try #require(try RunComparisons(of: unknown).selectivity)
        #expect(nothing.near == nil && nothing.far == nil && nothing.own?.concepts == 12)
        #expect(nothing.withoutNear == ["not_known": 12] && nothing.withoutFar == ["not_known": 12])

        // All of one kind, and only 1 linked; every question of 2, 7 and 8 located the mask of 1.
        var plan = try Self.plan.get()
        plan[0].localizationControls = [2, 7, 8].flatMap { concept in
            (0..<6).map { QuestionID(rawValue: concept * 10 + $0) }
        }
        let kinds = Self.concepts.enumerated().map { index, concept in
            var concept = concept
            concept.kind = "kind \(index)"
            return concept
        }
        let alone = try #require(try RunComparisons(of: run(concepts: kinds, plan: plan)).selectivity)
        #expect(alone.withoutNear == ["no_question_left": 1, "no_such_concept": 3])
        #expect(alone.near?.concepts == 8 && alone.withoutFar.isEmpty)
    }

    /// One unit of the model made by hand holds one concept: its mask takes half of its own questions, and nothing near or far.
    @Test func aMaskThatHoldsItsConceptAloneIsSelective() throws {
        let one = try KnownModel().run(tops: [1]) { $0.studies = [.selectivity] }
        let figures = try #require(try RunComparisons(of: one).selectivity)
        #expect(figures.own?.value == 0.5 && figures.near?.value == 0 && figures.far?.value == 0)
        #expect(
            figures.ownLessNear?.value == 0.5 && figures.ownLessFar?.value == 0.5 && figures.nearLessFar?.value == 0)
        let all = try KnownModel().run(tops: [KnownModel.units]) { $0.studies = [.selectivity] }
        let damage = try #require(try RunComparisons(of: all).selectivity)
        #expect(damage.own?.value == 1 && damage.near?.value == 1 && damage.far?.value == 1)
        #expect(damage.ownLessNear?.value == 0 && damage.ownLessFar?.value == 0)
    }
}
