import Foundation
import QuestionSet
import Scores
import TestSupport
import Tokenization
import Transformer

@testable import Specialization

/// A checkpoint made by hand, whose scores are known: one layer, in which unit c answers the questions about concept c.
///
/// Attention is the same to all earlier tokens (queries and keys are zero) and carries to every position which names it has
/// seen. Unit c fires after concept c's name and writes its letter, B or C. One more unit fires after the word "Easy" and
/// writes D, strongly. All other units never fire. Half of each concept's questions are easy ones, answered by D; the other
/// half is answered by the concept's letter; A is never right. Without evidence all letters are equal, and A is said.
struct KnownModel {
    static let names = ["Atlas", "Boreas", "Castor", "Dione", "Europa", "Fauna"]
    static let units = 16
    private static let hidden = 32
    private static let letters = 16

    let concepts: [Concept]
    let questions: [Question]

    init() {
        let tiers = ["high", "medium", "low"]
        concepts = Self.names.enumerated().map { index, name in
            Concept(
                id: ConceptID(rawValue: Int64(index + 1)), title: name, tier: tiers[index % 3],
                popularity: Int64(100 - index), kind: index < 3 ? "moon" : "wind")
        }
        questions = concepts.enumerated().flatMap { index, concept in
            (0..<10).map { number in
                let isEasy = number % 2 == 1
                let options = (0..<4).map { "\(index)\(number)\($0)" }
                let answer = isEasy ? 3 : Self.letter(index)
                return Question(
                    id: QuestionID(rawValue: Int64(100 * (index + 1) + number)), conceptID: concept.id,
                    relation: isEasy ? "easy" : "hard", text: "\(concept.title) \(isEasy ? "Easy" : "hard") \(number)?",
                    options: options, answerIndex: answer, answers: [options[answer]])
            }
        }
    }

    /// B or C.
    private static func letter(_ concept: Int) -> Int { 1 + concept % 2 }

    /// Runs it on questions of its own.
    func run(
        tops: [Int], threads: Int = 1, shard: SpecializationRun.Shard = .whole,
        edit: (inout RunSettings) -> Void = { _ in }
    ) throws -> RunRecord {
        try TestData.withTemporaryFolder { folder in
            try Self.write(to: folder)
            let decoder = try Decoder(folder: folder.path, threads: threads)
            let counts = decoder.configuration.coefficientCounts
            let masks = try MaskSizes.ratiosAndTops(ratios: [], tops: tops, coefficientCounts: counts)
            var settings = RunSettings(
                label: "known", modelHash: "", tokenizerHash: "", questionsHash: "", planHash: nil,
                formats: [.multipleChoice], ratios: masks.ratios, pooling: .mean, ablation: .zero,
                localizationControls: 12, evaluationControls: 12, nulls: 2, nullConcepts: 6, shots: 0, limit: nil,
                seed: 5, precision: "float32", tops: masks.tops)
            edit(&settings)
            let plan = try ControlDrawing(concepts: concepts, questions: questions, seed: 5)
                .draw(localization: 12, evaluation: 12).plan
            let journal = MemoryJournal()
            let run = SpecializationRun(
                settings: settings, concepts: concepts, questions: questions, plan: plan, shard: shard,
                decoder: decoder, tokenizer: try Tokenizer(folder: folder.path), journal: journal)
            try run.execute()
            return RunRecord(
                settings: settings, coefficientCounts: counts, concepts: concepts, questions: questions, plan: plan,
                answers: journal.answers.sorted { $0.questionID < $1.questionID },
                results: journal.results.sorted { $0.conceptID < $1.conceptID })
        }
    }

    // MARK: - Files

    static func write(to folder: URL) throws {
        let configuration = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "hidden_size": \(hidden),
            "intermediate_size": \(units), "max_position_embeddings": 256, "num_attention_heads": 1,
            "num_hidden_layers": 1, "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "tie_word_embeddings": false,
            "vocab_size": \(256 + names.count + 1)}
            """
        try Data(configuration.utf8).write(to: folder.appendingPathComponent("config.json"))
        try Data(tokenizer().utf8).write(to: folder.appendingPathComponent("tokenizer.json"))
        try TensorFile.write(tensors(), to: folder.appendingPathComponent("model.safetensors"))
    }

    /// Hidden components: 0 every token; 1 + c the name of concept c, 7 "Easy"; 8 + ... the same, seen; 16 ... the letters.
    private static func tensors() -> [TensorFile.Tensor] {
        let vocabulary = 256 + names.count + 1
        func matrix(_ rows: Int, _ columns: Int, _ entries: [(Int, Int, Float)]) -> [Float] {
            var values = [Float](repeating: 0, count: rows * columns)
            for (row, column, value) in entries { values[row * columns + column] = value }
            return values
        }
        func square(_ name: String, _ entries: [(Int, Int, Float)]) -> TensorFile.Tensor {
            .init("model.layers.0.self_attn.\(name)_proj.weight", [hidden, hidden], matrix(hidden, hidden, entries))
        }
        typealias Entry = (Int, Int, Float)
        let ones = [Float](repeating: 1, count: hidden)
        let words = Array(0...names.count)
        let gate: [Entry] = words.map { ($0, 8 + $0, 40) }
        let up: [Entry] = words.map { ($0, 8 + $0, 1) }
        let down: [Entry] = words.map { unit in
            unit == names.count ? (letters + 3, unit, 10) : (letters + letter(unit), unit, 1)
        }
        let everyToken: [Entry] = (0..<vocabulary).map { ($0, 0, 1) }
        let nameTokens: [Entry] = words.map { (256 + $0, 1 + $0, 1) }
        let read: [Entry] = words.map { (1 + $0, 1 + $0, 1) }
        let seen: [Entry] = words.map { (8 + $0, 1 + $0, 1) }
        let said: [Entry] = (0..<4).map { (Int(UInt8(ascii: "A")) + $0, letters + $0, 1) }
        return [
            .init(
                "model.embed_tokens.weight", [vocabulary, hidden], matrix(vocabulary, hidden, everyToken + nameTokens)),
            .init("model.layers.0.input_layernorm.weight", [hidden], ones),
            square("q", []), square("k", []),
            square("v", read), square("o", seen),
            .init("model.layers.0.post_attention_layernorm.weight", [hidden], ones),
            .init("model.layers.0.mlp.gate_proj.weight", [units, hidden], matrix(units, hidden, gate)),
            .init("model.layers.0.mlp.up_proj.weight", [units, hidden], matrix(units, hidden, up)),
            .init("model.layers.0.mlp.down_proj.weight", [hidden, units], matrix(hidden, units, down)),
            .init("model.norm.weight", [hidden], ones),
            .init("lm_head.weight", [vocabulary, hidden], matrix(vocabulary, hidden, said)),
        ]
    }

    /// A token for every byte, and one for each name.
    private static func tokenizer() -> String {
        var vocabulary: [String] = []
        var next: UInt32 = 256
        for byte in UInt32(0)..<256 {
            var scalar = byte
            if !((33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)) {
                scalar = next
                next += 1
            }
            let text = Unicode.Scalar(scalar).map { String(Character($0)) } ?? ""
            let escaped = text == "\"" || text == "\\" ? "\\\(text)" : text
            vocabulary.append("\"\(escaped)\": \(byte)")
        }
        let added = (names + ["Easy"]).enumerated().map { index, name in
            """
            {"id": \(256 + index), "content": "\(name)", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": false}
            """
        }
        return """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [\(added.joined(separator: ","))],
            "normalizer": null,
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
            "post_processor": null,
            "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
            "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
            "vocab": {\(vocabulary.joined(separator: ","))}, "merges": []}}
            """
    }
}
