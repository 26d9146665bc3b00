public import Statistics

/// Quality figures of a store (contract, section 4).
public struct AuditReport: Codable, Sendable, Equatable {
    /// What came of a hard rule.
    public enum Outcome: String, Codable, Sendable {
        /// Holds everywhere.
        case kept
        /// Is broken somewhere.
        case broken
        /// The store does not hold what the rule needs, as imported ones do not.
        case notCheckable = "not checkable"
    }

    /// A hard rule and where it is broken.
    public struct Rule: Codable, Sendable, Equatable {
        /// The rule in words.
        public var rule: String
        /// Whether it holds.
        public var outcome: Outcome
        /// How often it is broken.
        public var violations: Int
        /// The first ten places.
        public var examples: [String]
    }

    /// A guesser that never sees the question.
    public struct Guesser: Codable, Sendable, Equatable {
        /// How it chooses.
        public var name: String
        /// Share of questions it gets right, in expectation where it cannot decide between options.
        public var accuracy: Double
        /// 95 % interval (Wilson).
        public var interval: Interval?
        /// Number of questions it can be put to.
        public var questions: Int
        /// What a sound store gives: 0.25, or 0.5 for the two middle ones.
        public var ideal: Double
    }

    /// How often each letter is right.
    public struct Positions: Codable, Sendable, Equatable {
        /// Of A, B, C, D.
        public var counts: [Int]
        /// Chi-squared p-value of all letters being equally frequent; nil without questions.
        public var p: Double?
    }

    /// Number of concepts.
    public var concepts: Int
    /// Number of questions.
    public var questions: Int
    /// The hard rules, none of which may be broken.
    public var rules: [Rule]
    /// Balance of the answers' positions.
    public var positions: Positions
    /// Guessers.
    public var guessers: [Guesser]
    /// Questions by relation; labels of labelled relations ("term start: President") are left out.
    public var relations: [String: Int]
    /// Questions by kind of concept; empty for imported stores.
    public var kinds: [String: Int]
    /// Questions by tier.
    public var tiers: [String: Int]
    /// Questions by source; empty for imported stores.
    public var sources: [String: Int]
    /// Questions by where their wrong options come from (`Provenance.OptionSource`); empty for imported and older stores.
    public var optionSources: [String: Int]
    /// Pages that were read; nil for imported stores.
    public var pagesRead: Int?
    /// Pages that were eligible as concepts; nil for imported stores.
    public var pagesKept: Int?
    /// The other pages, by reason.
    public var pagesRejected: [String: Int]

    /// Whether no hard rule is broken.
    public var isAccepted: Bool { rules.allSatisfy { $0.outcome != .broken } }
}
