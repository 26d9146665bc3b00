import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// The command's work, line by line and file by file.
struct TokenizeLinesTests {
    private let lines: TokenizeLines

    init() throws {
        var tiny = TinyTokenizer()
        tiny.addedTokens = "[\(TinyTokenizer.added("<s>", 9, special: true))]"
        tiny.postProcessor = #"{"type": "BertProcessing", "cls": ["<s>", 9], "sep": ["<s>", 9]}"#
        tiny.model = TinyTokenizer.bytePair(
            vocabulary: ["a", "b", "\u{2028}\"\\\u{1}é", "\n"], #", "ignore_merges": true"#)
        tiny.decoder = #"{"type": "Fuse"}"#
        lines = TokenizeLines(try tiny.make())
    }

    @Test("a text becomes ids and the decoded text, ids only the text")
    func lineByLine() throws {
        func line(_ json: String) throws -> String {
            String(decoding: try lines.line(for: Array(json.utf8), file: "in", number: 1), as: UTF8.self)
        }
        #expect(try line(#"{"text": "ab"}"#) == #"{"ids": [9, 0, 1, 9], "decoded": "<s>ab<s>"}"#)
        #expect(try line(#"{"text": "ab", "add_special_tokens": false}"#) == #"{"ids": [0, 1], "decoded": "ab"}"#)
        #expect(try line(#"{"ids": [1, 9, 77]}"#) == #"{"ids": [1, 9, 77], "decoded": "b<s>"}"#)
        #expect(try line(#"{"ids": []}"#) == #"{"ids": [], "decoded": ""}"#)
        #expect(try line(#"{"ids": [2]}"#) == #"{"ids": [2], "decoded": "\u2028\"\\\u0001é"}"#)
    }

    @Test("a file becomes a file of as many lines")
    func files() throws {
        try TestData.withTemporaryFolder { folder in
            let input = folder.appendingPathComponent("in.jsonl")
            let output = folder.appendingPathComponent("out.jsonl")
            try Data("{\"text\": \"a\\nb\"}\r\n\n{\"ids\": [1]}".utf8).write(to: input)
            var read: Double = 0
            try lines.run(input: input.path, output: output.path) { read = $0 }
            let text = try String(contentsOf: output, encoding: .utf8)
            #expect(
                text
                    == "{\"ids\": [9, 0, 3, 1, 9], \"decoded\": \"<s>a\\u000ab<s>\"}\n{\"ids\": [1], \"decoded\": \"b\"}\n"
            )
            #expect(read == 31)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        }
    }

    @Test("a damaged line is status 65, named with its number, and leaves no output")
    func damagedLine() throws {
        try TestData.withTemporaryFolder { folder in
            let input = folder.appendingPathComponent("in.jsonl")
            let output = folder.appendingPathComponent("out.jsonl")
            for (line, problem) in [
                ("{\"text\": 1}", "line 2, text: is not a string"), ("{", "line 2, byte 1: is not valid JSON"),
                ("{\"ids\": [-1]}", "line 2, ids[0]: is -1"), ("{}", "line 2: lacks “ids”"),
                (#"{"text": "\ud800"}"#, "line 2, byte 16: is not valid JSON"),
            ] {
                try Data("{\"text\": \"a\"}\n\(line)\n".utf8).write(to: input)
                let failure = try #require(throws: Failure.self) {
                    try lines.run(input: input.path, output: output.path)
                }
                #expect(failure.kind == .badData)
                #expect(failure.description.hasPrefix("\(input.path): \(problem)"), "\(failure)")
                #expect(!FileManager.default.fileExists(atPath: output.path))
            }
        }
    }

    @Test("a missing input is status 66, a missing folder of the output 73")
    func unavailable() throws {
        let missing = try #require(throws: Failure.self) {
            try lines.run(input: "/nonexistent/x", output: "/nonexistent/y")
        }
        #expect(missing.kind == .inputUnavailable)
        try TestData.withTemporaryFolder { folder in
            let input = folder.appendingPathComponent("in.jsonl")
            try Data().write(to: input)
            let failure = try #require(throws: Failure.self) {
                try lines.run(input: input.path, output: "/nonexistent/y")
            }
            #expect(failure.kind == .outputUnavailable)
        }
    }

    @Test("the speed of encoding comes with a checksum of the ids; lines without a text are passed over")
    func speed() throws {
        try TestData.withTemporaryFolder { folder in
            let input = folder.appendingPathComponent("in.jsonl")
            try Data(#"{"text": "ab"}\#n{"ids": [1]}\#n\#n{"text": "é\n", "add_special_tokens": false}\#n"#.utf8).write(
                to: input)
            let speed = try lines.speed(input: input.path, passes: 2)
            #expect(speed.texts == 2 && speed.bytes == 5 && speed.passes.count == 2)
            var checksum: UInt64 = 0xCBF2_9CE4_8422_2325
            // "é" alone is not in the vocabulary.
            for id in [9, 0, 1, 9, 3] as [UInt64] {
                for byte in [id, 0, 0, 0] { checksum = (checksum ^ byte) &* 0x100_0000_01B3 }
            }
            #expect(speed.tokens == 5 && speed.checksum == checksum)
            #expect(speed.lines.count == 3 && speed.lines[0].hasPrefix("pass 1: 2 texts, 5 bytes, 5 tokens, "))
            #expect(speed.lines[2] == "ids fnv1a64 \(String(checksum, radix: 16))")
            try Data("{\"text\": \"a\"}\n{\"text\": 1}\n".utf8).write(to: input)
            let failure = try #require(throws: Failure.self) { try lines.speed(input: input.path, passes: 1) }
            #expect(failure.place == "line 2, text")
        }
    }
}
