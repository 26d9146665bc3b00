/// An array that grows by pieces of fixed size: it never holds its elements twice, nor much room for more.
struct ChunkedArray<Element: Sendable>: RandomAccessCollection, Sendable {
    private static var chunkSize: Int { 8192 }

    private var chunks: [[Element]] = []

    /// Always 0.
    var startIndex: Int { 0 }

    /// The number of elements.
    var endIndex: Int { chunks.isEmpty ? 0 : (chunks.count - 1) * Self.chunkSize + (chunks.last?.count ?? 0) }

    subscript(index: Int) -> Element { chunks[index / Self.chunkSize][index % Self.chunkSize] }

    /// Adds an element at the end.
    mutating func append(_ element: Element) {
        if chunks.last.map({ $0.count == Self.chunkSize }) ?? true {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(Self.chunkSize)
        }
        chunks[chunks.count - 1].append(element)
    }
}
