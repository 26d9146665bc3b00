extension [UInt64] {
    /// Keeps the first of equal ones. For hashes: their lowest bits must differ as those of random numbers do.
    mutating func removeRepeated() {
        guard count > 1 else { return }
        // A table with more than half of its places free; 0 marks these, so that one 0 is told apart.
        let mask = (1 << (Int.bitWidth - (2 * count).leadingZeroBitCount)) - 1
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: mask + 1) { table in
            table.initialize(repeating: 0)
            var hasZero = false
            removeAll { hash in
                if hash == 0 {
                    defer { hasZero = true }
                    return hasZero
                }
                var place = Int(truncatingIfNeeded: hash) & mask
                while table[place] != 0 {
                    if table[place] == hash { return true }
                    place = (place + 1) & mask
                }
                table[place] = hash
                return false
            }
        }
    }
}
