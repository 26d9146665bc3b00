/// A prefix tree over byte strings with a number at the end of each.
struct ByteTrie: Sendable {
    /// Children by parent node and byte.
    private var edges: [UInt64: Int32] = [:]
    /// By node: the number of the string that ends there, -1 if none does.
    private var values: [Int32] = [-1]
    /// Bytes that some string starts with, to pass over the rest of a text quickly.
    private var isFirstByte = [Bool](repeating: false, count: 256)

    /// Whether no string was inserted.
    private(set) var isEmpty = true

    /// Adds a string that is not empty; the first of two equal strings stays.
    mutating func insert(_ string: [UInt8], value: Int32) {
        guard let first = string.first else { return }
        isFirstByte[Int(first)] = true
        isEmpty = false
        var node: Int32 = 0
        for byte in string {
            if let child = child(node, byte) {
                node = child
            } else {
                let child = Int32(values.count)
                edges[UInt64(node) << 8 | UInt64(byte)] = child
                values.append(-1)
                node = child
            }
        }
        if values[Int(node)] < 0 { values[Int(node)] = value }
    }

    /// Calls `body` with the value and end of every string that stands at `position`, the shortest first.
    func forEachPrefix(of text: [UInt8], at position: Int, end: Int, _ body: (_ value: Int32, _ end: Int) -> Void) {
        guard position < end, isFirstByte[Int(text[position])] else { return }
        var node: Int32 = 0
        var position = position
        while position < end, let next = child(node, text[position]) {
            node = next
            position += 1
            if values[Int(node)] >= 0 { body(values[Int(node)], position) }
        }
    }

    /// The longest string that stands at `position`.
    func longestPrefix(of text: [UInt8], at position: Int, end: Int) -> (value: Int32, end: Int)? {
        var longest: (value: Int32, end: Int)?
        forEachPrefix(of: text, at: position, end: end) { longest = ($0, $1) }
        return longest
    }

    @inline(__always)
    private func child(_ node: Int32, _ byte: UInt8) -> Int32? { edges[UInt64(node) << 8 | UInt64(byte)] }
}
