import MediaWiki

/// Reads what the first sentence says the subject is: "French physicist and chemist".
enum DefinitionReader {
    /// What a first sentence gave.
    enum Outcome: Equatable {
        /// The phrase without its article, and where the subject's part of the sentence ends (UTF-8 offset).
        case definition(phrase: String, subjectEnd: Int)
        /// The sentence says something, but no phrase could be cut out of it with certainty.
        case dropped(reason: String, subjectEnd: Int?)
    }

    static func read(_ sentence: PlainText, names: SubjectNames) -> Outcome {
        sentence.text.withBytes { bytes in
            guard let verb = firstVerb(bytes) else { return .dropped(reason: "no definition", subjectEnd: nil) }
            let end = verb.upperBound
            guard verb.lowerBound <= 160, isSubject(0..<verb.lowerBound, of: sentence, bytes, names) else {
                return .dropped(reason: "no definition", subjectEnd: end)
            }
            if let gap = sentence.gaps.first(where: { $0.offset > end }) {
                return .dropped(reason: gap.reason, subjectEnd: end)
            }
            guard let phrase = DefinitionPhrase(predicate: UnsafeBufferPointer(rebasing: bytes[end...])).cut() else {
                return .dropped(reason: "definition too long or unclear", subjectEnd: end)
            }
            let isUnclear = phrase.utf8.contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "(") }
            guard !isUnclear, Markup.reason(phrase) == nil, !names.stand(in: phrase) else {
                return .dropped(reason: "definition names the subject or is unclear", subjectEnd: end)
            }
            return .definition(phrase: phrase, subjectEnd: end)
        }
    }

    /// Whether the beginning of a sentence names the subject, in a main clause.
    private static func isSubject(
        _ range: Range<Int>, of sentence: PlainText, _ bytes: UnsafeBufferPointer<UInt8>, _ names: SubjectNames
    ) -> Bool {
        var range = range
        while bytes[range].last == 0x20 { range = range.lowerBound..<range.upperBound - 1 }
        let text = UnsafeBufferPointer(rebasing: bytes[range])
        guard !clauseOpeners.isFound(in: text) else { return false }
        return sentence.bold.contains { $0.upperBound <= range.upperBound }
            || Lowercase.withBytes(of: text) { names.stand(inLowercased: $0) }
    }

    /// "Foo, whose capital Bar is the largest city" says nothing of Foo.
    private static let clauseOpeners: PhraseSet = [
        " whose ", " which ", " who ", " that ", " where ", " when ", " if ", " as ",
    ]

    /// The first "is a", "was the" and so on outside brackets.
    private static func firstVerb(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var depth = 0
        for (position, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case 0x20 where depth == 0:
                guard let end = verbEnd(bytes, at: position) else { continue }
                let isFollowedByArticle =
                    bytes.has("a ", at: end) || bytes.has("an ", at: end) || bytes.has("the ", at: end)
                    || bytes.has("one of ", at: end)
                return isFollowedByArticle ? position..<end : nil
            default: break
            }
        }
        return nil
    }

    /// Where a verb with blanks around it ends that begins at a blank.
    private static func verbEnd(_ bytes: UnsafeBufferPointer<UInt8>, at blank: Int) -> Int? {
        if bytes.has(" is ", at: blank) { return blank + 4 }
        if bytes.has(" was ", at: blank) || bytes.has(" are ", at: blank) { return blank + 5 }
        return bytes.has(" were ", at: blank) ? blank + 6 : nil
    }
}
