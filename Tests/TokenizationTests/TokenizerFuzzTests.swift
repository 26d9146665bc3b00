import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// No tokenizer.json makes its reader, or the tokenizer that it describes, crash, hang, or take memory without bound.
@Suite struct TokenizerFuzzTests {
    @Test("tokenizer.json")
    func tokenizers() throws {
        let seeds = try TokenizerSeeds.all()
        let mutator = JSONMutator(values: TokenizerSeeds.values)
        let texts = [
            "", "a", "abcab  the 12 cats' DON'T\n", "é e\u{301} 漢字\u{AC00}\u{1F600}▁<s>  </s>",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        ]
        try FuzzRun(name: "tokenizer").run { number, _ in
            var generator = MutationGenerator("tokenizer", number)
            let json = mutator.mutation(of: generator.element(seeds), &generator)
            do {
                let tokenizer = try Tokenizer(json: json, file: "tokenizer.json")
                #expect(tokenizer.vocabularyCount >= 0)
                let special = generator.below(2) == 0
                for text in texts { try Self.check(tokenizer, text, special) }
                _ = tokenizer.decode([-1, 0, 1, 5, 7, .max, 300], skipSpecialTokens: special)
            } catch let failure as Failure {
                #expect(failure.kind == .badData && failure.file == "tokenizer.json", "\(failure)")
            }
        }
    }

    /// A text becomes ids that are none of ours to invent, or a failure that names the file; ids become text.
    private static func check(_ tokenizer: Tokenizer, _ text: String, _ special: Bool) throws {
        do {
            let ids = try tokenizer.encode(text, addSpecialTokens: special)
            #expect(ids.allSatisfy { $0 >= 0 && Int($0) <= Vocabulary.largestID })
            #expect(tokenizer.decode(ids, skipSpecialTokens: !special).utf8.count >= 0)
        } catch let failure as Failure {
            #expect(failure.kind == .badData && failure.file == "tokenizer.json", "\(failure)")
        }
    }
}

/// Small sound tokenizers with every component.
enum TokenizerSeeds {
    /// Those below, those of the models in the repository, and the shared ones.
    static func all() throws -> [[UInt8]] {
        var files = ["gpt2", "llama", "llama3"].map { TestData.fixture("Models/\($0)/tokenizer.json") }
        if TestData.hasShared {
            // The largest take seconds to read.
            for folder in ["models", "tokenizers"] {
                files += try FileManager.default.contentsOfDirectory(
                    at: TestData.shared(folder), includingPropertiesForKeys: nil
                )
                .sorted { $0.path < $1.path }.map { $0.appendingPathComponent("tokenizer.json") }
                .filter { (try? $0.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? .max < 250_000 }
            }
        }
        let small = tiny.map { Array($0.json.utf8) }
        for seed in small { _ = try Tokenizer(json: seed, file: "tokenizer.json") }
        // The small ones say the same in less time: the others come seldom.
        return small + small + (try files.compactMap(abridged))
    }

    /// A tokenizer with its first forty tokens and the merges among them: what is long is mutated slowly.
    private static func abridged(_ file: URL) throws -> [UInt8]? {
        guard var root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any],
            var model = root["model"] as? [String: Any]
        else { return nil }
        if let vocabulary = model["vocab"] as? [String: Int] {
            let kept = Dictionary(
                uniqueKeysWithValues: vocabulary.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(40).map {
                    ($0, $1)
                })
            model["vocab"] = kept
            let merges = (model["merges"] as? [Any] ?? []).filter { merge in
                let parts = (merge as? [String]) ?? (merge as? String)?.components(separatedBy: " ") ?? []
                return (parts + [parts.joined()]).allSatisfy { kept[$0] != nil }
            }
            if model["merges"] != nil { model["merges"] = Array(merges.prefix(20)) }
        } else if let vocabulary = model["vocab"] as? [Any] {
            model["vocab"] = Array(vocabulary.prefix(40))
        }
        root["model"] = model
        root["added_tokens"] = (root["added_tokens"] as? [Any]).map { Array($0.prefix(3)) }
        let json = [UInt8](try JSONSerialization.data(withJSONObject: root, options: [.sortedKeys]))
        // SentencePiece's character map is nearly all of some.
        return json.count < 8000 ? json : nil
    }

    /// Values that a tokenizer might have.
    static let values =
        [
            "BPE", "WordPiece", "Unigram", "WordLevel", "Sequence", "NFC", "NFKD", "Lowercase", "Strip", "StripAccents",
            "Replace",
            "Prepend", "ByteLevel", "Precompiled", "BertNormalizer", "Metaspace", "Split", "Digits", "Punctuation",
            "WhitespaceSplit", "Whitespace", "TemplateProcessing", "BertProcessing", "Fuse", "ByteFallback",
            "WordPiece",
            "BPEDecoder", "Isolated", "Removed", "MergedWithNext", "Contiguous", "always", "never", "a", "ab", "▁", " ",
            "<s>",
            "a b", "ab ab", " a", "a ", "  ",
        ].map { "\"\($0)\"" }
        + [
            #"["a","a"]"#, #"["ab","ab"]"#, #"["","a"]"#, #"["a",""]"#, #""a ab""#, #"["a",1e308]"#, #"["b",-1e308]"#,
            #"{"String":"a"}"#, #"{"String":""}"#, #"{"String":" "}"#,
            #"{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#,
            #"{"type":"ByteLevel"}"#, #"{"type":"NFKD"}"#, #"{"type":"Lowercase"}"#, #"{"Sequence":{"id":"A"}}"#,
        ]
        + [
            "(a|a)*b", "(a+)+$", "(a*)*", "", "()", "(?:)", "|", "(", ")", "[", "[^", "a{1,65535}",
            "((a{1,999}){1,999}){1,999}",
            "(?1)", "(a(?1)?)", "(?R)", "\\\\K", "a\\\\K", "(?=a\\\\K)", "(?<=a)", "(?<=a+)", "\\\\C", "\\\\p{Foo}",
            "\\\\p{", "[[:alpha:]]",
            "[a&&b]", "(*LIMIT_MATCH=1)a", "(*UTF)", "(?i)", "(?C1)a", "\\\\1", "(.)\\\\1*", "a{2}+", "\\\\u00e9",
            "\\\\ud800", ".*",
            "(?(DEFINE)(?<x>\\\\K))(?=a(?&x))", "(?=(?1))(a\\\\K)?", "\\\\s+(?!\\\\S)|\\\\s+", "é", "$", "^", "\\\\b",
        ].flatMap { ["{\"Regex\":\"\($0)\"}", "\"\($0)\""] }

    private static let tiny: [TinyTokenizer] = {
        typealias Tiny = TinyTokenizer
        func split(_ pattern: String, _ behavior: String) -> String {
            #"{"type":"Split","pattern":\#(pattern),"behavior":"\#(behavior)","invert":false}"#
        }
        let added =
            "[\(Tiny.added("<s>", 20, special: true)),\(Tiny.added("é", 21, lstrip: true, rstrip: true, normalized: true)),\(Tiny.added("cat", 22, singleWord: true))]"
        let unigram =
            #"{"type":"Unigram","unk_id":0,"byte_fallback":true,"vocab":[["<unk>",0],["▁",-1.5],["a",-2],["ab",-2.5],["<0xC3>",-9]]}"#
        let wordPiece =
            ###"{"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"?":0,"a":1,"##b":2,"the":3}}"###
        let bytes = Tiny.bytePair(
            vocabulary: ["a", "b", "ab", "Ġ", "Ġa", "<unk>"], merges: [("a", "b"), ("Ġ", "a")],
            #","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,"ignore_merges":true,"dropout":null"#)
        let suffixed = Tiny.bytePair(
            vocabulary: ["a", "b</w>", "ab</w>", "##b"], merges: [("a", "b</w>")],
            #","end_of_word_suffix":"</w>","continuing_subword_prefix":"""#)
        let map = CharacterMapFixture.base64(units: CharacterMapFixture.units, replacements: Array("bb\0".utf8))
        var tokenizers: [Tiny] = []
        tokenizers += [
            Tiny(), Tiny(addedTokens: added),
            Tiny(
                normalizer:
                    #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Lowercase"},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"StripAccents"}]}"#
            ),
            Tiny(
                addedTokens: added,
                normalizer:
                    #"{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"#,
                decoder:
                    #"{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}"#
            ),
            Tiny(
                normalizer: #"{"type":"Precompiled","precompiled_charsmap":"\#(map)"}"#,
                preTokenizer: #"{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}"#,
                decoder: #"{"type":"Metaspace","replacement":"▁","add_prefix_space":true}"#, model: unigram),
            Tiny(
                normalizer:
                    #"{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"#,
                preTokenizer: #"{"type":"BertPreTokenizer"}"#,
                postProcessor: #"{"type":"BertProcessing","sep":["?",0],"cls":["a",1]}"#,
                decoder: ###"{"type":"WordPiece","prefix":"##","cleanup":true}"###, model: wordPiece),
            Tiny(
                preTokenizer:
                    #"{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":true,"use_regex":false}]}"#,
                postProcessor:
                    #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],"special_tokens":{"<s>":{"id":"<s>","ids":[3,4]}}}"#,
                decoder: #"{"type":"ByteLevel"}"#, model: bytes),
            Tiny(
                preTokenizer:
                    #"{"type":"Sequence","pretokenizers":[\#(split(#"{"Regex":"[a-c]+|\\d+"}"#, "Isolated")),\#(split(#"{"String":" "}"#, "MergedWithNext"))]}"#,
                postProcessor: #"{"type":"Sequence","processors":[{"type":"ByteLevel"}]}"#),
            Tiny(
                normalizer: #"{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"▁"}"#,
                preTokenizer: split(#"{"Regex":"(a|b)+c?"}"#, "MergedWithPrevious")),
            Tiny(
                preTokenizer:
                    #"{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Punctuation","behavior":"Contiguous"},{"type":"CharDelimiterSplit","delimiter":"c"}]}"#,
                decoder: #"{"type":"BPEDecoder","suffix":"</w>"}"#, model: suffixed),
        ]
        return tokenizers
    }()
}

/// SentencePiece's character maps, put together by hand.
enum CharacterMapFixture {
    /// “a” leads to the replacement at offset 0: a double array with the root's children at 256 ^ byte.
    static let units: [UInt32] = {
        var units = [UInt32](repeating: 0, count: 400)
        units[0] = 256 << 10
        units[256 ^ 0x61] = 0x61 | 1 << 8 | 1 << 10
        units[256 ^ 0x61 ^ 1] = 0x8000_0000
        return units
    }()

    /// The map as tokenizer.json has it.
    static func base64(units: [UInt32], replacements: [UInt8]) -> String {
        let words = [UInt32(units.count * 4)] + units
        return Data(
            words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } } + replacements
        )
        .base64EncodedString()
    }
}
