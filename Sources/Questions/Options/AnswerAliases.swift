import Knowledge
import MediaWiki
import QuestionSet

/// Other names of what answers name, by redirects and, for persons, by the labels of links: in open generation they are as right.
struct AnswerAliases: Sendable {
    /// By the hash of the title that they lead to; sorted.
    private var names: [UInt64: [String]] = [:]

    /// Other names of a thing that are added to its own; redirects from misspellings can be many.
    static let maximum = 12

    /// - Parameters:
    ///   - redirects: titles with the titles they lead to, as hashes.
    ///   - labels: how links to titles call them, by hash.
    init(redirects: [(title: String, target: UInt64)], labels: [UInt64: [String]]) {
        for (title, target) in redirects { names[target, default: []].append(TextRules.withoutParenthesis(title)) }
        names.merge(labels) { $0 + $1 }
        for title in names.keys { names[title] = Set(names[title] ?? []).sorted() }
    }

    /// A question that accepts the other names of its answer as well: those that are names of the same thing, say nothing that a
    /// wrong option says, and do not stand in the question.
    ///
    /// - Parameter thing: hash of the title of what the answer names, through redirects; nil if it names no article.
    func accepted(by question: Question, thing: UInt64?, of concept: Concept) -> Question {
        guard let others = thing.flatMap({ names[$0] }) else { return question }
        var result = question
        var seen = Set((question.options + question.answers).map(TextRules.optionKey))
        let answer = question.answers.map(TextRules.words)
        for name in others where result.answers.count < question.answers.count + Self.maximum {
            guard Self.isName(name, ofWhatIsCalled: answer),
                ![question.text, concept.title].contains(where: { TextRules.names($0, name) }),
                seen.insert(TextRules.optionKey(name)).inserted
            else { continue }
            result.answers.append(name)
        }
        return result
    }

    /// Whether a redirect names the same thing, and not a part or an aspect of it: shorter forms of the name ("Einstein"), the name
    /// with a place behind it ("Oslo, Norway"), and names of few words that have no word in common with it ("Peking").
    static func isName(_ name: String, ofWhatIsCalled others: [[String]]) -> Bool {
        let words = TextRules.words(name)
        guard TextRules.defect(of: name) == nil, !words.isEmpty, name.count <= 60, name.contains(where: \.isLetter),
            PageClassifier.namesThing(name)
        else { return false }
        // "AtlasShrugged" is how pages were called once.
        if words.count == 1, name.dropFirst().contains(where: \.isUppercase), name.contains(where: \.isLowercase) {
            return false
        }
        if others.contains(where: { $0 == words || TextRules.contains($0, words) }) { return true }
        if let comma = name.firstIndex(of: ",") {
            let first = TextRules.words(String(name[..<comma]))
            return others.contains { $0 == first }
        }
        let common = others.contains { !Set($0).isDisjoint(with: words) }
        return !common && words.count <= 3 && name.first?.isUppercase == true
    }
}
