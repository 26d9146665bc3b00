import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Character classes, regular expressions and normalisation against what the reference implementation does.
struct UnicodeTests {
    @Test(
        "normal forms, with Unicode 9.0 tables",
        arguments: [
            ("e\u{301}", "\u{E9}", "e\u{301}", "\u{E9}", "e\u{301}"),
            ("\u{212B}", "\u{C5}", "A\u{30A}", "\u{C5}", "A\u{30A}"),
            ("ﬁ", "ﬁ", "ﬁ", "fi", "fi"),
            ("\u{1E9B}\u{323}", "\u{1E9B}\u{323}", "\u{17F}\u{323}\u{307}", "\u{1E69}", "s\u{323}\u{307}"),
            // Marks are ordered by class; composition excludes U+0958.
            ("a\u{301}\u{323}", "\u{1EA1}\u{301}", "a\u{323}\u{301}", "\u{1EA1}\u{301}", "a\u{323}\u{301}"),
            ("\u{958}", "\u{915}\u{93C}", "\u{915}\u{93C}", "\u{915}\u{93C}", "\u{915}\u{93C}"),
            // Hangul composes by rule, old jamo not at all.
            ("\u{1112}\u{1161}\u{11AB}", "한", "\u{1112}\u{1161}\u{11AB}", "한", "\u{1112}\u{1161}\u{11AB}"),
            ("\u{1113}\u{1161}", "\u{1113}\u{1161}", "\u{1113}\u{1161}", "\u{1113}\u{1161}", "\u{1113}\u{1161}"),
            // A scalar beyond U+FFFF is not mistaken for its low half.
            ("\u{10052}\u{327}", "\u{10052}\u{327}", "\u{10052}\u{327}", "\u{10052}\u{327}", "\u{10052}\u{327}"),
            ("\u{11099}\u{110BA}", "\u{1109A}", "\u{11099}\u{110BA}", "\u{1109A}", "\u{11099}\u{110BA}"),
            // U+1DF6 came with Unicode 10: class 0 here, so it is not moved and nothing passes it.
            ("a\u{1DF6}\u{316}", "a\u{1DF6}\u{316}", "a\u{1DF6}\u{316}", "a\u{1DF6}\u{316}", "a\u{1DF6}\u{316}"),
            ("\u{32FF}", "\u{32FF}", "\u{32FF}", "\u{32FF}", "\u{32FF}"), ("", "", "", "", ""),
            ("abc", "abc", "abc", "abc", "abc"),
        ])
    func normalization(_ text: String, _ nfc: String, _ nfd: String, _ nfkc: String, _ nfkd: String) {
        for (form, expected) in [(UnicodeNormalization.nfc, nfc), (.nfd, nfd), (.nfkc, nfkc), (.nfkd, nfkd)] {
            expectEqualBytes(String(decoding: form.apply(to: Array(text.utf8)), as: UTF8.self), expected)
        }
    }

    @Test(
        "normalisers",
        arguments: [
            (Normalizer.lowercase, "İΑΣ", "i\u{307}ας".replacingOccurrences(of: "ς", with: "σ")),
            (.prepend(Array("▁".utf8)), "", ""), (.prepend(Array("▁".utf8)), "a", "▁a"),
            (.strip(left: true, right: false), "\u{3000} a ", "a "), (.strip(left: false, right: true), " a \n", " a"),
            (.strip(left: true, right: true), " \t", ""), (.stripAccents, "e\u{301}\u{903}x", "ex"),
            (.replace(.literal(Array("aa".utf8)), by: Array("b".utf8)), "aaaaa", "bba"), (.byteLevel, " é", "ĠÃ©"),
            (
                .bert(.init(cleansText: true, separatesChinese: true, stripsAccents: true, lowercases: true)),
                "É\u{0}\u{AD}\t中\u{FFFD}X", "e  中 x"
            ),
        ] as [(Normalizer, String, String)])
    func normalizers(_ normalizer: Normalizer, _ text: String, _ expected: String) throws {
        expectEqualBytes(String(decoding: try normalizer.apply(to: Array(text.utf8)), as: UTF8.self), expected)
    }

    @Test(
        "regular expressions are read as Oniguruma reads them",
        arguments: [
            (#"\s"#, "a\u{85}\u{A0}\u{180E}\u{200B} b", ["\u{85}", "\u{A0}", " "]), (#"[\s]+"#, "a\u{180E} b", [" "]),
            (#"[^\S\n]+"#, " \t\n\u{180E} ", [" \t", " "]), (#"\w+"#, "a_é²१-Ⅷⓐ½\u{2460}", ["a_é²१", "Ⅷⓐ½"]),
            (#"\d+"#, "1२²", ["1२"]), (#"\h+"#, "xfA9g", ["fA9"]), (#"\u0041"#, "BAB", ["A"]),
            (#"(?i:'s)"#, "'S'ſ's't", ["'S", "'ſ", "'s"]), (#"a{1,2}+"#, "aaaaab", ["aaaaa"]),
            (#"(?:ab){2}+c"#, "ababababc", ["ababababc"]),
            (#"^b$"#, "a\nb\nc", ["b"]), (#"(?m:a.b)"#, "a\nb", ["a\nb"]), (#"b*"#, "abbc", ["", "bb", ""]),
            (#"[[:punct:]]+"#, "a+$。~b", ["+$。~"]), (#"\p{Han}+"#, "中、国\u{31350}", ["中", "国\u{31350}"]),
            (#"\p{^L}"#, "a1b", ["1"]), (#"\P{L}+"#, "a12b", ["12"]), (#"\p{Lu}"#, "\u{1C89}a", ["\u{1C89}"]),
            (#"[]a]+"#, "x]a", ["]a"]), (#"[^(\s|[.,!]b)]+"#, "ac(. dbe|f", ["ac", "d", "e", "f"]),
            (#"{"#, "a{", ["{"]), (#"(?<=x)a"#, "axa", ["a"]), (#"\."#, "a.", ["."]),
        ])
    func patterns(_ pattern: String, _ text: String, _ expected: [String]) throws {
        let bytes = Array(text.utf8)
        var found: [String] = []
        try Pattern(pattern).forEachMatch(in: bytes, 0..<bytes.count) {
            found.append(String(decoding: bytes[$0], as: UTF8.self))
        }
        #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(found)")
    }

    @Test(
        "patterns that cannot be used are refused",
        arguments: [
            #"(a"#, #"a)"#, #"[a"#, #"[a-z&&[^b]]"#, #"[a[^b]]"#, #"[[a-]z]"#, #"[a-[b]]"#, #"[[a]-z]"#, #"[a[b"#,
            #"[a[b]"#, #"[[[[[[[[[[a]]]]]]]]]]"#, #"\"#, #"\u12"#, #"\p{"#, #"\p{}"#, #"\p{Foo}"#,
            #"[\H]"#, #"a**b(?"#,
        ])
    func refusedPatterns(_ pattern: String) {
        #expect(throws: PatternTranslation.Unsupported.self) { _ = try Pattern(pattern) }
    }

    @Test("a match sees nothing outside its range")
    func matchRange() throws {
        let bytes = Array("xaax".utf8)
        var found: [Range<Int>] = []
        try Pattern(#"(?<=x)a|a(?=x)|^a|a$"#).forEachMatch(in: bytes, 1..<3) { found.append($0) }
        #expect(found == [1..<2, 2..<3])
    }

    @Test("a long run of spaces takes no quadratic time, and deep backtracking falls back to the interpreter")
    func longRuns() throws {
        let pattern = try Pattern(PreTokenizer.gpt2Pattern)
        let bytes = [UInt8](repeating: 0x20, count: 1_000_000) + Array("a".utf8)
        var count = 0
        try pattern.forEachMatch(in: bytes, 0..<bytes.count) { _ in count += 1 }
        #expect(count == 2)
        let nested = try Pattern("(?:(?:ab)|a)*c")
        let deep = Array(String(repeating: "aba", count: 20_000).utf8) + Array("c".utf8)
        count = 0
        try nested.forEachMatch(in: deep, 0..<deep.count) { count += $0.count }
        #expect(count == deep.count)
    }

    /// All scalars but NUL and the surrogates, in order.
    private static let everyScalar: [UInt8] = {
        var text: [UInt8] = []
        for value in UInt32(1)...0x10FFFF where !(0xD800...0xDFFF).contains(value) { UTF8Text.append(value, to: &text) }
        return text
    }()

    @Test(
        "classes are the reference's over all scalars", .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: ["L", "N", "M", "Lu", "Ll", "Lt", "Lm", "Lo"].map { (#"onig \p{\#($0)}"#, #"\p{\#($0)}"#) } + [
            (#"onig \s"#, #"\s"#)
        ])
    func patternClasses(_ name: String, _ pattern: String) throws {
        var ranges: [ClosedRange<UInt32>] = []
        let text = Self.everyScalar
        try Pattern(pattern).forEachMatch(in: text, 0..<text.count) {
            Self.extend(&ranges, by: UTF8Text.scalar(in: text, at: $0.lowerBound).value)
        }
        #expect(try ranges == sharedClass(name))
    }

    @Test(
        "built-in classes are the reference's over all scalars",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"),
        arguments: [
            ("Digits", CharacterClass.numeric), ("WhitespaceSplit", .whiteSpace),
            ("BertPreTokenizer whitespace", .whiteSpace),
            ("BertPreTokenizer punctuation", .punctuation),
        ])
    func builtInClasses(_ name: String, _ characters: CharacterClass) throws {
        #expect(try scalars { characters.contains($0) } == sharedClass(name))
    }

    @Test(
        "BERT's accents are the reference's over all scalars",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))
    func bertAccents() throws {
        #expect(try scalars { $0.isOldNonspacingMark } == sharedClass("BertNormalizer strip_accents removed"))
    }

    @Test(
        "BERT's cleaning is the reference's over all scalars",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))
    func bertCleaning() throws {
        let cleaner = BertNormalizer(cleansText: true, separatesChinese: false, stripsAccents: false, lowercases: false)
        let kept = Set(String(decoding: cleaner.apply(to: Self.everyScalar), as: UTF8.self).unicodeScalars)
        let dropped = try sharedClass("BertNormalizer clean_text removed")
        let spaces = try sharedClass("BertNormalizer clean_text to space")
        let missing = scalars { $0.value > 0 && !kept.contains($0) }
        // A space stays in the text as what others became, so the spaces are missing as well.
        var expected: [ClosedRange<UInt32>] = []
        for range in (dropped + spaces).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            for value in range where value > 0 { Self.extend(&expected, by: value) }
        }
        #expect(missing == expected)
    }

    private func scalars(where isMember: (Unicode.Scalar) -> Bool) -> [ClosedRange<UInt32>] {
        var ranges: [ClosedRange<UInt32>] = []
        for value in UInt32(0)...0x10FFFF {
            if let scalar = Unicode.Scalar(value), isMember(scalar) { Self.extend(&ranges, by: value) }
        }
        return ranges
    }

    private static func extend(_ ranges: inout [ClosedRange<UInt32>], by value: UInt32) {
        if let last = ranges.last, last.upperBound + 1 == value {
            ranges[ranges.count - 1] = last.lowerBound...value
        } else {
            ranges.append(value...value)
        }
    }

    private func sharedClass(_ name: String) throws -> [ClosedRange<UInt32>] {
        let data = try Data(contentsOf: TestData.shared("tokenizers/unicode_classes.json"))
        let classes = try JSONDecoder().decode([String: [[UInt32]]].self, from: data)
        return try #require(classes[name]).map { $0[0]...$0[1] }
    }
}
