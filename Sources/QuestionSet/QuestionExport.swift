import Diagnostics
import Foundation

/// Writing questions for other programs.
public enum QuestionExport {
    /// The formats of `specwiki-build export`.
    public enum Format: String, Sendable, CaseIterable {
        /// questions.jsonl (contract, 2.2); `import` reads it back to the same bytes.
        case jsonl
        /// A folder with two task files for lm-evaluation-harness, their code and the questions.
        case lmEval = "lm-eval"
        /// A folder with a data set card and the questions, as `load_dataset` of Hugging Face reads it.
        case huggingface
        /// One table for a spreadsheet (RFC 4180).
        case csv
    }

    /// Writes questions to a file (jsonl, csv) or into a folder (lm-eval, huggingface), which is created when missing.
    ///
    /// Every format but jsonl, whose keys are fixed, carries the licence and the article and revision of each question.
    /// - Parameter metadata: the store's; decides licence, attribution and what the data set card says.
    public static func write(
        _ lines: [QuestionLine], as format: Format, to path: String, metadata: [String: String] = [:]
    ) throws {
        let origin = TextOrigin(metadata: metadata, questions: lines.lazy.map(\.question))
        switch format {
        case .jsonl:
            try OutputFile.write(try JSONLines.encode(lines), to: path)
        case .csv:
            try OutputFile.write(Data(table(lines, origin).utf8), to: path)
        case .lmEval:
            try write(files: try harnessFiles(lines, origin), to: path)
        case .huggingface:
            try write(files: try dataSetFiles(lines, origin, metadata), to: path)
        }
    }

    /// Writes files into a folder, the folders among their names as well; all content exists before the first is written.
    private static func write(files: [(name: String, data: Data)], to folder: String) throws {
        try OutputFile.createFolder(folder)
        for (name, data) in files {
            if let slash = name.lastIndex(of: "/") { try OutputFile.createFolder("\(folder)/\(name[..<slash])") }
            try OutputFile.write(data, to: "\(folder)/\(name)")
        }
    }

    private static func table(_ lines: [QuestionLine], _ origin: TextOrigin) -> String {
        var table = "question_id,concept_id,concept,bucket,popularity,relation,question,A,B,C,D,answer,answers,"
        table += ExportedSource.names.joined(separator: ",") + "\r\n"
        for line in lines {
            let question = line.question
            let fields =
                [
                    question.id.description, line.concept.id.description, line.concept.title, line.concept.tier,
                    String(line.concept.popularity), question.relation, question.text,
                ] + question.options + [
                    ["A", "B", "C", "D"][question.answerIndex], question.answers.joined(separator: "; "),
                ] + ExportedSource(line, origin).texts.map { $0 ?? "" }
            table += fields.map(CSV.field).joined(separator: ",") + "\r\n"
        }
        return table
    }
}

/// Comma-separated values after RFC 4180.
public enum CSV {
    /// A field, quoted where it must be.
    public static func field(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
