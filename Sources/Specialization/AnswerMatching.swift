/// Deciding whether an open answer is right (contract, section 3).
public enum AnswerMatching {
    /// SQuAD normalisation: lower case, ASCII punctuation removed, the articles a, an, the removed, white space collapsed.
    ///
    /// Works on Unicode scalars, so that canonically equivalent spellings stay different, as in the reference.
    public static func normalisedWords(_ text: String) -> [String] {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars where !isASCIIPunctuation(scalar) {
            cleaned.append(scalar)
        }
        // The articles are words in the sense of a regular expression's \b: bounded by anything but letters, digits, _.
        var withoutArticles = String.UnicodeScalarView()
        var word = String.UnicodeScalarView()
        func endWord() {
            let isArticle =
                word.elementsEqual("a".unicodeScalars) || word.elementsEqual("an".unicodeScalars)
                || word.elementsEqual("the".unicodeScalars)
            withoutArticles.append(contentsOf: isArticle ? " ".unicodeScalars : word)
            word.removeAll()
        }
        for scalar in cleaned {
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" {
                word.append(scalar)
            } else {
                endWord()
                withoutArticles.append(scalar)
            }
        }
        endWord()
        return withoutArticles.split { $0.properties.isWhitespace || (0x1C...0x1F).contains($0.value) }
            .map { String(String.UnicodeScalarView($0)) }
    }

    /// Whether an accepted answer, normalised and not empty, stands in the output as a run of whole words.
    public static func isCorrect(_ output: String, answers: [String]) -> Bool {
        let words = normalisedWords(output)
        return answers.contains { contains(words, normalisedWords($0)) }
    }

    /// Whether `needle` is not empty and a contiguous part of `words`, compared by code point.
    public static func contains(_ words: [String], _ needle: [String]) -> Bool {
        guard !needle.isEmpty, needle.count <= words.count else { return false }
        return (0...(words.count - needle.count)).contains { start in
            zip(words[start...], needle).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        }
    }

    private static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
