import Foundation

/// What no text of a question may contain (contract, section 4), and how answers are compared.
public enum TextRules {
    /// What is wrong with a text, as a few words; nil when nothing is.
    public static func defect(of text: String) -> String? {
        if text.isEmpty { return "empty text" }
        for mark in ["{{", "}}", "[[", "]]", "'''", "|"] where text.contains(mark) { return "markup \(mark)" }
        if text.contains(/<\/?[A-Za-z!][^<>]*>/) { return "a tag" }
        if text.contains(/&(#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);/) { return "an HTML entity" }
        if text.first?.isWhitespace == true || text.last?.isWhitespace == true { return "untrimmed blanks" }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) { return "a control character" }
        var previousIsBlank = false
        for character in text {
            if character.isWhitespace, previousIsBlank { return "doubled blanks" }
            previousIsBlank = character.isWhitespace
        }
        return nil
    }

    /// The words of a text, folded for comparison: lower case, without punctuation; accents and articles are kept.
    public static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in text.lowercased().unicodeScalars {
            if isPartOfWord(scalar) {
                word.unicodeScalars.append(scalar)
            } else if !word.isEmpty, scalar != "'", scalar != "’" {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else {
            return (0x61...0x7A).contains(scalar.value) || (0x30...0x39).contains(scalar.value)
        }
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || properties.generalCategory == .nonspacingMark
    }

    /// Whether `part` is not empty and a run of whole words of `whole`.
    public static func contains(_ whole: [String], _ part: [String]) -> Bool {
        guard !part.isEmpty, part.count <= whole.count else { return false }
        return (0...(whole.count - part.count)).contains { whole[$0..<($0 + part.count)].elementsEqual(part) }
    }

    /// Words as one text: equal for answers that differ in case, punctuation and blanks only.
    public static func key(_ text: String) -> String { words(text).joined(separator: " ") }

    /// What makes two options the same: `key`, but a sign before digits counts, and so does a text that has no words at all.
    static func optionKey(_ text: String) -> String {
        let key = key(text)
        guard !key.isEmpty else { return text }
        return text.hasPrefix("−") || text.hasPrefix("-") ? "−" + key : key
    }

    /// Whether a text holds another as whole words, whatever the case; a text without words anywhere.
    static func names(_ whole: String, _ part: String) -> Bool {
        let words = words(part)
        return words.isEmpty ? !part.isEmpty && whole.contains(part) : contains(self.words(whole), words)
    }

    /// A title without its parenthesis: "Mercury" of "Mercury (planet)".
    public static func withoutParenthesis(_ title: String) -> String {
        guard title.hasSuffix(")"), let start = title.range(of: " (", options: .backwards) else { return title }
        return String(title[..<start.lowerBound])
    }
}
