import OrderedCollections
import QuestionSet

/// Pooled coefficients of the questions seen last, up to a number of questions.
struct PooledCache {
    private let capacity: Int
    private var vectors: OrderedDictionary<QuestionID, LayerVectors> = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The vectors of a question, if they are still held.
    subscript(_ id: QuestionID) -> LayerVectors? { vectors[id] }

    /// Holds the vectors of a question; the oldest make room.
    mutating func insert(_ new: LayerVectors, for id: QuestionID) {
        vectors.removeValue(forKey: id)
        if vectors.count >= capacity { vectors.removeFirst(max(1, vectors.count - capacity + 1)) }
        vectors[id] = new
    }
}
