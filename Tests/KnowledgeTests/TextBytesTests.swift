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
        #expect(
            result.keepsPlaces
                == text.unicodeScalars.allSatisfy {
                    String(Character($0)).utf8.count == String(Character($0)).lowercased().utf8.count
                })
    }

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
}
