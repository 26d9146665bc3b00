import Diagnostics
public import QuestionSet

extension BenchmarkStore.Contents {
    /// Takes over a file of questions (contract, 2.2).
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - metadata: what is known of its origin: `licence` and `source` are understood.
    ///   - report: called with every bad line when there is more than one, and with every suspicious line of a file that can
    ///     be taken over.
    /// - Throws: `Failure` 66 when the file cannot be opened, 65 naming the first bad line, and how many others are bad.
    public init(
        questionsFile path: String, metadata: [String: String] = [:], report: (ImportRemark) -> Void = { _ in }
    ) throws {
        let file = try QuestionFile(path: path)
        if let first = file.problems.first {
            let others = file.problems.count - 1
            if others > 0 { file.problems.forEach { report(.problem($0)) } }
            throw Failure(
                .badData, file: path, at: "line \(first.line)", first.clause,
                remedy: others > 0 ? "\(others) more \(others == 1 ? "line is" : "lines are") bad" : nil)
        }
        guard !file.questions.isEmpty else {
            throw Failure(.badData, file: path, "holds no questions")
        }
        file.warnings.forEach { report(.warning($0)) }
        var concepts: [ConceptID: Concept] = [:]
        for line in file.questions { concepts[line.concept.id] = line.concept }
        self.init(
            concepts: concepts.values.sorted { $0.id < $1.id }, questions: file.questions.map(\.question),
            metadata: metadata.merging(["origin": "imported"]) { given, _ in given })
    }

    /// What an import has to say about a line.
    public enum ImportRemark: Sendable {
        /// The line cannot be taken over.
        case problem(QuestionFile.Remark)
        /// The line is taken over, and something about it is suspicious.
        case warning(QuestionFile.Remark)
    }
}
