import QuestionSet
import Statistics

/// Strategies that never see a question: what they get beyond chance is a flaw of the options.
enum Guessers {
    /// What a guesser looks at: four numbers, one per option.
    private typealias Sample = (values: [Double], answer: Int)

    /// Every guesser that can be put to at least one question.
    static func all(_ questions: [Question]) -> [AuditReport.Guesser] {
        let questions = questions.filter { $0.options.count == 4 }
        let frequency = Dictionary(grouping: questions.flatMap(\.options), by: { $0 }).mapValues(\.count)
        let lengths = questions.map { Sample($0.options.map { Double($0.count) }, $0.answerIndex) }
        let counts = questions.map { Sample($0.options.map { Double(frequency[$0] ?? 0) }, $0.answerIndex) }
        let dates = questions.compactMap { $0.isOfDates ? sample($0, OptionValue.day) : nil }
        let numbers = questions.compactMap {
            $0.isOfDates ? nil : $0.isOfNumbers ? sample($0, OptionValue.number) : nil
        }
        return [
            extreme("longest option", lengths, largest: true),
            extreme("shortest option", lengths, largest: false),
            extreme("option most frequent in the store", counts, largest: true),
            extreme("largest number", numbers, largest: true),
            extreme("smallest number", numbers, largest: false),
            middle("the two middle numbers", numbers),
            extreme("earliest date", dates, largest: false),
            extreme("latest date", dates, largest: true),
            middle("the two middle dates", dates),
        ].compactMap { $0 }
    }

    private static func sample(_ question: Question, _ read: (String) -> Double?) -> Sample? {
        let values = question.options.compactMap(read)
        return values.count == 4 ? (values, question.answerIndex) : nil
    }

    /// Chooses the largest or smallest value, by chance among equal ones.
    private static func extreme(_ name: String, _ samples: [Sample], largest: Bool) -> AuditReport.Guesser? {
        guesser(name, samples, ideal: 0.25) { sample in
            let bound = largest ? sample.values.max() : sample.values.min()
            let chosen = sample.values.indices.filter { sample.values[$0] == bound }
            return chosen.contains(sample.answer) ? 1 / Double(chosen.count) : 0
        }
    }

    /// Is right when the answer is neither the largest nor the smallest of the four.
    private static func middle(_ name: String, _ samples: [Sample]) -> AuditReport.Guesser? {
        guesser(name, samples, ideal: 0.5) { sample in
            let order = sample.values.indices.sorted { (sample.values[$0], $0) < (sample.values[$1], $1) }
            return order[1...2].contains(sample.answer) ? 1 : 0
        }
    }

    private static func guesser(
        _ name: String, _ samples: [Sample], ideal: Double, _ chance: (Sample) -> Double
    ) -> AuditReport.Guesser? {
        guard !samples.isEmpty else { return nil }
        let right = samples.reduce(0) { $0 + chance($1) }
        return AuditReport.Guesser(
            name: name, accuracy: right / Double(samples.count),
            interval: wilsonInterval(successes: Int(right.rounded()), of: samples.count), questions: samples.count,
            ideal: ideal)
    }
}

extension Question {
    /// Whether all options are dates, by their type or, in an imported store, by their looks.
    fileprivate var isOfDates: Bool {
        valueType.map { $0 == .date } ?? options.allSatisfy { OptionValue.day($0) != nil && $0.count >= 4 }
    }

    /// Likewise for numbers.
    fileprivate var isOfNumbers: Bool {
        valueType.map { $0 == .quantity } ?? options.allSatisfy { OptionValue.number($0) != nil }
    }
}
