import Diagnostics
import Foundation
public import QuestionSet
public import Scores

/// The files of `specwiki-eval export` (contract, 2.4).
public enum ResultsFolder {
    /// Writes results.json, answers.csv, concepts.csv, plan.jsonl, questions.jsonl and figures/*.csv, and with `masks`
    /// masks.jsonl.
    ///
    /// With one run results.json is an object, with several a list in the order of `records`. Runs with the same plan
    /// share plan.jsonl; where plans differ each run has its own, plan-1.jsonl for the first. Masks of several runs are
    /// masks-1.jsonl and so on. README.txt says which file belongs to which run. Files of these names that an earlier
    /// export left and this one does not write are removed: a folder is always of one export.
    ///
    /// Everything but the masks is computed before the first file is written; each file appears whole or not at all.
    /// - Throws: `Failure` 65 when there is no run or a run is damaged, 73 when a file cannot be written.
    public static func write(
        _ records: [RunRecord], questionLines: [QuestionLine], to folder: String, masks: Bool
    ) throws {
        let results = try records.map { try EvaluationResults(of: $0) }
        try write(records, results, questionLines: questionLines, to: folder, masks: masks)
    }

    /// The same with results computed already, in the order of `records`.
    static func write(
        _ records: [RunRecord], _ results: [EvaluationResults], questionLines: [QuestionLine], to folder: String,
        masks: Bool
    ) throws {
        guard !records.isEmpty else {
            throw Failure(.badData, "the store holds no run", remedy: "evaluate a model with `specwiki-eval run` first")
        }
        let names = RunNames(labels: records.map(\.settings.label)).names
        let sharesPlan = records.allSatisfy { $0.plan == records[0].plan }
        let planFiles = records.indices.map { sharesPlan ? "plan.jsonl" : "plan-\($0 + 1).jsonl" }
        let maskFiles = records.indices.map { records.count == 1 ? "masks.jsonl" : "masks-\($0 + 1).jsonl" }

        var files: [(name: String, data: Data)] = [
            ("results.json", try resultsJSON(ModelGroup.withDenominatorOrder(results, names: names))),
            ("answers.csv", Data(answersTable(zip(names, records)).utf8)),
            ("concepts.csv", Data(conceptsTable(zip(names, zip(records, results)).map { ($0, $1.0, $1.1) }).utf8)),
            ("questions.jsonl", try JSONLines.encode(questionLines)),
        ]
        for (index, record) in records.enumerated() where index == 0 || !sharesPlan {
            files.append((planFiles[index], try JSONLines.encode(record.plan)))
        }
        let figures = FigureFiles.tables(results, overlaps: records.map { OverlapMatrix($0) }, names: names)
        let index = readMe(results, names: names, planFiles: planFiles, maskFiles: masks ? maskFiles : nil)
        files.append(("README.txt", Data(index.utf8)))

        try OutputFile.createFolder(folder)
        for file in files { try OutputFile.write(file.data, to: "\(folder)/\(file.name)") }
        try FigureFiles.write(figures, to: folder)
        if masks {
            for (record, name) in zip(records, maskFiles) { try MaskLines.write(record, to: "\(folder)/\(name)") }
        }
        try removeStale(from: folder, keeping: Set(files.map(\.name) + (masks ? maskFiles : [])))
    }

    /// Pretty-printed with sorted keys: the same bytes for the same runs.
    static func resultsJSON(_ results: [EvaluationResults]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            var data = try results.count == 1 ? encoder.encode(results[0]) : encoder.encode(results)
            data.append(UInt8(ascii: "\n"))
            return data
        } catch EncodingError.invalidValue(let value, let context) {
            let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
            throw Failure(.badData, at: "results.json: \(place)", "the stored value \(value) is not a finite number")
        }
    }

    private static func readMe(
        _ results: [EvaluationResults], names: [String], planFiles: [String], maskFiles: [String]?
    ) -> String {
        var text = """
            results.json     all figures\(results.count > 1 ? " of each run, a list in the order below" : "")
            answers.csv      the unmasked model's answer to each question
            concepts.csv     accuracies and scores of each concept
            questions.jsonl  the questions
            figures/*.csv    the numbers behind each figure and comparison of `specwiki-eval report`

            """
        for (index, result) in results.enumerated() {
            let measured = result.perConcept.count
            let state = measured < result.concepts ? " (unfinished)" : ""
            text += """

                run \(index + 1)  \(names[index].singleLine)
                  concepts  \(result.concepts), with masks \(measured)\(state)
                  plan      \(planFiles[index])

                """
            if let maskFiles { text += "  masks     \(maskFiles[index])\n" }
        }
        return text
    }

    /// Removes plan and mask files of an earlier export with other runs or options.
    private static func removeStale(from folder: String, keeping: Set<String>) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where !keeping.contains(name) {
            guard name.wholeMatch(of: /(plan|masks)(-[1-9][0-9]*)?\.jsonl/) != nil else { continue }
            guard unlink("\(folder)/\(name)") == 0 else {
                throw Failure(
                    .outputUnavailable, file: "\(folder)/\(name)",
                    "is left from an earlier export and cannot be removed: \(String(cString: strerror(errno)))")
            }
        }
    }
}
