import MediaWiki
import Statistics
import Testing

@testable import Knowledge

@Suite struct TextBytesTests {
    @Test func lowerCaseIsThatOfTheStandardLibrary() {
        var text = ""
        for value in UInt32(0)...0x1_F9FF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let letter = String(Character(scalar))
            if letter.lowercasedBytes != Array(letter.lowercased().utf8) {
                Issue.record("U+\(String(value, radix: 16)) has another lower case")
            }
            if value % 97 == 0 { text += letter + "A" }
        }
        #expect(text.lowercasedBytes == Array(text.lowercased().utf8))
    }

    @Test(arguments: ["", "Plain ASCII", "Élan VITAL", "ЖУК — и Ёж", "İstanbul", "ǅ", "Ａ full width"])
    func placesAreKeptWhenEveryLetterIsAsLong(_ text: String) {
        var text = text
        let result = text.withUTF8 { Lowercase.bytes($0) }
        #expect(result.bytes == Array(text.lowercased().utf8))
        #expect(text.withLowercasedBytes { Array($0) } == result.bytes)
        #expect(
            result.keepsPlaces
                == text.unicodeScalars.allSatisfy {
                    String(Character($0)).utf8.count == String(Character($0)).lowercased().utf8.count
                })
    }

    @Test func charactersAreCountedAsTheStandardLibraryCountsThem() {
        for value in UInt32(0)...0x1_FFFF where value % 37 == 0 || value < 0x2800 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            // Behind a letter and before one, and between two dashes.
            let text = "a\(scalar)é–\(scalar)–\(scalar)"
            if text.characterCount != text.count {
                Issue.record("U+\(String(value, radix: 16)) makes another number of characters")
            }
        }
    }

    @Test(arguments: ["", "plain", "a\r\nb", "Ελλάς – «Жук»", "e\u{301}", "👩‍👩‍👧 🇫🇷", "©\u{200D}®", "한국어"])
    func characterCountIsCount(_ text: String) { #expect(text.characterCount == text.count) }

    @Test func wordSetsHoldTheirWordsOnly() {
        let words = ["a", "an", "and", "km²", "mid-1990s", "aa", "zz top"]
        let set = WordSet(words)
        for word in words { #expect(set.contains(word)) }
        for word in ["", "b", "n", "andd", "nd", "km", "zz", "aaa"] { #expect(!set.contains(word)) }
        Array("an and".utf8).withUnsafeBufferPointer { bytes in
            #expect(set.contains(bytes, 0..<2) && set.contains(bytes, 3..<6) && !set.contains(bytes, 1..<4))
        }
    }

    @Test func wordsStandBetweenSeparators() {
        Array("  two  words ".utf8).withUnsafeBufferPointer { bytes in
            var words = ByteWords(bytes) { $0 == 0x20 }
            #expect(words.next() == 2..<5)
            #expect(words.next() == 7..<12)
            #expect(words.next() == nil)
        }
    }

    @Test func phrasesAreFoundAsTheStandardLibraryFindsThem() {
        let phrases = ["a", "ab", "bc ", "ćma", "zz top", "b"]
        let texts = ["", "a", "b", "c", "xab", "xbc", "xbc d", "zz to", "zz top", "ćm", "die ćma", "x", "bcx ", "ć"]
        for count in 0...phrases.count {
            let few = Array(phrases.dropFirst(count))
            let set = PhraseSet(few)
            for text in texts {
                #expect(set.isFound(in: text) == few.contains(where: text.contains))
                #expect(set.begins(text) == few.contains(where: text.hasPrefix))
                #expect(set.ends(text) == few.contains(where: text.hasSuffix))
            }
        }
    }

    @Test(arguments: [
        (0, 0, false, "0"), (7, 0, true, "7"), (999, 0, true, "999"), (1000, 0, true, "1,000"),
        (1000, 0, false, "1000"),
        (1_234_567.5, 2, true, "1,234,567.50"), (-12.25, 1, true, "−12.2"), (123_456, 1, true, "123,456.0"),
        (0.5, 3, true, "0.500"),
    ])
    func quantitiesAreWrittenInGroups(_ value: Double, _ decimals: Int, _ isGrouped: Bool, _ text: String) {
        #expect(QuantityValue(value: value, decimals: decimals, unit: "", isGrouped: isGrouped).text == text)
    }

    @Test(arguments: [
        ("12", "12", 0, false), ("1,234", "1234", 0, true), ("1234.50", "1234.50", 2, false), ("0", "0", 0, false),
        ("1,234,567.8", "1234567.8", 1, true),
    ])
    func digitsAreRead(_ text: String, _ plain: String, _ decimals: Int, _ isGrouped: Bool) throws {
        let digits = try #require(text.withBytes { QuantityReader.digits($0[...]) })
        #expect(digits == (Array(plain.utf8), decimals, isGrouped))
    }

    @Test(arguments: [
        "", "1,23", "1,2345", "12,", ",123", "1,,234", "1234,567", "1,234,56", ".5", "5.", "1.2.3", "1,234.",
    ])
    func otherTextsAreNoNumbers(_ text: String) { #expect(text.withBytes { QuantityReader.digits($0[...]) } == nil) }

    @Test(arguments: [
        ("Apple Inc.", ["Apple Inc.", "Apple"]), ("Foo Bar", ["Foo Bar"]), ("Oslo, Norway", ["Oslo, Norway", "Oslo"]),
        ("A  Ltd", ["A  Ltd", "A"]), ("Company", ["Company"]), ("Foo Co. Ltd.", ["Foo Co. Ltd.", "Foo"]),
    ])
    func shorterNamesOfATitle(_ title: String, _ names: [String]) {
        let read = SubjectNames(title: title, parameters: [], lead: [], isPerson: false)
        #expect(read.all == names)
        for name in names { #expect(read.contains(name.uppercased()) && read.stand(in: "on \(name) again")) }
    }

    @Test(arguments: [
        "", "(", ")", "L", "List", "List of rivers", "LISTS OF X", "Listen", "Liszt (disambiguation)", "List (album)",
        "A (Disambiguation)", "(disambiguation)", "A (disambiguation) ", "Index of x", "\u{130}ndex of x", "Список рек",
        "СПИСОК РЕК", "Спирт", "lista över sjöar", "Lista öv", "Glossary", "Deaths in 1900", "Death in Venice",
        "? (film)",
        "É", "é (film)", "1 (film)", "- (9)", "\u{2126} (unit)", "Outline\u{A0}of x", "Liste de",
    ])
    func titlesAreClassifiedAsInLowerCase(_ title: String) {
        let key = title.lowercased()
        let lists = [
            "list of ", "lists of ", "outline of ", "index of ", "glossary of ", "deaths in ", "liste de ",
            "lista över ", "список ",
        ]
        let expected =
            key.hasSuffix("(disambiguation)")
            ? "disambiguation page"
            : lists.contains(where: key.hasPrefix)
                ? "list page"
                : SubjectNames.withoutParenthesis(title).contains { $0.isLetter || $0.isNumber }
                    ? nil : "title without letters or digits"
        #expect(PageClassifier.reason(title: title) == expected)
    }

    @Test(
        arguments: [
            ("Disambig-cleanup", "disambiguation page"), ("dab", "disambiguation page"),
            ("Given Name", "disambiguation page"),
            ("Road disambiguation", "disambiguation page"), ("DISAMBIGUATION", "disambiguation page"),
            ("disambiguation x", "disambiguation page"),
            ("xdisambiguation", nil), ("неоднозначность", "disambiguation page"),
            ("Неоднозначность", "disambiguation page"), ("Soft redirect", "redirect"),
            ("WI", "redirect"), ("Wiki", nil), ("Infobox person", nil), ("", nil), ("d", nil), ("Surname list", nil),
            ("Citation", nil),
            ("Egyért", "disambiguation page"), ("曖昧さ回避", "disambiguation page"),
        ] as [(String, String?)])
    func templatesTellWhatIsNoArticle(_ name: String, _ expected: String?) {
        #expect(name.withBytes { PageClassifier.reason(template: $0) } == expected)
        let inside = WikitextDocument(Array("{{x|{{\(name)}}}} text".utf8))
        #expect(PageClassifier.reason(templatesOf: inside) == nil)
        let outermost = WikitextDocument(Array("text [[a]] {{x}} {{ \(name) |a=1}}".utf8))
        #expect(PageClassifier.reason(templatesOf: outermost) == expected)
    }

    @Test func repeatedHashesAreRemovedAsFromASet() {
        var generator = SeededGenerator(seed: 7, "hashes")
        for count in 0..<200 {
            // Of few different numbers, of many, and of many that begin alike.
            for (range, shift) in [(1 + count / 3, 0), (1_000_000, 0), (300, 40)] {
                let hashes = (0..<count).map { _ in UInt64(generator.below(range)) << UInt64(shift) }
                var seen: Set<UInt64> = []
                var result = hashes
                result.removeRepeated()
                #expect(result == hashes.filter { seen.insert($0).inserted })
            }
        }
    }

    @Test(arguments: [
        "", "a=1", "a=1|b=2|c=3", "a=1|b=2|a=3", "a=|a=", "a b=1|a_b=2|A-B=3", "\u{E9}=1|e\u{301}=2|x=3",
        "\u{E9}=1|x=2",
        "K=1|k=2|\u{212A}=3", "a;=1|a\u{37E}=2", "1|2|3|2=x", "x|1=y",
    ])
    func theLastOfRepeatedNamesCounts(_ parameters: String) throws {
        let document = WikitextDocument(Array("{{Infobox x|\(parameters)}}".utf8))
        let template = try #require(document.nodes.indices.lazy.compactMap(document.template).first)
        let box = Infobox(template)
        var seen: Set<String> = []
        let expected = template.parameters.reversed().map { seen.insert($0.name).inserted }
        #expect(box.areLast == expected.reversed())
        // What is told at a glance is true of the texts.
        #expect(!box.areDistinct || Set(box.names.map(\.property)).count == box.names.count)
    }
}
