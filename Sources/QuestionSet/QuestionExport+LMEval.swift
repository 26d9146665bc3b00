import Diagnostics
import Foundation

/// The folder for lm-evaluation-harness: two tasks with the prompts and the scoring of contract section 3.
extension QuestionExport {
    static func harnessFiles(
        _ lines: [QuestionLine], _ origin: TextOrigin
    ) throws -> [(name: String, data: Data)] {
        let questions = try JSONLines.encode(lines)
        let hash = ContentHash.of(String(decoding: questions, as: UTF8.self))
        return [
            ("questions.jsonl", questions),
            ("specwiki_mcq.yaml", Data(multipleChoiceTask(hash: hash).utf8)),
            ("specwiki_generation.yaml", Data(generationTask(hash: hash).utf8)),
            ("utils.py", Data(harnessCode.utf8)),
            ("README.md", Data(harnessReadMe(lines).utf8)),
            ("ATTRIBUTION.md", Data(attribution(lines, origin).utf8)),
        ]
    }

    private static func multipleChoiceTask(hash: String) -> String {
        // The harness puts target_delimiter in front of each letter and compares the four log-likelihoods of " A" to " D"
        // after the prompt: as they have all tokens but one in common, their order is that of the letters' logits.
        #"""
        # Multiple choice: the letter whose token is the most likely after the prompt, the first on a tie.
        task: specwiki_mcq
        tag: specwiki
        custom_dataset: !function utils.dataset
        test_split: test
        output_type: multiple_choice
        doc_to_text: "Question: {{question}}\nA. {{options[0]}}\nB. {{options[1]}}\nC. {{options[2]}}\nD. {{options[3]}}\nAnswer:"
        target_delimiter: " "
        doc_to_choice: ["A", "B", "C", "D"]
        doc_to_target: answer_index
        num_fewshot: 0
        metric_list:
          - metric: acc
            aggregation: mean
            higher_is_better: true
        metadata:
          version: 1
          questions_sha256: \#(hash)

        """#
    }

    private static func generationTask(hash: String) -> String {
        #"""
        # Open answers: greedy, at most 16 new tokens, cut at the first line end; right if an accepted answer stands in them
        # as whole words, after SQuAD's normalisation.
        task: specwiki_generation
        tag: specwiki
        custom_dataset: !function utils.dataset
        test_split: test
        output_type: generate_until
        doc_to_text: "Question: {{question}}\nAnswer:"
        doc_to_target: answers
        generation_kwargs:
          until: ["\n"]
          max_gen_toks: 16
          do_sample: false
        num_fewshot: 0
        process_results: !function utils.score_open_answer
        metric_list:
          - metric: acc
            aggregation: mean
            higher_is_better: true
        metadata:
          version: 1
          questions_sha256: \#(hash)

        """#
    }

    private static let harnessCode = #"""
        """Reading and scoring for the two tasks of this folder."""
        import json
        import pathlib
        import re
        import string

        import datasets

        ARTICLES = re.compile(r"\b(a|an|the)\b")
        WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


        def dataset(**_):
            """The questions beside this file, wherever the folder stands and the harness is started."""
            path = pathlib.Path(__file__).resolve().with_name("questions.jsonl")
            # Line ends are those of the file: str.splitlines would also split at U+2028 inside a question.
            rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
            return datasets.DatasetDict({"test": datasets.Dataset.from_list(rows)})


        def words(text):
            """SQuAD's normalisation: lower case, no ASCII punctuation, no articles; split at white space."""
            return ARTICLES.sub(" ", text.lower().translate(WITHOUT_PUNCTUATION)).split()


        def is_correct(output, answers):
            """Whether an accepted answer, normalised and not empty, is a run of whole words of the output."""
            given = words(output)
            for answer in answers:
                wanted = words(answer)
                if wanted and any(given[i : i + len(wanted)] == wanted for i in range(len(given) - len(wanted) + 1)):
                    return True
            return False


        def score_open_answer(doc, results):
            """The task's process_results: the first line of the output against the accepted answers."""
            return {"acc": float(is_correct(results[0].split("\n")[0], doc["answers"]))}

        """#

    private static func harnessReadMe(_ lines: [QuestionLine]) -> String {
        """
        # SpecWiki questions for lm-evaluation-harness

        \(Counting.grouped(lines.count)) questions about \(Counting.grouped(Set(lines.map(\.concept.id)).count)) concepts, as two tasks:

        | task | prompt | right is |
        | --- | --- | --- |
        | `specwiki_mcq` | the question, four options, `Answer:` | the likeliest of the letters A to D as the next token |
        | `specwiki_generation` | the question, `Answer:` | an accepted answer in the first line of at most 16 greedy tokens |

        Both have the tag `specwiki`, and both report `acc`:

            lm_eval --include_path FOLDER --tasks specwiki --model hf --model_args pretrained=MODEL,dtype=float32

        FOLDER is this one; it can be moved, and lm_eval can be started anywhere. Without a chat template, few-shot examples or a system prompt
        the figures are those of `specwiki-eval run`, question by question, as long as both compute in float32 and the tokenizer's own special
        tokens are kept: versions of the harness that leave out the beginning-of-sequence token by default need `add_bos_token=True` in the
        model arguments. With bfloat16 close questions can turn, and equal scores become frequent.

        `utils.py` reads the questions and scores the open answers; it needs nothing that the harness does not bring. `questions.jsonl` is the
        same file as `specwiki-build export --format jsonl` writes, and `--log_samples` keeps its fields (`concept`, `bucket`, `popularity`,
        `relation`) beside each answer. The harness must know `custom_dataset` (0.4.9 or newer; tried with 0.4.13).

        [ATTRIBUTION.md](ATTRIBUTION.md) has the licence and the articles.

        """
    }
}

/// Numbers for people.
enum Counting {
    /// With a comma between thousands.
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = number.magnitude.description
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + result
    }
}
