import Knowledge

/// How questions name an article's subject.
enum ConceptName {
    /// The title as it stands inside a sentence: "the Nile", "the red fox", "helium", "Paris".
    ///
    /// The article's own sentences decide about "the" and about the first letter, which every title has in upper case; where
    /// they say nothing the pack does. A title's parenthesis stays: without it "Mercury" would be three things.
    static func shown(_ article: Article, pack: TemplatePack) -> String {
        let name = TextRules.withoutParenthesis(article.title)
        let usage = Usage(of: name, in: sentences(article))
        let isDefinite =
            usage.definite + usage.bare == 0 ? pack.takesArticle : usage.definite > usage.bare
        var shown = article.title
        let second = name.dropFirst().first
        if let first = name.first, first.isUppercase, second?.isLowercase == true {
            let isCommon = usage.small + usage.capital == 0 ? pack.hasCommonNouns : usage.small > usage.capital
            if isCommon { shown = first.lowercased() + shown.dropFirst() }
        }
        return isDefinite && !name.hasPrefix("The ") ? "the \(shown)" : shown
    }

    /// A question with its first letter in upper case: wordings may begin with the concept.
    static func capitalised(_ question: String) -> String {
        guard let first = question.first, first.isLowercase, question.hasPrefix("the ") else { return question }
        return first.uppercased() + question.dropFirst()
    }

    /// The sentences of the lead that were read, each once.
    private static func sentences(_ article: Article) -> [String] {
        var seen: Set<String> = []
        return article.facts.compactMap { fact in
            switch fact.source {
            case .definition(let sentence), .cloze(let sentence, _, _): seen.insert(sentence).inserted ? sentence : nil
            case .parameter, .category: nil
            }
        }
    }

    /// How often sentences use a name with and without "the", and inside a sentence with a small or capital first letter.
    private struct Usage {
        var definite = 0
        var bare = 0
        var small = 0
        var capital = 0

        init(of name: String, in sentences: [String]) {
            guard let first = name.first else { return }
            let variants = [name, first.lowercased() + name.dropFirst()]
            for sentence in sentences {
                for (index, variant) in (variants[0] == variants[1] ? [name] : variants).enumerated() {
                    for range in sentence.ranges(of: variant) { count(range, in: sentence, isSmall: index == 1) }
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
            let isDefinite = before.hasSuffix("the ") || before.hasSuffix("The ")
            // "The red fox" at the beginning: its own first letter is not that of the sentence.
            let isInside = before.last == " " && !before.isEmpty
            if isDefinite { definite += 1 } else if before.isEmpty || isInside { bare += 1 }
            if isInside { if isSmall { small += 1 } else { capital += 1 } }
        }
    }
}
