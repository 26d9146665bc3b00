/// A concept of a benchmark; in a generated store the page id of its article.
public struct ConceptID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// Unique within a store, 0 or more, below 2^53.
    public let rawValue: Int64

    /// Wraps an id.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// By number.
    public static func < (left: ConceptID, right: ConceptID) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    public var description: String { String(rawValue) }
}

/// A question of a benchmark; in a generated store concept id * 1000 + its number within the concept.
public struct QuestionID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// Unique within a store, 0 or more, below 2^53.
    public let rawValue: Int64

    /// Wraps an id.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// By number.
    public static func < (left: QuestionID, right: QuestionID) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    public var description: String { String(rawValue) }
}
