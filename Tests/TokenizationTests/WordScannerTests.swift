import TestSupport
import Testing

@testable import Tokenization

/// The scanner against the regular expressions that it stands for.
struct WordScannerTests {
    /// The expressions, as published files have them.
    static let patterns = [
        PreTokenizer.gpt2Pattern,
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
    ]

    /// The first text whose matches differ, with both, or nil.
    private func difference(_ pattern: Pattern, _ text: [UInt8], _ range: Range<Int>) throws -> String? {
        let scanner = try #require(pattern.scanner)
        var scanned: [Range<Int>] = []
        scanner.forEachMatch(in: text, range) { scanned.append($0) }
        var searched: [Range<Int>] = []
        try pattern.search(in: text, range) { searched.append($0) }
        guard scanned != searched else { return nil }
        let place = zip(scanned, searched).first { $0 != $1 }?.0.lowerBound ?? 0
        return String(decoding: text[max(0, place - 20)..<min(text.count, place + 20)], as: UTF8.self).debugDescription
    }

    @Test("every scalar up to U+FFFF, beside letters, digits, blanks and apostrophes", arguments: patterns)
    func everyScalar(_ expression: String) throws {
        let pattern = try Pattern(expression)
        var text: [UInt8] = []
        for value in UInt32(0)..<0x10000 where Unicode.Scalar(value) != nil {
            func scalar() { UTF8Text.append(value, to: &text) }
            scalar()
            text += " ".utf8
            scalar()
            text += "a".utf8
            scalar()
            scalar()
            text += "A1".utf8
            scalar()
            text += "\n '".utf8
            scalar()
            text += "!  ".utf8
            scalar()
        }
        #expect(try difference(pattern, text, 0..<text.count) == nil)
    }

    @Test("all short and some thousand longer texts of characters that matter, and parts of texts", arguments: patterns)
    func combinations(_ expression: String) throws {
        let pattern = try Pattern(expression)
        // Capital, small, title case, modifier, other letter; mark; number; blanks and line ends; what contractions have.
        let characters = [
            "A", "a", "\u{1C5}", "\u{2B0}", "\u{6F22}", "\u{301}", "1", "\u{662}", " ", "\n", "\r", "\t", "\u{3000}",
            "'", "s", "L", "l", "\u{17F}", "/", "!", "\u{2019}", "e", "V", "\u{0}",
        ].map { Array($0.utf8) }
        for first in characters {
            for second in characters {
                for third in characters {
                    let text = first + second + third
                    if let difference = try difference(pattern, text, 0..<text.count) { Issue.record("\(difference)") }
                }
            }
        }
        var generator = MutationGenerator("scanner", 1)
        for _ in 0..<3000 {
            let parts = (0..<4 + generator.below(20)).map { _ in generator.element(characters) }
            let text = Array(parts.joined())
            // The rest of the text must be invisible.
            let range = parts[0].count..<text.count - parts[parts.count - 1].count
            if let difference = try difference(pattern, text, range) { Issue.record("\(difference)") }
        }
    }

    @Test("other expressions, and texts with scalars beyond U+FFFF, are left to PCRE2")
    func others() throws {
        #expect(try Pattern(#"\p{L}+"#).scanner == nil)
        #expect(try Pattern(PreTokenizer.gpt2Pattern + "|x").scanner == nil)
        let pattern = try Pattern(PreTokenizer.gpt2Pattern)
        let text = Array("it's 😀 fine".utf8)
        #expect(pattern.scanner?.canScan(text, 0..<text.count) == false)
        #expect(pattern.scanner?.canScan(text, 0..<5) == true)
        var parts: [String] = []
        try pattern.forEachMatch(in: text, 0..<text.count) { parts.append(String(decoding: text[$0], as: UTF8.self)) }
        #expect(parts == ["it", "'s", " 😀", " fine"])
    }
}
