/// A file of questions as it was read: its sound lines, and what is wrong with each of the others.
public struct QuestionFile: Sendable {
    /// Something about a line.
    public struct Remark: Sendable, Equatable {
        /// From 1.
        public var line: Int
        /// What is wrong, as a clause.
        public var clause: String
    }

    /// The sound lines, in the order of the file.
    public private(set) var questions: [QuestionLine] = []
    /// Lines that are not of the format, repeat an id or contradict an earlier line, in the order of the file.
    public private(set) var problems: [Remark] = []
    /// Lines that are of the format and yet suspicious: keys that it does not have, an answer that is not accepted.
    public private(set) var warnings: [Remark] = []

    /// Reads questions.jsonl (contract, 2.2) to its end, whatever its lines are.
    ///
    /// - Throws: `Failure` 66 when the file cannot be opened.
    public init(path: String) throws {
        var lineOfID: [QuestionID: Int] = [:]
        var concepts: [ConceptID: (concept: Concept, line: Int)] = [:]
        var unknownKeys: [String: (first: Int, count: Int)] = [:]
        try JSONLines.forEachLine(of: path, as: Line.self) { number, result in
            switch result {
            case .failure(let problem): problems.append(Remark(line: number, clause: problem.clause))
            case .success(let line):
                let id = line.value.question.id
                let known = concepts[line.value.concept.id]
                if let first = lineOfID[id] {
                    problems.append(
                        Remark(line: number, clause: "question_id \(id) occurs twice, first in line \(first)"))
                } else if let known, let difference = line.value.concept.difference(from: known.concept) {
                    let clause = "\(difference), and line \(known.line) says otherwise of the same concept_id"
                    problems.append(Remark(line: number, clause: clause))
                } else {
                    if known == nil { concepts[line.value.concept.id] = (line.value.concept, number) }
                    questions.append(line.value)
                    for key in line.unknownKeys { unknownKeys[key, default: (number, 0)].count += 1 }
                    if let clause = line.value.suspicion { warnings.append(Remark(line: number, clause: clause)) }
                }
                if lineOfID[id] == nil { lineOfID[id] = number }
            }
        }
        // One warning for a key, however many lines have it: such a file was written by a program.
        for (key, lines) in unknownKeys.sorted(by: { ($0.value.first, $0.key) < ($1.value.first, $1.key) }) {
            let clause = "the key \(key) is unknown and left out, in \(lines.count) line\(lines.count == 1 ? "" : "s")"
            warnings.append(Remark(line: lines.first, clause: clause))
        }
    }

    /// A line of the format with the names of its keys.
    private struct Line: Decodable {
        var value: QuestionLine
        var unknownKeys: [String]

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }

            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            value = try QuestionLine(from: decoder)
            unknownKeys = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue)
                .filter { QuestionLine.CodingKeys(rawValue: $0) == nil }.sorted()
        }
    }
}

extension QuestionLine {
    /// What is odd about a line of the format, as a clause.
    fileprivate var suspicion: String? {
        guard !question.answers.contains(where: { $0.utf8.elementsEqual(question.answer.utf8) }) else { return nil }
        return "the right option “\(question.answer)” is not among the accepted answers"
    }
}

extension Concept {
    /// What this says otherwise than another description of the same concept, as a clause; nil where they agree, byte by byte.
    fileprivate func difference(from other: Concept) -> String? {
        if !title.utf8.elementsEqual(other.title.utf8) { return "concept is “\(title)”" }
        if !tier.utf8.elementsEqual(other.tier.utf8) { return "bucket is “\(tier)”" }
        if popularity != other.popularity { return "popularity is \(popularity)" }
        return nil
    }
}
