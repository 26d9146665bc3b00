/// A few hashes to look for: most of what is looked for is none of them.
struct FewHashes: Sendable {
    private let hashes: Set<UInt64>
    /// One bit for each, by its lowest bits.
    private let bits: UInt64

    init(_ hashes: some Sequence<UInt64>) {
        self.hashes = Set(hashes)
        bits = self.hashes.reduce(0) { $0 | 1 << ($1 & 63) }
    }

    /// Whether it is one of them.
    func contains(_ hash: UInt64) -> Bool { bits >> (hash & 63) & 1 != 0 && hashes.contains(hash) }
}
