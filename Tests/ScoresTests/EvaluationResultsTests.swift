import Foundation
import QuestionSet
import Scores
import Statistics
import Testing

@Suite struct EvaluationResultsTests {
    /// Every number and text that the reference writes, found again at the same place of our results.json.
    @Test(arguments: ["llama", "gpt2"])
    func agreesWithTheReferenceOnEveryKey(_ name: String) throws {
        let run = try OracleRun(name)
        let results = try EvaluationResults(of: run.record)
        let data = try JSONEncoder().encode(results)
        let ours = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        var compared = 0
        // The reference's "seconds" and "versions" are its own; "min_margin" passes through float32.
        compare(run.expected.filter { !["versions", "seconds"].contains($0.key) }, ours, at: name, &compared)
        #expect(compared > 1500)
    }

    private func compare(_ expected: Any, _ actual: Any?, at path: String, _ compared: inout Int) {
        switch expected {
        case let object as [String: Any]:
            guard let other = actual as? [String: Any] else {
                Issue.record("\(path) is missing")
                return
            }
            for (key, value) in object { compare(value, other[key], at: "\(path).\(key)", &compared) }
        case let array as [Any]:
            guard let other = actual as? [Any], other.count == array.count else {
                Issue.record("\(path) has another length")
                return
            }
            for (index, value) in array.enumerated() {
                compare(value, other[index], at: "\(path)[\(index)]", &compared)
            }
        case let number as NSNumber:
            compared += 1
            let tolerance = max(1e-9, abs(number.doubleValue) * 1e-6)
            #expect(abs(number.doubleValue - ((actual as? NSNumber)?.doubleValue ?? .nan)) <= tolerance, "\(path)")
        case let text as String:
            compared += 1
            #expect(text == actual as? String, "\(path)")
        default:
            compared += 1
            #expect(actual is NSNull, "\(path)")
        }
    }

    @Test func undefinedScoresAreWrittenAsNull() throws {
        var run = try OracleRun("llama").record
        // No question right: original is 0 and every quotient undefined.
        run.answers = run.answers.map { answer in
            var answer = answer
            let right = run.questions.first { $0.id == answer.questionID }?.answerIndex ?? 0
            answer.scores = (0..<4).map { $0 == right ? -1 : Float($0) }
            return answer
        }
        let results = try EvaluationResults(of: run)
        #expect(results.original == 0)
        let json = String(decoding: try JSONEncoder().encode(results.pss[0]), as: UTF8.self)
        #expect(json.contains("\"pss\":null"))
        #expect(json.contains("\"selective_drop\":null"))
        #expect(json.contains("\"pss_mean_abs\":null"))
    }

    @Test func nullsAreMeansOverConceptsAndDraws() throws {
        var run = try OracleRun("llama").record
        let ratio = run.settings.ratios[0]
        for index in run.results.indices {
            run.results[index].nulls = (0..<2).map { draw in
                NullResult(ratio: ratio, kind: "random", draw: draw, specific: 0.2 + 0.2 * Double(draw), general: 0.5)
            }
        }
        let results = try EvaluationResults(of: run)
        let null = try #require(results.nulls.first)
        #expect(results.nulls.count == 1)
        #expect(null.concepts == 6 && null.draws == 2)
        #expect(abs(null.specific - 0.3) < 1e-12)
        #expect(abs(null.general - 0.5) < 1e-12)
        #expect(abs((null.pssSigned ?? .nan) - 0.2 / results.original) < 1e-12)
        // ((mean specific_0 - mean general_0) - (specific - general)) / original
        let gap = mean(results.perConcept.map { $0.specific0 - $0.general0 }) ?? .nan
        #expect(abs((null.selectiveDrop ?? .nan) - (gap + 0.2) / results.original) < 1e-12)
        #expect(null.located.specific == results.pss[0].specific)
    }

    @Test func aShardGivesTheFiguresOfItsPart() throws {
        var run = try OracleRun("gpt2").record
        run.results.removeLast(4)
        let results = try EvaluationResults(of: run)
        #expect(results.perConcept.count == 2)
        #expect(results.concepts == 6)
        #expect(!run.isComplete)
    }

    @Test func aMissingControlAnswerIsNamed() throws {
        var run = try OracleRun("gpt2").record
        let missing = run.plan[0].evaluationControls[0]
        run.answers.removeAll { $0.questionID == missing }
        #expect {
            try EvaluationResults(of: run)
        } throws: { error in
            "\(error)".contains("question \(missing)")
        }
    }

    /// Over all concepts, in every tier and for the nulls: figure and interval must be made with the same Original.
    @Test(arguments: ["llama", "gpt2"])
    func intervalsContainTheirFigures(_ name: String) throws {
        var run = try OracleRun(name).record
        for index in run.results.indices {
            run.results[index].nulls = run.settings.ratios.map { ratio in
                NullResult(ratio: ratio, kind: "random", draw: 0, specific: 0.1 * Double(index), general: 0.3)
            }
        }
        let results = try EvaluationResults(of: run)
        let original = try #require(results.originalInterval)
        #expect(original.low <= results.original && results.original <= original.high)
        var checked = 0
        func check(_ value: Double?, _ interval: FigureInterval?, _ place: String) {
            guard let value, let interval else { return }
            #expect(interval.low <= value + 1e-12 && value <= interval.high + 1e-12, "\(place)")
            checked += 1
        }
        for row in results.pss + results.pssByBucket.values.flatMap({ $0 }) + results.nulls.map(\.located) {
            check(row.specific, row.intervals["specific"], "specific \(row.ratio)")
            check(row.general, row.intervals["general"], "general \(row.ratio)")
            check(row.pss, row.intervals["pss"], "pss \(row.ratio)")
            check(row.pssSigned, row.intervals["pss_signed"], "pss_signed \(row.ratio)")
            check(row.selectiveDrop, row.intervals["selective_drop"], "selective_drop \(row.ratio)")
        }
        for row in results.nulls {
            check(row.specific, row.intervals["specific"], "null specific \(row.ratio)")
            check(row.pssSigned, row.intervals["pss_signed"], "null pss_signed \(row.ratio)")
            check(row.selectiveDrop, row.intervals["selective_drop"], "null drop \(row.ratio)")
        }
        #expect(checked > 100)
    }

    @Test func theIntervalOfAnAbsoluteValueIsMadeFromTheSignedOne() {
        func magnitude(_ low: Double, _ high: Double) -> Interval {
            FigureInterval(low: low, high: high, method: .bca).magnitude.ends
        }
        #expect(magnitude(0.1, 0.4) == Interval(low: 0.1, high: 0.4))
        #expect(magnitude(-0.4, -0.1) == Interval(low: 0.1, high: 0.4))
        #expect(magnitude(-0.1, 0.4) == Interval(low: 0, high: 0.4))
        #expect(magnitude(-0.4, 0) == Interval(low: 0, high: 0.4))
    }

    @Test func intervalsSayHowTheyWereMade() throws {
        let results = try EvaluationResults(of: OracleRun("llama").record)
        #expect(results.originalInterval?.method == .bca)
        // Nothing drops without a mask.
        #expect(results.unmasked.intervals["selective_drop"]?.method == .percentile(.constantResamples))
        #expect(results.unmasked.selectiveDropP == nil && results.unmasked.selectiveDropDetectable == nil)
        let data = try JSONEncoder().encode(results)
        let read = try JSONDecoder().decode(EvaluationResults.self, from: data)
        #expect(read.pss[0].intervals == results.pss[0].intervals)
        #expect(read.pss[0].selectiveDropP == results.pss[0].selectiveDropP)
        let json = String(decoding: data, as: UTF8.self)
        #expect(json.contains("\"method\":\"BCa\""))
    }

    @Test func whatIsTestedTogetherIsAdjustedTogether() throws {
        let results = try EvaluationResults(of: OracleRun("llama").record)
        let ps = results.pss.map { $0.selectiveDropP?.p }
        #expect(results.pss.map(\.selectiveDropPAdjusted) == benjaminiHochberg(ps))
        let byTier = results.buckets.flatMap { results.pssByBucket[$0] ?? [] }
        #expect(byTier.map(\.selectiveDropPAdjusted) == benjaminiHochberg(byTier.map { $0.selectiveDropP?.p }))
        #expect(byTier.count == 15)
        // Six concepts: all signs and all pairings were counted.
        #expect(results.pss.compactMap(\.selectiveDropP).allSatisfy { $0.isExact })
        let pearson = results.correlationByRatio.map(\.pearson)
        #expect(pearson.map { $0?.pAdjusted } == benjaminiHochberg(pearson.map { $0?.p }))
        #expect(pearson.allSatisfy { $0?.exact ?? true })
        #expect(results.correlation["selective_drop"]?.pearson?.pAdjusted == nil)
    }

    @Test func aCorrelationThatIsUndefinedSaysWhy() throws {
        var run = try OracleRun("llama").record
        run.concepts = run.concepts.map { Concept(id: $0.id, title: $0.title, tier: $0.tier, popularity: 7) }
        let constant = try EvaluationResults(of: run)
        #expect(constant.correlation["accuracy_mcq"]?.undefined == "popularity does not vary")
        run = try OracleRun("llama").record
        run.concepts = Array(run.concepts.sorted { $0.id < $1.id }.prefix(2))
        let kept = Set(run.concepts.map(\.id))
        run.plan.removeAll { !kept.contains($0.conceptID) }
        run.results.removeAll { !kept.contains($0.conceptID) }
        let few = try EvaluationResults(of: run)
        #expect(few.correlation["accuracy_mcq"]?.undefined == "2 concepts, and 3 are needed")
    }

    @Test func kindsOfNullsStandApartRandomOnesFirst() throws {
        var run = try OracleRun("llama").record
        for index in run.results.indices {
            run.results[index].nulls = ["other_concept", "random"].flatMap { kind in
                run.settings.ratios.map { ratio in
                    NullResult(ratio: ratio, kind: kind, draw: 0, specific: 0.1 * Double(index), general: 0.3)
                }
            }
        }
        let results = try EvaluationResults(of: run)
        #expect(
            results.nulls.map(\.kind) == [String](repeating: "random", count: 5)
                + [String](repeating: "other_concept", count: 5))
        let ps = results.nulls.prefix(5).map { $0.excessP?.p }
        #expect(results.nulls.prefix(5).map(\.excessPAdjusted) == benjaminiHochberg(ps))
        #expect(results.comparisons.nullExcess.count == 10)
    }

    @Test func tiersAreOrderedByPopularity() throws {
        let results = try EvaluationResults(of: OracleRun("llama").record)
        #expect(results.buckets == ["high", "medium", "low"])
    }

    @Test func predictionIsTheFirstOfEqualScores() {
        #expect(LetterScores.prediction([1, 3, 3, 2]) == 1)
        #expect(LetterScores.margin([1, 3, 3, 2]) == 0)
        #expect(LetterScores.prediction([0, 0, 0, 0]) == 0)
        #expect(LetterScores.margin([4, 1, 2.5, 0]) == 1.5)
    }
}
