import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Where a checkpoint's chat template and its special tokens are found.
@Suite struct ChatTemplateLoadingTests {
    private func load(_ files: [String: String]) throws -> ChatTemplate {
        try TestData.withTemporaryFolder { folder in
            for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
            return try ChatTemplate(folder: folder.path)
        }
    }

    @Test func aTemplateIsReadFromTheConfiguration() throws {
        let template = try load([
            "tokenizer_config.json": """
            {"add_bos_token": true, "bos_token": {"content": "<B>", "lstrip": false}, "eos_token": "<E>", "unk_token": null,
             "image_token": "<I>", "added_tokens_decoder": {},
             "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ unk_token }}{{ image_token }}"}
            """,
            "special_tokens_map.json": "{\"bos_token\": \"other\"}",
        ])
        #expect(try template.render([("user", "x")]) == "<B>x<I>")
        #expect(template.tokens == ["bos_token": "<B>", "image_token": "<I>"])
        #expect(
            template.hash
                == ContentHash.of("{{ bos_token }}{{ messages[0].content }}{{ unk_token }}{{ image_token }}"))
    }

    @Test func theTemplateCalledDefaultIsTaken() throws {
        let list = "[{\"name\": \"tool_use\", \"template\": \"t\"}, {\"name\": \"default\", \"template\": \"d\"}]"
        #expect(try load(["tokenizer_config.json": "{\"chat_template\": \(list)}"]).render([("user", "x")]) == "d")
        #expect(throws: Failure.self) {
            try load(["tokenizer_config.json": "{\"chat_template\": [{\"name\": \"a\", \"template\": \"t\"}]}"])
        }
    }

    @Test func aFileOfItsOwnComesFirst() throws {
        let template = try load([
            "tokenizer_config.json": "{\"chat_template\": \"config\"}", "chat_template.jinja": "file\n",
        ])
        #expect(try template.render([("user", "x")]) == "file")
        #expect(template.hash == ContentHash.of("file\n"))
    }

    @Test func anOldConfigurationTakesTokensFromTheMap() throws {
        let template = try load([
            "tokenizer_config.json": "{\"bos_token\": \"<old>\"}", "chat_template.jinja": "{{ bos_token }}",
            "special_tokens_map.json": "{\"bos_token\": {\"content\": \"<map>\"}}",
        ])
        #expect(try template.render([("user", "x")]) == "<map>")
    }

    @Test func aTokenThatIsNotToldIsAnErrorOnlyWhenUsed() throws {
        let error = #expect(throws: Failure.self) {
            try load(["tokenizer_config.json": "{\"chat_template\": \"{{ bos_token }}\"}"]).render([("user", "x")])
        }
        #expect(error?.problem.contains("bos_token") == true)
        #expect(try load(["tokenizer_config.json": "{\"chat_template\": \"a\"}"]).render([("user", "x")]) == "a")
    }

    @Test func aFolderWithoutATemplateIsAnError() throws {
        #expect(throws: Failure.self) { try load(["tokenizer_config.json": "{}"]) }
        let missing = #expect(throws: Failure.self) { try load([:]) }
        #expect(missing?.kind == .inputUnavailable)
        for damaged in ["{\"chat_template\": 1}", "{\"chat_template\": [1]}", "{\"bos_token\": 1}", "[]", "{"] {
            let error = #expect(throws: Failure.self) { try load(["tokenizer_config.json": damaged]) }
            #expect(error?.kind == .badData, "\(damaged)")
        }
    }
}
