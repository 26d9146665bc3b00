import MediaWiki

/// A point in time as an article gives it: a date with the precision it really has.
public struct DateValue: Hashable, Sendable, Comparable {
    /// How much of the date is known.
    public enum Precision: String, Sendable {
        case year, month, day
    }

    /// The year; negative before Christ (-44 is 44 BC).
    public var year: Int
    /// 1 to 12.
    public var month: Int?
    /// 1 to 31, only with a month.
    public var day: Int?

    /// Creates a date.
    public init(year: Int, month: Int? = nil, day: Int? = nil) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// What is known of it.
    public var precision: Precision { day != nil ? .day : month != nil ? .month : .year }

    /// By time; an unknown month or day comes first.
    public static func < (left: DateValue, right: DateValue) -> Bool {
        (left.year, left.month ?? 0, left.day ?? 0) < (right.year, right.month ?? 0, right.day ?? 0)
    }

    /// "7 November 1867", "November 1867", "1867", "44 BC".
    public var text: String {
        var text = day.map { "\($0) " } ?? ""
        if let month {
            text += Months.names[month - 1]
            text += " "
        }
        text += String(year.magnitude)
        return year < 0 ? text + " BC" : text
    }
}

/// A number as an article gives it.
public struct QuantityValue: Hashable, Sendable {
    /// The number.
    public var value: Double
    /// Digits after the decimal point in the article ("8.90": 2).
    public var decimals: Int
    /// The unit as shown after the number ("km", "million", "°C"); empty for a bare number.
    public var unit: String
    /// Whether thousands are grouped by commas in the article ("1,234").
    public var isGrouped: Bool
    /// The currency sign shown before the number ("US$", "€"); empty for anything but money.
    public var prefix: String

    /// Creates a quantity.
    public init(value: Double, decimals: Int, unit: String, isGrouped: Bool, prefix: String = "") {
        self.value = value
        self.decimals = decimals
        self.unit = unit
        self.isGrouped = isGrouped
        self.prefix = prefix
    }
}

/// One value of a fact, with certainty read from the text: no markup, no footnote, no half of a list.
public struct Value: Hashable, Sendable {
    /// What the text was understood as.
    public enum Content: Hashable, Sendable {
        case date(DateValue)
        case quantity(QuantityValue)
        /// A linked thing: the article it links to (normalised title, without fragment).
        case link(article: String)
        case text
    }

    /// The type and its parts.
    public var content: Content
    /// The text to show: "Warsaw", "7 November 1867", "6,650 km".
    public var text: String

    /// Creates a value.
    public init(_ content: Content, text: String) {
        self.content = content
        self.text = text
    }
}

/// Something that an article says of its subject.
public struct Fact: Hashable, Sendable {
    /// Where it stands.
    public enum Source: Hashable, Sendable {
        /// A parameter of an infobox: the box's name ("Infobox person") and the parameter's, both as written.
        case parameter(box: String, name: String)
        /// What the first sentence says the subject is ("French physicist and chemist").
        case definition(sentence: String)
        /// A gap in a sentence of the lead: UTF-8 offsets of the value inside `sentence`.
        case cloze(sentence: String, start: Int, end: Int)
        /// A category, by name.
        case category(String)
    }

    /// The relation's raw name: the parameter's name in lower case with blanks and hyphens as underscores
    /// ("birth_place"), or "definition", "cloze", "category".
    public var property: String
    /// All values given, in order; one for most facts, more for a list. Every one of them is true.
    public var values: [Value]
    /// Where it stands.
    public var source: Source
    /// What the article calls the property where the parameter's name does not say it: "Mayor" for `leader_name`, whose
    /// `leader_title` is "Mayor"; the office that a `term_start` belongs to. Nil for most facts.
    public var qualifier: String?

    /// Creates a fact.
    public init(property: String, values: [Value], source: Source, qualifier: String? = nil) {
        self.property = property
        self.values = values
        self.source = source
        self.qualifier = qualifier
    }
}

/// An article as far as questions need it.
public struct Article: Sendable, Equatable {
    /// Page id in the dump.
    public var id: Int64
    /// Title as in the dump.
    public var title: String
    /// Id of the revision read; nil when the dump gave none.
    public var revisionID: Int64?
    /// Other names of the subject that its text gives: bold names of the lead, name parameters, the title without its
    /// parenthesis. None of them may stand in for an answer or be given away by a question.
    public var names: [String]
    /// Normalised names of its infoboxes in order, e.g. "Infobox person".
    public var boxes: [String]
    /// Content categories; maintenance categories are left out.
    public var categories: [String]
    /// Everything read with certainty, in order of appearance.
    public var facts: [Fact]
    /// The sentences of its lead, those without facts as well.
    public var sentences: [String]
    /// The years that infobox parameters give for others, by property: 2011 for `population_as_of`.
    public var years: [String: Int]
    /// Year of the revision read; nil when the dump gave none.
    public var revisionYear: Int?
    /// How many values were dropped, by reason ("unknown template Foo", "too long", "markup left").
    public var dropped: [String: Int]

    /// Creates an article.
    public init(
        id: Int64, title: String, revisionID: Int64?, names: [String], boxes: [String], categories: [String],
        facts: [Fact], sentences: [String] = [], years: [String: Int] = [:], revisionYear: Int? = nil,
        dropped: [String: Int]
    ) {
        self.id = id
        self.title = title
        self.revisionID = revisionID
        self.names = names
        self.boxes = boxes
        self.categories = categories
        self.facts = facts
        self.sentences = sentences
        self.years = years
        self.revisionYear = revisionYear
        self.dropped = dropped
    }
}

/// What a page of namespace 0 is to a benchmark.
public enum PageKind: Sendable, Equatable {
    /// An article, with what was read from it.
    case article(Article)
    /// Not a concept: "redirect", "disambiguation page", "list page", "no text", "not wikitext".
    case setAside(reason: String)
}
