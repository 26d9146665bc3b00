import Diagnostics
import Testing

@testable import Tokenization

/// The three models on vocabularies that can be checked by hand, and the fast ways against the plain ones.
struct ModelTests {
    @Test("merges go by rank, then from the left")
    func mergeOrder() throws {
        var tiny = TinyTokenizer()
        // "bc" outranks "ab": a bc, although a b stands first.
        tiny.model = TinyTokenizer.bytePair(
            vocabulary: ["a", "b", "c", "ab", "bc"], merges: [("b", "c"), ("a", "b")])
        #expect(try tiny.make().encode("abc") == [0, 4])
        #expect(try tiny.make().encode("abab") == [3, 3])
        // Three equal pairs overlap: the leftmost is taken.
        tiny.model = TinyTokenizer.bytePair(vocabulary: ["a", "aa"], merges: [("a", "a")])
        #expect(try tiny.make().encode("aaaaa") == [1, 1, 0])
    }

    @Test("the heap merges as the search does, on random merges and words")
    func heapEqualsSearch() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            let letters = Int32.random(in: 2...6, using: &generator)
            var table = MergeTable(capacity: 40)
            var seen: Set<[Int32]> = []
            var next = letters
            for rank in 0..<Int32(40) {
                let pair = [
                    Int32.random(in: 0..<next, using: &generator), Int32.random(in: 0..<next, using: &generator),
                ]
                guard seen.insert(pair).inserted else { continue }
                table.insert(pair[0], pair[1], .init(rank: rank, id: next))
                next += 1
            }
            for count in [0, 1, 2, 3, 17, 41, 101, 150] {
                let word = (0..<count).map { _ in Int32.random(in: 0..<letters, using: &generator) }
                var searching = MergeWorkspace()
                searching.symbols = word
                searching.mergeBySearch(table)
                var heaping = MergeWorkspace()
                heaping.symbols = word
                heaping.mergeByHeap(table)
                #expect(searching.symbols == heaping.symbols, "\(word)")
            }
        }
    }

    @Test("a word of 200,000 characters takes no quadratic time")
    func longWord() throws {
        let tokenizer = try TinyTokenizer().make()
        let ids = try tokenizer.encode(String(repeating: "abca", count: 50_000))
        #expect(ids.count == 100_000)
        #expect(Array(ids.prefix(4)) == [4, 0, 4, 0])
    }

    @Test("cutting in front of “▁” changes nothing where no merge reaches across, and is not done elsewhere")
    func cutAtWordMark() throws {
        let plain = ["▁", "a", "b", "▁a", "ab", "▁▁"]
        let merges = [("▁", "a"), ("a", "b"), ("▁", "▁")]
        var tiny = TinyTokenizer(model: TinyTokenizer.bytePair(vocabulary: plain, merges: merges))
        #expect(try tiny.make().encode("▁ab▁a▁▁▁b") == [3, 2, 3, 5, 0, 2])
        tiny.model = TinyTokenizer.bytePair(vocabulary: plain + ["b▁"], merges: [("b", "▁")] + merges)
        #expect(try tiny.make().encode("▁ab▁a▁▁▁b") == [3, 6, 1, 5, 0, 2])
    }

    @Test("unknown characters are dropped, become the unknown token, or their bytes' tokens")
    func unknownCharacters() throws {
        var tiny = TinyTokenizer()
        #expect(try tiny.make().encode("a?c?") == [0, 2])
        tiny.model = TinyTokenizer.bytePair(vocabulary: ["a", "<unk>"], #", "unk_token": "<unk>""#)
        #expect(try tiny.make().encode("??a?") == [1, 1, 0, 1])
        tiny.model = TinyTokenizer.bytePair(vocabulary: ["a", "<unk>"], #", "unk_token": "<unk>", "fuse_unk": true"#)
        #expect(try tiny.make().encode("??a?") == [1, 0, 1])
        let bytes = #", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true"#
        tiny.model = TinyTokenizer.bytePair(vocabulary: ["a", "<unk>", "<0xC3>", "<0xA9>"], bytes)
        #expect(try tiny.make().encode("éa") == [2, 3, 0])
        // An unknown token that waits to be fused is overtaken by byte tokens, as in the reference implementation.
        #expect(try tiny.make().encode("?éa") == [2, 3, 1, 0])
        tiny.model = TinyTokenizer.bytePair(vocabulary: ["a"], #", "unk_token": "<unk>""#)
        let tokenizer = try tiny.make()
        #expect(try tokenizer.encode("a") == [0])
        let failure = try #require(throws: Failure.self) { try tokenizer.encode("b") }
        #expect(failure.kind == .badData)
        #expect(failure.problem.contains("“<unk>”"))
    }

    @Test("prefixes of continuing characters and suffixes of words belong to the tokens")
    func prefixAndSuffix() throws {
        var tiny = TinyTokenizer(preTokenizer: #"{"type": "WhitespaceSplit"}"#)
        tiny.model = TinyTokenizer.bytePair(
            vocabulary: ["a", "b</w>", "ab</w>", "a</w>"], merges: [("a", "b</w>")], #", "end_of_word_suffix": "</w>""#)
        tiny.decoder = #"{"type": "BPEDecoder", "suffix": "</w>"}"#
        let tokenizer = try tiny.make()
        #expect(try tokenizer.encode("ab a") == [2, 3])
        #expect(tokenizer.decode([2, 3], skipSpecialTokens: false) == "ab a")
        tiny.model = TinyTokenizer.bytePair(
            vocabulary: ["a", "##b", "ab", "##c", "##bc"], merges: [("##b", "##c")],
            ###", "continuing_subword_prefix": "##""###)
        #expect(try tiny.make().encode("abc ab") == [0, 4, 0, 1])
    }

    @Test("ignore_merges takes a word of the vocabulary whole")
    func ignoreMerges() throws {
        var tiny = TinyTokenizer()
        tiny.model = TinyTokenizer.bytePair(vocabulary: ["a", "b", "aba"], #", "ignore_merges": true"#)
        #expect(try tiny.make().encode("aba") == [2])
        #expect(try tiny.make().encode("abab") == [0, 1, 0, 1])
    }

    @Test("a merge listed twice has its last rank")
    func duplicateMerge() throws {
        var tiny = TinyTokenizer()
        tiny.model = TinyTokenizer.bytePair(
            vocabulary: ["a", "b", "c", "ab", "bc"], merges: [("a", "b"), ("b", "c"), ("a", "b")])
        #expect(try tiny.make().encode("abc") == [0, 4])
    }

    @Test("WordPiece takes the longest token from the left, or the whole word is unknown")
    func wordPiece() throws {
        var tiny = TinyTokenizer(preTokenizer: #"{"type": "BertPreTokenizer"}"#)
        tiny.model = """
            {"type": "WordPiece", "unk_token": "?", "continuing_subword_prefix": "##", "max_input_chars_per_word": 8,
            "vocab": {"?": 0, "un": 1, "##aff": 2, "##able": 3, "a": 4, ",": 5, "##a": 6}}
            """
        tiny.decoder = ###"{"type": "WordPiece", "prefix": "##", "cleanup": true}"###
        let tokenizer = try tiny.make()
        #expect(try tokenizer.encode("unaff, a unx aaaaaaaaa aaaaaaaa") == [1, 2, 5, 4, 0, 0, 4, 6, 6, 6, 6, 6, 6, 6])
        #expect(tokenizer.decode([1, 2, 3, 5, 4], skipSpecialTokens: false) == "unaffable, a")
    }

    @Test("Unigram finds the best segmentation and joins unknown characters")
    func unigram() throws {
        // The example of the reference implementation's documentation.
        var tiny = TinyTokenizer()
        tiny.model = """
            {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["a", 0], ["b", 0], ["c", 0], ["d", 0], ["cd", 1],
            ["ab", 2], ["abc", 5], ["abcd", 10]]}
            """
        #expect(try tiny.make().encode("abcdacdxx") == [8, 1, 5, 0])
        #expect(try tiny.make().encode("xaé") == [0, 1, 0])
        tiny.model = #"{"type": "Unigram", "unk_id": null, "vocab": [["a", 0]]}"#
        #expect(throws: Failure.self) { try tiny.make().encode("b") }
        tiny.model = """
            {"type": "Unigram", "unk_id": 0, "byte_fallback": true,
            "vocab": [["<unk>", 0], ["a", -1], ["<0xC3>", -2], ["<0xA9>", -2]]}
            """
        #expect(try tiny.make().encode("aé?") == [1, 0])
        #expect(try tiny.make().encode("éa?") == [2, 3, 1, 0])
    }

    @Test("the cache gives what the model gives, also after words were driven out")
    func cache() throws {
        var tiny = TinyTokenizer(preTokenizer: #"{"type": "WhitespaceSplit"}"#)
        tiny.model = TinyTokenizer.bytePair(
            vocabulary: (0..<10).map(String.init) + ["12", "123"], merges: [("1", "2"), ("12", "3")])
        let tokenizer = try tiny.make()
        func naive(_ word: String) -> [TokenID] {
            var digits = Array(word.utf8)[...]
            var ids: [TokenID] = []
            while let first = digits.first {
                let length = digits.starts(with: "123".utf8) ? 3 : digits.starts(with: "12".utf8) ? 2 : 1
                ids.append(length == 3 ? 11 : length == 2 ? 10 : TokenID(first - 0x30))
                digits = digits.dropFirst(length)
            }
            return ids
        }
        // More words than the cache holds, each twice.
        let words = (0..<80_000).map { String($0 * 7) }
        let expected = words.flatMap(naive)
        let text = words.joined(separator: " ")
        #expect(try tokenizer.encode(text) == expected)
        #expect(try tokenizer.encode(text) == expected)
    }

    @Test("a vocabulary keeps canonically equivalent tokens apart")
    func vocabulary() {
        var vocabulary = Vocabulary()
        #expect(vocabulary.insert(Array("é".utf8), id: 5) == nil)
        #expect(vocabulary.insert(Array("e\u{301}".utf8), id: 2) == nil)
        #expect(vocabulary.id(of: Array("e\u{301}".utf8)) == 2)
        #expect(vocabulary.token(5) == Array("é".utf8))
        #expect(vocabulary.token(3) == nil)
        #expect(vocabulary.token(-1) == nil)
        #expect(vocabulary.token(6) == nil)
        for id in 10..<2000 { #expect(vocabulary.insert(Array("t\(id)".utf8), id: TokenID(id)) == nil) }
        #expect((10..<2000).allSatisfy { vocabulary.id(of: Array("t\($0)".utf8)) == TokenID($0) })
        #expect(vocabulary.count == 1992)
    }
}
