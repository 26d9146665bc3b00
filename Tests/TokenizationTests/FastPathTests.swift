import TestSupport
import Testing

@testable import Tokenization

/// Each way that is taken for speed against the plain one that defines it.
struct FastPathTests {
    /// Texts of scalars that normalisers treat in different ways.
    private func texts(_ name: String, _ count: Int) -> [[UInt8]] {
        let ranges: [ClosedRange<UInt32>] = [
            0x00...0x7F, 0x20...0x7E, 0x80...0x17F, 0x300...0x36F, 0x370...0x52F, 0x590...0x6FF, 0x900...0xDFF,
            0x1100...0x11FF, 0x1E00...0x1FFF, 0x2000...0x2BFF, 0x3000...0x30FF, 0x4E00...0x4E20, 0xAC00...0xAC40,
            0xF900...0xFAFF, 0xFB00...0xFFFD, 0x11080...0x110BF, 0x1D15E...0x1D16F, 0x1F1E6...0x1F1FF,
            0x1F300...0x1F6FF,
            0x2F800...0x2F810,
        ]
        var generator = MutationGenerator(name, count)
        return (0..<count).map { _ in
            var text: [UInt8] = []
            for _ in 0..<generator.below(12) {
                let range = generator.element(ranges)
                for _ in 0...generator.below(3) {
                    UTF8Text.append(range.lowerBound + UInt32(generator.below(range.count)), to: &text)
                }
                if generator.below(4) == 0 { text += "\r\n".utf8 }
            }
            return text
        }
    }

    @Test("normal forms, by the scalars that are stable", arguments: ["NFC", "NFD", "NFKC", "NFKD"])
    func normalForms(_ name: String) throws {
        let form = try #require(UnicodeNormalization(rawValue: name))
        for text in texts(name, 4000) { #expect(form.apply(to: text) == form.transformed(text)) }
        // Every pair of a letter and a scalar, with the marks that move and those that join.
        var all: [UInt8] = []
        for value in UInt32(0x80)..<0x3100 {
            all += "e".utf8
            UTF8Text.append(value, to: &all)
            UTF8Text.append(0x301 + value % 0x40, to: &all)
        }
        #expect(form.apply(to: all) == form.transformed(all))
    }

    @Test("BERT's cleaning, by scalar")
    func bert() {
        for options in 0..<16 {
            let normalizer = BertNormalizer(
                cleansText: options & 1 > 0, separatesChinese: options & 2 > 0, stripsAccents: options & 4 > 0,
                lowercases: options & 8 > 0)
            for text in texts("bert", 400) { #expect(normalizer.apply(to: text) == normalizer.applyStepwise(to: text)) }
            // One at a time: marks in a row would be put in order.
            for value in UInt32(0)..<0x3100 {
                var text = Array("a".utf8)
                UTF8Text.append(value, to: &text)
                text += "b".utf8
                if normalizer.apply(to: text) != normalizer.applyStepwise(to: text) { Issue.record("\(value)") }
            }
            var all: [UInt8] = []
            for range in [0x3400...0x9FFF, 0xAC00...0xD7A3, 0x1F300...0x1FAFF] as [ClosedRange<UInt32>] {
                for value in range { UTF8Text.append(value, to: &all) }
            }
            #expect(normalizer.apply(to: all) == normalizer.applyStepwise(to: all))
        }
    }

    @Test("simple scalars are grapheme clusters of their own beside each other")
    func simpleScalars() {
        var text = String.UnicodeScalarView()
        for value in UInt32(0)..<0x10000 {
            guard PrecompiledCharacterMap.isSimple(value), let scalar = Unicode.Scalar(value) else { continue }
            text.append("a")
            text.append(scalar)
            text.append(scalar)
        }
        #expect(text.count > 90_000)
        #expect(String(text).count == text.count)
    }

    @Test("a character map, by clusters that can be seen at a glance")
    func characterMap() throws {
        // "a" becomes "bb".
        let base64 = CharacterMapFixture.base64(units: CharacterMapFixture.units, replacements: Array("bb\0".utf8))
        let map = try #require(PrecompiledCharacterMap(base64: base64))
        #expect(map.apply(to: Array("aé\r\na".utf8)) == Array("bbé\r\nbb".utf8))
        for text in texts("map", 4000) {
            let text = Array("a".utf8) + text + Array("a\u{301}aa".utf8)
            var expected: [UInt8] = []
            map.append(text[...], to: &expected)
            #expect(map.apply(to: text) == expected)
        }
    }

    @Test(
        "bytes stand for ByteLevel's characters until the model needs them",
        arguments: ["", #", "ignore_merges": true"#, #", "unk_token": "<unk>", "byte_fallback": true"#])
    func byteLevel(_ more: String) throws {
        let byteLevel = #"{"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}"#
        let nothing =
            #"{"type": "Split", "pattern": {"String": "\u0001\u0002"}, "behavior": "Isolated", "invert": false}"#
        for isWhole in [true, false] {
            // With all characters of the alphabet, and without some.
            let alphabet = ByteAlphabet.scalars.filter { isWhole || $0 % 7 > 0 }.compactMap(Unicode.Scalar.init)
            var tiny = TinyTokenizer(preTokenizer: byteLevel)
            tiny.model = TinyTokenizer.bytePair(
                vocabulary: alphabet.map { String($0) } + ["<unk>", "ab", "Ġa", "Ġab", "Ã©", "aaaa"],
                merges: [("a", "b"), ("Ġ", "a"), ("Ġ", "ab"), ("Ã", "©")].filter { left, right in
                    (left + right).unicodeScalars.allSatisfy(alphabet.contains)
                }, more)
            let fast = try tiny.make()
            // With another step behind it, ByteLevel has to write its characters.
            tiny.preTokenizer = #"{"type": "Sequence", "pretokenizers": [\#(byteLevel), \#(nothing)]}"#
            let plain = try tiny.make()
            for text in texts("bytes", 500) {
                let text = String(decoding: text + Array(" ab aaaa é".utf8), as: UTF8.self)
                #expect(try fast.encode(text) == plain.encode(text))
            }
        }
    }

    @Test("the cache gives what was put in, or nothing")
    func wordCache() {
        let cache = WordCache()
        var generator = MutationGenerator("cache", 1)
        var found = 0
        for round in 0..<30_000 {
            // Many are equal, some differ in NUL bytes only.
            var bytes = (0..<1 + generator.below(34)).map { _ in UInt8(generator.below(2)) }
            if generator.below(2) == 0 { bytes = Array(bytes.prefix(1 + generator.below(12))) }
            let text = Array("xx".utf8) + bytes + Array("y".utf8)
            // What the word becomes: a number for it, as many times as it has ones, but the last.
            let ones = bytes.reduce(0) { $0 + Int($1) }
            let expected = [TokenID](repeating: Int32(bytes.count), count: ones % 9) + [Int32(ones)]
            guard let key = cache.key(text.span.bytes, 2, text.count - 1) else {
                #expect(bytes.count > WordCache.longestWord)
                continue
            }
            var ids: [TokenID] = [-7]
            if cache.append(key, to: &ids) {
                found += 1
                if ids != [-7] + expected { Issue.record("\(bytes) in round \(round)") }
            } else {
                cache.insert(key, expected[...])
            }
        }
        #expect(found > 10_000)
    }

    @Test("the prefix tree finds the longest of its strings, and all of them in order")
    func prefixTree() {
        var generator = MutationGenerator("tree", 1)
        func word(_ longest: Int) -> [UInt8] {
            (0...generator.below(longest)).map { _ in UInt8(97 + generator.below(3)) }
        }
        var tree = ByteTrie()
        var numbers: [[UInt8]: Int32] = [:]
        for number in Int32(0)..<300 {
            let string = word(7)
            tree.insert(string, value: number)
            if numbers[string] == nil { numbers[string] = number }
        }
        for _ in 0..<500 {
            let text = word(12)
            let expected = (1...text.count).compactMap { end in numbers[Array(text[..<end])].map { [Int($0), end] } }
            var found: [[Int]] = []
            tree.forEachPrefix(of: text, at: 0, end: text.count) { found.append([Int($0), $1]) }
            #expect(found == expected)
            let longest = tree.longestPrefix(of: text, at: 0, end: text.count)
            #expect(longest.map { [Int($0.value), $0.end] } == expected.last)
        }
    }

    @Test("the vocabulary finds the longest token behind a prefix")
    func longestToken() {
        var generator = MutationGenerator("vocabulary", 1)
        func word(_ longest: Int) -> [UInt8] {
            Array((0...generator.below(longest)).map { _ in generator.element(["a", "b", "é", "漢"]) }.joined().utf8)
        }
        var vocabulary = Vocabulary()
        for id in 0..<400 {
            _ = vocabulary.insert((id % 2 == 0 ? [0x23] : []) + word(5), id: TokenID(id))
        }
        for prefix in [[], [0x23], Array("##".utf8)] as [[UInt8]] {
            for _ in 0..<400 {
                let text = word(9)
                let expected = (1...text.count).reversed().lazy.compactMap { end in
                    vocabulary.id(of: prefix + text[..<end]).map { [Int($0), end] }
                }.first
                let found = vocabulary.longestToken(prefix, text, 0, text.count)
                #expect(found.map { [Int($0.id), $0.end] } == expected)
            }
        }
    }
}
