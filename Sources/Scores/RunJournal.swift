public import QuestionSet

/// Where a run keeps its finished work: the store, or memory in tests.
///
/// What was committed is never computed again, so a stopped run goes on where it was.
public protocol RunJournal: AnyObject {
    /// Answers committed so far.
    func committedAnswers() throws -> [UnmaskedAnswer]
    /// Concepts whose masked results are committed.
    func committedConcepts() throws -> Set<ConceptID>
    /// Commits the unmasked answers to all questions of one concept, whole or not at all.
    func commit(answers: [UnmaskedAnswer]) throws
    /// Commits the masked results of one concept, whole or not at all.
    func commit(result: ConceptResult) throws
}

/// A journal in memory.
public final class MemoryJournal: RunJournal {
    /// What a full journal throws.
    public struct Full: Error {}

    /// The answers committed so far.
    public private(set) var answers: [UnmaskedAnswer] = []
    /// The results committed so far.
    public private(set) var results: [ConceptResult] = []
    /// Whether it refuses to commit more, as a full disk does.
    public var isFull = false

    /// An empty journal.
    public init() {}

    /// See `RunJournal`.
    public func committedAnswers() -> [UnmaskedAnswer] { answers }

    /// See `RunJournal`.
    public func committedConcepts() -> Set<ConceptID> { Set(results.map(\.conceptID)) }

    /// See `RunJournal`.
    public func commit(answers: [UnmaskedAnswer]) throws {
        guard !isFull else { throw Full() }
        self.answers += answers
    }

    /// See `RunJournal`.
    public func commit(result: ConceptResult) throws {
        guard !isFull else { throw Full() }
        results.append(result)
    }
}
