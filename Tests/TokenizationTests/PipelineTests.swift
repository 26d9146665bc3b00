import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// The stages around the model, one by one.
struct PipelineTests {
    @Test(
        "each split behaviour treats delimiters as the reference documents it",
        arguments: [
            (SplitBehavior.removed, ["the", "final", "countdown"]),
            (.isolated, ["the", "-", "final", "-", "-", "countdown"]),
            (.mergedWithPrevious, ["the-", "final-", "-", "countdown"]),
            (.mergedWithNext, ["the", "-final", "-", "-countdown"]),
            (.contiguous, ["the", "-", "final", "--", "countdown"]),
        ])
    func splitBehaviors(_ behavior: SplitBehavior, _ expected: [String]) throws {
        let literal = Splitter(delimiter: .literal(Array("-".utf8)), behavior: behavior)
        #expect(try pieces("the-final--countdown", .split(literal)) == expected)
        let inverted = Splitter(delimiter: .pattern(try Pattern("[^-]")), behavior: behavior, isInverted: true)
        if behavior != .isolated, behavior != .removed {
            #expect(try pieces("the-final--countdown", .split(inverted)).joined() == "the-final--countdown")
        }
    }

    @Test("white space, digits and punctuation are cut as their classes say")
    func classes() throws {
        #expect(
            try pieces("a1２Ⅷb", .split(Splitter(delimiter: .scalars(.numeric), behavior: .contiguous))) == [
                "a", "1２Ⅷ", "b",
            ])
        #expect(
            try pieces(" a\u{85}b\u{200B}c ", .split(Splitter(delimiter: .scalars(.whiteSpace), behavior: .removed)))
                == ["a", "b\u{200B}c"])
        // "$" is punctuation in ASCII only, and a mark of Unicode 11 is none at all.
        let punctuation = PreTokenizer.split(Splitter(delimiter: .scalars(.punctuation), behavior: .isolated))
        #expect(try pieces("a$€。\u{2E4A}b", punctuation) == ["a", "$", "€", "。", "\u{2E4A}b"])
        // Words have circled letters and joiners, but not the numbers that are no digits.
        let words = try PreTokenizer(JSONDocument(Array(#"{"type": "Whitespace"}"#.utf8), file: "x").root)
        #expect(
            try pieces("a½b² ⓐ\u{200D}_1Ⅷ!?\u{3000}e\u{301}", words) == [
                "a", "½", "b", "²", "ⓐ\u{200D}_1Ⅷ", "!?", "e\u{301}",
            ])
    }

    @Test("GPT-2's expression gives back the last space before a word")
    func gpt2Pattern() throws {
        let byteLevel = PreTokenizer.byteLevel(addsPrefixSpace: false, pattern: try Pattern(PreTokenizer.gpt2Pattern))
        #expect(try pieces("I'm  12!\n\n é", byteLevel) == ["I", "'m", "Ġ", "Ġ12", "!", "ĊĊ", "ĠÃ©"])
        let prefixed = PreTokenizer.byteLevel(addsPrefixSpace: true, pattern: nil)
        #expect(try pieces("a", prefixed) == ["Ġa"])
        #expect(try pieces(" a", prefixed) == ["Ġa"])
        #expect(try pieces("", prefixed) == [])
    }

    @Test("Metaspace prepends once, to every piece or to the first piece of the text")
    func metaspace() throws {
        let mark = Array("▁".utf8)
        #expect(try pieces("a b", .metaspace(replacement: mark, prepends: .always, splits: true)) == ["▁a", "▁b"])
        #expect(try pieces(" a", .metaspace(replacement: mark, prepends: .always, splits: false)) == ["▁a"])
        #expect(
            try pieces("▁a  b", .metaspace(replacement: mark, prepends: .first, splits: true)) == ["▁a", "▁", "▁b"])
        #expect(try pieces("a", .metaspace(replacement: mark, prepends: .never, splits: true)) == ["a"])
        let words = PreTokenizer.split(Splitter(delimiter: .scalars(.whiteSpace), behavior: .removed))
        let first = PreTokenizer.sequence([words, .metaspace(replacement: mark, prepends: .first, splits: true)])
        #expect(try pieces("a b", first) == ["▁a", "b"])
        var later = Pieces(Array("a".utf8), isFirst: false)
        try first.apply(to: &later)
        #expect(later.text == Array("a".utf8))
    }

    @Test("the old key of Metaspace still counts, and must not contradict the new one")
    func metaspaceKeys() throws {
        func scheme(_ keys: String) throws -> PreTokenizer.PrependScheme {
            let json = #"{"replacement": "▁"\#(keys)}"#
            return try .init(metaspace: JSONDocument(Array(json.utf8), file: "x").root)
        }
        #expect(try scheme("") == .always)
        #expect(try scheme(#", "add_prefix_space": false"#) == .never)
        #expect(try scheme(#", "add_prefix_space": true, "prepend_scheme": "first""#) == .first)
        #expect(throws: Failure.self) { try scheme(#", "add_prefix_space": false, "prepend_scheme": "first""#) }
        #expect(throws: Failure.self) { try scheme(#", "prepend_scheme": "sometimes""#) }
    }

    @Test("the byte alphabet is a bijection, and other characters stand for themselves")
    func byteAlphabet() {
        let bytes = Array(UInt8.min...UInt8.max)
        var text: [UInt8] = []
        ByteAlphabet.append(bytes, 0, 256, to: &text)
        #expect(String(decoding: text, as: UTF8.self).unicodeScalars.count == 256)
        #expect(ByteAlphabet.bytes(of: text) == bytes)
        #expect(ByteAlphabet.bytes(of: Array("a b".utf8)) == nil)
        #expect(ByteAlphabet.bytes(of: Array("\u{1FF}".utf8)) == nil)
        #expect(ByteAlphabet.bytes(of: Array("語".utf8)) == nil)
    }

    @Test("added tokens: longest first, stripping, whole words, normalised or raw")
    func addedTokens() throws {
        typealias Tiny = TinyTokenizer
        var tiny = Tiny(normalizer: #"{"type": "Lowercase"}"#)
        tiny.model = Tiny.bytePair(vocabulary: ["a", "b", " "])
        tiny.addedTokens = """
            [\(Tiny.added("<x>", 10, special: true)), \(Tiny.added("<x>>", 11)), \(Tiny.added("<l>", 12, lstrip: true)),
            \(Tiny.added("<r>", 13, rstrip: true)), \(Tiny.added("AB", 14, normalized: true)), \(Tiny.added("BA", 15)),
            \(Tiny.added("<w>", 16, singleWord: true)), \(Tiny.added("\u{20}\u{20}", 17))]
            """
        let tokenizer = try tiny.make()
        #expect(try tokenizer.encode("<x><x>>a") == [10, 11, 0])
        #expect(try tokenizer.encode("a \u{3000}<l> b") == [0, 12, 2, 1])
        #expect(try tokenizer.encode("a <r>\n b") == [0, 2, 13, 1])
        // "ab" is found in the lower-cased text, "BA" in the raw text only.
        #expect(try tokenizer.encode("aB ba BA") == [14, 2, 1, 0, 2, 15])
        #expect(try tokenizer.encode("<w> a<w> <w>_ <w>") == [16, 2, 0, 2, 2, 16])
        // The space that <r> took in is not taken away from a token of spaces.
        #expect(try tokenizer.encode("<r>   b") == [13, 17, 2, 1])
        #expect(tokenizer.vocabularyCount == 11)
        #expect(tokenizer.decode([10, 0, 14, 99, -1], skipSpecialTokens: false) == "<x> a ab")
        #expect(tokenizer.decode([10, 0, 14, 99, -1], skipSpecialTokens: true) == "a ab")
    }

    @Test("post-processors put their tokens around, on request")
    func postProcessors() throws {
        var tiny = TinyTokenizer()
        tiny.postProcessor =
            #"{"type": "RobertaProcessing", "cls": ["<s>", 7], "sep": ["</s>", 8], "trim_offsets": true}"#
        #expect(try tiny.make().encode("a") == [7, 0, 8])
        #expect(try tiny.make().encode("a", addSpecialTokens: false) == [0])
        tiny.postProcessor = """
            {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing", "single": [
            {"SpecialToken": {"id": "x", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
            "special_tokens": {"x": {"id": "x", "ids": [3, 4], "tokens": ["p", "q"]}}}]}
            """
        #expect(try tiny.make().encode("") == [3, 4])
        #expect(try tiny.make().encode("b") == [3, 4, 1])
    }

    @Test("decoders turn tokens into text")
    func decoders() {
        func decode(_ decoder: Tokenization.Decoder, _ tokens: String...) -> [String] {
            decoder.apply(to: tokens.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
        }
        let space = Array(" ".utf8)
        let mark = Array("▁".utf8)
        #expect(decode(.byteFallback, "<0xE5>", "<0x8f>", "<0xab>", "a") == ["叫", "a"])
        #expect(decode(.byteFallback, "<0x61>", "<0xE5>", "b") == ["\u{FFFD}", "\u{FFFD}", "b"])
        #expect(decode(.byteFallback, "<0x+5>", "<0xG1>") == ["\u{5}", "<0xG1>"])
        #expect(decode(.strip(content: space, start: 1, stop: 2), "  a   ") == [" a "])
        #expect(decode(.strip(content: space, start: 2, stop: 1), " ") == [""])
        #expect(decode(.fuse, "a", "b") == ["ab"])
        #expect(decode(.byteLevel, "ĠÃ", "©", "a b") == [" éa b"])
        #expect(decode(.byteLevel, "ð", "Ļ", "x") == ["\u{FFFD}x"])
        #expect(decode(.metaspace(replacement: mark, dropsFirst: true), "▁a▁", "▁b") == ["a", " b"])
        #expect(
            decode(.wordPiece(prefix: Array("##".utf8), cleansUp: true), "##a", "##b", "do not", "!") == [
                "##a", "b", " don't", "!",
            ])
        #expect(decode(.sequence([.replace(mark, by: space), .fuse]), "▁a", "▁b") == [" a b"])
    }

    @Test("many threads share one tokenizer")
    func concurrency() async throws {
        let tokenizer = try Tokenizer(folder: TestData.fixture("Models/gpt2").path)
        let texts = (0..<64).map { "The river number \($0) flows \($0 * $0) km; it's été \($0)." }
        let expected = try texts.map { try tokenizer.encode($0) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { try texts.map { try tokenizer.encode($0) } == expected }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
    }

    private func pieces(_ text: String, _ preTokenizer: PreTokenizer) throws -> [String] {
        var pieces = Pieces(Array(text.utf8), isFirst: true)
        try preTokenizer.apply(to: &pieces)
        return pieces.pieces.map { String(decoding: pieces.text[$0.start..<$0.end], as: UTF8.self) }
    }
}
