/// Fixed phrases that are looked for in many texts, as bytes: `String.contains` compares characters and is a hundred
/// times slower.
struct PhraseSet: Sendable, ExpressibleByArrayLiteral {
    private let phrases: [[UInt8]]
    /// Whether some phrase begins with a byte.
    private let first: [Bool]

    init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    init(_ elements: [String]) {
        phrases = elements.map { Array($0.utf8) }
        var table = [Bool](repeating: false, count: 256)
        for phrase in phrases { if let byte = phrase.first { table[Int(byte)] = true } }
        first = table
    }

    /// Whether one of the phrases stands anywhere in a text.
    func isFound(in text: some StringProtocol) -> Bool {
        var text = String(text)
        return text.withUTF8 { bytes in
            for start in bytes.indices where first[Int(bytes[start])] {
                if phrases.contains(where: { bytes[start...].starts(with: $0) }) { return true }
            }
            return false
        }
    }

    /// Whether a text begins with one of the phrases.
    func begins(_ text: some StringProtocol) -> Bool {
        phrases.contains { text.utf8.starts(with: $0) }
    }

    /// Whether a text ends with one of the phrases.
    func ends(_ text: some StringProtocol) -> Bool {
        phrases.contains { phrase in
            text.utf8.count >= phrase.count && text.utf8.suffix(phrase.count).elementsEqual(phrase)
        }
    }
}
