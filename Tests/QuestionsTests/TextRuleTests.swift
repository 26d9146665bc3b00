import Foundation
import MediaWiki
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
}
