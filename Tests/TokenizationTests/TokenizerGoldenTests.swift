import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// One line of a golden.jsonl or decode.jsonl: what the `tokenizers` library gave.
private struct GoldenLine: Decodable {
    var text: String?
    var add_special_tokens: Bool?
    var ids: [TokenID]
    var decoded: String
    var decoded_skip_special: String?
}

/// A golden.json of a model, of which only the tokenizer's part matters here.
private struct ModelGolden: Decodable {
    struct Case: Decodable {
        var text: String
        var ids: [TokenID]
        var ids_without_special: [TokenID]
        var decoded_skip_special: String
        var decoded_with_special: String
    }

    var tokenizer_cases: [Case]
}

/// Ids and texts equal, byte for byte, to those of the reference implementation.
struct TokenizerGoldenTests {
    static let shared = [
        "bert-uncased", "dolma2", "gpt2", "llama2", "llama3", "neox-olmo", "synth-flags", "synth-gemma",
        "synth-mistral",
        "synth-o200k", "synth-qwen2", "synth-smollm", "synth-t5",
    ]

    @Test(
        "every golden text and id sequence", .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: shared)
    func golden(_ name: String) throws {
        let folder = TestData.shared("tokenizers/\(name)")
        let tokenizer = try Tokenizer(folder: folder.path)
        var texts = 0
        for file in ["golden.jsonl", "decode.jsonl"] {
            let data = try Data(contentsOf: folder.appendingPathComponent(file))
            for line in data.split(separator: 0x0A) {
                let golden = try JSONDecoder().decode(GoldenLine.self, from: line)
                if let text = golden.text {
                    texts += 1
                    let ids = try tokenizer.encode(text, addSpecialTokens: golden.add_special_tokens ?? true)
                    #expect(ids == golden.ids, "\(text.debugDescription)")
                }
                expectEqualBytes(tokenizer.decode(golden.ids, skipSpecialTokens: false), golden.decoded)
                expectEqualBytes(
                    tokenizer.decode(golden.ids, skipSpecialTokens: true), golden.decoded_skip_special ?? golden.decoded
                )
            }
        }
        #expect(texts > 400)
    }

    @Test(
        "the tokenizer cases of every reference model", .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))
    func sharedModels() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            at: TestData.shared("models"), includingPropertiesForKeys: [.isDirectoryKey]
        ).filter(\.hasDirectoryPath)
        #expect(folders.count > 20)
        for folder in folders { try check(folder) }
    }

    @Test("the tokenizer cases of the bundled models", arguments: ["gpt2", "llama", "llama3"])
    func bundledModels(_ name: String) throws {
        try check(TestData.fixture("Models/\(name)"))
    }

    private func check(_ folder: URL) throws {
        let tokenizer = try Tokenizer(folder: folder.path)
        let data = try Data(contentsOf: folder.appendingPathComponent("golden.json"))
        let cases = try JSONDecoder().decode(ModelGolden.self, from: data).tokenizer_cases
        #expect(!cases.isEmpty)
        for golden in cases {
            let name = Comment(rawValue: "\(folder.lastPathComponent): \(golden.text.debugDescription)")
            #expect(try tokenizer.encode(golden.text) == golden.ids, name)
            #expect(try tokenizer.encode(golden.text, addSpecialTokens: false) == golden.ids_without_special, name)
            expectEqualBytes(tokenizer.decode(golden.ids, skipSpecialTokens: true), golden.decoded_skip_special)
            expectEqualBytes(tokenizer.decode(golden.ids, skipSpecialTokens: false), golden.decoded_with_special)
        }
    }
}

/// Expects two texts to have the same bytes; `==` would let canonically equivalent ones pass.
func expectEqualBytes(_ text: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
        text.utf8.elementsEqual(expected.utf8), "\(text.debugDescription) instead of \(expected.debugDescription)",
        sourceLocation: sourceLocation)
}
