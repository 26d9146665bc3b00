import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing
import Tokenization

@testable import Specialization

/// Prompts through a chat template: what is encoded, and that plain prompts and their settings are as they were.
@Suite struct ChatPromptTests {
    private func template(_ text: String) throws -> ChatTemplate {
        try TestData.withTemporaryFolder { folder in
            try Data("{\"bos_token\": \"<s>\"}".utf8).write(to: folder.appendingPathComponent("tokenizer_config.json"))
            try Data(text.utf8).write(to: folder.appendingPathComponent("chat_template.jinja"))
            return try ChatTemplate(folder: folder.path)
        }
    }

    private func question() throws -> Question {
        let lines = try JSONLines.decode(QuestionLine.self, from: TestData.fixture("Oracle/questions.jsonl").path)
        return try #require(lines.first).question
    }

    @Test func thePromptIsOneUserMessage() throws {
        let template = try template(
            "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}[/]{% endfor %}"
                + "{% if add_generation_prompt %}\n[a]\n{% endif %}\n")
        let prompt = try FinishedPrompt("Question: x\nAnswer:", template)
        #expect(prompt.text == "<s>[user]Question: x\nAnswer:[/][a]\n")
        #expect(!prompt.addsSpecialTokens)
        #expect(prompt.separator.isEmpty)
        #expect(try FinishedPrompt("x", self.template("{{ messages[0].content }}[/]")).separator == " ")
        let plain = try FinishedPrompt("x", nil)
        #expect(plain.text == "x" && plain.addsSpecialTokens && plain.separator == " ")
    }

    @Test func specialTokensAreNotAddedTwice() throws {
        let tokenizer = try Tokenizer(folder: TestData.fixture("Models/llama").path)
        let question = try question()
        let start = try #require(tokenizer.encode("x").first)
        let plain = try EncodedQuestion(question, tokenizer: tokenizer)
        let same = try EncodedQuestion(
            question, tokenizer: tokenizer, chatTemplate: template("{{ bos_token }}{{ messages[0].content }}"))
        let bare = try EncodedQuestion(
            question, tokenizer: tokenizer, chatTemplate: template("{{ messages[0].content }}"))
        // The tokenizer's start token is added to plain prompts only; a template's own may be written as text.
        #expect(plain.context.first == start)
        #expect(bare.context.count { $0 == start } == plain.context.count { $0 == start } - 1)
        #expect(same.context.count { $0 == start } <= 1)
        #expect(bare.letters == plain.letters)
    }

    @Test func plainSettingsKeepTheirIdentity() throws {
        var settings = RunSettings(
            label: "m", modelHash: "", tokenizerHash: "", questionsHash: "", planHash: nil, formats: [.multipleChoice],
            ratios: [0.1], pooling: .mean, ablation: .zero, localizationControls: 1, evaluationControls: 1, nulls: 0,
            nullConcepts: 0, shots: 0, limit: nil, seed: 1, precision: "float32")
        let text = String(decoding: try JSONLines.encode([settings]), as: UTF8.self)
        #expect(!text.contains("chatTemplate"))
        #expect(try JSONDecoder().decode(RunSettings.self, from: Data(text.utf8)) == settings)
        let identity = try settings.identity()
        settings.chatTemplate = ChatTemplateSettings(hash: "a", tokens: [:], day: nil)
        let other = try settings.identity()
        #expect(other != identity)
        settings.chatTemplate?.hash = "b"
        #expect(try settings.identity() != other)
    }
}
