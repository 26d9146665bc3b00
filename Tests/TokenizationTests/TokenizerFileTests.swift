import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// What happens with files that are missing, damaged, or ask for what is not supported.
struct TokenizerFileTests {
    @Test("a missing file is status 66 and named")
    func missing() throws {
        let failure = try #require(throws: Failure.self) { _ = try Tokenizer(folder: "/nonexistent/folder") }
        #expect(failure.kind == .inputUnavailable)
        #expect(failure.file == "/nonexistent/folder/tokenizer.json")
    }

    @Test(
        "an unknown variant is status 65 and named with its JSON path",
        arguments: [
            (\TinyTokenizer.normalizer, #"{"type": "Rot13"}"#, "normalizer.type"),
            (
                \.normalizer, #"{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Nmt"}]}"#,
                "normalizer.normalizers[1].type"
            ),
            (\.preTokenizer, #"{"type": "UnicodeScripts"}"#, "pre_tokenizer.type"),
            (
                \.preTokenizer, #"{"type": "Sequence", "pretokenizers": [{"type": "Guess"}]}"#,
                "pre_tokenizer.pretokenizers[0].type"
            ),
            (\.postProcessor, #"{"type": "Crop"}"#, "post_processor.type"),
            (\.decoder, #"{"type": "CTC"}"#, "decoder.type"),
            (\.model, #"{"type": "WordLevel", "vocab": {}}"#, "model.type"),
        ] as [(WritableKeyPath<TinyTokenizer, String> & Sendable, String, String)])
    func unknownVariant(_ part: WritableKeyPath<TinyTokenizer, String> & Sendable, _ json: String, _ path: String)
        throws
    {
        var tiny = TinyTokenizer()
        tiny[keyPath: part] = json
        let failure = try #require(throws: Failure.self) { _ = try tiny.make() }
        #expect(failure.kind == .badData)
        #expect(failure.place == path)
        #expect(failure.problem.contains("is not supported"))
    }

    @Test(
        "a damaged part is status 65 and named with its JSON path",
        arguments: [
            (
                \TinyTokenizer.model, TinyTokenizer.bytePair(vocabulary: ["a", "b"], merges: [("a", "x")]),
                "model.merges[0]", "“x”"
            ),
            (\.model, TinyTokenizer.bytePair(vocabulary: ["a", "b"], merges: [("a", "b")]), "model.merges[0]", "“ab”"),
            (\.model, #"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a a a"]}"#, "model.merges[0]", "neither a pair"),
            (\.model, #"{"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []}"#, "model.vocab", "the id 0 twice"),
            (\.model, #"{"type": "BPE", "vocab": {"a": 0, "a": 1}, "merges": []}"#, "model.vocab", "“a” twice"),
            (\.model, #"{"type": "BPE", "vocab": {"a": -1}, "merges": []}"#, "model.vocab", "no id from 0"),
            (\.model, #"{"type": "BPE", "vocab": {"a": 4294967296}, "merges": []}"#, "model.vocab", "no id from 0"),
            (\.model, #"{"type": "BPE", "vocab": [], "merges": []}"#, "model.vocab", "not an object"),
            (\.model, #"{"type": "BPE", "vocab": {}}"#, "model", "lacks “merges”"),
            (
                \.model, TinyTokenizer.bytePair(vocabulary: ["a"], #", "dropout": 0.1"#), "model.dropout",
                "random merges"
            ),
            (\.model, #"{"type": "Unigram", "unk_id": 3, "vocab": [["a", 0]]}"#, "model.unk_id", "outside 0 to 0"),
            (\.model, "null", nil, "lacks “model”"),
            (\.addedTokens, "[\(TinyTokenizer.added("a", 7))]", "added_tokens[0]", "the vocabulary gives it 0"),
            (\.addedTokens, "[\(TinyTokenizer.added("x", 1))]", "added_tokens[0]", "the vocabulary gives to “b”"),
            (
                \.addedTokens, "[\(TinyTokenizer.added("x", 7)), \(TinyTokenizer.added("x", 8))]", "added_tokens[1]",
                "twice"
            ),
            (\.addedTokens, #"[{"id": 9}]"#, "added_tokens[0]", "lacks “content”"),
            (
                \.preTokenizer,
                #"{"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated", "invert": false}"#,
                "pre_tokenizer.pattern.Regex", "regular expression that cannot be used"
            ),
            (
                \.preTokenizer,
                #"{"type": "Split", "pattern": {"String": ""}, "behavior": "Isolated", "invert": false}"#,
                "pre_tokenizer.pattern.String", "is empty"
            ),
            (
                \.preTokenizer, #"{"type": "Split", "pattern": {"String": "a"}, "behavior": "Odd", "invert": false}"#,
                "pre_tokenizer.behavior", "“Odd”"
            ),
            (
                \.normalizer, #"{"type": "Precompiled", "precompiled_charsmap": "????"}"#,
                "normalizer.precompiled_charsmap", "is not a character map"
            ),
            (
                \.postProcessor,
                #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}], "special_tokens": {}}"#,
                "post_processor.single[0].SpecialToken.id", "not among the special_tokens"
            ),
        ] as [(WritableKeyPath<TinyTokenizer, String> & Sendable, String, String?, String)])
    func damagedPart(
        _ part: WritableKeyPath<TinyTokenizer, String> & Sendable, _ json: String, _ path: String?, _ problem: String
    ) throws {
        var tiny = TinyTokenizer()
        tiny[keyPath: part] = json
        let failure = try #require(throws: Failure.self) { _ = try tiny.make() }
        #expect(failure.kind == .badData)
        #expect(failure.file == "tokenizer.json")
        #expect(failure.place == path)
        #expect(failure.problem.contains(problem), "\(failure)")
    }

    @Test("a file cut off at any byte is status 65")
    func truncated() {
        let bytes = Array(TinyTokenizer(addedTokens: "[\(TinyTokenizer.added("é\n", 9))]").json.utf8)
        for count in 0..<bytes.count {
            let failure = #expect(throws: Failure.self) {
                _ = try Tokenizer(json: Array(bytes.prefix(count)), file: "tokenizer.json")
            }
            #expect(failure?.kind == .badData)
        }
    }

    @Test("a file with any byte replaced either works or is status 65")
    func corrupted() {
        let bytes = Array(TinyTokenizer(normalizer: #"{"type": "NFC"}"#).json.utf8)
        for position in bytes.indices {
            for replacement: UInt8 in [0x00, 0x22, 0x5C, 0x39, 0x7D, 0xFF] {
                var damaged = bytes
                damaged[position] = replacement
                do {
                    let tokenizer = try Tokenizer(json: damaged, file: "tokenizer.json")
                    _ = try tokenizer.encode("abcab")
                } catch let failure as Failure {
                    #expect(failure.kind == .badData)
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
    }

    @Test(
        "broken JSON is named with the byte where it breaks",
        arguments: [
            ("", 0), ("{", 1), (#"{"a" 1}"#, 5), ("[1,]", 3), ("01", 1), ("[1 2]", 3), (#""\x""#, 3), (#""\ud800""#, 7),
            ("\"\u{1}\"", 1), ("nul", 3), ("-", 1), ("1.", 2), ("[] []", 3), (String(repeating: "[", count: 100), 64),
        ])
    func brokenJSON(_ json: String, _ offset: Int) throws {
        let failure = try #require(throws: Failure.self) { _ = try JSONDocument(Array(json.utf8), file: "x.json") }
        #expect(failure.place == "byte \(offset)", "\(failure)")
    }

    @Test("JSON strings keep what is canonically equivalent apart, and resolve escapes")
    func jsonStrings() throws {
        let json = #"{"é": 1, "e\u0301": 2, "\ud83d\ude00\/\n\\": [1.5e2, -3]}"#
        let root = try JSONDocument(Array(json.utf8), file: "x.json").root
        let members = try root.members()
        #expect(members.map(\.key) == [Array("é".utf8), Array("e\u{301}".utf8), Array("😀/\n\\".utf8)])
        #expect(try root.required("e\u{301}").integer(in: 0...9) == 2)
        let numbers = try members[2].value.elements()
        #expect(try numbers[0].number() == 150)
        #expect(try numbers[1].integer(in: -9...9) == -3)
        #expect(throws: Failure.self) { try numbers[0].integer(in: 0...999) }
        #expect(throws: Failure.self) { _ = try JSONDocument([0x22, 0xC3, 0x22], file: "x.json") }
        #expect(throws: Failure.self) {
            _ = try JSONDocument(Array(#"{"a": 1, "a": 2}"#.utf8), file: "x").root.member("a")
        }
    }

    @Test("a model without a type is known by its keys")
    func inferredModel() throws {
        var tiny = TinyTokenizer()
        tiny.model = #"{"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}"#
        #expect(try tiny.make().encode("abb") == [2, 1])
        tiny.model = """
            {"unk_token": "?", "vocab": {"a": 0, "##b": 1, "?": 2}, "continuing_subword_prefix": "##", \
            "max_input_chars_per_word": 5}
            """
        #expect(try tiny.make().encode("ab") == [0, 1])
        tiny.model = #"{"vocab": {"a": 0}}"#
        #expect(throws: Failure.self) { _ = try tiny.make() }
    }
}
