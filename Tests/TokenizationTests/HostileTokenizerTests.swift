import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// tokenizer.json files that were made to do harm.
struct HostileTokenizerTests {
    private func failure(
        _ part: WritableKeyPath<TinyTokenizer, String>, _ json: String, location: SourceLocation = #_sourceLocation
    ) throws -> Failure {
        var tiny = TinyTokenizer()
        tiny[keyPath: part] = json
        let failure = try #require(throws: Failure.self, sourceLocation: location) { _ = try tiny.make() }
        #expect(failure.kind == .badData && failure.file == "tokenizer.json", sourceLocation: location)
        return failure
    }

    @Test("merges that lead back to their own tokens end")
    func cyclicMerges() throws {
        var tiny = TinyTokenizer()
        // Each merge gives a token that begins or ends the next; the empty token gives the other one again.
        tiny.model = TinyTokenizer.bytePair(
            vocabulary: ["a", "aa", "", "b"],
            merges: [("a", ""), ("", "a"), ("", ""), ("a", "a"), ("a", "a"), ("", "a")])
        let tokenizer = try tiny.make()
        #expect(try tokenizer.encode("aaaab") == [1, 1, 3])
        #expect(try tokenizer.encode(String(repeating: "a", count: 1000)) == Array(repeating: 1, count: 500))
        var table = MergeTable(capacity: 4)
        // What no file can say: a pair that becomes one of its parts.
        table.insert(0, 0, .init(rank: 0, id: 0))
        table.insert(0, 1, .init(rank: 1, id: 1))
        for count in [2, 40, 100, 101, 500] {
            var workspace = MergeWorkspace()
            workspace.symbols = Array(repeating: 0, count: count) + [1]
            workspace.merge(by: table)
            #expect(workspace.symbols == [1])
        }
    }

    @Test("huge ids are refused with their token")
    func hugeIDs() throws {
        for id in ["16777217", "2147483648", "4294967296", "9223372036854775808", "1e3", "1.0"] {
            let failure = try failure(\.model, #"{"type":"BPE","vocab":{"a":0,"b":\#(id)},"merges":[]}"#)
            #expect(failure.place == "model.vocab" && failure.problem.contains("“b” no id from 0 to 16777216"))
            let added = TinyTokenizer.added("x", 9).replacingOccurrences(of: "9", with: id)
            #expect(try self.failure(\.addedTokens, "[\(added)]").place == "added_tokens[0].id")
        }
        var tiny = TinyTokenizer()
        tiny.model = #"{"type":"BPE","vocab":{"a":16777216},"merges":[]}"#
        #expect(try tiny.make().encode("a") == [16_777_216])
    }

    @Test("nesting that is too deep is refused with its byte, whatever is nested")
    func deepNesting() throws {
        for (part, opening) in [
            (\TinyTokenizer.normalizer, #"{"type":"Sequence","normalizers":["#),
            (\.preTokenizer, #"{"type":"Sequence","pretokenizers":["#),
            (\.decoder, #"{"type":"Sequence","decoders":["#),
            (\.postProcessor, #"{"type":"Sequence","processors":["#), (\.model, "["),
        ] {
            let failure = try failure(part, String(repeating: opening, count: 50_000))
            #expect(failure.place?.hasPrefix("byte ") == true && failure.problem.contains("nested more than 64 deep"))
        }
    }

    @Test("steps that multiply a text again and again are refused where they stand")
    func multiplication() throws {
        func list(_ item: String, _ count: Int) -> String {
            Array(repeating: item, count: count).joined(separator: ",")
        }
        let replace = #"{"type":"Replace","pattern":{"String":"a"},"content":"aa"}"#
        let growing = "more than 65536 times as long"
        for (part, json, place, problem) in [
            (
                \TinyTokenizer.normalizer, #"{"type":"Sequence","normalizers":[\#(list(replace, 60))]}"#, "normalizer",
                growing
            ),
            (
                \.normalizer, #"{"type":"Sequence","normalizers":[\#(list(#"{"type":"ByteLevel"}"#, 40))]}"#,
                "normalizer", growing
            ),
            (
                \.normalizer,
                #"{"type":"Replace","pattern":{"Regex":""},"content":"\#(String(repeating: "x", count: 30_000))"}"#,
                "normalizer", growing
            ),
            (
                \.preTokenizer,
                #"{"type":"Sequence","pretokenizers":[\#(list(#"{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}"#, 40))]}"#,
                "pre_tokenizer", growing
            ),
            (\.decoder, #"{"type":"Sequence","decoders":[\#(list(replace, 60))]}"#, "decoder", growing),
            (
                \.postProcessor,
                #"{"type":"Sequence","processors":[\#(list(#"{"type":"TemplateProcessing","special_tokens":{},"single":[{"Sequence":{"id":"A"}},{"Sequence":{"id":"A"}}]}"#, 5))]}"#,
                "post_processor", "more than 16 times as long"
            ),
            (
                \.postProcessor,
                #"{"type":"TemplateProcessing","single":[\#(list(#"{"SpecialToken":{"id":"s"}}"#, 100))],"special_tokens":{"s":{"ids":[\#(list("1", 100))]}}}"#,
                "post_processor.single", "more than 1,024 tokens"
            ),
            (
                \.model,
                TinyTokenizer.bytePair(
                    vocabulary: ["a"], #","end_of_word_suffix":"\#(String(repeating: "x", count: 65))""#),
                "model.end_of_word_suffix", "more than 64"
            ),
        ] as [(WritableKeyPath<TinyTokenizer, String>, String, String, String)] {
            let failure = try failure(part, json)
            #expect(failure.place == place && failure.problem.contains(problem), "\(failure)")
        }
        // What published files do is far below that.
        var tiny = TinyTokenizer()
        tiny.normalizer =
            #"{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"NFKC"},{"type":"Prepend","prepend":"▁"},\#(replace)]}"#
        tiny.preTokenizer = #"{"type":"ByteLevel","add_prefix_space":true}"#
        #expect(throws: Never.self) { try tiny.make() }
    }

    @Test("regular expressions that cannot be compiled are refused where they stand")
    func invalidPatterns() throws {
        for pattern in [
            "(", ")", "[", "[^", "a)", "(?<=a+)", "\\\\C", "\\\\p{Foo}", "\\\\p{", "\\\\", "(?", "(?z)", "[a&&b]",
            "[[^a]]", "a{3,2}", "\\\\u12",
            String(repeating: "(", count: 300) + String(repeating: ")", count: 300),
            String(repeating: "a", count: 70_000),
            "((a{1,999}){1,999}){1,999}", "(?1)", "(?=a\\\\K)",
        ] {
            let json = #"{"type":"Split","pattern":{"Regex":"\#(pattern)"},"behavior":"Isolated","invert":false}"#
            let failure = try failure(\.preTokenizer, json)
            #expect(failure.place == "pre_tokenizer.pattern.Regex", "\(pattern.prefix(30))")
            #expect(failure.problem.contains("cannot be used"), "\(failure)")
        }
    }

    @Test("regular expressions that would not end are stopped, and the file is named")
    func endlessPatterns() throws {
        var tiny = TinyTokenizer()
        let text = String(repeating: "a", count: 3000)
        for pattern in ["(a|a)*b", "(a+)+$b", "(?:(?:a?){30})*b", "(a(?1)?)*b"] {
            tiny.preTokenizer =
                #"{"type":"Split","pattern":{"Regex":"\#(pattern)"},"behavior":"Isolated","invert":false}"#
            let tokenizer = try tiny.make()
            let started = ContinuousClock.now
            do {
                #expect(try tokenizer.encode(text).count == 3000)
            } catch let failure as Failure {
                #expect(failure.kind == .badData && failure.file == "tokenizer.json")
                #expect(failure.problem.contains("regular expression"), "\(failure)")
            }
            #expect(ContinuousClock.now - started < .seconds(5), "\(pattern)")
        }
    }

    @Test("a character map whose replacements begin inside a character is refused")
    func characterMap() throws {
        typealias Map = CharacterMapFixture
        let replacement = Array("é\0".utf8)
        func json(_ units: [UInt32]) -> String {
            #"{"type":"Precompiled","precompiled_charsmap":"\#(Map.base64(units: units, replacements: replacement))"}"#
        }
        var tiny = TinyTokenizer(normalizer: json(Map.units))
        tiny.model = TinyTokenizer.bytePair(vocabulary: ["é", "b"])
        #expect(try tiny.make().encode("ab") == [0, 1])
        for start in [1, 4, 0x7FFF_FFFF] as [UInt32] {
            var units = Map.units
            units[256 ^ 0x61 ^ 1] |= start
            let failure = try failure(\.normalizer, json(units))
            #expect(failure.place == "normalizer.precompiled_charsmap" && failure.problem == "is not a character map")
        }
        var outside = Map.units
        outside[256 ^ 0x61] |= 0x1FFF << 10
        #expect(try failure(\.normalizer, json(outside)).place == "normalizer.precompiled_charsmap")
    }

    @Test("what is no regular file, or too large, is refused before it is read")
    func irregularFiles() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("tokenizer.json").path
            // A pipe that nobody writes to would be waited for.
            try #require(mkfifo(path, 0o600) == 0)
            let pipe = try #require(throws: Failure.self) { _ = try Tokenizer(folder: folder.path) }
            #expect(pipe.kind == .inputUnavailable && pipe.file == path)
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
            let device = try #require(throws: Failure.self) { _ = try Tokenizer(folder: folder.path) }
            #expect(device.kind == .inputUnavailable && device.file == path)
            try FileManager.default.removeItem(atPath: path)
            try #require(FileManager.default.createFile(atPath: path, contents: nil) && truncate(path, 1 << 40) == 0)
            let huge = try #require(throws: Failure.self) { _ = try Tokenizer(folder: folder.path) }
            #expect(huge.kind == .badData && huge.file == path && huge.problem.contains("256 MB"))
        }
    }
}
