/// A prefix tree over byte strings with a number at the end of each.
///
/// The edges lie in a hash table with open addressing, at most half full.
struct ByteTrie: Sendable {
    private struct Edge: Sendable {
        /// The parent's number and the byte; `emptyKey` where there is no edge.
        var key: UInt64
        var child: Int32
        /// The number of the string that ends at the child, -1 if none does.
        var value: Int32
    }

    private static let emptyKey = UInt64.max
    private var edges = [Edge](repeating: Edge(key: emptyKey, child: -1, value: -1), count: 16)
    private var nodeCount: Int32 = 1
    private let seed = HashSeed.value
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
        var last = 0
        for byte in string {
            last = slot(Self.key(node, byte))
            if edges[last].key == Self.emptyKey {
                if Int(nodeCount) * 2 >= edges.count {
                    grow()
                    last = slot(Self.key(node, byte))
                }
                edges[last] = Edge(key: Self.key(node, byte), child: nodeCount, value: -1)
                nodeCount += 1
            }
            node = edges[last].child
        }
        if edges[last].value < 0 { edges[last].value = value }
    }

    /// Calls `body` with the value and end of every string that stands at `position`, the shortest first.
    @inline(__always)
    func forEachPrefix(of text: [UInt8], at position: Int, end: Int, _ body: (_ value: Int32, _ end: Int) -> Void) {
        guard position < end, isFirstByte[Int(text[position])] else { return }
        var node: Int32 = 0
        var position = position
        while position < end {
            let edge = edges[slot(Self.key(node, text[position]))]
            guard edge.key != Self.emptyKey else { return }
            node = edge.child
            position += 1
            if edge.value >= 0 { body(edge.value, position) }
        }
    }

    /// The longest string that stands at `position`.
    func longestPrefix(of text: [UInt8], at position: Int, end: Int) -> (value: Int32, end: Int)? {
        var longest: (value: Int32, end: Int)?
        forEachPrefix(of: text, at: position, end: end) { longest = ($0, $1) }
        return longest
    }

    /// The first position from `position` on where a string may start, `text.count` if there is none.
    @inline(__always)
    func nextStart(in text: [UInt8], from position: Int) -> Int {
        var position = position
        while position < text.count, !isFirstByte[Int(text[position])] { position += 1 }
        return position
    }

    @inline(__always)
    private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 | UInt64(byte) }

    /// Where the edge with this key is, or the free place where it belongs.
    @inline(__always)
    private func slot(_ key: UInt64) -> Int {
        let mask = edges.count - 1
        var slot = Int(truncatingIfNeeded: HashSeed.finish(key &+ seed)) & mask
        while edges[slot].key != key, edges[slot].key != Self.emptyKey { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let old = edges
        edges = Array(repeating: Edge(key: Self.emptyKey, child: -1, value: -1), count: old.count * 2)
        for edge in old where edge.key != Self.emptyKey { edges[slot(edge.key)] = edge }
    }
}
