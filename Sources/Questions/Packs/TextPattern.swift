/// A text with at most one `*` that stands for anything: "* births", "Rivers of *", "Living people".
public struct TextPattern: Sendable, Equatable {
    /// What stands before the `*`, or everything.
    let start: String
    /// What stands behind it.
    let end: String
    let isOpen: Bool

    /// Reads a pattern; nil if it has more than one `*`, or nothing else.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }) else { return nil }
        start = String(Substring(parts[0]))
        end = parts.count == 2 ? String(Substring(parts[1])) : ""
        isOpen = parts.count == 2
    }

    /// Whether it is a word with a blank and nothing else: "John *".
    var isFirstWord: Bool { isOpen && end.isEmpty && start.last == " " && !start.dropLast().contains(" ") }

    /// Whether a text is meant; case counts.
    func matches(_ text: String) -> Bool {
        guard isOpen else { return text == start }
        return text.utf8.count > start.utf8.count + end.utf8.count && text.hasPrefix(start) && text.hasSuffix(end)
    }
}

/// Many patterns, each with a number: the one that tells most about a text is found without trying all.
struct PatternIndex: Sendable {
    private typealias Patterns = [(pattern: TextPattern, number: Int)]

    private var whole: [String: Int] = [:]
    /// Patterns with something behind the `*`, the longest first, by the last two bytes: "* River", "*, Texas", "*idae".
    private var byEnd: [UInt16: Patterns] = [:]
    /// Patterns with nothing behind it, the longest first, by the first word: "John *", "University of *".
    private var byFirstWord: [String: Patterns] = [:]
    /// Those that end within a word, and those with a single byte behind the `*`: "STS-*".
    private var others: Patterns = []

    /// Adds a pattern; of equal ones the first counts.
    mutating func add(_ pattern: TextPattern, number: Int) {
        func insert(into patterns: inout Patterns) {
            let length = pattern.start.utf8.count + pattern.end.utf8.count
            let place = patterns.firstIndex { $0.pattern.start.utf8.count + $0.pattern.end.utf8.count < length }
            patterns.insert((pattern, number), at: place ?? patterns.count)
        }
        if !pattern.isOpen {
            whole[pattern.start] = whole[pattern.start] ?? number
        } else if let end = Self.lastBytes(of: pattern.end) {
            insert(into: &byEnd[end, default: []])
        } else if pattern.end.isEmpty, let blank = pattern.start.utf8.firstIndex(of: UInt8(ascii: " ")) {
            insert(into: &byFirstWord[String(pattern.start[..<blank]), default: []])
        } else {
            insert(into: &others)
        }
    }

    /// A pattern that was found.
    struct Match {
        var number: Int
        /// Whether it tells the first word only: "Georg *".
        var isFirstWord: Bool
    }

    /// The pattern that matches: a whole text before patterns with a `*`, of these such with something behind it first.
    func match(_ text: String) -> Match? {
        if let number = whole[text] { return Match(number: number, isFirstWord: false) }
        func first(of patterns: Patterns?) -> Match? {
            patterns?.first { $0.pattern.matches(text) }.map { found in
                Match(number: found.number, isFirstWord: found.pattern.isFirstWord)
            }
        }
        if let end = Self.lastBytes(of: text), let match = first(of: byEnd[end]) { return match }
        if let blank = text.utf8.firstIndex(of: UInt8(ascii: " ")),
            let match = first(of: byFirstWord[String(text[..<blank])])
        {
            return match
        }
        return first(of: others)
    }

    private static func lastBytes(of text: String) -> UInt16? {
        let bytes = text.utf8.suffix(2)
        guard let before = bytes.first, let last = bytes.dropFirst().first else { return nil }
        return UInt16(before) << 8 | UInt16(last)
    }
}
