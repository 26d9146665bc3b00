import Foundation
import Knowledge
import MediaWiki
import Statistics
import Testing

@testable import Questions

/// What is quick because it looks at bytes, against the same done with characters.
@Suite struct TextRuleTests {
    private static let texts = [
        "", " ", "-", "Warsaw", "St. John's  Wood", "don't 'stop' it'", "U.S. Navy", "US$1,234.5 (est.)", "a_b__c",
        "Łódź, Poland", "L’Aquila – Italy", "ÉLAN vital", "Ⅷ Ж 東京 x²", "café (note)", "The “U.K.” of Great Britain",
        "mid-1990s", "it''s", "’quoted’ word", "𝒳 axis", "naïve coöperation", "İzmir",
    ]

    @Test(arguments: texts) func wordsAreThoseOfTheScalars(_ text: String) {
        var words: [String] = []
        var word = ""
        for scalar in text.lowercased().unicodeScalars {
            let properties = scalar.properties
            let isASCIIPart = "abcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars.contains(scalar)
            let isPart =
                scalar.isASCII
                ? isASCIIPart
                : properties.isAlphabetic || properties.numericType != nil
                    || properties.generalCategory == .nonspacingMark
            if isPart {
                word.unicodeScalars.append(scalar)
            } else if !word.isEmpty, scalar != "'", scalar != "’" {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        #expect(TextRules.words(text) == words)
        #expect(TextRules.keyHash(text) == TitleHash(words.joined(separator: " ")).value)
    }

    @Test func abbreviationsOfCountriesCountAsTheirNames() {
        for (short, long) in [
            ("U.S. Navy", "United States Navy"), ("in the USA", "in the United States"), ("UK", "Great Britain"),
            ("United States of America", "united states"),
        ] { #expect(TextRules.wordHashes(short) == TextRules.wordHashes(long)) }
        #expect(TextRules.wordHashes("us and them") != TextRules.wordHashes("use and them"))
        #expect(TextRules.wordHashes("Nile delta") == ["nile", "delta"].map { TitleHash($0).value })
    }

    @Test(arguments: [
        ("Mercury (planet)", "Mercury"), ("A (b) (c)", "A (b)"), ("A (b(c))", "A"), ("f(x)", "f(x)"), (" (x)", ""),
        ("(x)", "(x)"), ("Open (x", "Open (x"), ("x)", "x)"), ("", ""), ("Élan (été)", "Élan"),
    ])
    func parenthesesAreLeftOut(_ title: String, _ expected: String) {
        #expect(TextRules.withoutParenthesis(title) == expected)
    }

    @Test(
        arguments: texts + [
            "a ", " a", "two  words  ", "Largest City of Norway", "river, in Norway", "moon (", "of it",
        ])
    func partsAreThoseOfTheCharacters(_ text: String) {
        #expect(String(text.lastWord) == text.split(separator: " ").last.map(String.init) ?? "")
        #expect(text.holds("'s ".utf8) == text.contains("'s "))
        #expect(text.holds("a".utf8) == text.contains("a"))
        #expect(TemplateLibrary.headNouns(of: text) == Self.headNouns(of: text))
        #expect(TemplateLibrary.headNoun(of: text) == Self.headNouns(of: text).min { $0.count < $1.count })
    }

    private static func headNouns(of definition: String) -> Set<String> {
        var words: [String] = []
        for word in definition.lowercased().split(separator: " ") {
            if ["of", "in", "it"].prefix(2).contains(String(word)) { break }
            let isLast = [",", ";", "(", ":"].contains { word.hasSuffix($0) }
            words.append(isLast ? String(word.dropLast()) : String(word))
            if isLast { break }
        }
        guard let last = words.last else { return [] }
        return words.count > 1 ? [last, "\(words[words.count - 2]) \(last)"] : [last]
    }

    @Test func namesAreFoundByTheirKeys() {
        for count in [1, 2, 7] {
            for start in stride(from: 0, to: Self.texts.count, by: 3) {
                let names = Array((Self.texts + Self.texts)[start..<start + count])
                let keys = NameKeys(names)
                for text in Self.texts + Self.texts.map({ "(\($0)!" }) + Self.texts.map({ $0.uppercased() }) {
                    let isName = names.contains { TextRules.key($0) == TextRules.key(text) }
                    #expect(keys.contains(text) == isName, "\(text) among \(names)")
                }
            }
        }
    }

    @Test(arguments: texts) func keysBeginAsToldAtAGlance(_ text: String) {
        guard let first = TextRules.keyBeginning(text) else { return }
        #expect(TextRules.key(text).utf8.first == first)
    }

    @Test func fewHashesAreASet() {
        let hashes = (0..<40).map { TitleHash("word \($0)").value }
        for count in [0, 1, 7, 40] {
            let few = FewHashes(hashes.prefix(count))
            for (index, hash) in hashes.enumerated() { #expect(few.contains(hash) == (index < count)) }
            for bit in 0..<64 {
                #expect(few.contains(1 << UInt64(bit)) == hashes.prefix(count).contains(1 << UInt64(bit)))
            }
        }
    }

    @Test(arguments: [
        "Bacteria", "gram-positive bacteria", "algae", "X men", "women", "Old women", "men", "omen", "people", "genera",
        "",
        "boats", "Boats", "nuclei.", "1 nuclei", "12", "Élan bacteria", "élan vitals", "\r\nfungi",
    ])
    func pluralsAreSeenInAnyText(_ text: String) {
        let irregular = [
            "bacteria", "algae", "fungi", "people", "genera", "larvae", "phenomena", "nuclei", " men", " women",
        ]
        let isPlural =
            irregular.contains(where: text.hasSuffix) || (text.first?.isLowercase == true && text.hasSuffix("s"))
        #expect(TextShape(text).traits.contains(.isPlural) == isPlural)
    }

    @Test("numbers are written as printf rounds them")
    func numbers() {
        var generator = SeededGenerator(seed: 5, "numbers")
        let special = [
            0, 0.5, 1.5, 2.5, -0.5, -2.5, 0.49999999999999994, 4_503_599_627_370_495.5, 999_999_999_999_999.9,
            1e14 + 0.5,
        ]
        for value in special
            + (0..<2000).map({ _ in (generator.unit() - 0.5) * Foundation.pow(10, Double(generator.below(16))) })
        {
            for decimals in 0...3 {
                let quantity = QuantityValue(value: value, decimals: decimals, unit: "", isGrouped: false)
                let digits = String(format: "%.\(decimals)f", abs(value))
                #expect(
                    QuantityFormat(quantity).text(value) == (abs(value) < 1e15 ? (value < 0 ? "−" : "") + digits : nil))
            }
        }
    }
}
