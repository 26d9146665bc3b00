import Knowledge
import Testing

@testable import Questions

@Suite struct ConceptNameTests {
    private func shown(_ title: String, _ sentences: [String], pack: String = "settlements") throws -> String {
        let article = Article(
            id: 1, title: title, revisionID: nil, names: [], boxes: [], categories: [], facts: [],
            sentences: sentences, dropped: [:])
        let packs = try SmallWiki.packs([pack])
        return ConceptName.shown(article, pack: try #require(packs.first))
    }

    @Test func theArticleShowsWhetherTheNameTakesThe() throws {
        #expect(try shown("Nile", ["The Nile is a river."]) == "the Nile")
        #expect(try shown("United States", ["It is usually called the United States."]) == "the United States")
        #expect(try shown("Paris", ["Paris is a city.", "In Paris it rains."]) == "Paris")
        #expect(try shown("Samsung", ["The Samsung Group is a company."]) == "Samsung")
        #expect(try shown("Netherlands", ["The Netherlands, a country, is flat."]) == "the Netherlands")
        #expect(try shown("The Beatles", ["The Beatles were a band."]) == "The Beatles")
        #expect(
            try shown("Atlantic Ocean", ["The Atlantic Ocean is wide.", "The North Atlantic Ocean is cold."])
                == "the Atlantic Ocean")
        #expect(try shown("Algorithm", ["In mathematics, an algorithm is a procedure."]) == "an algorithm")
        #expect(
            try shown("Amphibian", ["Amphibians are animals.", "The smallest amphibian is a frog."]) == "the amphibian")
        #expect(try shown("Answer", ["An answer is a reply.", "He gave an answer."]) == "an answer")
        #expect(try shown("Bath", ["Bathing in the Bathtub is fun."]) == "Bath")
    }

    @Test func theArticleShowsTheFirstLetter() throws {
        #expect(try shown("Red fox", ["The red fox is an animal."]) == "the red fox")
        #expect(try shown("Anatomy", ["Anatomy is a field.", "He taught anatomy there."]) == "anatomy")
        #expect(try shown("Jerusalem", ["Jerusalem is a city.", "People of Jerusalem like it."]) == "Jerusalem")
        #expect(try shown("ASCII", ["ASCII is a code.", "It is ASCII."]) == "ASCII")
        #expect(try shown("Paris (mythology)", ["Paris is a prince.", "He is Paris."]) == "Paris (mythology)")
    }

    @Test func whereTheArticleIsSilentThePackDecides() throws {
        #expect(try shown("Glomma", [], pack: "rivers") == "the Glomma")
        #expect(try shown("Rhenium", [], pack: "elements") == "rhenium")
        #expect(try shown("Mercury (element)", ["Mercury is an element."], pack: "elements") == "the element mercury")
        #expect(try shown("Glomma", []) == "Glomma")
    }

    @Test func whatAParenthesisSaysOfTheSubjectComesFirst() throws {
        #expect(try shown("Titanic (1997 film)", [], pack: "films") == "the 1997 film Titanic")
        #expect(try shown("Mercury (planet)", [], pack: "planets") == "the planet Mercury")
        #expect(try shown("Bath (city)", []) == "the city Bath")
        // Nothing of the pack, a place, and two things at once stay where they are.
        #expect(try shown("Java (programming language)", []) == "Java (programming language)")
        #expect(try shown("Springfield (Illinois)", []) == "Springfield (Illinois)")
        #expect(try shown("Alien (film, 1979)", [], pack: "films") == "Alien (film, 1979)")
    }

    @Test func questionsBeginWithACapital() {
        #expect(ConceptName.capitalised("the Nile flows where?") == "The Nile flows where?")
        #expect(ConceptName.capitalised("an algorithm ends when?") == "An algorithm ends when?")
        #expect(ConceptName.capitalised("iPhone was made when?") == "iPhone was made when?")
    }

    @Test(arguments: [
        ("Mayor", "mayor"), ("NASA administrator", "NASA administrator"), ("High Commissioner", "High Commissioner"),
        ("President of the Republic", "president of the Republic"), ("U.S. state", "U.S. state"),
        ("district", "district"),
    ])
    func qualifiersInSentences(_ qualifier: String, _ expected: String) {
        #expect(Qualifier.inSentence(qualifier) == expected)
    }

    @Test func answersThatTheNameTellsAreWeak() {
        #expect(Stems.share("Icelandic króna", "Iceland"))
        #expect(!Stems.share("Euro", "Germany"))
        #expect(!Stems.share("of the", "of the"))
    }
}
