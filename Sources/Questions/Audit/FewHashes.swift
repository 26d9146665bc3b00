/// A few hashes to look for: most of what is looked for is none of them.
struct FewHashes: Sendable {
    private let hashes: Set<UInt64>
    /// One bit for each, by its lowest bits, and by those above them.
    private let bits: (UInt64, UInt64)

    init(_ hashes: some Sequence<UInt64>) {
        self.hashes = Set(hashes)
        bits = self.hashes.reduce((0, 0)) { ($0.0 | 1 << ($1 & 63), $0.1 | 1 << ($1 >> 6 & 63)) }
    }

    /// Whether it is one of them.
    func contains(_ hash: UInt64) -> Bool {
        bits.0 >> (hash & 63) & bits.1 >> (hash >> 6 & 63) & 1 != 0 && hashes.contains(hash)
    }
}
