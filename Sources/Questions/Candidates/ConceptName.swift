import Knowledge

/// How questions name an article's subject.
enum ConceptName {
    /// The title as it stands inside a sentence: "the Nile", "the red fox", "helium", "Paris".
    ///
    /// The article's own sentences decide about "the" and about the first letter, which every title has in upper case; where
    /// they say nothing the pack does. What a title's parenthesis says stays, for without it "Mercury" would be three things: "the
    /// planet Mercury" and "the 1997 film Titanic" where it says what the subject is, "Paris (mythology)" where it does not.
    static func shown(_ article: Article, pack: TemplatePack) -> String {
        let name = TextRules.withoutParenthesis(article.title)
        let usage = Usage(of: name, in: article.sentences)
        var shown = article.title
        let second = name.dropFirst().first
        if let first = name.first, first.isUppercase, second?.isLowercase == true {
            let isCommon = usage.small + usage.capital == 0 ? pack.hasCommonNouns : usage.small > usage.capital
            if isCommon { shown = first.lowercased() + shown.dropFirst() }
        }
        if let what = kindInParenthesis(article, name, pack) { return "the \(what) \(shown.prefix(name.count))" }
        // "Amphibians are ...": the kind as a whole, as with "the red fox".
        if usage.isPlural, shown.first?.isLowercase == true { return "the \(shown)" }
        // "An algorithm is ...": what can be counted.
        if let article = usage.indefinite, shown.first?.isLowercase == true { return "\(article) \(shown)" }
        let isDefinite =
            usage.definite + usage.bare == 0 ? pack.takesArticle : usage.definite > usage.bare
        return isDefinite && !name.hasPrefix("The ") ? "the \(shown)" : shown
    }

    /// The parenthesis of a title if it says what the subject is: with a noun of the pack, or the one of the definition.
    private static func kindInParenthesis(_ article: Article, _ name: String, _ pack: TemplatePack) -> String? {
        guard name.count < article.title.count else { return nil }
        let what = String(article.title.dropFirst(name.count + 2).dropLast())
        guard what.first?.isUppercase == false, !what.contains(",") else { return nil }
        let nouns = TemplateLibrary.headNouns(of: what)
        let definitions = article.facts.filter { $0.property == "definition" }.flatMap(\.values)
        let known = definitions.reduce(into: pack.definitions.union([pack.noun])) {
            $0.formUnion(TemplateLibrary.headNouns(of: $1.text))
        }
        return nouns.isDisjoint(with: known) ? nil : what
    }

    /// A question with its first letter in upper case: wordings may begin with the concept.
    static func capitalised(_ question: String) -> String {
        guard let first = question.first, first.isLowercase,
            ["the ", "a ", "an "].contains(where: question.hasPrefix)
        else { return question }
        return first.uppercased() + question.dropFirst()
    }

    /// How often sentences use a name with and without "the", and inside a sentence with a small or capital first letter.
    private struct Usage {
        var definite = 0
        var bare = 0
        var small = 0
        var capital = 0
        /// Whether the first sentence is about several of them.
        var isPlural = false
        /// "a" or "an" if the first use in a sentence that is about it has that: the definition.
        var indefinite: String?

        init(of name: String, in sentences: [String]) {
            guard let first = name.first else { return }
            isPlural = ["s ", "es "].contains { sentences.first?.hasPrefix(name + $0) == true }
            let variants = [name, first.lowercased() + name.dropFirst()]
            for sentence in sentences {
                // Most sentences do not name the subject so.
                guard sentence.holds(variants[0].utf8.dropFirst(first.utf8.count)) else { continue }
                for (index, variant) in (variants[0] == variants[1] ? [name] : variants).enumerated() {
                    for range in sentence.places(of: variant) { count(range, in: sentence, isSmall: index == 1) }
                }
            }
        }

        private mutating func count(_ range: Range<String.Index>, in sentence: String, isSmall: Bool) {
            let before = sentence[..<range.lowerBound]
            let after = sentence[range.upperBound...]
            guard before.last.map({ !$0.isLetter && !$0.isNumber && $0 != "-" }) ?? true,
                after.first.map({ !$0.isLetter && !$0.isNumber && $0 != "-" }) ?? true
            else { return }
            // "The Samsung Group" says nothing of Samsung.
            if after.first == " ", after.dropFirst().first?.isUppercase == true { return }
            let words = before.split(separator: " ")
            // "The North Atlantic Ocean" says nothing of the Atlantic Ocean.
            if words.count > 1, before.hasSuffix(" "), words.last?.first?.isUppercase == true { return }
            if let word = words.last?.lowercased(), word == "a" || word == "an", definite + bare == 0,
                words.count == 1 || words.dropLast().last?.hasSuffix(",") == true
            {
                indefinite = indefinite ?? word
                small += 1
                return
            }
            let isDefinite = before.hasSuffix("the ") || before.hasSuffix("The ")
            // "The red fox" at the beginning: its own first letter is not that of the sentence.
            let isInside = before.last == " " && !before.isEmpty
            if isDefinite { definite += 1 } else if before.isEmpty || isInside { bare += 1 }
            if isInside { if isSmall { small += 1 } else { capital += 1 } }
        }
    }
}
