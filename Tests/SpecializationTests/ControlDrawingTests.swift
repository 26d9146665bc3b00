import Diagnostics
import QuestionSet
import Scores
import Testing

@testable import Specialization

@Suite struct ControlDrawingTests {
    /// `perTier` concepts in each of three tiers, each with `count` questions whose answers are unique.
    private func store(perTier: Int, questions count: Int = 10) -> (concepts: [Concept], questions: [Question]) {
        var concepts: [Concept] = []
        var questions: [Question] = []
        for (tier, name) in ["high", "medium", "low"].enumerated() {
            for index in 0..<perTier {
                let id = Int64(tier * 1000 + index + 1)
                let concept = Concept(
                    id: ConceptID(rawValue: id), title: "Thing\(id)", tier: name, popularity: 5000 - id)
                concepts.append(concept)
                for number in 0..<count {
                    let answer = "answer\(id)x\(number)"
                    questions.append(
                        Question(
                            id: QuestionID(rawValue: id * 1000 + Int64(number)), conceptID: concept.id,
                            relation: "r\(number)",
                            text: "What is number \(number) of it?", options: [answer, "b\(id)", "c\(id)", "d\(id)"],
                            answerIndex: 0, answers: [answer]))
                }
            }
        }
        return (concepts, questions)
    }

    @Test func controlsAreOfOtherConceptsDisjointAndBalanced() throws {
        let (concepts, questions) = store(perTier: 8)
        let owner = Dictionary(uniqueKeysWithValues: questions.map { ($0.id, $0.conceptID) })
        let tier = Dictionary(uniqueKeysWithValues: concepts.map { ($0.id, $0.tier) })
        let outcome = try ControlDrawing(concepts: concepts, questions: questions, seed: 1)
            .draw(localization: 30, evaluation: 30)
        #expect(outcome.plan.count == 24)
        #expect(outcome.shrunkTo == nil)
        #expect(outcome.conceptsWithSharedControls == 0)
        for entry in outcome.plan {
            #expect(entry.related.count == 10)
            #expect(entry.localizationControls.count == 30 && entry.evaluationControls.count == 30)
            let all = entry.localizationControls + entry.evaluationControls
            #expect(Set(all).count == 60)
            #expect(!all.contains { owner[$0] == entry.conceptID })
            let localization = Set(entry.localizationControls.compactMap { owner[$0] })
            #expect(localization.isDisjoint(with: entry.evaluationControls.compactMap { owner[$0] }))
            for set in [entry.localizationControls, entry.evaluationControls] {
                for name in ["high", "medium", "low"] {
                    #expect(set.count { owner[$0].flatMap { tier[$0] } == name } == 10)
                }
            }
        }
    }

    @Test func theDrawDependsOnTheSeedAndNotOnTheOrderOfItsInput() throws {
        let (concepts, questions) = store(perTier: 5)
        func draw(_ seed: UInt64, reversed: Bool = false) throws -> [ConceptPlan] {
            try ControlDrawing(
                concepts: reversed ? concepts.reversed() : concepts,
                questions: reversed ? questions.reversed() : questions,
                seed: seed
            ).draw(localization: 12, evaluation: 10).plan
        }
        #expect(try draw(1) == draw(1, reversed: true))
        #expect(try draw(1) != draw(2))
    }

    @Test func questionsThatShareAnAnswerOrNameTheConceptAreNoControls() throws {
        var (concepts, questions) = store(perTier: 3)
        concepts[0].title = "Vienna (city)"
        questions[0].answers = ["Danube"]
        questions[15].answers = ["the danube!"]
        questions[25].text = "Which river flows through VIENNA?"
        questions[35].options[2] = "vienna"
        let plan = try ControlDrawing(concepts: concepts, questions: questions, seed: 1)
            .draw(localization: 100, evaluation: 100).plan
        let first = try #require(plan.first { $0.conceptID == concepts[0].id })
        let controls = Set(first.localizationControls + first.evaluationControls)
        #expect(controls.count == 77)
        for index in [15, 25, 35] { #expect(!controls.contains(questions[index].id)) }
    }

    @Test func aSmallStoreShrinksBothSetsInProportion() throws {
        let (concepts, questions) = store(perTier: 1)
        let outcome = try ControlDrawing(concepts: concepts, questions: questions, seed: 1)
            .draw(localization: 30, evaluation: 10)
        #expect(outcome.shrunkTo?.localization == 15)
        #expect(outcome.shrunkTo?.evaluation == 5)
        for entry in outcome.plan {
            #expect(Set(entry.localizationControls).isDisjoint(with: entry.evaluationControls))
        }
    }

    @Test func aStoreWithoutOtherConceptsIsAnError() {
        let (concepts, questions) = store(perTier: 1)
        let only = questions.filter { $0.conceptID == concepts[0].id }
        #expect {
            try ControlDrawing(concepts: [concepts[0]], questions: only, seed: 1).draw(localization: 1, evaluation: 1)
        } throws: { ($0 as? Failure)?.kind == .badData }
    }

    @Test func solvedExamplesAreOfDifferentOtherConceptsAndStandBeforeThePrompt() {
        let (_, questions) = store(perTier: 2)
        let drawing = ShotDrawing(questions: questions, count: 5, seed: 1)
        for question in questions {
            let examples = drawing.examples(for: question)
            #expect(examples.count == 5)
            #expect(Set(examples.map(\.conceptID)).count == 5)
            #expect(!examples.contains { $0.conceptID == question.conceptID })
            #expect(examples == ShotDrawing(questions: questions.reversed(), count: 5, seed: 1).examples(for: question))
        }
        #expect(ShotDrawing(questions: questions, count: 0, seed: 1).examples(for: questions[0]).isEmpty)
        let shown = Prompt.examples([questions[0]], .multipleChoice)
        #expect(shown == Prompt.multipleChoice(questions[0]) + " A\n\n")
    }
}
