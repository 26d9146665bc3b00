import Diagnostics
import Foundation

/// Writing questions for other programs.
public enum QuestionExport {
    /// The formats of `specwiki-build export`.
    public enum Format: String, Sendable, CaseIterable {
        /// questions.jsonl (contract, 2.2); `import` reads it back to the same bytes.
        case jsonl
        /// A folder with two task files for lm-evaluation-harness and the questions.
        case lmEval = "lm-eval"
        /// A folder with a data set card and the questions, as `load_dataset` of Hugging Face reads it.
        case huggingface
        /// One table for a spreadsheet (RFC 4180).
        case csv
    }

    /// Writes questions to a file (jsonl, csv) or into a folder (lm-eval, huggingface), which is created when missing.
    public static func write(_ lines: [QuestionLine], as format: Format, to path: String) throws {
        switch format {
        case .jsonl:
            try OutputFile.write(try JSONLines.encode(lines), to: path)
        case .csv:
            try OutputFile.write(Data(csv(lines).utf8), to: path)
        case .lmEval:
            try OutputFile.createFolder(path)
            try OutputFile.write(try JSONLines.encode(lines), to: "\(path)/questions.jsonl")
            try OutputFile.write(Data(multipleChoiceTask.utf8), to: "\(path)/specwiki_mcq.yaml")
            try OutputFile.write(Data(generationTask.utf8), to: "\(path)/specwiki_generation.yaml")
        case .huggingface:
            try OutputFile.createFolder(path)
            try OutputFile.createFolder("\(path)/data")
            try OutputFile.write(try JSONLines.encode(lines), to: "\(path)/data/test.jsonl")
            try OutputFile.write(Data(card(lines).utf8), to: "\(path)/README.md")
        }
    }

    private static func csv(_ lines: [QuestionLine]) -> String {
        var table = "question_id,concept_id,concept,bucket,popularity,relation,question,A,B,C,D,answer,answers\r\n"
        for line in lines {
            let question = line.question
            let fields =
                [
                    question.id.description, line.concept.id.description, line.concept.title, line.concept.tier,
                    String(line.concept.popularity), question.relation, question.text,
                ] + question.options + [
                    ["A", "B", "C", "D"][question.answerIndex], question.answers.joined(separator: "; "),
                ]
            table += fields.map(CSV.field).joined(separator: ",") + "\r\n"
        }
        return table
    }

    private static let multipleChoiceTask = #"""
        task: specwiki_mcq
        dataset_path: json
        dataset_kwargs:
          data_files:
            test: questions.jsonl
        test_split: test
        output_type: multiple_choice
        doc_to_text: "Question: {{question}}\nA. {{options[0]}}\nB. {{options[1]}}\nC. {{options[2]}}\nD. {{options[3]}}\nAnswer:"
        doc_to_choice: ["A", "B", "C", "D"]
        doc_to_target: answer_index
        metric_list:
          - metric: acc
            aggregation: mean
            higher_is_better: true
        metadata:
          version: 1

        """#

    private static let generationTask = #"""
        task: specwiki_generation
        dataset_path: json
        dataset_kwargs:
          data_files:
            test: questions.jsonl
        test_split: test
        output_type: generate_until
        doc_to_text: "Question: {{question}}\nAnswer:"
        doc_to_target: answers
        generation_kwargs:
          until: ["\n"]
          max_gen_toks: 16
          do_sample: false
        metric_list:
          - metric: exact_match
            aggregation: mean
            higher_is_better: true
            ignore_case: true
            ignore_punctuation: true
        metadata:
          version: 1

        """#

    private static func card(_ lines: [QuestionLine]) -> String {
        let concepts = Set(lines.map(\.concept.id)).count
        return """
            ---
            configs:
              - config_name: default
                data_files:
                  - split: test
                    path: data/test.jsonl
            task_categories:
              - question-answering
              - multiple-choice
            ---

            # SpecWiki questions

            \(lines.count) questions about \(concepts) concepts, made by specwiki-build from a Wikipedia dump. Texts of
            Wikipedia are by its authors, under CC BY-SA.

            Each line has question_id, concept_id, concept, bucket (tier of popularity), popularity, relation, question,
            options (4), answer_index (0 to 3) and answers (accepted in open generation).

            """
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
